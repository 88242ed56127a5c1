//! The last reading of each event's seats, which answers everyone who asks for its availability.

use crate::output::availability::Availability;
use domain::limits::AVAILABILITIES_KEPT_MAX;
use domain::name::EventId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The last reading of an event. Who reads anew holds the lock, so the others wait.
pub type Slot = Arc<tokio::sync::Mutex<Option<Arc<Availability>>>>;

/// The last reading of each event.
#[derive(Debug, Default)]
pub struct AvailabilityCache(Mutex<HashMap<EventId, Slot>>);

impl AvailabilityCache {
    /// The last reading of an event, for one request at a time.
    pub fn slot(&self, event: &EventId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= AVAILABILITIES_KEPT_MAX && !slots.contains_key(event) {
            slots.clear();
        }
        slots.entry(event.clone()).or_default().clone()
    }
}
