//! What can be sold: seats, the tables that they stand at, the categories that price them, and who sits beside whom.
//!
//! Seats are known by their index here; rows and answers name them by their id. The places of areas come after all seats
//! that have a number. Where anything is drawn is the business of
//! [`layout`](crate::layout), which knows this module and is not known by it: whatever sells takes an [`Inventory`], so
//! nothing that sells can depend on a coordinate.

mod index;
mod nearness;
mod neighbours;
pub(crate) mod place;

use crate::name::{AreaId, CategoryId, SeatId, TableId, one_form};
pub(crate) use index::IdIndex;
pub use nearness::Nearness;
pub use neighbours::Neighbours;
use place::place_id;
use serde_json::Number;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What seats of one kind are called and cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Unique in the inventory.
    pub id: CategoryId,
    /// For people.
    pub name: String,
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
    /// Unique in the inventory.
    pub id: SeatId,
    /// Index into [`Inventory::categories`].
    pub category: u16,
    /// The part of the venue as people call it, such as `Balcony`: rows and numbers may come again in another.
    pub section: Option<Arc<str>>,
    /// The row as people call it; for a seat that a table brought, the table's label.
    pub row_label: Option<Arc<str>>,
    /// The number within the row or table.
    pub seat_number: Option<SeatNumber>,
    /// The seat as people call it within its row, such as `Seat 12`, where the number alone does not say it.
    pub label: Option<String>,
    /// For wheelchair users.
    pub accessible: bool,
    /// Index into [`Inventory::seats`] of the accessible seat that this one goes with.
    pub companion_of: Option<u32>,
    /// Index into [`Inventory::tables`] of the table that it stands at: whatever the tables say.
    pub table: Option<u32>,
}

/// A table that can be held as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Unique among the tables.
    pub id: TableId,
    /// Indexes into [`Inventory::seats`], in the order of their names; at least one.
    pub seats: Range<u32>,
}

/// A part of a venue that is sold by the number of places, such as standing room. A place is a seat without a number: whatever
/// holds, books or counts seats takes places as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Unique among the areas.
    pub id: AreaId,
    /// For people.
    pub name: String,
    /// Index into [`Inventory::categories`].
    pub category: u16,
    /// Indexes into [`Inventory::seats`]; at least one.
    pub places: Range<u32>,
}

impl Area {
    /// How many places it has.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.places.len()
    }

    /// Its places as seats, in the order of their numbers.
    fn seats(&self) -> impl Iterator<Item = Result<Seat, String>> + use<'_> {
        (0..self.places.len()).map(|number| {
            Ok(Seat {
                id: place_id(&self.id, number)?,
                category: self.category,
                section: None,
                row_label: None,
                seat_number: None,
                label: None,
                accessible: false,
                companion_of: None,
                table: None,
            })
        })
    }
}

/// What an inventory is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub categories: Vec<Category>,
    /// Those that have a number.
    pub seats: Vec<Seat>,
    pub tables: Vec<Table>,
    pub areas: Vec<Area>,
}

/// All that an event's layout offers for sale, whether or not the event prices it.
///
/// Two are equal where the same was published: what is derived from that is not compared.
#[derive(Debug, Clone)]
pub struct Inventory {
    categories: Vec<Category>,
    seats: Vec<Seat>,
    tables: Vec<Table>,
    areas: Vec<Area>,
    neighbours: Neighbours,
    nearness: Nearness,
    seats_by_id: IdIndex,
    tables_by_id: IdIndex,
    /// Seats and tables that were stored before ids had one form, by the form in which clients name them.
    older_seats: HashMap<String, u32>,
    older_tables: HashMap<String, u32>,
}

