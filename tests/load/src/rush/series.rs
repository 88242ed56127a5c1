//! A load test second by second, and in percentiles.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;

use super::lag::Lags;
use super::log::{Entry, Step, Verdict};
use crate::figures::milliseconds;

/// The longest latency that is told apart, in microseconds; a longer one counts as this.
const LONGEST_US: u64 = 600_000_000;
/// Digits of a latency that are right.
const DIGITS: u8 = 3;

/// Milliseconds within which so many of a hundred were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Quantiles {
    pub count: u64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

/// What happened in each second. Counts of requests stand where they were answered; latencies where the requests were due, so
/// that a stall shows where it began; lags where the changes were answered. A second without any has no percentile.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// Buyers who were to come.
    pub arrivals: Vec<u64>,
    pub served: Vec<u64>,
    pub conflicts: Vec<u64>,
    /// 5xx, 429, no answer, and refusals that a buyer of a load test must not meet.
    pub broken: Vec<u64>,
    /// Of what changes something: hold, confirm, release.
    pub change_ms: Vec<Option<Quantiles>>,
    /// Of the map.
    pub look_ms: Vec<Option<Quantiles>>,
    pub lag_ms: Vec<Option<Quantiles>>,
}

/// Percentiles of some times; none of none.
///
/// # Errors
/// Never with these bounds.
pub fn quantiles(times: impl IntoIterator<Item = Duration>) -> Result<Option<Quantiles>> {
    let mut all = Histogram::<u64>::new_with_max(LONGEST_US, DIGITS)?;
    for time in times {
        all.saturating_record(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }
    let of = |share: f64| milliseconds(all.value_at_quantile(share));
    let found =
        Quantiles { count: all.len(), p50: of(0.5), p95: of(0.95), p99: of(0.99), max: milliseconds(all.max()) };
    Ok((found.count > 0).then_some(found))
}

/// Percentiles of each kind of request, from when it was due to its answer.
///
/// # Errors
/// Never.
pub fn by_step(entries: &[Entry]) -> Result<BTreeMap<Step, Quantiles>> {
    let mut steps = BTreeMap::new();
    for step in [Step::Look, Step::Hold, Step::Confirm, Step::Release] {
        let of_it = entries.iter().filter(|entry| entry.step == step).map(Entry::latency);
        steps.extend(quantiles(of_it)?.map(|found| (step, found)));
    }
    Ok(steps)
}

impl Series {
    /// # Errors
    /// Never.
    pub fn of(arrivals: &[Duration], entries: &[Entry], lags: &Lags) -> Result<Self> {
        let last = entries.iter().map(|entry| entry.done).chain(arrivals.iter().copied()).max().unwrap_or_default();
        let seconds = second(last) + 1;
        let done = |is: fn(&Verdict) -> bool| {
            counts(seconds, entries.iter().filter(|entry| is(&entry.verdict)).map(|entry| entry.done))
        };
        let due = |is: fn(Step) -> bool| {
            let of_it = entries.iter().filter(|entry| is(entry.step));
            by_second(seconds, of_it.map(|entry| (entry.due, entry.latency())))
        };
        Ok(Self {
            arrivals: counts(seconds, arrivals.iter().copied()),
            served: done(|verdict| *verdict == Verdict::Served),
            conflicts: done(|verdict| matches!(verdict, Verdict::Conflict(_))),
            broken: done(|verdict| matches!(verdict, Verdict::Broken(_) | Verdict::Refused(_))),
            change_ms: due(|step| step != Step::Look)?,
            look_ms: due(|step| step == Step::Look)?,
            lag_ms: by_second(seconds, lags.each.iter().copied())?,
        })
    }
}

fn second(at: Duration) -> usize {
    usize::try_from(at.as_secs()).unwrap_or(usize::MAX)
}

fn counts(seconds: usize, moments: impl Iterator<Item = Duration>) -> Vec<u64> {
    let mut counts = vec![0; seconds];
    for at in moments {
        if let Some(count) = counts.get_mut(second(at)) {
            *count += 1;
        }
    }
    counts
}

fn by_second(seconds: usize, times: impl Iterator<Item = (Duration, Duration)>) -> Result<Vec<Option<Quantiles>>> {
    let mut all: Vec<Vec<Duration>> = vec![Vec::new(); seconds];
    for (at, time) in times {
        if let Some(those) = all.get_mut(second(at)) {
            those.push(time);
        }
    }
    all.into_iter().map(quantiles).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn entry(step: Step, due: u32, done: u32, verdict: Verdict) -> Entry {
        Entry { step, due: MS * due, done: MS * done, verdict }
    }

    #[test]
    fn percentiles_are_right_to_three_digits() {
        let found = quantiles((1..=1_000).map(|ms| MS * ms)).unwrap().unwrap();
        assert_eq!(found.count, 1_000);
        for (got, want) in [(found.p50, 500.0), (found.p95, 950.0), (found.p99, 990.0), (found.max, 1_000.0)] {
            assert!((got - want).abs() / want < 0.002, "{got} and {want}");
        }
        assert_eq!(quantiles([]).unwrap(), None);
    }

    #[test]
    fn a_stall_shows_in_the_second_in_which_its_requests_were_due() {
        let entries: Vec<Entry> = (0..10).map(|n| entry(Step::Hold, 1_000 + n, 4_500, Verdict::Served)).collect();
        let series = Series::of(&[MS * 1_000], &entries, &Lags::default()).unwrap();
        assert_eq!(series.served, [0, 0, 0, 0, 10]);
        let p50: Vec<Option<f64>> = series.change_ms.iter().map(|of| of.map(|of| of.p50.round())).collect();
        assert!(p50[1].is_some_and(|ms| (3_490.0..=3_500.0).contains(&ms)), "{p50:?}");
        assert_eq!((p50[0], p50[4]), (None, None));
        assert_eq!(series.look_ms, [None; 5]);
    }

    #[test]
    fn each_answer_is_counted_once_and_by_what_it_was() {
        let entries = [
            entry(Step::Look, 0, 10, Verdict::Served),
            entry(Step::Hold, 20, 30, Verdict::Conflict("seat_held".to_owned())),
            entry(Step::Hold, 40, 50, Verdict::Broken("503 throttled".to_owned())),
            entry(Step::Hold, 40, 50, Verdict::Refused("403 forbidden".to_owned())),
        ];
        let lags = Lags { each: vec![(MS * 10, MS * 70)], ..Lags::default() };
        let series = Series::of(&[MS, MS * 2], &entries, &lags).unwrap();
        let counts = (series.arrivals[0], series.served[0], series.conflicts[0], series.broken[0]);
        assert_eq!(counts, (2, 1, 1, 2));
        assert_eq!(series.lag_ms[0].unwrap().count, 1);
        let steps = by_step(&entries).unwrap();
        assert_eq!(steps.keys().copied().collect::<Vec<_>>(), [Step::Look, Step::Hold]);
        assert_eq!(steps[&Step::Hold].count, 3);
    }
}
