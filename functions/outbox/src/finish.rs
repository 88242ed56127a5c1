//! Who has booked, where an event has a waiting room: the next may come in.

use domain::limits::OUTBOX_WRITES_IN_FLIGHT;
use domain::refusal::Refusal;
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use service::office::Office;
use store::stream::Change;

/// Notes that the buyers of these bookings have booked, where they came in through a waiting room: the next may come in.
pub async fn note(office: &Office, changes: &[Change]) -> Result<(), Refusal> {
    let bookings = changes.iter().filter_map(|change| match change {
        Change::Booking(booking) => Some(booking),
        Change::Hold(_) | Change::Seat { .. } => None,
    });
    let noted = stream::iter(bookings)
        .map(|booking| office.note_finished(&booking.buyer, &booking.event, booking.created_at))
        .buffer_unordered(OUTBOX_WRITES_IN_FLIGHT);
    noted.try_collect().await
}
