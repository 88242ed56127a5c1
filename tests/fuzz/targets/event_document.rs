//! The event document that an admin puts.

use crate::check;
use crate::engine::{accepted, fuzz};
use domain::clock::Moment;
use domain::prices::NamedType;
use domain::time_zone::TimeZone;
use domain::waiting_room::WaitingRoom;
use serde_json::{Value, json};
use service::input::event::document;
use service::office::admin::EventDocument;
use std::collections::{BTreeMap, BTreeSet, HashSet};

fn say(event: &EventDocument) -> Value {
    let ticket_type = |known: &NamedType| json!({ "id": known.id, "name": known.name, "prices": known.prices });
    json!({
        "name": event.name,
        "layoutId": event.layout,
        "startsAt": event.starts_at.rfc3339(),
        "endsAt": event.ends_at.map(Moment::rfc3339),
        "timeZone": event.time_zone,
        "currency": event.currency.code(),
        "salesOpenAt": event.sales_open_at.map(Moment::rfc3339),
        "salesCloseAt": event.sales_close_at.map(Moment::rfc3339),
        "prices": event.prices,
        "ticketTypes": event.ticket_types.iter().map(ticket_type).collect::<Value>(),
        "rules": event.rules,
        "waitingRoom": event.waiting_room.as_ref().map(say_room),
    })
}

fn say_room(room: &WaitingRoom) -> Value {
    let weights: BTreeMap<&str, u32> =
        room.priorities.iter().map(|known| (known.name.as_str(), known.weight)).collect();
    json!({
        "mode": room.mode.as_str(), "admitPerMinute": room.admit_per_minute, "maxActive": room.max_active,
        "opensAt": room.opens_at.map(Moment::rfc3339), "passMinutes": room.pass_ms as f64 / 60_000.0,
        "priorities": weights,
    })
}

fn check_room(room: &WaitingRoom) {
    assert!((1..=600_000).contains(&room.admit_per_minute) && room.max_active != Some(0), "{room:?}");
    assert!((0..=7_200_000).contains(&room.pass_ms) && room.shards == 1, "{room:?}");
    let names: BTreeSet<&str> = room.priorities.iter().map(|known| known.name.as_str()).collect();
    assert!(names.len() == room.priorities.len() && (1..=10).contains(&names.len()), "{room:?}");
    assert!(room.priorities.iter().all(|known| (1..=1_000).contains(&known.weight)), "{room:?}");
}

fn check(event: &EventDocument) {
    event.waiting_room.iter().for_each(check_room);
    assert!(!event.name.trim().is_empty() && event.name.chars().count() <= 200, "name {:?}", event.name);
    assert!(check::is_key_part(event.layout.as_str()), "layout {:?}", event.layout);
    assert!(event.currency.code().len() == 3, "currency {}", event.currency.code());
    assert!(event.ends_at.is_none_or(|end| end >= event.starts_at), "ends before it starts");
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    let is_name = |zone: &TimeZone| (1..=64).contains(&zone.as_str().len()) && zone.as_str().chars().all(of_a_name);
    assert!(event.time_zone.as_ref().is_none_or(is_name), "{:?}", event.time_zone);
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
