//! The acceptance suite: what the public contract promises, asked through HTTP and WebSocket only.
//!
//! It runs against any deployment. `HOLDFAST_URL` (`http://127.0.0.1:8080`) and `HOLDFAST_WS_URL` (`ws://…/ws`) say
//! where, `HOLDFAST_JWT_SECRET` signs the people's tokens, and `HOLDFAST_ENGINE` (`embedded`, `local`, `ministack` or `other`)
//! says how much load the table takes. To ask the addresses behind a
//! distribution, set `HOLDFAST_ORIGIN` to what the distribution shows them. Every test makes its own layout and event under random ids, so tests run side
//! by side, again and again, on a table that is never emptied.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// What the tests speak through.
mod answer; // one HTTP answer: what every answer must be, and a failure that tells the whole story
mod connection; // one WebSocket connection: ask, wait, set aside
mod documented_order; // in which order the examples of the documents are sent
mod documents; // what the documents of the API say of an answer and a frame
mod fixture; // the layouts that tests publish: theatre, bus, grid, festival
mod hall; // a hall that is drawn as text
mod in_line; // a buyer in the line of a waiting room
mod lots; // what anyone who checks a draw computes
mod mask; // what differs from run to run, taken out of a recording
mod person; // a buyer, an admin or nobody: every route of the contract as a method
mod record; // every answer in a file, where HOLDFAST_RECORD names one
mod watch; // a watcher: applies snapshot and frames, says what it believes of each seat
mod wire; // how to reach the deployment, and what is on sale
mod world; // the deployment: who lives in it, what is put on sale, how much it bears

// The seeds: their examples and behaviour, word for word.
mod seeds_five; // seeds/5: a seat at once, for whoever comes first; its client as it is printed
mod seeds_four; // seeds/4: locks of groups of seats
mod seeds_one; // every example of seeds/1
mod seeds_paths; // what all paths of seeds/2, 4 and 5 have in common
mod seeds_two_http; // the REST endpoints of seeds/2
mod seeds_two_socket; // the socket of seeds/2

// One subject each.
mod acting_for; // an admin acts for a buyer, and nobody else does
mod admin_events; // events: create, change, read back, refuse
mod admin_layouts; // layouts: versions, faults by path, 120,000 seats, pretix plans
mod area_layouts; // areas in documents, in the layout answer and in statistics
mod areas; // places, held by their count
mod availability; // one reading a second for everyone who asks
mod bad_input; // what is refused, with the reason, and that nothing changed
mod best_available; // which seats are the best
mod book; // booking in one step
mod book_again; // booking in one step more than once: keys, one booking for each buyer
mod book_payment; // payments of bookings in one step
mod bookings; // reading bookings back: who sees which, pages
mod buyer_limits; // what an event allows one buyer
mod cancel; // cancelling bookings
mod choice_socket; // holding what is chosen, and booking in one step, over the socket
mod choice_storm; // the same under load: standing room, the best seats, a hundred seats
mod chosen_holds; // what holds of chosen seats have in common with others
mod chosen_types; // ticket types of what is chosen
mod confirm; // booking what is held
mod cors; // what a browser needs
mod documented; // every example of the documents
mod draw; // numbers by lot, for anyone to check
mod event_changes; // events that change while they are on sale
mod event_stream; // the count of free seats for a plain EventSource
mod expiry; // the clock ends a hold
mod extend; // more time for what is held
mod health; // the health check
mod hold; // holding seats
mod idempotency; // the same key, the same answer
mod layout; // the layout with live states, viewports, 10,000 seats
mod limits; // one buyer against everyone
mod money; // prices, currencies, minor units
mod not_for_sale; // categories without a price
mod orders; // what became of each payment
mod passes; // who may hold while a waiting room is on
mod payment; // one payment, one booking
mod plans; // what of a layout never changes
mod race; // many rivals, one winner
mod recording; // what a recording of the answers leaves out
mod release; // giving seats back
mod routes; // methods, content types, order of checks
mod sessions; // ending a session, and what a buyer who is gone leaves behind
mod socket; // joining, frames, snapshots
mod socket_actions; // holding, releasing, booking and failing over the socket
mod stats; // totals
mod storm; // load: what must still be true after a rush
mod table; // tables as a whole and seat by seat
mod ticket_types; // adult, child, …, with prices of their own
mod tokens; // who is let in
mod waiting_room; // the line: places, turns, and what everyone may see of it
mod waiting_socket; // the waiting room over the socket
