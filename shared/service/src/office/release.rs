//! Releasing: held seats become free for others at once.

use super::{Committed, Ground, Office, broken_seats, lost, own_haste};
use crate::input::admission::Admission;
use domain::hold::ids;
use domain::limits::DECISION_ATTEMPTS;
use domain::name::EventId;
use domain::outcome::{Done, Outcome};
use domain::release::{Which, pick};
use domain::seat::{PricedSeat, Status};
use serde_json::json;
use store::row;
use store::step::{Broken, Why};

/// A request to give held seats up.
#[derive(Clone, Debug)]
pub struct ReleaseRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// Which of the held seats; none named means all of them.
    pub which: Which,
}

impl Office {
    /// Gives held seats up. With nothing named and nothing held there is nothing to do, which is done.
    ///
    /// # Errors
    /// `not_held` with the named seats that the buyer does not hold; then nothing was released.
    pub async fn release(&self, request: &ReleaseRequest) -> Outcome {
        self.for_buyer(&request.admission, self.try_release(request)).await
    }

    async fn try_release(&self, request: &ReleaseRequest) -> Outcome {
        let Admission { buyer, idempotency, .. } = &request.admission;
        let Ground { event, named, mut hold } = self.ground(buyer, &request.event, &request.which).await?;
        for attempt in 0..DECISION_ATTEMPTS {
            self.store.pause(attempt).await;
            let now = self.clock.now();
            let seats = pick(now, hold.as_ref(), named.as_deref())?;
            let done = Done {
                message: format!("Successfully released {} seats", seats.len()),
                data: json!({ "eventId": event.id.as_str(), "releasedSeats": ids(&seats) }),
            };
            let steps = match &hold {
                Some(hold) if !seats.is_empty() => self.store.release_steps(&event, hold, &seats),
                _ => Vec::new(),
            };
            let broken = match self.commit(now, idempotency.as_ref(), &done, steps).await {
                Committed::Done => return Ok(done),
                Committed::Answer(answer) => return answer,
                Committed::Broken(broken) => broken,
            };
            match self.hold_after(&broken, buyer, &event.id).await? {
                // Released just now, not booked: by an attempt whose answer was lost, or by the second click.
                Some(found) if found == hold.map(|hold| hold.without(&seats)) && are_free(&broken, &seats) => {
                    return self.done_before(idempotency.as_ref(), done).await;
                }
                Some(found) => hold = found,
                None => return Err(lost(&broken)),
            }
        }
        Err(own_haste())
    }
}

/// Whether the refused steps found every one of these seats free.
fn are_free(broken: &[Broken], seats: &[PricedSeat]) -> bool {
    let is_free = |why: &Why| match why {
        Why::Condition(Some(item)) => row::seat(item).is_ok_and(|seat| seat.status == Status::Available),
        Why::Condition(None) | Why::Conflict => false,
    };
    let found = broken_seats(broken);
    found.len() == seats.len() && found.into_iter().all(|(_, why)| is_free(why))
}
