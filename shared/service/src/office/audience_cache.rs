//! How many watch each event, as it was counted some seconds ago, and how many this instance has let in since.

use domain::clock::Moment;
use domain::limits::{AUDIENCE_KEPT_MS, AUDIENCE_SHARES, AUDIENCES_KEPT_MAX};
use domain::name::EventId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many watch each event.
#[derive(Debug, Default)]
pub struct AudienceCache(Mutex<HashMap<EventId, Audience>>);

#[derive(Debug)]
struct Audience {
    counted: usize,
    at: Moment,
    /// Let in by this instance since.
    own: usize,
}

impl AudienceCache {
    fn all(&self) -> MutexGuard<'_, HashMap<EventId, Audience>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many watch an event that `most` may watch; none where they must be counted anew. An instance knows nothing of the others,
    /// which let watchers in at the same time, so each lets in only a share of those for whom there is room before it counts again.
    pub fn known(&self, event: &EventId, most: usize, now: Moment) -> Option<usize> {
        let all = self.all();
        let Audience { counted, at, own } = all.get(event)?;
        let share = (most.saturating_sub(*counted) / AUDIENCE_SHARES).max(1);
        let is_young = now.0.abs_diff(at.0) < AUDIENCE_KEPT_MS.unsigned_abs();
        (is_young && *own < share).then_some(counted + own)
    }

    /// Remembers a count.
    pub fn keep(&self, event: &EventId, counted: usize, at: Moment) {
        let mut all = self.all();
        if all.len() >= AUDIENCES_KEPT_MAX {
            all.clear();
        }
        all.insert(event.clone(), Audience { counted, at, own: 0 });
    }

    /// Counts one more, until all are counted anew.
    pub fn add(&self, event: &EventId) {
        if let Some(audience) = self.all().get_mut(event) {
            audience.own += 1;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MOST: usize = 10 * AUDIENCE_SHARES;

    fn event() -> EventId {
        EventId::parse("e").unwrap()
    }

    #[test]
    fn an_instance_lets_in_a_share_of_those_for_whom_there_is_room_and_counts_again() {
        let cache = AudienceCache::default();
        assert_eq!(cache.known(&event(), MOST, Moment(0)), None, "never counted");
        cache.keep(&event(), 0, Moment(0));
        for own in 0..10 {
            assert_eq!(cache.known(&event(), MOST, Moment(0)), Some(own));
            cache.add(&event());
        }
        assert_eq!(cache.known(&event(), MOST, Moment(0)), None);
        cache.keep(&event(), MOST - 1, Moment(0));
        assert_eq!(cache.known(&event(), MOST, Moment(0)), Some(MOST - 1));
        cache.add(&event());
        assert_eq!(cache.known(&event(), MOST, Moment(0)), None, "of the last place at most one is given away");
    }

    #[test]
    fn a_count_serves_for_some_seconds_whichever_way_the_clock_goes() {
        let cache = AudienceCache::default();
        cache.keep(&event(), 7, Moment(10_000));
        for (now, known) in [(14_999, Some(7)), (15_000, None), (5_001, Some(7)), (5_000, None)] {
            assert_eq!(cache.known(&event(), MOST, Moment(now)), known, "{now}");
        }
    }
}
