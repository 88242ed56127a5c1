//! A cinema with 180 seats: ten gently curved rows in three blocks, and five love seats in the middle of the last.

use super::document::{Category, Layout, Seat, shape, wheelchair};
use super::rows::{Arc, Point, Spot};
use serde_json::{Value, json};

pub const LAYOUT: &str = "cinema-screen-7";

const SEAT_SIZE: f64 = 26.0;
const PITCH: f64 = 31.0;
/// Far above the screen, so that the rows curve only a little.
const CENTRE: Point = (400.0, -860.0);
const FRONT_RADIUS: f64 = 1_030.0;
const ROW_DEPTH: f64 = 42.0;
/// Half of the middle block with its aisle, along the row.
const AISLE: f64 = 195.0;
const MIDDLE_SEATS: u32 = 10;
const LOVE_SEATS: u32 = 5;
const LOVE_PITCH: f64 = 67.0;

/// Label, seats in each side block, category of the row's middle block.
const ROWS: [(&str, u32, &str); 10] = [
    ("A", 3, "standard"),
    ("B", 4, "standard"),
    ("C", 4, "standard"),
    ("D", 4, "standard"),
    ("E", 4, "premium"),
    ("F", 4, "premium"),
    ("G", 4, "premium"),
    ("H", 4, "premium"),
    ("J", 4, "standard"),
    ("K", 5, "love"),
];

pub fn layout() -> Layout {
    let mut seats: Vec<Seat> = ROWS.iter().zip(0_u32..).flat_map(|(row, index)| row_seats(row, index)).collect();
    for (place, neighbour) in [("A1", "A2"), ("A16", "A15"), ("K1", "K2"), ("K20", "K19")] {
        wheelchair(&mut seats, place, neighbour);
    }
    Layout {
        name: "Screen 7",
        canvas: (800.0, 620.0),
        categories: vec![
            Category { id: "standard", name: "Standard", color: "#3D8BD4", price: 11.50 },
            Category { id: "premium", name: "Premium", color: "#9C5FC4", price: 15.00 },
            Category { id: "love", name: "Love seat", color: "#E0699F", price: 17.50 },
        ],
        seats,
        areas: Vec::new(),
        items: vec![
            shape("screen", "rect", Some("Screen"), (110.0, 36.0), (580.0, 26.0)),
            shape("exit_left", "rect", Some("Exit"), (16.0, 100.0), (52.0, 26.0)),
            shape("exit_right", "rect", Some("Exit"), (732.0, 100.0), (52.0, 26.0)),
        ],
        // The projectionist's favourite: the middle, two thirds of the way back.
        focus: (CENTRE.0, CENTRE.1 + FRONT_RADIUS + 5.5 * ROW_DEPTH),
    }
}

/// A screening whose seats are sold to adults, students and children.
pub fn sold_by_type(mut screening: Value) -> Value {
    screening["ticketTypes"] = json!([
        { "id": "adult", "name": "Adult" },
        { "id": "student", "name": "Student", "prices": { "standard": 9.00, "premium": 12.50 } },
        { "id": "child", "name": "Child", "prices": { "standard": 7.50, "premium": 10.00, "love": 15.00 } },
    ]);
    screening
}

fn row_seats(&(label, side, category): &(&str, u32, &'static str), index: u32) -> Vec<Seat> {
    let arc = Arc { centre: CENTRE, radius: FRONT_RADIUS + ROW_DEPTH * f64::from(index), pitch: PITCH };
    let aisle = (AISLE / arc.radius).to_degrees();
    let middle = if category == "love" { love_seats(arc) } else { arc.around(0.0, MIDDLE_SEATS) };
    let sides = if category == "love" { "standard" } else { category };
    let block = |spots: Vec<Spot>, category| spots.into_iter().map(move |spot| (spot, category));
    block(arc.until(aisle, side), sides)
        .chain(block(middle, category))
        .chain(block(arc.from(-aisle, side), sides))
        .zip(1..)
        .map(|((spot, category), number)| seat(label, number, spot, category))
        .collect()
}

/// Pairs with a little more room on either side.
fn love_seats(arc: Arc) -> Vec<Spot> {
    let pair = |middle: Spot| Arc { pitch: SEAT_SIZE + 1.0, ..arc }.around(middle.facing, 2);
    Arc { pitch: LOVE_PITCH, ..arc }.around(0.0, LOVE_SEATS).into_iter().flat_map(pair).collect()
}

fn seat(row: &str, number: u32, spot: Spot, category: &'static str) -> Seat {
    Seat {
        id: format!("{row}{number}"),
        spot,
        size: SEAT_SIZE,
        category,
        section: None,
        row: row.to_owned(),
        number,
        accessible: false,
        companion_of: None,
    }
}
