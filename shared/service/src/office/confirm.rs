//! Confirming: what a buyer holds becomes a booking. One read for the seats and prices, one transaction that decides.

use super::{Committed, Ground, Office, lost, own_haste};
use crate::input::admission::Admission;
use domain::booking::{Booking, BookingStatus, Details, Payment};
use domain::clock::Moment;
use domain::event::ConfirmBy;
use domain::hold::Hold;
use domain::limits::DECISION_ATTEMPTS;
use domain::name::{BookingId, EventId, SeatId};
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Refusal};
use domain::release::{Which, pick};
use store::Item;
use store::key;
use store::step::{Broken, Subject, Why};
use store::write::guarded_booking;

/// A request to book held seats.
#[derive(Clone, Debug)]
pub struct ConfirmRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// Which of the held seats; none named means all of them.
    pub which: Which,
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The gateway's word, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record with the booking.
    pub details: Details,
}

impl Office {
    /// Books held seats for good.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was booked and the hold is as it was.
    pub async fn confirm(&self, request: &ConfirmRequest) -> Outcome {
        self.for_buyer(&request.admission, self.try_confirm(request)).await
    }

    async fn try_confirm(&self, request: &ConfirmRequest) -> Outcome {
        let Admission { caller, buyer, idempotency, .. } = &request.admission;
        let Ground { event, named, mut hold } = self.ground(buyer, &request.event, &request.which).await?;
        if event.rules.confirm_by == ConfirmBy::Admin && !caller.is_admin {
            let message = "In this event the shop's server confirms, once it has seen the payment";
            return self.paid_before(request, hold.as_ref(), Refusal::new(Code::Forbidden, message)).await;
        }
        if let Some(guard) = self.older_guard(request).await? {
            return self.booking_paid_by(request, hold.as_ref(), guarded_booking(&guard)).await;
        }
        if let Some(word) = request.unpaid {
            let why = format!("The payment is not paid ({word})");
            return self
                .paid_before(request, hold.as_ref(), payment_failed(&why, hold.as_ref(), self.clock.now()))
                .await;
        }
        let unanswered = self.store.unanswered();
        for attempt in 0..DECISION_ATTEMPTS {
            self.store.pause(attempt).await;
            let now = self.clock.now();
            let (held, seats) = match to_book(now, hold.as_ref(), named.as_deref()) {
                Ok(found) => found,
                Err(refusal) => return self.paid_before(request, hold.as_ref(), refusal).await,
            };
            let booking = Booking::of_hold(held, seats, request.details.clone(), now);
            let done = Done { message: booking.message(), data: booking.confirmation() };
            let steps = self.store.confirm_steps(now, &event, held, &booking, request.payment.as_ref());
            let broken = match self.commit(now, idempotency.as_ref(), &done, steps).await {
                Committed::Done => return Ok(done),
                // Its twin may be what locked the seats: then that one's booking is the answer.
                Committed::Answer(Err(refusal)) if refusal.code == Code::SeatLocked => {
                    return match self.lost_booking(request, &booking.id, unanswered).await? {
                        Some(booking) => self.found_again(request, &booking).await,
                        None => self.paid_before(request, hold.as_ref(), refusal).await,
                    };
                }
                Committed::Answer(answer) => return answer,
                Committed::Broken(broken) => broken,
            };
            if let Some(guard) = refused(&broken, &Subject::Payment) {
                return self.booking_paid_by(request, hold.as_ref(), guarded_booking(guard)).await;
            }
            if let Some(booking) = self.lost_booking(request, &booking.id, unanswered).await? {
                return self.found_again(request, &booking).await;
            }
            match self.hold_after(&broken, buyer, &event.id).await? {
                Some(found) => hold = found,
                None => return Err(lost(&broken)),
            }
        }
        Err(own_haste())
    }

