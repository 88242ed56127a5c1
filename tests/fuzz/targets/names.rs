//! Names in paths and documents: what may be one, and what a path makes of one.

use crate::check;
use crate::engine::{accepted, fuzz};
use crate::offline::{Offline, request, verifier};
use holdfast::http::Call;
use holdfast::name::{BookingId, BuyerId, CategoryId, ConnectionId, EventId, HoldId, LayoutId, SeatId, TableId};
use holdfast::office::Office;
use holdfast::refusal::Code;
use holdfast::token::Verifier;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fmt::Display;
use std::sync::LazyLock;

static OFFICE: LazyLock<(Office, Verifier)> = LazyLock::new(|| (Offline::empty().office(), verifier()));

fn agrees<N: Display + DeserializeOwned>(raw: &str, parse: fn(&str) -> Result<N, String>, may: bool) {
    let read: Result<N, _> = serde_json::from_value(json!(raw));
    match parse(raw) {
        Ok(name) => {
            assert!(may, "{raw:?} became a name");
            assert_eq!(name.to_string(), raw);
            assert_eq!(read.unwrap().to_string(), raw);
        }
        Err(message) => {
            assert!(!may, "{raw:?}: {message}");
            check::message(&message);
            assert!(read.is_err(), "{raw:?} is a name only when it is stored");
        }
    }
}

#[test]
fn a_name_is_what_its_rule_says_or_is_refused() {
    fuzz("names", |bytes| {
        let raw = &String::from_utf8_lossy(bytes);
        let (part, label) = (check::is_key_part(raw), check::is_label(raw));
        if label {
            accepted();
        }
        agrees(raw, EventId::parse, part);
        agrees(raw, LayoutId::parse, part);
        agrees(raw, HoldId::parse, part);
        agrees(raw, BookingId::parse, part);
        agrees(raw, SeatId::parse, label);
        agrees(raw, TableId::parse, label);
        agrees(raw, CategoryId::parse, label);
        agrees(raw, ConnectionId::parse, label);
        agrees(raw, BuyerId::parse, (1..=128).contains(&raw.chars().count()));
    });
}

#[test]
fn a_path_names_an_event_or_finds_nothing() {
    fuzz("names", |bytes| {
        let raw = String::from_utf8_lossy(bytes);
        let Some(request) = request(json!({}), json!({ "eventId": raw }), "", None) else { return };
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
