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
use domain::refusal::Refusal;
use serde::Serialize;
use serde_json::{Value, json};

/// Bytes of a verb's answer, about: a text that is given this room at once is not moved while it grows.
const ANSWER_BYTES: usize = 1_024;

/// What every answer is put into.
#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    message: &'a str,
    data: &'a Value,
}

/// The envelope of something done, as JSON.
#[must_use]
pub fn envelope(done: &Done) -> String {
    let message = if done.message.is_empty() { "OK" } else { &done.message };
    text(&Envelope { success: true, code: None, message, data: &done.data }, ANSWER_BYTES)
}

/// The envelope of a refusal, as JSON.
#[must_use]
pub fn refused(refusal: &Refusal) -> String {
    let Refusal { message, data, .. } = refusal;
    text(&Envelope { success: false, code: Some(refusal.code.as_str()), message, data }, ANSWER_BYTES)
}

/// A value as JSON, in a text that has room for so many bytes from the start.
pub(crate) fn text(value: &impl Serialize, bytes: usize) -> String {
    let mut text = Vec::with_capacity(bytes);
    let _ = serde_json::to_writer(&mut text, value); // Neither texts and numbers fail nor does memory.
    String::from_utf8(text).unwrap_or_default() // JSON is UTF-8.
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
