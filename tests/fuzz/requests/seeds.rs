//! What the seeds' own paths read, and what contradicts a path.

use super::bodies::{self, BAD, Body};
use super::queries::{bad_event_id, bad_page};
use super::routes::{Reads, What};
use super::stage::EVENT;
use super::wrong::{no_text, one, text, unknown_id, unknown_label};
use fastrand::Rng;
use serde_json::json;
use support::http::Http;
use support::people::Role;

/// What is refused for its form, or because it names no event: the stage has no default.
pub const MAYBE_OF_NO_EVENT: &[u16] = &[400, 404];

/// A route for buyers that reads nothing.
pub fn buyer() -> Reads {
    Reads {
        role: Some(Role::Buyer),
        body: None,
        path: Vec::new(),
        needs: None,
        query: None,
        is_idempotent: false,
        is_for_all: false,
    }
}

/// What the route of a seed reads; none for other routes.
pub fn reads(route: &str) -> Option<Reads> {
    let action = |name| Reads { body: Some(What::AnyType(name)), is_idempotent: true, ..buyer() };
    let event = |name| (name, EVENT.to_owned(), &[404][..]);
    let everybody = |name| Reads { role: None, path: vec![event(name)], ..buyer() };
    // Ann holds `seat_A1`, and nobody has `seat_t1_0`.
    let seat = |label: &str| {
        let path = vec![event("tripId"), ("seatLabel", label.to_owned(), BAD)];
        Reads { path, body: Some(What::Path), is_idempotent: true, ..buyer() }
    };
    Some(match route {
        "GET /api/booking/trips/{tripId}/seats" => everybody("tripId"),
        "POST /api/booking/trips/{tripId}/seats/{seatLabel}/hold" => seat("seat_t1_0"),
        "DELETE /api/booking/trips/{tripId}/seats/{seatLabel}/hold" => seat("seat_A1"),
        "POST /api/booking/confirm" | "POST /api/confirm" => action("confirm"),
        "GET /api/booking/holds" => Reads { query: Some(bad_event_id), ..buyer() },
        "GET /api/booking/health" => Reads { role: None, ..buyer() },
        "POST /api/lock" => action("hold-seats"),
        "POST /api/cancel-lock" => action("release"),
        "GET /api/seats/{eventID}" => everybody("eventID"),
        "POST /book" => action("book"),
        "GET /bookings/{userId}" => Reads {
            path: vec![("userId", "carl".to_owned(), &[400, 403])],
            needs: Some(("eventId", EVENT)),
            query: Some(bad_page_or_user),
            ..buyer()
        },
        "GET /api/seat-reservations/queue-stats/{screeningId}" => {
            Reads { role: Some(Role::Admin), path: vec![event("screeningId")], ..buyer() }
        }
        "GET /events" => Reads { is_for_all: true, needs: Some(("eventId", EVENT)), query: Some(bad_event), ..buyer() },
        _ => return None,
    })
}

/// Two events, or one that could not be.
fn bad_event(rng: &mut Rng, request: Http) -> Http {
    request.query(one(rng, &["tripId", "screeningId", "eventID"]), unknown_id(rng))
}

fn bad_page_or_user(rng: &mut Rng, request: Http) -> Http {
    if rng.u8(..3) == 0 { request.query("userId", unknown_id(rng)) } else { bad_page(rng, request) }
}

/// A body of this action that is wrong, or that names no event.
pub fn bad(action: &str, rng: &mut Rng) -> Body {
    match bodies::bad(action, rng) {
        (body, statuses) if statuses == BAD => (body, MAYBE_OF_NO_EVENT),
        other => other,
    }
}

/// A body that says something else than its path, or what is not known there.
pub fn bad_beside_path(rng: &mut Rng) -> Body {
    let (id, label, none) = (unknown_id(rng), unknown_label(rng), no_text(rng));
    let body = match rng.u8(..10) {
        0 => json!({ one(rng, &["tripId", "eventId", "eventID"]): id }),
        1 => json!({ one(rng, &["tripId", "eventId", "screening_id"]): none }),
        2 => json!({ "tripId": "" }),
        3 => json!({ one(rng, &["seatLabel", "seatId"]): label }),
        4 => json!({ one(rng, &["seatLabels", "seatIds", "seatIDs"]): [label] }),
        5 => json!({ one(rng, &["seatLabel", "seatIds"]): one(rng, &[json!([]), json!(7), json!([7]), json!({})]) }),
        6 => json!({ "seatLabels": ["seat_A1", "seat_t1_0"] }),
        7 => json!({ "userId": one(rng, &[json!(""), none]) }),
        8 => return (json!({ "userId": "bob" }).to_string().into_bytes(), &[403]),
        _ => json!({ format!("x{}", text(rng, 5)): none }),
    };
    (body.to_string().into_bytes(), BAD)
}
