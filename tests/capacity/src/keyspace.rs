//! The partitions of a table, or of an index: ranges of positions, each with its own units in a second. They grow as DynamoDB
//! documents it: a table takes twice the highest traffic of earlier half hours, and a partition that stays at its bound is split.
//!
//! Where DynamoDB may be more generous (unused units of the last five minutes, which it gives where it can), this is not: AWS says
//! not to count on them.

use crate::aws::{DOUBLES_AFTER_MS, PARTITION_WRITES, SPLITS_AFTER_MS};
use crate::window::Second;

/// How many of the last positions a partition remembers, to be split where half of its traffic is on either side.
const REMEMBERED: usize = 63;

/// Why something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// All partitions together have given what they give in this second.
    Whole,
    /// One partition has.
    Partition,
}

/// Partitions in the order of their positions.
#[derive(Clone, Debug)]
pub struct Keyspace {
    partitions: Vec<Partition>,
    whole: Second,
    /// The most units of one second, in this half hour.
    peak: u32,
    half_hour_ends: i64,
    quota: u32,
}

#[derive(Clone, Debug)]
struct Partition {
    from: u64,
    second: Second,
    recent: Vec<u64>,
    hot_since: Option<i64>,
    last_hot: i64,
}

impl Partition {
    fn from(from: u64) -> Self {
        let second = Second::of(PARTITION_WRITES);
        Self { from, second, recent: Vec::new(), hot_since: None, last_hot: 0 }
    }

    /// A part of it that begins here. What it has given in this second has been given by both.
    fn split_off(&self, from: u64) -> Self {
        Self { second: self.second.clone(), ..Self::from(from) }
    }

    /// Notes a moment at which it was full, and says whether it has been so for as long as makes DynamoDB split it. Two
    /// seconds without such a moment end the heat.
    fn is_to_be_split(&mut self, now: i64) -> bool {
        if now - self.last_hot > 2_000 {
            self.hot_since = None;
        }
        self.last_hot = now;
        now - *self.hot_since.get_or_insert(now) >= SPLITS_AFTER_MS
    }

    fn remember(&mut self, position: u64) {
        if self.recent.len() == REMEMBERED {
            self.recent.remove(0);
        }
        self.recent.push(position);
    }
}

impl Keyspace {
    /// A keyspace that takes so many units a second from its first moment on, and `quota` at most.
    #[must_use]
    pub fn new(units: u32, quota: u32) -> Self {
        let many = u64::from(units.div_ceil(PARTITION_WRITES).max(1));
        let partitions = (0..many).map(|at| Partition::from(u64::MAX / many * at)).collect();
        Self { partitions, whole: Second::of(units.min(quota)), peak: 0, half_hour_ends: DOUBLES_AFTER_MS, quota }
    }

    /// How many partitions it has by now.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// What it takes in a second by now, if its partitions are used alike.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.whole.most()
    }

    /// The partition of a position.
    #[must_use]
    pub fn partition(&self, position: u64) -> usize {
        self.partitions.partition_point(|partition| partition.from <= position).saturating_sub(1)
    }

    /// Takes these units, each at its position, or says what is full. What is refused takes the half of its units, the look before
    /// the write, from the partitions that were not full: AWS says that cancelled transactions use capacity, and not how much.
    ///
    /// # Errors
    /// What is full.
    pub fn take(&mut self, now: i64, wanted: &[(u64, u32)]) -> Result<(), Full> {
        self.grow(now);
        let sums = self.by_partition(wanted);
        let all: u32 = wanted.iter().map(|(_, units)| units).sum();
        let is_whole = self.whole.left(now) < all;
        let full: Vec<usize> = sums
            .iter()
            .filter(|(at, units)| self.partitions[*at].second.left(now) < *units)
            .map(|(at, _)| *at)
            .collect();
        let is_taken = !is_whole && full.is_empty();
        for (at, units) in sums.iter().filter(|(at, _)| !full.contains(at)) {
            let units = if is_taken { *units } else { units / 2 };
            self.partitions[*at].second.give(now, units);
            self.peak = self.peak.max(self.whole.give(now, units));
        }
        for (position, _) in wanted {
            let at = self.partition(*position);
            self.partitions[at].remember(*position);
        }
        full.iter().rev().for_each(|at| self.heat(now, *at));
        match (is_whole, is_taken) {
            (true, _) => Err(Full::Whole),
            (false, false) => Err(Full::Partition),
            (false, true) => Ok(()),
        }
    }

    /// Units by partition, in order.
    fn by_partition(&self, wanted: &[(u64, u32)]) -> Vec<(usize, u32)> {
        let mut sums: Vec<(usize, u32)> = Vec::with_capacity(wanted.len());
        for (position, units) in wanted {
            let at = self.partition(*position);
            match sums.iter_mut().find(|(known, _)| *known == at) {
                Some((_, sum)) => *sum += units,
                None => sums.push((at, *units)),
            }
        }
        sums.sort_unstable();
        sums
    }

    /// After each half hour it takes twice what it had to take in it; its partitions split with that.
    fn grow(&mut self, now: i64) {
        while now >= self.half_hour_ends {
            self.half_hour_ends += DOUBLES_AFTER_MS;
            let grown = self.peak.saturating_mul(2).min(self.quota);
            self.peak = 0;
            if grown <= self.whole.most() {
                continue;
            }
            self.whole.set(grown);
            while (self.partitions.len() as u64) < u64::from(grown.div_ceil(PARTITION_WRITES)) {
                self.partitions =
                    self.partitions.iter().enumerate().flat_map(|(at, own)| self.halves(at, own)).collect();
            }
        }
    }

    fn halves(&self, at: usize, own: &Partition) -> [Partition; 2] {
        let end = self.partitions.get(at + 1).map_or(u64::MAX, |next| next.from);
        [own.from, own.from + (end - own.from) / 2].map(|from| own.split_off(from))
    }

    /// Splits a partition that has been full for long, where half of its traffic lies on either side. One that has a single position
    /// cannot be split: one row is one row.
    fn heat(&mut self, now: i64, at: usize) {
        if !self.partitions[at].is_to_be_split(now) {
            return;
        }
        let partition = &mut self.partitions[at];
        let mut recent = std::mem::take(&mut partition.recent);
        partition.hot_since = None;
        recent.sort_unstable();
        let middle = recent.get(recent.len() / 2).copied().unwrap_or(partition.from);
        if middle > partition.from {
            let other = partition.split_off(middle);
            self.partitions.insert(at + 1, other);
        }
    }

    /// What a partition has given in this second.
    #[cfg(test)]
    fn given(&mut self, now: i64, at: usize) -> u32 {
        PARTITION_WRITES - self.partitions[at].second.left(now)
    }
}

#[cfg(test)]
#[path = "keyspace_tests.rs"]
mod tests;
