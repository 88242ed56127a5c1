//! Checks the rows of a Holdfast table against the invariants of the design: what a table may look like, and what one
//! request may change. It shares no code with the product, so that a mistake there is not repeated here.
//!
//! [`Books::commit`] follows a table write by write, as the simulation does; [`Books::audit`] looks at a table as it
//! lies, as the command `audit` does with a dump; [`Books::kept`] asks whether an acknowledged answer still stands.

mod attributes;
mod books;
pub mod cli;
pub mod dump;
mod key;
mod line;
mod money;
mod promise;
mod reach;
mod record;
mod relations;
#[cfg(test)]
mod samples;
mod transitions;
mod view;
mod violation;

pub use books::Books;
pub use key::Key;
pub use line::{InLineView, in_line, leaves, line};
pub use promise::Promise;
pub use reach::touches_only_own;
pub use view::{BookingView, HoldView, PricedSeat, SeatView, booking, hold, seat};
pub use violation::{Actor, Moment, Violation};

/// One item in DynamoDB's JSON: `{"pk":{"S":"…"},"version":{"N":"3"},"seats":{"B":"base64"}}`.
pub type Row = serde_json::Map<String, serde_json::Value>;
