//! Frames: what clients get over the socket. Pure, both for the broadcaster and for answers.
//!
//! A frame names nobody. A seat's `version` grows with each of its changes, so a client that keeps the highest is safe
//! from repeats and from frames that overtake each other.

use domain::change::SeatChange;
use domain::clock::Moment;
use domain::limits::{AVAILABILITY_POLL_MS, SOCKET_ENVELOPE_BYTES, SOCKET_FRAME_BYTES_MAX};
use domain::name::EventId;
use domain::seat::Status;
use serde_json::{Value, json};

/// A frame in its envelope.
#[must_use]
pub fn frame(kind: &str, event: Option<&EventId>, request_id: Option<&Value>, data: Value) -> String {
    let mut frame = json!({ "type": kind, "data": data });
    if let Some(event) = event {
        frame["eventId"] = event.as_str().into();
    }
    if let Some(request_id) = request_id {
        frame["requestId"] = request_id.clone();
    }
    frame.to_string()
}

/// The frames that tell watchers of changes: `seat:status:changed`, and `seats:booked` for those that were sold. Each
/// is small enough for one post.
#[must_use]
pub fn changed(event: &EventId, changes: &[SeatChange]) -> Vec<String> {
    let mut frames = Vec::new();
    for part in parts(changes.iter().map(changed_seat)) {
        frames.push(frame("seat:status:changed", Some(event), None, json!({ "changes": part })));
    }
    let booked = changes.iter().filter(|change| change.status == Status::Booked);
    for part in
        parts(booked.map(|change| Value::from(change.seat.as_str()))).into_iter().filter(|part| !part.is_empty())
    {
        frames.push(frame("seats:booked", Some(event), None, json!({ "seatIds": part })));
    }
    frames
}

/// How a client that joined gets what changes from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// By frames.
    Socket,
    /// By reading `availability`: more watch the event than are served by socket.
    Availability,
}

impl Follows {
    /// Says so in the data of the frame that answers a join.
    #[must_use]
    pub fn told(self, mut data: Value) -> Value {
        if self == Self::Availability {
            data["follow"] = "availability".into();
            data["pollMs"] = AVAILABILITY_POLL_MS.into();
        }
        data
    }
}

/// The frames of a snapshot: every seat that ever changed.
#[must_use]
pub fn availability(
    event: &EventId,
    seats: &[SeatChange],
    as_of: Moment,
    follows: Follows,
    request_id: Option<&Value>,
) -> Vec<String> {
    let parts = parts(seats.iter().map(changed_seat));
    let count = parts.len();
    let one = |(at, part): (usize, Vec<Value>)| {
        let data = json!({ "seats": part, "asOf": as_of.rfc3339(), "part": at + 1, "parts": count });
        frame("seats:availability", Some(event), request_id, follows.told(data))
    };
    parts.into_iter().enumerate().map(one).collect()
}

/// A seat in a frame.
fn changed_seat(change: &SeatChange) -> Value {
    let mut value =
        json!({ "seatId": change.seat.as_str(), "status": change.status.as_str(), "version": change.version });
    if let Some(end) = change.expires_at {
        value["holdExpiresAt"] = end.rfc3339().into();
    }
    value
}

/// Lists whose JSON fits one frame each; at least one, perhaps empty.
fn parts(values: impl Iterator<Item = Value>) -> Vec<Vec<Value>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = 0;
    for value in values {
        let size = value.to_string().len() + 1;
        if bytes + size > SOCKET_FRAME_BYTES_MAX - SOCKET_ENVELOPE_BYTES {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(last) = parts.last_mut() {
            last.push(value);
        }
    }
    parts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "frame_tests.rs"]
mod tests;
