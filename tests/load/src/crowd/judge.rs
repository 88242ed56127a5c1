//! Whether a line was fair, out of nothing but what its buyers were told.
//!
//! Within a priority nobody is let in before a buyer ahead who still waits; numbers follow arrival; everybody has one number, and
//! nobody else has it; what was told never changes; and never are more inside than the event allows. The deployment's own statistics
//! are not asked: they would agree with themselves.

use std::collections::BTreeMap;

use crate::limits::CLOCK_SKEW_MS;

/// What one buyer was told. Times are the deployment's, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub priority: String,
    /// The first that was told; none before the lot is drawn.
    pub number: Option<u64>,
    /// When the place was asked for first.
    pub asked_at: Option<i64>,
    /// When the first answer came, if a number was in it: then the number follows from the arrival and from no lot.
    pub numbered_at: Option<i64>,
    pub admitted_at: Option<i64>,
    /// Whether it was said that the turn has come, with or without a time.
    pub is_let_in: bool,
    /// When the latest request was sent that was answered with `waiting`.
    pub waited_until: Option<i64>,
    /// When the latest request was sent that was answered with a place without a number.
    pub numberless_until: Option<i64>,
    /// When this buyer booked, or else when the pass runs out; without an end the stay has none.
    pub inside_until: Option<i64>,
    /// Whether priority, number or `admittedAt` were one first and another later.
    pub has_moved: bool,
    /// Whether a place that had been told was unknown later.
    pub is_unknown: bool,
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
    /// Buyers whose priority, number or `admittedAt` changed.
    pub moved: usize,
    /// Buyers who were let in without a number or without a time.
    pub placeless: usize,
    /// Buyers whose place was unknown later, or who had no number yet while others of their priority were inside.
    pub forgotten: usize,
    /// Numbers of buyers who had asked only when somebody with a greater number had the answer.
    pub out_of_order: Vec<(String, u64)>,
    /// Whether one counter gives all numbers, so that they must follow arrival.
    pub has_one_counter: bool,
    /// The most that were inside at one time.
    pub inside_most: usize,
    /// How many the event lets be inside, where that is known.
    pub inside_max: Option<usize>,
}

impl Verdict {
    pub fn is_fair(&self) -> bool {
        self.overtakings.is_empty() && self.wrong_places() == 0 && self.is_within_bound()
    }

    /// Faults of the line that are no overtaking.
    pub fn wrong_places(&self) -> usize {
        let out_of_order = if self.has_one_counter { self.out_of_order.len() } else { 0 };
        self.doubled.len() + self.moved + self.placeless + self.forgotten + out_of_order
    }

    pub fn is_within_bound(&self) -> bool {
        self.inside_max.is_none_or(|max| self.inside_most <= max)
    }
}

impl Told {
    fn is_admitted(&self) -> bool {
        self.is_let_in || self.admitted_at.is_some()
    }
}

/// Judges a line.
pub fn judge(told: &[Told], inside_max: Option<usize>, has_one_counter: bool) -> Verdict {
    let count = |is: fn(&Told) -> bool| told.iter().filter(|one| is(one)).count();
    let mut verdict = Verdict {
        admitted: count(Told::is_admitted),
        moved: count(|one| one.has_moved),
        placeless: count(|one| one.is_admitted() && (one.number.is_none() || one.admitted_at.is_none())),
        inside_most: inside_most(told),
        inside_max,
        has_one_counter,
        ..Verdict::default()
    };
    let mut lines: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for one in told {
        lines.entry(&one.priority).or_default().push(one);
    }
    for (priority, all) in lines {
        verdict.forgotten += forgotten(&all);
        let mut line: Vec<(u64, &Told)> = all.into_iter().filter_map(|one| Some((one.number?, one))).collect();
        line.sort_by_key(|(number, _)| *number);
        let doubled = line.windows(2).filter_map(|pair| match pair {
            [(one, _), (other, _)] if one == other => Some((priority.to_owned(), *one)),
            _ => None,
        });
        verdict.doubled.extend(doubled);
        overtakings(&line, &mut verdict);
        verdict.out_of_order.extend(out_of_order(&line).map(|number| (priority.to_owned(), number)));
    }
    verdict
}

