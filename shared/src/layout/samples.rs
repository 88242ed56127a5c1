//! Documents that the tests share.

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use super::Layout;
use crate::name::{SeatId, TableId};

/// Rows of seats as in the seeds: ids, labels, numbers, two categories.
pub fn hall(rows: u32, seats_per_row: u32) -> Value {
    let mut seats = Vec::new();
    for row in 0..rows {
        for number in 1..=seats_per_row {
            let label = row_label(row);
            seats.push(json!({
                "id": format!("seat_{label}{number}"),
                "position": {"x": 70 + 30 * number, "y": 50 + 30 * row},
                "size": {"x": 24, "y": 24},
                "categoryId": if row < rows / 5 { "vip" } else { "standard" },
                "rotation": 0,
                "rowLabel": label,
                "seatNumber": number,
            }));
        }
    }
    json!({
        "name": "Grand Theater Main Hall", "canvasW": 1200, "canvasH": 800,
        "categories": [
            {"id": "vip", "name": "VIP", "color": "#FFD700", "price": 150.00},
            {"id": "standard", "name": "Standard", "color": "#4CAF50", "price": 75.50},
        ],
        "seats": seats,
        "items": [
            {"id": "table_VIP_001", "type": "table", "pos": {"x": 300, "y": 100}, "size": {"x": 80, "y": 80},
             "rot": 0, "lbl": "VIP Table 1", "shp": "round", "sc": 8, "categoryId": "vip"},
            {"id": "stage", "type": "shape", "pos": {"x": 0, "y": -200}, "size": {"x": 600.5, "y": 100}},
        ],
        "focus": {"x": 600, "y": 0},
    })
}

/// `A` to `Z`, then `AA` and so on.
fn row_label(row: u32) -> String {
    let last = char::from(b'A' + (row % 26) as u8);
    match row / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", row_label(more - 1)),
    }
}

/// The layout of a sample that has no faults.
pub fn layout(document: &Value) -> Layout {
    match Layout::from_document(document) {
        Ok(layout) => layout,
        Err(faults) => unreachable!("the sample has faults: {faults}"),
    }
}

/// The hall as a layout.
pub fn hall_layout(rows: u32, seats_per_row: u32) -> Layout {
    layout(&hall(rows, seats_per_row))
}

/// The small hall as it may have been stored before ids had one form: its first seat and its table under these ids.
pub fn older_hall(seat: &str, table: &str) -> Layout {
    let mut parts = hall_layout(2, 3).parts;
    parts.seats[0].id = stored(SeatId::stored(seat));
    parts.items[0].id = stored(TableId::stored(table));
    Layout::from_parts(parts)
}

fn stored<N>(id: Result<N, String>) -> N {
    match id {
        Ok(id) => id,
        Err(why) => unreachable!("the sample has a bad id: {why}"),
    }
}

/// JSON made of the names and values that the readers look for, so that they are entered deeply.
pub fn json_near(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::Number)),
        (-5i64..100).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(&["a", "b", "table", "shape", "round", "0", "rectangle"][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(names), inner), 0..12).prop_map(|fields| {
                let fields = fields.into_iter();
                Value::from(fields.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}
