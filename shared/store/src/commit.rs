//! The one way to write several rows: all of them or none. DynamoDB gives its reasons in the order of the writes, so
//! that a refused transaction says which conditions failed, and on which rows, without a further read.

use crate::idempotency::kept_answer;
use crate::row::{self, guarded_booking};
use crate::seat_row;
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use domain::clock::Moment;
use domain::event::Event;
use domain::idempotency::Idempotency;
use domain::limits;
use domain::name::SeatId;
use domain::outcome::Outcome;
use domain::verb::{Found, Refused};
use domain::write::Write;
use futures::FutureExt;

/// A transaction that wrote nothing.
#[derive(Debug)]
pub enum NotCommitted {
    /// An earlier request with the same `Idempotency-Key` has this answer.
    Answered(Outcome),
    /// At least one condition failed. That is an answer: this transaction is not attempted again.
    Refused(Refused),
    /// No condition failed, but other transactions were writing some of the rows (`TransactionConflict`), at the last
    /// attempt too. These are the seats among those rows.
    Locked(Vec<SeatId>),
    /// DynamoDB did not answer as it should.
    Failed(StoreError),
}

impl From<StoreError> for NotCommitted {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Store {
    /// Writes all of `writes` or nothing. Where the request carried an `Idempotency-Key`, the first write keeps its
    /// answer.
    ///
    /// A transaction that met conflicts alone wrote nothing, and is attempted up to [`limits::CONFLICT_ATTEMPTS`]
    /// times. Each attempt is a call with a client request token of its own; the SDK's retries of one call share its
    /// token.
    pub async fn commit(
        &self,
        now: Moment,
        event: &Event,
        keep: Option<(&Idempotency, &Outcome)>,
        writes: &[Write],
    ) -> Result<(), NotCommitted> {
        self.commit_within(limits::CONFLICT_ATTEMPTS, now, event, keep, writes).await
    }

    /// As [`Self::commit`], with so many attempts at most.
    pub async fn commit_within(
        &self,
        attempts: u32,
        now: Moment,
        event: &Event,
        keep: Option<(&Idempotency, &Outcome)>,
        writes: &[Write],
    ) -> Result<(), NotCommitted> {
        let parts = Parts { request: keep.map(|(request, _)| request), writes };
        let mut attempt = 1;
        loop {
            let kept = keep.map(|(request, outcome)| self.keep_with(now, request, outcome));
            let sent = kept.into_iter().chain(writes.iter().map(|write| self.sent(now, event, write)));
            let error = match self.transact(sent.collect()).await {
                Ok(()) => {
                    self.meter.count_written(writes);
                    return Ok(());
                }
                Err(error) => error,
            };
            self.meter.count_conflicts(&error);
            match parts.explain(&error) {
                NotCommitted::Locked(_) if attempt < attempts => {
                    attempt += 1;
                    tokio::time::sleep(self.draw(limits::CONFLICT_WAIT_MS)).await;
                }
                not_committed => return Err(not_committed),
            }
        }
    }