impl Inventory {
    /// An inventory of parts whose indexes are right: categories and companions exist, no two tables share a seat, and
    /// the areas' places follow the seats, area after area.
    ///
    /// # Errors
    /// An area's id is too long for its places.
    pub(crate) fn new(parts: Parts, neighbours: Neighbours, nearness: Nearness) -> Result<Self, String> {
        let Parts { categories, mut seats, tables, areas } = parts;
        for (at, table) in (0..).zip(&tables) {
            for seat in &mut seats[table.seats.start as usize..table.seats.end as usize] {
                seat.table = Some(at);
            }
        }
        for area in &areas {
            seats.reserve(area.capacity());
            for place in area.seats() {
                seats.push(place?);
            }
        }
        let seats_by_id = IdIndex::of(seats.len(), |at| seats[at].id.as_str());
        let tables_by_id = IdIndex::of(tables.len(), |at| tables[at].id.as_str());
        let older_seats = in_other_forms(seats.iter().map(|seat| seat.id.as_str()));
        let older_tables = in_other_forms(tables.iter().map(|table| table.id.as_str()));
        Ok(Self {
            categories,
            seats,
            tables,
            areas,
            neighbours,
            nearness,
            seats_by_id,
            tables_by_id,
            older_seats,
            older_tables,
        })
    }

    /// At least one.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// Every seat, those of tables and the places of areas included.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// How many seats have a number: their indexes come before those of all places.
    pub fn numbered(&self) -> usize {
        self.areas.first().map_or(self.seats.len(), |area| area.places.start as usize)
    }

    /// The areas, in the order of their places.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The index of the area with this id.
    pub fn find_area(&self, id: &AreaId) -> Option<usize> {
        self.areas.iter().position(|area| area.id == *id)
    }

    /// The index of the area that a place is in; none for a seat that has a number.
    pub fn area_of(&self, seat: u32) -> Option<usize> {
        let at = self.areas.partition_point(|area| area.places.end <= seat);
        self.areas.get(at).filter(|area| area.places.contains(&seat)).map(|_| at)
    }

    /// The tables that have seats.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Which seats are side by side.
    pub fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// The category of the seat with this index, which must be below the number of seats.
    pub fn category_of(&self, seat: u32) -> &Category {
        let category = self.seats[seat as usize].category;
        &self.categories[usize::from(category)]
    }

    /// How far seats and areas are from the best view.
    pub fn nearness(&self) -> &Nearness {
        &self.nearness
    }

    /// The index of the seat with this very id, as rows have it. Where a seat's row lies follows from its id character for
    /// character, so a row under another form is another seat.
    pub fn seat_index(&self, id: &str) -> Option<u32> {
        self.seats_by_id.find(id, |at| self.seats[at].id.as_str())
    }

    /// The index of the seat that a client names, whose own id may be of another form. Everything from there on goes by
    /// the seat's own id.
    pub fn find_seat(&self, named: &SeatId) -> Option<u32> {
        self.seat_index(named.as_str()).or_else(|| self.older_seats.get(named.as_str()).copied())
    }

    /// The seat with this id.
    pub fn seat(&self, id: &str) -> Option<&Seat> {
        self.seat_index(id).map(|at| &self.seats[at as usize])
    }

    /// The indexes of the seats at a table; none when there is no such table, or it has no seats.
    pub fn table_seats(&self, id: &str) -> Option<Range<u32>> {
        let found = self.tables_by_id.find(id, |at| self.tables[at].id.as_str());
        let at = found.or_else(|| self.older_tables.get(id).copied())?;
        Some(self.tables[at as usize].seats.clone())
    }

    /// The ids of the seats at a table, in the order of their names; none as with [`Self::table_seats`].
    pub fn table_seat_ids(&self, id: &str) -> Option<Vec<SeatId>> {
        let seats = self.table_seats(id)?;
        let seats = &self.seats[seats.start as usize..seats.end as usize];
        Some(seats.iter().map(|seat| seat.id.clone()).collect())
    }

    /// The inventory as it may have been stored before ids had one form.
    #[cfg(any(test, feature = "samples"))]
    pub(crate) fn with_stored_ids(&self, seat: &SeatId, table: &TableId) -> Result<Self, String> {
        let Self { categories, mut seats, mut tables, areas, neighbours, nearness, .. } = self.clone();
        seats.truncate(self.numbered());
        seats[0].id = seat.clone();
        tables[0].id = table.clone();
        Self::new(Parts { categories, seats, tables, areas }, neighbours, nearness)
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

impl PartialEq for Inventory {
    fn eq(&self, other: &Self) -> bool {
        (&self.categories, &self.tables, &self.areas, &self.seats)
            == (&other.categories, &other.tables, &other.areas, &other.seats)
    }
}
