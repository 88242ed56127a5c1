//! How many watch an event by socket. Beyond the deployment's number a client is told to follow `availability` instead: frames
//! for everyone would be more posts than API Gateway grants an account.

use super::Office;
use domain::name::{ConnectionId, EventId};
use domain::refusal::Refusal;

impl Office {
    /// Whether a connection that wants to watch an event gets its frames by socket. One that watches it already goes on.
    ///
    /// # Errors
    /// `throttled`.
    pub async fn serves_by_socket(&self, event: &EventId, connection: &ConnectionId) -> Result<bool, Refusal> {
        let now = self.clock.now();
        let most = self.settings.watchers_per_event as usize;
        let count = match self.audiences.known(event, most, now) {
            Some(count) => count,
            None => {
                let count = self.store.count_watchers(event, now).await?;
                self.audiences.keep(event, count, now);
                count
            }
        };
        Ok(count < most || self.store.watches(event, connection).await?)
    }

    /// Notes that one more watches an event.
    pub fn note_watcher(&self, event: &EventId) {
        self.audiences.add(event);
    }
}
