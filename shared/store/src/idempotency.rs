//! Answers kept for `Idempotency-Key`: the same key and body again gives the same answer and changes nothing.
//!
//! The answer is a write of the transaction that does the work, so that both are written or neither. An answer without
//! other writes (a refusal, or a booking that was found again) is kept by a write of its own.

use crate::key::{self, Key};
use crate::packed;
use crate::row::{Reader, keyed, number, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use domain::clock::Moment;
use domain::idempotency::Idempotency;
use domain::limits::{CONFLICT_ATTEMPTS, CONFLICT_WAIT_MS, IDEMPOTENCY_KEPT_SECONDS};
use domain::outcome::{Done, Outcome};
use domain::refusal::Refusal;
use futures::FutureExt;
use serde::{Deserialize, Serialize};

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
enum Kept {
    Done(Done),
    Refused(Refusal),
}

impl From<Outcome> for Kept {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(done) => Self::Done(done),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

impl From<Kept> for Outcome {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Done(done) => Ok(done),
            Kept::Refused(refusal) => Err(refusal),
        }
    }
}

impl Store {
    /// The write that keeps the answer of the transaction it is part of.
    pub(crate) fn keep_with(&self, now: Moment, request: &Idempotency, answer: &Outcome) -> TransactWriteItem {
        self.put_new(kept_item(now, request, &answer.clone().into()))
    }

    /// The answer that is kept for a request, for work that no single transaction does.
    pub async fn kept(&self, request: &Idempotency) -> Result<Option<Outcome>, StoreError> {
        let row = self.get(&key_of(request)).await?;
        row.map(|row| kept_answer(request, Some(&row))).transpose()
    }

    /// Keeps an answer, unless the key has one already; returns the answer that is kept.
    pub async fn keep_answer(
        &self,
        now: Moment,
        request: &Idempotency,
        answer: Outcome,
    ) -> Result<Outcome, StoreError> {
        for attempt in 1..=CONFLICT_ATTEMPTS {
            match self.try_keep_answer(now, request, &answer).await? {
                Some(kept) => return Ok(kept),
                None if attempt < CONFLICT_ATTEMPTS => tokio::time::sleep(self.draw(CONFLICT_WAIT_MS)).await,
                None => {}
            }
        }
        // Another transaction of the same request keeps writing the row. What is done (a booking found again) stays
        // true, kept or not. A refusal could still be contradicted, if that transaction commits.
        answer.map(Ok).map_err(|_| StoreError::Unavailable)
    }

    /// Tries to keep an answer; none where another transaction is writing the row.
    async fn try_keep_answer(
        &self,
        now: Moment,
        request: &Idempotency,
        answer: &Outcome,
    ) -> Result<Option<Outcome>, StoreError> {
        self.meter.count_request();
        let sent = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(kept_item(now, request, &answer.clone().into())))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .boxed()
            .await;
        match sent {
            Ok(output) => {
                self.meter.count_units(output.consumed_capacity());
                Ok(Some(answer.clone()))
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    kept_answer(request, failed.item()).map(Some)
                }
                Some(PutItemError::TransactionConflictException(_)) => Ok(None),
                _ => Err(StoreError::of("PutItem", &error)),
            },
        }
    }
}

/// The answer in a kept row; where the key came with another body before, a refusal that says so.
pub fn kept_answer(request: &Idempotency, row: Option<&Item>) -> Result<Outcome, StoreError> {
    let row = Reader(row.ok_or(StoreError::Fault)?);
    if row.text("fingerprint")? != request.request.fingerprint {
        let message = "This Idempotency-Key came with another request before; use a new key for a new request";
        return Ok(Err(Refusal::invalid(message)));
    }
    let kept: Kept =
        serde_json::from_str(&row.packed("answer")?).map_err(|e| crate::row::bad_row("answer", &e.to_string()))?;
    Ok(kept.into())
}

fn key_of(request: &Idempotency) -> Key {
    key::idempotency(&request.buyer, request.caller.as_ref(), &request.request.action, &request.request.key)
}

fn kept_item(now: Moment, request: &Idempotency, kept: &Kept) -> Item {
    let mut item = keyed(&key_of(request));
    item.insert("fingerprint".to_owned(), text(&request.request.fingerprint));
    item.insert("answer".to_owned(), packed::pack(&serde_json::to_string(kept).unwrap_or_default()));
    item.insert("ttl".to_owned(), number(now.seconds() + IDEMPOTENCY_KEPT_SECONDS));
    item
}
