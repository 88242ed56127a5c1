//! The requests that functions are measured with, as a browser sends them, and their tokens.

use bytes::Bytes;
use serde_json::Value;
use support::http::Http;
use support::people::Role;
use support::tokens::{self, in_a_day};

/// A token that is good for a day.
pub fn token(secret: &str, subject: &str, role: Role) -> String {
    tokens::token(subject, role, in_a_day(), secret)
}

/// `POST /seat-booking/hold-seats` of one buyer.
pub fn hold_seats(number: usize, token: &str, body: &Value) -> Bytes {
    sent(number, Http::new("POST /seat-booking/hold-seats").body(body.to_string()).token(token))
}

/// `GET /seat-booking/layout/{eventId}` of a client that takes gzip.
pub fn layout(number: usize, token: &str, event_id: &str) -> Bytes {
    sent(number, Http::new("GET /seat-booking/layout/{eventId}").path("eventId", event_id).token(token))
}

fn sent(number: usize, http: Http) -> Bytes {
    Bytes::from(http.from_browser().payload(&format!("JKJaXmPL{number:08}")).to_string())
}
