//! Cancelling: seats of a booking, or all of them, are free again, and the booking stays on record.

use super::{Look, Next, Plan, Refused, Seen, Transaction, Verb};
use crate::answer::Answer;
use crate::booking::Booking;
use crate::caller::Reader;
use crate::clock::Moment;
use crate::name::{BookingId, SeatId};
use crate::refusal::Refusal;
use crate::tally::Counted;
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
            false => Plan::Commit(Transaction { event: event.clone(), writes, answer: Ok(answer) }),
        }
    }

    /// Another request has cancelled seats of the booking since it was read.
    fn refused(&self, _: Moment, _: &Seen, _: &Transaction, _: &Refused) -> Next {
        Next::Again
    }
}

/// The writes that make `after` of `before`; none where no further seat is cancelled.
fn writes(before: &Booking, after: &Booking) -> Vec<Write> {
    let freed = before.standing().into_iter().map(|seat| seat.id).filter(|id| after.cancelled.contains(id));
    let freed: Vec<SeatId> = freed.collect();
    if freed.is_empty() {
        return Vec::new();
    }
    let row = Write::CancelInBooking { before: Box::new(before.clone()), after: Box::new(after.clone()) };
    let (was, is) = (Box::new(before.clone()), Box::new(after.clone()));
    let uncount = (before.counted != Counted::No).then_some(Write::TakeFromTally { before: was, after: is });
    let free = |seat| Write::CancelSeat { seat, booking: before.id.clone() };
    std::iter::once(row).chain(uncount).chain(freed.into_iter().map(free)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::booking::Details;
    use crate::name::BuyerId;
    use crate::refusal::Code;
    use crate::samples::{some_event, some_hold};
    use std::sync::Arc;

    const NOW: Moment = Moment(500);

    fn booking() -> Booking {
        Booking::of_hold(&some_hold(2), some_hold(2).seats, Details::default(), NOW)
    }

    fn verb(buyer: &str, sees_all: bool) -> CancelSeats {
        let reader = Reader { buyer: BuyerId::parse(buyer).unwrap(), sees_all };
        CancelSeats { reader, booking: booking().id, seats: None }
    }

    fn seen() -> Seen {
        Seen { booking: Some(Some(booking())), event: Some(Arc::new(some_event())), ..Seen::default() }
    }

    #[test]
    fn the_booking_is_looked_at_first_and_then_its_event() {
        let verb = verb("ann#1", false);
        assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Booking(id)) if id == booking().id));
        let without_event = Seen { event: None, ..seen() };
        assert!(matches!(verb.plan(NOW, &without_event), Plan::Look(Look::Event(id)) if id == booking().event));
        let Plan::Commit(transaction) = verb.plan(NOW, &seen()) else { unreachable!("the booking stands") };
        let [Write::CancelInBooking { .. }, Write::CancelSeat { .. }, Write::CancelSeat { .. }] =
            &transaction.writes[..]
        else {
            unreachable!("the row, then the seats: {transaction:?}")
        };
    }

    #[test]
    fn what_the_booking_counts_for_is_taken_away_whatever_the_rules_say_by_now() {
        let counted = Booking { counted: Counted::Seats, ..booking() };
        let seen = Seen { booking: Some(Some(counted)), ..seen() };
        let Plan::Commit(transaction) = verb("ann#1", false).plan(NOW, &seen) else { unreachable!("it stands") };
        assert!(matches!(&transaction.writes[..2], [Write::CancelInBooking { .. }, Write::TakeFromTally { .. }]));
    }

    #[test]
    fn somebody_elses_booking_is_not_there_but_for_an_admin() {
        let refused = verb("bob", false).plan(NOW, &seen());
        assert!(matches!(refused, Plan::Answer(Err(refusal)) if refusal.code == Code::NotFound));
        assert!(matches!(verb("shop", true).plan(NOW, &seen()), Plan::Commit(_)));
    }

    #[test]
    fn what_is_cancelled_already_needs_no_write() {
        let all = Seen { booking: Some(booking().without(None, NOW).ok()), ..seen() };
        let plan = verb("ann#1", false).plan(NOW, &all);
        assert!(matches!(plan, Plan::Answer(Ok(Answer::Cancelled { seats: 0, .. }))));
    }
}
