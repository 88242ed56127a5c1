//! The seats that a document lists itself, while the rest of it is read.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fault::{Faults, quoted};
use super::index::IdIndex;
use super::node::Node;
use super::{Point, Seat};
use crate::name::{SeatId, one_form};

/// The extent of a seat that does not say its own, and of those that a table brings.
pub(super) const SEAT_SIZE: Point = Point { x: 24.0, y: 24.0 };

/// The seats that the document lists itself.
#[derive(Debug)]
pub(super) struct Listed<'v> {
    pub seats: Vec<Seat>,
    pub by_id: IdIndex,
    pub companions: Vec<Companion<'v>>,
    /// Ids of seats that have a fault: whoever refers to them has none.
    pub faulty: HashSet<Cow<'v, str>>,
}

/// A seat that goes with another, which may be listed later.
#[derive(Debug)]
pub(super) struct Companion<'v> {
    /// The place in the document.
    pub at: usize,
    pub id: SeatId,
    pub of: Cow<'v, str>,
}

impl<'v> Listed<'v> {
    /// None yet, with room for that many.
    pub fn with_room_for(len: usize) -> Self {
        Self {
            seats: Vec::with_capacity(len),
            by_id: IdIndex::with_room_for(len),
            companions: Vec::new(),
            faulty: HashSet::new(),
        }
    }

    /// Adds a seat unless its id, which stands in the field `id` of the node, is taken.
    pub fn push(
        &mut self,
        (seat, companion): (Seat, Option<&'v str>),
        id: &str,
        at: usize,
        node: Node<'_, '_>,
        faults: &mut Faults,
    ) {
        if let Some(of) = companion {
            let id = seat.id.clone();
            self.companions.push(Companion { at, id, of: one_form(of) });
        }
        self.seats.push(seat);
        let seats = &self.seats;
        let inserted = self.by_id.insert(seats.len() - 1, |at| seats[at].id.as_str());
        if inserted.is_err() {
            let seat = self.seats.pop().map(|seat| seat.id.to_string());
            let message = format_args!("duplicate id {}", quoted(&seat.unwrap_or_default()));
            node.field(id).fault::<()>(message, faults);
        }
    }
}
