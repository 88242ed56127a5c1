//! How many watch each event, as it was counted some seconds ago.

use domain::clock::Moment;
use domain::limits::{AUDIENCE_KEPT_MS, AUDIENCES_KEPT_MAX};
use domain::name::EventId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many watch each event, as counted some seconds ago.
#[derive(Debug, Default)]
pub struct AudienceCache(Mutex<HashMap<EventId, (usize, Moment)>>);

impl AudienceCache {
    /// How many watch an event, where that was counted a moment ago.
    pub fn known(&self, event: &EventId, now: Moment) -> Option<usize> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, at) = *counts.get(event)?;
        (now.0.abs_diff(at.0) < AUDIENCE_KEPT_MS.unsigned_abs()).then_some(count)
    }

    /// Remembers a count.
    pub fn keep(&self, event: &EventId, count: usize, at: Moment) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= AUDIENCES_KEPT_MAX {
            counts.clear();
        }
        counts.insert(event.clone(), (count, at));
    }

    /// Counts one more, until all are counted anew.
    pub fn add(&self, event: &EventId) {
        if let Some((count, _)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(event) {
            *count += 1;
        }
    }
}
