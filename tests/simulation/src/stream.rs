//! The table's stream: every change, to each function that reads it, in order for each row and in no other order.

use audit::{Key, Row};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use support::events;

/// A row that changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its key.
    pub key: Key,
    /// As it was; none where it was not there.
    pub before: Option<Row>,
    /// As it is; none where it is gone.
    pub after: Option<Row>,
}

/// A function that reads the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Tells watchers of seats.
    Broadcast,
    /// Notes holds.
    Outbox,
}

/// Parts of the stream that are read independently of each other.
pub const SHARDS: usize = 2;
/// The readers, with the beginnings of sort keys that the template filters the stream by for each.
pub const READERS: [(Reader, &[&str]); 2] = [(Reader::Broadcast, &["SEAT#"]), (Reader::Outbox, &["HOLD#", "BOOKING"])];

/// Changes that have not been read yet.
#[derive(Debug, Default)]
pub struct Stream {
    waiting: [[VecDeque<Value>; SHARDS]; READERS.len()],
    sequence: u64,
}

impl Stream {
    /// Appends changes.
    pub fn push(&mut self, changes: Vec<Change>) {
        for change in changes {
            for (reader, (_, prefixes)) in READERS.iter().enumerate() {
                if prefixes.iter().any(|prefix| change.key.sk.starts_with(prefix)) {
                    self.sequence += 1;
                    let record = record(&change, self.sequence);
                    self.waiting[reader][shard(&change.key)].push_back(record);
                }
            }
        }
    }

    /// Takes up to `most` records of one shard for one reader.
    pub fn take(&mut self, reader: usize, shard: usize, most: usize) -> Vec<Value> {
        let waiting = &mut self.waiting[reader][shard];
        waiting.drain(..most.min(waiting.len())).collect()
    }

    /// Whether everything has been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.iter().flatten().all(VecDeque::is_empty)
    }
}

fn shard(key: &Key) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    usize::try_from(hasher.finish() % SHARDS as u64).unwrap_or_default()
}

fn record(change: &Change, sequence: u64) -> Value {
    let name = match (&change.before, &change.after) {
        (None, _) => "INSERT",
        (Some(_), Some(_)) => "MODIFY",
        (Some(_), None) => "REMOVE",
    };
    let mut record = events::record(name, sequence, &crate::engine::wire_key(&change.key));
    for (image, row) in [("OldImage", &change.before), ("NewImage", &change.after)] {
        if let Some(row) = row {
            record["dynamodb"][image] = Value::Object(row.clone());
        }
    }
    record
}

/// A record of a row that nobody can read: somebody wrote into the table by hand.
#[must_use]
pub fn poison(reader: usize) -> Value {
    let key = match READERS[reader].0 {
        Reader::Broadcast => json!({ "pk": { "S": "EVENT#poison#0" }, "sk": { "S": "SEAT#poison" } }),
        Reader::Outbox => json!({ "pk": { "S": "BUYER#poison" }, "sk": { "S": "HOLD#poison" } }),
    };
    let mut record = events::record("INSERT", 0, &key);
    record["dynamodb"]["NewImage"] = key;
    record["dynamodb"]["NewImage"]["version"] = json!({ "S": "not a number" });
    record
}

/// Puts the records of a batch into another order, but those of one row stay in theirs.
pub fn reorder(batch: &mut [Value], rng: &mut fastrand::Rng) {
    let key = |record: &Value| record["dynamodb"]["Keys"].to_string();
    for _ in 0..batch.len() * 2 {
        let at = rng.usize(1..batch.len().max(2));
        if at < batch.len() && key(&batch[at]) != key(&batch[at - 1]) {
            batch.swap(at, at - 1);
        }
    }
}
