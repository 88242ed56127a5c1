//! Which seats a table brings, where they stand, and what a listed seat of the same name changes.

use super::super::Layout;
use super::*;
use crate::samples::{hall, layout};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A document with one table of `sc` seats, 80 by 40 at (100, 100), and one category.
fn table(shp: &str, sc: u32) -> Value {
    json!({
        "name": "n", "canvasW": 1, "canvasH": 1,
        "categories": [{"id": "c", "name": "C", "color": "red", "price": 0}],
        "items": [{"id": "t", "type": "table", "pos": {"x": 100, "y": 100}, "size": {"x": 80, "y": 40},
                   "shp": shp, "sc": sc}],
    })
}

/// The middles of the seats, relative to the middle of the table above.
fn middles(document: &Value) -> Vec<(f64, f64)> {
    let layout = layout(document);
    layout.drawing().places.iter().map(Place::middle).map(|middle| (middle.x - 140.0, middle.y - 120.0)).collect()
}

#[test]
fn a_table_needs_no_listed_seats_and_takes_the_only_category() {
    let layout = layout(&table("round", 3));
    let ids: Vec<&str> = layout.inventory().seats().iter().map(|seat| seat.id.as_str()).collect();
    assert_eq!(ids, ["seat_t_0", "seat_t_1", "seat_t_2"]);
    assert_eq!(layout.drawing().items[0].category, Some(0));
    let seat = &layout.inventory().seats()[2];
    assert_eq!((seat.category, seat.table, layout.drawing().places[2].size), (0, Some(0), SEAT_SIZE));
    assert_eq!(seat.seat_number, Some(SeatNumber::Whole(3)));
}

#[test]
fn seats_stand_around_a_round_table_from_its_top() {
    assert_eq!(middles(&table("round", 4)), [(0.0, -32.0), (52.0, 0.0), (0.0, 32.0), (-52.0, 0.0)]);
}

#[test]
fn seats_stand_along_the_edge_of_any_other_table() {
    // The way around is 2 * (104 + 64) = 336, so six seats are 56 apart, the first half a gap from the corner.
    let expected = [(-24.0, -32.0), (32.0, -32.0), (52.0, 4.0), (24.0, 32.0), (-32.0, 32.0), (-52.0, -4.0)];
    assert_eq!(middles(&table("rect", 6)), expected);
}

#[test]
fn seats_turn_with_their_table() {
    let mut document = table("round", 4);
    document["items"][0]["rot"] = json!(90);
    assert_eq!(middles(&document), [(32.0, 0.0), (0.0, 52.0), (-32.0, 0.0), (0.0, -52.0)]);
}

#[test]
fn a_listed_seat_gives_its_own_place_and_category_and_lies_with_its_table() {
    let mut document = hall(1, 1);
    document["seats"][0]["id"] = json!("seat_table_VIP_001_7");
    document["seats"].as_array_mut().into_iter().for_each(|seats| {
        seats.push(json!({"id": "last", "position": {"x": 0, "y": 0}, "categoryId": "vip"}));
    });
    let layout = layout(&document);
    assert_eq!(layout.inventory().seats().len(), 9);
    assert_eq!(layout.inventory().seat_index("last"), Some(0));
    assert_eq!(layout.inventory().table_seats("table_VIP_001"), Some(1..9));
    let seat = layout.inventory().seat("seat_table_VIP_001_7").map(|seat| (seat.category, seat.table));
    assert_eq!((seat, layout.drawing().places[8].position), (Some((1, Some(0))), Point { x: 100.0, y: 50.0 }));
}

