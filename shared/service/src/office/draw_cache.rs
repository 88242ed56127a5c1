//! The indexes of draws that an instance has read. An index never changes.

use domain::digest::Digest;
use domain::limits::DRAW_INDEXES_KEPT_MAX;
use domain::name::EventId;
use domain::queue::draw::chunk::Index;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The event, the draw, and the root of the priority's entrants.
type Which = (EventId, Digest, Digest);

/// The indexes that an instance remembers.
#[derive(Debug, Default)]
pub struct DrawCache(Mutex<HashMap<Which, Arc<Index>>>);

impl DrawCache {
    /// An index, if it was read before.
    pub fn get(&self, of: &Which) -> Option<Arc<Index>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(of).cloned()
    }

    /// Keeps an index that was read.
    pub fn keep(&self, of: Which, index: Index) -> Arc<Index> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= DRAW_INDEXES_KEPT_MAX {
            known.clear();
        }
        let index = Arc::new(index);
        known.insert(of, index.clone());
        index
    }
}
