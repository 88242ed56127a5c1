//! A published layout: what of a venue can be sold, and how it is drawn. Pure data, checked once, then only read.
//!
//! - `document` reads what an admin publishes, with `categories`, `listed` and `table`, or has `pretix` read it; `fault` and
//!   `node` name what is wrong with it
//! - `neighbours` says who sits beside whom, the only thing that needs both halves
//! - `packed` is how a layout lies in the table
//! - `viewport` says which part of it a client sees

mod categories;
pub mod document;
mod drawing;
pub mod fault;
mod listed;
mod neighbours;
mod node;
pub mod packed;
mod pretix;
mod pretix_area;
#[cfg(test)]
pub(crate) mod samples;
mod shared_name;
mod table;
pub mod viewport;

use crate::inventory::{Category, Inventory, Neighbours, Seat, Table};
pub use drawing::{Drawing, Item, ItemKind, Place, Point};
use std::sync::Arc;

/// A published layout. Its seats are those listed in the document, in that order, then each table's together.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    inventory: Arc<Inventory>,
    drawing: Drawing,
}

/// What a document says, in this form or in one of before: all of a layout but what is derived from it.
#[derive(Debug)]
struct Said {
    categories: Vec<Category>,
    seats: Vec<Seat>,
    tables: Vec<Table>,
    drawing: Drawing,
}

impl Layout {
    /// The layout of a document, with the neighbours that follow from it.
    fn of(said: Said) -> Self {
        let neighbours = neighbours::derive(&said.seats, &said.tables, &said.drawing.places);
        Self::with_neighbours(said, neighbours)
    }

    fn with_neighbours(said: Said, neighbours: Neighbours) -> Self {
        let Said { categories, seats, tables, drawing } = said;
        Self { inventory: Arc::new(Inventory::new(categories, seats, tables, neighbours)), drawing }
    }

    /// What can be sold.
    pub fn inventory(&self) -> &Arc<Inventory> {
        &self.inventory
    }

    /// Where it is drawn.
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// The layout as it may have been stored before ids had one form: its first seat and its table under these ids.
    #[cfg(any(test, feature = "samples"))]
    pub(crate) fn with_stored_ids(mut self, seat: &crate::name::SeatId, table: &crate::name::TableId) -> Self {
        self.drawing.items[0].id = table.clone();
        Self { inventory: Arc::new(Inventory::with_stored_ids(&self.inventory, seat, table)), drawing: self.drawing }
    }
}