#[test]
fn a_table_whose_seats_are_all_listed_needs_no_category() {
    let mut document = hall(1, 2);
    document["seats"][0]["id"] = json!("seat_table_VIP_001_0");
    document["seats"][1]["id"] = json!("seat_table_VIP_001_1");
    document["items"][0]["sc"] = json!(2);
    document["items"][0]["categoryId"] = json!(null);
    assert_eq!(layout(&document).drawing().items[0].category, None);

    document["items"][0]["sc"] = json!(3);
    let faults = Layout::from_document(&document).err().unwrap_or_default();
    assert_eq!(
        faults.to_string(),
        "items[0].categoryId: is missing: its seats need a category, and there is more than one"
    );
}

#[test]
fn a_table_id_too_long_for_its_seats_is_a_fault_of_the_table() {
    let mut document = table("round", 2);
    document["items"][0]["id"] = json!("t".repeat(128));
    let faults = Layout::from_document(&document).err().unwrap_or_default();
    assert_eq!((faults.total, faults.first[0].path.as_str()), (1, "items[0].id"));
}

#[test]
fn tables_count_towards_the_limit_of_seats() {
    let mut document = table("round", 50);
    let item = document["items"][0].clone();
    let items = (0..2_401).map(|n| {
        let mut item = item.clone();
        item["id"] = json!(format!("t{n}"));
        item
    });
    document["items"] = items.collect();
    let faults = Layout::from_document(&document).err().unwrap_or_default();
    assert_eq!(faults.to_string(), "items[2400].sc: more than 120000 seats with those of the tables");
}

/// Seats lie where they are to within the rounding to hundredths.
const ROUNDED: f64 = 0.02;

fn turned(shp: &str, sc: u32, size: (u32, u32), degrees: i32) -> Vec<(f64, f64)> {
    let mut document = table(shp, sc);
    document["items"][0]["size"] = json!({"x": size.0, "y": size.1});
    document["items"][0]["rot"] = json!(degrees);
    let middle = (100.0 + f64::from(size.0) / 2.0, 100.0 + f64::from(size.1) / 2.0);
    let layout = layout(&document);
    layout.drawing().places.iter().map(Place::middle).map(|at| (at.x - middle.0, at.y - middle.1)).collect()
}

proptest! {
    #[test]
    fn every_seat_touches_its_table_from_outside(sc in 1u32..=50, width in 10u32..400, height in 10u32..400) {
        let (half_x, half_y) = (f64::from(width + 24) / 2.0, f64::from(height + 24) / 2.0);
        for (x, y) in turned("rect", sc, (width, height), 0) {
            let (on_side, on_top) = ((x.abs() - half_x).abs() < ROUNDED, (y.abs() - half_y).abs() < ROUNDED);
            prop_assert!(on_side || on_top, "{} {}", x, y);
            prop_assert!(x.abs() <= half_x + ROUNDED && y.abs() <= half_y + ROUNDED);
        }
        for (x, y) in turned("round", sc, (width, height), 0) {
            prop_assert!(((x / half_x).hypot(y / half_y) - 1.0).abs() < 0.01, "{} {}", x, y);
        }
    }

    #[test]
    fn a_table_that_is_turned_takes_its_seats_along(
        sc in 1u32..=50, width in 10u32..400, height in 10u32..400, degrees in -720i32..720, round in any::<bool>(),
    ) {
        let shp = if round { "ellipse" } else { "rect" };
        let before = turned(shp, sc, (width, height), 0);
        let after = turned(shp, sc, (width, height), degrees);
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        for ((x, y), (to_x, to_y)) in before.into_iter().zip(after) {
            prop_assert!((x * cos - y * sin - to_x).abs() < ROUNDED && (x * sin + y * cos - to_y).abs() < ROUNDED);
        }
    }

    #[test]
    fn seats_of_a_table_stand_apart(sc in 2u32..=50, width in 10u32..400, height in 10u32..400, round in any::<bool>()) {
        let places = turned(if round { "round" } else { "rect" }, sc, (width, height), 0);
        for (at, a) in places.iter().enumerate() {
            prop_assert!(places[..at].iter().all(|b| (a.0 - b.0).hypot(a.1 - b.1) > 2.0 * ROUNDED));
        }
    }
}
