//! The one table: all of the code that talks to DynamoDB.
//!
//! - [`client`] builds the SDK client;
//! - [`commit`] writes several rows, all or none, and says what was in the way; `write` has every condition on seats and
//!   holds, `write_booking` those of bookings and of what limits their buyers;
//! - [`read`] has the reads, `row` and `seat_row` turn rows into domain values and back; no attribute leaves this crate;
//! - [`stream`] decodes the records of the table's stream.
//!
//! Each request is boxed where it is sent: the SDK's future of one is some 6 KB, and would lie in every future that might send it,
//! to be copied with each of them.

pub mod away;
pub mod change;
pub mod client;
pub mod commit;
pub mod draw;
pub mod due;
mod event_text;
pub mod idempotency;
pub mod key;
pub mod layouts;
pub mod meter;
pub mod orders;
mod packed;
pub mod queue;
pub mod read;
mod row;
mod seat_row;
mod single;
pub mod sockets;
pub mod stream;
pub mod unanswered;
pub mod waiting_sockets;
pub mod watch;
mod write;
mod write_booking;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use meter::{Meter, Reading};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use unanswered::Unanswered;

/// One row as the SDK gives it.
pub type Item = HashMap<String, AttributeValue>;

/// The table, and what the current request has used of it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) name: String,
    meter: Arc<Meter>,
    jitter: Arc<Mutex<fastrand::Rng>>,
    unanswered: Unanswered,
}

/// What any read or write of this crate may end with. The cause is logged where it occurs, since no client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// DynamoDB is busy or away, or another transaction is writing the row. A write may or may not have happened.
    Unavailable,
    /// A mistake of ours: a request that DynamoDB cannot take, or a row that this crate cannot read.
    Fault,
}

impl StoreError {
    /// Sorts an error of the SDK into one that may pass and one that will not, and logs it.
    pub(crate) fn of<E, R>(doing: &'static str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug,
    {
        let code = error.code().unwrap_or("none").to_owned();
        let found = match error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => Self::Unavailable,
            SdkError::ServiceError(_) if is_passing(&code) => Self::Unavailable,
            _ => Self::Fault,
        };
        let cause = aws_sdk_dynamodb::error::DisplayErrorContext(error);
        match found {
            Self::Unavailable => tracing::warn!(doing, code, %cause, "table unavailable"),
            Self::Fault => tracing::error!(doing, code, %cause, "table fault"),
        }
        found
    }
}

impl From<StoreError> for domain::refusal::Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => Self::throttled(),
            StoreError::Fault => Self::fault(),
        }
    }
}

impl Store {
    /// The table of this name. `seed` makes what is drawn at random repeatable: waits and nonces.
    #[must_use]
    pub fn new(config: Builder, name: String, seed: Option<u64>) -> Self {
        let unanswered = Unanswered::default();
        let client = Client::from_conf(config.interceptor(unanswered.clone()).build());
        let jitter = seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Self { client, name, meter: Arc::default(), jitter: Arc::new(Mutex::new(jitter)), unanswered }
    }

    /// The same table with a meter of its own, for one request.
    #[must_use]
    pub fn metered(&self) -> Self {
        Self { meter: Arc::default(), ..self.clone() }
    }

    /// What has been used and written since this meter began.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.meter.reading()
    }

    /// Attempts at transactions that were never answered, since this instance began: each may yet be written.
    #[must_use]
    pub fn unanswered(&self) -> u64 {
        self.unanswered.count()
    }

    /// Begins a round of planning and committing, counted from 0. The second round begins at once: where two requests
    /// of one buyer met, one of them has committed by then. Later rounds begin after a random wait, so that many
    /// requests of one buyer spread out.
    pub async fn begin_round(&self, round: u32) {
        self.meter.count_round();
        if round > 1 {
            tokio::time::sleep(self.draw(domain::limits::ROUND_WAIT_MS)).await;
        }
    }

    /// Waits before an event is read again that another request is changing.
    pub async fn pause_for_change(&self) {
        tokio::time::sleep(self.draw(domain::limits::CHANGE_WAIT_MS)).await;
    }

    /// A random number of 64 bits, so that no two requests draw the same.
    #[must_use]
    pub fn nonce(&self) -> u64 {
        self.jitter.lock().unwrap_or_else(std::sync::PoisonError::into_inner).u64(..)
    }

    /// A wait within `range` milliseconds, drawn at random.
    fn draw(&self, range: std::ops::RangeInclusive<u64>) -> std::time::Duration {
        let mut rng = self.jitter.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::time::Duration::from_millis(rng.u64(range))
    }
}

/// DynamoDB's codes for "not now".
fn is_passing(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "ThrottlingError"
            | "RequestLimitExceeded"
            | "LimitExceededException"
            | "TransactionInProgressException"
            | "TransactionConflictException"
            | "InternalServerError"
            | "InternalFailure"
            | "ServiceUnavailable"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
    use domain::name::{BuyerId, EventId};

    #[test]
    fn what_awaits_a_request_does_not_carry_the_sdks_future() {
        let config = Builder::new().behavior_version(BehaviorVersion::v2026_01_12()).region(Region::new("us-east-1"));
        let store = Store::new(config, "table".into(), Some(1));
        let (buyer, event) = (BuyerId::parse("ann").unwrap(), EventId::parse("e1").unwrap());
        let carried = [
            ("a read of one row", size_of_val(&store.hold(&buyer, &event))),
            ("a read of rows by key", size_of_val(&store.batch_get(Vec::new()))),
            ("a query", size_of_val(&store.send(store.query()))),
            ("a put", size_of_val(&store.put_if_absent(Item::new()))),
            ("a deletion", size_of_val(&store.delete_row(&key::hold(&buyer, &event)))),
            ("a transaction", size_of_val(&store.transact(Vec::new()))),
        ];
        for (what, bytes) in carried {
            assert!(bytes < 3_000, "{what}: {bytes}");
        }
    }
}
