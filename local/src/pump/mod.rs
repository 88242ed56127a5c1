//! The event source mappings: the table's stream, read in batches and handed to functions.
//!
//! Each mapping reads the stream on its own, one batch at a time for each shard, and notes how far it has come, so
//! that nothing is lost over a restart. [`stream`] reads, [`record`] writes records as Lambda sees them, [`filter`]
//! picks, [`delivery`] invokes and retries, [`checkpoint`] remembers.

mod checkpoint;
mod delivery;
mod filter;
mod record;
mod stream;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::functions::Function;
use crate::metrics::Meter;
use crate::say::say;
use crate::template::StreamMapping;
use checkpoint::Checkpoint;
use delivery::Delivery;
use filter::Filter;
use stream::{Shard, Stream};

/// How often new shards are looked for.
const SHARD_PERIOD: Duration = Duration::from_secs(5);
/// Pause after a failed read.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// One mapping, reading.
pub struct Pump {
    stream: Arc<Stream>,
    delivery: Arc<Delivery>,
    filter: Arc<Filter>,
    checkpoint: Arc<Checkpoint>,
    batch_size: usize,
    idle: Duration,
}

impl Pump {
    /// A pump for a mapping, which goes on where it stopped.
    pub fn new(
        engine: &Engine,
        stream_arn: &str,
        function: Arc<Function>,
        mapping: &StreamMapping,
        data: &Path,
        meter: Arc<Meter>,
    ) -> Result<Self> {
        let file = data.join("checkpoints").join(format!("{}.json", mapping.name));
        Ok(Self {
            stream: Arc::new(Stream::new(engine, stream_arn)),
            filter: Arc::new(Filter::new(&mapping.patterns).with_context(|| format!("filter of {}", mapping.name))?),
            checkpoint: Arc::new(Checkpoint::open(file, stream_arn)?),
            batch_size: mapping.batch_size,
            idle: engine.stream_pause(),
            delivery: Arc::new(Delivery::new(function, mapping, meter)),
        })
    }

    /// Reads for ever, each shard in a task of its own that begins when its parent is read to the end.
    pub async fn run(self) {
        let mut started = HashSet::new();
        let mut readers = JoinSet::new();
        loop {
            match self.stream.shards().await {
                Ok(shards) => {
                    for shard in self.ready(&shards) {
                        if started.insert(shard.id.clone()) {
                            readers.spawn(self.reader(shard.clone()).run());
                        }
                    }
                }
                Err(error) => say(format!("the stream does not answer: {error:#}")),
            }
            // A shard that ends may have children that wait for it.
            tokio::select! {
                Some(_) = readers.join_next() => {}
                () = sleep(SHARD_PERIOD) => {}
            }
        }
    }

    fn ready<'a>(&self, shards: &'a [Shard]) -> Vec<&'a Shard> {
        let known: HashSet<&str> = shards.iter().map(|shard| shard.id.as_str()).collect();
        let waits = |shard: &Shard| {
            let parent = shard.parent.as_deref();
            parent.is_some_and(|parent| known.contains(parent) && !self.checkpoint.is_finished(parent))
        };
        shards.iter().filter(|shard| !self.checkpoint.is_finished(&shard.id) && !waits(shard)).collect()
    }

    fn reader(&self, shard: Shard) -> Reader {
        Reader {
            shard,
            stream: self.stream.clone(),
            delivery: self.delivery.clone(),
            filter: self.filter.clone(),
            checkpoint: self.checkpoint.clone(),
            batch_size: self.batch_size,
            idle: self.idle,
        }
    }
}

/// One shard of one mapping.
struct Reader {
    shard: Shard,
    stream: Arc<Stream>,
    delivery: Arc<Delivery>,
    filter: Arc<Filter>,
    checkpoint: Arc<Checkpoint>,
    batch_size: usize,
    idle: Duration,
}

impl Reader {
    /// Reads the shard to its end, which may never come.
    async fn run(self) {
        while let Err(error) = self.read_on().await {
            say(format!("the stream is read again: {error:#}"));
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Reads from the last checkpoint. An error is worth another try.
    async fn read_on(&self) -> Result<()> {
        let position = self.checkpoint.position(&self.shard.id);
        let mut iterator = Some(self.stream.iterator(&self.shard.id, position.as_deref()).await?);
        while let Some(from) = iterator {
            let page = self.stream.read(&from, self.batch_size).await?;
            let last = page.records.last().and_then(record::sequence_number).map(str::to_owned);
            let wanted: Vec<_> = page.records.into_iter().filter(|record| self.filter.takes(record)).collect();
            if !wanted.is_empty() {
                self.delivery.deliver(wanted).await;
            }
            match last {
                Some(last) => self.checkpoint.advance(&self.shard.id, &last)?,
                None => sleep(self.idle).await,
            }
            iterator = page.next;
        }
        self.checkpoint.finish(&self.shard.id)
    }
}
