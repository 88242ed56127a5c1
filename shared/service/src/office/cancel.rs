//! Cancelling: seats of a booking, or all of them, are free again, and the booking stays on record.

use super::{Committed, Office, own_haste};
use crate::input::admission::{Admission, Reader};
use domain::booking::Booking;
use domain::limits::DECISION_ATTEMPTS;
use domain::name::{BookingId, SeatId};
use domain::outcome::{Done, Outcome};
use domain::refusal::Refusal;
use serde_json::json;

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
        let Admission { sees_all, idempotency, .. } = &request.admission;
        match sees_all {
            // Whose booking it is, is known only once it is read.
            true => self.keeping(idempotency.as_ref(), self.try_cancel(request)).await,
            false => self.for_buyer(&request.admission, self.try_cancel(request)).await,
        }
    }

    async fn try_cancel(&self, request: &CancelRequest) -> Outcome {
        let Admission { buyer, sees_all, idempotency, .. } = &request.admission;
        let reader = Reader { buyer: buyer.clone(), sees_all: *sees_all };
        for attempt in 0..DECISION_ATTEMPTS {
            self.store.pause(attempt).await;
            let before = self.booking_for(&reader, &request.booking).await?;
            let event = self.event(&before.event).await?;
            let now = self.clock.now();
            let after = before.without(request.seats.as_deref(), now)?;
            let steps = self.store.cancel_steps(&event, &before, &after);
            let message = match before.standing().len() - after.standing().len() {
                0 => "These seats were cancelled before".to_owned(),
                count => format!("Successfully cancelled {count} seats"),
            };
            let done = Done { message, data: json!({ "booking": after.answer() }) };
            match self.commit(now, idempotency.as_ref(), &done, steps).await {
                Committed::Done => return Ok(done),
                Committed::Answer(answer) => return answer,
                // Somebody else has cancelled of it meanwhile: look again.
                Committed::Broken(_) => {}
            }
        }
        Err(own_haste())
    }

    /// A booking that the reader may see.
    ///
    /// # Errors
    /// `not_found`, also for somebody else's booking: whether it exists is not the reader's business.
    pub async fn booking_for(&self, reader: &Reader, id: &BookingId) -> Result<Booking, Refusal> {
        let booking = self.store.booking(id).await?;
        booking.filter(|booking| reader.sees_all || booking.buyer == reader.buyer).ok_or_else(Refusal::no_booking)
    }
}
