//! A pretix plan becomes a layout with the same geometry; its mistakes are named with its own paths.

use super::super::samples::json_near;
use super::super::{ItemKind, Layout};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Made by hand after the published schema: two zones, offsets at every level, every shape of area.
pub(super) fn plan() -> Value {
    json!({
        "name": "Kleiner Saal",
        "size": {"width": 800, "height": 600},
        "categories": [{"name": "Parkett Mitte", "color": "#7f4a91"}, {"name": "Parkett/Mitte"}],
        "zones": [
            {
                "name": "Parkett", "uuid": "z1", "position": {"x": 100, "y": 50},
                "rows": [
                    {"row_number": "1", "row_number_position": "both", "uuid": "r1", "position": {"x": 10, "y": 20},
                     "seats": [
                        {"seat_guid": "p-1-1", "seat_number": "1", "uuid": "s1", "position": {"x": 0.1, "y": 0},
                         "category": "Parkett Mitte"},
                        {"seat_guid": "p-1-2", "seat_number": "2a", "position": {"x": 25, "y": 5}, "radius": 12,
                         "category": "Parkett/Mitte"}]},
                    {"row_number": "", "seats": [
                        {"seat_guid": "p-x", "seat_number": "007", "position": {"x": 0, "y": 0},
                         "category": "Parkett Mitte"}]},
                ],
                "areas": [
                    {"shape": "rectangle", "uuid": "stage", "position": {"x": 0, "y": -50}, "rotation": 90,
                     "rectangle": {"width": 40, "height": 20}, "color": "#ddd", "border_color": "#000",
                     "text": {"text": "Bühne", "position": {"x": 20, "y": 10}}},
                    {"shape": "circle", "uuid": "stage", "position": {"x": 0, "y": 0}, "circle": {"radius": 5}},
                    {"shape": "ellipse", "position": {"x": 0, "y": 0}, "ellipse": {"radius": {"x": 4, "y": 2}}},
                    {"shape": "polygon", "position": {"x": 1, "y": 1},
                     "polygon": {"points": [{"x": 0, "y": 0}, {"x": 10, "y": 0}, {"x": 0, "y": 6}]}},
                    {"shape": "text", "position": {"x": 0, "y": 0},
                     "text": {"text": "Ausgang", "size": 10, "position": {"x": 1, "y": 2}}},
                    {"shape": "star", "position": {"x": 0, "y": 0}},
                    {"shape": "rectangle"}, 5,
                ],
            },
            {"position": {"x": 0, "y": 0}, "rows": []},
        ],
    })
}

pub(super) fn import(plan: &Value) -> Layout {
    match Layout::from_document(plan) {
        Ok(layout) => layout,
        Err(faults) => unreachable!("the plan has faults: {faults}"),
    }
}

fn faults_after(pointer: &str, value: Value) -> String {
    let mut plan = plan();
    if let Some(place) = plan.pointer_mut(pointer) {
        *place = value;
    }
    let faults = Layout::from_document(&plan).err();
    faults.map_or_else(|| "none".to_owned(), |faults| faults.to_string())
}

#[test]
fn offsets_add_up_and_middles_become_corners() {
    let layout = import(&plan());
    let drawing = layout.drawing();
    let ids = layout.inventory().seats().iter().map(|seat| seat.id.as_str());
    let places = drawing.places.iter().map(|place| (place.position.x, place.position.y, place.size.x));
    let seats: Vec<_> = ids.zip(places).map(|(id, (x, y, size))| (id, x, y, size)).collect();
    let expected = [("p-1-1", 100.1, 60.0, 20.0), ("p-1-2", 123.0, 63.0, 24.0), ("p-x", 90.0, 40.0, 20.0)];
    assert_eq!(seats, expected);
    assert_eq!((drawing.name.as_str(), drawing.canvas), ("Kleiner Saal", Point { x: 800.0, y: 600.0 }));
}

#[test]
fn rows_and_numbers_are_kept_as_people_read_them() {
    let layout = import(&plan());
    let labels = layout.inventory().seats().iter().map(|seat| (seat.row_label.as_deref(), seat.seat_number.clone()));
    let text = |text: &str| Some(SeatNumber::Text(text.to_owned()));
    let expected = [(Some("1"), Some(SeatNumber::Whole(1))), (Some("1"), text("2a")), (None, text("007"))];
    assert!(labels.eq(expected));
}

/// The ids of the categories that a plan with these names gets, by name.
fn category_ids(names: &[&str]) -> BTreeMap<String, String> {
    let mut plan = plan();
    plan["categories"] = names.iter().map(|name| json!({ "name": name })).collect();
    for seat in ["/zones/0/rows/0/seats/0", "/zones/0/rows/0/seats/1", "/zones/0/rows/1/seats/0"] {
        plan.pointer_mut(seat).unwrap()["category"] = json!(names[0]);
    }
    let layout = import(&plan);
    layout.inventory().categories().iter().map(|category| (category.name.clone(), category.id.to_string())).collect()
}

