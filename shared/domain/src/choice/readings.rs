//! What is known of an event's seats from reading its lanes.

use crate::clock::Moment;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::limits::{CLOCK_SKEW_MS, YOUNG_HOLD_MS};
use crate::seat::{Seat, Status, free_before};
use std::sync::Arc;

/// Which lane each seat of an inventory is in, by the seat's index.
pub type LaneOfSeat = Arc<[u8]>;

/// The lanes of an event's seats.
#[must_use]
pub fn lanes(event: &Event, inventory: &Inventory) -> LaneOfSeat {
    // There are at most 64 lanes.
    inventory.seats().iter().map(|seat| u8::try_from(event.lane(&seat.id)).unwrap_or(u8::MAX)).collect()
}

/// How far a lane is known to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Not at all.
    No,
    /// From a reading that may have begun a moment before the request came: good enough to choose from.
    Earlier,
    /// From a reading that began after the request came: good enough to say that there is nothing.
    Since,
}

/// An event's seats as they were read. A seat is said by one number: when it is free again.
#[derive(Clone, Debug)]
pub struct Readings {
    known: Vec<Known>,
    lane_of: LaneOfSeat,
    /// The end of what keeps each seat.
    ends: Vec<Moment>,
    /// About how many seats others have taken a moment ago.
    taken_by_others: usize,
}

/// The end of nothing: the seat is free.
const FREE: Moment = Moment(i64::MIN);
/// What has no end: the seat is sold, or out of sale.
const NEVER: Moment = Moment(i64::MAX);

impl Readings {
    /// Nothing is known of this many lanes.
    #[must_use]
    pub fn none(lanes: u32, lane_of: LaneOfSeat) -> Self {
        let ends = vec![FREE; lane_of.len()];
        Self { known: vec![Known::No; lanes as usize], lane_of, ends, taken_by_others: 0 }
    }

    /// How many lanes there are.
    #[must_use]
    pub fn lanes(&self) -> u32 {
        u32::try_from(self.known.len()).unwrap_or(u32::MAX)
    }

    /// How far a lane is known.
    #[must_use]
    pub fn known(&self, lane: u32) -> Known {
        self.known.get(lane as usize).copied().unwrap_or(Known::No)
    }

    /// Says how far a lane is known.
    pub fn set_known(&mut self, lane: u32, known: Known) {
        if let Some(of_lane) = self.known.get_mut(lane as usize) {
            *of_lane = known;
        }
    }

    /// The lanes that no reading since the request came has told of.
    #[must_use]
    pub fn not_read_since(&self) -> Vec<u32> {
        (0..self.lanes()).filter(|lane| self.known(*lane) != Known::Since).collect()
    }

    /// The lanes that nothing is known of.
    #[must_use]
    pub fn unknown(&self) -> Vec<u32> {
        (0..self.lanes()).filter(|lane| self.known(*lane) == Known::No).collect()
    }

    /// Takes over the rows of a lane, all that it has, each with the seat's index.
    pub fn take(&mut self, lane: u32, rows: impl Iterator<Item = (u32, Moment)>) {
        for (end, of) in self.ends.iter_mut().zip(self.lane_of.iter()) {
            if u32::from(*of) == lane {
                *end = FREE;
            }
        }
        for (seat, end) in rows {
            self.note(seat, end);
        }
        self.set_known(lane, Known::Since);
    }

    /// Notes what keeps one seat until when.
    pub fn note(&mut self, seat: u32, end: Moment) {
        if let Some(known) = self.ends.get_mut(seat as usize) {
            *known = end;
        }
    }

    /// Whether a seat was read, and anybody may take it.
    #[must_use]
    pub fn is_free(&self, seat: u32, now: Moment) -> bool {
        let is_over = self.ends.get(seat as usize).is_some_and(|end| *end < free_before(now));
        is_over && self.lane_of.get(seat as usize).is_some_and(|lane| self.known(u32::from(*lane)) != Known::No)
    }

