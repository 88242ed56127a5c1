//! What a function instance knows without asking again: events for some seconds, layouts for ever.

use crate::output::venue::Venue;
use domain::clock::Moment;
use domain::event::{Event, LayoutVersion};
use domain::limits::{EVENT_CACHE_MS, EVENTS_CACHED_MAX, LAYOUT_SEATS_CACHED_MAX};
use domain::name::{EventId, LayoutId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The events and layouts that an instance remembers.
#[derive(Debug, Default)]
pub struct EventCache(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    events: HashMap<EventId, (Arc<Event>, Moment)>,
    venues: HashMap<LayoutVersion, Arc<Venue>>,
}

impl EventCache {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An event's settings that were read at most [`EVENT_CACHE_MS`] ago. Where the clock was set back by more, they
    /// are old too.
    pub fn event(&self, id: &EventId, now: Moment) -> Option<Arc<Event>> {
        let (event, read_at) = self.known().events.get(id).cloned()?;
        (now.0.abs_diff(read_at.0) <= EVENT_CACHE_MS.unsigned_abs()).then_some(event)
    }

    /// Remembers an event's settings.
    pub fn keep_event(&self, event: Arc<Event>, read_at: Moment) {
        let mut known = self.known();
        if known.events.len() >= EVENTS_CACHED_MAX {
            known.events.clear();
        }
        known.events.insert(event.id.clone(), (event, read_at));
    }

    /// A layout version.
    pub fn venue(&self, version: &LayoutVersion) -> Option<Arc<Venue>> {
        self.known().venues.get(version).cloned()
    }

    /// A layout version by its number.
    pub fn venue_numbered(&self, id: &LayoutId, number: u32) -> Option<(LayoutVersion, Arc<Venue>)> {
        let known = self.known();
        let mut venues = known.venues.iter();
        let (version, venue) = venues.find(|(known, _)| known.layout_id == *id && known.version == number)?;
        Some((version.clone(), venue.clone()))
    }

    /// Remembers a layout version.
    pub fn keep_venue(&self, version: &LayoutVersion, venue: Arc<Venue>) {
        let mut known = self.known();
        let seats: usize = known.venues.values().map(|venue| venue.layout.inventory().seats().len()).sum();
        if seats + venue.layout.inventory().seats().len() > LAYOUT_SEATS_CACHED_MAX {
            known.venues.clear();
        }
        known.venues.insert(version.clone(), venue);
    }

    /// Forgets an event's settings.
    pub fn forget_event(&self, id: &EventId) {
        self.known().events.remove(id);
    }
}
