//! A house at a moment, as far as it was read, and what is chosen from it.

use super::readings::Readings;
use crate::clock::Moment;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::limits::CHOICE_GROWTH;
use crate::refusal::{Code, Refusal};
use crate::unsold::Unsold;
use std::collections::HashSet;

/// A house at a moment, as far as it was read.
pub struct House<'a> {
    pub(super) inventory: &'a Inventory,
    unsold: Unsold<'a>,
    readings: &'a Readings,
    /// Seats that cannot be chosen whatever was read.
    excluded: &'a HashSet<u32>,
    now: Moment,
}

impl<'a> House<'a> {
    /// The house of an event.
    #[must_use]
    pub fn new(
        event: &Event,
        inventory: &'a Inventory,
        readings: &'a Readings,
        excluded: &'a HashSet<u32>,
        now: Moment,
    ) -> Self {
        let unsold = Unsold::of(event, inventory);
        Self { inventory, unsold, readings, excluded, now }
    }

    /// Whether a seat looks as if it could be taken. One that was not read does not.
    pub(super) fn is_free(&self, seat: u32) -> bool {
        self.readings.is_free(seat, self.now) && !self.unsold.has(seat) && !self.excluded.contains(&seat)
    }

    /// How many choices are as good as the best one: the more others choose at the same time, the more, since all of them
    /// see the same best seats. One more for each group of that size that others took a moment ago, and [`CHOICE_GROWTH`] times as many
    /// with each conflict. Who chooses alone gets the best.
    pub(super) fn spread(&self, quantity: usize, conflicts: u32) -> usize {
        let others = 1 + self.readings.taken_by_others() / quantity.max(1);
        others.saturating_mul(CHOICE_GROWTH.saturating_pow(conflicts))
    }
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The seats, by their index in the inventory: along the row where they are together.
    pub seats: Vec<u32>,
    /// Whether they are side by side, or in one area.
    pub together: bool,
}

/// Why there is nothing to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// Fewer are free than are wanted.
    SoldOut,
    /// Enough are free, but apart.
    NotTogether,
}

impl Short {
    /// The refusal that says so.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::SoldOut => Refusal::new(Code::SoldOut, "Sold Out"),
            Self::NotTogether => Refusal::new(
                Code::NotTogether,
                "There are no such seats side by side; with together: false you get them apart",
            ),
        }
    }
}
