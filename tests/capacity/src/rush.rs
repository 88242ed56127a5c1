//! One event is sold to everybody at once, in virtual time and from one seed: each buyer holds two seats, pays, and confirms; whoever is
//! turned away asks again.
//!
//! A request passes API Gateway, an instance of its function, and the table. Buyers want different seats, so nobody is in another's way but
//! by what AWS takes in a second.

use crate::aws::{ROW_MS, START_MS, STREAM_MS, TRANSACTION_MS};
use crate::buyer::{Said, asks_again_in, pays_in};
use crate::door::{Door, Shut};
use crate::functions::{Functions, Taken};
use crate::table::{Table, Throttled};
use crate::usage::OWN_MS;
use crate::verbs::{Sale, Written};
use domain::clock::Moment;
use domain::hold::Hold;
use domain::inventory::Inventory;
use domain::name::{BuyerId, SeatId};
use fastrand::Rng;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Seats that each buyer wants.
pub const SEATS_EACH: usize = 2;
/// Routes and functions: to hold, and to confirm.
const HOLD: usize = 0;
/// See [`HOLD`].
const CONFIRM: usize = 1;

/// What a deployment can take.
#[derive(Clone, Debug)]
pub struct Stack {
    /// `WarmWriteUnits`.
    pub write_units: u32,
    /// The table's quota.
    pub quota: u32,
    /// `RequestsPerSecond`.
    pub requests_per_second: u32,
    /// `RequestsAtOnce`.
    pub requests_at_once: u32,
}

/// What turned a request away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// `RequestsPerSecond` of the route.
    Route,
    /// The account's calls of API Gateway.
    Account,
    /// Lambda: no instance for it.
    Functions,
    /// The table as a whole.
    Table,
    /// A partition of the table.
    Partition,
    /// An index.
    Index,
}

impl From<Shut> for Bound {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Route => Self::Route,
            Shut::Account => Self::Account,
        }
    }
}

impl From<Throttled> for Bound {
    fn from(throttled: Throttled) -> Self {
        match throttled {
            Throttled::Table => Self::Table,
            Throttled::Partition => Self::Partition,
            Throttled::Index => Self::Index,
        }
    }
}

/// How it went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// From the opening until the last buyer held seats, in milliseconds.
    pub all_held_ms: i64,
    /// Until the last had booked.
    pub all_booked_ms: i64,
    /// Until the end of the last hold was noted for the sweep.
    pub all_noted_ms: i64,
    /// From each buyer's first click to the answer that seats are held, in order.
    pub hold_ms: Vec<i64>,
    /// From each payment to the answer that seats are booked, in order.
    pub confirm_ms: Vec<i64>,
    /// Requests that were turned away.
    pub turned_away: BTreeMap<Bound, u32>,
    /// Requests, those included.
    pub requests: u32,
    /// Seats that were booked, each with how often.
    pub booked: BTreeMap<SeatId, u32>,
    /// Buyers whose hold was over before they could confirm.
    pub too_late: u32,
    /// The most instances of functions.
    pub instances: u32,
    /// The most units of one second.
    pub peak_units: u32,
    /// Lanes of the event in the partition that has most of them.
    pub lanes_together: u32,
}

/// Plays a rush: in this hall, in which there are two seats for each buyer, they come evenly within `within_ms`.
#[must_use]
pub fn play(stack: &Stack, hall: &Arc<Inventory>, within_ms: i64, seed: u64) -> Told {
    let mut rush = Rush::new(stack, hall, seed);
    let buyers = rush.buyers.len();
    for buyer in 0..buyers {
        #[allow(clippy::cast_possible_wrap)] // thousands
        rush.after(within_ms * buyer as i64 / buyers as i64, buyer, Step::Ask);
    }
    while let Some(Reverse((now, _, buyer, step))) = rush.queue.pop() {
        rush.step(now, buyer, step);
    }
    rush.finished()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// The buyer clicks.
    Ask,
    /// The function sends its transaction.
    Write,
    /// The function answers that it was written.
    Done,
    /// The function answers 503.
    Throttled,
    /// The outbox notes the end of the hold.
    Note,
}

#[derive(Clone, Debug)]
struct Buyer {
    id: BuyerId,
    seats: Vec<SeatId>,
    hold: Option<Hold>,
    /// When the request that is under way was first made.
    since: Option<i64>,
    failures: u32,
}

struct Rush {
    sale: Sale,
    buyers: Vec<Buyer>,
    door: Door,
    functions: Functions,
    table: Table,
    rng: Rng,
    queue: BinaryHeap<Reverse<(i64, u64, usize, Step)>>,
    steps: u64,
    units: (i64, u32),
    told: Told,
}

impl Rush {
    fn new(stack: &Stack, hall: &Arc<Inventory>, seed: u64) -> Self {
        let sale = Sale::new(hall, seed);
        let seats = sale.seats();
        let buyer = |(number, seats): (usize, &[SeatId])| {
            let id = BuyerId::stored(&format!("buyer-{number}")).ok()?;
            Some(Buyer { id, seats: seats.to_vec(), hold: None, since: None, failures: 0 })
        };
        let buyers = seats.chunks_exact(SEATS_EACH).enumerate().filter_map(buyer).collect();
        Self {
            sale,
            buyers,
            door: Door::new(2, stack.requests_per_second, stack.requests_at_once),
            functions: Functions::new(2),
            table: Table::new(stack.write_units, stack.quota),
            rng: Rng::with_seed(seed),
            queue: BinaryHeap::new(),
            steps: 0,
            units: (0, 0),
            told: Told::default(),
        }
    }

    fn after(&mut self, at: i64, buyer: usize, step: Step) {
        self.steps += 1;
        self.queue.push(Reverse((at, self.steps, buyer, step)));
    }