    /// The guard of this payment under the gateway's name as it is spelt here, which an earlier version of the product wrote.
    async fn older_guard(&self, request: &ConfirmRequest) -> Result<Option<Item>, Refusal> {
        match request.payment.as_ref().and_then(|payment| Some((payment.gateway_as_sent.as_ref()?, payment))) {
            Some((gateway, payment)) => Ok(self.store.get(&key::payment(gateway, &payment.transaction)).await?),
            None => Ok(None),
        }
    }

    /// The booking that an attempt of this request made whose answer was lost, if there is one. A payment's guard says so
    /// by itself, and two payments for the same seats would make the same booking, so they never look here.
    async fn lost_booking(
        &self,
        request: &ConfirmRequest,
        tried: &BookingId,
        unanswered: u64,
    ) -> Result<Option<Booking>, Refusal> {
        if request.payment.is_some() || self.store.unanswered() == unanswered {
            return Ok(None);
        }
        Ok(self.store.booking(tried).await?)
    }

    /// The seats cannot be booked. Perhaps because this very payment has booked them: then that is the answer, whatever
    /// is said of the payment since.
    async fn paid_before(&self, request: &ConfirmRequest, hold: Option<&Hold>, refusal: Refusal) -> Outcome {
        let Some(payment) = &request.payment else { return Err(refusal) };
        let guard = self.store.get(&key::payment(&payment.gateway, &payment.transaction)).await?;
        match guard {
            Some(guard) => self.booking_paid_by(request, hold, guarded_booking(&guard)).await,
            None => Err(refusal),
        }
    }

    /// The booking that the payment paid for, if it is this buyer's and for this event. One payment never books twice,
    /// whichever seats the repeat names: the answer lists those that were booked.
    async fn booking_paid_by(
        &self,
        request: &ConfirmRequest,
        hold: Option<&Hold>,
        booking: Option<BookingId>,
    ) -> Outcome {
        let booking = booking.ok_or_else(|| crate::log::fault(&"payment guard without a booking"))?;
        let now = self.clock.now();
        match self.store.booking(&booking).await? {
            Some(booking) if booking.buyer != request.admission.buyer || booking.event != request.event => {
                Err(payment_failed("This payment has been used for another booking", hold, now))
            }
            Some(booking) if booking.status == BookingStatus::Cancelled => {
                let why = format!("This payment has paid for booking {}, which is cancelled", booking.id);
                Err(payment_failed(&why, hold, now))
            }
            Some(booking) => self.found_again(request, &booking).await,
            None => Err(crate::log::fault(&format!("payment guard of booking {booking}, which is not there"))),
        }
    }

    /// A booking that was made before is the answer.
    async fn found_again(&self, request: &ConfirmRequest, booking: &Booking) -> Outcome {
        if booking.status == BookingStatus::Cancelled {
            let seats: Vec<SeatId> = booking.seats.iter().map(|seat| seat.id.clone()).collect();
            return Err(Refusal::not_held(&seats));
        }
        let done = Done { message: booking.message(), data: booking.confirmation() };
        self.done_before(request.admission.idempotency.as_ref(), done).await
    }
}

/// A payment that books nothing, with what its buyer holds as it was read.
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
) -> Result<(&'a Hold, Vec<domain::seat::PricedSeat>), Refusal> {
    let seats = pick(now, hold, named)?;
    match hold {
        Some(hold) if !seats.is_empty() => Ok((hold, seats)),
        // Name what has just run out, so that the buyer knows.
        Some(hold) => Err(Refusal::not_held(&hold.seats.iter().map(|s| s.id.clone()).collect::<Vec<_>>())),
        None => Err(Refusal::not_held(&[])),
    }
}

/// The row on which a step's condition failed.
fn refused<'a>(broken: &'a [Broken], subject: &Subject) -> Option<&'a Item> {
    broken.iter().find(|b| b.subject == *subject).and_then(|b| match &b.why {
        Why::Condition(row) => row.as_ref(),
        Why::Conflict => None,
    })
}
