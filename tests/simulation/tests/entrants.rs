//! A crowd before one door, in virtual time and through the domain's code alone: who comes and what becomes of them, several
//! doorkeepers and readers whose clocks differ, counters of which one stalls.

use crate::tally::{Bits, Entrant, NEVER};
use domain::clock::Moment;
use domain::event::Event;
use domain::name::{BuyerId, PriorityName};
use domain::queue::line::{Line, Turn};
use domain::queue::place::{Place, count_beyond, number};
use domain::samples::some_event;
use domain::waiting_room::{Mode, Priority, WaitingRoom};
use fastrand::Rng;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// When it begins; every time in here counts from then, in ms.
pub const START: i64 = 1_900_000_000_000;
/// How far a clock may be from the true time, either way.
pub const APART: i64 = 750;
/// The time that passes at once.
pub const STEP: i64 = 50;
/// A turn may be told so long after it came: while a doorkeeper decided, by a clock that is behind, and wrote.
const AFTERWARDS: i64 = 2_500;
pub const READERS: usize = 12;
/// A reader keeps what it has read for so long, and what it reads may be as old again.
pub const KEPT: i64 = 1_000;
/// Who is asked again by a counter that stalls, if the buyer does not give up.
const AGAIN: std::ops::Range<i64> = 1_000..6_000;

/// What becomes of one buyer in so many thousand: an answer that is lost burns a number, and so on.
const LOST: u32 = 5;
const LEAVES_EARLY: u32 = 80;
const BOOKS: u32 = 350;
/// Of what the outbox is to note it loses so many thousandths.
const NOTE_LOST: u32 = 10;

/// A crowd, and its door.
#[derive(Clone)]
pub struct Plan {
    pub entrants: usize,
    pub weights: [u32; 3],
    pub shards: u32,
    pub admit_per_minute: u32,
    pub max_active: u32,
    pub pass_ms: i64,
    /// Over how long they come.
    pub ramp: i64,
    /// When the two doorkeepers are away.
    pub away: [(i64, i64); 2],
    /// A counter that takes no join for a while.
    pub stalls: Option<(u32, i64, i64)>,
}

pub struct Reader {
    pub offset: i64,
    pub line: Arc<Line>,
    pub read_at: i64,
}

pub struct Doorkeeper {
    pub offset: i64,
    pub next: i64,
    /// What it is about to write, and when that arrives.
    pub writes: Option<(i64, Line)>,
}

enum Due {
    Ask(u32),
    Leave(u32),
    LookAfterLeaving(u32),
    Book(u32),
    NoteBooked(u32),
}

/// A buyer at whom everyone keeps looking, each by a clock of their own.
pub struct Probe {
    pub entrant: u32,
    pub reader: usize,
    pub ahead: u64,
    pub admitted_at: Option<Moment>,
}

/// The crowd at its door.
pub struct Crowd {
    pub plan: Plan,
    pub event: Event,
    pub names: Vec<PriorityName>,
    pub entrants: Vec<Entrant>,
    /// By priority: who has a number, counted from 1; 0 is nobody.
    pub by_number: Vec<Vec<u32>>,
    pub out: Vec<Bits>,
    pub counters: Vec<[u64; 3]>,
    /// By priority, the numbers that are promised.
    pub promised: [u64; 3],
    /// Numbers promised while all three waited.
    pub shared: [u64; 3],
    pub told: VecDeque<(i64, Arc<Line>)>,
    pub readers: Vec<Reader>,
    pub doorkeepers: Vec<Doorkeeper>,
    due: BTreeMap<i64, Vec<Due>>,
    pub probes: Vec<Probe>,
    pub booked: u64,
    pub lost_rounds: u64,
    pub rounds: u64,
    pub gave_up: u64,
    /// The longest that the line has been as JSON.
    pub line_bytes: usize,
    pub now: i64,
    pub rng: Rng,
}

fn names() -> Vec<PriorityName> {
    ["fans", "members", "public"].map(|name| PriorityName::parse(name).unwrap()).to_vec()
}

