//! Layouts, events and holds that the tests of several crates begin with.

use crate::clock::Moment;
use crate::event::{Event, LayoutVersion, Rules};
use crate::hold::Hold;
use crate::layout::Layout;
use crate::money::{Currency, Minor};
use crate::name::{BuyerId, CategoryId, EventId, HoldId, LayoutId, SeatId, TableId};
use crate::seat::PricedSeat;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of seats as in the seeds: ids, labels, numbers, two categories.
#[must_use]
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

/// A field where everybody stands, in areas of this id and capacity, all of the category `standard`.
#[must_use]
pub fn field(areas: &[(&str, u32)]) -> Value {
    let area = |(at, (id, capacity)): (usize, &(&str, u32))| {
        json!({
            "id": id, "name": format!("Area {id}"), "capacity": capacity, "categoryId": "standard",
            "shape": {"x": 0, "y": 100 + 200 * at, "width": 1000, "height": 180},
        })
    };
    json!({
        "name": "Meadow", "canvasW": 1000, "canvasH": 1000,
        "categories": [{"id": "standard", "name": "Standing", "color": "#4CAF50", "price": 75.00}],
        "seats": [],
        "areas": areas.iter().enumerate().map(area).collect::<Vec<Value>>(),
        "focus": {"x": 500, "y": 0},
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
#[must_use]
pub fn layout(document: &Value) -> Layout {
    match Layout::from_document(document) {
        Ok(layout) => layout,
        Err(faults) => unreachable!("the sample has faults: {faults}"),
    }
}

/// The hall as a layout.
#[must_use]
pub fn hall_layout(rows: u32, seats_per_row: u32) -> Layout {
    layout(&hall(rows, seats_per_row))
}

/// The small hall as it may have been stored before ids became NFC: its first seat and its table under these ids.
#[must_use]
pub fn older_hall(seat: &str, table: &str) -> Layout {
    stored(hall_layout(2, 3).with_stored_ids(&stored(SeatId::stored(seat)), &stored(TableId::stored(table))))
}

fn stored<N>(id: Result<N, String>) -> N {
    match id {
        Ok(id) => id,
        Err(why) => unreachable!("the sample has a bad id: {why}"),
    }
}

/// An event over the sample hall, whose categories cost 75.00 and 150.00.
#[must_use]
pub fn some_event() -> Event {
    let category = |id: &str| stored(CategoryId::parse(id));
    Event {
        id: stored(EventId::parse("e1")),
        name: "Gala".into(),
        layout: LayoutVersion {
            layout_id: stored(LayoutId::parse("l1")),
            version: 1,
            hash: "00".into(),
            chunks: 1,
            seats: 80,
        },
        starts_at: Moment(4_000_000_000_000),
        ends_at: None,
        time_zone: None,
        currency: stored(Currency::parse("USD")),
        sales_open_at: None,
        sales_close_at: None,
        own_prices: BTreeMap::new(),
        prices: BTreeMap::from([(category("standard"), Some(Minor(7_500))), (category("vip"), Some(Minor(15_000)))]),
        ticket_types: Vec::new(),
        rules: Rules::default(),
        waiting_room: None,
        lanes: 4,
        created_at: Moment(1),
        updated_at: Moment(2),
        lanes_changed_at: None,
        revision: 1,
        change: None,
    }
}

/// A hold of that many seats at 150.00, which ends at 1,000.
#[must_use]
pub fn some_hold(seats: usize) -> Hold {
    let seat = |i: usize| PricedSeat {
        id: stored(SeatId::parse(&format!("seat_{i}"))),
        category: stored(CategoryId::parse("vip")),
        price: Minor(15_000),
        ticket_type: None,
    };
    Hold {
        id: stored(HoldId::parse("h1")),
        event: stored(EventId::parse("e1")),
        buyer: stored(BuyerId::parse("ann#1")),
        revision: 3,
        started_at: None,
        of_session: false,
        expires_at: Moment(1_000),
        currency: stored(Currency::parse("USD")),
        seats: (0..seats).map(seat).collect(),
    }
}
