//! A hall on sale that is drawn as text: a line for each row, the one nearest to the stage first.
//!
//! `.` is a seat, `#` one that is sold, `a` an accessible seat, `c` the companion seat of the seat before it, a blank
//! an aisle; seats in brackets are a table's. `X` is what somebody got.

use serde_json::{Value, json};

use crate::person::refs;
use crate::world::{Event, World};

/// From one seat of a row to the next, and from row to row.
const STEP: usize = 40;
/// What one buyer may hold at once.
const HOLD: usize = 50;

pub(crate) struct Hall {
    pub(crate) event: Event,
    /// Each row's characters, with the id where one is a seat.
    rows: Vec<Vec<(char, Option<String>)>>,
}

impl Hall {
    /// Opens the hall, whose focus is above this column.
    pub(crate) async fn open(world: &World, drawing: &[&str], focus: usize) -> Hall {
        Hall::open_with(world, drawing, focus, json!({})).await
    }

    /// The same with these fields in the event's document.
    pub(crate) async fn open_with(world: &World, drawing: &[&str], focus: usize, fields: Value) -> Hall {
        let rows: Vec<_> = drawing.iter().enumerate().map(|(at, line)| row(at, line)).collect();
        let event = world.event_with(document(&rows, focus), fields).await;
        let sold: Vec<String> =
            rows.iter().flatten().filter(|(mark, _)| *mark == '#').filter_map(|(_, id)| id.clone()).collect();
        for seats in sold.chunks(HOLD) {
            world.buyer("crowd").buy(&event, &refs(seats)).await;
        }
        Hall { event, rows }
    }

    /// The drawing with these seats marked.
    pub(crate) fn with(&self, seats: &[String]) -> Vec<String> {
        let mark = |(mark, id): &(char, Option<String>)| match id {
            Some(id) if seats.contains(id) => 'X',
            _ => *mark,
        };
        self.rows.iter().map(|row| row.iter().map(mark).collect()).collect()
    }
}

/// The characters of a row with the ids of its seats: `r{row}c{column}`, or as seats of a table are called.
fn row(at: usize, line: &str) -> Vec<(char, Option<String>)> {
    let (mut table, mut marks) = (None, Vec::new());
    for (column, mark) in line.chars().enumerate() {
        let id = match (mark, &mut table) {
            ('(', _) => {
                table = Some((format!("t{at}x{column}"), 0));
                None
            }
            (')', _) => {
                table = None;
                None
            }
            (' ', _) => None,
            (_, Some((table, seats))) => {
                *seats += 1;
                Some(format!("seat_{table}_{}", *seats - 1))
            }
            (_, None) => Some(format!("r{at}c{column}")),
        };
        marks.push((mark, id));
    }
    marks
}

fn document(rows: &[Vec<(char, Option<String>)>], focus: usize) -> Value {
    let (mut seats, mut items) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        for (column, (mark, id)) in row.iter().enumerate() {
            let (x, y) = (STEP * column, STEP * (at + 1));
            match (mark, id) {
                ('(', _) => {
                    let count = row[column..].iter().take_while(|(mark, _)| *mark != ')').count() - 1;
                    items.push(
                        json!({"id": format!("t{at}x{column}"), "type": "table", "sc": count, "categoryId": "seat",
                                      "pos": {"x": x + 40, "y": y}, "size": {"x": 30, "y": 30}}),
                    );
                }
                (_, Some(id)) if !id.starts_with("seat_") => {
                    let companion = (*mark == 'c').then(|| format!("r{at}c{}", column - 1));
                    seats.push(json!({"id": id, "categoryId": "seat", "rowLabel": format!("{at}"),
                                      "position": {"x": x, "y": y}, "size": {"x": 30, "y": 30},
                                      "accessible": *mark == 'a', "companionOf": companion}));
                }
                _ => {}
            }
        }
    }
    json!({
        "name": "Hall", "canvasW": 4_000, "canvasH": 4_000, "focus": {"x": STEP * focus + 15, "y": 0},
        "categories": [{"id": "seat", "name": "Seat", "color": "#aaaaaa", "price": 10}], "seats": seats, "items": items,
    })
}