#[test]
fn a_categorys_id_follows_from_its_name_alone() {
    let names = ["VIP", "VIP+", "Loge – I. Rang", "!?"];
    let ids = category_ids(&names);
    assert_eq!(ids["VIP"], "vip-986e2890");
    assert_eq!(ids["!?"][..9], *"category-");
    assert_eq!(ids["Loge – I. Rang"][..12], *"loge-i-rang-");
    let reversed: Vec<&str> = names.into_iter().rev().collect();
    assert_eq!(category_ids(&reversed), ids, "in another order");
    assert_eq!(category_ids(&["VIP+"])["VIP+"], ids["VIP+"], "alone");
    assert_eq!(category_ids(&["Neu", "VIP", "VIP"])["VIP"], ids["VIP"], "beside others, and twice");
    assert!(category_ids(&[&"ä".repeat(200)]).values().all(|id| id.chars().count() == 49));
}

#[test]
fn categories_have_no_price_and_look_as_they_do_in_pretix() {
    let layout = import(&plan());
    assert!(layout.inventory().categories().iter().all(|category| category.price.is_none()));
    assert_eq!(layout.drawing().colors, ["#7f4a91", COLOR]);
}

proptest! {
    #[test]
    fn no_other_category_changes_an_id(names in prop::collection::btree_set(".{1,30}", 1..8), rotation in 0_usize..8) {
        let mut names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.trim().is_empty()).collect();
        prop_assume!(!names.is_empty());
        let ids = category_ids(&names);
        prop_assert_eq!(ids.len(), names.len());
        let middle = rotation % names.len();
        names.rotate_left(middle);
        prop_assert_eq!(category_ids(&names), ids.clone());
        prop_assert_eq!(&category_ids(&names[..1])[names[0]], &ids[names[0]]);
    }
}

#[test]
fn areas_become_shapes_where_they_can() {
    let layout = import(&plan());
    let shapes: Vec<_> = layout
        .drawing()
        .items
        .iter()
        .map(|item| {
            let (pos, size) = ((item.pos.x, item.pos.y), (item.size.x, item.size.y));
            (item.id.as_str(), item.shp.as_deref().unwrap_or(""), pos, size, item.lbl.as_deref())
        })
        .collect();
    let expected = [
        // Turned by 90 degrees about its corner (100, 0), its middle comes to lie at (90, 20).
        ("stage", "rectangle", (70.0, 10.0), (40.0, 20.0), Some("Bühne")),
        ("stage-2", "circle", (95.0, 45.0), (10.0, 10.0), None),
        ("area_2", "ellipse", (96.0, 48.0), (8.0, 4.0), None),
        ("area_3", "polygon", (101.0, 51.0), (10.0, 6.0), None),
        ("area_4", "text", (80.0, 47.0), (42.0, 10.0), Some("Ausgang")),
    ];
    assert_eq!(shapes, expected);
    assert!(layout.drawing().items.iter().all(|item| item.kind == ItemKind::Shape));
}

#[test]
fn without_a_size_the_canvas_reaches_around_the_seats() {
    let mut plan = plan();
    plan["size"].take();
    let layout = import(&plan);
    assert_eq!(layout.drawing().canvas, Point { x: 167.0, y: 107.0 });
}

#[test]
fn each_mistake_is_named_with_its_path() {
    let seat = "/zones/0/rows/0/seats/1";
    let table: &[(&str, &str, Value, &str)] = &[
        ("", "/name", json!(null), "name: must be a string, found null"),
        ("", "/size/width", json!("1"), "size.width: must be a number, found the string \"1\""),
        ("", "/zones", json!({}), "zones: must be an array, found an object"),
        ("", "/zones/0/rows", json!(1), "zones[0].rows: must be an array, found the number 1"),
        ("", "/zones/0/position", json!([]), "zones[0].position: must be an object, found an array"),
        ("", "/zones/0/rows/0/position", json!({"x": 1}), "zones[0].rows[0].position.y: is missing"),
        ("", "/categories/0/name", json!(1), "categories[0].name: must be a string, found the number 1"),
        ("", "/zones/0/name", json!(1), "zones[0].name: must be a string, found the number 1"),
        (seat, "/category", json!("Loge"), "zones[0].rows[0].seats[1].category: unknown category \"Loge\""),
        (seat, "/seat_guid", json!("p-1-1"), "zones[0].rows[0].seats[1].seat_guid: duplicate id \"p-1-1\""),
        (seat, "/radius", json!("1"), "zones[0].rows[0].seats[1].radius: must be a number, found the string \"1\""),
        (seat, "/position", json!(null), "zones[0].rows[0].seats[1].position: must be an object, found null"),
        (seat, "/seat_number", json!(7), "zones[0].rows[0].seats[1].seat_number: must be a string, found the number 7"),
    ];
    for (start, end, value, fault) in table {
        assert_eq!(faults_after(&format!("{start}{end}"), value.clone()), *fault, "{start}{end} = {value}");
    }
}

