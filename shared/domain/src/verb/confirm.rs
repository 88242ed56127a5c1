//! Confirming: what a buyer holds becomes a booking.

use super::checkout::Checkout;
use super::{Next, Plan, Refused, Seen, Transaction, Verb, no_live_hold, no_longer_held};
use crate::booking::Booking;
use crate::clock::Moment;
use crate::hold::Hold;
use crate::name::SeatId;
use crate::refusal::Refusal;
use crate::seat::PricedSeat;
use crate::selection::pick;
use crate::write::Write;

/// Held seats that a buyer books. [`Seen`] has the buyer's hold row from the start.
#[derive(Clone, Debug)]
pub struct ConfirmSeats {
    /// Who books, and with which payment.
    pub checkout: Checkout,
    /// The seats; none means the whole hold.
    pub seats: Option<Vec<SeatId>>,
}

impl Verb for ConfirmSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let checkout = &self.checkout;
        if let Some(plan) = checkout.before_seats(now, seen) {
            return plan;
        }
        let (hold, seats) = match to_book(now, seen.known_hold(), self.seats.as_deref()) {
            Ok(found) => found,
            Err(refusal) => return checkout.unless_paid(now, seen, refusal).into(),
        };
        let booked = Booking::of_hold(hold, seats, checkout.details.clone(), now);
        let booking = Booking { counted: checkout.counted(), ..booked };
        let writes = match self.writes(hold, &booking) {
            Ok(writes) => writes,
            Err(refusal) => return checkout.unless_paid(now, seen, refusal).into(),
        };
        Plan::Commit(Transaction { event: checkout.event.clone(), writes, answer: Ok(checkout.booked(booking)) })
    }

    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        match (self.checkout.refused(now, seen, tried, refused), &refused.tally, &refused.hold) {
            (Some(conclusion), ..) => conclusion.into(),
            (None, Some(_), _) | (None, None, Some(_)) => Next::Again,
            (None, None, None) => Next::Answer(Err(no_longer_held(refused))),
        }
    }

    /// An attempt of this request, or a repeat of it, may be what the transaction conflicted with: then the booking
    /// that it made is the answer.
    fn locked(&self, now: Moment, seen: &Seen, tried: &Transaction, refusal: Refusal) -> Next {
        let made = self.checkout.made_unanswered(seen, tried);
        made.unwrap_or_else(|| self.checkout.unless_paid(now, seen, refusal)).into()
    }
}

impl ConfirmSeats {
    /// The payment comes first, then what limits the buyer, then the seats.
    fn writes(&self, hold: &Hold, booking: &Booking) -> Result<Vec<Write>, Refusal> {
        let mut writes = self.checkout.guards(booking, hold.seats.len(), 0)?;
        writes.extend(booking.seats.iter().map(|seat| Write::BookSeat {
            seat: seat.id.clone(),
            hold: hold.id.clone(),
            booking: booking.id.clone(),
        }));
        writes
            .push(Write::ReplaceHold { before: Box::new(hold.clone()), after: Box::new(hold.without(&booking.seats)) });
        writes.push(Write::AddBooking(Box::new(booking.clone())));
        Ok(writes)
    }
}

/// The hold and those of its seats that are to be booked; at least one.
fn to_book<'a>(
    now: Moment,
    hold: Option<&'a Hold>,
    named: Option<&[SeatId]>,
) -> Result<(&'a Hold, Vec<PricedSeat>), Refusal> {
    let seats = pick(now, hold, named)?;
    match hold {
        Some(hold) if !seats.is_empty() => Ok((hold, seats)),
        ended => Err(no_live_hold(ended)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "confirm_tests.rs"]
mod tests;
