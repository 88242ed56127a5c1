//! What a layout document may say, and how each mistake is named.

use super::super::samples::json_near;
use super::*;
use crate::samples::{hall, hall_layout, layout};
use proptest::prelude::*;
use serde_json::{Number, json};

/// The faults after `change` was made to a document without any.
fn faults_after(change: impl FnOnce(&mut Value)) -> String {
    let mut document = hall(2, 3);
    change(&mut document);
    match Layout::from_document(&document) {
        Ok(_) => "none".to_owned(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn the_seeds_layout_is_read_as_it_is_written() {
    let layout = hall_layout(2, 3);
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    assert_eq!(drawing.name, "Grand Theater Main Hall");
    assert_eq!(drawing.canvas, Point { x: 1200.0, y: 800.0 });
    assert_eq!(drawing.focus, Some(Point { x: 600.0, y: 0.0 }));
    assert_eq!(drawing.places[1].position, Point { x: 130.0, y: 50.0 });
    assert_eq!(inventory.seats()[1].row_label.as_deref(), Some("A"));
    assert_eq!(inventory.category_of(1).id.as_str(), "standard");
    assert_eq!(inventory.seat_index("seat_B1"), Some(3));
    assert_eq!(inventory.seat_index("seat_C1"), None);
    assert_eq!(inventory.table_seats("table_VIP_001"), Some(6..14));
    assert_eq!(inventory.table_seats("stage"), None);
}

#[test]
fn what_may_be_left_out_has_a_default() {
    let layout = layout(&json!({
        "name": "n", "canvasW": 1, "canvasH": 1,
        "categories": [{"id": "c", "name": "C", "color": "red", "price": 0}],
        "seats": [{"id": "s", "position": {"x": -0.0, "y": 2}, "categoryId": "c"}],
    }));
    let (seat, place) = (&layout.inventory().seats()[0], &layout.drawing().places[0]);
    assert_eq!(place.size, SEAT_SIZE);
    assert_eq!((place.rotation, seat.accessible), (0.0, false));
    assert_eq!((&seat.row_label, &seat.seat_number), (&None, &None));
    assert!(place.position.x.is_sign_positive());
    assert_eq!((layout.drawing().items.len(), layout.drawing().focus), (0, None));
}

#[test]
fn a_seat_says_its_section_and_how_it_is_called() {
    let mut document = hall(1, 3);
    document["seats"][0]["section"] = json!("Balkon");
    document["seats"][0]["label"] = json!("Platz 1");
    document["seats"][1]["section"] = json!(null);
    document["seats"][1]["label"] = json!("");
    let layout = layout(&document);
    let texts: Vec<_> = layout
        .inventory()
        .seats()
        .iter()
        .take(3)
        .map(|seat| (seat.section.as_deref(), seat.label.as_deref()))
        .collect();
    assert_eq!(texts, [(Some("Balkon"), Some("Platz 1")), (None, None), (None, None)]);

    let faults = faults_after(|document| {
        document["seats"][1]["section"] = json!(1);
        document["seats"][2]["label"] = json!("é".repeat(201));
    });
    assert_eq!(
        faults,
        "seats[1].section: must be a string, found the number 1; seats[2].label: must have at most 200 characters"
    );
}

#[test]
fn labels_that_the_stored_form_could_not_hold_are_refused() {
    let mut document = hall(1, 1);
    let table = |n: usize| {
        json!({"id": format!("t{n}"), "type": "table", "pos": {"x": 0, "y": 0}, "size": {"x": 1, "y": 1}, "sc": 50,
               "categoryId": "vip", "lbl": "\u{1f4ba}".repeat(200)})
    };
    document["items"] = (0..420).map(table).collect();
    let faults = Layout::from_document(&document).err().unwrap_or_default().to_string();
    assert!(faults.starts_with("$: the labels of all seats and their rows must be at most 16777216 bytes"), "{faults}");
}

#[test]
fn each_mistake_is_named_with_its_path() {
    let table: &[(&str, Value, &str)] = &[
        ("/name", json!(" "), "name: must not be empty"),
        ("/name", json!("é".repeat(201)), "name: must have at most 200 characters"),
        ("/name", json!(5), "name: must be a string, found the number 5"),
        ("/canvasW", json!(0), "canvasW: must be above 0, found 0"),
        ("/canvasH", json!(null), "canvasH: must be a number, found null"),
        ("/focus", json!({"x": 1}), "focus.y: is missing"),
        ("/categories", json!([]), "categories: must be 1 to 1000 categories, found 0"),
        ("/categories/0/price", json!(-1), "categories[0].price: must be between 0 and 1000000000, found -1"),
        ("/categories/0/price", json!(1.2345), "categories[0].price: must have at most 3 decimals, found 1.2345"),
        ("/categories/0/price", json!("5"), "categories[0].price: must be a number, found the string \"5\""),
        ("/categories/1/id", json!("vip"), "categories[1].id: duplicate id \"vip\""),
        ("/categories/1/color", json!(null), "categories[1].color: must be a string, found null"),
        ("/seats", json!({}), "seats: must be an array, found an object"),
        ("/seats/1", json!([]), "seats[1]: must be an object, found an array"),
        ("/seats/1/id", json!("seat_A1"), "seats[1].id: duplicate id \"seat_A1\""),
        ("/seats/1/categoryId", json!("gold"), "seats[1].categoryId: unknown category \"gold\""),
        ("/seats/1/position", json!({"y": 1}), "seats[1].position.x: is missing"),
        ("/seats/1/size", json!({"x": 1, "y": 0}), "seats[1].size.y: must be above 0, found 0"),
        ("/seats/1/rotation", json!("left"), "seats[1].rotation: must be a number, found the string \"left\""),
        ("/seats/1/seatNumber", json!(1.5), "seats[1].seatNumber: must be a whole number or a string, found 1.5"),
        ("/seats/1/rowLabel", json!(1), "seats[1].rowLabel: must be a string, found the number 1"),
        ("/items/0/type", json!("bar"), "items[0].type: must be \"table\" or \"shape\", found \"bar\""),
        ("/items/0/sc", json!(51), "items[0].sc: must be a whole number from 1 to 50, found 51"),
        ("/items/0/sc", json!(0), "items[0].sc: must be a whole number from 1 to 50, found 0"),
        ("/items/0/categoryId", json!("x"), "items[0].categoryId: unknown category \"x\""),
        ("/items/1/id", json!("table_VIP_001"), "items[1].id: duplicate id \"table_VIP_001\""),
        ("/items/1/size/x", json!(-1), "items[1].size.x: must be above 0, found -1"),
    ];
    for (pointer, value, fault) in table {
        let faults = faults_after(|document| {
            if let Some(place) = document.pointer_mut(pointer) {
                *place = value.clone();
            }
        });
        assert_eq!(faults, *fault, "{pointer} = {value}");
    }
}

#[test]
fn an_id_is_refused_in_the_words_of_its_kind() {
    let message = SeatId::parse("").err().unwrap_or_default();
    let faults = faults_after(|document| document["seats"][1]["id"] = json!(""));
    assert_eq!(faults, format!("seats[1].id: {message}"));
}

#[test]
fn ids_that_look_alike_are_one_id_wherever_the_document_names_them() {
    let (one, two) = ("Caf\u{e9}", "Cafe\u{301}");
    let faults = faults_after(|document| {
        document["categories"][0]["id"] = json!(one);
        document["items"][0]["categoryId"] = json!(two);
        document["items"][1]["id"] = json!(format!("table {one}"));
        document["seats"][0]["id"] = json!(one);
        document["seats"][0]["categoryId"] = json!(two);
        document["seats"][1]["companionOf"] = json!(two);
    });
    assert_eq!(faults, "none");

    for (list, path) in [("seats", "seats[1].id"), ("categories", "categories[1].id"), ("items", "items[1].id")] {
        let faults = faults_after(|document| {
            document[list][0]["id"] = json!(one);
            document[list][1]["id"] = json!(two);
        });
        assert!(faults.contains(&format!("{path}: duplicate id \"{one}\"")), "{faults}");
    }

    let mut document = hall(1, 1);
    document["items"][0]["id"] = json!(two);
    document["seats"][0]["id"] = json!(format!("seat_{two}_3"));
    let layout = layout(&document);
    assert_eq!(layout.inventory().seats().len(), 8, "the listed seat is the table's");
    assert_eq!(layout.inventory().table_seats(one), Some(0..8));
}

#[test]
fn an_id_with_a_character_that_cannot_be_seen_is_refused_and_named() {
    let faults = faults_after(|document| document["seats"][1]["id"] = json!("A\u{200b}1"));
    assert!(faults.starts_with("seats[1].id: must be 1 to 128 characters, no control or invisible"), "{faults}");
}

#[test]
fn a_misspelt_field_at_the_top_is_refused() {
    assert_eq!(faults_after(|document| document["colour"] = json!(1)), "colour: unknown field");
    assert_eq!(faults_after(|document| document["id"] = json!("hall")), "none");
    assert_eq!(faults_after(|document| document["seats"][0]["note"] = json!(1)), "none");
}

#[test]
fn no_areas_are_as_good_as_none_mentioned() {
    assert_eq!(faults_after(|document| document["areas"] = json!([])), "none");
    assert_eq!(faults_after(|document| document["areas"] = json!(null)), "none");
}

#[test]
fn a_companion_goes_with_another_seat_that_exists() {
    let companion = |of: &'static str| faults_after(|document| document["seats"][0]["companionOf"] = json!(of));
    assert_eq!(companion("seat_B3"), "none");
    assert_eq!(companion("seat_table_VIP_001_7"), "none");
    assert_eq!(companion("nobody"), "seats[0].companionOf: unknown seat \"nobody\"");
    assert_eq!(companion("seat_A1"), "seats[0].companionOf: must be another seat");

    let mut document = hall(2, 3);
    document["seats"][0]["companionOf"] = json!("seat_B3");
    assert_eq!(layout(&document).inventory().seats()[0].companion_of, Some(5));
}

#[test]
fn a_fault_in_a_seat_or_category_is_not_repeated_by_those_that_refer_to_it() {
    let faults = faults_after(|document| {
        document["seats"][0]["companionOf"] = json!("seat_A2");
        document["seats"][1]["rotation"] = json!("x");
        document["categories"][0]["id"] = json!(1);
    });
    assert_eq!(
        faults,
        "categories[0].id: must be a string, found the number 1; \
         seats[1].rotation: must be a number, found the string \"x\""
    );
}

#[test]
fn the_first_ten_faults_are_named_and_all_are_counted() {
    let mut document = hall(5, 5);
    for seat in document["seats"].as_array_mut().into_iter().flatten() {
        seat["categoryId"] = json!("gold");
    }
    let faults = Layout::from_document(&document).err().unwrap_or_default();
    assert_eq!((faults.first.len(), faults.total), (10, 25));
    assert_eq!(faults.first[9].path, "seats[9].categoryId");
}

#[test]
fn a_document_that_is_no_object_or_has_no_seats_is_refused() {
    let faults = Layout::from_document(&json!([])).err().unwrap_or_default();
    assert_eq!(faults.to_string(), "$: must be an object, found an array");
    let faults = faults_after(|document| {
        document["seats"] = json!([]);
        document["items"] = json!([]);
    });
    assert_eq!(faults, "seats: must be at least one seat, or a table with seats, or an area");
    let faults = faults_after(|document| {
        document["seats"].take();
        document["items"].take();
    });
    assert_eq!(faults, "seats: must be an array, found null");
}

#[test]
fn prices_keep_three_decimals_and_whole_ones_are_integers() {
    for (price, printed) in [
        (json!(150.00), "150"),
        (json!(0.001), "0.001"),
        (json!(75.5), "75.5"),
        (json!(999_999_999.999), "999999999.999"),
        (json!(-0.0), "0"),
    ] {
        let mut document = hall(1, 1);
        document["categories"][0]["price"] = price;
        assert_eq!(
            layout(&document).inventory().categories()[0].price.as_ref().map(Number::to_string).as_deref(),
            Some(printed)
        );
    }
}

#[test]
fn a_category_may_have_no_price() {
    for without in ["null", "nothing"] {
        let mut document = hall(1, 1);
        let category = document["categories"][0].as_object_mut();
        category.and_then(|category| category.remove("price"));
        if without == "null" {
            document["categories"][0]["price"] = json!(null);
        }
        assert_eq!(layout(&document).inventory().categories()[0].price, None, "{without}");
    }
}

#[test]
fn more_seats_than_the_limit_are_refused_in_one_sentence() {
    let seat = json!({"id": "s"});
    let faults = faults_after(|document| document["seats"] = json!(vec![seat; 120_001]));
    assert_eq!(faults, "seats: must be at most 120000 seats, found 120001");
}

const NAMES: &[&str] = &[
    "name",
    "canvasW",
    "canvasH",
    "categories",
    "seats",
    "items",
    "focus",
    "id",
    "color",
    "price",
    "position",
    "size",
    "x",
    "y",
    "categoryId",
    "rotation",
    "section",
    "rowLabel",
    "seatNumber",
    "label",
    "accessible",
    "companionOf",
    "type",
    "pos",
    "rot",
    "lbl",
    "shp",
    "sc",
];

proptest! {
    #[test]
    fn no_document_makes_it_panic(document in json_near(NAMES)) {
        let _ = Layout::from_document(&document);
    }

    #[test]
    fn no_seat_or_item_makes_it_panic(seats in json_near(NAMES), items in json_near(NAMES), at in 0usize..3) {
        let mut document = hall(1, 3);
        document["seats"][at] = seats;
        document["items"][0] = items;
        let _ = Layout::from_document(&document);
    }

    #[test]
    fn every_price_of_three_decimals_is_accepted(thousandths in 0u64..=1_000_000_000_000) {
        let mut document = hall(1, 1);
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        document["categories"][0]["price"] = serde_json::from_str(&text)?;
        let layout = layout(&document);
        let read = layout.inventory().categories()[0].price.as_ref().and_then(Number::as_f64).map(|price| (price * 1000.0).round());
        prop_assert_eq!(read, Some(thousandths as f64));
    }
}
