//! Choosing within a verb: what must be read before, and what a refused choice teaches.

use super::{Found, Look, Refused, Seen};
use crate::choice::choose::choose;
use crate::choice::house::{Choice, House, Short};
use crate::choice::places;
use crate::choice::readings::Readings;
use crate::choice::wish::Wish;
use crate::clock::Moment;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::limits::{AREA_LANES_READ, AREA_PLACES_KNOWN};
use std::collections::HashSet;
use std::sync::Arc;

/// Chooses seats of an event for one request.
#[derive(Clone, Debug)]
pub struct Chooser {
    /// The event.
    pub event: Arc<Event>,
    /// What of its layout can be sold.
    pub inventory: Arc<Inventory>,
    /// What is wanted.
    pub wish: Wish,
    /// What everything drawn for this request follows from.
    pub nonce: u64,
}

/// Why nothing is chosen yet, or at all.
#[derive(Debug)]
pub enum Pending {
    /// This must be looked at first.
    Look(Look),
    /// There is nothing to choose, by a reading that began after the request came.
    Short(Short),
}

impl Chooser {
    /// Chooses by what was read.
    ///
    /// # Errors
    /// More must be read, or there is nothing to choose.
    pub fn choose(&self, now: Moment, seen: &Seen) -> Result<Choice, Pending> {
        let all = || (0..self.event.lanes).collect();
        let Some(readings) = &seen.readings else { return Err(self.look(all())) };
        let excluded = self.excluded(now, seen);
        let house = House::new(&self.event, &self.inventory, readings, &excluded, now);
        let missing = match self.wish.area {
            Some(area) => self.lanes_for_places(readings, places::free(&house, area)),
            None => readings.unknown(),
        };
        if !missing.is_empty() {
            return Err(self.look(missing));
        }
        let mut rng = fastrand::Rng::with_seed(self.nonce.wrapping_add(u64::from(seen.conflicts)));
        choose(&house, &self.wish, seen.conflicts, &mut rng).map_err(|short| {
            // Whoever is told that there is nothing must be able to rely on it: what was in flight has arrived, and
            // every lane was read since the request came.
            let unsure = if seen.in_flight.is_empty() { readings.not_read_since() } else { all() };
            if unsure.is_empty() { Pending::Short(short) } else { self.look(unsure) }
        })
    }

    /// Seats that others are writing, and those that the buyer holds already: another request of the buyer's may have taken
    /// these since they were read, and whoever asks for two more gets two more.
    fn excluded(&self, now: Moment, seen: &Seen) -> HashSet<u32> {
        let hold = seen.known_hold().filter(|hold| hold.is_live(now));
        let own = hold.into_iter().flat_map(|hold| &hold.seats);
        let own = own.filter_map(|seat| self.inventory.seat_index(seat.id.as_str()));
        seen.in_flight.iter().copied().chain(own).collect()
    }

    /// The lanes to be read before anything can be chosen.
    #[must_use]
    pub fn lanes_to_read(&self, now: Moment, seen: &Seen) -> Vec<u32> {
        match self.choose(now, seen) {
            Err(Pending::Look(Look::Lanes(_, _, lanes))) => lanes,
            Err(_) | Ok(_) => Vec::new(),
        }
    }

    fn look(&self, lanes: Vec<u32>) -> Pending {
        Pending::Look(Look::Lanes(self.event.clone(), self.inventory.clone(), lanes))
    }

    /// The lanes to be read next for places, of which so many are known to be free: some lanes, drawn at random, since each
    /// has places of every area.
    fn lanes_for_places(&self, readings: &Readings, free: usize) -> Vec<u32> {
        let mut unknown = readings.unknown();
        if free >= self.wish.quantity.saturating_mul(AREA_PLACES_KNOWN) {
            return Vec::new();
        }
        let known = readings.lanes() as usize - unknown.len();
        let next = AREA_LANES_READ.into_iter().find(|few| *few > known).map_or(usize::MAX, |few| few - known);
        fastrand::Rng::with_seed(self.nonce).shuffle(&mut unknown);
        unknown.truncate(next);
        unknown
    }

    /// Notes what the refused writes of a choice found. Somebody is taking seats in these lanes, so they are read again before
    /// the next choice.
    pub fn learn(&self, seen: &mut Seen, refused: &Refused) {
        if refused.seats.is_empty() {
            return;
        }
        seen.conflicts += 1;
        for (id, found) in &refused.seats {
            let Some(seat) = self.inventory.seat_index(id.as_str()) else { continue };
            if let Some(readings) = &mut seen.readings {
                readings.forget_lane_of(seat);
            }
            if matches!(found, Found::Conflict) {
                seen.in_flight.insert(seat);
            }
        }
    }
}
