//! Layout documents: what is accepted keeps every limit, survives the table, and can be answered.

use super::layout_render::say;
use crate::check;
use crate::engine::{accepted, fuzz};
use domain::layout::answer::{Prefixes, UNTOUCHED, push_item};
use domain::layout::viewport::Viewport;
use domain::layout::{ItemKind, Layout, Point, packed};
use domain::refusal::Refusal;
use serde_json::Value;
use std::collections::BTreeSet;

/// Coordinates that a document may give.
const COORDINATE_MAX: f64 = 1e9;

/// The document that most others are made from.
pub fn sample() -> Value {
    serde_json::from_str(include_str!("../corpus/layout_document/hall.json")).unwrap()
}

/// Everything that holds for a published layout, wherever it came from.
pub fn check_layout(layout: &Layout) {
    check_ids(layout);
    check_numbers(layout);
    check_tables(layout);
    check_answer(layout);
    let packed = packed::pack(layout);
    let back = packed::unpack(&packed.chunks).unwrap();
    assert_eq!(&back, layout, "another layout comes out of the table");
    assert_eq!(packed::pack(&back), packed);
}

fn check_ids(layout: &Layout) {
    let seats: BTreeSet<&str> = layout.seats().iter().map(|seat| seat.id.as_str()).collect();
    let items: BTreeSet<&str> = layout.items().iter().map(|item| item.id.as_str()).collect();
    let categories: BTreeSet<&str> = layout.categories().iter().map(|category| category.id.as_str()).collect();
    assert!((1..=120_000).contains(&layout.seats().len()) && (1..=1_000).contains(&layout.categories().len()));
    assert_eq!(
        (seats.len(), items.len(), categories.len()),
        (layout.seats().len(), layout.items().len(), layout.categories().len()),
        "an id twice"
    );
    assert!(seats.iter().chain(&items).chain(&categories).all(|id| check::is_visible(id)));
    for (at, seat) in (0..).zip(layout.seats()) {
        assert_eq!(layout.seat_index(seat.id.as_str()), Some(at));
        assert_eq!(layout.category_of(at).id, layout.categories()[usize::from(seat.category)].id);
        assert!(seat.companion_of.is_none_or(|other| other != at && (other as usize) < layout.seats().len()));
    }
}

fn check_numbers(layout: &Layout) {
    let is_size = |size: Point| size.x > 0.0 && size.y > 0.0 && size.x.is_finite() && size.y.is_finite();
    let is_place = |place: Point| place.x.is_finite() && place.y.is_finite();
    assert!(is_size(Point { x: layout.canvas_w(), y: layout.canvas_h() }) && layout.focus().is_none_or(is_place));
    assert!(layout.name().chars().count() <= 200, "{:?}", layout.name());
    for seat in layout.seats() {
        assert!(is_size(seat.size) && is_place(seat.position) && seat.rotation.abs() <= COORDINATE_MAX, "{seat:?}");
    }
    for item in layout.items() {
        assert!(is_size(item.size) && is_place(item.pos) && item.rot.abs() <= COORDINATE_MAX, "{item:?}");
    }
    for category in layout.categories() {
        let Some(price) = category.price.as_ref().map(|price| price.as_f64().unwrap()) else { continue };
        let thousandths = (price * 1_000.0).round() / 1_000.0;
        assert!((0.0..=1e9).contains(&price) && thousandths.to_bits() == price.to_bits(), "{category:?}");
    }
}

fn check_tables(layout: &Layout) {
    let mut at_tables = 0;
    for (at, item) in (0..).zip(layout.items()) {
        let seats = layout.table_seats(item.id.as_str()).unwrap_or_default();
        let count = if item.kind == ItemKind::Table { item.sc.unwrap_or(0) } else { 0 };
        assert!(seats.len() == count as usize && count <= 50, "{item:?}");
        for (n, seat) in seats.enumerate() {
            let seat = &layout.seats()[seat as usize];
            assert_eq!((seat.id.as_str(), seat.table), (format!("seat_{}_{n}", item.id).as_str(), Some(at)));
            at_tables += 1;
        }
    }
    assert_eq!(layout.seats().iter().filter(|seat| seat.table.is_some()).count(), at_tables);
}

fn check_answer(layout: &Layout) {
    let prefixes = Prefixes::new(layout);
    assert_eq!(prefixes.len(), layout.seats().len());
    for (at, seat) in (0..).zip(layout.seats()) {
        let answer: Value = serde_json::from_str(&format!("{}{UNTOUCHED}", prefixes.of(at))).unwrap();
        assert_eq!(answer["id"], seat.id.as_str());
        assert_eq!(answer["position"]["x"].as_f64(), Some(seat.position.x));
    }
    for item in layout.items() {
        let mut answer = String::new();
        push_item(&mut answer, layout, item);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((&answer["id"], answer["pos"]["y"].as_f64()), (&Value::from(item.id.as_str()), Some(item.pos.y)));
    }
    let everything = Viewport { x: -1e15, y: -1e15, width: 2e15, height: 2e15 };
    assert_eq!(everything.seats(layout).count(), layout.seats().len());
}

/// Whether a document could say all of this layout itself: places at tables and sums of offsets may lie further out, and
/// pretix lets names be empty.
fn can_be_said(layout: &Layout) -> bool {
    let is_name = |name: &str| !name.trim().is_empty();
    let within = |point: Point| point.x.abs() <= COORDINATE_MAX && point.y.abs() <= COORDINATE_MAX;
    is_name(layout.name())
        && layout.categories().iter().all(|category| is_name(&category.name))
        && within(Point { x: layout.canvas_w(), y: layout.canvas_h() })
        && layout.seats().iter().all(|seat| within(seat.position) && within(seat.size))
        && layout.items().iter().all(|item| within(item.pos) && within(item.size))
}

/// The same to nine digits: the JSON reader may miss the last of seventeen.
fn coarse(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::from(format!("{:.8e}", number.as_f64().unwrap())),
        Value::Array(values) => values.into_iter().map(coarse).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, coarse(value))).collect(),
        other => other,
    }
}

/// What a document is taken for.
pub fn read(bytes: &[u8]) -> Option<(Value, Layout)> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    match Layout::from_document(&document) {
        Ok(layout) => {
            accepted();
            check_layout(&layout);
            if can_be_said(&layout) {
                let said = say(&layout);
                let again = Layout::from_document(&said).unwrap();
                assert_eq!(coarse(say(&again)), coarse(said));
            }
            Some((document, layout))
        }
        Err(faults) => {
            assert!(faults.total > 0 && faults.first.len() == faults.total.min(10), "{faults:?}");
            for fault in &faults.first {
                check::message(&fault.message);
                assert!(!fault.path.contains(char::is_control), "{:?}", fault.path);
            }
            check::refusal(&Refusal::from(faults));
            None
        }
    }
}

#[test]
fn a_layout_document_becomes_a_layout_that_can_be_kept_and_shown_or_is_refused() {
    fuzz("layout_document", |bytes| drop(read(bytes)));
}
