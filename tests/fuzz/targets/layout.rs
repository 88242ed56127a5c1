//! Layout documents: what is accepted keeps every limit, survives the table, and can be answered.

use super::layout_answer;
use super::layout_render::say;
use crate::check;
use crate::engine::{accepted, fuzz};
use domain::inventory::{Area, Inventory, Seat};
use domain::layout::viewport::Viewport;
use domain::layout::{ItemKind, Layout, Point, packed};
use domain::name::SeatId;
use domain::refusal::Refusal;
use serde_json::Value;
use service::output::prefixes::{Prefixes, UNTOUCHED, push_item};
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
    check_neighbours(layout.inventory());
    check_numbers(layout);
    check_tables(layout);
    check_areas(layout);
    check_answer(layout);
    let packed = packed::pack(layout);
    let back = packed::unpack(&packed.chunks).unwrap();
    assert_eq!(&back, layout, "another layout comes out of the table");
    assert_eq!(packed::pack(&back), packed);
}

fn check_ids(layout: &Layout) {
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    let seats: BTreeSet<&str> = inventory.seats().iter().map(|seat| seat.id.as_str()).collect();
    let items: BTreeSet<&str> = drawing.items.iter().map(|item| item.id.as_str()).collect();
    let categories: BTreeSet<&str> = inventory.categories().iter().map(|category| category.id.as_str()).collect();
    let areas: BTreeSet<&str> = inventory.areas().iter().map(|area| area.id.as_str()).collect();
    assert!((1..=120_000).contains(&inventory.seats().len()) && (1..=1_000).contains(&inventory.categories().len()));
    assert_eq!(
        (seats.len(), items.len(), categories.len(), areas.len()),
        (inventory.seats().len(), drawing.items.len(), inventory.categories().len(), inventory.areas().len()),
        "an id twice"
    );
    assert_eq!(
        (drawing.places.len(), drawing.colors.len(), drawing.areas.len()),
        (inventory.numbered(), categories.len(), areas.len())
    );
    assert!(seats.iter().chain(&items).chain(&categories).chain(&areas).all(|id| check::is_visible(id)));
    for (at, seat) in (0..).zip(inventory.seats()) {
        assert_eq!(inventory.seat_index(seat.id.as_str()), Some(at));
        assert_eq!(inventory.category_of(at).id, inventory.categories()[usize::from(seat.category)].id);
        assert!(seat.companion_of.is_none_or(|other| other != at && (other as usize) < inventory.numbered()));
    }
}

fn check_neighbours(inventory: &Inventory) {
    for (at, seat) in (0..).zip(inventory.seats()) {
        let Some(right) = inventory.neighbours().right_of(at) else { continue };
        assert!(
            (at as usize) < inventory.numbered() && (right as usize) < inventory.numbered(),
            "a place has no sides"
        );
        assert_eq!(inventory.neighbours().left_of(right), Some(at));
        let right = &inventory.seats()[right as usize];
        assert_eq!((&right.section, right.table), (&seat.section, seat.table));
        let label = |seat: &Seat| seat.row_label.clone().unwrap_or_default();
        assert_eq!(label(right), label(seat));
    }
}

fn check_numbers(layout: &Layout) {
    let is_size = |size: Point| size.x > 0.0 && size.y > 0.0 && size.x.is_finite() && size.y.is_finite();
    let is_place = |place: Point| place.x.is_finite() && place.y.is_finite();
    let drawing = layout.drawing();
    assert!(is_size(drawing.canvas) && drawing.focus.is_none_or(is_place));
    assert!(drawing.name.chars().count() <= 200, "{:?}", drawing.name);
    for place in &drawing.places {
        assert!(is_size(place.size) && is_place(place.position) && place.rotation.abs() <= COORDINATE_MAX, "{place:?}");
    }
    for item in &drawing.items {
        assert!(is_size(item.size) && is_place(item.pos) && item.rot.abs() <= COORDINATE_MAX, "{item:?}");
    }
    for area in &drawing.areas {
        assert!(is_size(area.size) && is_place(area.position), "{area:?}");
    }
    for category in layout.inventory().categories() {
        let Some(price) = category.price.as_ref().map(|price| price.as_f64().unwrap()) else { continue };
        let thousandths = (price * 1_000.0).round() / 1_000.0;
        assert!((0.0..=1e9).contains(&price) && thousandths.to_bits() == price.to_bits(), "{category:?}");
    }
}

