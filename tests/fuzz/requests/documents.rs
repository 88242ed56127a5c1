//! Documents of admins that are wrong by construction.

use super::areas::bad_areas;
use super::bodies::{BAD, Body};
use super::wrong::{edited, no_id, no_list, no_text, one, text, unknown_id};
use fastrand::Rng;
use serde_json::{Value, json};

/// Edits may make a document too large as well.
const EDITED: &[u16] = &[400, 413];

/// An event document that would be taken.
pub fn good_event() -> Value {
    json!({
        "name": "Gala", "layoutId": "hall", "startsAt": "2099-01-01T00:00:00Z", "currency": "KWD",
        "timeZone": "Asia/Kuwait", "prices": { "vip": 1.5 }, "rules": { "holdMinutes": 10, "maxHoldMinutes": 30 },
    })
}

/// A layout document that would be taken.
pub fn good_layout() -> Value {
    serde_json::from_str(include_str!("../corpus/layout_document/hall.json")).unwrap()
}

/// The document with another value in one place.
pub fn with(mut document: Value, pointer: &str, value: Value) -> Body {
    *document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    (document.to_string().into_bytes(), BAD)
}

/// An event document that is wrong.
pub fn bad_event(rng: &mut Rng) -> Body {
    let mut event = good_event();
    match rng.u8(..16) {
        0 => {
            let name = one(rng, &["name", "layoutId", "startsAt", "currency"]);
            with(event, &format!("/{name}"), if rng.bool() { no_text(rng) } else { Value::Null })
        }
        1 => with(event, "/name", one(rng, &[json!(""), json!(" \t"), json!("x".repeat(201))])),
        2 => with(event, "/layoutId", if rng.bool() { no_id(rng) } else { unknown_id(rng) }.into()),
        3 => {
            with(event, "/startsAt", one(rng, &["", "soon", "2099-13-01T00:00:00Z", "2099-01-01", "4070908800"]).into())
        }
        4 => with(event, "/currency", one(rng, &["", "eur", "EURO", "XXY", "€", "E\0R"]).into()),
        // Ann and Bob hold seats whose prices are in the event's currency.
        5 => with(event, "/currency", one(rng, &["EUR", "JPY", "BHD"]).into()),
        6 => with(event, "/prices", no_list(rng)),
        7 => with(
            event,
            "/prices/vip",
            one(rng, &[json!(-1), json!("1"), json!(1.0001), json!(1e30), json!([]), json!(1e-9)]),
        ),
        8 => {
            event["prices"][format!("x{}", text(rng, 9))] = json!(1);
            (event.to_string().into_bytes(), BAD)
        }
        9 => with(
            event,
            "/rules/holdMinutes",
            one(rng, &[json!(0), json!(31), json!(-5), json!(1.5), json!("5"), json!(1e10)]),
        ),
        10 => {
            event["rules"][one(rng, &["maxSeatsPerHold", "maxHoldMinutes"])] =
                one(rng, &[json!(0), json!(1_441), json!("x"), json!(-1)]);
            (event.to_string().into_bytes(), BAD)
        }
        11 => {
            (event["salesOpenAt"], event["salesCloseAt"]) =
                (json!("2098-01-01T00:00:00Z"), json!("2097-01-01T00:00:00Z"));
            (event.to_string().into_bytes(), BAD)
        }
        12 => {
            event[format!("x{}", text(rng, 30))] = json!(1);
            (event.to_string().into_bytes(), BAD)
        }
        13 => {
            event["endsAt"] = one(rng, &[json!("2098-12-31T23:59:59.999Z"), json!("late"), json!(4_070_908_800_u64)]);
            (event.to_string().into_bytes(), BAD)
        }
        14 => with(event, "/timeZone", no_time_zone(rng)),
        // Whatever the edits make of it, there is no such layout.
        _ => {
            event["layoutId"] = unknown_id(rng).into();
            (unknown_field(edited(rng, &event)), EDITED)
        }
    }
}

/// What no place's clocks are called.
fn no_time_zone(rng: &mut Rng) -> Value {
    let names = ["", "Nairobi", "africa/nairobi", "Africa/Nairobi ", "+03:00", "\u{0}"];
    if rng.bool() { no_text(rng) } else { one(rng, &names).into() }
}

/// A layout document that is wrong.
pub fn bad_layout(rng: &mut Rng) -> Body {
    let layout = good_layout();
    let seat = format!("/seats/{}", rng.u8(..4));
    match rng.u8(..14) {
        0 => {
            let name = one(rng, &["name", "canvasW", "canvasH", "categories", "seats", "items"]);
            with(layout, &format!("/{name}"), json!(one(rng, &[-1_i64, 0, 1 << 40])))
        }
        1 => with(layout, "/name", one(rng, &[Value::Null, json!(" "), json!("x".repeat(201)), json!({})])),
        2 => {
            let ids = [no_text(rng), json!(""), json!("a\n"), json!("x".repeat(129))];
            with(layout, &format!("{seat}/id"), one(rng, &ids))
        }
        3 => with(layout, "/seats/1/id", json!("seat_A1")),
        4 => with(
            layout,
            &format!("{seat}/categoryId"),
            if rng.bool() { no_text(rng) } else { json!(format!("x{}", text(rng, 80))) },
        ),
        5 => with(
            layout,
            &format!("{seat}/position/x"),
            one(rng, &[json!("1"), Value::Null, json!(1e10), json!(-1e300)]),
        ),
        6 => with(
            layout,
            "/categories/0/price",
            one(rng, &[json!(-1), json!(1e10), json!(0.0001), json!("5"), json!([])]),
        ),
        7 => with(layout, "/seats/2/companionOf", one(rng, &[json!("seat_A3"), json!("nobody"), json!(7)])),
        8 => with(layout, "/items/0/sc", one(rng, &[json!(0), json!(51), json!(1.5), json!("4"), json!(1e300)])),
        9..=11 => bad_areas(layout, rng),
        12 => bad_plan(rng),
        _ => (unknown_field(edited(rng, &layout)), EDITED),
    }
}

fn bad_plan(rng: &mut Rng) -> Body {
    let plan: Value = serde_json::from_str(include_str!("../corpus/pretix_plan/hall.json")).unwrap();
    let seat = "/zones/0/rows/0/seats/1";
    match rng.u8(..5) {
        0 => with(plan, "/zones", one(rng, &[json!([]), json!({}), json!("x"), json!([5])])),
        1 => with(plan, "/categories", one(rng, &[json!([]), Value::Null, json!([{}]), json!([{ "name": "" }])])),
        2 => with(plan, &format!("{seat}/category"), json!(text(rng, 200) + "?")),
        3 => with(plan, &format!("{seat}/seat_guid"), one(rng, &[json!("p-1-1"), json!(""), json!(7), json!(" a")])),
        _ => with(
            plan,
            &format!("{seat}/position"),
            one(rng, &[Value::Null, json!([1, 2]), json!({ "x": 1 }), json!({ "x": "1", "y": 1 })]),
        ),
    }
}

/// Puts a field in that nobody knows, or leaves a text that is no object even worse.
fn unknown_field(document: Vec<u8>) -> Vec<u8> {
    match document.strip_prefix(b"{") {
        Some(rest) => [&br#"{"whatIsThis":1,"#[..], rest].concat(),
        None => [&document, &b"]"[..]].concat(),
    }
}
