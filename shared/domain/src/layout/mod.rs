//! The geometry of a venue: seats, tables, shapes and categories. Pure data, checked once, then only read.
//!
//! - `document` reads what an admin publishes, with `categories`, `listed` and `table`, or has `pretix` read it; `fault` and
//!   `node` name what is wrong with it
//! - `packed` is how a layout lies in the table
//! - `viewport` says which part of it a client sees
//! - `answer` is its half of the GET layout answer, rendered once and sent often

use std::ops::Range;

use serde_json::Number;

use crate::name::{CategoryId, SeatId, TableId, one_form};
use index::IdIndex;
use std::collections::HashMap;
use std::sync::Arc;

pub mod answer;
mod categories;
mod codec;
pub mod document;
pub mod fault;
mod index;
mod listed;
mod node;
pub mod packed;
mod packed_seat;
mod pretix;
mod pretix_area;
#[cfg(test)]
pub(crate) mod samples;
mod section;
mod table;
pub mod viewport;

/// A place on the canvas or an extent, in the layout's own units (pixels in the examples).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right, or the width.
    pub x: f64,
    /// Downwards, or the height.
    pub y: f64,
}

impl Point {
    /// The place that lies this far from here. Offsets are decimals of a few places; their sums should be, too.
    fn offset_by(self, offset: Self) -> Self {
        let sum = |a: f64, b: f64| ((a + b) * 1000.0).round() / 1000.0 + 0.0;
        Self { x: sum(self.x, offset.x), y: sum(self.y, offset.y) }
    }
}

/// What seats of one kind are called and cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Unique in the layout.
    pub id: CategoryId,
    /// For people.
    pub name: String,
    /// A CSS colour, as it was published.
    pub color: String,
    /// In the major unit of whatever currency the event has; at most three decimals; whole prices are integers. Without one
    /// it is not for sale, unless the event prices it.
    pub price: Option<Number>,
}

/// What is printed on a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatNumber {
    /// A whole number of at most 2^53 in size, so that JSON clients read it exactly.
    Whole(i64),
    /// Anything else, such as `12a`.
    Text(String),
}

/// The unit that is held and booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Unique in the layout.
    pub id: SeatId,
    /// The top left corner.
    pub position: Point,
    /// Width and height, both above zero.
    pub size: Point,
    /// Index into [`Layout::categories`].
    pub category: u16,
    /// Degrees clockwise, about the middle.
    pub rotation: f64,
    /// The part of the venue as people call it, such as `Balcony`: rows and numbers may come again in another.
    pub section: Option<Arc<str>>,
    /// The row as people call it; for a seat that a table brought, the table's label.
    pub row_label: Option<String>,
    /// The number within the row or table.
    pub seat_number: Option<SeatNumber>,
    /// The seat as people call it within its row, such as `Seat 12`, where the number alone does not say it.
    pub label: Option<String>,
    /// For wheelchair users.
    pub accessible: bool,
    /// Index into [`Layout::seats`] of the accessible seat that this one goes with.
    pub companion_of: Option<u32>,
    /// Index into [`Layout::items`] of the table that this seat stands at.
    pub table: Option<u32>,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// May have seats, which can be held as a whole.
    Table,
    /// Only drawn.
    Shape,
}

/// A table or a drawn shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique among the items.
    pub id: TableId,
    /// Table or shape.
    pub kind: ItemKind,
    /// The top left corner before rotation.
    pub pos: Point,
    /// Width and height, both above zero.
    pub size: Point,
    /// Degrees clockwise, about the middle.
    pub rot: f64,
    /// What is written on it.
    pub lbl: Option<String>,
    /// How it is drawn, such as `round`.
    pub shp: Option<String>,
    /// How many seats a table has; none for a shape.
    pub sc: Option<u32>,
    /// Index into [`Layout::categories`].
    pub category: Option<u16>,
    /// Indexes into [`Layout::seats`], in the order of their names; empty without seats.
    pub seats: Range<u32>,
}

/// A published layout. Its seats are those listed in the document, in that order, then each table's together.
#[derive(Debug, Clone)]
pub struct Layout {
    parts: Parts,
    seats_by_id: IdIndex,
    items_by_id: IdIndex,
    /// Seats and items of layouts that were stored before ids had one form, by the form in which clients name them.
    older_seats: HashMap<String, u32>,
    older_items: HashMap<String, u32>,
}

