//! Whether a line was fair, out of nothing but what its buyers were told.
//!
//! Within a priority nobody is let in before a buyer ahead who still waits; no two have one number; `admittedAt` never moves; and never
//! are more inside than the event allows. The deployment's own statistics are not asked: they would agree with themselves.

use std::collections::BTreeMap;

use crate::limits::CLOCK_SKEW_MS;

/// What one buyer was told. Times are the deployment's, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub priority: String,
    pub number: u64,
    pub admitted_at: Option<i64>,
    /// When the latest request was sent that was answered with `waiting`.
    pub waited_until: Option<i64>,
    /// When this buyer booked, or else when the pass runs out.
    pub inside_until: Option<i64>,
    /// Whether `admittedAt` was one time first and another later.
    pub has_moved: bool,
}

/// Somebody who was let in before a buyer ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overtaking {
    pub priority: String,
    /// The number of the buyer who was overtaken, and of the first who was let in before.
    pub overtaken: u64,
    pub by: u64,
    /// By how much, in milliseconds.
    pub ms: i64,
}

/// What the judge has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Buyers who were let in.
    pub admitted: usize,
    /// Beyond the clock skew.
    pub overtakings: Vec<Overtaking>,
    /// The longest by which anybody was let in before a buyer ahead, in milliseconds, within the skew too.
    pub longest_ms: i64,
    /// Numbers that were told to two buyers.
    pub doubled: Vec<(String, u64)>,
    /// Buyers whose `admittedAt` moved.
    pub moved: usize,
    /// The most that were inside at one time.
    pub inside_most: usize,
    /// How many the event lets be inside, where that is known.
    pub inside_max: Option<usize>,
}

impl Verdict {
    pub fn is_fair(&self) -> bool {
        self.overtakings.is_empty() && self.doubled.is_empty() && self.moved == 0 && self.is_within_bound()
    }

    pub fn is_within_bound(&self) -> bool {
        self.inside_max.is_none_or(|max| self.inside_most <= max)
    }
}

/// Judges a line.
pub fn judge(told: &[Told], inside_max: Option<usize>) -> Verdict {
    let mut verdict = Verdict {
        admitted: told.iter().filter(|one| one.admitted_at.is_some()).count(),
        moved: told.iter().filter(|one| one.has_moved).count(),
        inside_most: inside_most(told),
        inside_max,
        ..Verdict::default()
    };
    let mut lines: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for one in told {
        lines.entry(&one.priority).or_default().push(one);
    }
    for (priority, mut line) in lines {
        line.sort_by_key(|one| one.number);
        let doubled = line.windows(2).filter_map(|pair| match pair {
            [one, other] if one.number == other.number => Some((priority.to_owned(), one.number)),
            _ => None,
        });
        verdict.doubled.extend(doubled);
        overtakings(&line, &mut verdict);
    }
    verdict
}

/// Goes through a line from its end, with the earliest who was let in among those behind.
fn overtakings(line: &[&Told], verdict: &mut Verdict) {
    let mut first_behind: Option<(i64, u64)> = None;
    for one in line.iter().rev() {
        let waited_until = one.admitted_at.or(one.waited_until);
        if let (Some(until), Some((at, by))) = (waited_until, first_behind) {
            let ms = until - at;
            verdict.longest_ms = verdict.longest_ms.max(ms);
            if ms > CLOCK_SKEW_MS {
                let priority = one.priority.clone();
                verdict.overtakings.push(Overtaking { priority, overtaken: one.number, by, ms });
            }
        }
        let own = one.admitted_at.map(|at| (at, one.number));
        first_behind = [first_behind, own].into_iter().flatten().min();
    }
}

