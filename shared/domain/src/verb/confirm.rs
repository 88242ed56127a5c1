//! Confirming: what a buyer holds becomes a booking.

use super::{Conclusion, Found, Look, Next, Plan, Refused, Seen, Transaction, Verb, no_live_hold, no_longer_held};
use crate::answer::Answer;
use crate::booking::{Booking, BookingStatus, Details, Payment};
use crate::clock::Moment;
use crate::event::{ConfirmBy, Event};
use crate::hold::Hold;
use crate::money::Minor;
use crate::name::{BookingId, BuyerId, OrderId, SeatId};
use crate::order::FailedOrder;
use crate::refusal::{Code, Refusal};
use crate::seat::{PricedSeat, total};
use crate::selection::pick;
use crate::tally::{Counted, Tally, too_many_for_buyer, too_many_held};
use crate::write::Write;
use std::sync::Arc;

/// Held seats that a buyer books. [`Seen`] has the buyer's hold row from the start.
#[derive(Clone, Debug)]
pub struct ConfirmSeats {
    /// The event.
    pub event: Arc<Event>,
    /// Whose seats they are.
    pub buyer: BuyerId,
    /// Whether an admin asks.
    pub by_admin: bool,
    /// The seats; none means the whole hold.
    pub seats: Option<Vec<SeatId>>,
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The payment's status, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record with the booking.
    pub details: Details,
}

impl Verb for ConfirmSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let hold = seen.known_hold();
        if self.event.rules.confirm_by == ConfirmBy::Admin && !self.by_admin {
            let message = "In this event the shop's server confirms, once it has seen the payment";
            return self.unless_paid(now, seen, Refusal::new(Code::Forbidden, message)).into();
        }
        match (self.older_guard(), &seen.older_paid) {
            (Some(guard), None) => return Plan::Look(guard),
            (Some(_), Some(Some(booking))) => return self.paid_for(now, seen, booking).into(),
            (Some(_), Some(None)) | (None, _) => {}
        }
        if let Some(word) = self.unpaid {
            let why = format!("The payment is not paid ({word})");
            return self.put_failure_on_record(now, hold, payment_failed(&why, hold, now));
        }
        let (held, seats) = match to_book(now, hold, self.seats.as_deref()) {
            Ok(found) => found,
            Err(refusal) => return self.unless_paid(now, seen, refusal).into(),
        };
        let booked = Booking::of_hold(held, seats, self.details.clone(), now);
        let booking = Booking { counted: self.counted(), ..booked };
        let writes = match self.writes(held, &booking) {
            Ok(writes) => writes,
            Err(refusal) => return self.unless_paid(now, seen, refusal).into(),
        };
        Plan::Commit(Transaction { event: self.event.clone(), writes, answer: Ok(Answer::Booked(booking)) })
    }

    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        if let Some(booking) = &refused.paid {
            return self.paid_for(now, seen, booking).into();
        }
        // The failed order is on record already.
        if let Err(failed) = &tried.answer {
            return Next::Answer(Err(failed.clone()));
        }
        match (self.made_unanswered(seen, tried), &refused.tally, &refused.hold) {
            (Some(conclusion), ..) => conclusion.into(),
            // Where the hold row is in the way too, the next round counts what it has.
            (None, Some(Found::Row(Some(tally))), None) => {
                self.unless_paid(now, seen, self.beyond_limits(seen, tally)).into()
            }
            (None, Some(_), _) | (None, None, Some(_)) => Next::Again,
            (None, None, None) => Next::Answer(Err(no_longer_held(refused))),
        }
    }

    /// An attempt of this request, or a repeat of it, may be what the transaction conflicted with: then the booking
    /// that it made is the answer.
    fn locked(&self, now: Moment, seen: &Seen, tried: &Transaction, refusal: Refusal) -> Next {
        let made = self.made_unanswered(seen, tried);
        made.unwrap_or_else(|| self.unless_paid(now, seen, refusal)).into()
    }
}

