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
        let count = match self.audiences.known(event, now) {
            Some(count) => count,
            None => {
                let count = self.store.count_watchers(event).await?;
                self.audiences.keep(event, count, now);
                count
            }
        };
        let has_room = count < self.settings.watchers_per_event as usize;
        if has_room {
            self.audiences.add(event);
        }
        Ok(has_room || self.store.watches(event, connection).await?)
    }
}