    pub(crate) async fn transact(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> Result<(), SdkError<TransactWriteItemsError>> {
        self.meter.count_request();
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = request.send().boxed().await?;
        self.meter.count_units(output.consumed_capacity());
        Ok(())
    }
}

/// What a transaction was made of, by which its reasons are explained.
struct Parts<'a> {
    /// The request whose answer the first write keeps; none without an `Idempotency-Key`.
    request: Option<&'a Idempotency>,
    writes: &'a [Write],
}

impl Parts<'_> {
    fn explain(&self, error: &SdkError<TransactWriteItemsError>) -> NotCommitted {
        let cancelled = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled,
            _ => return StoreError::of("TransactWriteItems", error).into(),
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
            _ if has_condition => self.refused(reasons).unwrap_or_else(NotCommitted::Failed),
            Some("ThrottlingError" | "ProvisionedThroughputExceeded") => StoreError::Unavailable.into(),
            Some(_) => StoreError::of("TransactWriteItems", error).into(),
            None if reasons.is_empty() => StoreError::of("TransactWriteItems", error).into(),
            None => self.locked(reasons),
        }
    }

    /// The reasons of the writes, without that of the kept answer.
    fn of_writes<'r>(&self, reasons: &'r [CancellationReason]) -> &'r [CancellationReason] {
        reasons.get(usize::from(self.request.is_some())..).unwrap_or_default()
    }

    fn locked(&self, reasons: &[CancellationReason]) -> NotCommitted {
        let locked = |(write, reason): (&Write, &CancellationReason)| {
            let is_locked = reason.code() == Some("TransactionConflict");
            seat_of(write).filter(|_| is_locked).cloned()
        };
        NotCommitted::Locked(self.writes.iter().zip(self.of_writes(reasons)).filter_map(locked).collect())
    }

    fn refused(&self, reasons: &[CancellationReason]) -> Result<NotCommitted, StoreError> {
        if let (Some(request), Some(first)) = (self.request, reasons.first()) {
            // Only a failed condition brings the kept answer along. A conflict on this row means that another request
            // with the same key is under way: the next round finds its answer.
            if first.code() == Some("ConditionalCheckFailed") {
                return Ok(NotCommitted::Answered(kept_answer(request, first.item())?));
            }
        }
        let mut refused = Refused::default();
        for (write, reason) in self.writes.iter().zip(self.of_writes(reasons)) {
            match reason.code() {
                Some("ConditionalCheckFailed") => note(&mut refused, write, Some(reason.item()))?,
                Some("TransactionConflict") => note(&mut refused, write, None)?,
                _ => {}
            }
        }
        Ok(NotCommitted::Refused(refused))
    }
}

/// The seat that a write is about, where it is about one.
fn seat_of(write: &Write) -> Option<&SeatId> {
    match write {
        Write::HoldSeat { seat, .. } | Write::BookFreeSeat { seat, .. } => Some(&seat.id),
        Write::BookSeat { seat, .. }
        | Write::BookSeatAs { seat, .. }
        | Write::ExtendSeat { seat, .. }
        | Write::ReleaseSeat { seat, .. }
        | Write::CancelSeat { seat, .. }
        | Write::ExpireSeat { seat, .. }
        | Write::WithdrawSeat { seat, .. } => Some(seat),
        Write::BeginHold(_)
        | Write::ReplaceHold { .. }
        | Write::CheckHold { .. }
        | Write::GuardPayment { .. }
        | Write::AddBooking(_)
        | Write::CancelInBooking { .. }
        | Write::CheckTally { .. }
        | Write::AddToTally { .. }
        | Write::TakeFromTally { .. }
        | Write::CheckUnpaid(_)
        | Write::AddFailedOrder(_)
        | Write::ForgetDue(_)
        | Write::CheckChange(_) => None,
    }
}

/// Notes a refused write. `row` is what its condition found (`Some(None)`: no row); none where another transaction was
/// writing the row.
fn note(refused: &mut Refused, write: &Write, row: Option<Option<&Item>>) -> Result<(), StoreError> {
    match write {
        Write::BeginHold(_) | Write::ReplaceHold { .. } | Write::CheckHold { .. } => {
            refused.hold = Some(found(row, row::hold)?)
        }
        Write::CheckTally { .. } | Write::AddToTally { .. } => refused.tally = Some(found(row, row::tally)?),
        Write::GuardPayment { .. } | Write::CheckUnpaid(_) => refused.paid = Some(found(row, guarded_booking)?),
        Write::CheckChange(_) => refused.is_superseded = row.is_some(),
        Write::AddBooking(_)
        | Write::CancelInBooking { .. }
        | Write::TakeFromTally { .. }
        | Write::AddFailedOrder(_)
        | Write::ForgetDue(_) => {}
        Write::HoldSeat { .. }
        | Write::BookSeat { .. }
        | Write::BookSeatAs { .. }
        | Write::BookFreeSeat { .. }
        | Write::ExtendSeat { .. }
        | Write::ReleaseSeat { .. }
        | Write::CancelSeat { .. }
        | Write::ExpireSeat { .. }
        | Write::WithdrawSeat { .. } => {
            let found = found(row, seat_row::seat)?;
            refused.seats.extend(seat_of(write).map(|seat| (seat.clone(), found)));
        }
    }
    Ok(())
}

