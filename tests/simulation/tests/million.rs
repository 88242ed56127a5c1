//! A million buyers before one door, through the domain's code alone, and what a waiting room owes them.

use crate::entrants::{Crowd, Plan};
use crate::tally::{Skew, by_minute, check_order, most_in_a_minute, most_inside, skew};

const MINUTE: i64 = 60_000;
/// What the row of the line may be at most: a row of DynamoDB holds 400 KB, and this one is packed besides.
const LINE_BYTES_MAX: usize = 300_000;
/// What the crowd may take in memory: half of what the design gives the doorkeeper.
const BYTES_MAX: usize = 256 << 20;
/// How far counters may be apart, as a share of those who came: a buyer's counter follows from the id, so they fill alike.
const OVERTAKEN_ONE_IN: u64 = 20;

/// Plays a crowd until everybody has been let in.
fn play(plan: Plan, seed: u64) -> Crowd {
    let (all, ramp) = (plan.entrants, plan.ramp);
    let mut crowd = Crowd::new(plan, seed);
    let mut came = 0;
    while !crowd.is_over(came) {
        let coming = come_by(all, ramp, crowd.now + crate::entrants::STEP);
        crowd.step(came..coming);
        came = coming;
        assert!(crowd.now < 4 * 60 * MINUTE, "invariant 12: the line does not come to its end: {:?}", crowd.promised);
    }
    crowd
}

/// How many have come by a moment: a ramp up to two fifths of the time, and down again.
fn come_by(all: usize, ramp: i64, now: i64) -> usize {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // a share of the crowd
    let part = |share: f64| (share * all as f64) as usize;
    #[allow(clippy::cast_precision_loss)] // minutes
    let time = (now as f64 / ramp as f64).min(1.0);
    if now >= ramp {
        return all;
    }
    part(if time < 0.4 { time * time / 0.4 } else { 1.0 - (1.0 - time) * (1.0 - time) / 0.6 })
}

/// Everything that a waiting room owes a crowd; gives by how much its places were out of order.
fn judge(crowd: &Crowd) -> Skew {
    let Plan { admit_per_minute, max_active, pass_ms, weights, .. } = crowd.plan;
    let skew = skew(&crowd.entrants);
    let late = check_order(&crowd.entrants);
    let (inside, minute) = (most_inside(&crowd.entrants, pass_ms), most_in_a_minute(&crowd.entrants));
    println!(
        "{} places in {} min of line; {} gave up; {} rounds, {} of them too late; inside at most {inside} of {max_active}; in a minute \
         at most {minute} of {admit_per_minute}; {late} came when their number's turn was over; {skew:?}; by weight {:?}; the line's JSON \
         at most {} bytes; {} MB of crowd",
        crowd.entrants.len(),
        crowd.now / MINUTE,
        crowd.gave_up,
        crowd.rounds,
        crowd.lost_rounds,
        crowd.shared,
        crowd.line_bytes,
        crowd.bytes() >> 20,
    );
    assert!(inside <= i64::from(max_active), "invariant 12: {inside} of {max_active} were inside at once");
    let most = admit_per_minute as usize + weights.len();
    assert!(minute <= most, "invariant 12: {minute} were let in within a minute, and {most} at most may be");
    let (all, weight) = (crowd.shared.iter().sum::<u64>(), u64::from(weights.iter().sum::<u32>()));
    for (had, own) in crowd.shared.iter().zip(weights) {
        let fair = all * u64::from(own) / weight;
        assert!(had.abs_diff(fair) * 20 <= fair, "invariant 12: {had} of {all} by weight {own} of {weight}");
    }
    assert!(all > crowd.entrants.len() as u64 / 10, "all three waited long enough to be compared: {all}");
    assert!(crowd.line_bytes < LINE_BYTES_MAX, "the line's row has {} bytes", crowd.line_bytes);
    assert!(crowd.bytes() < BYTES_MAX, "{} bytes", crowd.bytes());
    skew
}

/// No priority stands still through a minute in which others move, as long as it waits.
fn check_nobody_starves(crowd: &Crowd) {
    let minutes = by_minute(&crowd.entrants);
    for priority in 0..3 {
        let last = minutes.iter().rposition(|minute| minute[priority] > 0).unwrap();
        let first = minutes.iter().position(|minute| minute[priority] > 0).unwrap();
        let starves = |minute: &&[u64; 3]| minute.iter().sum::<u64>() > 1_000 && minute[priority] == 0;
        let found = minutes[first..last].iter().find(starves);
        assert!(found.is_none(), "invariant 12: {} starved while others came in: {found:?}", crowd.names[priority]);
    }
}

/// The most that this process has had in memory, as Linux counts it.
fn peak_of_the_process() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}

fn plan() -> Plan {
    Plan {
        entrants: 1_000_000,
        weights: [6, 3, 1],
        shards: 4,
        admit_per_minute: 40_000,
        max_active: 62_000,
        pass_ms: 2 * MINUTE,
        ramp: 10 * MINUTE,
        away: [(5 * MINUTE, 8 * MINUTE), (5 * MINUTE + 500, 8 * MINUTE - 20_000)],
        stalls: Some((2, 2 * MINUTE, 2 * MINUTE + 30_000)),
    }
}

#[test]
fn a_million_come_in_by_rate_and_weight_in_the_order_of_their_numbers_and_never_too_many_at_once() {
    let crowd = play(plan(), 1);
    let skew = judge(&crowd);
    check_nobody_starves(&crowd);
    let most = crowd.entrants.len() as u64 / OVERTAKEN_ONE_IN;
    assert!(skew.buyers <= most, "invariant 12: somebody overtook {} who had a place already", skew.buyers);
    println!("peak memory of the process: {}", peak_of_the_process());
}

#[test]
fn with_one_counter_nobody_overtakes_anybody() {
    let plan = Plan {
        entrants: 150_000,
        shards: 1,
        admit_per_minute: 6_000,
        max_active: 9_000,
        away: [(0, 0), (3 * MINUTE, 4 * MINUTE)],
        stalls: None,
        ..plan()
    };
    let crowd = play(plan, 2);
    let skew = judge(&crowd);
    check_nobody_starves(&crowd);
    assert_eq!(skew.count, 0, "invariant 12: {skew:?}");
}

#[test]
fn a_line_that_remembers_long_passes_of_many_priorities_stays_a_small_row() {
    let plan = Plan {
        entrants: 60_000,
        admit_per_minute: 900,
        max_active: 15_000,
        pass_ms: 120 * MINUTE,
        ramp: 20 * MINUTE,
        away: [(0, 0), (0, 0)],
        stalls: None,
        ..plan()
    };
    let all = plan.entrants;
    let ramp = plan.ramp;
    let mut crowd = Crowd::new(plan, 3);
    let mut came = 0;
    while crowd.now < 150 * MINUTE {
        let coming = come_by(all, ramp, crowd.now + crate::entrants::STEP);
        crowd.step(came..coming);
        came = coming;
    }
    println!("the line's JSON at most {} bytes", crowd.line_bytes);
    assert!(crowd.line_bytes < LINE_BYTES_MAX, "the line's row has {} bytes", crowd.line_bytes);
    let inside = most_inside(&crowd.entrants, crowd.plan.pass_ms);
    assert!(inside <= i64::from(crowd.plan.max_active), "invariant 12: {inside} were inside at once");
}
