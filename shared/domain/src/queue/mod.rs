//! The waiting room: one fair line before the door of an event.
//!
//! - [`place`] is what a buyer has in the line; what an event says of its room is in [`waiting_room`](crate::waiting_room)
//! - [`line`](mod@line) is the line itself, a function of the time that everyone computes alike; [`round`] is how the doorkeeper
//!   tells it further
//! - [`outlook`] is what a buyer is told, [`stats`] what an admin is told
//! - [`draw`] gives numbers by lot to those who come before it opens
//! - [`pass`] is what a holding verb asks for

pub mod draw;
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
