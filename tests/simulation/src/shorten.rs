//! The shortest run that still fails: fewer requests, fewer kinds of faults.

use crate::fault::Fault;
use crate::run::{Plan, Report, run};
use std::time::{Duration, Instant};

/// How long the search may take, in seconds, unless `SHORTEN` says otherwise.
const SEARCH_SECONDS: u64 = 60;

/// Looks for a shorter plan that breaks an invariant too, and gives its report. It is a search, not a proof: with
/// another kind of fault left out a run is another run from its first step on.
#[must_use]
pub fn shorten(failed: &Report) -> Report {
    let seconds = std::env::var("SHORTEN").ok().and_then(|text| text.parse().ok()).unwrap_or(SEARCH_SECONDS);
    let (started, search) = (Instant::now(), Duration::from_secs(seconds));
    let mut shortest = failed.clone();
    // Up to the request that failed, the run is the same however many were to follow.
    let (mut enough, mut too_few) = (shortest.operations, 0);
    while too_few + 1 < enough && started.elapsed() < search / 2 {
        let middle = too_few + (enough - too_few) / 2;
        let plan = Plan { operations: middle, ..shortest.plan.clone() };
        if keep_if_failed(&mut shortest, &plan) { enough = middle } else { too_few = middle }
    }
    let struck = shortest.faults.iter().filter(|(_, count)| *count > 0).map(|(fault, _)| *fault);
    for fault in struck.collect::<Vec<Fault>>() {
        let mut plan = shortest.plan.clone();
        plan.without.push(fault);
        plan.operations = plan.operations.min(shortest.operations);
        if started.elapsed() < search {
            keep_if_failed(&mut shortest, &plan);
        }
    }
    shortest
}

fn keep_if_failed(shortest: &mut Report, plan: &Plan) -> bool {
    let report = run(plan);
    let has_failed = report.failure.is_some();
    if has_failed {
        *shortest = report;
    }
    has_failed
}
