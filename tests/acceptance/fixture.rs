//! The layouts that tests publish. Ids inside a layout are fixed; layout and event ids are drawn anew by `World`.

use serde_json::{Value, json};

/// The theatre of seeds/1 in small: rows A to F of ten seats, a VIP table of eight and a standard table of six.
/// A1 to A4 are VIP (150), every other seat is standard (75).
pub(crate) fn theatre() -> Value {
    let seats: Vec<Value> = (0..6).flat_map(|row| (1..=10).map(move |number| theatre_seat(row, number))).collect();
    json!({
        "name": "Grand Theater Main Hall", "canvasW": 1200, "canvasH": 800,
        "categories": [
            {"id": "vip", "name": "VIP", "color": "#FFD700", "price": 150.00},
            {"id": "standard", "name": "Standard", "color": "#4CAF50", "price": 75.00},
        ],
        "seats": seats,
        "items": [
            {"id": "table_VIP_001", "type": "table", "pos": {"x": 600, "y": 100}, "size": {"x": 80, "y": 80},
             "rot": 0, "lbl": "VIP Table 1", "shp": "round", "sc": 8, "categoryId": "vip"},
            {"id": "table_standard_002", "type": "table", "pos": {"x": 800, "y": 100}, "size": {"x": 80, "y": 80},
             "rot": 0, "lbl": "Table 2", "shp": "round", "sc": 6, "categoryId": "standard"},
            {"id": "stage", "type": "shape", "pos": {"x": 100, "y": 0}, "size": {"x": 300, "y": 30}, "lbl": "Stage"},
        ],
    })
}

/// 60 seats in rows, 8 and 6 at the tables.
pub(crate) const THEATRE_SEATS: usize = 74;

fn theatre_seat(row: u8, number: u32) -> Value {
    let letter = char::from(b'A' + row);
    let category = if row == 0 && number <= 4 { "vip" } else { "standard" };
    json!({
        "id": format!("seat_{letter}{number}"), "categoryId": category,
        "position": {"x": 70 + 30 * number, "y": 50 + 40 * u32::from(row)}, "size": {"x": 24, "y": 24},
        "rotation": 0, "rowLabel": letter.to_string(), "seatNumber": number,
    })
}

/// The eight seats of the theatre's VIP table.
pub(crate) fn vip_table() -> Vec<String> {
    (0..8).map(|n| format!("seat_table_VIP_001_{n}")).collect()
}

/// The bus of seeds/2: ten rows of four, labels 1A to 10D, one fare.
pub(crate) fn bus() -> Value {
    let seats: Vec<Value> = (1..=10)
        .flat_map(|row| {
            ["A", "B", "C", "D"].iter().enumerate().map(move |(n, letter)| {
                json!({"id": format!("{row}{letter}"), "categoryId": "seat", "rowLabel": row.to_string(),
                       "position": {"x": 40 * n, "y": 40 * row}})
            })
        })
        .collect();
    let category = json!([{"id": "seat", "name": "Seat", "color": "#2196F3", "price": 32.5}]);
    json!({"name": "Bus 12", "canvasW": 200, "canvasH": 500, "categories": category, "seats": seats, "items": []})
}

/// `rows` × `columns` seats `r1c1`…, each 20 by 20 with a gap of 10; the front half costs 80, the back half 40.
pub(crate) fn grid(rows: usize, columns: usize) -> Value {
    let seats: Vec<Value> = (1..=rows)
        .flat_map(|row| (1..=columns).map(move |column| (row, column)))
        .map(|(row, column)| {
            json!({"id": grid_seat(row, column), "categoryId": if 2 * row <= rows { "front" } else { "back" },
                   "position": {"x": 30 * column, "y": 30 * row}, "size": {"x": 20, "y": 20}})
        })
        .collect();
    json!({
        "name": "Grid", "canvasW": 30 * columns + 60, "canvasH": 30 * rows + 60,
        "categories": [
            {"id": "front", "name": "Front", "color": "#aa0000", "price": 80},
            {"id": "back", "name": "Back", "color": "#0000aa", "price": 40},
        ],
        "seats": seats, "items": [],
    })
}

pub(crate) fn grid_seat(row: usize, column: usize) -> String {
    format!("r{row}c{column}")
}

/// A row of six seats (`stand_1`…, 60 each) behind two areas where people stand: the floor has 30 places for 25, the
/// pit 5 for 45. The stage is at the top.
pub(crate) fn festival() -> Value {
    let seat = |n: u32| {
        json!({"id": format!("stand_{n}"), "categoryId": "stand", "position": {"x": 200 + 40 * n, "y": 600},
               "size": {"x": 30, "y": 30}, "rowLabel": "A", "seatNumber": n})
    };
    json!({
        "name": "Festival", "canvasW": 800, "canvasH": 700, "focus": {"x": 400, "y": 0},
        "categories": [
            {"id": "stand", "name": "Stand", "color": "#8888ff", "price": 60},
            {"id": "standing", "name": "Standing", "color": "#88ff88", "price": 25},
            {"id": "front", "name": "Front", "color": "#ff8888", "price": 45},
        ],
        "seats": (1..=6).map(seat).collect::<Vec<_>>(), "items": [],
        "areas": [
            {"id": "floor", "name": "Floor", "capacity": FLOOR, "categoryId": "standing",
             "shape": {"x": 200, "y": 250, "width": 400, "height": 200}},
            {"id": "pit", "name": "Pit", "capacity": PIT, "categoryId": "front",
             "shape": {"x": 300, "y": 100, "width": 200, "height": 100}},
        ],
    })
}

/// Places of the festival's floor and of its pit.
pub(crate) const FLOOR: usize = 30;
pub(crate) const PIT: usize = 5;

/// The ids of the first places of an area.
pub(crate) fn places(area: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("place_{area}_{n}")).collect()
}

/// The ids of every seat that a layout document describes, tables expanded; places of areas are left out.
pub(crate) fn seat_ids(layout: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let seats = layout["seats"].as_array().into_iter().flatten().map(|seat| text(&seat["id"]));
    let tables = layout["items"].as_array().into_iter().flatten().filter(|item| item["type"] == "table");
    let at_tables = tables.flat_map(|item| {
        let table = text(&item["id"]);
        (0..item["sc"].as_u64().unwrap_or(0)).map(move |n| format!("seat_{table}_{n}"))
    });
    seats.chain(at_tables).collect()
}
