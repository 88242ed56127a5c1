//! Extending a hold: one read for the hold, one transaction.

use super::Office;
use crate::admission::Admission;
use domain::name::EventId;
use domain::outcome::Outcome;
use domain::verb::Seen;
use domain::verb::extend::ExtendHold;

/// A request for more time.
#[derive(Clone, Debug)]
pub struct ExtendRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
}

impl Office {
    /// Gives a live hold its usual length again, up to the event's longest. Over HTTP the hold leaves its session.
    ///
    /// # Errors
    /// `not_held`, `sales_closed`, or `limit_exceeded` where nothing is left to gain.
    pub async fn extend(&self, request: &ExtendRequest) -> Outcome {
        let admission = &request.admission;
        let prepare = async {
            let event = self.event(&request.event).await?;
            let hold = self.store.hold(&admission.buyer, &event.id).await?;
            let verb = ExtendHold { event, leaves_session: !admission.over_socket };
            Ok((verb, Seen { hold: Some(hold), ..Seen::default() }))
        };
        self.carry_out(admission, prepare).await
    }
}
