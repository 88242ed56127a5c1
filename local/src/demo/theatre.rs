//! The theatre of seeds/1: 500 seats. Tables stand on the floor before the stage, nine curved rows rise behind them,
//! and a VIP box looks at the stage from each side.

use super::document::{Category, Layout, Seat, point, shape, wheelchair};
use super::rows::{Arc, Point, Spot};
use serde_json::{Value, json};

pub const LAYOUT: &str = "64f123456789abcd12345678";

const SEAT_SIZE: f64 = 24.0;
const STAGE: Point = (600.0, 0.0);
const PITCH: f64 = 27.2;
const ROW_DEPTH: f64 = 31.0;
/// Puts `seat_A1` where the seeds show it, at {100, 50}: its middle is 488 to the left of the stage and 62 below.
const BOX_FACING: f64 = 82.76;
const FRONT_RADIUS: f64 = 491.92;
/// The two long aisles: the blocks beside them begin this far from the middle.
const AISLE_FACING: f64 = 26.0;

/// Label, seats in each box, seats in each side block, seats in the middle block.
const ROWS: [(&str, u32, u32, u32); 9] = [
    ("A", 4, 12, 14),
    ("B", 4, 13, 15),
    ("C", 5, 14, 15),
    ("D", 0, 15, 16),
    ("E", 0, 15, 17),
    ("F", 0, 15, 18),
    ("G", 0, 13, 19),
    ("H", 0, 12, 20),
    ("J", 0, 11, 20),
];

/// Wheelchair places and the seat beside each, all at an aisle.
const WHEELCHAIRS: [(&str, &str); 6] = [
    ("seat_C5", "seat_C4"),
    ("seat_C49", "seat_C50"),
    ("seat_J11", "seat_J10"),
    ("seat_J12", "seat_J13"),
    ("seat_J31", "seat_J30"),
    ("seat_J32", "seat_J33"),
];

const TABLE_SIZE: f64 = 80.0;
const TABLE_SEATS: u32 = 8;
const VIP_TABLES: [f64; 3] = [42.0, 0.0, -42.0];
const STANDARD_TABLES: [f64; 7] = [67.5, 45.0, 22.5, 0.0, -22.5, -45.0, -67.5];

/// A premiere at reduced prices too. Only the shop's server confirms it, once it has seen the payment.
pub fn sold_by_a_shop(mut event: Value) -> Value {
    event["ticketTypes"] = json!([
        { "id": "adult", "name": "Adult" },
        { "id": "senior", "name": "Senior", "prices": { "vip": 130.00, "standard": 60.00 } },
        { "id": "child", "name": "Child", "prices": { "vip": 75.00, "standard": 37.50 } },
    ]);
    event["rules"]["confirmBy"] = "admin".into();
    event
}

pub fn layout() -> Layout {
    let mut seats: Vec<Seat> = ROWS.iter().zip(0_u32..).flat_map(|(row, index)| row_seats(row, index)).collect();
    for (place, neighbour) in WHEELCHAIRS {
        wheelchair(&mut seats, place, neighbour);
    }
    Layout {
        name: "Grand Theater Main Hall",
        canvas: (1200.0, 800.0),
        categories: vec![
            Category { id: "vip", name: "VIP", color: "#FFD700", price: 150.00 },
            Category { id: "standard", name: "Standard", color: "#4CAF50", price: 75.00 },
        ],
        seats,
        areas: Vec::new(),
        items: items(),
        focus: (STAGE.0, 100.0),
    }
}

fn row_seats(&(label, boxed, side, middle): &(&str, u32, u32, u32), index: u32) -> Vec<Seat> {
    let arc = Arc { centre: STAGE, radius: FRONT_RADIUS + ROW_DEPTH * f64::from(index), pitch: PITCH };
    let block = |spots: Vec<Spot>, category| spots.into_iter().map(move |spot| (spot, category));
    block(arc.from(BOX_FACING, boxed), "vip")
        .chain(block(arc.until(AISLE_FACING, side), "standard"))
        .chain(block(arc.around(0.0, middle), "standard"))
        .chain(block(arc.from(-AISLE_FACING, side), "standard"))
        .chain(block(arc.until(-BOX_FACING, boxed), "vip"))
        .zip(1..)
        .map(|((spot, category), number)| seat(label, number, spot, category))
        .collect()
}

fn seat(row: &str, number: u32, spot: Spot, category: &'static str) -> Seat {
    Seat {
        id: format!("seat_{row}{number}"),
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

fn items() -> Vec<Value> {
    let mut items = vec![
        shape("apron", "round", None, (430.0, 50.0), (340.0, 80.0)),
        shape("stage", "rect", Some("Stage"), (390.0, 16.0), (420.0, 80.0)),
    ];
    items.extend(tables("VIP", "vip", 246.0, &VIP_TABLES));
    items.extend(tables("standard", "standard", 394.0, &STANDARD_TABLES));
    items
}

/// Tables on an arc around the stage, numbered from 1.
fn tables(kind: &str, category: &str, radius: f64, facings: &[f64]) -> Vec<Value> {
    let arc = Arc { centre: STAGE, radius, pitch: TABLE_SIZE };
    let name = if kind == "VIP" { "VIP Table" } else { "Table" };
    let table = |(facing, number): (&f64, u32)| {
        let (x, y) = arc.spot(*facing).middle;
        json!({
            "id": format!("table_{kind}_{number:03}"), "type": "table", "shp": "round", "sc": TABLE_SEATS,
            "pos": point((x - TABLE_SIZE / 2.0, y - TABLE_SIZE / 2.0)), "size": point((TABLE_SIZE, TABLE_SIZE)),
            "rot": 0, "lbl": format!("{name} {number}"), "categoryId": category,
        })
    };
    facings.iter().zip(1..).map(table).collect()
}
