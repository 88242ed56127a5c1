//! Cancelling: seats of a booking, or all of them, are free again, and the booking stays on record.

use super::{Look, Next, Plan, Refused, Seen, Transaction, Verb};
use crate::answer::Answer;
use crate::booking::Booking;
use crate::caller::Reader;
use crate::clock::Moment;
use crate::name::{BookingId, SeatId};
use crate::refusal::Refusal;
use crate::write::Write;

/// Seats of a booking that are given back.
#[derive(Clone, Debug)]
pub struct CancelSeats {
    /// Whose bookings may be cancelled.
    pub reader: Reader,
    /// The booking.
    pub booking: BookingId,
    /// Which of its seats, not empty; none means all of them.
    pub seats: Option<Vec<SeatId>>,
}

impl Verb for CancelSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let Some(found) = &seen.booking else { return Plan::Look(Look::Booking(self.booking.clone())) };
        let Some(before) = self.reader.booking(found.as_ref()) else { return Plan::refuse(Refusal::no_booking()) };
        let Some(event) = &seen.event else { return Plan::Look(Look::Event(before.event.clone())) };
        let after = match before.without(self.seats.as_deref(), now) {
            Ok(after) => after,
            Err(refusal) => return Plan::refuse(refusal),
        };
        let writes = writes(before, &after);
        let answer = Answer::Cancelled { seats: before.standing().len() - after.standing().len(), booking: after };
        match writes.is_empty() {
            true => Plan::Answer(Ok(answer)),
            false => Plan::Commit(Transaction { event: event.clone(), writes, answer }),
        }
    }

    /// Somebody else has cancelled of it meanwhile.
    fn refused(&self, _: Moment, _: &Seen, _: &Transaction, _: &Refused) -> Next {
        Next::Again
    }
}

/// None where nothing changes.
fn writes(before: &Booking, after: &Booking) -> Vec<Write> {
    let freed = before.standing().into_iter().map(|seat| seat.id).filter(|id| after.cancelled.contains(id));
    let freed: Vec<SeatId> = freed.collect();
    if freed.is_empty() {
        return Vec::new();
    }
    let row = Write::CancelInBooking { before: Box::new(before.clone()), after: Box::new(after.clone()) };
    let free = |seat| Write::CancelSeat { seat, booking: before.id.clone() };
    std::iter::once(row).chain(freed.into_iter().map(free)).collect()
}
