//! Many runs side by side, and what they came to.

use crate::fault::{Fault, RATES};
use crate::refusal::CODES;
use crate::run::{Plan, Report, run};
use domain::refusal::Code;
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Summary {
    /// Runs.
    pub seeds: u64,
    /// Requests of buyers, watchers and admins.
    pub operations: u64,
    /// Buyers.
    pub buyers: u64,
    /// Everything that was noted.
    pub steps: u64,
    /// Batches of the stream.
    pub batches: u64,
    /// Runs of the schedules.
    pub runs: u64,
    /// Bookings.
    pub bookings: u64,
    /// Time that it took.
    pub took: Duration,
    /// How often each fault struck.
    pub faults: Vec<(Fault, u64)>,
    /// How often each code refused something.
    pub refusals: Vec<(Code, u64)>,
    /// The first run that failed.
    pub failed: Option<Report>,
}

/// Plays a run for each seed, on as many threads, until one fails.
#[must_use]
pub fn many(seeds: Range<u64>, operations: u64, threads: usize) -> Summary {
    let started = Instant::now();
    let (next, has_failed) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let faults = RATES.iter().map(|(fault, _)| (*fault, 0)).collect();
    let refusals = CODES.map(|code| (code, 0)).to_vec();
    let summary = Mutex::new(Summary { faults, refusals, ..Summary::default() });
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let play = || {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end || has_failed.load(Ordering::SeqCst) {
                        return;
                    }
                    let report = run(&Plan::new(seed, operations));
                    has_failed.fetch_or(report.failure.is_some(), Ordering::SeqCst);
                    if let Ok(mut summary) = summary.lock() {
                        summary.add(report);
                    }
                }
            };
            scope.spawn(play);
        }
    });
    let mut summary = summary.into_inner().unwrap_or_default();
    summary.took = started.elapsed();
    summary
}

impl Summary {
    fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.operations += report.operations;
        self.buyers += report.buyers;
        self.steps += report.steps;
        self.batches += report.batches;
        self.runs += report.runs;
        self.bookings += report.bookings;
        for ((_, sum), (_, count)) in self.faults.iter_mut().zip(&report.faults) {
            *sum += count;
        }
        for ((_, sum), (_, count)) in self.refusals.iter_mut().zip(&report.refusals) {
            *sum += count;
        }
        if report.failure.is_some() && self.failed.is_none() {
            self.failed = Some(report);
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f64();
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let rate = self.operations as f64 / seconds.max(0.001);
        writeln!(f, "{} operations over {} seeds in {seconds:.1} s: {rate:.0} a second", self.operations, self.seeds)?;
        writeln!(
            f,
            "{} buyers, {} bookings, {} batches of the stream, {} runs of the schedules, {} steps",
            self.buyers, self.bookings, self.batches, self.runs, self.steps
        )?;
        for (fault, count) in &self.faults {
            writeln!(f, "  {count:>8}  {fault}")?;
        }
        for (code, count) in &self.refusals {
            writeln!(f, "  {count:>8}  refused with {}", code.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(failure) = &self.failure else { return writeln!(f, "seed {} found nothing", self.plan.seed) };
        let without: Vec<String> = self.plan.without.iter().map(|fault| format!("{fault:?}")).collect();
        writeln!(f, "seed {} broke {} at step {}", self.plan.seed, failure.violation, failure.step)?;
        writeln!(f, "the last steps (number, ms, what):\n{}", failure.end)?;
        writeln!(
            f,
            "again: make replay SEED={} OPERATIONS={} WITHOUT={}",
            self.plan.seed,
            self.plan.operations,
            without.join(",")
        )
    }
}