/// All that a layout consists of, before anything is derived from it.
#[derive(Debug, Clone, PartialEq)]
struct Parts {
    name: String,
    canvas: Point,
    categories: Vec<Category>,
    seats: Vec<Seat>,
    items: Vec<Item>,
    focus: Option<Point>,
}

impl Layout {
    fn from_parts(parts: Parts) -> Self {
        let seats_by_id = IdIndex::of(parts.seats.len(), |at| parts.seats[at].id.as_str());
        let items_by_id = IdIndex::of(parts.items.len(), |at| parts.items[at].id.as_str());
        let older_seats = in_other_forms(parts.seats.iter().map(|seat| seat.id.as_str()));
        let older_items = in_other_forms(parts.items.iter().map(|item| item.id.as_str()));
        Self { parts, seats_by_id, items_by_id, older_seats, older_items }
    }

    /// The layout as it may have been stored before ids had one form.
    #[cfg(any(test, feature = "samples"))]
    pub(crate) fn with_stored_ids(mut self, seat: &SeatId, table: &TableId) -> Self {
        self.parts.seats[0].id = seat.clone();
        self.parts.items[0].id = table.clone();
        Self::from_parts(self.parts)
    }

    /// What people call the venue.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The canvas' width, above zero.
    pub fn canvas_w(&self) -> f64 {
        self.parts.canvas.x
    }

    /// The canvas' height, above zero.
    pub fn canvas_h(&self) -> f64 {
        self.parts.canvas.y
    }

    /// At least one.
    pub fn categories(&self) -> &[Category] {
        &self.parts.categories
    }

    /// Every seat, those of tables included.
    pub fn seats(&self) -> &[Seat] {
        &self.parts.seats
    }

    /// Tables and shapes in the document's order.
    pub fn items(&self) -> &[Item] {
        &self.parts.items
    }

    /// Where the best view is, if the document says so.
    pub fn focus(&self) -> Option<Point> {
        self.parts.focus
    }

    /// The category of the seat with this index, which must be below the number of seats.
    pub fn category_of(&self, seat: u32) -> &Category {
        let category = self.parts.seats[seat as usize].category;
        &self.parts.categories[usize::from(category)]
    }

    /// The index of the seat with this very id, as rows have it. Where a seat's row lies follows from its id character for
    /// character, so a row under another form is another seat.
    pub fn seat_index(&self, id: &str) -> Option<u32> {
        self.seats_by_id.find(id, |at| self.parts.seats[at].id.as_str())
    }

    /// The index of the seat that a client names, whose own id may be of another form. Everything from there on goes by
    /// the seat's own id.
    pub fn find_seat(&self, named: &SeatId) -> Option<u32> {
        self.seat_index(named.as_str()).or_else(|| self.older_seats.get(named.as_str()).copied())
    }

    /// The seat with this id.
    pub fn seat(&self, id: &str) -> Option<&Seat> {
        self.seat_index(id).map(|at| &self.parts.seats[at as usize])
    }

    /// The indexes of the seats at a table; none when there is no such table, or it has no seats.
    pub fn table_seats(&self, id: &str) -> Option<Range<u32>> {
        let found = self.items_by_id.find(id, |at| self.parts.items[at].id.as_str());
        let at = found.or_else(|| self.older_items.get(id).copied())?;
        let seats = self.parts.items[at as usize].seats.clone();
        (!seats.is_empty()).then_some(seats)
    }

    /// The ids of the seats at a table, in the order of their names; none as with [`Self::table_seats`].
    pub fn table_seat_ids(&self, id: &str) -> Option<Vec<SeatId>> {
        let seats = self.table_seats(id)?;
        let seats = &self.parts.seats[seats.start as usize..seats.end as usize];
        Some(seats.iter().map(|seat| seat.id.clone()).collect())
    }
}

/// Where ids stand that are not in their one form, by that form: none in layouts that were published since there is one.
fn in_other_forms<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<String, u32> {
    let mut places = HashMap::new();
    for (at, id) in (0..).zip(ids) {
        let form = one_form(id);
        if form != id {
            places.entry(form.into_owned()).or_insert(at);
        }
    }
    places
}

impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}
