//! What is wrong, and against whom and when it is judged.

use std::fmt;

/// How long after a hold's end, in milliseconds, nobody else may take its seats: the design's skew allowance.
const TAKEOVER_MS: i64 = 2_000;

/// What is wrong, and which invariant of the design it breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The invariant, by its number in ARCHITECTURE.md.
    pub invariant: u8,
    /// What is wrong, with the rows it concerns.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invariant {}: {}", self.invariant, self.what)
    }
}

/// Who made a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// A buyer's request, with the buyer's id.
    Buyer(&'a str),
    /// An admin's request: publishes layouts, puts events, may cancel anyone's booking.
    Admin,
    /// The sweep, while it frees seats.
    Sweep,
    /// DynamoDB's own deletions.
    Ttl,
    /// Whatever serves no single buyer: broadcaster, sockets, notes of due holds.
    System,
}

/// When something is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The true time, in milliseconds since 1970.
    pub at: i64,
    /// How far any instance's clock may be from the true time, either way, in milliseconds.
    pub apart: i64,
}

impl Moment {
    /// Whether some instance may take `time` to be over.
    pub(crate) fn may_be_past(&self, time: i64) -> bool {
        self.at.saturating_add(self.apart) > time
    }

    /// Whether some instance may rightly give the seats of a hold that ended at `expiry` to somebody else.
    pub(crate) fn may_take_over(&self, expiry: i64) -> bool {
        self.may_be_past(expiry.saturating_add(TAKEOVER_MS))
    }
}

/// Violations as they are found.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Violation>);

impl Findings {
    /// Notes a violation unless `holds`.
    pub(crate) fn demand(&mut self, holds: bool, invariant: u8, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(Violation { invariant, what: what() });
        }
    }

    /// Notes a violation.
    pub(crate) fn add(&mut self, invariant: u8, what: impl Into<String>) {
        self.0.push(Violation { invariant, what: what.into() });
    }

    /// All of them, each once, in an order that does not depend on the order of the rows.
    pub(crate) fn sorted(mut self) -> Vec<Violation> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
