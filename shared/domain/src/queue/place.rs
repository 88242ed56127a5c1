//! A buyer's place in the line.

use crate::clock::Moment;
use crate::name::PriorityName;

/// What a buyer has: taken once, it never changes until it is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its priority.
    pub priority: PriorityName,
    /// What its counter has given, from 1.
    pub number: u64,
    /// What that makes its number in the line.
    pub by: By,
    /// Its number in order of arrival, should it be late for the lot: kept where it was taken when the room had opened already.
    pub behind: Option<u64>,
    /// When it was taken.
    pub joined_at: Moment,
    /// When its buyer left, if that has happened.
    pub left_at: Option<Moment>,
}

/// How a place gets its number in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// In order of arrival, behind those whose numbers were drawn.
    Arrival,
    /// By lot: it was taken before the room opened.
    Lot,
}

/// A place in the line: an [`Entry`] whose number is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its priority.
    pub priority: PriorityName,
    /// Its number within the priority, from 1.
    pub number: u64,
    /// When it was taken.
    pub joined_at: Moment,
    /// When its buyer left, if that has happened.
    pub left_at: Option<Moment>,
}

impl Entry {
    /// The place that it is under a number of the line.
    #[must_use]
    pub fn at(&self, number: u64) -> Place {
        let Self { priority, joined_at, left_at, .. } = self;
        Place { priority: priority.clone(), number, joined_at: *joined_at, left_at: *left_at }
    }

    /// Whether another one is this very place, whatever has become of it.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (&self.priority, self.number, self.by) == (&other.priority, other.number, other.by)
    }
}

/// The number that a counter's `count`th join gets, counted from 1: counters take turns, so that the numbers of all of them are in
/// the order of arrival as long as they are asked alike.
#[must_use]
pub fn number(count: u64, shard: u32, shards: u32) -> u64 {
    count.saturating_sub(1) * u64::from(shards.max(1)) + u64::from(shard) + 1
}

/// How far a counter must have counted so that its next number is greater than `passed`, which the line has reached already: a
/// counter that fewer buyers ask would let its next ones overtake.
#[must_use]
pub fn count_beyond(passed: u64, shard: u32, shards: u32) -> u64 {
    (passed + u64::from(shards.max(1)) - 1).saturating_sub(u64::from(shard)) / u64::from(shards.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_take_turns() {
        let given: Vec<u64> = (1..=2).flat_map(|count| (0..3).map(move |shard| number(count, shard, 3))).collect();
        assert_eq!(given, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_counter_that_lags_goes_on_behind_what_the_line_has_passed_and_skips_nothing_more() {
        for shards in 1..5 {
            for shard in 0..shards {
                for passed in 0..40 {
                    let count = count_beyond(passed, shard, shards);
                    assert!(number(count + 1, shard, shards) > passed, "{passed} of {shards}");
                    assert!(count == 0 || number(count, shard, shards) <= passed, "{passed} of {shards}");
                }
            }
        }
    }
}
