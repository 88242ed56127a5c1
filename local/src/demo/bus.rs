//! A coach with 49 seats: eleven rows of 2 + 2, the door at row 1, and five seats across the back.

use super::document::{Category, Layout, Seat, shape, wheelchair};
use super::rows::Spot;

pub const LAYOUT: &str = "trip123";

const SEAT_SIZE: f64 = 36.0;
const FIRST_ROW_Y: f64 = 158.0;
const ROW_DEPTH: f64 = 48.0;
const LAST_ROW: u32 = 12;
/// Rows with more room for the legs.
const EXECUTIVE_ROWS: u32 = 3;
/// The middles of the seats from left to right; the third is the aisle, except in the last row.
const COLUMNS: [f64; 5] = [66.0, 108.0, 150.0, 192.0, 234.0];
const PAIRS: [f64; 4] = [COLUMNS[0], COLUMNS[1], COLUMNS[3], COLUMNS[4]];

pub fn layout() -> Layout {
    let mut seats: Vec<Seat> = (1..=LAST_ROW).flat_map(row).collect();
    wheelchair(&mut seats, "1A", "1B");
    Layout {
        name: "Coach, 49 seats",
        canvas: (300.0, 750.0),
        categories: vec![
            Category { id: "executive", name: "Executive", color: "#8E6BBF", price: 2400.00 },
            Category { id: "standard", name: "Standard", color: "#2E9E8F", price: 1600.00 },
        ],
        seats,
        areas: Vec::new(),
        items: vec![
            shape("coach", "rect", None, (34.0, 24.0), (232.0, 706.0)),
            shape("windscreen", "rect", Some("Front"), (50.0, 34.0), (200.0, 20.0)),
            shape("driver", "round", Some("Driver"), (210.0, 72.0), (48.0, 48.0)),
            shape("door", "rect", Some("Door"), (34.0, 72.0), (56.0, 48.0)),
        ],
        focus: (150.0, 96.0),
    }
}

fn row(row: u32) -> Vec<Seat> {
    let columns = if row == LAST_ROW { &COLUMNS[..] } else { &PAIRS[..] };
    columns.iter().zip('A'..).zip(1..).map(|((x, letter), number)| seat(row, letter, number, *x)).collect()
}

fn seat(row: u32, letter: char, number: u32, x: f64) -> Seat {
    Seat {
        id: format!("{row}{letter}"),
        spot: Spot { middle: (x, FIRST_ROW_Y + ROW_DEPTH * f64::from(row - 1)), facing: 0.0 },
        size: SEAT_SIZE,
        category: if row <= EXECUTIVE_ROWS { "executive" } else { "standard" },
        section: None,
        row: row.to_string(),
        number,
        accessible: false,
        companion_of: None,
    }
}
