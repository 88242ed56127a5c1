//! What is known of every buyer of a crowd, and the picture that this makes at a moment.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::judge::{Told, Verdict, judge};
use super::life::{Life, State};
use crate::client::Answer;
use crate::figures::percentile;
use crate::limits::CLOCK_SKEW_MS;

/// Every buyer of a run.
pub struct Board {
    started: Instant,
    /// When it started, by the deployment's clock, in milliseconds.
    started_ms: i64,
    opens_at: Option<i64>,
    inside_max: Option<usize>,
    /// Whether it is this machine's stack: then one clock dates turns and bookings, and one counter gives numbers.
    is_here: bool,
    lives: Mutex<Vec<Life>>,
    lost: Mutex<BTreeMap<String, usize>>,
}

/// What a board is told of the event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room {
    /// By how much the deployment's clock is ahead, in milliseconds.
    pub clock_ahead_ms: i64,
    /// When the room opens, in milliseconds.
    pub opens_at: Option<i64>,
    pub inside_max: Option<usize>,
    pub is_here: bool,
}

/// How a crowd stands at a moment.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    pub elapsed: Duration,
    pub buyers: usize,
    pub states: BTreeMap<State, usize>,
    /// Waits of those who were let in, in milliseconds: half of them, 95 of 100, all of them.
    pub waits_ms: [Option<i64>; 3],
    pub verdict: Verdict,
    /// What buyers who are lost were answered, and how many.
    pub lost: BTreeMap<String, usize>,
    /// When the last pass of an idle buyer runs out, in milliseconds from now.
    pub idle_for_ms: i64,
}

impl Picture {
    pub fn count(&self, state: State) -> usize {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// Those who have taken a place.
    pub fn came(&self) -> usize {
        self.buyers - self.count(State::Coming)
    }

    /// Those with a good pass who have not booked, as far as anybody but they can know.
    pub fn inside(&self) -> usize {
        self.count(State::Inside) + self.count(State::Idle)
    }

    /// Buyers of whom something is still to come, the idle ones left out.
    pub fn busy(&self) -> usize {
        let ended: usize = self.states.iter().filter(|(state, _)| state.is_end()).map(|(_, count)| count).sum();
        self.buyers - ended - self.count(State::Idle)
    }
}

impl Board {
    pub fn new(buyers: usize, room: Room) -> Self {
        Self {
            started: Instant::now(),
            started_ms: Timestamp::now().as_millisecond() + room.clock_ahead_ms,
            opens_at: room.opens_at,
            inside_max: room.inside_max,
            is_here: room.is_here,
            lives: Mutex::new(vec![Life::default(); buyers]),
            lost: Mutex::default(),
        }
    }

    /// A moment by the deployment's clock, in milliseconds.
    pub fn ms(&self, at: Instant) -> i64 {
        let since = at.saturating_duration_since(self.started).as_millis();
        self.started_ms + i64::try_from(since).unwrap_or(i64::MAX)
    }

    /// The time by the deployment's clock, in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.ms(Instant::now())
    }

    /// Notes that a buyer comes, who was due then.
    pub fn comes(&self, buyer: usize, due: Instant) {
        let (due_at, asked_at) = (self.ms(due), self.now_ms());
        self.update(buyer, |life| (life.due_at, life.asked_at) = (Some(due_at), Some(asked_at)));
    }

    /// Notes that a place that a buyer had was unknown.
    pub fn forgotten(&self, buyer: usize) {
        self.update(buyer, |life| life.is_unknown = true);
    }

    /// Notes where a buyer is.
    pub fn set(&self, buyer: usize, state: State) {
        self.update(buyer, |life| life.state = state);
    }

