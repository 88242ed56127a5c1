//! Requests about a place in a waiting room's line.

use crate::admission::{Arrival, USER_FIELD};
use crate::fields::{EVENT_FIELDS, Fields};
use crate::office::queue::QueueRequest;
use domain::name::EventId;
use domain::refusal::Refusal;
use serde_json::{Value, json};

/// Reads a request about a place in the line of the event that its path names. It may come without a body. `user` is the buyer
/// whom an admin names in the query.
///
/// # Errors
/// `invalid_data`, `forbidden`.
pub fn of_path(
    event: EventId,
    body: Option<Value>,
    user: Option<&str>,
    arrival: Arrival,
) -> Result<QueueRequest, Refusal> {
    let mut body = body.unwrap_or_else(|| json!({}));
    let fields = Fields::of(&body)?;
    fields.agrees_with("path", event.as_str(), &EVENT_FIELDS)?;
    if let Some(user) = user {
        if fields.get(USER_FIELD).is_some_and(|named| named != user) {
            return Err(fields.refuse(USER_FIELD, "must be as the query has it, or be left out of one of them"));
        }
        body[USER_FIELD] = user.into();
    }
    let admission = arrival.about(event.as_str()).admit(&Fields::of(&body)?, &[&EVENT_FIELDS, &["reason"]])?;
    Ok(QueueRequest { admission, event })
}

/// Reads such a message.
///
/// # Errors
/// `invalid_data`, `forbidden`, `not_found`.
pub fn message(body: &Value, arrival: Arrival) -> Result<QueueRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &["reason"]])?;
    Ok(QueueRequest { event: fields.event_id()?, admission })
}
