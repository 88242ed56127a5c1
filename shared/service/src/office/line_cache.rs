//! The lines of waiting rooms as they were read last. A line that is old is true all the same: what it tells never changes, and
//! whoever computes it beyond what it tells finds that it stands.

use domain::clock::Moment;
use domain::limits::LINES_KEPT_MAX;
use domain::name::EventId;
use domain::queue::line::Line;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A line and when it was read. Who reads anew holds the lock, so the others wait.
pub type Slot = Arc<tokio::sync::Mutex<Option<(Arc<Line>, Moment)>>>;

/// The lines that an instance remembers.
#[derive(Debug, Default)]
pub struct LineCache(Mutex<HashMap<EventId, Slot>>);

impl LineCache {
    /// An event's line, for one request at a time.
    pub fn slot(&self, event: &EventId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= LINES_KEPT_MAX && !slots.contains_key(event) {
            slots.clear();
        }
        slots.entry(event.clone()).or_default().clone()
    }
}
