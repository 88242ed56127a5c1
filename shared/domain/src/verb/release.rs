//! Releasing: held seats become free for others at once.

use super::{Found, Next, Plan, Refused, Seen, Transaction, Verb, no_longer_held};
use crate::answer::Answer;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::name::SeatId;
use crate::seat::{PricedSeat, Seat, Status};
use crate::selection::pick;
use crate::write::Write;
use std::sync::Arc;

/// Seats that a buyer gives up. The hold row is seen before.
#[derive(Clone, Debug)]
pub struct ReleaseSeats {
    /// The event.
    pub event: Arc<Event>,
    /// The seats; none means the whole hold.
    pub seats: Option<Vec<SeatId>>,
}

impl Verb for ReleaseSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let hold = seen.known_hold();
        let seats = match pick(now, hold, self.seats.as_deref()) {
            Ok(seats) => seats,
            Err(refusal) => return Plan::refuse(refusal),
        };
        let answer = Answer::Released { event: self.event.id.clone(), seats: seats.clone() };
        match hold {
            Some(hold) if !seats.is_empty() => {
                let writes = writes(hold, &seats);
                Plan::Commit(Transaction { event: self.event.clone(), writes, answer })
            }
            // With nothing named and nothing held there is nothing to do, which is done.
            _ => Plan::Answer(Ok(answer)),
        }
    }

    fn refused(&self, _: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        match &refused.hold {
            Some(Found::Row(found)) if is_released(seen.known_hold(), found.as_ref(), tried, refused) => {
                Next::Answer(Ok(tried.answer.clone()))
            }
            Some(_) => Next::Again,
            None => Next::Answer(Err(no_longer_held(refused))),
        }
    }
}

fn writes(hold: &Hold, seats: &[PricedSeat]) -> Vec<Write> {
    let free = |seat: &PricedSeat| Write::ReleaseSeat { seat: seat.id.clone(), hold: hold.id.clone() };
    let row = Write::ReplaceHold { before: Box::new(hold.clone()), after: Box::new(hold.without(seats)) };
    seats.iter().map(free).chain([row]).collect()
}

/// Whether just these seats have been released meanwhile, and not booked: by an attempt whose answer was lost, or by the
/// second of two clicks.
fn is_released(before: Option<&Hold>, found: Option<&Hold>, tried: &Transaction, refused: &Refused) -> bool {
    let Answer::Released { seats, .. } = &tried.answer else { return false };
    let is_free = |found: &Found<Seat>| match found {
        Found::Row(Some(seat)) => seat.status == Status::Available,
        Found::Row(None) | Found::Conflict => false,
    };
    found.cloned() == before.map(|hold| hold.without(seats))
        && refused.seats.len() == seats.len()
        && refused.seats.iter().all(|(_, found)| is_free(found))
}