fn event(plan: &Plan, names: &[PriorityName]) -> Event {
    let priority = |(name, weight): (&PriorityName, u32)| Priority { name: name.clone(), weight };
    let room = WaitingRoom {
        draw: None,
        mode: Mode::On,
        admit_per_minute: plan.admit_per_minute,
        max_active: Some(plan.max_active),
        opens_at: None,
        pass_ms: plan.pass_ms,
        priorities: names.iter().zip(plan.weights).map(priority).collect(),
        shards: plan.shards,
    };
    Event { waiting_room: Some(room), sales_open_at: None, ..some_event() }
}

impl Crowd {
    pub fn new(plan: Plan, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let names = names();
        let event = event(&plan, &names);
        let line = Arc::new(Line::of(&event, event.room().unwrap()));
        let reader =
            |rng: &mut Rng| Reader { offset: rng.i64(-APART..=APART), line: line.clone(), read_at: rng.i64(-KEPT..0) };
        let doorkeeper = |(offset, next)| Doorkeeper { offset, next, writes: None };
        Self {
            entrants: Vec::with_capacity(plan.entrants),
            by_number: vec![vec![0]; 3],
            out: vec![Bits::default(); 3],
            counters: vec![[0; 3]; plan.shards as usize],
            promised: [0; 3],
            shared: [0; 3],
            told: VecDeque::from([(0, line.clone())]),
            readers: (0..READERS).map(|_| reader(&mut rng)).collect(),
            doorkeepers: [(-APART, 300), (APART, 1_000)].map(doorkeeper).into(),
            due: BTreeMap::new(),
            probes: Vec::new(),
            booked: 0,
            lost_rounds: 0,
            rounds: 0,
            gave_up: 0,
            line_bytes: 0,
            now: 0,
            plan,
            event,
            names,
            rng,
        }
    }

    pub fn room(&self) -> &WaitingRoom {
        self.event.waiting_room.as_ref().unwrap()
    }

    pub fn line(&self) -> &Arc<Line> {
        &self.told.back().unwrap().1
    }

    /// Whether everybody has come and been let in.
    pub fn is_over(&self, came: usize) -> bool {
        let everyone = || (0..3).all(|at| self.promised[at] + 1 >= self.by_number[at].len() as u64);
        came == self.plan.entrants && self.due.is_empty() && everyone()
    }