fn check_tables(layout: &Layout) {
    let (inventory, mut at_tables) = (layout.inventory(), 0);
    for (at, table) in (0..).zip(inventory.tables()) {
        let seats = inventory.table_seats(table.id.as_str()).unwrap();
        assert!(seats == table.seats && (1..=50).contains(&seats.len()), "{table:?}");
        for (n, seat) in seats.enumerate() {
            let seat = &inventory.seats()[seat as usize];
            assert_eq!((seat.id.as_str(), seat.table), (format!("seat_{}_{n}", table.id).as_str(), Some(at)));
            at_tables += 1;
        }
    }
    assert_eq!(inventory.seats().iter().filter(|seat| seat.table.is_some()).count(), at_tables);
    let shown = layout.drawing().items.iter().filter_map(|item| Some((item, item.table?)));
    let shown: Vec<u32> = shown
        .map(|(item, table)| {
            assert_eq!((item.kind, &item.id), (ItemKind::Table, &inventory.tables()[table as usize].id));
            table
        })
        .collect();
    assert_eq!(shown, (0..u32::try_from(inventory.tables().len()).unwrap()).collect::<Vec<_>>(), "each is drawn once");
}

/// The places of the areas follow the seats that have a number, area after area, and are seats of which nothing else is
/// known.
fn check_areas(layout: &Layout) {
    let inventory = layout.inventory();
    assert!(inventory.areas().len() <= 1_000);
    assert!((0..).zip(&inventory.seats()[..inventory.numbered()]).all(|(at, _)| inventory.area_of(at).is_none()));
    let mut next = inventory.numbered();
    for (at, area) in inventory.areas().iter().enumerate() {
        assert!((1..=200).contains(&area.name.chars().count()) && !area.name.trim().is_empty(), "{area:?}");
        assert_eq!((inventory.find_area(&area.id), area.places.start as usize), (Some(at), next));
        assert!(area.capacity() > 0 && area.capacity() == area.places.len());
        for (n, place) in area.places.clone().enumerate() {
            assert_eq!(inventory.area_of(place), Some(at));
            assert_eq!(inventory.seats()[place as usize], place_of(area, n));
        }
        next = area.places.end as usize;
    }
    assert_eq!(next, inventory.seats().len(), "seats that are in no area have a number");
}

fn place_of(area: &Area, number: usize) -> Seat {
    Seat {
        id: SeatId::parse(&format!("place_{}_{number}", area.id)).unwrap(),
        category: area.category,
        section: None,
        row_label: None,
        seat_number: None,
        label: None,
        accessible: false,
        companion_of: None,
        table: None,
    }
}

fn check_answer(layout: &Layout) {
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    let prefixes = Prefixes::new(layout);
    assert_eq!(prefixes.len(), inventory.numbered());
    for (at, (seat, place)) in (0..).zip(inventory.seats().iter().zip(&drawing.places)) {
        let answer: Value = serde_json::from_str(&format!("{}{UNTOUCHED}", prefixes.of(at))).unwrap();
        assert_eq!(answer["id"], seat.id.as_str());
        assert_eq!(answer["position"]["x"].as_f64(), Some(place.position.x));
    }
    for item in &drawing.items {
        let mut answer = String::new();
        push_item(&mut answer, inventory, item);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((&answer["id"], answer["pos"]["y"].as_f64()), (&Value::from(item.id.as_str()), Some(item.pos.y)));
    }
    let everything = Viewport { x: -1e15, y: -1e15, width: 2e15, height: 2e15 };
    assert_eq!(everything.seats(drawing).count(), inventory.numbered());
    assert!(drawing.areas.iter().all(|area| everything.shows_area(area)));
    layout_answer::check_answer(layout);
}

/// Whether a document could say all of this layout itself: places at tables and sums of offsets may lie further out, and
/// pretix lets names be empty.
fn can_be_said(layout: &Layout) -> bool {
    let is_name = |name: &str| !name.trim().is_empty();
    let within = |point: Point| point.x.abs() <= COORDINATE_MAX && point.y.abs() <= COORDINATE_MAX;
    let drawing = layout.drawing();
    is_name(&drawing.name)
        && layout.inventory().categories().iter().all(|category| is_name(&category.name))
        && within(drawing.canvas)
        && drawing.places.iter().all(|place| within(place.position) && within(place.size))
        && drawing.items.iter().all(|item| within(item.pos) && within(item.size))
        && drawing.areas.iter().all(|area| within(area.position) && within(area.size))
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
