//! What one request used of the table, and what it wrote there: counted here, told in its line of log.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::ConsumedCapacity;
use domain::write::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// What one request has used and written so far.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    requests: AtomicU64,
    /// Tenths of a unit: reads count in halves.
    units_tenths: AtomicU64,
    rounds: AtomicU64,
    conflicts: AtomicU64,
    holds: AtomicU64,
    confirms: AtomicU64,
    expiries: AtomicU64,
}

/// What a meter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Requests to the table.
    pub requests: u64,
    /// Capacity units, reads and writes together.
    pub units: f64,
    /// Rounds of planning and committing.
    pub rounds: u64,
    /// Writes that were refused since another transaction was at the same row.
    pub conflicts: u64,
    /// Transactions that put seats into a hold.
    pub holds: u64,
    /// Transactions that made a booking.
    pub confirms: u64,
    /// Seats of holds that are over, set free.
    pub expiries: u64,
}

impl Meter {
    pub(crate) fn count_request(&self) {
        add(&self.requests, 1);
    }

    pub(crate) fn count_round(&self) {
        add(&self.rounds, 1);
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // units are small and never negative
    pub(crate) fn count_units<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units: f64 = consumed.into_iter().filter_map(ConsumedCapacity::capacity_units).sum();
        add(&self.units_tenths, (units * 10.0).round() as u64);
    }

    /// Counts what a transaction has written.
    pub(crate) fn count_written(&self, writes: &[Write]) {
        let has = |is: fn(&Write) -> bool| u64::from(writes.iter().any(is));
        add(&self.holds, has(|write| matches!(write, Write::HoldSeat { .. })));
        add(&self.confirms, has(|write| matches!(write, Write::AddBooking(_))));
        let expired = writes.iter().filter(|write| matches!(write, Write::ExpireSeat { .. })).count();
        add(&self.expiries, u64::try_from(expired).unwrap_or(u64::MAX));
    }

    /// Counts the conflicts among the reasons for which a transaction was cancelled.
    pub(crate) fn count_conflicts(&self, error: &SdkError<TransactWriteItemsError>) {
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
            return;
        };
        let is_conflict = |code: &str| code == "TransactionConflict";
        let reasons = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
        add(&self.conflicts, u64::try_from(reasons.filter(|code| is_conflict(code)).count()).unwrap_or(u64::MAX));
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    pub(crate) fn reading(&self) -> Reading {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Reading {
            requests: of(&self.requests),
            units: of(&self.units_tenths) as f64 / 10.0,
            rounds: of(&self.rounds),
            conflicts: of(&self.conflicts),
            holds: of(&self.holds),
            confirms: of(&self.confirms),
            expiries: of(&self.expiries),
        }
    }
}

fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::name::{HoldId, SeatId};

    #[test]
    fn seats_that_are_set_free_are_counted_one_by_one_and_no_hold_of_a_buyer_is_seen_in_them() {
        let free =
            |seat: &str| Write::ExpireSeat { seat: SeatId::parse(seat).unwrap(), hold: HoldId::parse("h").unwrap() };
        let meter = Meter::default();
        meter.count_written(&[free("a"), free("b")]);
        assert_eq!(meter.reading(), Reading { expiries: 2, ..Reading::default() });
    }
}
