//! Confirming: what is written, and what a payment or a lost answer means.

use super::super::{Found, Look};
use super::*;
use crate::answer::Answer;
use crate::booking::{Details, Payment};
use crate::event::ConfirmBy;
use crate::money::Minor;
use crate::name::{BookingId, BuyerId};
use crate::refusal::Code;
use crate::samples::{some_event, some_hold};
use crate::seat::{Seat, Status};
use crate::tally::{Counted, Tally};
use serde_json::json;
use std::sync::Arc;

const NOW: Moment = Moment(500);

fn payment() -> Payment {
    Payment { gateway: "stripe".into(), transaction: "t1".into(), gateway_as_sent: None }
}

fn verb(payment: Option<Payment>) -> ConfirmSeats {
    ConfirmSeats { checkout: checkout(payment), seats: None }
}

fn checkout(payment: Option<Payment>) -> Checkout {
    Checkout {
        event: Arc::new(some_event()),
        buyer: some_hold(1).buyer,
        by_admin: false,
        in_one_step: false,
        payment,
        unpaid: None,
        details: Details::default(),
    }
}

/// A confirm whose checkout differs from [`checkout`] in something.
fn with(checkout: Checkout) -> ConfirmSeats {
    ConfirmSeats { checkout, seats: None }
}

fn seen() -> Seen {
    Seen { hold: Some(Some(some_hold(2))), ..Seen::default() }
}

fn tried(verb: &ConfirmSeats) -> Transaction {
    match verb.plan(NOW, &seen()) {
        Plan::Commit(transaction) => transaction,
        other => unreachable!("a live hold is booked: {other:?}"),
    }
}

fn made(verb: &ConfirmSeats) -> Booking {
    match tried(verb).answer {
        Ok(Answer::Booked { booking, .. }) => booking,
        other => unreachable!("{other:?}"),
    }
}

