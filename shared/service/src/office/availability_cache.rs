//! The last reading of each event's seats, which answers everyone who asks for its availability.

use crate::output::availability::Availability;
use domain::clock::Moment;
use domain::limits::{AVAILABILITIES_KEPT, AVAILABILITY_KEPT_MS};
use domain::name::EventId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The last reading of an event. Who reads anew holds the lock, so the others wait.
pub type Slot = Arc<tokio::sync::Mutex<Option<Arc<Availability>>>>;

/// The last reading of each event.
#[derive(Debug, Default)]
pub struct AvailabilityCache(Mutex<HashMap<EventId, Slot>>);

impl AvailabilityCache {
    /// The last reading of an event, for one request at a time. Where there are many, those are forgotten that serve nobody any more.
    pub fn slot(&self, event: &EventId, now: Moment) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= AVAILABILITIES_KEPT && !slots.contains_key(event) {
            slots.retain(|_, slot| is_in_use(slot, now));
        }
        slots.entry(event.clone()).or_default().clone()
    }
}

/// Whether somebody is about to be answered from a reading, or may yet be. One of the future was made by a clock that was set back
/// since.
fn is_in_use(slot: &Slot, now: Moment) -> bool {
    Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|last| last.as_ref().is_some_and(|read| serves(read, now)))
}

/// Whether a reading still serves.
pub fn serves(read: &Availability, now: Moment) -> bool {
    read.as_of <= now && now.0 - read.as_of.0 < AVAILABILITY_KEPT_MS
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::venue::Venue;
    use domain::samples::{hall_layout, some_event};

    fn read(cache: &AvailabilityCache, number: usize, as_of: Moment) -> EventId {
        let id = EventId::parse(&format!("e{number}")).unwrap();
        let venue = Arc::new(Venue::new(hall_layout(1, 1)));
        let reading = Availability::new(Arc::new(some_event()), venue, as_of, Vec::new());
        *cache.slot(&id, as_of).try_lock().unwrap() = Some(Arc::new(reading));
        id
    }

    fn knows(cache: &AvailabilityCache, event: &EventId, now: Moment) -> bool {
        cache.slot(event, now).try_lock().unwrap().is_some()
    }

    #[test]
    fn a_reading_that_still_serves_is_kept_however_many_events_there_are() {
        let cache = AvailabilityCache::default();
        let events: Vec<EventId> =
            (0..4 * AVAILABILITIES_KEPT).map(|number| read(&cache, number, Moment(5_000))).collect();
        assert!(events.iter().all(|event| knows(&cache, event, Moment(5_999))));
    }

    #[test]
    fn readings_that_serve_nobody_are_forgotten_once_there_are_many() {
        let cache = AvailabilityCache::default();
        let old = read(&cache, 0, Moment(1_000));
        let in_use = read(&cache, 1, Moment(1_000));
        let held = cache.slot(&in_use, Moment(1_000));
        (2..=AVAILABILITIES_KEPT).for_each(|number| drop(read(&cache, number, Moment(3_000))));
        assert!(!cache.0.lock().unwrap().contains_key(&old));
        assert!(
            Arc::ptr_eq(&held, &cache.slot(&in_use, Moment(3_000))),
            "who waits for a reading has it with the next"
        );
    }
}
