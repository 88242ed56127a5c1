//! The draw: who came before the room opens gets a number by lot, and anyone can check it.
//!
//! - [`leaf`] is what of a buyer takes part, [`order`] is the lot itself
//! - [`merkle`] fixes who takes part, before the seed is shown
//! - [`chunk`] is how the entrants of a priority are divided, so that one of them is found with one reading
//! - [`lot`] is how far an event's draw has come

pub mod chunk;
pub mod lot;
pub mod merkle;
pub mod order;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::clock::Moment;
use crate::digest::Digest;
use crate::event::Event;
use crate::limits::{CLOCK_SKEW_MS, DRAW_AFTER_MS};
use crate::name::BuyerId;

/// What of a buyer takes part in a draw: it names nobody, and who knows a buyer's id finds the buyer's.
#[must_use]
pub fn leaf(buyer: &BuyerId) -> Digest {
    Digest::of(&[buyer.as_str().as_bytes()])
}

/// When the reading may begin that decides who takes part; none where the event's room has no opening.
#[must_use]
pub fn reads_from(event: &Event) -> Option<Moment> {
    event.room_opens_at().map(|opens_at| opens_at.plus(DRAW_AFTER_MS))
}

/// The last moment at which a place can be taken that takes part, by the clock of the function that gave it: what was given
/// before the reading begins may bear a time that is later by as much as clocks differ.
#[must_use]
pub fn last_entry(event: &Event) -> Option<Moment> {
    reads_from(event).map(|reads_from| reads_from.plus(CLOCK_SKEW_MS))
}