/// What is said of a payment whose guard names this booking.
fn said_of(verb: &ConfirmSeats, booking: Booking) -> Result<Answer, Refusal> {
    let refused = Refused { paid: Some(Found::Row(Some(booking.id.clone()))), ..Refused::default() };
    let Next::Look(look) = verb.refused(NOW, &seen(), &tried(verb), &refused) else { unreachable!("it is looked at") };
    assert_eq!(look, Look::Booking(booking.id.clone()));
    match verb.refused(NOW, &Seen { booking: Some(Some(booking)), ..seen() }, &tried(verb), &refused) {
        Next::Answer(answer) => answer,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn the_guard_of_the_payment_comes_first_then_the_seats_the_hold_row_and_the_booking() {
    let writes = tried(&verb(Some(payment()))).writes;
    assert!(matches!(
        writes.as_slice(),
        [
            Write::GuardPayment { .. },
            Write::BookSeat { .. },
            Write::BookSeat { .. },
            Write::ReplaceHold { .. },
            Write::AddBooking(_)
        ]
    ));
    assert_eq!(tried(&verb(None)).writes.len(), 4, "without a payment there is no guard");
}

#[test]
fn a_payment_that_has_booked_answers_with_its_booking() {
    let verb = verb(Some(payment()));
    assert_eq!(said_of(&verb, made(&verb)), Ok(Answer::Booked { booking: made(&verb), in_one_step: false }));
}

#[test]
fn a_payment_that_has_paid_for_something_else_or_for_what_is_cancelled_books_nothing() {
    let verb = verb(Some(payment()));
    let another = Booking { buyer: BuyerId::parse("bob").unwrap(), ..made(&verb) };
    let refusal = said_of(&verb, another).unwrap_err();
    assert_eq!(refusal.code, Code::PaymentFailed);
    assert!(refusal.message.starts_with("This payment has been used for another booking; you hold 2 seats"));
    let cancelled = made(&verb).without(None, NOW).unwrap();
    let refusal = said_of(&verb, cancelled).unwrap_err();
    assert!(refusal.message.contains(", which is cancelled; you hold 2 seats"), "{}", refusal.message);
}

/// What is put on record where this payment, or none that is named, has failed.
fn failed(payment: Option<Payment>, hold: Option<Hold>) -> (Vec<Write>, Refusal) {
    let verb = with(Checkout { unpaid: Some("declined"), ..checkout(payment) });
    match verb.plan(NOW, &Seen { hold: Some(hold), ..Seen::default() }) {
        Plan::Commit(Transaction { writes, answer: Err(refusal), .. }) => (writes, refusal),
        other => unreachable!("a failed payment goes on record: {other:?}"),
    }
}

#[test]
fn a_payment_that_is_not_paid_goes_on_record_with_what_was_held() {
    let (writes, refusal) = failed(Some(payment()), Some(some_hold(2)));
    assert_eq!(refusal.code, Code::PaymentFailed);
    let [Write::CheckUnpaid(checked), Write::AddFailedOrder(order)] = &writes[..] else { unreachable!("{writes:?}") };
    assert_eq!(*checked, payment());
    let paid = Details { payment_info: json!({ "gateway": "stripe", "transactionId": "t1" }), ..Details::default() };
    let booking = made(&with(Checkout { details: paid, ..checkout(Some(payment())) }));
    assert_eq!((order.amount, &order.id), (Minor(30_000), &booking.order_id()), "one payment is one order");
    let (_, refusal) = failed(Some(payment()), None);
    assert!(refusal.message.ends_with("you hold no seats in this event"));
    let Some(Write::AddFailedOrder(order)) = failed(Some(payment()), None).0.pop() else { unreachable!("the order") };
    assert_eq!(order.amount, Minor(0));
}

#[test]
fn a_failure_without_a_payments_name_is_one_order_for_each_hold() {
    let id = |hold: Option<Hold>| match failed(None, hold).0.pop() {
        Some(Write::AddFailedOrder(order)) => order.id,
        other => unreachable!("{other:?}"),
    };
    assert_eq!(id(Some(some_hold(2))), id(Some(some_hold(1))));
    assert_ne!(id(Some(some_hold(2))), id(None));
}

#[test]
fn a_conflict_on_the_guard_hides_whether_the_payment_has_booked_so_it_is_looked_at_before_anything_is_said() {
    let declined = with(Checkout { unpaid: Some("declined"), ..checkout(Some(payment())) });
    let seats_gone = vec![(some_hold(1).seats[0].id.clone(), Found::Row(None))];
    for (verb, seats) in [(declined, Vec::new()), (verb(Some(payment())), seats_gone)] {
        let Plan::Commit(tried) = verb.plan(NOW, &seen()) else { unreachable!("{verb:?} is written") };
        let refused = Refused { seats, paid: Some(Found::Conflict), ..Refused::default() };
        let looked_at = Look::Payment { gateway: "stripe".into(), transaction: "t1".into() };
        let next = verb.refused(NOW, &seen(), &tried, &refused);
        assert!(matches!(next, Next::Look(look) if look == looked_at));
        let id = BookingId::derived(&["first"]);
        let paid = Seen { paid: Some(Some(id.clone())), ..seen() };
        let next = verb.refused(NOW, &paid, &tried, &refused);
        assert!(matches!(next, Next::Look(look) if look == Look::Booking(id)));
        let unpaid = Seen { paid: Some(None), ..seen() };
        assert!(matches!(verb.refused(NOW, &unpaid, &tried, &refused), Next::Answer(Err(_))));
    }
}

#[test]
fn a_payment_that_has_booked_answers_with_its_booking_whatever_is_said_of_it_since() {
    let unpaid = with(Checkout { unpaid: Some("declined"), ..checkout(Some(payment())) });
    let booking = made(&verb(Some(payment())));
    let Plan::Commit(tried) = unpaid.plan(NOW, &seen()) else { unreachable!("it goes on record") };
    let paid = Refused { paid: Some(Found::Row(Some(booking.id.clone()))), ..Refused::default() };
    let found = Seen { booking: Some(Some(booking.clone())), ..seen() };
    let next = unpaid.refused(NOW, &found, &tried, &paid);
    assert!(matches!(next, Next::Answer(Ok(Answer::Booked { booking: found, .. })) if found == booking));
    let again = unpaid.refused(NOW, &seen(), &tried, &Refused::default());
    assert!(matches!(again, Next::Answer(Err(refusal)) if refusal.code == Code::PaymentFailed), "it is on record");
}

fn limited(most: Option<usize>, is_one: bool) -> ConfirmSeats {
    let mut event = some_event();
    (event.rules.max_seats_per_buyer, event.rules.one_booking_per_buyer) = (most, is_one);
    with(Checkout { event: Arc::new(event), ..checkout(Some(payment())) })
}

#[test]
fn a_booking_is_counted_where_the_event_limits_buyers_and_nowhere_else() {
    for (most, is_one, counted) in [
        (None, false, Counted::No),
        (Some(4), false, Counted::Seats),
        (None, true, Counted::SeatsAndOnly),
        (Some(4), true, Counted::SeatsAndOnly),
    ] {
        let verb = limited(most, is_one);
        assert_eq!(made(&verb).counted, counted);
        let tally = tried(&verb).writes.into_iter().nth(1);
        match tally {
            Some(Write::AddToTally { booked_at_most, .. }) => assert_eq!(booked_at_most, most.map(|most| most - 2)),
            other => assert!(counted == Counted::No && matches!(other, Some(Write::BookSeat { .. }))),
        }
    }
}

/// The hold, and a payment that has paid for nothing.
fn paid_for_nothing() -> Seen {
    Seen { paid: Some(None), ..seen() }
}

#[test]
fn a_second_booking_is_refused_with_the_first_and_too_many_seats_with_their_number() {
    let first = Tally { booked: 2, only: Some(BookingId::derived(&["first"])) };
    let next = |verb: &ConfirmSeats, tally: &Tally| {
        let refused = Refused { tally: Some(Found::Row(Some(tally.clone()))), ..Refused::default() };
        let look = verb.refused(NOW, &seen(), &tried(verb), &refused);
        assert!(matches!(look, Next::Look(Look::Payment { .. })), "the payment may have booked");
        match verb.refused(NOW, &paid_for_nothing(), &tried(verb), &refused) {
            Next::Answer(Err(refusal)) => refusal,
            other => unreachable!("{other:?}"),
        }
    };
    let refusal = next(&limited(None, true), &first);
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::AlreadyBooked, "Already Booked"));
    assert_eq!(refusal.data["bookingId"], first.only.clone().unwrap().as_str());
    let verb = limited(None, true);
    let with_hold = Refused {
        tally: Some(Found::Row(Some(first.clone()))),
        hold: Some(Found::Row(Some(some_hold(0)))),
        ..Refused::default()
    };
    assert!(
        matches!(verb.refused(NOW, &paid_for_nothing(), &tried(&verb), &with_hold), Next::Again),
        "it may be a twin"
    );
    let refusal = next(&limited(Some(3), false), &first);
    assert_eq!(refusal.code, Code::LimitExceeded);
    assert!(refusal.message.ends_with("you hold 2 there and have booked 2"), "{}", refusal.message);
}

