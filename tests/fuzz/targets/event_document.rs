//! The event document that an admin puts.

use crate::check;
use crate::engine::{accepted, fuzz};
use domain::clock::Moment;
use domain::prices::NamedType;
use serde_json::{Value, json};
use service::input::event::document;
use service::office::admin::EventDocument;
use std::collections::HashSet;

fn say(event: &EventDocument) -> Value {
    let ticket_type = |known: &NamedType| json!({ "id": known.id, "name": known.name, "prices": known.prices });
    json!({
        "name": event.name,
        "layoutId": event.layout,
        "startsAt": event.starts_at.rfc3339(),
        "endsAt": event.ends_at.map(Moment::rfc3339),
        "currency": event.currency.code(),
        "salesOpenAt": event.sales_open_at.map(Moment::rfc3339),
        "salesCloseAt": event.sales_close_at.map(Moment::rfc3339),
        "prices": event.prices,
        "ticketTypes": event.ticket_types.iter().map(ticket_type).collect::<Value>(),
        "rules": event.rules,
    })
}

fn check(event: &EventDocument) {
    assert!(!event.name.trim().is_empty() && event.name.chars().count() <= 200, "name {:?}", event.name);
    assert!(check::is_key_part(event.layout.as_str()), "layout {:?}", event.layout);
    assert!(event.currency.code().len() == 3, "currency {}", event.currency.code());
    assert!(event.ends_at.is_none_or(|end| end >= event.starts_at), "ends before it starts");
    let window = event.sales_open_at.zip(event.sales_close_at);
    assert!(window.is_none_or(|(open, close)| open < close), "sales close before they open");
    let ids: HashSet<&str> = event.ticket_types.iter().map(|known| known.id.as_str()).collect();
    assert!(ids.len() == event.ticket_types.len() && ids.len() <= 50, "{:?}", event.ticket_types);
    assert!(ids.iter().all(|id| check::is_label(id)), "{ids:?}");
    let rules = event.rules;
    assert!(rules.max_seats_per_buyer.is_none_or(|most| (1..=10_000).contains(&most)), "{rules:?}");
    assert!(rules.session_grace_seconds.is_none_or(|seconds| (1..=86_400).contains(&seconds)), "{rules:?}");
    assert!((1..=rules.max_hold_minutes).contains(&rules.hold_minutes), "{rules:?}");
    assert!(rules.max_hold_minutes <= 1_440 && (1..=50).contains(&rules.max_seats_per_hold), "{rules:?}");
}

#[test]
fn an_event_document_keeps_the_rules_of_its_fields_or_is_refused() {
    fuzz("event_document", |bytes| {
        let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return };
        match document(&body) {
            Err(refusal) => check::refusal(&refusal),
            Ok(event) => {
                accepted();
                check(&event);
                let again = document(&say(&event)).unwrap();
                assert_eq!(format!("{event:?}"), format!("{again:?}"), "{}", say(&event));
            }
        }
    });
}