/// The most who were inside at one time; who goes out at the moment when another comes in goes first.
fn inside_most(told: &[Told]) -> usize {
    let stays = told.iter().filter_map(|one| Some((one.admitted_at?, one.inside_until?)));
    let mut steps: Vec<(i64, i8)> =
        stays.filter(|(from, until)| from < until).flat_map(|(from, until)| [(from, 1), (until, -1)]).collect();
    steps.sort_unstable();
    let (mut inside, mut most) = (0_usize, 0);
    for (_, step) in steps {
        inside = if step > 0 { inside + 1 } else { inside.saturating_sub(1) };
        most = most.max(inside);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(number: u64, admitted_at: Option<i64>) -> Told {
        Told { priority: "default".to_owned(), number, admitted_at, ..Told::default() }
    }

    fn inside(number: u64, from: i64, until: i64) -> Told {
        Told { inside_until: Some(until), ..told(number, Some(from)) }
    }

    #[test]
    fn a_line_in_order_is_fair_in_whatever_order_it_is_read() {
        let line = [told(3, Some(5_000)), told(1, Some(1_000)), told(2, Some(1_000)), told(4, None)];
        let verdict = judge(&line, None);
        assert!(verdict.is_fair());
        assert_eq!((verdict.admitted, verdict.longest_ms), (3, 0));
    }

    #[test]
    fn who_is_let_in_before_a_buyer_ahead_has_overtaken() {
        let verdict = judge(&[told(1, Some(9_000)), told(2, Some(6_999)), told(3, Some(9_001))], None);
        let overtaking = Overtaking { priority: "default".to_owned(), overtaken: 1, by: 2, ms: 2_001 };
        assert_eq!(verdict.overtakings, [overtaking]);
        assert!(!verdict.is_fair());
    }

    #[test]
    fn what_lies_within_the_skew_is_shown_and_is_not_held_against_the_line() {
        let verdict = judge(&[told(1, Some(9_000)), told(2, Some(7_000))], None);
        assert!(verdict.is_fair());
        assert_eq!(verdict.longest_ms, 2_000);
    }

    #[test]
    fn who_still_waits_while_a_buyer_behind_is_inside_was_overtaken() {
        let waits = |until| Told { waited_until: Some(until), ..told(1, None) };
        assert!(!judge(&[waits(20_000), told(2, Some(10_000))], None).is_fair());
        assert!(judge(&[waits(9_000), told(2, Some(10_000))], None).is_fair(), "left before");
        assert!(judge(&[waits(20_000), told(2, None)], None).is_fair(), "nobody is inside");
    }

    #[test]
    fn the_first_far_behind_is_found_too() {
        let verdict = judge(&[told(1, Some(9_000)), told(2, Some(9_000)), told(3, None), told(4, Some(1_000))], None);
        let of: Vec<(u64, u64)> = verdict.overtakings.iter().map(|one| (one.overtaken, one.by)).collect();
        assert_eq!(of, [(2, 4), (1, 4)]);
    }

    #[test]
    fn each_priority_has_a_line_of_its_own() {
        let fan = Told { priority: "fans".to_owned(), ..told(2, Some(1_000)) };
        assert!(judge(&[told(1, Some(9_000)), fan.clone()], None).is_fair());
        let same_number = Told { priority: "fans".to_owned(), ..told(1, Some(1_000)) };
        assert!(judge(&[told(1, Some(9_000)), same_number], None).is_fair());
    }

    #[test]
    fn one_number_for_two_buyers_and_a_turn_that_moves_are_faults() {
        assert_eq!(judge(&[told(5, None), told(5, None)], None).doubled, [("default".to_owned(), 5)]);
        let moved = Told { has_moved: true, ..told(1, Some(1)) };
        assert!(!judge(&[moved], None).is_fair());
    }

    #[test]
    fn those_inside_are_counted_where_the_most_of_them_meet() {
        let line = [inside(1, 0, 100), inside(2, 50, 150), inside(3, 100, 200), inside(4, 300, 400), told(5, None)];
        let verdict = judge(&line, Some(2));
        assert_eq!(verdict.inside_most, 2, "who goes out at 100 makes room for who comes in then");
        assert!(verdict.is_fair());
        assert!(!judge(&line, Some(1)).is_fair());
    }
}
