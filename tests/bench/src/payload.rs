//! The requests that functions are measured with, as a browser sends them, and their tokens.

use bytes::Bytes;
use serde_json::Value;
use support::http::Http;
use support::people::Role;
use support::tokens::{self, in_a_day};

use crate::secrets::ORIGIN;

const AVAILABILITY: &str = "GET /seat-booking/availability/{eventId}";

/// A token that is good for a day.
pub fn token(secret: &str, subject: &str, role: Role) -> String {
    tokens::token(subject, role, in_a_day(), secret)
}

/// `POST /seat-booking/hold-seats` of one buyer.
pub fn hold_seats(number: usize, token: &str, body: &Value) -> Bytes {
    sent(number, behind_the_edge("POST /seat-booking/hold-seats").body(body.to_string()).token(token))
}

/// `GET /seat-booking/layout/{eventId}` of a client that takes gzip.
pub fn layout(number: usize, token: &str, event_id: &str) -> Bytes {
    sent(number, behind_the_edge("GET /seat-booking/layout/{eventId}").path("eventId", event_id).token(token))
}

/// `GET /seat-booking/availability/{eventId}` of a client that takes gzip.
pub fn availability(number: usize, event_id: &str) -> Bytes {
    sent(number, behind_the_edge(AVAILABILITY).path("eventId", event_id))
}

/// The same of a client that does not.
pub fn plain_availability(number: usize, event_id: &str) -> Bytes {
    let http = behind_the_edge(AVAILABILITY).path("eventId", event_id);
    Bytes::from(http.payload(&request_id(number)).to_string())
}

/// `POST /seat-booking/book` of one buyer.
pub fn book(number: usize, token: &str, body: &Value) -> Bytes {
    sent(number, behind_the_edge("POST /seat-booking/book").body(body.to_string()).token(token))
}

/// `POST /seat-booking/best-available` of one buyer, which came at a moment, in milliseconds since 1970.
pub fn best_available(number: usize, token: &str, body: &Value, came_at: i64) -> Bytes {
    let http = behind_the_edge("POST /seat-booking/best-available").body(body.to_string()).token(token);
    Bytes::from(http.from_browser().payload_at(came_at, &request_id(number)).to_string())
}

/// The id under which a function's log tells of a request.
pub fn request_id(number: usize) -> String {
    format!("JKJaXmPL{number:08}")
}

/// A request of a route as CloudFront sends it on: with the header that the functions ask for.
fn behind_the_edge(route: &str) -> Http {
    Http::new(route).header("holdfast-origin", ORIGIN)
}

fn sent(number: usize, http: Http) -> Bytes {
    Bytes::from(http.from_browser().payload(&request_id(number)).to_string())
}