    /// Lets a step pass. `coming` are buyers who come in it.
    pub fn step(&mut self, coming: std::ops::Range<usize>) {
        self.now += STEP;
        for buyer in coming {
            let priority = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2][self.rng.usize(0..10)];
            self.entrants.push(Entrant::coming(priority, self.now));
            self.ask(u32::try_from(buyer).unwrap());
        }
        let later = self.due.split_off(&(self.now + 1));
        for due in std::mem::replace(&mut self.due, later).into_values().flatten() {
            self.meet(&due);
        }
        self.keep_the_door();
        self.read();
        if self.now % (10 * STEP) == 0 {
            self.look();
        }
    }

    fn later(&mut self, after: std::ops::Range<i64>, due: Due) {
        let at = self.now + self.rng.i64(after);
        self.due.entry(at).or_default().push(due);
    }

    fn one_in_a_thousand(&mut self, times: u32) -> bool {
        self.rng.u32(0..1_000) < times
    }

    /// A buyer asks for a place, as `office/queue.rs` gives one.
    fn ask(&mut self, buyer: u32) {
        let id = BuyerId::parse(&format!("buyer-{buyer}")).unwrap();
        let shard = self.room().shard(&id);
        if self.plan.stalls.is_some_and(|(of, from, to)| of == shard && (from..to).contains(&self.now)) {
            match self.rng.u8(0..4) {
                0 => self.gave_up += 1,
                _ => self.later(AGAIN, Due::Ask(buyer)),
            }
            return;
        }
        let reader = self.rng.usize(0..READERS);
        let (line, now) = (self.readers[reader].line.clone(), self.now + self.readers[reader].offset);
        let priority = self.entrants[buyer as usize].priority;
        let number = self.next_number(&line, shard, usize::from(priority));
        let joined_at = now - self.rng.i64(0..200);
        self.entrants[buyer as usize].take(number, joined_at, self.now);
        let numbers = &mut self.by_number[usize::from(priority)];
        let at = usize::try_from(number).unwrap();
        numbers.resize(numbers.len().max(at + 1), 0);
        assert_eq!(numbers[at], 0, "invariant 12: number {number} was given twice");
        numbers[at] = buyer + 1;
        if number <= self.promised[usize::from(priority)] {
            self.admit(buyer);
        }
        if self.one_in_a_thousand(LEAVES_EARLY) {
            self.later(0..900_000, Due::Leave(buyer));
        }
        if buyer.is_multiple_of(400) {
            self.probes.push(Probe { entrant: buyer, reader, ahead: u64::MAX, admitted_at: None });
        }
    }

    fn next_number(&mut self, line: &Line, shard: u32, priority: usize) -> u64 {
        if self.one_in_a_thousand(LOST) {
            self.counters[shard as usize][priority] += 1;
        }
        let shards = self.plan.shards;
        let count = &mut self.counters[shard as usize][priority];
        *count += 1;
        let passed = line.promised(&self.names[priority]);
        if shards > 1 && number(*count, shard, shards) <= passed {
            *count = (*count).max(count_beyond(passed, shard, shards)) + 1;
        }
        number(*count, shard, shards)
    }

    pub fn place(&self, buyer: u32) -> Place {
        let entrant = &self.entrants[buyer as usize];
        Place {
            priority: self.names[usize::from(entrant.priority)].clone(),
            number: u64::from(entrant.number),
            joined_at: moment(i64::from(entrant.joined_at)),
            left_at: None,
        }
    }

    fn meet(&mut self, due: &Due) {
        match *due {
            Due::Ask(buyer) => self.ask(buyer),
            Due::Leave(buyer) if self.entrants[buyer as usize].admitted_at == NEVER => {
                self.entrants[buyer as usize].left_at = small(self.now);
                self.later(0..300, Due::LookAfterLeaving(buyer));
            }
            // Who leaves after the turn has come counts as inside until the pass runs out.
            Due::Leave(_) => {}
            Due::LookAfterLeaving(buyer) => {
                let Entrant { priority, number, .. } = self.entrants[buyer as usize];
                if u64::from(number) > self.promised[usize::from(priority)] {
                    self.out[usize::from(priority)].set(number);
                }
            }
            Due::Book(buyer) => {
                self.booked += 1;
                self.entrants[buyer as usize].out_at = small(self.now);
                if !self.one_in_a_thousand(NOTE_LOST) {
                    self.later(50..2_500, Due::NoteBooked(buyer));
                }
            }
            Due::NoteBooked(buyer) => {
                let Entrant { priority, number, .. } = self.entrants[buyer as usize];
                self.out[usize::from(priority)].set(number);
            }
        }
    }

    /// The turn of a buyer is told.
    pub fn admit(&mut self, buyer: u32) {
        if self.entrants[buyer as usize].left_at != NEVER {
            return;
        }
        let Turn::At(at, _) = self.line().turn(&self.place(buyer)) else {
            panic!("invariant 12: number {} is promised and has no turn", self.entrants[buyer as usize].number);
        };
        let at = at.0 - START;
        let is_old = at != i64::from(self.entrants[buyer as usize].joined_at) && at < self.now - AFTERWARDS;
        assert!(!is_old, "invariant 12: a turn at {at} is told at {}: what was missed is caught up", self.now);
        self.entrants[buyer as usize].let_in(at, self.now);
        if self.one_in_a_thousand(BOOKS) {
            let begins = at.max(self.now) - self.now;
            self.later(begins + 4_000..begins + self.plan.pass_ms - 5_000, Due::Book(buyer));
        }
    }

    /// What all of it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers: usize = self.by_number.iter().map(Vec::capacity).sum();
        self.entrants.capacity() * size_of::<Entrant>() + numbers * size_of::<u32>() + self.plan.entrants / 4
    }
}

/// A time since the beginning as a moment.
pub fn moment(at: i64) -> Moment {
    Moment(START + at)
}

/// A time since the beginning.
pub fn small(at: i64) -> i32 {
    i32::try_from(at).unwrap()
}
