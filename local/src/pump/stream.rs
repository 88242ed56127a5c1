//! The table's stream, read through the engine's API.

use anyhow::Result;
use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use serde_json::Value;

use super::record;
use crate::engine::Engine;

/// What one read returns at most.
const RECORDS_MAX: usize = 1000;

/// The stream of the table.
pub struct Stream {
    client: Client,
    arn: String,
}

/// A part of the stream, in which records keep their order.
#[derive(Clone, Debug)]
pub struct Shard {
    pub id: String,
    pub parent: Option<String>,
}

/// What one read brought.
pub struct Page {
    pub records: Vec<Value>,
    /// Where to read on; `None` at the end of a shard that is closed.
    pub next: Option<String>,
}

impl Stream {
    pub fn new(engine: &Engine, arn: &str) -> Self {
        Self { client: engine.streams(), arn: arn.to_owned() }
    }

    /// Every shard there is.
    pub async fn shards(&self) -> Result<Vec<Shard>> {
        let mut shards = Vec::new();
        let mut after = None;
        loop {
            let request = self.client.describe_stream().stream_arn(&self.arn).set_exclusive_start_shard_id(after);
            let described = request.send().await?;
            let Some(page) = described.stream_description() else {
                return Ok(shards);
            };
            shards.extend(page.shards().iter().filter_map(|shard| {
                Some(Shard { id: shard.shard_id()?.to_owned(), parent: shard.parent_shard_id().map(str::to_owned) })
            }));
            after = page.last_evaluated_shard_id().map(str::to_owned);
            if after.is_none() {
                return Ok(shards);
            }
        }
    }

    /// The iterator that reads on after a record; from the oldest one where none is given or it is no longer there.
    pub async fn iterator(&self, shard: &str, after: Option<&str>) -> Result<String> {
        if let Some(number) = after {
            let request = self.request(shard, ShardIteratorType::AfterSequenceNumber).sequence_number(number).send();
            match request.await {
                Ok(answer) => return Ok(answer.shard_iterator.unwrap_or_default()),
                Err(error)
                    if error.as_service_error().is_some_and(|error| error.is_trimmed_data_access_exception()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let answer = self.request(shard, ShardIteratorType::TrimHorizon).send().await?;
        Ok(answer.shard_iterator.unwrap_or_default())
    }

    /// Reads from an iterator.
    pub async fn read(&self, iterator: &str, limit: usize) -> Result<Page> {
        let limit = i32::try_from(limit.min(RECORDS_MAX))?;
        let answer = self.client.get_records().shard_iterator(iterator).limit(limit).send().await?;
        let records = answer.records().iter().map(|record| record::to_json(record, &self.arn)).collect();
        Ok(Page { records, next: answer.next_shard_iterator })
    }

    fn request(
        &self,
        shard: &str,
        kind: ShardIteratorType,
    ) -> aws_sdk_dynamodbstreams::operation::get_shard_iterator::builders::GetShardIteratorFluentBuilder {
        self.client.get_shard_iterator().stream_arn(&self.arn).shard_id(shard).shard_iterator_type(kind)
    }
}
