//! Areas of documents: what is read, and what is refused where.

use crate::inventory::Inventory;
use crate::layout::Layout;
use crate::layout::packed::{pack, unpack};
use crate::limits::LAYOUT_SEATS_MAX;
use crate::samples::{field, hall, layout};
use serde_json::{Value, json};

fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut document = field(&[("front", 30), ("back", 200)]);
    change(&mut document);
    match Layout::from_document(&document) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.to_string().split("; ").map(str::to_owned).collect(),
    }
}

fn ids(inventory: &Inventory) -> Vec<&str> {
    inventory.seats().iter().map(|seat| seat.id.as_str()).collect()
}

#[test]
fn the_places_of_areas_follow_the_seats_in_the_order_of_the_document() {
    let mut document = hall(1, 2);
    document["items"] = json!([]);
    document["areas"] = field(&[("front", 2), ("b_1", 3)])["areas"].take();
    let read = layout(&document);
    let inventory = read.inventory();
    let places = ["place_front_0", "place_front_1", "place_b_1_0", "place_b_1_1", "place_b_1_2"];
    assert_eq!(ids(inventory), [["seat_A1", "seat_A2"].as_slice(), &places].concat());
    assert_eq!((inventory.numbered(), read.drawing().places.len()), (2, 2));
    let ranges: Vec<_> = inventory.areas().iter().map(|area| area.places.clone()).collect();
    assert_eq!(ranges, [2..4, 4..7]);
    let areas: Vec<Option<usize>> = (0..8).map(|seat| inventory.area_of(seat)).collect();
    assert_eq!(areas, [None, None, Some(0), Some(0), Some(1), Some(1), Some(1), None]);
    assert_eq!(inventory.neighbours().right_of(2), None, "nobody stands beside anybody");
}

#[test]
fn a_field_where_everybody_stands_needs_no_seats() {
    assert!(faults(|document| drop(document.as_object_mut().unwrap().remove("seats"))).is_empty());
    assert_eq!(
        faults(|document| document["areas"] = json!([])),
        ["seats: must be at least one seat, or a table with seats, or an area"]
    );
}

#[test]
fn areas_come_back_from_the_table_with_their_places() {
    let read = layout(&field(&[("front", 30), ("back", 200)]));
    assert_eq!(unpack(pack(&read).chunks).unwrap(), read);
}

#[test]
fn what_is_wrong_with_an_area_is_said_at_its_path() {
    let too_many = format!("areas[1].capacity: more than {LAYOUT_SEATS_MAX} seats with the places of the areas");
    let capacity = format!("must be a whole number from 1 to {LAYOUT_SEATS_MAX}, found");
    for (path, value, message) in [
        ("/areas", json!({}), "areas: must be an array, found an object".to_owned()),
        ("/areas/0", json!("front"), "areas[0]: must be an object, found the string \"front\"".to_owned()),
        ("/areas/0/capacity", json!(0), format!("areas[0].capacity: {capacity} 0")),
        ("/areas/0/capacity", json!(2.5), format!("areas[0].capacity: {capacity} 2.5")),
        ("/areas/1/capacity", json!(LAYOUT_SEATS_MAX), too_many),
        ("/areas/1/id", json!("front"), "areas[1].id: duplicate id \"front\"".to_owned()),
        ("/areas/1/categoryId", json!("vip"), "areas[1].categoryId: unknown category \"vip\"".to_owned()),
        ("/areas/1/name", json!(" "), "areas[1].name: must not be empty".to_owned()),
        ("/areas/1/shape/width", json!(0), "areas[1].shape.width: must be above 0, found 0".to_owned()),
        ("/areas/1/shape", json!(null), "areas[1].shape: must be an object, found null".to_owned()),
        (
            "/areas/0/id",
            json!("x".repeat(120)),
            "areas[0].id: is too long: its places have ids of place_, this id, _ and a number".to_owned(),
        ),
    ] {
        let found = faults(|document| *document.pointer_mut(path).unwrap() = value);
        assert_eq!(found, [message], "{path}");
    }
}

#[test]
fn no_seat_may_have_the_id_of_a_place() {
    let with = |id: &str| {
        let mut document = hall(1, 1);
        document["areas"] = field(&[("front", 30)])["areas"].take();
        document["seats"][0]["id"] = json!(id);
        Layout::from_document(&document).map(|_| ()).map_err(|faults| faults.to_string())
    };
    let refused = with("place_front_29").unwrap_err();
    assert_eq!(refused, "areas[0]: has a place with the id of a seat, \"place_front_29\"");
    for fine in ["place_front_30", "place_front_029", "place_front_+1", "place_front", "place_back_1"] {
        assert_eq!(with(fine), Ok(()), "{fine}");
    }
}
