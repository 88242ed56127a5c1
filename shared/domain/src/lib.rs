//! Every decision of Holdfast: values and time in, what to write or a named refusal out. Nothing here reads a clock of
//! its own, waits, or knows AWS, HTTP or a runtime; Cargo checks that, since this crate depends on none of them.
//!
//! - [`event`] is what seats are sold for, [`time_zone`] where it is, [`inventory`] which seats there are, [`layout`] where
//!   they are drawn, [`prices`] and [`ticket_type`] what they cost
//! - [`seat`], [`hold`] and [`booking`] are what is sold; [`unsold`] shows what is not for sale, [`count`] how many are
//!   free
//! - [`verb`] is what a buyer can have done, each as a plan of [`write`]s and an [`answer`]; [`selection`] is the part of a
//!   hold that a request means
//! - [`choice`] finds the best seats, and places of areas
//! - [`tally`] is what limits a buyer, [`session`] what ends with a buyer's connection, [`order`] what became of a
//!   payment
//! - [`waiting_room`] is what an event says of the room before its door, [`queue`] the line in it: who is let in when; [`beacon`]
//!   is where a draw has public randomness from
//! - [`change`] is what watchers are told of
//! - [`name`], [`money`], [`clock`] and [`limits`] are what everything is checked by, [`digest`] and [`hex`] how bytes are shown
//! - [`caller`] asks, [`idempotency`] recognises a repeat, [`outcome`] is what a request comes to, and [`refusal`]
//!   everything that can keep it from being done

pub mod answer;
pub mod beacon;
pub mod booking;
pub mod caller;
pub mod change;
pub mod choice;
pub mod clock;
pub mod count;
pub mod digest;
pub mod event;
pub mod hex;
pub mod hold;
pub mod idempotency;
pub mod inventory;
pub mod layout;
pub mod limits;
pub mod money;
pub mod name;
pub mod order;
pub mod outcome;
pub mod prices;
pub mod queue;
pub mod refusal;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod seat;
pub mod selection;
pub mod session;
pub mod tally;
pub mod ticket_type;
pub mod time_zone;
pub mod unsold;
pub mod verb;
pub mod waiting_room;
pub mod write;
