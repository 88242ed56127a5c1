//! The waiting room: one fair line before the door of an event.
//!
//! - [`place`] is what a buyer has in the line; what an event says of its room is in [`waiting_room`](crate::waiting_room)
//! - [`line`](mod@line) is the line itself, a function of the time that everyone computes alike; [`round`] is how the doorkeeper
//!   tells it further
//! - [`outlook`] is what a buyer is told, [`stats`] what an admin is told
//! - [`pass`] is what a holding verb asks for
//! - [`beacon`] is where a draw has its random number from, if the event names such a source

pub mod beacon;
pub mod line;
pub mod outlook;
pub mod pass;
pub mod place;
pub mod round;
pub mod stats;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod outlook_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod round_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod samples;
