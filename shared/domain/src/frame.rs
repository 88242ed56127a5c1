//! Frames: what clients get over the socket. Pure, both for the broadcaster and for answers.
//!
//! A frame names nobody. A seat's `version` grows with each of its changes, so a client that keeps the highest is safe
//! from repeats and from frames that overtake each other.

use crate::clock::Moment;
use crate::limits::{SOCKET_ENVELOPE_BYTES, SOCKET_FRAME_BYTES_MAX};
use crate::name::{EventId, SeatId};
use crate::seat::{Seat, Status};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A seat's state as watchers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatChange {
    /// The seat.
    pub seat: SeatId,
    /// Its status.
    pub status: Status,
    /// The end of its hold, while held.
    pub expires_at: Option<Moment>,
    /// One more with each change.
    pub version: u64,
}

impl SeatChange {
    /// A seat as it is at `now`.
    #[must_use]
    pub fn of(seat: &Seat, now: Moment) -> Self {
        let status = seat.status_at(now);
        let expires_at = seat.expires_at.filter(|_| status == Status::Held);
        Self { seat: seat.id.clone(), status, expires_at, version: seat.version }
    }

    fn json(&self) -> Value {
        let mut value =
            json!({ "seatId": self.seat.as_str(), "status": self.status.as_str(), "version": self.version });
        if let Some(end) = self.expires_at {
            value["holdExpiresAt"] = end.rfc3339().into();
        }
        value
    }
}

/// Keeps the newest state of each seat.
#[must_use]
pub fn coalesce(changes: impl IntoIterator<Item = SeatChange>) -> Vec<SeatChange> {
    let mut newest: BTreeMap<SeatId, SeatChange> = BTreeMap::new();
    for change in changes {
        match newest.get(&change.seat) {
            Some(known) if known.version >= change.version => {}
            _ => {
                newest.insert(change.seat.clone(), change);
            }
        }
    }
    newest.into_values().collect()
}

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
    for part in parts(changes.iter().map(SeatChange::json)) {
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

/// The frames that tell a client all it needs to start from: every seat that ever changed.
#[must_use]
pub fn availability(event: &EventId, seats: &[SeatChange], as_of: Moment, request_id: Option<&Value>) -> Vec<String> {
    let parts = parts(seats.iter().map(SeatChange::json));
    let count = parts.len();
    let one = |(at, part): (usize, Vec<Value>)| {
        let data = json!({ "seats": part, "asOf": as_of.rfc3339(), "part": at + 1, "parts": count });
        frame("seats:availability", Some(event), request_id, data)
    };
    parts.into_iter().enumerate().map(one).collect()
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