fn found<T>(row: Option<Option<&Item>>, read: fn(&Item) -> Result<T, StoreError>) -> Result<Found<T>, StoreError> {
    match row {
        Some(item) => Ok(Found::Row(item.map(read).transpose()?)),
        None => Ok(Found::Conflict),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use domain::idempotency::RequestKey;
    use domain::name::{BuyerId, HoldId};

    fn cancelled(codes: &[&str]) -> SdkError<TransactWriteItemsError> {
        let reasons = codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
        let exception = TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons)).build();
        let response = HttpResponse::new(StatusCode::try_from(400).unwrap(), SdkBody::empty());
        SdkError::service_error(TransactWriteItemsError::TransactionCanceledException(exception), response)
    }

    fn seat(id: &str) -> SeatId {
        SeatId::parse(id).unwrap()
    }

    /// What a release of the seats `a` and `b` comes to when its writes end with these codes.
    fn explained(codes: &[&str]) -> NotCommitted {
        let hold = || HoldId::parse("h").unwrap();
        let writes = ["a", "b"].map(|id| Write::ReleaseSeat { seat: seat(id), hold: hold() });
        Parts { request: None, writes: &writes }.explain(&cancelled(codes))
    }

    #[test]
    fn only_conflicts_may_be_tried_again() {
        let NotCommitted::Locked(seats) = explained(&["None", "TransactionConflict"]) else {
            panic!("a conflict alone is a lock")
        };
        assert_eq!(seats, [seat("b")]);
    }

    #[test]
    fn a_failed_condition_is_an_answer_whatever_else_happened() {
        for other in ["TransactionConflict", "ThrottlingError", "None"] {
            let NotCommitted::Refused(refused) = explained(&["ConditionalCheckFailed", other]) else {
                panic!("{other}")
            };
            assert_eq!(refused.seats[0], (seat("a"), Found::Row(None)), "{other}");
        }
    }

    #[test]
    fn throttling_is_told_apart_from_conflicts_and_faults() {
        for (code, expected) in [
            ("ThrottlingError", StoreError::Unavailable),
            ("ProvisionedThroughputExceeded", StoreError::Unavailable),
            ("ValidationError", StoreError::Fault),
        ] {
            let NotCommitted::Failed(found) = explained(&[code, "TransactionConflict"]) else { panic!("{code}") };
            assert_eq!(found, expected, "{code}");
        }
    }

    #[test]
    fn the_kept_answer_stands_before_the_writes_and_is_none_of_them() {
        let request = Idempotency {
            buyer: BuyerId::parse("ann").unwrap(),
            caller: None,
            request: RequestKey { action: "release".into(), key: "k".into(), fingerprint: "f".into() },
        };
        let writes = [Write::ReleaseSeat { seat: seat("a"), hold: HoldId::parse("h").unwrap() }];
        let parts = Parts { request: Some(&request), writes: &writes };
        let found = parts.explain(&cancelled(&["TransactionConflict", "ConditionalCheckFailed"]));
        let NotCommitted::Refused(refused) = found else { panic!("the seat's condition failed: {found:?}") };
        assert_eq!(refused.seats, [(seat("a"), Found::Row(None))]);
        let NotCommitted::Locked(seats) = parts.explain(&cancelled(&["TransactionConflict", "None"])) else {
            panic!("the twin of the request is under way")
        };
        assert_eq!(seats, []);
    }
}
