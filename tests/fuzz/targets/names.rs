//! Names in paths and documents: what may be one, and what a path makes of one.

use crate::check;
use crate::engine::{accepted, fuzz};
use crate::offline::{Offline, request, verifier};
use domain::name::{AreaId, BookingId, BuyerId, CategoryId, ConnectionId, EventId, HoldId, LayoutId, SeatId, TableId};
use domain::refusal::Code;
use serde::de::DeserializeOwned;
use serde_json::json;
use service::http::Call;
use service::office::Office;
use service::token::Verifier;
use std::fmt::Display;
use std::sync::LazyLock;
use support::http::Http;
use unicode_normalization::UnicodeNormalization;

static OFFICE: LazyLock<(Office, Verifier)> = LazyLock::new(|| (Offline::empty().office(), verifier()));

/// A name is what `form` makes of a client's text, where `may` allows that; what is `stored` is read as it is.
fn agrees<N: Display + DeserializeOwned>(
    raw: &str,
    parse: fn(&str) -> Result<N, String>,
    form: &str,
    may: fn(&str) -> bool,
    stored: fn(&str) -> bool,
) {
    match parse(raw) {
        Ok(name) => {
            assert!(may(form), "{raw:?} became a name");
            assert_eq!(name.to_string(), form);
        }
        Err(message) => {
            assert!(!may(form), "{raw:?}: {message}");
            check::message(&message);
        }
    }
    let read: Result<N, _> = serde_json::from_value(json!(raw));
    assert_eq!(read.is_ok(), stored(raw), "{raw:?} out of the table");
    assert!(read.is_ok_and(|name| name.to_string() == raw) || !stored(raw), "{raw:?} changed in the table");
}

#[test]
fn a_name_is_what_its_rule_says_or_is_refused() {
    fuzz("names", |bytes| {
        let raw = &String::from_utf8_lossy(bytes);
        let form = &raw.nfc().collect::<String>();
        if check::is_visible(form) {
            accepted();
        }
        let (part, label) = (check::is_key_part, check::is_label);
        let buyer = |id: &str| (1..=128).contains(&id.chars().count());
        agrees(raw, EventId::parse, raw, part, part);
        agrees(raw, LayoutId::parse, raw, part, part);
        agrees(raw, HoldId::parse, raw, part, part);
        agrees(raw, BookingId::parse, raw, part, part);
        agrees(raw, SeatId::parse, form, check::is_visible, label);
        agrees(raw, TableId::parse, form, check::is_visible, label);
        agrees(raw, AreaId::parse, form, check::is_visible, label);
        agrees(raw, CategoryId::parse, form, check::is_visible, label);
        agrees(raw, ConnectionId::parse, raw, label, label);
        agrees(raw, BuyerId::parse, raw, buyer, buyer);
    });
}

#[test]
fn a_path_names_an_event_or_finds_nothing() {
    fuzz("names", |bytes| {
        let raw = String::from_utf8_lossy(bytes);
        let Some(request) = request(&Http::new("GET /fuzz/{eventId}").path("eventId", &raw)) else { return };
        let call = Call::new(OFFICE.0.clone(), &OFFICE.1, request);
        match call.path_event() {
            Ok(event) => {
                accepted();
                assert!(check::is_key_part(&raw), "{raw:?} named an event");
                assert_eq!(event.as_str(), raw);
                assert_eq!(call.event_id(), raw);
            }
            Err(refusal) => {
                assert!(!check::is_key_part(&raw), "{raw:?} names nothing");
                check::refusal(&refusal);
                assert_eq!(refusal.code, Code::NotFound);
            }
        }
    });
}
