//! The simulation: within the budget of `make test`, for as long as wanted, or one run again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![recursion_limit = "256"] // The SDK's futures are deep.

mod availability;
mod brownout;
mod cancels;
mod choices;
mod crowd;
mod draws;
mod entrants;
mod judge;
mod keepers;
mod laggard;
mod last_second;
mod layout_changes;
mod metrics;
mod million;
mod more_time;
mod older_layouts;
mod outage;
mod regressions;
mod scenes;
mod sessions;
mod tally;
mod turns;
mod usage;
mod waiting_room;

use simulation::fault::{Fault, RATES};
use simulation::many::{Summary, many};
use simulation::run::{Plan, run};
use simulation::shorten::shorten;

/// What `make test` plays.
const SEEDS: u64 = 52;
const OPERATIONS: u64 = 4_000;
const THREADS: usize = 2;

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// Prints what many runs came to, and how to see a failure again.
fn tell(summary: &Summary) {
    println!("{summary}");
    if let Some(failed) = &summary.failed {
        println!("{failed}\nlooking for a shorter run that fails …");
        panic!("an invariant is broken: {}", shorten(failed));
    }
}

#[test]
fn nothing_breaks_an_invariant_whatever_fails() {
    let summary = many(0..SEEDS, OPERATIONS, THREADS);
    tell(&summary);
    assert!(summary.operations >= 200_000 && summary.seeds >= 50, "too little was played");
    for (fault, count) in summary.faults {
        assert!(count > 0, "{fault} never struck");
    }
    for (code, count) in summary.refusals {
        assert!(count > 0, "nothing was refused with {}", code.as_str());
    }
}

#[test]
fn the_same_seed_gives_the_same_run_step_for_step() {
    for seed in [3, 4] {
        let (first, second) = (run(&Plan::new(seed, 300)), run(&Plan::new(seed, 300)));
        assert!(first.steps > 1_000, "{} steps", first.steps);
        assert_eq!((first.steps, first.fingerprint), (second.steps, second.fingerprint), "seed {seed}");
        assert_ne!(first.fingerprint, run(&Plan::new(seed + 10, 300)).fingerprint);
    }
}

#[test]
#[ignore = "make soak SEEDS=… [FIRST=…] [OPERATIONS=…]"]
fn soak() {
    let first = variable("FIRST").unwrap_or(1_000);
    let seeds = variable("SEEDS").expect("SEEDS says how many");
    let summary = many(first..first + seeds, variable("OPERATIONS").unwrap_or(OPERATIONS), THREADS);
    tell(&summary);
}

#[test]
#[ignore = "make replay SEED=… [OPERATIONS=…] [WITHOUT=…]"]
fn replay() {
    let seed = variable("SEED").expect("SEED says which run");
    let names = std::env::var("WITHOUT").unwrap_or_default();
    let without = names.split(',').filter(|name| !name.is_empty()).map(|name| {
        let fault = RATES.iter().map(|(fault, _)| *fault).find(|fault: &Fault| format!("{fault:?}") == name);
        fault.unwrap_or_else(|| panic!("WITHOUT={name}: there is no such fault"))
    });
    let operations = variable("OPERATIONS").unwrap_or(OPERATIONS);
    let report = run(&Plan { without: without.collect(), aloud: true, ..Plan::new(seed, operations) });
    println!("{report}");
    assert!(report.failure.is_none(), "an invariant is broken");
}