    /// About how many seats were taken within the last [`YOUNG_HOLD_MS`], but for those that `is_own` says were taken by
    /// who asks: those that are held for nearly the usual length. What is held for longer may have been so for minutes.
    #[must_use]
    pub fn young(&self, now: Moment, hold_ms: i64, is_own: impl Fn(u32, Moment) -> bool) -> usize {
        let (from, to) = (now.plus(hold_ms - YOUNG_HOLD_MS), now.plus(hold_ms + CLOCK_SKEW_MS));
        let young = (0..).zip(&self.ends).filter(|(_, end)| **end > from && **end <= to);
        young.filter(|(seat, end)| !is_own(*seat, **end)).count()
    }

    /// About how many seats others have taken a moment ago.
    #[must_use]
    pub fn taken_by_others(&self) -> usize {
        self.taken_by_others
    }

    /// Says about how many seats others have taken a moment ago.
    pub fn set_taken_by_others(&mut self, seats: usize) {
        self.taken_by_others = seats;
    }

    /// Forgets what is known of the lane that a seat is in.
    pub fn forget_lane_of(&mut self, seat: u32) {
        if let Some(lane) = self.lane_of.get(seat as usize).copied() {
            self.set_known(u32::from(lane), Known::No);
        }
    }

    /// Whether a seat is in one of these lanes.
    #[must_use]
    pub fn is_in(&self, seat: u32, lanes: &[u32]) -> bool {
        self.lane_of.get(seat as usize).is_some_and(|lane| lanes.contains(&u32::from(*lane)))
    }
}

/// When what keeps a seat ends.
#[must_use]
pub fn end_of(seat: &Seat) -> Moment {
    end(seat.status, seat.expires_at)
}

/// The same, of a seat of which no more was read.
#[must_use]
pub fn end(status: Status, expires_at: Option<Moment>) -> Moment {
    match status {
        Status::Available => FREE,
        Status::Held => expires_at.unwrap_or(NEVER),
        Status::Booked | Status::Blocked => NEVER,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{field, layout, some_event};

    #[test]
    fn a_seat_is_free_once_its_lane_was_read_and_nothing_keeps_it() {
        let (field, event) = (layout(&field(&[("floor", 40)])), some_event());
        let lane_of = lanes(&event, field.inventory());
        let mut readings = Readings::none(event.lanes, lane_of.clone());
        let (lane, now) = (u32::from(lane_of[3]), Moment(100_000));
        assert!(!readings.is_free(3, now), "nothing is known of it");
        let held = end(Status::Held, Some(Moment(98_000)));
        readings.take(lane, [(3, held)].into_iter());
        assert!(!readings.is_free(3, now) && readings.is_free(3, now.plus(1)), "the skew has passed");
        assert_eq!(readings.unknown().len(), 3);
        readings.take(lane, [(3, end(Status::Booked, None))].into_iter());
        assert!(!readings.is_free(3, Moment(i64::MAX)));
        readings.take(lane, std::iter::empty());
        assert!(readings.is_free(3, now), "a row that is gone keeps nothing");
    }

    #[test]
    fn a_hold_is_young_while_nearly_its_usual_length_is_left() {
        let (field, event) = (layout(&field(&[("floor", 4)])), some_event());
        let mut readings = Readings::none(event.lanes, lanes(&event, field.inventory()));
        let (now, length) = (Moment(1_000_000), 600_000);
        // What is held for longer than usual says nothing of when that began.
        let ends = [now.plus(length), now.plus(length - YOUNG_HOLD_MS), NEVER, now.plus(3 * length)];
        (0..).zip(ends).for_each(|(seat, end)| readings.note(seat, end));
        assert_eq!(readings.young(now, length, |_, _| false), 1);
        assert_eq!(readings.young(now, length, |seat, _| seat == 0), 0, "one's own tells of nobody else");
    }
}
