//! Who keeps the door of a crowd and who looks at its line: doorkeepers and readers, each by a clock of their own.

use crate::entrants::{APART, Crowd, KEPT, Probe, READERS, Reader, START, moment};
use crate::tally::{Entrant, NEVER};
use domain::clock::Moment;
use domain::name::PriorityName;
use domain::queue::line::Line;
use domain::queue::outlook::{Outlook, Standing};
use domain::queue::round::Seen;
use std::sync::Arc;

/// How often a doorkeeper makes a round.
const ROUND: i64 = 1_500;

impl Crowd {
    pub fn keep_the_door(&mut self) {
        for at in 0..self.doorkeepers.len() {
            if self.doorkeepers[at].writes.as_ref().is_some_and(|(when, _)| *when <= self.now) {
                let (_, line) = self.doorkeepers[at].writes.take().unwrap();
                self.tell(line);
            }
            let (from, to) = self.plan.away[at];
            let doorkeeper = &self.doorkeepers[at];
            if doorkeeper.next > self.now || doorkeeper.writes.is_some() || (from..to).contains(&self.now) {
                continue;
            }
            let now = moment(self.now + doorkeeper.offset);
            // Not in step, so that now and then both are at it at once.
            self.doorkeepers[at].next = self.now + ROUND + self.rng.i64(0..100);
            self.rounds += 1;
            if self.rng.u8(0..20) == 0 {
                self.doorkeepers[at].offset = self.rng.i64(-APART..=APART);
            }
            if let Some(line) = self.round(now) {
                let arrives = self.now + self.rng.i64(20..1_400);
                self.doorkeepers[at].writes = Some((arrives, line));
            }
        }
    }

    /// One round, as `doorkeeper/tend.rs` makes it.
    fn round(&self, now: Moment) -> Option<Line> {
        let line = Line::clone(self.line()).set_back(self.room(), now);
        if !line.is_due(self.room(), now) {
            return None;
        }
        let inside = line.inside(self.room(), line.goes_on_at(None, now));
        let out = |(at, name): (usize, &PriorityName)| {
            inside.get(name).map_or(0, |(over, last)| self.out[at].count(*over, *last))
        };
        let given = |(at, name): (usize, &PriorityName)| (name.clone(), self.by_number[at].len() as u64 - 1);
        // Of the very next numbers, those that have left one after the other.
        let gone = |(at, name): (usize, &PriorityName)| {
            let last = inside.get(name).map_or(0, |(_, last)| *last);
            let left = (last..last + 1_000).take_while(|before| self.out[at].count(*before, before + 1) > 0);
            (name.clone(), left.count() as u64)
        };
        let seen = Seen {
            gone: self.names.iter().enumerate().map(gone).collect(),
            given: self.names.iter().enumerate().map(given).collect(),
            out: self.names.iter().enumerate().map(out).sum(),
            seats_left: Some(self.plan.entrants as u64 - self.booked),
            is_throttled: false,
        };
        line.round(&self.event, self.room(), now, &seen)
    }

    /// Writes a line, unless somebody was faster.
    fn tell(&mut self, line: Line) {
        if line.revision != self.line().revision + 1 {
            self.lost_rounds += 1;
            return;
        }
        if line.revision.is_multiple_of(20) {
            self.line_bytes = self.line_bytes.max(serde_json::to_string(&line).unwrap().len());
        }
        // For some seconds more, so that no priority comes to its end before the next round.
        let all_wait = self.names.iter().all(|name| {
            line.track(name)
                .is_some_and(|track| track.given > line.promised(name) + u64::from(self.plan.admit_per_minute) / 20)
        });
        let line = Arc::new(line);
        self.told.push_back((self.now, line.clone()));
        while self.told.len() > 2 && self.told[1].0 < self.now - 2 * KEPT {
            self.told.pop_front();
        }
        for at in 0..3 {
            let (before, after) = (self.promised[at], line.promised(&self.names[at]));
            assert!(after >= before, "invariant 12: the line of {} went back", self.names[at]);
            self.promised[at] = after;
            self.shared[at] += if all_wait { after - before } else { 0 };
            for number in before + 1..=after {
                let buyer = self.by_number[at].get(usize::try_from(number).unwrap()).copied().unwrap_or_default();
                if buyer > 0 {
                    self.admit(buyer - 1);
                }
            }
        }
    }

    pub fn read(&mut self) {
        for at in 0..READERS {
            if self.now - self.readers[at].read_at >= KEPT {
                let lag = self.rng.i64(0..KEPT);
                let newest = self.told.iter().rev().find(|(told_at, _)| *told_at <= self.now - lag);
                if let Some((_, line)) = newest.filter(|(_, line)| line.revision >= self.readers[at].line.revision) {
                    self.readers[at].line = line.clone();
                }
                self.readers[at].read_at = self.now;
            }
        }
    }

    /// Everyone who is looked at looks: nobody has more ahead than before, and nobody's turn moves.
    pub fn look(&mut self) {
        for probe in &mut self.probes {
            let Reader { line, offset, .. } = &self.readers[probe.reader];
            let entrant = &self.entrants[probe.entrant as usize];
            let (now, place) = (moment(self.now + offset), entrant.place(&self.names));
            let told = Outlook::of(&self.event, self.event.room().unwrap(), line, &place, now);
            let Probe { ahead, admitted_at, .. } = probe;
            let now_ahead = told.ahead.expect("a number");
            assert!(now_ahead <= *ahead, "invariant 12: {ahead} ahead of {place:?} grew to {now_ahead}");
            let has_moved = admitted_at.is_some() && told.pass().is_some() && told.admitted_at != *admitted_at;
            assert!(!has_moved, "invariant 12: the turn of {place:?} moved from {admitted_at:?} to {told:?}");
            let is_over =
                entrant.left_at != NEVER || i64::from(entrant.admitted_at) + self.plan.pass_ms <= now.0 - START;
            assert!(
                is_over || told.standing != Standing::Done,
                "invariant 12: {place:?} is over too early, at {}: {entrant:?}",
                now.0 - START
            );
            let as_told = told.admitted_at.is_none_or(|at| at.0 - START == i64::from(entrant.admitted_at));
            assert!(as_told || entrant.left_at != NEVER, "invariant 12: {told:?} was told {entrant:?}");
            assert!(told.admitted_at.is_none_or(|at| at <= now), "invariant 12: {place:?} is let in before its turn");
            (*ahead, *admitted_at) = (now_ahead, told.admitted_at.or(*admitted_at));
        }
        let is_over = |probe: &Probe, entrants: &[Entrant], now: i64, pass_ms: i64| {
            let admitted_at = entrants[probe.entrant as usize].admitted_at;
            admitted_at != NEVER && i64::from(admitted_at) + pass_ms + 60_000 < now
        };
        let (entrants, now, pass_ms) = (&self.entrants, self.now, self.plan.pass_ms);
        self.probes.retain(|probe| !is_over(probe, entrants, now, pass_ms));
    }
}
