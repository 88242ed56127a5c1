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

/// Seats that a buyer gives up. [`Seen`] has the buyer's hold row from the start.
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
        let answer = freed(&self.event, seats.clone());
        match hold {
            Some(hold) if !seats.is_empty() => {
                let writes = writes(hold, &seats);
                Plan::Commit(Transaction { event: self.event.clone(), writes, answer: Ok(answer) })
            }
            // Where nothing is named and nothing is held, the release is done without a write.
            _ => Plan::Answer(Ok(answer)),
        }
    }

    fn refused(&self, _: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        match &refused.hold {
            Some(Found::Row(found)) if is_released(seen.known_hold(), found.as_ref(), tried, refused) => {
                Next::Answer(tried.answer.clone())
            }
            Some(_) => Next::Again,
            None => Next::Answer(Err(no_longer_held(refused))),
        }
    }
}

/// What is answered where seats of an event are free again.
pub(super) fn freed(event: &Event, seats: Vec<PricedSeat>) -> Answer {
    Answer::Released { event: event.id.clone(), seats }
}

/// The seats first, the row last: "you do not hold this seat" is a better answer than "your hold row has changed".
pub(super) fn writes(hold: &Hold, seats: &[PricedSeat]) -> Vec<Write> {
    let free = |seat: &PricedSeat| Write::ReleaseSeat { seat: seat.id.clone(), hold: hold.id.clone() };
    let row = Write::ReplaceHold { before: Box::new(hold.clone()), after: Box::new(hold.without(seats)) };
    seats.iter().map(free).chain([row]).collect()
}

/// Whether exactly these seats were released (and not booked) since the plan: by an unanswered attempt of this request,
/// or by a repeat of it.
fn is_released(before: Option<&Hold>, found: Option<&Hold>, tried: &Transaction, refused: &Refused) -> bool {
    let Ok(Answer::Released { seats, .. }) = &tried.answer else { return false };
    let is_free = |found: &Found<Seat>| match found {
        Found::Row(Some(seat)) => seat.status == Status::Available,
        Found::Row(None) | Found::Conflict => false,
    };
    found.cloned() == before.map(|hold| hold.without(seats))
        && refused.seats.len() == seats.len()
        && refused.seats.iter().all(|(_, found)| is_free(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Code;
    use crate::samples::{some_event, some_hold};

    const NOW: Moment = Moment(500);

    fn verb() -> ReleaseSeats {
        ReleaseSeats { event: Arc::new(some_event()), seats: None }
    }

    fn seen(hold: Option<Hold>) -> Seen {
        Seen { hold: Some(hold), ..Seen::default() }
    }

    fn tried() -> Transaction {
        match verb().plan(NOW, &seen(Some(some_hold(2)))) {
            Plan::Commit(transaction) => transaction,
            other => unreachable!("a live hold is released: {other:?}"),
        }
    }

    /// What the writes of [`tried`] find where both seats are so.
    fn refused(hold: Option<Hold>, status: Status) -> Refused {
        let row = |seat: &PricedSeat| Seat {
            id: seat.id.clone(),
            status,
            version: 2,
            hold: None,
            holder: None,
            expires_at: None,
            price: None,
            ticket_type: None,
            booking: None,
            booked_at: None,
            withdrawn: None,
        };
        let seats = some_hold(2).seats;
        let found = seats.iter().map(|seat| (seat.id.clone(), Found::Row(Some(row(seat)))));
        Refused { seats: found.collect(), hold: Some(Found::Row(hold)), ..Refused::default() }
    }

    #[test]
    fn the_seats_come_before_the_hold_row() {
        let [Write::ReleaseSeat { .. }, Write::ReleaseSeat { .. }, Write::ReplaceHold { after, .. }] =
            &tried().writes[..]
        else {
            unreachable!("two seats and the row")
        };
        assert!(after.seats.is_empty());
    }

    #[test]
    fn where_nothing_is_held_there_is_nothing_to_write() {
        for hold in [None, Some(some_hold(0)), Some(Hold { expires_at: Moment(499), ..some_hold(2) })] {
            assert!(matches!(verb().plan(NOW, &seen(hold)), Plan::Answer(Ok(Answer::Released { .. }))));
        }
        let named = ReleaseSeats { seats: Some(vec![some_hold(1).seats[0].id.clone()]), ..verb() };
        assert!(matches!(named.plan(NOW, &seen(None)), Plan::Answer(Err(refusal)) if refusal.code == Code::NotHeld));
    }

    #[test]
    fn a_release_that_its_twin_has_done_is_done() {
        let (before, after) = (some_hold(2), some_hold(2).without(&some_hold(2).seats));
        let next = |hold: Hold, status| {
            verb().refused(NOW, &seen(Some(before.clone())), &tried(), &refused(Some(hold), status))
        };
        assert!(matches!(next(after.clone(), Status::Available), Next::Answer(answer) if answer == tried().answer));
        assert!(matches!(next(after.clone(), Status::Booked), Next::Again), "they were booked, and not released");
        let later = Hold { revision: after.revision + 1, ..after };
        assert!(matches!(next(later, Status::Available), Next::Again), "the hold has changed since");
    }
}
