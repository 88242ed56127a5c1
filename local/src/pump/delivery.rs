//! Handing a batch of records to a function until they are dealt with or given up.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::record::{age_ms, sequence_number};
use crate::functions::Function;
use crate::metrics::{Meter, counted};
use crate::say::say;
use crate::template::StreamMapping;

const RETRY_PAUSE_MIN: Duration = Duration::from_millis(200);
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(5);

/// How one mapping delivers.
pub struct Delivery {
    function: Arc<Function>,
    meter: Arc<Meter>,
    name: String,
    retries: Option<u32>,
    bisect: bool,
    reports_failures: bool,
    failures: Option<String>,
}

/// What came of one invocation.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The function dealt with the records before this one.
    From(usize),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(default)]
    batch_item_failures: Option<Vec<ItemFailure>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: Option<String>,
}

impl Delivery {
    pub fn new(function: Arc<Function>, mapping: &StreamMapping, meter: Arc<Meter>) -> Self {
        Self {
            function,
            meter,
            name: mapping.name.clone(),
            retries: mapping.retries,
            bisect: mapping.bisect,
            reports_failures: mapping.reports_failures,
            failures: mapping.failures.clone(),
        }
    }

    /// Returns when every record is dealt with, in order, or given up.
    pub async fn deliver(&self, records: Vec<Value>) {
        // Halves of a batch that failed, the next one last.
        let mut batches = vec![records];
        while let Some(batch) = batches.pop() {
            batches.extend(self.deliver_whole(batch).await);
        }
    }

    /// Delivers a batch, or returns the halves that are to be tried instead, the later one first.
    async fn deliver_whole(&self, mut batch: Vec<Value>) -> Vec<Vec<Value>> {
        let mut pause = RETRY_PAUSE_MIN;
        let mut retries = 0;
        loop {
            match self.attempt(&batch).await {
                Ok(Outcome::Done) => return Vec::new(),
                Ok(Outcome::From(first)) => _ = batch.drain(..first),
                Err(error) => {
                    say(format!("{}: a batch of {} failed: {error:#}", self.name, batch.len()));
                    if self.bisect && batch.len() > 1 {
                        sleep(RETRY_PAUSE_MIN).await;
                        let later = batch.split_off(batch.len() / 2);
                        return vec![later, batch];
                    }
                }
            }
            if self.retries.is_some_and(|most| retries >= most) {
                self.give_up(&batch);
                return Vec::new();
            }
            retries += 1;
            sleep(pause).await;
            pause = (pause * 2).min(RETRY_PAUSE_MAX);
        }
    }

    async fn attempt(&self, batch: &[Value]) -> Result<Outcome> {
        let payload = Bytes::from(serde_json::to_vec(&json!({ "Records": batch }))?);
        if let Some(age) = batch.last().and_then(|record| age_ms(record, Timestamp::now())) {
            self.meter.note(self.function.metric(counted::ITERATOR_AGE), age as f64);
        }
        let answer = match self.function.invoke(payload).await {
            Ok(answer) => answer,
            Err(failure) => bail!("{failure:?}"),
        };
        if self.reports_failures { reported(&answer, batch) } else { Ok(Outcome::Done) }
    }

    /// Keys only: what a record holds may be personal. Lambda leaves one message for the batch.
    fn give_up(&self, batch: &[Value]) {
        if let Some(queue) = &self.failures {
            self.meter.raise(counted::messages_in(queue), 1.0);
        }
        for record in batch {
            say(format!("{}: given up: {}", self.name, record["dynamodb"]["Keys"]));
        }
    }
}

/// The lowest sequence number that a function reports decides: everything from there is delivered again.
/// A report that names no record of the batch is as good as a failure.
fn reported(answer: &[u8], batch: &[Value]) -> Result<Outcome> {
    if answer.is_empty() || answer == b"null" {
        return Ok(Outcome::Done);
    }
    let report: Report = serde_json::from_slice(answer).context("its answer is no report")?;
    let failures = report.batch_item_failures.unwrap_or_default();
    let position = |failure: &ItemFailure| {
        batch.iter().position(|record| sequence_number(record) == failure.item_identifier.as_deref())
    };
    match failures.iter().map(position).collect::<Option<Vec<usize>>>() {
        Some(positions) => Ok(positions.into_iter().min().map_or(Outcome::Done, Outcome::From)),
        None => Ok(Outcome::From(0)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_lowest_reported_record_decides() {
        let batch: Vec<Value> = ["10", "11", "12"].map(|number| json!({"dynamodb": {"SequenceNumber": number}})).into();
        let outcome = |answer: &str| reported(answer.as_bytes(), &batch).unwrap();
        assert_eq!(outcome("null"), Outcome::Done);
        assert_eq!(outcome(r#"{"batchItemFailures":[]}"#), Outcome::Done);
        assert_eq!(
            outcome(r#"{"batchItemFailures":[{"itemIdentifier":"12"},{"itemIdentifier":"11"}]}"#),
            Outcome::From(1)
        );
        assert_eq!(outcome(r#"{"batchItemFailures":[{"itemIdentifier":"99"}]}"#), Outcome::From(0));
        assert_eq!(outcome(r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#), Outcome::From(0));
        assert!(reported(b"\"text\"", &batch).is_err());
    }
}
