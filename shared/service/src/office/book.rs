//! Booking in one step: seats that are named with one request to the table; or the best, chosen by a reading of the event's
//! lanes.

use super::Office;
use crate::admission::Admission;
use domain::booking::{Details, Payment};
use domain::choice::wish::Named;
use domain::name::{EventId, SeatId};
use domain::outcome::Outcome;
use domain::refusal::Refusal;
use domain::ticket_type::TypesBySeat;
use domain::verb::Seen;
use domain::verb::book::{BookSeats, Wanted};
use domain::verb::checkout::Checkout;

/// A request to book at once.
#[derive(Clone, Debug)]
pub struct BookRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// Which seats.
    pub seats: BookedSeats,
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The payment's status, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record with the booking.
    pub details: Details,
}

/// Which seats are to be booked.
#[derive(Clone, Debug)]
pub enum BookedSeats {
    /// These, each once, not empty; and what they are to be sold as, where the request says so.
    Named(Vec<SeatId>, TypesBySeat),
    /// The best.
    Best(Named),
}

impl Office {
    /// Books seats with no hold before.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was booked.
    pub async fn book(&self, request: &BookRequest) -> Outcome {
        self.carry_out(&request.admission, self.book_seats(request)).await
    }

    async fn book_seats(&self, request: &BookRequest) -> Result<(BookSeats, Seen), Refusal> {
        let (event, venue) = self.event_and_venue(&request.event).await?;
        let admission = &request.admission;
        if let Err(refusal) = self.check_pass(&event, admission).await
            && !self.has_paid_already(request).await?
        {
            return Err(refusal);
        }
        let (wanted, seen) = match &request.seats {
            BookedSeats::Named(seats, types) => (Wanted::Seats(seats.clone(), types.clone()), Seen::default()),
            BookedSeats::Best(named) => match self.chooser(event.clone(), &venue, named) {
                Ok(chooser) => {
                    let seen = self.known(&chooser, admission.arrived_at);
                    (Wanted::Best(chooser, named.clone()), seen)
                }
                // A payment that has booked answers with its booking, whatever the event has by now.
                Err(refusal) => (Wanted::Unknown(refusal), Seen::default()),
            },
        };
        let checkout = Checkout {
            event,
            buyer: admission.buyer.clone(),
            by_admin: admission.caller.is_admin,
            in_one_step: true,
            payment: request.payment.clone(),
            unpaid: request.unpaid,
            details: request.details.clone(),
        };
        let (inventory, request_id) = (venue.layout.inventory().clone(), admission.request_id.clone());
        Ok((BookSeats { checkout, inventory, wanted, request_id }, seen))
    }

    /// Whether the payment of a request has booked before: then the answer is that booking, with or without a pass.
    async fn has_paid_already(&self, request: &BookRequest) -> Result<bool, Refusal> {
        let Some(payment) = &request.payment else { return Ok(false) };
        Ok(self.store.paid_booking(&payment.gateway, &payment.transaction).await?.is_some())
    }
}
