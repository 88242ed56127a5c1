//! Snapshots for lagging watchers, in the order of a join: the watcher has frames again, then the seats are read, then
//! they are sent, so that every change is in the snapshot or in a frame. A watcher leaves the list of lagging watchers
//! only once it has its snapshot.

use crate::Broadcast;
use domain::clock::Moment;
use domain::limits::{CLOCK_SKEW_MS, LAG_MS, POSTS_IN_FLIGHT};
use domain::name::EventId;
use domain::refusal::Refusal;
use futures::StreamExt;
use futures::stream;
use posting::Posted;
use service::office::Office;
use service::output::frame::{Follows, availability};
use std::collections::BTreeMap;
use store::watch::Lagging;

impl Broadcast {
    /// Serves the lagging watchers whose pause is over, also where no further change comes; says which events they
    /// watch.
    pub(crate) async fn catch_up(&self, office: &Office) -> Result<Vec<String>, Refusal> {
        let now = office.clock.now();
        let mut due: BTreeMap<EventId, Vec<Lagging>> = BTreeMap::new();
        for lagging in office.store.lagging().await?.into_iter().filter(|lagging| is_over(lagging.until, now)) {
            due.entry(lagging.event.clone()).or_default().push(lagging);
        }
        let events = due.keys().map(ToString::to_string).collect();
        for (event, laggards) in due {
            self.serve_laggards(office, &event, laggards).await;
        }
        Ok(events)
    }

    /// Brings lagging watchers of an event up to date. One that cannot be served stays on the list, and holds up no
    /// other.
    pub(crate) async fn serve_laggards(&self, office: &Office, event: &EventId, laggards: Vec<Lagging>) {
        let resumed: Vec<Option<Lagging>> = stream::iter(laggards)
            .map(|lagging| resume(office, lagging))
            .buffer_unordered(POSTS_IN_FLIGHT)
            .collect()
            .await;
        let resumed: Vec<Lagging> = resumed.into_iter().flatten().collect();
        if resumed.is_empty() {
            return;
        }
        let Ok((seats, as_of)) = office.live_seats(event).await else { return };
        let snapshot = availability(event, &seats, as_of, Follows::Socket, None);
        let served = stream::iter(&resumed).map(|lagging| self.serve_laggard(office, lagging, &snapshot));
        served.buffer_unordered(POSTS_IN_FLIGHT).collect::<Vec<()>>().await;
    }

    async fn serve_laggard(&self, office: &Office, lagging: &Lagging, snapshot: &[String]) {
        // What fails is logged where it fails, and the list still has the watcher.
        let _ = match self.sockets.post_all(&lagging.connection, snapshot).await {
            Posted::Taken => office.store.forget_lagging(lagging).await.map_err(Refusal::from),
            Posted::Throttled | Posted::Hung | Posted::Failed => {
                self.leave_behind(office, &lagging.event, &lagging.connection).await
            }
            Posted::Gone => {
                let _ = office.store.forget_watcher(&lagging.event, &lagging.connection).await;
                office.store.forget_lagging(lagging).await.map_err(Refusal::from)
            }
        };
    }
}

/// Whether the pause of a lagging watcher is over. None is longer than [`LAG_MS`], so one that ends later than that was
/// given before the clock was set back.
pub(crate) fn is_over(until: Moment, now: Moment) -> bool {
    until <= now || now.apart(until) > LAG_MS + CLOCK_SKEW_MS
}

/// Lets a watcher have frames again; none where it no longer watches, or where the table did not answer.
async fn resume(office: &Office, lagging: Lagging) -> Option<Lagging> {
    match office.store.follow_again(&lagging.event, &lagging.connection).await {
        Ok(true) => Some(lagging),
        Ok(false) => {
            let _ = office.store.forget_lagging(&lagging).await;
            None
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_over_at_its_end_and_where_the_clock_was_set_back_before_it() {
        let now = Moment(1_900_000_000_000);
        for (ends_in_ms, over) in
            [(-1, true), (0, true), (1, false), (LAG_MS, false), (LAG_MS + CLOCK_SKEW_MS, false), (600_000, true)]
        {
            assert_eq!(is_over(now.plus(ends_in_ms), now), over, "{ends_in_ms}");
        }
    }
}
