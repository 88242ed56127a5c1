//! How far an event's draw has come. It is told in the line, in steps that nobody takes back: who takes part is fixed before
//! the seed is shown, and nobody is let in before the numbers are there.

use super::reads_from;
use crate::beacon::Published;
use crate::clock::Moment;
use crate::digest::Digest;
use crate::event::Event;
use crate::limits::ROOTS_SHOWN_MS;
use crate::name::PriorityName;
use crate::waiting_room::Draw;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The entrants of one priority, once they are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// How many they are.
    pub size: u64,
    /// The root over their leaves.
    pub root: Digest,
}

/// Who takes part, by priority.
pub type Trees = BTreeMap<PriorityName, Tree>;

/// A draw, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Which draw it is.
    pub commitment: Digest,
    /// How far it has come.
    pub phase: Phase,
}

/// How far a draw has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Buyers come; who takes part is still open.
    Gathering {
        /// How many have come so far and not left, by priority.
        entrants: BTreeMap<PriorityName, u64>,
    },
    /// Who takes part is fixed.
    #[serde(rename_all = "camelCase")]
    Fixed {
        /// Who.
        trees: Trees,
        /// When the reading began that decided it.
        read_at: Moment,
        /// When this was told.
        fixed_at: Moment,
        /// The round's randomness, once it is known.
        beacon: Option<Published>,
    },
    /// The numbers are drawn.
    #[serde(rename_all = "camelCase")]
    Drawn {
        /// Who took part.
        trees: Trees,
        /// When the reading began that decided it.
        read_at: Moment,
        /// The seed.
        seed: Digest,
        /// The round's randomness, where one decided with the seed.
        beacon: Option<Published>,
        /// Whether the numbers of those have been passed over who left in between.
        is_settled: bool,
    },
}

/// What is to be done next for a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The room opens later: it is counted who has come.
    Count,
    /// The time has come at which the entrants are read and fixed.
    Fix,
    /// Who takes part is fixed, and stands there for a while before anything else is told.
    Show,
    /// The round's randomness is missing.
    AskBeacon,
    /// The seed decides.
    Number,
    /// The numbers are passed over whose buyers left between the reading and now.
    Settle,
    /// Nothing.
    Nothing,
}

impl Lot {
    /// A draw for which nothing has been done.
    #[must_use]
    pub fn of(draw: &Draw) -> Self {
        Self { commitment: draw.commitment, phase: Phase::Gathering { entrants: BTreeMap::new() } }
    }

    /// Who takes part, once that is fixed.
    #[must_use]
    pub fn trees(&self) -> Option<&Trees> {
        match &self.phase {
            Phase::Gathering { .. } => None,
            Phase::Fixed { trees, .. } | Phase::Drawn { trees, .. } => Some(trees),
        }
    }

    /// Whether the numbers are drawn.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        matches!(self.phase, Phase::Drawn { .. })
    }

    /// Whether people may be let in: the numbers are drawn, and those of whoever left are known.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.phase, Phase::Drawn { is_settled: true, .. })
    }

    /// How many take part: so far, or once it is fixed for good.
    #[must_use]
    pub fn entrants(&self) -> u64 {
        match &self.phase {
            Phase::Gathering { entrants } => entrants.values().sum(),
            Phase::Fixed { trees, .. } | Phase::Drawn { trees, .. } => trees.values().map(|tree| tree.size).sum(),
        }
    }

    /// How many of a priority have a number by lot.
    #[must_use]
    pub fn drawn(&self, priority: &PriorityName) -> u64 {
        match &self.phase {
            Phase::Drawn { trees, .. } => trees.get(priority).map_or(0, |tree| tree.size),
            Phase::Gathering { .. } | Phase::Fixed { .. } => 0,
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn step(&self, event: &Event, draw: &Draw, now: Moment) -> Step {
        match &self.phase {
            Phase::Gathering { .. } if reads_from(event).is_some_and(|from| now >= from) => Step::Fix,
            Phase::Gathering { .. } => Step::Count,
            Phase::Fixed { fixed_at, .. } if now < fixed_at.plus(ROOTS_SHOWN_MS) => Step::Show,
            Phase::Fixed { beacon: None, .. } if draw.beacon.is_some() => Step::AskBeacon,
            Phase::Fixed { .. } => Step::Number,
            Phase::Drawn { is_settled: false, .. } => Step::Settle,
            Phase::Drawn { is_settled: true, .. } => Step::Nothing,
        }
    }
}