/// Goes through a line from its end, with the earliest who was let in among those behind. Whoever was told to wait after the own
/// `admittedAt` has waited until then, whatever that time says.
fn overtakings(line: &[(u64, &Told)], verdict: &mut Verdict) {
    let mut first_behind: Option<(i64, u64)> = None;
    for (number, one) in line.iter().rev() {
        let waited_until = one.admitted_at.max(one.waited_until);
        if let (Some(until), Some((at, by))) = (waited_until, first_behind) {
            let ms = until - at;
            verdict.longest_ms = verdict.longest_ms.max(ms);
            if ms > CLOCK_SKEW_MS {
                let priority = one.priority.clone();
                verdict.overtakings.push(Overtaking { priority, overtaken: *number, by, ms });
            }
        }
        let own = one.admitted_at.map(|at| (at, *number));
        first_behind = [first_behind, own].into_iter().flatten().min();
    }
}

/// How many of a priority lost their place, or stood there without a number when the line had begun to let others in.
fn forgotten(line: &[&Told]) -> usize {
    let first = line.iter().filter_map(|one| one.admitted_at).min();
    let is_late = |until: i64| first.is_some_and(|first| until > first + CLOCK_SKEW_MS);
    line.iter().filter(|one| one.is_unknown || one.numberless_until.is_some_and(is_late)).count()
}

/// The numbers of those who asked after somebody behind them had been answered already; both by this machine's clock, so no skew.
fn out_of_order(line: &[(u64, &Told)]) -> impl Iterator<Item = u64> {
    let mut first_behind: Option<i64> = None;
    let mut wrong = Vec::new();
    for (number, one) in line.iter().rev() {
        let Some(numbered_at) = one.numbered_at else { continue };
        if one.asked_at.zip(first_behind).is_some_and(|(asked_at, behind)| behind < asked_at) {
            wrong.push(*number);
        }
        first_behind = [first_behind, Some(numbered_at)].into_iter().flatten().min();
    }
    wrong.into_iter().rev()
}

/// The most who were inside at one time; who goes out at the moment when another comes in goes first.
fn inside_most(told: &[Told]) -> usize {
    let stays = told.iter().filter_map(|one| Some((one.admitted_at?, one.inside_until.unwrap_or(i64::MAX))));
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
        Told { priority: "default".to_owned(), number: Some(number), admitted_at, ..Told::default() }
    }

    fn judge(told: &[Told], inside_max: Option<usize>) -> Verdict {
        super::judge(told, inside_max, true)
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
    fn a_turn_that_is_dated_back_excuses_nobody_from_having_waited() {
        let back = Told { waited_until: Some(60_000), ..told(1, Some(10_000)) };
        assert_eq!(judge(&[back.clone(), told(2, Some(12_000))], None).overtakings.len(), 1);
        assert!(judge(&[back, told(2, Some(60_000))], None).is_fair());
    }

    #[test]
    fn who_is_let_in_without_a_number_or_a_time_is_a_fault_and_counts_as_inside() {
        let numberless = Told { number: None, is_let_in: true, ..told(0, Some(1_000)) };
        let verdict = judge(&[numberless, told(1, Some(1_000))], Some(1));
        assert_eq!((verdict.placeless, verdict.admitted, verdict.inside_most), (1, 2, 2));
        let timeless = Told { is_let_in: true, ..told(1, None) };
        assert!(!judge(&[timeless], None).is_fair());
    }

    #[test]
    fn who_has_no_number_while_others_are_inside_was_forgotten() {
        let early = |until| Told { number: None, numberless_until: Some(until), ..told(0, None) };
        assert_eq!(judge(&[early(3_001), told(1, Some(1_000))], None).forgotten, 1);
        assert!(judge(&[early(3_000), told(1, Some(1_000))], None).is_fair(), "within the skew");
        assert!(judge(&[early(9_000), told(1, None)], None).is_fair(), "the lot is not drawn");
        assert!(!judge(&[Told { is_unknown: true, ..told(1, None) }], None).is_fair());
    }

    #[test]
    fn numbers_follow_arrival_where_one_counter_gives_them() {
        let came = |number, asked_at, numbered_at| Told {
            asked_at: Some(asked_at),
            numbered_at: Some(numbered_at),
            ..told(number, None)
        };
        assert!(judge(&[came(1, 50, 90), came(2, 10, 60)], None).is_fair(), "both were on the way at once");
        let late = [came(1, 61, 90), came(2, 10, 60), Told { numbered_at: None, ..came(3, 0, 0) }];
        let verdict = judge(&late, None);
        assert_eq!((verdict.out_of_order.as_slice(), verdict.is_fair()), (&[("default".to_owned(), 1)][..], false));
        let elsewhere = super::judge(&late, None, false);
        assert!(elsewhere.is_fair() && elsewhere.out_of_order.len() == 1, "counters that take turns");
    }

    #[test]
    fn a_pass_without_an_end_is_inside_for_ever() {
        assert!(!judge(&[told(1, Some(0)), inside(2, 9_000, 9_001)], Some(1)).is_fair());
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
