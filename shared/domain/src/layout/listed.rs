//! The seats that a document lists itself, while the rest of it is read.

use std::borrow::Cow;
use std::collections::HashSet;

use super::drawing::Place;
use super::fault::{Faults, quoted};
use super::node::Node;
use crate::inventory::{IdIndex, Seat};
use crate::name::{SeatId, one_form};

/// A seat with its place, which part once all of them are read.
#[derive(Debug)]
pub(super) struct PlacedSeat {
    pub seat: Seat,
    pub place: Place,
}

impl PlacedSeat {
    /// The seats and the places, each in this order.
    pub fn part(placed: Vec<Self>) -> (Vec<Seat>, Vec<Place>) {
        placed.into_iter().map(|PlacedSeat { seat, place }| (seat, place)).unzip()
    }
}

/// The seats that the document lists itself.
#[derive(Debug)]
pub(super) struct Listed<'v> {
    pub seats: Vec<PlacedSeat>,
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
        (placed, companion): (PlacedSeat, Option<&'v str>),
        id: &str,
        at: usize,
        node: Node<'_, '_>,
        faults: &mut Faults,
    ) {
        if let Some(of) = companion {
            let id = placed.seat.id.clone();
            self.companions.push(Companion { at, id, of: one_form(of) });
        }
        self.seats.push(placed);
        let seats = &self.seats;
        let inserted = self.by_id.insert(seats.len() - 1, |at| seats[at].seat.id.as_str());
        if inserted.is_err() {
            let seat = self.seats.pop().map(|placed| placed.seat.id.to_string());
            let message = format_args!("duplicate id {}", quoted(&seat.unwrap_or_default()));
            node.field(id).fault::<()>(message, faults);
        }
    }
}
