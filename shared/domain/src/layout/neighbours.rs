//! Who sits beside whom, derived from where seats stand, once for each published version.
//!
//! - A row is what has the same section and row label. Where seats have no row label, a row is what stands at the same
//!   height within a section.
//! - Along a row, a seat's neighbour is the next one as drawn, unless the step to it is wider than 1.5 times the row's
//!   usual step: then there is an aisle between them. "Left" is to the left on the canvas; in a row that runs upright,
//!   above.
//! - Seats of one table are neighbours in the order of their names, from the first to the last, where they have the same
//!   section and row label. The last is not the first one's neighbour, so that every row has two ends.

use std::collections::HashMap;

use super::drawing::{Place, Point};
use crate::inventory::{Neighbours, Seat, Table};
use crate::limits::ROW_LINES_MAX;

/// A step wider than the row's usual one by this factor is an aisle.
const AISLE: f64 = 1.5;

/// What is as wide as that but for rounding is none.
const ROUNDED: f64 = 1.0 + 1e-9;

/// A seat of a row, by the middle of its place.
#[derive(Debug, Clone, Copy)]
struct Stand {
    seat: u32,
    at: Point,
    /// Half its height.
    reach: f64,
}

/// The neighbours of seats that stand at these places.
pub(super) fn derive(seats: &[Seat], tables: &[Table], places: &[Place]) -> Neighbours {
    let mut neighbours = Neighbours::none(seats.len());
    let mut is_at_table = vec![false; seats.len()];
    for table in tables {
        is_at_table[table.seats.start as usize..table.seats.end as usize].fill(true);
        seat_around(table, seats, &mut neighbours);
    }
    for Row { has_label, stands } in rows(seats, &is_at_table, places) {
        if has_label {
            seat_along(stands, &mut neighbours);
        } else {
            by_height(stands).into_iter().for_each(|stands| seat_along(stands, &mut neighbours));
        }
    }
    neighbours
}

/// What a seat's neighbours have in common with it.
fn row_of(seat: &Seat) -> (Option<&str>, Option<&str>) {
    (seat.section.as_deref(), seat.row_label.as_deref().filter(|label| !label.is_empty()))
}

fn seat_around(table: &Table, seats: &[Seat], neighbours: &mut Neighbours) {
    for (left, right) in table.seats.clone().zip(table.seats.clone().skip(1)) {
        if row_of(&seats[left as usize]) == row_of(&seats[right as usize]) {
            neighbours.join(left, right);
        }
    }
}

/// Seats of one section and row label.
struct Row {
    has_label: bool,
    stands: Vec<Stand>,
}

/// All seats but those at tables, by row.
fn rows(seats: &[Seat], is_at_table: &[bool], places: &[Place]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known = HashMap::new();
    let mut last = None;
    for (at, (seat, place)) in seats.iter().zip(places).enumerate().filter(|(at, _)| !is_at_table[*at]) {
        let key = row_of(seat);
        // Documents list the seats of a row together.
        let row = match last {
            Some((before, row)) if before == key => row,
            _ => *known.entry(key).or_insert_with(|| {
                rows.push(Row { has_label: key.1.is_some(), stands: Vec::new() });
                rows.len() - 1
            }),
        };
        last = Some((key, row));
        rows[row].stands.push(Stand { seat: at as u32, at: place.middle(), reach: place.size.y / 2.0 });
    }
    rows
}

/// Parts seats into those that stand at about the same height: within half a seat of the topmost.
fn by_height(mut stands: Vec<Stand>) -> Vec<Vec<Stand>> {
    stands.sort_by(|a, b| a.at.y.total_cmp(&b.at.y).then(a.at.x.total_cmp(&b.at.x)));
    let mut rows: Vec<Vec<Stand>> = Vec::new();
    for stand in stands {
        match rows.last_mut() {
            Some(row) if stand.at.y - row[0].at.y <= row[0].reach => row.push(stand),
            _ => rows.push(vec![stand]),
        }
    }
    rows
}

/// Joins the seats of a row, each with the next one along it. A row may bend, and consist of several lines: each seat
/// joins the line whose end is nearest, and begins another where none is near.
fn seat_along(mut row: Vec<Stand>, neighbours: &mut Neighbours) {
    lay_down(&mut row);
    row.sort_by(|a, b| a.at.x.total_cmp(&b.at.x).then(a.at.y.total_cmp(&b.at.y)));
    let Some(step) = usual_step(&row) else { return };
    let widest = step * AISLE * ROUNDED;
    let mut ends: Vec<Stand> = Vec::new();
    for next in row {
        ends.retain(|end| next.at.x - end.at.x <= widest);
        let steps = ends.iter_mut().map(|end| (distance(end.at, next.at), end));
        let nearest = steps.filter(|(step, _)| *step <= widest).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, end)) = nearest {
            neighbours.join(end.seat, next.seat);
            *end = next;
            continue;
        }
        if ends.len() == ROW_LINES_MAX {
            ends.remove(0);
        }
        ends.push(next);
    }
}

/// Turns a row that runs upright, so that `x` runs along it, from top to bottom.
fn lay_down(row: &mut [Stand]) {
    let extent = |of: fn(&Stand) -> f64| {
        let (least, most) = row.iter().map(of).fold((f64::MAX, f64::MIN), |(a, b), at| (a.min(at), b.max(at)));
        most - least
    };
    if extent(|stand| stand.at.y) > extent(|stand| stand.at.x) {
        row.iter_mut().for_each(|stand| stand.at = Point { x: stand.at.y, y: stand.at.x });
    }
}

/// The median of each seat's step from the nearest before it; of two in the middle the shorter. None for a single seat.
fn usual_step(row: &[Stand]) -> Option<f64> {
    let nearest_before = |at: usize| {
        let mut nearest = f64::INFINITY;
        for before in row[at.saturating_sub(ROW_LINES_MAX)..at].iter().rev() {
            if row[at].at.x - before.at.x >= nearest {
                break;
            }
            nearest = nearest.min(distance(before.at, row[at].at));
        }
        nearest
    };
    let mut steps: Vec<f64> = (1..row.len()).map(nearest_before).collect();
    let middle = steps.len().checked_sub(1)? / 2;
    Some(*steps.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// A root of squares, which every processor rounds alike.
fn distance(a: Point, b: Point) -> f64 {
    let (x, y) = (a.x - b.x, a.y - b.y);
    (x * x + y * y).sqrt()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "neighbours_tests.rs"]
mod tests;
