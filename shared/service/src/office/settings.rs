//! What a function instance knows without asking again: how it is deployed, events for some seconds, layouts for ever.

use super::{Office, Venue};
use domain::clock::Moment;
use domain::event::{Event, LayoutVersion};
use domain::limits::{
    CHANGES_AT_ONCE_DEFAULT, CHANGES_PER_SECOND_DEFAULT, EVENT_CACHE_MS, EVENTS_CACHED_MAX, HOLD_SECONDS_MIN,
    LAYOUT_SEATS_CACHED_MAX, SOCKETS_PER_BUYER_DEFAULT,
};
use domain::name::EventId;
use domain::refusal::Refusal;
use std::num::NonZeroU32;
use std::sync::{Arc, MutexGuard, PoisonError};

/// How this deployment is set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The shortest hold a buyer may ask for, in seconds.
    pub min_hold_seconds: u32,
    /// Changes that one buyer may make at once, in one function instance.
    pub changes_at_once: NonZeroU32,
    /// Changes that one buyer may make in each second from then on.
    pub changes_per_second: NonZeroU32,
    /// Sockets that one buyer may have open.
    pub sockets_per_buyer: NonZeroU32,
}

impl Default for Settings {
    fn default() -> Self {
        let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            min_hold_seconds: HOLD_SECONDS_MIN,
            changes_at_once: at_least_one(CHANGES_AT_ONCE_DEFAULT),
            changes_per_second: at_least_one(CHANGES_PER_SECOND_DEFAULT),
            sockets_per_buyer: at_least_one(SOCKETS_PER_BUYER_DEFAULT),
        }
    }
}

/// A value and when it was read.
#[derive(Clone, Debug)]
pub(super) struct Cached<T> {
    value: T,
    read_at: Moment,
}

impl Office {
    fn cache(&self) -> MutexGuard<'_, super::Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An event's settings, at most 5 s old.
    ///
    /// # Errors
    /// `not_found`, or the table is busy or away.
    pub async fn event(&self, id: &EventId) -> Result<Arc<Event>, Refusal> {
        let now = self.clock.now();
        let known = self.cache().events.get(id).cloned();
        if let Some(known) = known.filter(|known| now.0.abs_diff(known.read_at.0) <= EVENT_CACHE_MS.unsigned_abs()) {
            return Ok(known.value);
        }
        let event = Arc::new(self.store.event(id).await?.ok_or_else(Refusal::no_event)?);
        let mut cache = self.cache();
        if cache.events.len() >= EVENTS_CACHED_MAX {
            cache.events.clear();
        }
        cache.events.insert(id.clone(), Cached { value: event.clone(), read_at: now });
        Ok(event)
    }

    /// An event with the layout that its seats are sold from.
    ///
    /// # Errors
    /// `not_found`, or the table is busy or away.
    pub async fn event_and_venue(&self, id: &EventId) -> Result<(Arc<Event>, Arc<Venue>), Refusal> {
        let event = self.event(id).await?;
        let venue = self.venue(&event.layout).await?;
        Ok((event, venue))
    }

    /// A layout version; it never changes, so it is read once in the life of the function.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn venue(&self, version: &LayoutVersion) -> Result<Arc<Venue>, Refusal> {
        let known = self.cache().venues.get(version).cloned();
        if let Some(venue) = known {
            return Ok(venue);
        }
        let layout = self.store.layout(version).await?;
        let venue = Arc::new(Venue::new(layout));
        let mut cache = self.cache();
        let seats: usize = cache.venues.values().map(|venue| venue.layout.seats().len()).sum();
        if seats + venue.layout.seats().len() > LAYOUT_SEATS_CACHED_MAX {
            cache.venues.clear();
        }
        cache.venues.insert(version.clone(), venue.clone());
        Ok(venue)
    }

    /// Forgets an event's settings, where this very instance has changed them.
    pub(super) fn forget_event(&self, id: &EventId) {
        self.cache().events.remove(id);
    }
}
