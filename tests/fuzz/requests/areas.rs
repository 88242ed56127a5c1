//! Areas of layout documents that are wrong by construction.

use super::bodies::{BAD, Body};
use super::documents::with;
use super::wrong::{no_text, one, text};
use fastrand::Rng;
use serde_json::{Value, json};

/// What a layout has besides its areas.
const SEATS: u32 = 9;
/// The most seats and places that a layout may have.
const MOST: u32 = 120_000;

/// A layout whose areas are wrong.
pub fn bad_areas(layout: Value, rng: &mut Rng) -> Body {
    match rng.u8(..12) {
        0..=3 => list(layout, rng),
        4..=7 => field(layout, rng),
        8 | 9 => shape(layout, rng),
        10 => with(layout, "/seats/0/id", format!("place_floor_{}", rng.u8(..20)).into()),
        _ => misspelt(layout, rng),
    }
}

/// Areas that are each as they should be, and not all together; or no areas.
fn list(layout: Value, rng: &mut Rng) -> Body {
    let area = |id: &str, capacity: u32| {
        let mut area = layout["areas"][0].clone();
        (area["id"], area["capacity"]) = (json!(id), json!(capacity));
        area
    };
    let areas = match rng.u8(..4) {
        0 => one(rng, &[json!(5), json!("none"), json!({}), json!([null]), json!([[]]), json!([{ "id": "floor" }])]),
        // An id in two forms is one id.
        1 => {
            let (first, last) = one(rng, &[("floor", "floor"), ("caf\u{e9}", "cafe\u{301}")]);
            json!([area(first, 1), area("between", 1), area(last, 2)])
        }
        // One place too many in all.
        2 => {
            let first = rng.u32(1..MOST - SEATS);
            json!([area("a", first), area("b", MOST - SEATS - first), area("c", 1)])
        }
        _ => (0..rng.u32(1_001..1_100)).map(|n| area(&format!("a{n}"), 1)).collect(),
    };
    with(layout, "/areas", areas)
}

fn field(layout: Value, rng: &mut Rng) -> Body {
    let (more, no_text, text) = (rng.u64(u64::from(MOST)..), no_text(rng), text(rng, 80));
    let (name, values) = match rng.u8(..5) {
        0 => (one(rng, &["id", "name", "capacity", "categoryId", "shape"]), vec![Value::Null]),
        // A place of the last one would have an id of 129 characters.
        1 => {
            ("id", vec![no_text, json!(""), json!("a\n"), json!(" a"), "x".repeat(129).into(), "x".repeat(120).into()])
        }
        2 => ("name", vec![no_text, json!(""), json!(" \t"), "x".repeat(201).into()]),
        3 => ("categoryId", vec![no_text, json!(""), format!("x{text}").into()]),
        _ => ("capacity", vec![json!(0), json!(-1), json!(19.5), json!("20"), json!([20]), json!(1e300), json!(more)]),
    };
    with(layout, &format!("/areas/0/{name}"), one(rng, &values))
}

fn shape(layout: Value, rng: &mut Rng) -> Body {
    let length = -rng.f64();
    let (name, values) = match rng.u8(..3) {
        0 => ("", vec![json!("round"), json!([0, 0, 1, 1]), json!({}), json!(7)]),
        1 => (one(rng, &["/x", "/y", "/width", "/height"]), vec![json!("1"), Value::Null, json!(1e10), json!([])]),
        _ => (one(rng, &["/width", "/height"]), vec![json!(0), json!(-0.0), json!(length)]),
    };
    with(layout, &format!("/areas/0/shape{name}"), one(rng, &values))
}

fn misspelt(mut layout: Value, rng: &mut Rng) -> Body {
    let areas = layout["areas"].take();
    layout[one(rng, &["area", "Areas", "places"])] = areas;
    (layout.to_string().into_bytes(), BAD)
}
