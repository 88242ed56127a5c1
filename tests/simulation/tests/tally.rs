//! What became of everybody in a crowd, and whether that was fair.

use crate::entrants::{APART, START, small};
use domain::clock::Moment;
use domain::name::PriorityName;
use domain::queue::place::Place;

/// A time that never comes.
pub const NEVER: i32 = i32::MAX;

/// One buyer; times in ms since the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Entrant {
    pub priority: u8,
    pub number: u32,
    pub came_at: i32,
    /// By the clock that gave the place.
    pub joined_at: i32,
    /// When the place was given, by the true time.
    pub given_at: i32,
    /// The turn, as everybody is told it.
    pub admitted_at: i32,
    /// When that was told first, by the true time.
    pub told_at: i32,
    pub out_at: i32,
    pub left_at: i32,
}

impl Entrant {
    pub fn coming(priority: u8, at: i64) -> Self {
        Self {
            priority,
            number: 0,
            came_at: small(at),
            joined_at: NEVER,
            given_at: NEVER,
            admitted_at: NEVER,
            told_at: NEVER,
            out_at: NEVER,
            left_at: NEVER,
        }
    }

    pub fn take(&mut self, number: u64, joined_at: i64, given_at: i64) {
        self.number = u32::try_from(number).unwrap();
        (self.joined_at, self.given_at) = (small(joined_at), small(given_at));
    }

    pub fn let_in(&mut self, at: i64, told_at: i64) {
        (self.admitted_at, self.told_at) = (small(at), small(told_at));
    }

    pub fn place(&self, names: &[PriorityName]) -> Place {
        Place {
            priority: names[usize::from(self.priority)].clone(),
            number: u64::from(self.number),
            joined_at: Moment(START + i64::from(self.joined_at)),
            left_at: None,
        }
    }

    fn was_let_in(&self) -> bool {
        self.admitted_at != NEVER
    }
}

/// Which numbers are out.
#[derive(Clone, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn set(&mut self, number: u32) {
        let at = number as usize / 64;
        self.0.resize(self.0.len().max(at + 1), 0);
        self.0[at] |= 1 << (number % 64);
    }

    /// How many are set behind the first number, up to the second.
    pub fn count(&self, over: u64, last: u64) -> u64 {
        let upto = |number: u64| {
            let (at, rest) = (usize::try_from(number / 64).unwrap(), number % 64);
            let whole: u64 = self.0.iter().take(at).map(|word| u64::from(word.count_ones())).sum();
            let mask = u64::MAX >> (63 - rest);
            whole + u64::from(self.0.get(at).map_or(0, |word| (word & mask).count_ones()))
        };
        upto(last) - upto(over)
    }
}

/// How far places were out of the order in which they were given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Skew {
    /// Buyers that one buyer overtook at most, of those who had a place before.
    pub buyers: u64,
    /// How much sooner than the buyer who overtook had one of them come, in ms.
    pub ms: i64,
    /// The most numbers by which a later buyer's number was smaller.
    pub numbers: u64,
    /// How many overtook anybody.
    pub count: u64,
}

/// Compares the order of arrival with that of the numbers, priority by priority.
pub fn skew(entrants: &[Entrant]) -> Skew {
    let mut skew = Skew::default();
    for priority in 0..3 {
        let mut all: Vec<&Entrant> =
            entrants.iter().filter(|one| one.priority == priority && one.given_at != NEVER).collect();
        all.sort_by_key(|one| (one.given_at, one.number));
        let top = all.iter().map(|one| one.number).max().unwrap_or_default() as usize;
        let (mut seen, mut given) = (vec![0_u32; top + 2], 0_u64);
        let mut greatest: Vec<(u32, i32)> = Vec::new();
        for one in all {
            let ahead = sum(&seen, one.number as usize);
            let overtaken = given - ahead;
            if overtaken > 0 {
                let first = greatest[greatest.partition_point(|(number, _)| *number < one.number)];
                skew.count += 1;
                skew.buyers = skew.buyers.max(overtaken);
                skew.ms = skew.ms.max(i64::from(one.came_at - first.1));
                skew.numbers = skew.numbers.max(u64::from(greatest[greatest.len() - 1].0 - one.number));
            }
            if greatest.last().is_none_or(|(number, _)| *number < one.number) {
                greatest.push((one.number, one.came_at));
            }
            add(&mut seen, one.number as usize);
            given += 1;
        }
    }
    skew
}

fn add(tree: &mut [u32], mut at: usize) {
    while at < tree.len() {
        tree[at] += 1;
        at += at & at.wrapping_neg();
    }
}

fn sum(tree: &[u32], mut at: usize) -> u64 {
    let mut sum = 0;
    while at > 0 {
        sum += u64::from(tree[at]);
        at -= at & at.wrapping_neg();
    }
    sum
}

/// How many were inside at once at most, by whatever clock: from when the first function let one in until the last one refused
/// the pass, or the buyer booked.
pub fn most_inside(entrants: &[Entrant], pass_ms: i64) -> i64 {
    let mut changes: Vec<(i64, i64)> = Vec::new();
    for one in entrants.iter().filter(|one| one.was_let_in()) {
        let begins = (i64::from(one.admitted_at) - APART).max(i64::from(one.told_at));
        let ends = (i64::from(one.admitted_at) + pass_ms + APART).min(i64::from(one.out_at));
        if begins < ends {
            changes.extend([(begins, 1), (ends, -1)]);
        }
    }
    changes.sort_unstable();
    let mut inside = 0;
    changes
        .iter()
        .map(|(_, change)| {
            inside += change;
            inside
        })
        .max()
        .unwrap_or_default()
}

/// How many were let in within a minute at most, wherever it begins.
pub fn most_in_a_minute(entrants: &[Entrant]) -> usize {
    let mut times: Vec<i32> = entrants.iter().filter(|one| one.was_let_in()).map(|one| one.admitted_at).collect();
    times.sort_unstable();
    let in_the_minute = |at: usize| times[at..].partition_point(|time| *time < times[at] + 60_000);
    (0..times.len()).map(in_the_minute).max().unwrap_or_default()
}

/// Nobody is let in before a buyer of a smaller number who still waits: whoever is had come when that one's turn was over, by a
/// counter that lagged.
pub fn check_order(entrants: &[Entrant]) -> usize {
    let mut late = 0;
    for priority in 0..3 {
        let mut all: Vec<&Entrant> =
            entrants.iter().filter(|one| one.priority == priority && one.was_let_in()).collect();
        all.sort_by_key(|one| one.number);
        let mut last = 0;
        for one in all {
            let came_after_its_turn = one.admitted_at == one.joined_at;
            assert!(came_after_its_turn || one.admitted_at >= last, "invariant 12: {one:?} was let in before {last}");
            late += usize::from(came_after_its_turn);
            last = if came_after_its_turn { last } else { one.admitted_at };
        }
    }
    late
}

/// By minute and priority, how many were let in.
pub fn by_minute(entrants: &[Entrant]) -> Vec<[u64; 3]> {
    let mut minutes = Vec::new();
    for one in entrants.iter().filter(|one| one.was_let_in()) {
        let minute = usize::try_from(one.admitted_at.max(0) / 60_000).unwrap();
        minutes.resize(minutes.len().max(minute + 1), [0; 3]);
        minutes[minute][usize::from(one.priority)] += 1;
    }
    minutes
}
