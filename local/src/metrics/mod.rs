//! CloudWatch, as far as the template's alarms ask it: what happened lately, counted as AWS counts it, and whether an alarm
//! would ring for it.
//!
//! What AWS counts by itself is counted where the stack does AWS's work ([`counted`] has the names); what the functions count stands in their
//! logs ([`embedded`]). [`series`] keeps the values of a metric for as long as an alarm looks back, [`meter`] all of them and the
//! alarms, [`report`] is what one is told of them, and [`command`] prints it: `local alarms`.

pub mod command;
pub mod counted;
pub mod embedded;
mod meter;
mod report;
mod series;

pub use meter::Meter;
pub use report::PATH;
