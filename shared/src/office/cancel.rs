//! Cancelling: a booking's seats are free again, and the booking stays on record.

use super::{Committed, Office, own_haste};
use crate::booking::{Booking, BookingStatus};
use crate::limits::DECISION_ATTEMPTS;
use crate::name::BookingId;
use crate::outcome::{Done, Outcome};
use crate::refusal::Refusal;
use crate::table::idempotency::Idempotency;
use crate::token::Caller;
use serde_json::json;

impl Office {
    /// Cancels a booking of the caller's, or anyone's for an admin. Cancelling it again changes nothing.
    ///
    /// # Errors
    /// `not_found`, also for somebody else's booking.
    pub async fn cancel(&self, caller: &Caller, id: &BookingId, idempotency: Option<&Idempotency>) -> Outcome {
        self.once(idempotency, self.try_cancel(caller, id, idempotency)).await
    }

    async fn try_cancel(&self, caller: &Caller, id: &BookingId, idempotency: Option<&Idempotency>) -> Outcome {
        for attempt in 0..DECISION_ATTEMPTS {
            self.table.pause(attempt).await;
            let booking = self.booking_for(caller, id).await?;
            if booking.status == BookingStatus::Cancelled {
                return Ok(cancelled(&booking));
            }
            let event = self.event(&booking.event).await?;
            let now = self.clock.now();
            let steps = self.table.cancel_steps(now, &event, &booking);
            let after = Booking { status: BookingStatus::Cancelled, cancelled_at: Some(now), ..booking };
            let done = cancelled(&after);
            match self.commit(now, idempotency, &done, steps).await {
                Committed::Done => return Ok(done),
                Committed::Answer(answer) => return answer,
                // Somebody else cancelled it meanwhile: look again.
                Committed::Broken(_) => {}
            }
        }
        Err(own_haste())
    }

    /// A booking that the caller may see.
    ///
    /// # Errors
    /// `not_found`, also for somebody else's booking: whether it exists is not the caller's business.
    pub async fn booking_for(&self, caller: &Caller, id: &BookingId) -> Result<Booking, Refusal> {
        let booking = self.table.booking(id).await?;
        booking.filter(|b| caller.is_admin || b.buyer == caller.buyer).ok_or_else(Refusal::no_booking)
    }
}

fn cancelled(booking: &Booking) -> Done {
    let message = format!("Successfully cancelled {} seats", booking.seats.len());
    Done { message, data: json!({ "booking": booking.answer() }) }
}
