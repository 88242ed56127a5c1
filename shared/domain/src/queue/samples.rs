//! A door with its line, in a time that is told: what the tests of rounds and outlooks begin with.

use super::line::Line;
use super::outlook::Outlook;
use super::place::Place;
use super::round::Seen;
use crate::clock::Moment;
use crate::event::Event;
use crate::name::PriorityName;
use crate::samples::some_event;
use crate::waiting_room::WaitingRoom;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const START: Moment = Moment(1_900_000_000_000);
pub(super) const ROUND: i64 = 1_500;

pub(super) fn name(text: &str) -> PriorityName {
    PriorityName::parse(text).unwrap()
}

/// A door with its line, and who came.
pub(super) struct Door {
    pub(super) event: Event,
    pub(super) line: Line,
    pub(super) now: Moment,
    pub(super) given: BTreeMap<PriorityName, u64>,
    pub(super) places: Vec<Place>,
    pub(super) out: BTreeSet<(PriorityName, u64)>,
    pub(super) seats_left: Option<u64>,
}

impl Door {
    pub(super) fn of(room: WaitingRoom) -> Self {
        let event = Event { waiting_room: Some(room), sales_open_at: None, ..some_event() };
        let line = Line::of(&event, event.waiting_room.as_ref().unwrap());
        Self {
            event,
            line,
            now: START,
            given: BTreeMap::new(),
            places: Vec::new(),
            out: BTreeSet::new(),
            seats_left: None,
        }
    }

    pub(super) fn room(&self) -> &WaitingRoom {
        self.event.waiting_room.as_ref().unwrap()
    }

    pub(super) fn come(&mut self, priority: &str, count: usize) {
        let priority = name(priority);
        for _ in 0..count {
            let given = self.given.entry(priority.clone()).or_default();
            *given += 1;
            let (number, joined_at) = (*given, self.now);
            self.places.push(Place { priority: priority.clone(), number, joined_at, left_at: None });
        }
    }

    pub(super) fn seen(&self) -> Seen {
        let start = self.line.goes_on_at(self.event.room_opens_at(), self.now);
        let inside = self.line.inside(self.room(), start);
        let is_inside = |(priority, number): &&(PriorityName, u64)| {
            inside.get(priority).is_some_and(|(over, last)| number > over && number <= last)
        };
        let out = self.out.iter().filter(is_inside).count() as u64;
        let gone = inside.keys().map(|priority| (priority.clone(), self.gone_behind(priority))).collect();
        Seen { given: self.given.clone(), out, gone, seats_left: self.seats_left, is_throttled: false }
    }

    /// How many of the next numbers have left.
    pub(super) fn gone_behind(&self, priority: &PriorityName) -> u64 {
        let next = self.line.promised(priority) + 1;
        (next..).take_while(|number| self.out.contains(&(priority.clone(), *number))).count() as u64
    }

    pub(super) fn round(&mut self) {
        if self.line.is_due(self.room(), self.now)
            && let Some(next) = self.line.round(&self.event, self.room(), self.now, &self.seen())
        {
            self.line = next;
        }
    }

    /// Lets time pass, with a doorkeeper at work.
    pub(super) fn pass(&mut self, seconds: i64) {
        let end = self.now.plus(seconds * 1_000);
        while self.now < end {
            self.round();
            self.now = self.now.plus(ROUND).min(end);
        }
    }

    pub(super) fn outlook(&self, at: usize) -> Outlook {
        Outlook::of(&self.event, self.room(), &self.line, &self.places[at], self.now)
    }

    pub(super) fn inside(&self) -> usize {
        let is_inside = |at: usize| {
            let place = &self.places[at];
            self.outlook(at).pass().is_some() && !self.out.contains(&(place.priority.clone(), place.number))
        };
        (0..self.places.len()).filter(|at| is_inside(*at)).count()
    }

    /// Has everyone up to a number book.
    pub(super) fn leave(&mut self, priority: &str, passed: u64) {
        let known = self.out.iter().filter(|(out, _)| *out == name(priority)).count() as u64;
        self.out.extend((known + 1..=passed).map(|number| (name(priority), number)));
    }

    pub(super) fn admitted(&self, priority: &str) -> u64 {
        self.line.passed(&name(priority), self.now)
    }
}
