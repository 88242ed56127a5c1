//! What every booking has in common, of what is held and in one step: its payment, its record, and what limits its buyer.

use super::{Conclusion, Found, Look, Plan, Refused, Seen, Transaction};
use crate::answer::Answer;
use crate::booking::{Booking, BookingStatus, Details, Payment};
use crate::clock::Moment;
use crate::event::{ConfirmBy, Event};
use crate::hold::Hold;
use crate::money::Minor;
use crate::name::{BookingId, BuyerId, OrderId, SeatId};
use crate::order::FailedOrder;
use crate::refusal::{Code, Refusal};
use crate::seat::total;
use crate::tally::{Counted, Tally, too_many_for_buyer, too_many_held};
use crate::write::Write;
use std::sync::Arc;

/// Somebody books.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// The event.
    pub event: Arc<Event>,
    /// For whom.
    pub buyer: BuyerId,
    /// Whether an admin asks.
    pub by_admin: bool,
    /// Whether in one step, with no hold before.
    pub in_one_step: bool,
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The payment's status, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record with the booking.
    pub details: Details,
}

impl Checkout {
    /// What comes before any look at seats: who may book, and whether the payment is paid, or has booked before. None where
    /// seats are to be booked.
    pub(super) fn before_seats(&self, now: Moment, seen: &Seen) -> Option<Plan> {
        if self.event.rules.confirm_by == ConfirmBy::Admin && !self.by_admin {
            let message = "In this event the shop's server confirms, once it has seen the payment";
            return Some(self.unless_paid(now, seen, Refusal::new(Code::Forbidden, message)).into());
        }
        match (self.older_guard(), &seen.older_paid) {
            (Some(guard), None) => return Some(Plan::Look(guard)),
            (Some(_), Some(Some(booking))) => return Some(self.paid_for(now, seen, booking).into()),
            (Some(_), Some(None)) | (None, _) => {}
        }
        let word = self.unpaid?;
        let Some(hold) = &seen.hold else { return Some(Plan::Look(self.hold_row())) };
        let hold = hold.as_ref();
        let why = format!("The payment is not paid ({word})");
        Some(self.put_failure_on_record(now, hold, payment_failed(&why, hold, now)))
    }

    pub(super) fn hold_row(&self) -> Look {
        Look::Hold(self.buyer.clone(), self.event.id.clone())
    }

    /// The writes that come before those of the seats: the payment first, then what limits the buyer, who holds so many
    /// seats, and so many of them beside those that are booked.
    pub(super) fn guards(&self, booking: &Booking, held: usize, beside: usize) -> Result<Vec<Write>, Refusal> {
        let mut writes = Vec::with_capacity(booking.seats.len() + 4);
        let guard = |payment: &Payment| Write::GuardPayment { payment: payment.clone(), booking: booking.id.clone() };
        writes.extend(self.payment.as_ref().map(guard));
        if booking.counted != Counted::No {
            let room = |most: usize| {
                let left = most.checked_sub(booking.seats.len() + beside);
                left.ok_or_else(|| too_many_held(most, held))
            };
            let booked_at_most = self.event.rules.max_seats_per_buyer.map(room).transpose()?;
            writes.push(Write::AddToTally { booking: Box::new(booking.clone()), booked_at_most });
        }
        Ok(writes)
    }

    /// What follows from refused writes whatever the seats are: the payment has booked, the failure is on record, an
    /// attempt of this request has booked, or the buyer's limits are reached. None where it is the seats that matter, or
    /// the hold row is in the way too, so that the next round counts what it has.
    pub(super) fn refused(
        &self,
        now: Moment,
        seen: &Seen,
        tried: &Transaction,
        refused: &Refused,
    ) -> Option<Conclusion> {
        match (&refused.paid, &seen.paid) {
            (Some(Found::Row(Some(booking))), _) | (Some(Found::Conflict), Some(Some(booking))) => {
                return Some(self.paid_for(now, seen, booking));
            }
            // The conflict hides whether the payment has booked.
            (Some(Found::Conflict), None) => return self.guard().map(Conclusion::Look),
            (Some(Found::Row(None)) | None, _) | (Some(Found::Conflict), Some(None)) => {}
        }
        // The failed order is on record already.
        if let Err(failed) = &tried.answer {
            return Some(Conclusion::Answer(Err(failed.clone())));
        }
        if let Some(made) = self.made_unanswered(seen, tried) {
            return Some(made);
        }
        match (&refused.tally, &refused.hold) {
            (Some(Found::Row(Some(tally))), None) => {
                Some(self.unless_paid(now, seen, self.beyond_limits(now, seen, tally)))
            }
            _ => None,
        }
    }

