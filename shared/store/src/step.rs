//! A step is a write together with what it is about, so that a refused transaction explains itself.

use crate::{Item, Store, StoreError, trouble};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use domain::limits;
use domain::name::SeatId;

/// What a step writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The answer to a request with an `Idempotency-Key`.
    Idempotency,
    /// The guard that lets a payment pay once.
    Payment,
    /// The buyer's hold row.
    Hold,
    /// A seat.
    Seat(SeatId),
    /// A booking.
    Booking,
    /// The event.
    Event,
    /// The row that says when a hold ends.
    Due,
}

impl Subject {
    /// The seat, where it is one.
    #[must_use]
    pub fn seat(&self) -> Option<&SeatId> {
        match self {
            Self::Seat(seat) => Some(seat),
            Self::Idempotency | Self::Payment | Self::Hold | Self::Booking | Self::Event | Self::Due => None,
        }
    }
}

/// One conditional write of a transaction. The order of steps is the order of precedence of their refusals.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it writes.
    pub subject: Subject,
    /// The write.
    pub write: TransactWriteItem,
}

/// A step whose write was refused.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What it would have written.
    pub subject: Subject,
    /// Why not.
    pub why: Why,
}

/// Why a step was refused.
#[derive(Clone, Debug)]
pub enum Why {
    /// Its condition failed on this row; none where there is no row.
    Condition(Option<Item>),
    /// Another transaction was writing the row.
    Conflict,
}

/// A transaction that wrote nothing.
#[derive(Debug)]
pub enum Rejected {
    /// At least one condition failed: an answer, never to be retried as it stands. In the order of the steps.
    Broken(Vec<Broken>),
    /// Nothing but conflicts, longer than the retries. In the order of the steps.
    Locked(Vec<Subject>),
    /// The table did not answer as it should.
    StoreError(StoreError),
}

impl Store {
    /// Writes all steps or none. One call serves every verb.
    ///
    /// Each attempt has a client request token of its own, which covers the SDK's retries of it; nothing was written by
    /// an attempt that ended in a conflict, so the next one starts afresh.
    ///
    /// # Errors
    /// Which steps were refused and why; see [`Rejected`].
    pub async fn commit(&self, steps: Vec<Step>) -> Result<(), Rejected> {
        let (subjects, writes): (Vec<Subject>, Vec<TransactWriteItem>) =
            steps.into_iter().map(|step| (step.subject, step.write)).unzip();
        let mut attempt = 1;
        loop {
            let error = match self.transact(writes.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            match explain(&subjects, &error) {
                Rejected::Locked(_) if attempt < limits::CONFLICT_ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(self.draw(limits::CONFLICT_WAIT_MS)).await;
                }
                rejected => return Err(rejected),
            }
        }
    }

    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), SdkError<TransactWriteItemsError>> {
        self.count_request();
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = request.send().await?;
        self.count_units(output.consumed_capacity());
        Ok(())
    }
}

/// Reads a failed transaction: the reasons come back in the order of the steps, so the index is the diagnosis.
fn explain(subjects: &[Subject], error: &SdkError<TransactWriteItemsError>) -> Rejected {
    let cancelled = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled,
        _ => return Rejected::StoreError(trouble("TransactWriteItems", error)),
    };
    let reasons = cancelled.cancellation_reasons();
    let code = |reason: &CancellationReason| reason.code().unwrap_or("None").to_owned();
    let has_condition = reasons.iter().any(|r| code(r) == "ConditionalCheckFailed");
    let strange = reasons
        .iter()
        .map(code)
        .find(|code| !matches!(code.as_str(), "None" | "ConditionalCheckFailed" | "TransactionConflict"));
    match strange.as_deref() {
        // A failed condition is an answer whatever else happened.
        _ if has_condition => Rejected::Broken(broken(subjects, reasons)),
        Some("ThrottlingError" | "ProvisionedThroughputExceeded") => Rejected::StoreError(StoreError::Unavailable),
        Some(_) => Rejected::StoreError(trouble("TransactWriteItems", error)),
        None if reasons.is_empty() => Rejected::StoreError(trouble("TransactWriteItems", error)),
        None => Rejected::Locked(broken(subjects, reasons).into_iter().map(|b| b.subject).collect()),
    }
}

fn broken(subjects: &[Subject], reasons: &[CancellationReason]) -> Vec<Broken> {
    let pairs = subjects.iter().zip(reasons);
    pairs
        .filter_map(|(subject, reason)| {
            let why = match reason.code() {
                Some("ConditionalCheckFailed") => Why::Condition(reason.item().cloned()),
                Some("TransactionConflict") => Why::Conflict,
                _ => return None,
            };
            Some(Broken { subject: subject.clone(), why })
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    fn cancelled(codes: &[&str]) -> SdkError<TransactWriteItemsError> {
        let reasons = codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
        let exception = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons)).build();
        let response = HttpResponse::new(StatusCode::try_from(400).unwrap(), SdkBody::empty());
        SdkError::service_error(TransactWriteItemsError::TransactionCanceledException(exception), response)
    }

    fn seats() -> Vec<Subject> {
        ["a", "b"].map(|id| Subject::Seat(SeatId::parse(id).unwrap())).to_vec()
    }

    #[test]
    fn only_conflicts_may_be_tried_again() {
        let Rejected::Locked(subjects) = explain(&seats(), &cancelled(&["None", "TransactionConflict"])) else {
            panic!("a conflict alone is a lock")
        };
        assert_eq!(subjects, seats()[1..]);
    }

    #[test]
    fn a_failed_condition_is_an_answer_whatever_else_happened() {
        for other in ["TransactionConflict", "ThrottlingError", "None"] {
            let Rejected::Broken(broken) = explain(&seats(), &cancelled(&["ConditionalCheckFailed", other])) else {
                panic!("{other}")
            };
            assert_eq!(broken[0].subject, seats()[0], "{other}");
            assert!(matches!(broken[0].why, Why::Condition(None)), "{other}");
        }
    }

    #[test]
    fn throttling_is_told_apart_from_conflicts_and_faults() {
        for (code, trouble) in [
            ("ThrottlingError", StoreError::Unavailable),
            ("ProvisionedThroughputExceeded", StoreError::Unavailable),
            ("ValidationError", StoreError::Fault),
        ] {
            let Rejected::StoreError(found) = explain(&seats(), &cancelled(&[code, "TransactionConflict"])) else {
                panic!("{code}")
            };
            assert_eq!(found, trouble, "{code}");
        }
    }
}
