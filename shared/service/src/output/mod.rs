//! What clients get, in the usual words: one renderer for HTTP and WebSocket. The words of other systems are in
//! [`seeds`](crate::seeds); no verb knows either.

mod areas;
pub mod availability;
pub mod booking;
pub mod draw;
pub mod event;
pub mod frame;
pub mod hold;
pub mod layout;
pub mod order;
pub mod plan;
pub mod prefixes;
pub mod queue;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod samples;
pub mod venue;

use domain::answer::Answer;
use domain::hold::ids;
use domain::outcome::Done;
use serde_json::json;

/// The envelope of something done, as JSON.
#[must_use]
pub fn envelope(done: &Done) -> String {
    let message = if done.message.is_empty() { "OK" } else { &done.message };
    json!({ "success": true, "message": message, "data": done.data }).to_string()
}

/// What a verb has done.
#[must_use]
pub fn done(answer: &Answer) -> Done {
    match answer {
        Answer::Held { hold, seats, table, together, now } => hold::held(hold, seats, table.as_ref(), *together, *now),
        Answer::Extended { hold, now } => hold::extended(hold, *now),
        Answer::Booked { booking, in_one_step } => booking::booked(booking, *in_one_step),
        Answer::Released { event, seats } => Done {
            message: format!("Successfully released {} seats", seats.len()),
            data: json!({ "eventId": event.as_str(), "releasedSeats": ids(seats) }),
        },
        Answer::Cancelled { booking, seats } => booking::cancelled(booking, *seats),
    }
}