    /// What the booking counts for among its buyer's limits.
    pub(super) fn counted(&self) -> Counted {
        let rules = &self.event.rules;
        match (rules.one_booking_per_buyer, rules.max_seats_per_buyer) {
            (true, _) => Counted::SeatsAndOnly,
            (false, Some(_)) => Counted::Seats,
            (false, None) => Counted::No,
        }
    }

    /// The refusal of a booking that the buyer's limits do not allow.
    fn beyond_limits(&self, now: Moment, seen: &Seen, tally: &Tally) -> Refusal {
        let held = seen.known_hold().filter(|hold| hold.is_live(now)).map_or(0, |hold| hold.seats.len());
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

    /// The payment's guard.
    fn guard(&self) -> Option<Look> {
        let payment = self.payment.as_ref()?;
        Some(Look::Payment { gateway: payment.gateway.clone(), transaction: payment.transaction.clone() })
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
    pub(super) fn made_unanswered(&self, seen: &Seen, tried: &Transaction) -> Option<Conclusion> {
        let Ok(Answer::Booked { booking, .. }) = &tried.answer else { return None };
        if self.payment.is_some() || !seen.is_unanswered {
            return None;
        }
        match &seen.booking {
            None => Some(Conclusion::Look(Look::Booking(booking.id.clone()))),
            Some(Some(made)) => Some(self.made_before(made)),
            Some(None) => None,
        }
    }

    /// The refusal, unless this payment has booked already: then its booking is the answer, whatever the payment's
    /// status is now.
    pub(super) fn unless_paid(&self, now: Moment, seen: &Seen, refusal: Refusal) -> Conclusion {
        match (self.guard(), &seen.paid) {
            (None, _) | (Some(_), Some(None)) => Conclusion::Answer(Err(refusal)),
            (Some(guard), None) => Conclusion::Look(guard),
            (Some(_), Some(Some(booking))) => self.paid_for(now, seen, booking),
        }
    }

    /// The refusal of seats, unless this payment has booked already, or the buyer has the one booking that the event allows.
    pub(super) fn unless_booked(&self, now: Moment, seen: &Seen, refusal: Refusal) -> Conclusion {
        let conclusion = self.unless_paid(now, seen, refusal);
        let is_unpaid = self.payment.is_none() || seen.paid == Some(None);
        if !is_unpaid || !self.event.rules.one_booking_per_buyer {
            return conclusion;
        }
        match &seen.tally {
            None => Conclusion::Look(Look::Tally(self.buyer.clone(), self.event.id.clone())),
            Some(Some(Tally { only: Some(booking), .. })) => Conclusion::Answer(Err(Refusal::already_booked(booking))),
            Some(_) => conclusion,
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
        let is_theirs = booking.buyer == self.buyer && booking.event == self.event.id;
        if is_theirs && booking.status == BookingStatus::Confirmed {
            return self.made_before(booking);
        }
        let Some(hold) = &seen.hold else { return Conclusion::Look(self.hold_row()) };
        let hold = hold.as_ref();
        if !is_theirs {
            let refusal = payment_failed("This payment has been used for another booking", hold, now);
            return Conclusion::Answer(Err(refusal));
        }
        let why = format!("This payment has paid for booking {}, which is cancelled", booking.id);
        Conclusion::Answer(Err(payment_failed(&why, hold, now)))
    }

    /// A booking that was made before is the answer, as long as it stands.
    fn made_before(&self, booking: &Booking) -> Conclusion {
        Conclusion::Answer(match booking.status {
            BookingStatus::Confirmed => Ok(self.booked(booking.clone())),
            BookingStatus::Cancelled => {
                let seats: Vec<SeatId> = booking.seats.iter().map(|seat| seat.id.clone()).collect();
                Err(Refusal::not_held(&seats))
            }
        })
    }

    /// The answer that tells of a booking.
    pub(super) fn booked(&self, booking: Booking) -> Answer {
        Answer::Booked { booking, in_one_step: self.in_one_step }
    }
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
