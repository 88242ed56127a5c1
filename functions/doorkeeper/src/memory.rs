//! What the doorkeeper remembers from round to round of a run.

use domain::clock::Moment;
use domain::name::EventId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a look at a room came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tended {
    /// It needs the next round.
    Moves,
    /// Nobody comes, or it is needed no more; the next run is soon enough.
    Quiet,
}

/// What a run remembers from round to round.
#[derive(Default)]
pub struct Memory(Mutex<Known>);

#[derive(Default)]
pub(super) struct Known {
    /// Seats that nobody had booked, and when they were counted.
    pub(super) seats_left: BTreeMap<EventId, (u64, Moment)>,
    /// The last trouble that a round had, as the log calls it.
    pub(super) trouble: Option<&'static str>,
    /// Events whose table was throttled since their last round.
    pub(super) throttled: BTreeSet<EventId>,
    /// Events of whose draw a step is under way.
    pub(super) drawing: BTreeSet<EventId>,
}

impl Memory {
    /// What is remembered.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
