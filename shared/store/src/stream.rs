//! The table's stream, decoded: which rows have changed, as domain values. Every reader of the stream begins here, so
//! that the format of its records is known in this file only.

use crate::StoreError;
use crate::key;
use crate::row::{self, Reader, bad_row};
use crate::seat_row;
use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use domain::booking::Booking;
use domain::clock::Moment;
use domain::hold::Hold;
use domain::name::EventId;
use domain::seat::Seat;
use serde_json::{Value, json};

/// A row that was written, as it is since then.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A seat.
    Seat {
        /// Its event.
        event: EventId,
        /// The seat.
        seat: Seat,
    },
    /// What a buyer holds in an event, live or not.
    Hold(Hold),
    /// A booking, as it was made or as it is since a cancellation.
    Booking(Box<Booking>),
}

/// The changes that a batch of the stream tells of, in its order. A record that cannot be read is logged and left out,
/// so that it does not hold up the others. Deletions and rows of other kinds are left out silently.
///
/// # Errors
/// `batch` is no batch of a stream.
pub fn changes(batch: Value) -> Result<Vec<Change>, serde_json::Error> {
    let batch: Event = serde_json::from_value(batch)?;
    Ok(batch.records.into_iter().filter_map(|record| change_of(record).ok().flatten()).collect())
}

/// When the first change of a batch was committed, which is the oldest; none where it does not say so. The stream rounds down to the
/// second: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // seconds of this age of the world
pub fn committed_at(batch: &Value) -> Option<Moment> {
    let seconds = batch["Records"][0]["dynamodb"]["ApproximateCreationDateTime"].as_f64()?;
    Some(Moment((seconds * 1_000.0) as i64))
}

/// The answer to a batch of which no record has to come again.
#[must_use]
pub fn all_taken() -> Value {
    json!(DynamoDbEventResponse::default())
}

fn change_of(record: EventRecord) -> Result<Option<Change>, StoreError> {
    if record.change.new_image.is_empty() {
        return Ok(None);
    }
    let item = record.change.new_image.into();
    let keys = Reader(&item);
    let (pk, sk) = (keys.text("pk")?, keys.text("sk")?);
    Ok(if sk.starts_with(key::SEAT) {
        let (event, _) = key::parse_seat(pk, sk).ok_or_else(|| bad_row("pk", "not a seat's keys"))?;
        Some(Change::Seat { event, seat: seat_row::seat(&item)? })
    } else if sk.starts_with(key::HOLD) {
        Some(Change::Hold(row::hold(&item)?))
    } else if sk == key::BOOKING {
        Some(Change::Booking(Box::new(row::booking(&item)?)))
    } else {
        None
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "stream_tests.rs"]
mod tests;
