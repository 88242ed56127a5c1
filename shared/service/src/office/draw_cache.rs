//! What an instance has read of draws, and never changes: indexes of entrants, and pages of them as clients read them.

use domain::digest::Digest;
use domain::limits::{DRAW_INDEXES_KEPT_MAX, DRAW_PAGES_KEPT_MAX};
use domain::name::EventId;
use domain::queue::draw::chunk::Index;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The event, the draw, and the root of the priority's entrants.
type Which = (EventId, Digest, Digest);

/// The event, the draw, and the number of the page.
type WhichPage = (EventId, Digest, usize);

/// What an instance remembers of draws.
#[derive(Debug, Default)]
pub struct DrawCache {
    indexes: Mutex<HashMap<Which, Arc<Index>>>,
    pages: Mutex<HashMap<WhichPage, Arc<Page>>>,
}

/// A page of entrants, as a client takes it.
#[derive(Debug)]
pub struct Page {
    /// Its JSON.
    pub text: String,
    /// The same, gzipped.
    pub zipped: Vec<u8>,
}

impl DrawCache {
    /// An index, if it was read before.
    pub fn get(&self, of: &Which) -> Option<Arc<Index>> {
        lock(&self.indexes).get(of).cloned()
    }

    /// Keeps an index that was read.
    pub fn keep(&self, of: Which, index: Index) -> Arc<Index> {
        keep(&self.indexes, DRAW_INDEXES_KEPT_MAX, of, index)
    }

    /// A page, if it was read before.
    pub fn page(&self, of: &WhichPage) -> Option<Arc<Page>> {
        lock(&self.pages).get(of).cloned()
    }

    /// Keeps a page that was read.
    pub fn keep_page(&self, of: WhichPage, page: Page) -> Arc<Page> {
        keep(&self.pages, DRAW_PAGES_KEPT_MAX, of, page)
    }
}

/// Keeps what was read, and forgets all else where that is too much.
fn keep<K: Eq + Hash, V>(known: &Mutex<HashMap<K, Arc<V>>>, most: usize, of: K, value: V) -> Arc<V> {
    let mut known = lock(known);
    if known.len() >= most {
        known.clear();
    }
    let value = Arc::new(value);
    known.insert(of, value.clone());
    value
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