#[test]
fn a_plan_without_seats_or_with_too_many_is_refused() {
    assert_eq!(faults_after("/zones", json!([])), "zones: must have at least one seat");
    let many = json!(vec![1; limits::LAYOUT_SEATS_MAX]);
    let faults = faults_after("/zones/0/rows/0/seats", many);
    assert_eq!(faults, "zones: must have at most 120000 seats, found 120001");
}

const NAMES: &[&str] = &[
    "zones",
    "categories",
    "name",
    "color",
    "size",
    "width",
    "height",
    "position",
    "x",
    "y",
    "rows",
    "row_number",
    "row_label",
    "seat_label",
    "seats",
    "seat_guid",
    "seat_number",
    "category",
    "radius",
    "areas",
    "shape",
    "uuid",
    "rotation",
    "rectangle",
    "circle",
    "ellipse",
    "polygon",
    "points",
    "text",
];

/// A place in thousandths, and the same as pretix writes it.
fn places() -> impl Strategy<Value = (i64, i64)> {
    (-5_000_000_i64..5_000_000, -5_000_000_i64..5_000_000)
}

fn thousandths(n: i64) -> Value {
    let text = format!("{}{}.{:03}", if n < 0 { "-" } else { "" }, n.abs() / 1_000, n.abs() % 1_000);
    serde_json::from_str(&text).unwrap_or_default()
}

fn written((x, y): (i64, i64)) -> Value {
    json!({"x": thousandths(x), "y": thousandths(y)})
}

type Zone = ((i64, i64), Vec<(Option<(i64, i64)>, Vec<((i64, i64), Option<i64>)>)>);

/// Zones of rows of seats: offsets of each, and radii of some seats.
fn zones() -> impl Strategy<Value = Vec<Zone>> {
    let seat = (places(), prop::option::of(1_i64..50_000));
    let row = (prop::option::of(places()), prop::collection::vec(seat, 0..5));
    prop::collection::vec((places(), prop::collection::vec(row, 0..4)), 1..4)
}

proptest! {
    #[test]
    fn every_seat_stands_where_its_zone_row_and_own_offset_put_it(zones in zones()) {
        let (mut expected, mut document) = (Vec::new(), Vec::new());
        for (zone, rows) in &zones {
            let mut written_rows = Vec::new();
            for (row, seats) in rows {
                let mut written_seats = Vec::new();
                for (seat, radius) in seats {
                    let guid = format!("seat-{}", expected.len());
                    written_seats.push(json!({
                        "seat_guid": guid, "position": written(*seat), "category": "C", "radius": radius.map(thousandths),
                    }));
                    let (radius, row) = (radius.unwrap_or(10_000), row.unwrap_or_default());
                    let sum = |zone: i64, row: i64, seat: i64| (zone + row + seat - radius) as f64 / 1000.0;
                    let place = (sum(zone.0, row.0, seat.0), sum(zone.1, row.1, seat.1));
                    expected.push((guid, place, 2.0 * radius as f64 / 1000.0));
                }
                written_rows.push(json!({"position": row.map(written), "seats": written_seats}));
            }
            document.push(json!({"position": written(*zone), "rows": written_rows}));
        }
        let plan = json!({"name": "n", "categories": [{"name": "C"}], "zones": document});
        let read = Layout::from_document(&plan);
        prop_assert_eq!(read.is_ok(), !expected.is_empty());
        let Ok(layout) = read else { return Ok(()) };
        let (seats, drawing) = (layout.inventory().seats(), layout.drawing());
        prop_assert_eq!((seats.len(), drawing.places.len()), (expected.len(), expected.len()));
        for ((seat, Place { position, size, .. }), (guid, place, extent)) in seats.iter().zip(&drawing.places).zip(&expected) {
            prop_assert_eq!(seat.id.as_str(), guid.as_str());
            prop_assert_eq!((position.x, position.y), *place);
            prop_assert!((size.x - extent).abs() < 1e-9 && size.x == size.y);
            // The canvas reaches around whatever lies right of and below its origin.
            prop_assert!(position.x + size.x <= drawing.canvas.x);
            prop_assert!(position.y + size.y <= drawing.canvas.y);
        }
    }

    #[test]
    fn no_plan_makes_it_panic(zones in json_near(NAMES), categories in json_near(NAMES)) {
        let mut plan = plan();
        plan["categories"] = categories;
        let _ = Layout::from_document(&plan);
        plan["zones"] = zones;
        let _ = Layout::from_document(&plan);
    }

    #[test]
    fn no_area_makes_an_import_fail(area in json_near(NAMES), at in 0usize..8) {
        let mut plan = plan();
        plan["zones"][0]["areas"][at] = area;
        prop_assert!(Layout::from_document(&plan).is_ok());
    }

    #[test]
    fn no_area_changes_what_is_wrong_with_a_shape_it_names(fields in json_near(NAMES), shape in 0usize..5) {
        let mut plan = plan();
        let name = ["rectangle", "circle", "ellipse", "polygon", "text"][shape];
        plan["zones"][0]["areas"][shape][name] = fields;
        prop_assert!(Layout::from_document(&plan).is_ok());
    }
}
