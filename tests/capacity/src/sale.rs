//! 20,000 seats of one event, held and confirmed, by stacks that are prepared more or less.

use crate::aws::{ACCOUNT_BURST, ACCOUNT_CALLS, TABLE_QUOTA};
use crate::markdown::{Grid, seconds, whole};
use crate::rush::{Bound, SEATS_EACH, Stack, Told, play};
use crate::template::Template;
use crate::verbs::hall;
use domain::inventory::Inventory;
use std::sync::Arc;

/// Seats that are sold.
pub const SEATS: usize = 20_000;
/// Runs of each scenario; the one that took the middle long is told. Where DynamoDB puts the lanes is drawn anew in each.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;

/// A stack, and how fast buyers come.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What the stack is.
    pub name: &'static str,
    /// The stack.
    pub stack: Stack,
    /// Buyers who come in a second.
    pub rate: u32,
}

/// The scenarios of docs/capacity.md.
///
/// # Errors
/// The template lacks a parameter.
pub fn scenarios(template: &Template) -> Result<Vec<Scenario>, String> {
    let fresh = Stack {
        write_units: template.number("WarmWriteUnits")?,
        quota: TABLE_QUOTA,
        requests_per_second: template.number("RequestsPerSecond")?,
        requests_at_once: template.number("RequestsAtOnce")?,
    };
    let warmed = Stack { write_units: TABLE_QUOTA, ..fresh.clone() };
    let open = Stack { requests_per_second: ACCOUNT_CALLS, requests_at_once: ACCOUNT_BURST, ..warmed.clone() };
    let raised = Stack { write_units: 4 * TABLE_QUOTA, quota: 4 * TABLE_QUOTA, ..open.clone() };
    let of = |name, stack: &Stack, rate| Scenario { name, stack: stack.clone(), rate };
    Ok(vec![
        of("fresh", &fresh, 400),
        of("fresh", &fresh, 1_000),
        of("fresh", &fresh, 5_000),
        of("`WarmWriteUnits=40000`", &warmed, 1_000),
        of("`WarmWriteUnits=40000`", &warmed, 5_000),
        of("and `RequestsPerSecond=10000 RequestsAtOnce=5000`", &open, 5_000),
        of("and the table's quota raised, `WarmWriteUnits=160000`", &raised, 5_000),
    ])
}

/// The run of a scenario that took the middle long until all seats were held.
#[must_use]
pub fn played(scenario: &Scenario, hall: &Arc<Inventory>) -> Told {
    let within_ms = (SEATS / SEATS_EACH) as u64 * 1_000 / u64::from(scenario.rate);
    let within_ms = i64::try_from(within_ms).unwrap_or(i64::MAX);
    let mut runs: Vec<Told> = SEEDS.map(|seed| play(&scenario.stack, hall, within_ms, seed)).collect();
    runs.sort_by_key(|told| told.all_held_ms);
    runs.swap_remove(runs.len() / 2)
}

/// How each scenario went, as tables: what buyers met, and where it bound.
///
/// # Errors
/// The template lacks a parameter.
pub fn tables(template: &Template) -> Result<[String; 2], String> {
    let mut met = Grid::new(&[
        "stack",
        "buyers a second",
        "all seats held after",
        "hold, median",
        "hold, 99 of 100",
        "confirm, 99 of 100",
        "all seats booked after",
    ]);
    let mut bound = Grid::new(&[
        "stack",
        "buyers a second",
        "requests",
        "turned away",
        "by what",
        "most units in a second",
        "instances",
        "lanes in one partition",
        "last end noted after",
    ]);
    let hall = hall(100, u32::try_from(SEATS / 100).map_err(|error| error.to_string())?);
    for scenario in scenarios(template)? {
        let told = played(&scenario, &hall);
        let rate = whole(f64::from(scenario.rate));
        let waits = [(&told.hold_ms, 50), (&told.hold_ms, 99), (&told.confirm_ms, 99)].map(|(waits, of)| at(waits, of));
        let [median, slow, slow_confirm] = waits.map(seconds);
        met.row([
            scenario.name.to_owned(),
            rate.clone(),
            seconds(told.all_held_ms),
            median,
            slow,
            slow_confirm,
            seconds(told.all_booked_ms),
        ]);
        bound.row([
            scenario.name.to_owned(),
            rate,
            whole(f64::from(told.requests)),
            whole(f64::from(told.turned_away.values().sum::<u32>())),
            by_what(&told),
            whole(f64::from(told.peak_units)),
            whole(f64::from(told.instances)),
            told.lanes_together.to_string(),
            seconds(told.all_noted_ms),
        ]);
    }
    Ok([met.text(true), bound.text(true)])
}

/// The wait that so many of a hundred do not exceed.
fn at(waits: &[i64], of_a_hundred: usize) -> i64 {
    let index = (waits.len() * of_a_hundred).div_ceil(100).saturating_sub(1);
    waits.get(index).copied().unwrap_or_default()
}

fn by_what(told: &Told) -> String {
    let word = |bound: &Bound| match bound {
        Bound::Route => "route",
        Bound::Account => "account",
        Bound::Functions => "functions",
        Bound::Table => "table",
        Bound::Partition => "partition",
        Bound::Index => "index",
    };
    let said = told.turned_away.iter().map(|(bound, times)| format!("{} {}", word(bound), whole(f64::from(*times))));
    let said: Vec<String> = said.collect();
    if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_wait_that_somebody_had() {
        let waits: Vec<i64> = (1..=200).collect();
        assert_eq!((at(&waits, 50), at(&waits, 99), at(&waits, 100)), (100, 198, 200));
        assert_eq!(at(&[], 50), 0);
    }

    #[test]
    fn a_stack_is_told_by_its_parameters() {
        let scenarios = scenarios(&Template::read().unwrap()).unwrap();
        assert!(scenarios.iter().any(|scenario| scenario.stack.write_units == 40_000));
        for scenario in scenarios {
            let says = |parameter: &str| scenario.name.contains(parameter);
            assert_eq!(says("WarmWriteUnits=160000"), scenario.stack.write_units == 160_000, "{scenario:?}");
        }
    }
}
