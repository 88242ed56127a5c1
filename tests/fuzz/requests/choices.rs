//! Bodies for seats that are to be chosen, or booked at once, wrong by construction. Of the seats with a number three are
//! free, `seat_t1_2` beside `seat_t1_3` and `seat_t1_0` apart from them, all `vip` and none accessible; and eighteen
//! places of `floor`, which are `standard`.

use super::bodies::{self, BAD, Body, CONFLICT, MISSING, good, minutes, of_bob, seats, with};
use super::wrong::{no_label, no_text, one, text};
use fastrand::Rng;
use serde_json::{Value, json};

/// A body to book the best, which would do its work.
pub fn good_book_best() -> Value {
    let mut body = good("book");
    body.as_object_mut().unwrap().remove("seatIds");
    (body["quantity"], body["together"]) = (json!(2), json!(true));
    body
}

/// A body with these fields in the place of its own; null takes one out.
fn but(mut body: Value, fields: Value) -> Vec<u8> {
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body.to_string().into_bytes()
}

/// A body to hold places of an area that is wrong.
pub fn hold_area(rng: &mut Rng) -> Body {
    let area = |fields| but(good("hold-area"), fields);
    match rng.u8(..8) {
        0 => minutes("hold-area", rng),
        1 => (area(json!({ one(rng, &["quantity", "areaId"]): null })), BAD),
        2 => (area(json!({ "quantity": quantity(rng) })), BAD),
        3 => (area(json!({ "ticketTypes": counts(rng) })), BAD),
        4 => (area(json!({ "areaId": no_area_id(rng) })), BAD),
        5 => (area(json!({ "areaId": no_area(rng) })), MISSING),
        6 => {
            let others = ["together", "accessible", "categoryId", "seatIds", "tableId", "areaIds", "places"];
            (area(json!({ one(rng, &others): one(rng, &[json!(true), json!(1), json!("vip"), json!([])]) })), BAD)
        }
        _ => (area(json!({ "quantity": rng.u8(19..=40) })), CONFLICT),
    }
}

/// A body for the best seats that is wrong.
pub fn best_available(rng: &mut Rng) -> Body {
    match rng.u8(..12) {
        0 => minutes("best-available", rng),
        1 => (with("best-available", "quantity", Value::Null), BAD),
        2 => {
            let others = ["seatIds", "seatLabel", "tableId", "tableIds", "areaIds", "categoryIds", "count"];
            (with("best-available", one(rng, &others), json!(["seat_t1_0"])), BAD)
        }
        _ => best(&good("best-available"), rng),
    }
}

/// A body to book at once that is wrong.
pub fn book(rng: &mut Rng) -> Body {
    match rng.u8(..14) {
        0..=3 => bodies::checkout("book", rng),
        4 | 5 => seats("book", rng),
        6 => (with("book", "seatIds", json!([])), BAD),
        7 => (with("book", "seatIds", of_bob(rng)), CONFLICT),
        8 => (with("book", "ticketTypes", bodies::types(rng)), BAD),
        // Seats that are named are not chosen, and nothing is held.
        9 => {
            let fields = [
                json!({ "quantity": 1 }),
                json!({ "categoryId": "vip" }),
                json!({ "areaId": "floor" }),
                json!({ "accessible": 0 }),
                json!({ "together": false }),
                json!({ "tableIds": ["t1"] }),
                json!({ "holdDurationMinutes": 10 }),
            ];
            (but(good("book"), one(rng, &fields)), BAD)
        }
        _ => best(&good_book_best(), rng),
    }
}

/// What says wrongly which seats are the best, in the place of what a good body says.
fn best(good: &Value, rng: &mut Rng) -> Body {
    let best = |fields| but(good.clone(), fields);
    match rng.u8(..9) {
        0 => (best(json!({ "quantity": quantity(rng) })), BAD),
        1 => (best(json!({ "ticketTypes": counts(rng) })), BAD),
        2 => {
            let no_count =
                [json!(-1), json!(3), json!(51), json!(0.5), json!("1"), json!([1]), json!(true), json!(1e300)];
            (best(json!({ "accessible": one(rng, &no_count) })), BAD)
        }
        3 => {
            let categories = [no_text(rng), json!(""), json!(format!("x{}", text(rng, 80))), json!("x".repeat(201))];
            (best(json!({ "categoryId": one(rng, &categories) })), BAD)
        }
        4 => (best(json!({ "areaId": no_area_id(rng) })), BAD),
        5 => (best(json!({ "areaId": no_area(rng), "categoryId": null })), MISSING),
        6 => (
            best(json!({ "together": one(rng, &[json!("yes"), json!("false"), json!(0), json!([]), json!({})]) })),
            BAD,
        ),
        7 => {
            // The area is of another category, and no place is accessible.
            let apart = [
                json!({ "areaId": "floor", "categoryId": "vip" }),
                json!({ "areaId": "floor", "categoryId": null, "accessible": 1 }),
            ];
            (best(one(rng, &apart)), BAD)
        }
        _ => (best(short(rng)), CONFLICT),
    }
}

/// More than there is, or more than there is side by side.
fn short(rng: &mut Rng) -> Value {
    let many = rng.u8(22..=40);
    one(
        rng,
        &[
            json!({ "categoryId": "vip", "quantity": 3 }),
            json!({ "categoryId": "VIP", "quantity": many, "together": false }),
            json!({ "categoryId": "standard", "quantity": 19, "together": false }),
            json!({ "categoryId": null, "quantity": 21 }),
            json!({ "categoryId": null, "quantity": many, "together": false }),
            json!({ "categoryId": null, "areaId": "floor", "quantity": many }),
            json!({ "accessible": 1 }),
            json!({ "accessible": 2, "together": false }),
        ],
    )
}

/// A quantity that nobody may ask for.
fn quantity(rng: &mut Rng) -> Value {
    let (more, no_text) = (rng.u64(51..), no_text(rng));
    one(
        rng,
        &[json!(0), json!(-1), json!(1.5), json!(51), json!("2"), json!(1e300), json!(5e-324), json!(more), no_text],
    )
}

/// Counts of ticket types that cannot be meant: the event has none.
fn counts(rng: &mut Rng) -> Value {
    let (no_text, text) = (no_text(rng), text(rng, 8));
    one(
        rng,
        &[
            json!("adult"),
            json!(["adult"]),
            json!({}),
            json!({ "adult": 0 }),
            json!({ "adult": -1 }),
            json!({ "adult": 51 }),
            json!({ "adult": "2" }),
            json!({ "adult": null }),
            json!({ "adult": no_text }),
            json!({ "adult": 2 }),
            json!({ "adult": 1 }),
            json!({ "adult": 30, "child": 30 }),
            json!({ "caf\u{e9}": 1, "cafe\u{301}": 1 }),
            json!({ "seat_t1_0": "adult" }),
            json!({ format!("{text}\u{7}"): 2 }),
        ],
    )
}

/// What no area could be called.
fn no_area_id(rng: &mut Rng) -> Value {
    if rng.bool() { no_text(rng) } else { no_label(rng).into() }
}

/// What could be an area, and is none: no table, shape, seat, place or category is.
fn no_area(rng: &mut Rng) -> Value {
    let name = one(rng, &["Floor", "floor_0", "t1", "stage", "seat_A1", "place_floor_0", "vip"]);
    if rng.bool() { name.into() } else { format!("{name}{}", rng.u32(..)).into() }
}
