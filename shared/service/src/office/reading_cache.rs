//! What a function instance knows of events' seats, for those who want some chosen: each lane as it was read last, and what
//! this instance itself has written since.
//!
//! Requests that wait for one instance share its readings: one that began after a request came tells it as much as a reading
//! of its own would.

use domain::choice::readings::{Known, LaneOfSeat, Readings, end_of, lanes};
use domain::clock::Moment;
use domain::event::{Event, LayoutVersion};
use domain::inventory::Inventory;
use domain::limits::{OWN_SEATS_KEPT_MAX, READING_KEPT_MS, READINGS_KEPT_MAX, RUSH_SEATS};
use domain::name::{EventId, SeatId};
use domain::verb::{Found, Refused};
use domain::write::Write;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The readings that an instance remembers.
#[derive(Debug, Default)]
pub struct ReadingCache(Mutex<HashMap<EventId, Remembered>>);

#[derive(Debug)]
struct Remembered {
    layout: LayoutVersion,
    inventory: Arc<Inventory>,
    lane_of: LaneOfSeat,
    /// When the last reading of each lane began.
    began: Vec<Option<Moment>>,
    readings: Readings,
    /// Seats that this instance has taken for its buyers, with the ends of their holds.
    own: HashMap<u32, Moment>,
}

impl Remembered {
    fn of(event: &Event, inventory: &Arc<Inventory>) -> Self {
        let lane_of = lanes(event, inventory);
        Self {
            layout: event.layout.clone(),
            inventory: inventory.clone(),
            readings: Readings::none(event.lanes, lane_of.clone()),
            began: vec![None; event.lanes as usize],
            lane_of,
            own: HashMap::new(),
        }
    }

    fn is_of(&self, event: &Event) -> bool {
        self.layout == event.layout && self.readings.lanes() == event.lanes
    }

    /// About how many seats other instances have taken a moment ago.
    fn taken_by_others(&self, event: &Event, now: Moment) -> usize {
        self.readings.young(now, event.rules.hold_ms(), |seat, end| self.own.get(&seat) == Some(&end))
    }

    /// Notes that this instance has taken a seat until a moment.
    fn note_own(&mut self, seat: &SeatId, since: Moment, end: Moment) {
        self.note(seat, since, end);
        if self.own.len() >= OWN_SEATS_KEPT_MAX {
            self.own.retain(|_, end| *end > since);
        }
        self.own.extend(self.inventory.seat_index(seat.as_str()).map(|seat| (seat, end)));
    }

    /// Notes what keeps a seat since a moment, unless a later reading tells.
    fn note(&mut self, seat: &SeatId, since: Moment, end: Moment) {
        let Some(seat) = self.inventory.seat_index(seat.as_str()) else { return };
        let lane = self.lane_of.get(seat as usize).map(|lane| usize::from(*lane));
        let read_at = lane.and_then(|lane| self.began.get(lane).copied().flatten());
        if read_at.is_some_and(|began| began <= since) {
            self.readings.note(seat, end);
        }
    }
}

impl ReadingCache {
    fn all(&self) -> MutexGuard<'_, HashMap<EventId, Remembered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of an event's seats for a request that came at `arrived`.
    pub fn known(&self, event: &Event, inventory: &Arc<Inventory>, arrived: Moment, now: Moment) -> Readings {
        let mut all = self.all();
        if !all.get(&event.id).is_some_and(|known| known.is_of(event)) {
            if all.len() >= READINGS_KEPT_MAX {
                all.clear();
            }
            all.insert(event.id.clone(), Remembered::of(event, inventory));
        }
        let Some(known) = all.get(&event.id) else { return Readings::none(event.lanes, lanes(event, inventory)) };
        let mut readings = known.readings.clone();
        readings.set_taken_by_others(known.taken_by_others(event, now));
        let is_rush = readings.taken_by_others() >= RUSH_SEATS;
        let kept = if is_rush { arrived.plus(-READING_KEPT_MS) } else { arrived };
        for (lane, began) in (0..).zip(&known.began) {
            readings.set_known(
                lane,
                match began {
                    // A reading of the future was made by a clock that was set back since.
                    Some(began) if *began > arrived && *began <= now => Known::Since,
                    Some(began) if *began > kept && *began <= now => Known::Earlier,
                    Some(_) | None => Known::No,
                },
            );
        }
        readings
    }

    /// Remembers the readings of lanes that began at a moment; says about how many seats others have taken a moment before.
    pub fn take(&self, event: &Event, began: Moment, rows: &[(u32, Vec<(u32, Moment)>)]) -> usize {
        let mut all = self.all();
        let Some(known) = all.get_mut(&event.id).filter(|known| known.is_of(event)) else { return 0 };
        for (lane, rows) in rows {
            if let Some(last) = known.began.get_mut(*lane as usize) {
                *last = Some(began);
                known.readings.take(*lane, rows.iter().copied());
            }
        }
        known.taken_by_others(event, began)
    }

    /// Notes what a transaction that was planned at a moment has written.
    pub fn note_written(&self, event: &EventId, planned: Moment, writes: &[Write]) {
        let mut all = self.all();
        let Some(known) = all.get_mut(event) else { return };
        for write in writes {
            match write {
                Write::HoldSeat { seat, expires_at, .. } => known.note_own(&seat.id, planned, *expires_at),
                Write::BookFreeSeat { seat, .. } => known.note(&seat.id, planned, Moment(i64::MAX)),
                Write::BookSeat { seat, .. } | Write::BookSeatAs { seat, .. } => {
                    known.note(seat, planned, Moment(i64::MAX));
                }
                Write::ExtendSeat { .. }
                | Write::ReleaseSeat { .. }
                | Write::CancelSeat { .. }
                | Write::ExpireSeat { .. }
                | Write::WithdrawSeat { .. }
                | Write::BeginHold(_)
                | Write::ReplaceHold { .. }
                | Write::CheckHold { .. }
                | Write::GuardPayment { .. }
                | Write::AddBooking(_)
                | Write::CancelInBooking { .. }
                | Write::CheckTally { .. }
                | Write::AddToTally { .. }
                | Write::TakeFromTally { .. }
                | Write::CheckUnpaid(_)
                | Write::AddFailedOrder(_)
                | Write::ForgetDue(_)
                | Write::CheckChange(_) => {}
            }
        }
    }

    /// Notes what the refused writes of a transaction that was planned at a moment have found.
    pub fn note_refused(&self, event: &EventId, planned: Moment, refused: &Refused) {
        let mut all = self.all();
        let Some(known) = all.get_mut(event) else { return };
        for (seat, found) in &refused.seats {
            if let Found::Row(Some(row)) = found {
                known.note(seat, planned, end_of(row));
            }
        }
    }
}