#[test]
fn an_attempt_that_was_never_answered_may_have_booked() {
    let verb = verb(None);
    let refused = Refused { hold: Some(Found::Row(Some(some_hold(0)))), ..Refused::default() };
    let unanswered = Seen { is_unanswered: true, ..seen() };
    let booking = made(&verb);
    let look = verb.refused(NOW, &unanswered, &tried(&verb), &refused);
    assert!(matches!(look, Next::Look(Look::Booking(id)) if id == booking.id));
    let found = Seen { booking: Some(Some(booking.clone())), ..unanswered.clone() };
    let answer = verb.refused(NOW, &found, &tried(&verb), &refused);
    assert!(matches!(answer, Next::Answer(Ok(Answer::Booked { booking: made, .. })) if made == booking));
    let none = Seen { booking: Some(None), ..unanswered };
    assert!(matches!(verb.refused(NOW, &none, &tried(&verb), &refused), Next::Again));
    assert!(matches!(verb.refused(NOW, &seen(), &tried(&verb), &refused), Next::Again), "every attempt was answered");
}

#[test]
fn seats_that_ran_out_between_plan_and_write_are_named() {
    let verb = verb(None);
    let seat = Seat {
        id: some_hold(1).seats[0].id.clone(),
        status: Status::Available,
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
    let refused = Refused { seats: vec![(seat.id.clone(), Found::Row(Some(seat)))], ..Refused::default() };
    let Next::Answer(Err(refusal)) = verb.refused(NOW, &seen(), &tried(&verb), &refused) else {
        unreachable!("the hold row is as it was, so the seats decide")
    };
    assert_eq!(refusal.message, "User does not hold all required seats: seat_0");
}

#[test]
fn where_the_shop_confirms_a_buyer_may_not_but_learns_what_the_payment_has_booked() {
    let mut event = some_event();
    event.rules.confirm_by = ConfirmBy::Admin;
    let by_buyer = with(Checkout { event: Arc::new(event.clone()), ..checkout(None) });
    let Plan::Answer(Err(refusal)) = by_buyer.plan(NOW, &seen()) else { unreachable!("only the shop confirms") };
    assert_eq!(refusal.code, Code::Forbidden);
    let by_shop = with(Checkout { by_admin: true, ..by_buyer.checkout });
    assert!(matches!(by_shop.plan(NOW, &seen()), Plan::Commit(_)));
    let with_payment = with(Checkout { event: Arc::new(event), ..checkout(Some(payment())) });
    assert!(matches!(with_payment.plan(NOW, &seen()), Plan::Look(Look::Payment { .. })));
}