    fn step(&mut self, now: i64, buyer: usize, step: Step) {
        let function = if self.buyers[buyer].hold.is_some() { CONFIRM } else { HOLD };
        match step {
            Step::Ask => self.ask(now, buyer, function),
            Step::Write => self.write(now, buyer),
            Step::Throttled => {
                self.functions.end(function);
                self.ask_again(now, buyer, Said::Function);
            }
            Step::Done => self.done(now, buyer),
            Step::Note => self.note(now, buyer),
        }
    }

    fn ask(&mut self, now: i64, buyer: usize, function: usize) {
        self.told.requests += 1;
        self.buyers[buyer].since.get_or_insert(now);
        if let Err(shut) = self.door.enter(now, function) {
            return self.turn_away(now, buyer, shut.into());
        }
        let Some(taken) = self.functions.begin(now, function) else {
            return self.turn_away(now, buyer, Bound::Functions);
        };
        let start = if taken == Taken::Cold { START_MS } else { 0 };
        // A confirm reads the buyer's hold row first.
        let read = if function == CONFIRM { ROW_MS } else { 0 };
        self.after(now + start + OWN_MS + read, buyer, Step::Write);
    }

    fn turn_away(&mut self, now: i64, buyer: usize, bound: Bound) {
        *self.told.turned_away.entry(bound).or_default() += 1;
        let is_throttled = matches!(bound, Bound::Table | Bound::Partition | Bound::Index);
        match is_throttled {
            true => self.after(now + ROW_MS, buyer, Step::Throttled),
            false => self.ask_again(now, buyer, Said::Gateway),
        }
    }

    fn ask_again(&mut self, now: i64, buyer: usize, said: Said) {
        let failures = self.buyers[buyer].failures;
        self.buyers[buyer].failures += 1;
        let wait = asks_again_in(said, failures, &mut self.rng);
        self.after(now + wait, buyer, Step::Ask);
    }

    fn write(&mut self, now: i64, buyer: usize) {
        let own = &self.buyers[buyer];
        let written = match &own.hold {
            None => self.sale.hold(Moment(now), &own.id, &own.seats),
            Some(hold) => self.sale.confirm(Moment(now), hold),
        };
        let Some(written) = written else {
            self.functions.end(CONFIRM);
            self.told.too_late += 1;
            return;
        };
        match self.table.write(now, &written.rows) {
            Err(throttled) => self.turn_away(now, buyer, throttled.into()),
            Ok(()) => self.commit(now, buyer, written),
        }
    }

    fn commit(&mut self, now: i64, buyer: usize, written: Written) {
        let function = if written.hold.is_some() { HOLD } else { CONFIRM };
        let units: u32 = written.rows.iter().map(|row| row.units).sum();
        self.count(now, units);
        for seat in written.booked {
            *self.told.booked.entry(seat).or_default() += 1;
        }
        // The instance is busy until the answer; what was written stands.
        self.after(now + TRANSACTION_MS, buyer, Step::Done);
        if function == HOLD {
            self.buyers[buyer].hold = written.hold;
        }
    }

    fn count(&mut self, now: i64, units: u32) {
        let second = now / 1_000;
        self.units = if self.units.0 == second { (second, self.units.1 + units) } else { (second, units) };
        self.told.peak_units = self.told.peak_units.max(self.units.1);
    }

    /// The answer is there: to the hold where the buyer's seats are not booked yet.
    fn done(&mut self, now: i64, buyer: usize) {
        let is_booked = self.buyers[buyer].seats.iter().all(|seat| self.told.booked.contains_key(seat));
        let own = &mut self.buyers[buyer];
        let waited = now - own.since.take().unwrap_or(now);
        own.failures = 0;
        if is_booked {
            self.functions.end(CONFIRM);
            self.told.confirm_ms.push(waited);
            self.told.all_booked_ms = now;
            return;
        }
        self.functions.end(HOLD);
        self.told.hold_ms.push(waited);
        self.told.all_held_ms = now;
        let paid = now + pays_in(&mut self.rng);
        self.after(paid, buyer, Step::Ask);
        self.after(now + STREAM_MS, buyer, Step::Note);
    }

    /// A batch that could not be written whole comes again, so nobody waits for it and no note is lost.
    fn note(&mut self, now: i64, buyer: usize) {
        let Some(hold) = &self.buyers[buyer].hold else { return };
        let row = self.sale.note(hold);
        let units = row.units;
        match self.table.write(now, &[row]) {
            Ok(()) => {
                self.count(now, units);
                self.told.all_noted_ms = self.told.all_noted_ms.max(now);
            }
            Err(_) => self.after(now + 1_000, buyer, Step::Note),
        }
    }

    fn finished(mut self) -> Told {
        self.told.hold_ms.sort_unstable();
        self.told.confirm_ms.sort_unstable();
        self.told.instances = self.functions.instances();
        self.told.lanes_together = self.lanes_together();
        self.told
    }

    /// How many of the event's lanes lie in one partition of the table, where most do.
    fn lanes_together(&self) -> u32 {
        let mut lanes: BTreeMap<String, usize> = BTreeMap::new();
        for own in &self.buyers {
            let held = self.sale.hold(Moment(0), &own.id, &own.seats);
            for row in held.into_iter().flat_map(|held| held.rows).filter(|row| row.partition_key.starts_with("EVENT#"))
            {
                let partition = self.table.partition(&row);
                lanes.insert(row.partition_key, partition);
            }
            if lanes.len() == self.sale.lanes() as usize {
                break;
            }
        }
        let mut together = vec![0_u32; self.table.partitions()];
        lanes.values().for_each(|partition| together[*partition] += 1);
        together.into_iter().max().unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "rush_tests.rs"]
mod tests;
