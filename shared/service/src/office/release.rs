//! Releasing held seats: one read for the hold, one transaction.

use super::Office;
use crate::admission::Admission;
use domain::name::EventId;
use domain::outcome::Outcome;
use domain::selection::Selection;
use domain::verb::release::ReleaseSeats;

/// A request to give held seats up.
#[derive(Clone, Debug)]
pub struct ReleaseRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// The part of the hold that is meant.
    pub selection: Selection,
}

impl Office {
    /// Gives held seats up. Where nothing is named and nothing is held, this succeeds without a write.
    ///
    /// # Errors
    /// `not_held` with the named seats that the buyer does not hold; then nothing was released.
    pub async fn release(&self, request: &ReleaseRequest) -> Outcome {
        let admission = &request.admission;
        let prepare = async {
            let (event, seats, seen) = self.selected(&admission.buyer, &request.event, &request.selection).await?;
            Ok((ReleaseSeats { event, seats }, seen))
        };
        self.carry_out(admission, prepare).await
    }
}
