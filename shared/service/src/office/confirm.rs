//! Confirming held seats: one read for the hold with its prices, one transaction that decides.

use super::Office;
use crate::admission::Admission;
use domain::booking::{Details, Payment};
use domain::name::EventId;
use domain::outcome::Outcome;
use domain::selection::Selection;
use domain::verb::checkout::Checkout;
use domain::verb::confirm::ConfirmSeats;

/// A request to book held seats.
#[derive(Clone, Debug)]
pub struct ConfirmRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// The part of the hold that is meant.
    pub selection: Selection,
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The payment's status, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record with the booking.
    pub details: Details,
}

impl Office {
    /// Books held seats for good.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was booked and the hold is as it was.
    pub async fn confirm(&self, request: &ConfirmRequest) -> Outcome {
        let admission = &request.admission;
        let prepare = async {
            let (event, seats, seen) = self.selected(&admission.buyer, &request.event, &request.selection).await?;
            let checkout = Checkout {
                event,
                buyer: admission.buyer.clone(),
                by_admin: admission.caller.is_admin,
                in_one_step: false,
                payment: request.payment.clone(),
                unpaid: request.unpaid,
                details: request.details.clone(),
            };
            Ok((ConfirmSeats { checkout, seats }, seen))
        };
        self.carry_out(admission, prepare).await
    }
}