impl ConfirmSeats {
    /// The payment comes first, then what limits the buyer, then the seats.
    fn writes(&self, hold: &Hold, booking: &Booking) -> Result<Vec<Write>, Refusal> {
        let mut writes = Vec::with_capacity(booking.seats.len() + 4);
        let guard = |payment: &Payment| Write::GuardPayment { payment: payment.clone(), booking: booking.id.clone() };
        writes.extend(self.payment.as_ref().map(guard));
        if booking.counted != Counted::No {
            let room = |most: usize| {
                let left = most.checked_sub(booking.seats.len());
                left.ok_or_else(|| too_many_held(most, hold.seats.len()))
            };
            let booked_at_most = self.event.rules.max_seats_per_buyer.map(room).transpose()?;
            writes.push(Write::AddToTally { booking: Box::new(booking.clone()), booked_at_most });
        }
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

    /// What the booking counts for among its buyer's limits.
    fn counted(&self) -> Counted {
        let rules = &self.event.rules;
        match (rules.one_booking_per_buyer, rules.max_seats_per_buyer) {
            (true, _) => Counted::SeatsAndOnly,
            (false, Some(_)) => Counted::Seats,
            (false, None) => Counted::No,
        }
    }

    /// The refusal of a booking that the buyer's limits do not allow.
    fn beyond_limits(&self, seen: &Seen, tally: &Tally) -> Refusal {
        let held = seen.known_hold().map_or(0, |hold| hold.seats.len());
        match (&tally.only, self.event.rules.max_seats_per_buyer) {
            (Some(booking), _) if self.event.rules.one_booking_per_buyer => Refusal::already_booked(booking),
            (_, most) => too_many_for_buyer(most.unwrap_or_default(), held, tally.booked),
        }
    }

    /// A payment that failed goes on record, unless it has booked already: then its booking is the answer.
    fn put_failure_on_record(&self, now: Moment, hold: Option<&Hold>, refusal: Refusal) -> Plan {
        let live = hold.filter(|hold| hold.is_live(now));
        let named = self.payment.as_ref();
        let order = FailedOrder {
            id: OrderId::of_failure(named, &self.buyer, &self.event.id, live.map(|hold| &hold.id)),
            buyer: self.buyer.clone(),
            event: self.event.id.clone(),
            payment: named.map(|payment| (payment.gateway.clone(), payment.transaction.clone())),
            amount: live.map_or(Minor(0), |hold| total(&hold.seats)),
            currency: live.map_or(self.event.currency, |hold| hold.currency),
            created_at: now,
        };
        let check = named.map(|payment| Write::CheckUnpaid(payment.clone()));
        let writes = check.into_iter().chain([Write::AddFailedOrder(Box::new(order))]).collect();
        Plan::Commit(Transaction { event: self.event.clone(), writes, answer: Err(refusal) })
    }

    /// The payment's guard under the gateway's name as the request spells it: earlier versions of the product wrote it
    /// there.
    fn older_guard(&self) -> Option<Look> {
        let payment = self.payment.as_ref()?;
        let gateway = payment.gateway_as_sent.clone()?;
        Some(Look::OlderPayment { gateway, transaction: payment.transaction.clone() })
    }

    /// The booking that an unanswered attempt of this request has made, if one has. A confirm with a payment does not
    /// look: its refused guard names the booking, and two payments for the same seats would make a booking of the same
    /// id.
    fn made_unanswered(&self, seen: &Seen, tried: &Transaction) -> Option<Conclusion> {
        let Ok(Answer::Booked(booking)) = &tried.answer else { return None };
        if self.payment.is_some() || !seen.is_unanswered {
            return None;
        }
        match &seen.booking {
            None => Some(Conclusion::Look(Look::Booking(booking.id.clone()))),
            Some(Some(made)) => Some(made_before(made)),
            Some(None) => None,
        }
    }

    /// The refusal, unless this payment has booked already: then its booking is the answer, whatever the payment's
    /// status is now.
    fn unless_paid(&self, now: Moment, seen: &Seen, refusal: Refusal) -> Conclusion {
        match (&self.payment, &seen.paid) {
            (None, _) | (Some(_), Some(None)) => Conclusion::Answer(Err(refusal)),
            (Some(payment), None) => Conclusion::Look(Look::Payment {
                gateway: payment.gateway.clone(),
                transaction: payment.transaction.clone(),
            }),
            (Some(_), Some(Some(booking))) => self.paid_for(now, seen, booking),
        }
    }

    /// The booking that the payment has paid for, if it is this buyer's and for this event. One payment never books
    /// twice, whichever seats the repeat names: the answer lists those that were booked.
    fn paid_for(&self, now: Moment, seen: &Seen, id: &BookingId) -> Conclusion {
        let Some(booking) = &seen.booking else { return Conclusion::Look(Look::Booking(id.clone())) };
        let Some(booking) = booking else {
            let cause = format!("a payment has paid for booking {id}, which is not there");
            return Conclusion::Answer(Err(Refusal::inconsistent(cause)));
        };
        let hold = seen.known_hold();
        if booking.buyer != self.buyer || booking.event != self.event.id {
            let refusal = payment_failed("This payment has been used for another booking", hold, now);
            return Conclusion::Answer(Err(refusal));
        }
        if booking.status == BookingStatus::Cancelled {
            let why = format!("This payment has paid for booking {}, which is cancelled", booking.id);
            return Conclusion::Answer(Err(payment_failed(&why, hold, now)));
        }
        made_before(booking)
    }
}

/// A booking that was made before is the answer, as long as it stands.
fn made_before(booking: &Booking) -> Conclusion {
    Conclusion::Answer(match booking.status {
        BookingStatus::Confirmed => Ok(Answer::Booked(booking.clone())),
        BookingStatus::Cancelled => {
            let seats: Vec<SeatId> = booking.seats.iter().map(|seat| seat.id.clone()).collect();
            Err(Refusal::not_held(&seats))
        }
    })
}

/// The refusal of a payment that books nothing; it says what the buyer holds, by the hold row that was read.
fn payment_failed(why: &str, hold: Option<&Hold>, now: Moment) -> Refusal {
    let held = match hold.filter(|hold| hold.is_live(now)) {
        Some(hold) => {
            let (seats, end) = (hold.seats.len(), hold.expires_at.rfc3339());
            format!("you hold {seats} seats in this event until {end}, and can pay for them with another payment")
        }
        None => "you hold no seats in this event".to_owned(),
    };
    Refusal::new(Code::PaymentFailed, format!("{why}; {held}"))
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
