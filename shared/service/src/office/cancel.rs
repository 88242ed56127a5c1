//! Cancelling seats of a booking: one read for the booking, one transaction.

use super::Office;
use crate::admission::Admission;
use domain::booking::Booking;
use domain::caller::Reader;
use domain::name::{BookingId, SeatId};
use domain::outcome::Outcome;
use domain::refusal::Refusal;
use domain::verb::Seen;
use domain::verb::cancel::CancelSeats;

/// A request to cancel.
#[derive(Clone, Debug)]
pub struct CancelRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The booking.
    pub booking: BookingId,
    /// Which of its seats, not empty; none means all of them.
    pub seats: Option<Vec<SeatId>>,
}

impl Office {
    /// Cancels seats of a booking of the buyer's, or of anyone's for an admin. Cancelling them again changes nothing.
    ///
    /// # Errors
    /// `not_found`, also for somebody else's booking; `invalid_data` for seats that are not in it.
    pub async fn cancel(&self, request: &CancelRequest) -> Outcome {
        let reader = request.admission.reader();
        let verb = CancelSeats { reader, booking: request.booking.clone(), seats: request.seats.clone() };
        self.carry_out(&request.admission, std::future::ready(Ok((verb, Seen::default())))).await
    }

    /// A booking that the reader may see.
    ///
    /// # Errors
    /// `not_found`, also for somebody else's booking.
    pub async fn booking_for(&self, reader: &Reader, id: &BookingId) -> Result<Booking, Refusal> {
        let booking = self.store.booking(id).await?;
        reader.booking(booking.as_ref()).cloned().ok_or_else(Refusal::no_booking)
    }
}