    /// Notes that a buyer gets no further, and why.
    pub fn lose(&self, buyer: usize, why: String) {
        self.set(buyer, State::Lost);
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner).entry(why).or_default() += 1;
    }

    /// Notes what a buyer was told of the place.
    pub fn told(&self, buyer: usize, place: &Answer) {
        let (asked_at, answered_at) = (self.ms(place.sent), self.ms(place.sent + place.took));
        self.update(buyer, |life| life.learn(place, asked_at, answered_at));
    }

    /// Notes a booking and its time.
    pub fn booked(&self, buyer: usize, confirm: &Answer) {
        let at = confirm.moment("createdAt").unwrap_or_else(|| self.ms(confirm.sent + confirm.took));
        self.update(buyer, |life| {
            life.state = State::Booked;
            life.booked_at = Some(at);
        });
    }

    fn update(&self, buyer: usize, change: impl FnOnce(&mut Life)) {
        if let Some(life) = self.lives().get_mut(buyer) {
            change(life);
        }
    }

    fn lives(&self) -> MutexGuard<'_, Vec<Life>> {
        self.lives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn picture(&self) -> Picture {
        let lives = self.lives().clone();
        let now = self.now_ms();
        let mut states: BTreeMap<State, usize> = BTreeMap::new();
        for life in &lives {
            *states.entry(life.state).or_default() += 1;
        }
        let mut waits: Vec<i64> = lives.iter().filter_map(|life| life.wait_ms(self.opens_at)).collect();
        waits.sort_unstable();
        let skew_ms = if self.is_here { 0 } else { CLOCK_SKEW_MS };
        let told: Vec<Told> = lives.iter().map(|life| life.as_told(skew_ms)).collect();
        let idle = lives.iter().filter(|life| life.state == State::Idle).filter_map(|life| life.pass_until);
        Picture {
            elapsed: self.started.elapsed(),
            buyers: lives.len(),
            states,
            waits_ms: [0.5, 0.95, 1.0].map(|share| percentile(&waits, share)),
            verdict: judge(&told, self.inside_max, self.is_here),
            lost: self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            idle_for_ms: idle.max().map_or(0, |until| until - now),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn board() -> Board {
        Board::new(3, Room { inside_max: Some(1), is_here: true, ..Room::default() })
    }

    fn place(board: &Board, buyer: usize, data: Value) {
        let (sent, took) = (Instant::now(), Duration::ZERO);
        board.told(buyer, &Answer { status: 200, code: String::new(), message: String::new(), data, sent, took });
    }

    fn admitted(number: u64, at: &str, until: &str) -> Value {
        json!({ "status": "admitted", "priority": "default", "number": number, "admittedAt": at, "passExpiresAt": until })
    }

    #[test]
    fn who_has_come_waits_and_is_inside_is_counted() {
        let board = board();
        place(&board, 0, json!({ "status": "waiting", "priority": "default", "number": 2 }));
        place(&board, 1, json!({ "status": "early", "priority": "default", "number": null }));
        let picture = board.picture();
        let counts = [State::Coming, State::Waiting, State::Early, State::Inside].map(|state| picture.count(state));
        assert_eq!((counts, picture.came(), picture.busy()), ([1, 1, 1, 0], 2, 3));
        board.set(2, State::Left);
        board.lose(1, "500".to_owned());
        let picture = board.picture();
        assert_eq!((picture.busy(), picture.lost["500"]), (1, 1));
    }

    #[test]
    fn a_turn_that_moves_is_noted_and_the_first_time_counts() {
        let board = board();
        place(&board, 0, admitted(1, "2031-01-01T00:00:00.000Z", "2031-01-01T00:01:00.000Z"));
        assert_eq!(board.picture().verdict.moved, 0);
        place(&board, 0, admitted(1, "2031-01-01T00:00:00.001Z", "2031-01-01T00:01:00.000Z"));
        assert_eq!(board.picture().verdict.moved, 1);
    }

    #[test]
    fn a_number_or_a_priority_that_changes_is_noted_and_the_first_counts() {
        for data in [
            json!({ "status": "waiting", "priority": "default", "number": 500 }),
            json!({ "status": "waiting", "priority": "default", "number": null }),
            json!({ "status": "waiting", "priority": "fans", "number": 5 }),
        ] {
            let board = board();
            place(&board, 0, json!({ "status": "waiting", "priority": "default", "number": 5 }));
            place(&board, 0, data.clone());
            assert_eq!(board.picture().verdict.moved, 1, "{data}");
            assert_eq!(board.lives()[0].number, Some(5));
        }
        let board = board();
        place(&board, 0, json!({ "status": "early", "priority": "default", "number": null }));
        place(&board, 0, json!({ "status": "waiting", "priority": "default", "number": 5 }));
        place(&board, 0, json!({ "status": "open", "priority": null, "number": null }));
        assert_eq!(board.picture().verdict.moved, 0, "a lot, and a room that was switched off");
    }

    #[test]
    fn who_has_no_number_is_judged_too() {
        let board = board();
        let mut without = admitted(1, "2031-01-01T00:00:00.000Z", "2031-01-01T00:01:00.000Z");
        without["number"] = Value::Null;
        place(&board, 0, without);
        place(&board, 1, json!({ "status": "early", "priority": "default", "number": null }));
        board.forgotten(1);
        let verdict = board.picture().verdict;
        assert_eq!((verdict.placeless, verdict.forgotten, verdict.admitted), (1, 1, 1));
    }

    #[test]
    fn whoever_comes_when_somebody_has_a_number_gets_a_greater_one() {
        let board = board();
        for (buyer, number) in [(0, 2), (1, 1)] {
            board.comes(buyer, Instant::now());
            place(&board, buyer, json!({ "status": "waiting", "priority": "default", "number": number }));
            std::thread::sleep(Duration::from_millis(3));
        }
        assert_eq!(board.picture().verdict.out_of_order, [("default".to_owned(), 1)]);
    }

    #[test]
    fn a_wait_begins_when_the_schedule_has_the_buyer_come() {
        let board = board();
        let due = board.started;
        std::thread::sleep(Duration::from_millis(20));
        board.comes(0, due);
        let at = Timestamp::from_millisecond(board.started_ms + 500).unwrap().to_string();
        place(&board, 0, admitted(1, &at, &at));
        assert_eq!(board.picture().waits_ms[0], Some(500));
    }

    #[test]
    fn a_pass_that_was_slept_through_has_ended_when_that_is_told() {
        let board = board();
        let done =
            json!({ "status": "done", "priority": "default", "number": 1, "admittedAt": "2020-01-01T00:00:00.000Z" });
        place(&board, 0, done);
        place(&board, 1, admitted(2, "2101-01-01T00:00:00.000Z", "2101-01-01T00:01:00.000Z"));
        assert_eq!(board.picture().verdict.inside_most, 1);
    }

    #[test]
    fn a_booking_ends_a_stay_and_a_pass_ends_it_otherwise() {
        let board = board();
        let booking = json!({ "createdAt": "2031-01-01T00:00:30.000Z" });
        place(&board, 0, admitted(1, "2031-01-01T00:00:00.000Z", "2031-01-01T00:01:00.000Z"));
        place(&board, 1, admitted(2, "2031-01-01T00:00:30.000Z", "2031-01-01T00:01:30.000Z"));
        assert_eq!(board.picture().verdict.inside_most, 2);
        let (sent, took) = (Instant::now(), Duration::ZERO);
        board
            .booked(0, &Answer { status: 200, code: String::new(), message: String::new(), data: booking, sent, took });
        assert_eq!(board.picture().verdict.inside_most, 1);
        assert!(board.picture().verdict.is_fair());
    }
}
