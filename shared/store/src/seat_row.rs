//! Rows of seats: whole, their state alone, or the end of what keeps them.

use crate::key;
use crate::row::{Reader, TICKET_TYPE, bad_row, name};
use crate::{Item, StoreError};
use domain::change::SeatChange;
use domain::choice::readings;
use domain::clock::Moment;
use domain::money::Minor;
use domain::name::{BookingId, BuyerId, HoldId, SeatId, TicketTypeId};
use domain::seat::{Seat, Status};

/// Reads a seat row.
pub(crate) fn seat(item: &Item) -> Result<Seat, StoreError> {
    let row = Reader(item);
    Ok(Seat {
        id: seat_id(&row)?,
        status: seat_status(&row)?,
        version: seat_version(&row)?,
        hold: row.maybe("holdId").and_then(|id| HoldId::stored(id).ok()),
        holder: row.maybe("holder").and_then(|id| BuyerId::stored(id).ok()),
        expires_at: row.maybe_number("expiresAt").map(Moment),
        price: row.maybe_number("price").map(Minor),
        ticket_type: row.maybe(TICKET_TYPE).and_then(|id| TicketTypeId::stored(id).ok()),
        booking: row.maybe("bookingId").and_then(|id| BookingId::stored(id).ok()),
        booked_at: row.maybe_number("bookedAt").map(Moment),
        withdrawn: row.maybe("withdrawn").map(str::to_owned),
    })
}

/// Reads a seat row's state, of a row of which no more was read.
pub(crate) fn seat_state(item: &Item) -> Result<SeatChange, StoreError> {
    let row = Reader(item);
    Ok(SeatChange {
        seat: seat_id(&row)?,
        status: seat_status(&row)?,
        expires_at: row.maybe_number("expiresAt").map(Moment),
        version: seat_version(&row)?,
    })
}

fn seat_id(row: &Reader<'_>) -> Result<SeatId, StoreError> {
    let id = row.text("sk")?.strip_prefix(key::SEAT).ok_or_else(|| bad_row("sk", "not a seat"))?;
    name("sk", SeatId::stored(id))
}

fn seat_status(row: &Reader<'_>) -> Result<Status, StoreError> {
    status_of(row.text("status")?).ok_or_else(|| bad_row("status", "unknown"))
}

fn seat_version(row: &Reader<'_>) -> Result<u64, StoreError> {
    u64::try_from(row.number("version")?).map_err(|_| bad_row("version", "negative"))
}

/// When a seat is free again, of a row of which no more was read. What cannot be read is never free.
pub(crate) fn seat_end(item: &Item) -> Option<(SeatId, Moment)> {
    let row = Reader(item);
    let id = SeatId::stored(row.maybe("sk")?.strip_prefix(key::SEAT)?).ok()?;
    let status = row.maybe("status").and_then(status_of).unwrap_or(Status::Booked);
    Some((id, readings::end(status, row.maybe_number("expiresAt").map(Moment))))
}

fn status_of(word: &str) -> Option<Status> {
    [Status::Available, Status::Held, Status::Booked, Status::Blocked].into_iter().find(|known| known.as_str() == word)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::row::{keyed, number, text};
    use domain::name::EventId;

    fn row(status: &str) -> Item {
        let seat = SeatId::parse("seat_A1").unwrap();
        let mut item = keyed(&key::seat(&EventId::parse("e").unwrap(), 0, &seat));
        item.insert("status".to_owned(), text(status));
        item.insert("version".to_owned(), number(3));
        item.insert("expiresAt".to_owned(), number(10_000));
        item
    }

    #[test]
    fn a_seats_state_is_what_its_whole_row_says() {
        for status in ["available", "held", "booked", "blocked"] {
            let (whole, state) = (seat(&row(status)).unwrap(), seat_state(&row(status)).unwrap());
            assert_eq!((whole.id, whole.status, whole.version), (state.seat, state.status, state.version));
            assert_eq!(whole.expires_at, state.expires_at);
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_is_no_seat_and_is_never_free() {
        assert!(seat(&row("sold")).is_err() && seat_state(&row("sold")).is_err());
        assert_eq!(seat_end(&row("sold")).unwrap().1, Moment(i64::MAX));
        let mut negative = row("held");
        negative.insert("version".to_owned(), number(-1));
        assert!(seat_state(&negative).is_err());
    }
}
