//! What the doorkeeper remembers from round to round of a run.

use domain::clock::Moment;
use domain::limits::DRAW_COUNT_MS;
use domain::name::EventId;
use domain::refusal::Code;
use service::measure::Measure;
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
pub struct Memory {
    /// What this run is called where it takes steps of a draw.
    pub(super) holder: String,
    known: Mutex<Known>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { holder: format!("{:016x}", fastrand::u64(..)), known: Mutex::default() }
    }
}

#[derive(Default)]
pub(super) struct Known {
    /// Seats that nobody had booked, and when they were counted.
    pub(super) seats_left: BTreeMap<EventId, (u64, Moment)>,
    /// How many waited at each event when it was looked at last.
    pub(super) waiting: BTreeMap<EventId, u64>,
    /// How many have been let in by what this run has told.
    pub(super) let_in: u64,
    /// The last trouble that a round had.
    pub(super) trouble: Option<Code>,
    /// Events whose table was throttled since their last round.
    pub(super) throttled: BTreeSet<EventId>,
    /// When it was counted last who takes part in an event's draw.
    counted: BTreeMap<EventId, Moment>,
    /// Events of whose draw a step is under way.
    pub(super) drawing: BTreeSet<EventId>,
}

impl Memory {
    /// What the run is measured by; nothing where nobody waited or was let in.
    pub(super) fn measures(&self) -> Vec<Measure> {
        let known = self.known();
        [("PeopleWaiting", known.waiting.values().sum()), ("PeopleAdmitted", known.let_in)]
            .into_iter()
            .filter(|(_, people)| *people > 0)
            .map(|(name, people)| Measure::count(name, people))
            .collect()
    }

    /// What is remembered.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was counted a moment ago who takes part in an event's draw; else it is counted now.
    pub(super) fn counted(&self, event: &EventId, now: Moment) -> bool {
        let mut known = self.known();
        let is_fresh = known.counted.get(event).is_some_and(|at| now.apart(*at) < DRAW_COUNT_MS);
        if !is_fresh {
            known.counted.insert(event.clone(), now);
        }
        is_fresh
    }
}
