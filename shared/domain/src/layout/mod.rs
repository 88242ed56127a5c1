//! A published layout: what of a venue can be sold, and how it is drawn. Pure data, checked once, then only read.
//!
//! - `document` reads what an admin publishes, with `categories`, `listed`, `table` and `area`, or has `pretix` read it; `fault` and
//!   `node` name what is wrong with it
//! - `neighbours` says who sits beside whom, and `nearness` how far from the best view: what the inventory has of the
//!   drawing
//! - `packed` is how a layout lies in the table
//! - `viewport` says which part of it a client sees

mod area;
mod categories;
pub mod document;
mod drawing;
pub mod fault;
mod listed;
mod nearness;
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

use crate::inventory::{Inventory, Neighbours, Parts};
pub use drawing::{Drawing, Extent, Item, ItemKind, Place, Point};
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
    parts: Parts,
    drawing: Drawing,
}

impl Layout {
    /// The layout of a document, with the neighbours that follow from it.
    ///
    /// # Errors
    /// The layout says what no document may.
    fn of(said: Said) -> Result<Self, String> {
        let neighbours = neighbours::derive(&said.parts.seats, &said.parts.tables, &said.drawing.places);
        Self::with_neighbours(said, neighbours)
    }

    fn with_neighbours(said: Said, neighbours: Neighbours) -> Result<Self, String> {
        let Said { parts, drawing } = said;
        let inventory = Inventory::new(parts, neighbours, nearness::derive(&drawing))?;
        Ok(Self { inventory: Arc::new(inventory), drawing })
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
    pub(crate) fn with_stored_ids(
        mut self,
        seat: &crate::name::SeatId,
        table: &crate::name::TableId,
    ) -> Result<Self, String> {
        self.drawing.items[0].id = table.clone();
        let inventory = Inventory::with_stored_ids(&self.inventory, seat, table)?;
        Ok(Self { inventory: Arc::new(inventory), drawing: self.drawing })
    }
}
