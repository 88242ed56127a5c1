//! A hall of exactly one hundred equal seats, `S001` to `S100`: ten rows of ten with an aisle in the middle.

use super::document::{Category, Layout, Seat, shape, wheelchair};
use super::rows::{Spot, straight};
use jiff::Timestamp;
use serde_json::{Value, json};

pub const LAYOUT: &str = "hundred";

const SEAT_SIZE: f64 = 32.0;
const PITCH: f64 = 42.0;
const FIRST_ROW_Y: f64 = 160.0;
const ROW_DEPTH: f64 = 44.0;
const ROWS: u32 = 10;
const BLOCK_SEATS: u32 = 5;
/// From the middle of the hall to the middle of a block.
const BLOCK_OFFSET: f64 = 127.0;

/// A sale in which everybody may book once.
pub fn one_booking_each(mut event: Value) -> Value {
    event["rules"]["oneBookingPerBuyer"] = true.into();
    event
}

/// A sale with a waiting room before its door.
pub fn with_a_waiting_room(mut event: Value) -> Value {
    event["waitingRoom"] = json!({ "mode": "on", "admitPerMinute": 60, "maxActive": 20, "passMinutes": 5 });
    event
}

/// A sale whose waiting room draws the order of all who come before it opens.
pub fn with_a_draw(event: Value, opens_at: Timestamp) -> Value {
    let mut event = with_a_waiting_room(event);
    event["waitingRoom"]["opensAt"] = format!("{opens_at:.3}").into();
    event["waitingRoom"]["draw"] = true.into();
    event
}

pub fn layout() -> Layout {
    let mut seats: Vec<Seat> = (0..ROWS).flat_map(row).zip(1..).map(seat).collect();
    wheelchair(&mut seats, "S091", "S092");
    wheelchair(&mut seats, "S100", "S099");
    Layout {
        name: "The Hundred",
        canvas: (560.0, 620.0),
        categories: vec![Category { id: "standard", name: "Standard", color: "#2C8C99", price: 40.00 }],
        seats,
        areas: Vec::new(),
        items: vec![shape("stage", "rect", Some("Stage"), (120.0, 30.0), (320.0, 80.0))],
        focus: (280.0, 110.0),
    }
}

fn row(row: u32) -> Vec<(u32, Spot)> {
    let y = FIRST_ROW_Y + ROW_DEPTH * f64::from(row);
    [-BLOCK_OFFSET, BLOCK_OFFSET]
        .into_iter()
        .flat_map(|offset| straight((280.0 + offset, y), 0.0, PITCH, BLOCK_SEATS))
        .map(|spot| (row, spot))
        .collect()
}

fn seat(((row, spot), number): ((u32, Spot), u32)) -> Seat {
    Seat {
        id: format!("S{number:03}"),
        spot,
        size: SEAT_SIZE,
        category: "standard",
        section: None,
        row: (row + 1).to_string(),
        number: number - row * 2 * BLOCK_SEATS,
        accessible: false,
        companion_of: None,
    }
}
