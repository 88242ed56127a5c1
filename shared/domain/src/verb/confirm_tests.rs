//! Confirming: what is written, and what a payment or a lost answer means.

use super::super::Found;
use super::*;
use crate::samples::{some_event, some_hold};
use crate::seat::{Seat, Status};

const NOW: Moment = Moment(500);

fn payment() -> Payment {
    Payment { gateway: "stripe".into(), transaction: "t1".into(), gateway_as_sent: None }
}

fn verb(payment: Option<Payment>) -> ConfirmSeats {
    ConfirmSeats {
        event: Arc::new(some_event()),
        buyer: some_hold(1).buyer,
        by_admin: false,
        seats: None,
        payment,
        unpaid: None,
        details: Details::default(),
    }
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
        Answer::Booked(booking) => booking,
        other => unreachable!("{other:?}"),
    }
}

/// What is said of a payment whose guard names this booking.
fn said_of(verb: &ConfirmSeats, booking: Booking) -> Result<Answer, Refusal> {
    let refused = Refused { paid: Some(booking.id.clone()), ..Refused::default() };
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
    assert_eq!(said_of(&verb, made(&verb)), Ok(Answer::Booked(made(&verb))));
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

#[test]
fn a_payment_that_is_not_paid_is_looked_up_before_it_is_refused() {
    let verb = ConfirmSeats { unpaid: Some("declined"), ..verb(Some(payment())) };
    let look = Look::Payment { gateway: "stripe".into(), transaction: "t1".into() };
    assert!(matches!(verb.plan(NOW, &seen()), Plan::Look(found) if found == look));
    let Plan::Answer(Err(refusal)) = verb.plan(NOW, &Seen { paid: Some(None), ..seen() }) else {
        unreachable!("nothing is booked")
    };
    assert_eq!(refusal.code, Code::PaymentFailed);
    let paid =
        Seen { paid: Some(Some(made(&self::verb(None)).id)), booking: Some(Some(made(&self::verb(None)))), ..seen() };
    assert!(matches!(verb.plan(NOW, &paid), Plan::Answer(Ok(Answer::Booked(_)))), "whatever is said of it since");
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
    assert!(matches!(answer, Next::Answer(Ok(Answer::Booked(made))) if made == booking));
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
    let by_buyer = ConfirmSeats { event: Arc::new(event.clone()), ..verb(None) };
    let Plan::Answer(Err(refusal)) = by_buyer.plan(NOW, &seen()) else { unreachable!("only the shop confirms") };
    assert_eq!(refusal.code, Code::Forbidden);
    let by_shop = ConfirmSeats { by_admin: true, ..by_buyer };
    assert!(matches!(by_shop.plan(NOW, &seen()), Plan::Commit(_)));
    let with_payment = ConfirmSeats { event: Arc::new(event), ..verb(Some(payment())) };
    assert!(matches!(with_payment.plan(NOW, &seen()), Plan::Look(Look::Payment { .. })));
}
