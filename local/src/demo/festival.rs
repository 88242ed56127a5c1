//! A festival field: three areas of exactly 20,000 places where people stand, and behind them a stand of 400 numbered
//! seats that face the stage.
//!
//! A seat's id is section, row, seat: `left-A-1`. Seats are drawn larger than the standing room around them, so that they
//! can be hit; the areas are drawn to one scale.

use super::document::{Area, Category, Layout, Seat, shape, wheelchair};
use super::rows::{Point, straight};

pub const LAYOUT: &str = "festival-field";

const SEAT_SIZE: f64 = 18.0;
const PITCH: f64 = 22.0;
const ROWS: u32 = 10;
const ROW_SEATS: u32 = 20;
const ROW_DEPTH: f64 = 26.0;
/// The middle of the stand's front row: the aisle between both sections lies there.
const STAND: Point = (800.0, 980.0);
const AISLE: f64 = 56.0;
/// Each section, and on which side of the aisle it lies as seen from the stand.
const SECTIONS: [(&str, f64); 2] = [("left", -1.0), ("right", 1.0)];

/// The front row is level with the field: there the places at both ends of a section take a wheelchair.
const WHEELCHAIRS: [(&str, &str); 4] =
    [("left-A-1", "left-A-2"), ("left-A-20", "left-A-19"), ("right-A-1", "right-A-2"), ("right-A-20", "right-A-19")];

pub fn layout() -> Layout {
    let mut seats: Vec<Seat> = SECTIONS.iter().flat_map(section).collect();
    for (place, neighbour) in WHEELCHAIRS {
        wheelchair(&mut seats, place, neighbour);
    }
    Layout {
        name: "Festival field",
        canvas: (1600.0, 1260.0),
        categories: vec![
            Category { id: "front", name: "Front standing", color: "#D2527F", price: 110.00 },
            Category { id: "standing", name: "Standing", color: "#3A9D5D", price: 68.00 },
            Category { id: "stand", name: "Stand, seated", color: "#3D8BD4", price: 92.00 },
        ],
        seats,
        items: vec![
            shape("stage", "rect", Some("Stage"), (520.0, 36.0), (560.0, 120.0)),
            shape("mixer", "rect", Some("Mixer"), (740.0, 400.0), (120.0, 44.0)),
            shape("bar_left", "rect", Some("Bar"), (60.0, 470.0), (90.0, 260.0)),
            shape("bar_right", "rect", Some("Bar"), (1450.0, 470.0), (90.0, 260.0)),
            shape("stand_floor", "rect", None, (306.0, 962.0), (988.0, 270.0)),
        ],
        areas: vec![
            area(("front", "Front"), ("front", 4_000), (440.0, 210.0), (720.0, 168.0)),
            area(("field", "Field"), ("standing", 12_000), (220.0, 466.0), (1160.0, 312.0)),
            area(("terrace", "Terrace"), ("standing", 4_000), (220.0, 808.0), (1160.0, 104.0)),
        ],
        focus: (800.0, 156.0),
    }
}

fn area((id, name): (&'static str, &'static str), sold: (&'static str, u32), corner: Point, size: Point) -> Area {
    let (category, capacity) = sold;
    Area { id, name, category, capacity, corner, size }
}

/// One half of the stand, row by row away from the stage.
fn section(&(name, side): &(&'static str, f64)) -> Vec<Seat> {
    let width = PITCH * f64::from(ROW_SEATS);
    let middle = STAND.0 + side * (AISLE + width) / 2.0;
    let row = |(index, label)| seats(name, label, (middle, STAND.1 + ROW_DEPTH * f64::from(index)));
    (0..ROWS).zip('A'..).flat_map(row).collect()
}

fn seats(section: &'static str, row: char, middle: Point) -> impl Iterator<Item = Seat> {
    straight(middle, 0.0, PITCH, ROW_SEATS).into_iter().zip(1..).map(move |(spot, number)| Seat {
        id: format!("{section}-{row}-{number}"),
        spot,
        size: SEAT_SIZE,
        category: "stand",
        section: Some(section.to_owned()),
        row: row.to_string(),
        number,
        accessible: false,
        companion_of: None,
    })
}
