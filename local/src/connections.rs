//! The open WebSocket connections, by their ids: what `@connections` posts to.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

/// Frames that may wait for one client. A client that is further behind than this is too slow (429).
const BACKLOG: usize = 256;

/// Thousands of posts a second look connections up, so that they share no lock.
const SHARDS: usize = 64;

/// Every open connection.
pub struct Connections {
    shards: Vec<RwLock<HashMap<String, Arc<Connection>>>>,
    hasher: RandomState,
}

/// One open connection.
pub struct Connection {
    pub id: String,
    /// By the stack's clock, as functions are told; how long nobody has said anything does not go by that.
    pub connected_at: Timestamp,
    pub source_ip: String,
    pub user_agent: String,
    last_active: AtomicI64,
    frames: mpsc::Sender<Message>,
}

/// Why a frame did not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Gone,
    Full,
}

impl Default for Connections {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| RwLock::default()).collect(), hasher: RandomState::new() }
    }
}

impl Connections {
    pub fn insert(&self, connection: Arc<Connection>) {
        let mut shard = self.shard(&connection.id).write().unwrap_or_else(PoisonError::into_inner);
        shard.insert(connection.id.clone(), connection);
    }

    pub fn remove(&self, id: &str) {
        self.shard(id).write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    pub fn get(&self, id: &str) -> Option<Arc<Connection>> {
        self.shard(id).read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn shard(&self, id: &str) -> &RwLock<HashMap<String, Arc<Connection>>> {
        let hash = self.hasher.hash_one(id);
        // The remainder is below SHARDS, which fits any usize.
        &self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or_default()]
    }
}

impl Connection {
    /// A connection that began just now, and the frames that its writer has to send.
    pub fn new(
        id: String,
        source_ip: String,
        user_agent: String,
        connected_at: Timestamp,
    ) -> (Arc<Self>, mpsc::Receiver<Message>) {
        let (frames, outgoing) = mpsc::channel(BACKLOG);
        let last_active = AtomicI64::new(Timestamp::now().as_millisecond());
        (Arc::new(Self { id, connected_at, source_ip, user_agent, last_active, frames }), outgoing)
    }

    /// Hands a frame to the connection's writer without waiting.
    pub fn send(&self, message: Message) -> Result<(), Refusal> {
        self.frames.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Full,
            mpsc::error::TrySendError::Closed(_) => Refusal::Gone,
        })?;
        self.touch();
        Ok(())
    }

    /// Notes that a message went through, in either direction.
    pub fn touch(&self) {
        self.last_active.store(Timestamp::now().as_millisecond(), Ordering::Relaxed);
    }

    /// When the last message went through.
    pub fn last_active(&self) -> Timestamp {
        Timestamp::from_millisecond(self.last_active.load(Ordering::Relaxed)).unwrap_or(self.connected_at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_slow_client_is_full_and_a_closed_one_gone() {
        let (connection, outgoing) = Connection::new("id=".into(), "127.0.0.1".into(), String::new(), Timestamp::now());
        let connections = Connections::default();
        connections.insert(connection);
        let found = connections.get("id=").unwrap();
        for _ in 0..BACKLOG {
            found.send(Message::text("x")).unwrap();
        }
        assert_eq!(found.send(Message::text("x")), Err(Refusal::Full));
        drop(outgoing);
        assert_eq!(found.send(Message::text("x")), Err(Refusal::Gone));
        connections.remove("id=");
        assert!(connections.get("id=").is_none());
    }
}
