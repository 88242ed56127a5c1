//! What an admin is told of a line.

use super::line::{Line, Turn};
use super::place::Place;
use crate::clock::Moment;
use crate::event::Event;
use crate::limits::WAITS_SAMPLED;
use crate::name::PriorityName;
use crate::waiting_room::WaitingRoom;

/// Numbers that ended otherwise than by their pass running out, in one priority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outs {
    /// Whose buyers have booked.
    pub booked: Vec<u64>,
    /// Whose buyers left before their turn.
    pub left: Vec<u64>,
}

/// How many of a priority, or of all, are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Wait for their turn.
    pub waiting: u64,
    /// Came before the room opens, and wait for that.
    pub delayed: u64,
    /// Were let in, whatever became of them.
    pub admitted: u64,
    /// Are inside: their pass is good, and they have not booked.
    pub active: u64,
    /// Were let in and have booked.
    pub completed: u64,
    /// Were let in, and let their pass run out.
    pub failed: u64,
    /// Left before their turn.
    pub left: u64,
}

impl std::ops::Add for Numbers {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            waiting: self.waiting + other.waiting,
            delayed: self.delayed + other.delayed,
            admitted: self.admitted + other.admitted,
            active: self.active + other.active,
            completed: self.completed + other.completed,
            failed: self.failed + other.failed,
            left: self.left + other.left,
        }
    }
}

impl Line {
    /// How many of a priority are where, of `given` numbers.
    #[must_use]
    pub fn numbers(
        &self,
        event: &Event,
        room: &WaitingRoom,
        priority: &PriorityName,
        (given, outs): (u64, &Outs),
        now: Moment,
    ) -> Numbers {
        // Where the door is open, more may come in than have come.
        let passed = self.passed(priority, now).min(given);
        let over =
            self.track(priority).map_or(0, |track| track.settled(now.plus(-self.longest_pass_ms(room)))).min(passed);
        let within = |numbers: &[u64], from: u64, to: u64| -> u64 {
            numbers.iter().filter(|number| **number > from && **number <= to).count() as u64
        };
        let left = outs.left.len() as u64;
        let left_inside = within(&outs.left, over, passed);
        let completed = within(&outs.booked, 0, passed);
        let admitted = passed - within(&outs.left, 0, passed);
        let active = (passed - over).saturating_sub(left_inside + within(&outs.booked, over, passed));
        let outside = (given - passed).saturating_sub(within(&outs.left, passed, u64::MAX));
        let is_early = self.is_early(event, room, now);
        Numbers {
            waiting: if is_early { 0 } else { outside },
            delayed: if is_early { outside } else { 0 },
            admitted,
            active,
            completed,
            failed: admitted.saturating_sub(active + completed),
            left,
        }
    }

    /// How long those waited who were let in while a pass is good, in milliseconds, in ascending order; a sample of them. Joins are
    /// known by the rounds that saw them.
    #[must_use]
    pub fn waits(&self, room: &WaitingRoom, priority: &PriorityName, now: Moment) -> Vec<i64> {
        let Some(track) = self.track(priority) else { return Vec::new() };
        let (from, to) =
            (track.settled(now.plus(-self.longest_pass_ms(room))), self.passed(priority, now).min(track.given));
        let step = to.saturating_sub(from).div_ceil(WAITS_SAMPLED).max(1);
        let sampled = (0..).map(|at| to.saturating_sub(at * step)).take_while(|number| *number > from);
        let wait = |number: u64| {
            let joined = track.joins.iter().find(|(_, given)| *given >= number)?.0;
            let place = Place { priority: priority.clone(), number, joined_at: joined, left_at: None };
            match self.turn(&place) {
                Turn::At(at, _) => Some((at.0 - joined.0).max(0)),
                Turn::Untold | Turn::LongAgo => None,
            }
        };
        let mut waits: Vec<i64> = sampled.filter_map(wait).collect();
        waits.sort_unstable();
        waits
    }
}

/// The value below which `percent` of an ascending list lie; none of an empty one.
#[must_use]
pub fn percentile(ascending: &[i64], percent: usize) -> Option<i64> {
    let last = ascending.len().checked_sub(1)?;
    ascending.get((ascending.len() * percent / 100).min(last)).copied()
}
