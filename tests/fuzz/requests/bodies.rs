//! Bodies that are wrong by construction, and the statuses that each may be answered with.

use super::choices;
use super::stage::EVENT;
use super::wrong::{edited, no_label, no_list, no_text, one, text, unknown_id, unknown_label};
use fastrand::Rng;
use serde_json::{Value, json};

/// A body, and the statuses that it may be answered with.
pub type Body = (Vec<u8>, &'static [u16]);

pub const BAD: &[u16] = &[400];
pub const MISSING: &[u16] = &[404];
/// Edits may make a body too large as well.
const EDITED: &[u16] = &[400, 404, 413];
pub const CONFLICT: &[u16] = &[409];

/// A body that would do its work: Ann holds `seat_A1`, `seat_t1_1` and the table `t2`.
pub fn good(action: &str) -> Value {
    match action {
        "hold-seats" => json!({ "eventId": EVENT, "seatIds": ["seat_t1_0"], "holdDurationMinutes": 10 }),
        "hold-table" => json!({ "eventId": EVENT, "tableId": "t1" }),
        "hold-area" => json!({ "eventId": EVENT, "areaId": "floor", "quantity": 2, "holdDurationMinutes": 10 }),
        "best-available" => json!({ "eventId": EVENT, "categoryId": "vip", "quantity": 2, "together": true }),
        "book" => json!({
            "eventId": EVENT, "seatIds": ["seat_t1_0"], "contactInfo": { "name": "Ann" }, "notes": "none",
            "paymentInfo": { "transactionId": "t3", "gateway": "stripe" }, "passengers": [{ "name": "Ann" }],
        }),
        "release" => json!({ "eventId": EVENT, "seatIds": ["seat_A1"], "tableIds": ["t2"] }),
        "extend" => json!({ "eventId": EVENT }),
        "confirm" => json!({
            "eventId": EVENT, "seatIds": ["seat_A1"], "contactInfo": { "name": "Ann" }, "notes": "none",
            "paymentInfo": { "transactionId": "t2", "gateway": "stripe" }, "passengers": [{ "name": "Ann" }],
        }),
        other => panic!("no body is known for {other}: a new route needs bad requests of its own"),
    }
}

/// The good body with one field that is different.
pub fn with(action: &str, name: &str, value: Value) -> Vec<u8> {
    let mut body = good(action);
    body[name] = value;
    body.to_string().into_bytes()
}

/// A body of this action that is wrong.
pub fn bad(action: &str, rng: &mut Rng) -> Body {
    match rng.u8(..10) {
        0 | 1 => event(action, rng),
        // Whatever the edits make of it, nothing has this event.
        2 | 3 => {
            let mut body = good(action);
            body["eventId"] = unknown_id(rng).into();
            (edited(rng, &body), EDITED)
        }
        _ => match action {
            "hold-seats" => hold_seats(rng),
            "hold-table" => hold_table(rng),
            "hold-area" => choices::hold_area(rng),
            "best-available" => choices::best_available(rng),
            "book" => choices::book(rng),
            "release" => named(action, rng),
            // It names nothing but the event.
            "extend" => {
                (with("extend", one(rng, &["seatIds", "minutes", "holdDurationMinutes"]), json!(["seat_A1"])), BAD)
            }
            _ => match rng.u8(..7) {
                0 => named("confirm", rng),
                _ => checkout("confirm", rng),
            },
        },
    }
}

/// The end of a session that names what it cannot mean.
pub fn bad_session(rng: &mut Rng) -> Body {
    let body = match rng.u8(..4) {
        0 => json!({ "eventId": EVENT }),
        1 => json!({ "seatIds": ["seat_A1"] }),
        2 => json!({ "userId": no_text(rng) }),
        _ => json!({ "userId": "" }),
    };
    (body.to_string().into_bytes(), BAD)
}

fn event(action: &str, rng: &mut Rng) -> Body {
    match rng.u8(..4) {
        0 => (with(action, "eventId", Value::Null), BAD),
        1 => (with(action, "eventId", no_text(rng)), BAD),
        2 => (with(action, "eventId", json!("")), BAD),
        _ => (with(action, "eventId", unknown_id(rng).into()), MISSING),
    }
}

/// Seats that cannot be asked for.
pub fn seats(action: &str, rng: &mut Rng) -> Body {
    let mut list = vec![json!("seat_A1")];
    match rng.u8(..8) {
        0 => return (with(action, "seatIds", no_list(rng)), BAD),
        1 => list.push(no_text(rng)),
        2 => list.push(Value::Null),
        3 => list.insert(rng.usize(..2), no_label(rng).into()),
        4 => list.push(unknown_label(rng).into()),
        5 => list.push(json!("seat_A1")),
        6 => list = (0..rng.usize(51..300)).map(|n| json!(format!("seat_{n}"))).collect(),
        _ => {
            // An alias of its own, after the usual name is gone.
            let mut body = good(action);
            body.as_object_mut().unwrap().remove("seatIds");
            body[one(rng, &["seatLabels", "seat_ids", "seatIDs"])] = json!([unknown_label(rng)]);
            return (body.to_string().into_bytes(), BAD);
        }
    }
    (with(action, "seatIds", list.into()), BAD)
}

/// A length that no hold has.
pub fn minutes(action: &str, rng: &mut Rng) -> Body {
    let minutes = match rng.u8(..5) {
        0 => json!(-rng.f64() * 1e3),
        1 => json!(30.001 + rng.f64() * 1e9),
        2 => json!(rng.f64() * 0.99),
        3 => one(
            rng,
            &[json!(0), json!(-0.0), json!("10"), json!([10]), json!({}), json!(true), json!(1e300), json!(5e-324)],
        ),
        _ => json!(u64::MAX - rng.u64(..1_000)),
    };
    (with(action, "holdDurationMinutes", minutes), BAD)
}

fn hold_seats(rng: &mut Rng) -> Body {
    match rng.u8(..9) {
        8 => (with("hold-seats", "ticketTypes", types(rng)), BAD),
        0 | 1 => minutes("hold-seats", rng),
        2 => (with("hold-seats", "seatIds", one(rng, &[Value::Null, json!([])])), BAD),
        3 => {
            let theirs = of_bob(rng);
            (with("hold-seats", "seatIds", theirs), CONFLICT)
        }
        _ => seats("hold-seats", rng),
    }
}

/// Seats and places of which some are Bob's, held or booked.
pub fn of_bob(rng: &mut Rng) -> Value {
    one(
        rng,
        &[
            json!(["seat_t1_0", "seat_A3"]),
            json!(["seat_A2"]),
            json!(["seat_A2", "seat_A3"]),
            json!(["place_floor_0"]),
            json!(["place_floor_2", "place_floor_1"]),
        ],
    )
}

/// Ticket types that cannot be meant: the event has none.
pub fn types(rng: &mut Rng) -> Value {
    let (no_text, text) = (no_text(rng), text(rng, 8));
    one(
        rng,
        &[
            json!("adult"),
            json!(["adult"]),
            json!({ "seat_t1_0": no_text }),
            json!({ "seat_t1_0": "adult" }),
            json!({ "seat_A1": "adult" }),
            json!({ format!("{text}\u{7}"): "adult" }),
        ],
    )
}

fn hold_table(rng: &mut Rng) -> Body {
    let table = |value| with("hold-table", "tableId", value);
    match rng.u8(..5) {
        0 => minutes("hold-table", rng),
        1 => (table(Value::Null), BAD),
        2 => (table(no_text(rng)), BAD),
        3 => (table(no_label(rng).into()), BAD),
        // A shape is no table, and a seat or an area is none either.
        _ => (table(json!(one(rng, &["stage", "t3", "T1", "seat_A1", "seat_t1_0", "floor"]))), MISSING),
    }
}

/// What a confirm or a release names.
fn named(action: &str, rng: &mut Rng) -> Body {
    match rng.u8(..10) {
        0 => {
            let mut body = good(action);
            (body["seatIds"], body["tableIds"]) = (json!([]), one(rng, &[json!([]), Value::Null]));
            (body.to_string().into_bytes(), BAD)
        }
        1 => (with(action, "tableIds", no_list(rng)), BAD),
        2 => (with(action, "tableIds", json!(["t2", no_text(rng)])), BAD),
        3 => (with(action, "tableIds", json!([no_label(rng)])), BAD),
        4 => (with(action, "tableIds", json!(["t2", format!("table_{}", rng.u32(..))])), MISSING),
        5 => (with(action, "tableIds", json!(["t2", "t2"])), BAD),
        // Bob's, or nobody's.
        6 => {
            let others = ["seat_A2", "seat_A3", "seat_t1_0", "place_floor_0", "place_floor_7"];
            (with(action, "seatIds", json!(["seat_A1", one(rng, &others)])), CONFLICT)
        }
        _ => seats(action, rng),
    }
}

/// What goes on record with a booking, or its payment, is wrong.
pub fn checkout(action: &str, rng: &mut Rng) -> Body {
    let paid = |value| with(action, "paymentInfo", value);
    let long = || "x".repeat(513);
    match rng.u8(..12) {
        0 => (with(action, "contactInfo", one(rng, &[json!("Ann"), json!([1]), json!(7), json!(false)])), BAD),
        1 => (with(action, "passengers", one(rng, &[json!("Ann"), json!({}), json!(["Ann"]), json!([{}, 1])])), BAD),
        2 => (with(action, "passengers", vec![json!({}); rng.usize(51..200)].into()), BAD),
        3 => (with(action, one(rng, &["notes", "specialRequests"]), no_text(rng)), BAD),
        4 => (with(action, one(rng, &["notes", "specialRequests"]), "ä".repeat(rng.usize(2_001..9_000)).into()), BAD),
        5 => (paid(one(rng, &[json!("stripe"), json!([1]), json!(7), json!(true)])), BAD),
        6 => {
            let name = one(rng, &["transactionId", "gateway", "method", "status"]);
            (paid(json!({ name: no_text(rng) })), BAD)
        }
        7 => {
            let name = one(rng, &["transactionId", "paymentId", "gateway", "method", "status"]);
            (paid(json!({ name: long() })), BAD)
        }
        8 => (paid(json!({ "transactionId": "", "paymentId": text(rng, 5) })), BAD),
        9 => (with(action, "contactInfo", json!({ text(rng, 5): "x".repeat(rng.usize(16_385..40_000)) })), BAD),
        // Bob paid for his seat with this one.
        10 => (paid(json!({ "transactionId": "t1" })), CONFLICT),
        _ => (paid(json!({ "status": one(rng, &["failed", "FAILED"]) })), CONFLICT),
    }
}
