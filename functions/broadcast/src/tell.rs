//! The frames of an event's changes, posted to every watcher that does not lag.

use crate::Broadcast;
use crate::catch_up::is_over;
use domain::change::SeatChange;
use domain::limits::{LAG_MS, LAGGARDS_AT_ONCE, POST_RETRIES, POST_RETRY_WAIT_MS, POSTS_IN_FLIGHT, TELL_MS};
use domain::name::{ConnectionId, EventId};
use domain::refusal::Refusal;
use futures::StreamExt;
use futures::stream;
use posting::Posted;
use service::office::Office;
use service::output::frame::changed;
use std::time::Duration;
use store::watch::{Lagging, Watcher};
use tokio::time::Instant;

impl Broadcast {
    /// Tells an event's watchers of its changes, then serves lagging watchers whose pause is over.
    ///
    /// # Errors
    /// Rows could not be read, or a watcher that missed a frame not be marked as lagging: the changes must come again.
    pub(crate) async fn tell(&self, office: &Office, event: &EventId, changes: Vec<SeatChange>) -> Result<(), Refusal> {
        let now = office.clock.now();
        let changes = office.changes_told(event, changes).await?;
        let (behind, mut waiting): (Vec<Watcher>, Vec<Watcher>) =
            office.store.watchers(event).await?.into_iter().partition(|watcher| watcher.lags_until.is_some());
        let (frames, until) = (changed(event, &changes), Instant::now() + Duration::from_millis(TELL_MS));
        let mut failure = None;
        for attempt in 0..=POST_RETRIES {
            if attempt > 0 && !waiting.is_empty() {
                tokio::time::sleep(Duration::from_millis(POST_RETRY_WAIT_MS)).await;
            }
            let served = self.send(office, event, waiting, &frames, until).await;
            waiting = Vec::new();
            for outcome in served {
                match outcome {
                    Ok(throttled) => waiting.extend(throttled),
                    Err(refusal) => failure = Some(refusal),
                }
            }
        }
        let left = stream::iter(&waiting).map(|watcher| self.leave_behind(office, event, &watcher.connection));
        for outcome in left.buffer_unordered(POSTS_IN_FLIGHT).collect::<Vec<_>>().await {
            failure = outcome.err().or(failure);
        }
        let is_due = |watcher: Watcher| {
            let until = watcher.lags_until.filter(|until| is_over(*until, now))?;
            Some(Lagging { event: event.clone(), connection: watcher.connection, until })
        };
        let due = behind.into_iter().filter_map(is_due).take(LAGGARDS_AT_ONCE).collect();
        self.serve_laggards(office, event, due).await;
        failure.map_or(Ok(()), Err)
    }

    /// Posts frames to watchers, many at a time; gives back those that were throttled. From `until` on, watchers are
    /// marked as lagging instead.
    async fn send(
        &self,
        office: &Office,
        event: &EventId,
        watchers: Vec<Watcher>,
        frames: &[String],
        until: Instant,
    ) -> Vec<Result<Option<Watcher>, Refusal>> {
        let serve = |watcher: Watcher| async move {
            if Instant::now() >= until {
                return self.leave_behind(office, event, &watcher.connection).await.map(|()| None);
            }
            match self.sockets.post_all(&watcher.connection, frames).await {
                Posted::Taken => Ok(None),
                Posted::Throttled => Ok(Some(watcher)),
                // Trying again would hold up everyone's next frames.
                Posted::Hung | Posted::Failed => {
                    self.leave_behind(office, event, &watcher.connection).await.map(|()| None)
                }
                Posted::Gone => {
                    // If this fails, the next frame finds the connection gone again.
                    let _ = office.store.forget_watcher(event, &watcher.connection).await;
                    Ok(None)
                }
            }
        };
        stream::iter(watchers).map(serve).buffer_unordered(POSTS_IN_FLIGHT).collect().await
    }

    /// Marks a watcher as lagging: it is sent nothing for a while, and a fresh snapshot then.
    pub(crate) async fn leave_behind(
        &self,
        office: &Office,
        event: &EventId,
        connection: &ConnectionId,
    ) -> Result<(), Refusal> {
        let until = office.clock.now().plus(LAG_MS);
        Ok(office.store.mark_lagging(event, connection, until).await?)
    }
}
