//! The values of one metric with their moments.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::template::Statistic;

/// The values of one metric, the newest last.
#[derive(Default)]
pub struct Series {
    values: VecDeque<(Instant, f64)>,
    /// Whether a value holds until the next one, as the length of a queue does.
    is_level: bool,
}

impl Series {
    /// Adds a value, and drops those that are older than an alarm looks back.
    pub fn note(&mut self, now: Instant, value: f64, keep: Duration) {
        self.values.push_back((now, value));
        let is_old = |(at, _): &(Instant, f64)| now.duration_since(*at) > keep;
        // Of a level the value before the period counts, too.
        while self.values.get(usize::from(self.is_level)).is_some_and(is_old) {
            self.values.pop_front();
        }
    }

    /// Adds to a level.
    pub fn raise(&mut self, now: Instant, by: f64, keep: Duration) {
        self.is_level = true;
        let level = self.values.back().map_or(0.0, |(_, value)| *value);
        self.note(now, level + by, keep);
    }

    /// The values after one moment and up to another.
    pub fn between(&self, from: Instant, to: Instant) -> Vec<f64> {
        let before = self.values.iter().rev().find(|(at, _)| *at <= from).filter(|_| self.is_level);
        let within = self.values.iter().filter(|(at, _)| *at > from && *at <= to);
        before.into_iter().chain(within).map(|(_, value)| *value).collect()
    }
}

/// What values come to; nothing where there are none.
pub fn statistic(of: Statistic, mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (last, count) = (*values.last()?, values.len());
    let sum: f64 = values.iter().sum();
    Some(match of {
        Statistic::Sum => sum,
        Statistic::Average => sum / count as f64,
        Statistic::Maximum => last,
        // The smallest value that so many hundredths of them do not exceed.
        Statistic::Percentile(hundredths) => {
            let rank = (hundredths / 100.0 * count as f64).ceil() as usize;
            values.get(rank.saturating_sub(1)).copied().unwrap_or(last)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_statistic_of_nothing_is_nothing() {
        for of in [Statistic::Sum, Statistic::Average, Statistic::Maximum, Statistic::Percentile(99.0)] {
            assert_eq!(statistic(of, Vec::new()), None);
        }
    }

    #[test]
    fn values_are_added_up_averaged_and_ranked() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let of = |kind| statistic(kind, values.clone());
        assert_eq!(of(Statistic::Sum), Some(20_100.0));
        assert_eq!(of(Statistic::Average), Some(100.5));
        assert_eq!(of(Statistic::Maximum), Some(200.0));
        assert_eq!(of(Statistic::Percentile(99.0)), Some(198.0));
        assert_eq!(of(Statistic::Percentile(0.0)), Some(1.0));
        assert_eq!(statistic(Statistic::Percentile(99.0), vec![7.0]), Some(7.0));
    }

    #[test]
    fn a_count_is_over_with_its_period_and_a_level_lasts() {
        let start = Instant::now();
        let (mut counted, mut level) = (Series::default(), Series::default());
        counted.note(start, 1.0, MINUTE);
        level.raise(start, 1.0, MINUTE);
        level.raise(start, 1.0, MINUTE);
        let later = start + 3 * MINUTE;
        assert_eq!(counted.between(start - MINUTE, start), [1.0]);
        assert!(counted.between(later - MINUTE, later).is_empty());
        assert_eq!(level.between(later - MINUTE, later), [2.0]);
    }

    #[test]
    fn what_no_alarm_looks_back_to_is_dropped() {
        let start = Instant::now();
        let (mut counted, mut level) = (Series::default(), Series::default());
        for minute in 0..10 {
            counted.note(start + minute * MINUTE, 1.0, MINUTE);
            level.raise(start + minute * MINUTE, 1.0, MINUTE);
        }
        assert_eq!(counted.between(start - MINUTE, start + 10 * MINUTE), [1.0, 1.0]);
        assert_eq!(level.between(start + 9 * MINUTE, start + 10 * MINUTE), [10.0]);
        assert_eq!(level.values.len(), 3, "the two of the last minute, and the one before them");
    }
}
