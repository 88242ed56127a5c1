//! Booking in one step: what is written, and what comes first where something is in the way.

use super::super::Found;
use super::*;
use crate::answer::Answer;
use crate::booking::{Details, Payment};
use crate::choice::readings::{Readings, lanes};
use crate::event::{ConfirmBy, Event};
use crate::money::Minor;
use crate::name::{BookingId, CategoryId, TicketTypeId};
use crate::samples::{hall_layout, some_event, some_hold};
use crate::seat::{Seat, Status};
use crate::tally::{Counted, Tally};
use crate::ticket_type::TicketType;

const NOW: Moment = Moment(500);

fn payment() -> Payment {
    Payment { gateway: "stripe".into(), transaction: "t1".into(), gateway_as_sent: None }
}

fn book(
    event: Event,
    payment: Option<Payment>,
    wanted: impl FnOnce(Arc<Event>, Arc<Inventory>) -> Wanted,
) -> BookSeats {
    let (event, inventory) = (Arc::new(event), hall_layout(2, 10).inventory().clone());
    let checkout = Checkout {
        event: event.clone(),
        buyer: some_hold(1).buyer,
        by_admin: false,
        in_one_step: true,
        payment,
        unpaid: None,
        details: Details::default(),
    };
    let wanted = wanted(event, inventory.clone());
    BookSeats { checkout, inventory, wanted, request_id: "r1".into() }
}

fn seats(event: Event, payment: Option<Payment>, ids: &[&str]) -> BookSeats {
    let ids = ids.iter().map(|id| SeatId::parse(id).unwrap()).collect();
    book(event, payment, |_, _| Wanted::Seats(ids, TypesBySeat::default()))
}

fn best(event: Event, payment: Option<Payment>, quantity: usize) -> BookSeats {
    book(event, payment, |event, inventory| {
        let named = Named { quantity, accessible: 0, category: None, area: None, together: true, types: Vec::new() };
        let wish = named.resolve(&event, &inventory).unwrap();
        Wanted::Best(Chooser { event, inventory, wish, nonce: 3 }, named)
    })
}

/// Every lane was read, and these seats are taken.
fn read(verb: &BookSeats, taken: std::ops::Range<u32>) -> Seen {
    let event = &verb.checkout.event;
    let mut readings = Readings::none(event.lanes, lanes(event, &verb.inventory));
    (0..event.lanes).for_each(|lane| readings.take(lane, std::iter::empty()));
    taken.for_each(|seat| readings.note(seat, Moment(i64::MAX)));
    Seen { readings: Some(readings), ..Seen::default() }
}

fn tried(verb: &BookSeats, seen: &Seen) -> Transaction {
    match verb.plan(NOW, seen) {
        Plan::Commit(transaction) => transaction,
        other => unreachable!("{other:?}"),
    }
}

fn booking(transaction: &Transaction) -> &Booking {
    match &transaction.answer {
        Ok(Answer::Booked { booking, in_one_step: true }) => booking,
        other => unreachable!("{other:?}"),
    }
}

fn one_each() -> Event {
    let mut event = some_event();
    event.rules.one_booking_per_buyer = true;
    event
}

fn held_by_buyer(ids: &[&str]) -> Hold {
    let mut hold = some_hold(ids.len());
    for (seat, id) in hold.seats.iter_mut().zip(ids) {
        seat.id = SeatId::parse(id).unwrap();
        seat.price = Minor(1);
    }
    hold
}

fn row(id: &str, status: Status) -> Seat {
    Seat {
        id: SeatId::parse(id).unwrap(),
        status,
        version: 1,
        hold: None,
        holder: Some(some_hold(1).buyer),
        expires_at: Some(Moment(1_000)),
        price: None,
        ticket_type: None,
        booking: None,
        booked_at: None,
        withdrawn: None,
    }
}

#[test]
fn named_seats_are_booked_with_no_read_before_the_payment_first_and_the_record_last() {
    let transaction = tried(&seats(one_each(), Some(payment()), &["seat_A1", "seat_A2"]), &Seen::default());
    assert!(matches!(
        transaction.writes.as_slice(),
        [
            Write::GuardPayment { .. },
            Write::AddToTally { booked_at_most: None, .. },
            Write::BookFreeSeat { .. },
            Write::BookFreeSeat { .. },
            Write::AddBooking(_)
        ]
    ));
    assert_eq!(booking(&transaction).counted, Counted::SeatsAndOnly);
    let plain = tried(&seats(some_event(), None, &["seat_A1"]), &Seen::default());
    assert_eq!(plain.writes.len(), 2, "a seat and the record");
}

#[test]
fn one_request_makes_one_booking_whichever_seats_are_chosen() {
    let verb = best(some_event(), None, 2);
    let (first, second) = (tried(&verb, &read(&verb, 0..0)), tried(&verb, &read(&verb, 0..10)));
    assert_ne!(booking(&first).seats, booking(&second).seats);
    assert_eq!(booking(&first).id, booking(&second).id);
    let other = BookSeats { request_id: "r2".into(), ..verb };
    assert_ne!(booking(&tried(&other, &read(&other, 0..0))).id, booking(&first).id);
}

#[test]
fn seats_that_the_buyer_holds_are_booked_out_of_the_hold_at_its_price() {
    let verb = seats(some_event(), None, &["seat_A1", "seat_A2"]);
    let first = tried(&verb, &Seen::default());
    let in_own_hold = Refused {
        seats: vec![(SeatId::parse("seat_A1").unwrap(), Found::Row(Some(row("seat_A1", Status::Held))))],
        ..Refused::default()
    };
    let look = verb.refused(NOW, &Seen::default(), &first, &in_own_hold);
    assert!(matches!(look, Next::Look(Look::Hold(..))), "{look:?}");
    let seen = Seen { hold: Some(Some(held_by_buyer(&["seat_A1", "seat_B1"]))), ..Seen::default() };
    assert!(matches!(verb.refused(NOW, &seen, &first, &in_own_hold), Next::Again));
    let transaction = tried(&verb, &seen);
    let [Write::BookSeat { .. }, Write::BookFreeSeat { .. }, Write::ReplaceHold { after, .. }, Write::AddBooking(made)] =
        transaction.writes.as_slice()
    else {
        unreachable!("{transaction:?}")
    };
    assert_eq!(crate::hold::ids(&after.seats), ["seat_B1"], "the rest of the hold stays");
    assert_eq!((made.seats[0].price, made.seats[1].price), (Minor(1), Minor(7_500)));
}

#[test]
fn a_seat_of_ones_own_hold_that_is_booked_as_another_type_costs_what_that_type_costs_today() {
    let of_type = |id: &str, price| TicketType {
        id: TicketTypeId::parse(id).unwrap(),
        name: id.to_owned(),
        prices: ["standard", "vip"].map(|id| (CategoryId::parse(id).unwrap(), Minor(price))).into(),
    };
    let event = Event { ticket_types: vec![of_type("adult", 9_000), of_type("child", 2_000)], ..some_event() };
    let mut verb = seats(event, None, &["seat_A1", "seat_A2"]);
    let types = TypesBySeat([("seat_A1", "child"), ("seat_A2", "adult")].map(typed).into());
    verb.wanted = Wanted::Seats(["seat_A1", "seat_A2"].map(|id| SeatId::parse(id).unwrap()).into(), types);
    let mut hold = held_by_buyer(&["seat_A1", "seat_A2"]);
    hold.seats.iter_mut().for_each(|seat| seat.ticket_type = Some(TicketTypeId::parse("adult").unwrap()));
    let transaction = tried(&verb, &Seen { hold: Some(Some(hold)), ..Seen::default() });
    let [Write::BookSeatAs { ticket_type, price, .. }, Write::BookSeat { .. }, ..] = transaction.writes.as_slice()
    else {
        unreachable!("{transaction:?}")
    };
    assert_eq!((ticket_type.as_str(), *price), ("child", Minor(2_000)));
    let Ok(Answer::Booked { booking, .. }) = transaction.answer else { unreachable!() };
    let prices: Vec<Minor> = booking.seats.iter().map(|seat| seat.price).collect();
    assert_eq!(prices, [Minor(2_000), Minor(1)], "what keeps its type keeps its price");
}

#[test]
fn a_payment_that_has_booked_answers_with_its_booking_though_the_event_has_no_such_seats_any_more() {
    let gone = Refusal::invalid("ticketTypes.child is not a type of this event");
    let verb = book(some_event(), Some(payment()), |_, _| Wanted::Unknown(gone.clone()));
    assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Payment { .. })));
    let unpaid = Seen { paid: Some(None), ..Seen::default() };
    assert!(matches!(verb.plan(NOW, &unpaid), Plan::Answer(Err(refusal)) if refusal == gone));
    let first = BookingId::derived(&["first"]);
    let paid = Seen { paid: Some(Some(first.clone())), ..Seen::default() };
    assert!(matches!(verb.plan(NOW, &paid), Plan::Look(Look::Booking(booking)) if booking == first));
}

fn typed((seat, ticket_type): (&str, &str)) -> (SeatId, TicketTypeId) {
    (SeatId::parse(seat).unwrap(), TicketTypeId::parse(ticket_type).unwrap())
}

#[test]
fn what_is_held_counts_among_the_limits_and_must_not_change_meanwhile() {
    let mut event = some_event();
    event.rules.max_seats_per_buyer = Some(4);
    let verb = seats(event, None, &["seat_A1", "seat_A2"]);
    assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Hold(..))));
    let with = |hold: Option<Hold>| Seen { hold: Some(hold), ..Seen::default() };
    let writes = tried(&verb, &with(None)).writes;
    assert!(matches!(writes[0], Write::AddToTally { booked_at_most: Some(2), .. }));
    assert!(matches!(writes[3], Write::CheckHold { seen: None, .. }), "{writes:?}");
    let other = tried(&verb, &with(Some(held_by_buyer(&["seat_B1"])))).writes;
    assert!(matches!(other[0], Write::AddToTally { booked_at_most: Some(1), .. }));
    assert!(matches!(other[3], Write::CheckHold { seen: Some(_), .. }), "{other:?}");
    let own = tried(&verb, &with(Some(held_by_buyer(&["seat_A1", "seat_B1"])))).writes;
    assert!(matches!(own[0], Write::AddToTally { booked_at_most: Some(1), .. }), "one is held besides");
    let full = verb.plan(NOW, &with(Some(held_by_buyer(&["seat_B1", "seat_B2", "seat_B3"]))));
    assert!(matches!(full, Plan::Answer(Err(refusal)) if refusal.code == Code::LimitExceeded));
}

#[test]
fn the_payment_comes_before_the_one_booking_and_that_before_sold_out() {
    let verb = best(one_each(), Some(payment()), 1);
    let sold_out = read(&verb, 0..28);
    assert!(matches!(verb.plan(NOW, &sold_out), Plan::Look(Look::Payment { .. })));
    let unpaid = Seen { paid: Some(None), ..sold_out.clone() };
    assert!(matches!(verb.plan(NOW, &unpaid), Plan::Look(Look::Tally(..))));
    let code = |seen: &Seen| match verb.plan(NOW, seen) {
        Plan::Answer(Err(refusal)) => refusal.code,
        other => unreachable!("{other:?}"),
    };
    let first = BookingId::derived(&["first"]);
    let booked = Tally { booked: 1, only: Some(first.clone()) };
    assert_eq!(code(&Seen { tally: Some(Some(booked)), ..unpaid.clone() }), Code::AlreadyBooked);
    assert_eq!(code(&Seen { tally: Some(None), ..unpaid }), Code::SoldOut);
    let paid = verb.plan(NOW, &Seen { paid: Some(Some(first.clone())), ..sold_out });
    assert!(matches!(paid, Plan::Look(Look::Booking(id)) if id == first));
}

#[test]
fn seats_that_somebody_has_are_named_and_seats_that_are_chosen_are_chosen_again() {
    let taken = Refused {
        seats: vec![(SeatId::parse("seat_A1").unwrap(), Found::Row(Some(row("seat_A1", Status::Booked))))],
        ..Refused::default()
    };
    let named = seats(some_event(), None, &["seat_A1"]);
    let next = named.refused(NOW, &Seen::default(), &tried(&named, &Seen::default()), &taken);
    assert!(matches!(next, Next::Answer(Err(refusal)) if refusal.code == Code::SeatBooked));
    let chosen = best(some_event(), None, 1);
    let seen = read(&chosen, 0..0);
    assert!(matches!(chosen.refused(NOW, &seen, &tried(&chosen, &seen), &taken), Next::Again));
    let locked = |verb: &BookSeats, seen: &Seen| {
        let refusal = super::super::being_written(&[]);
        verb.locked(NOW, seen, &tried(verb, seen), refusal)
    };
    assert!(matches!(locked(&chosen, &seen), Next::Again), "nobody is told to wait");
    assert!(matches!(locked(&named, &Seen::default()), Next::Answer(Err(_))));
}

#[test]
fn an_attempt_that_was_never_answered_may_have_booked() {
    let verb = best(some_event(), None, 1);
    let seen = Seen { is_unanswered: true, ..read(&verb, 0..0) };
    let first = tried(&verb, &seen);
    let next = |seen: &Seen| verb.refused(NOW, seen, &first, &Refused::default());
    assert!(matches!(next(&seen), Next::Look(Look::Booking(id)) if id == booking(&first).id));
    let made = Seen { booking: Some(Some(booking(&first).clone())), ..seen.clone() };
    assert!(matches!(next(&made), Next::Answer(Ok(Answer::Booked { .. }))));
    assert!(
        matches!(next(&Seen { booking: Some(None), ..seen }), Next::Again),
        "its twin could not be written as well"
    );
}

#[test]
fn who_may_book_and_when_is_said_before_any_look_at_seats() {
    let mut by_shop = some_event();
    by_shop.rules.confirm_by = ConfirmBy::Admin;
    let closed = Event { sales_close_at: Some(Moment(0)), ..some_event() };
    for (event, code) in [(by_shop, Code::Forbidden), (closed, Code::SalesClosed)] {
        let plan = best(event, None, 1).plan(NOW, &Seen::default());
        assert!(matches!(plan, Plan::Answer(Err(refusal)) if refusal.code == code));
    }
}

#[test]
fn a_payment_that_is_not_paid_goes_on_record_and_books_nothing() {
    let mut verb = best(some_event(), Some(payment()), 1);
    verb.checkout.unpaid = Some("declined");
    assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Hold(..))), "the message tells what is held");
    let Plan::Commit(tried) = verb.plan(NOW, &Seen { hold: Some(None), ..Seen::default() }) else {
        unreachable!("it goes on record")
    };
    assert!(matches!(tried.writes.as_slice(), [Write::CheckUnpaid(_), Write::AddFailedOrder(_)]));
    assert!(tried.answer.is_err());
}

#[test]
fn what_has_no_price_is_told_apart_as_for_a_hold() {
    let mut event = some_event();
    event.prices.insert(CategoryId::parse("standard").unwrap(), None);
    let verb = seats(event, None, &["seat_A1"]);
    assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Hold(..))));
    let with_hold = Seen { hold: Some(None), ..Seen::default() };
    assert!(matches!(verb.plan(NOW, &with_hold), Plan::Look(Look::Seats(..))));
    let code = |rows: Vec<Seat>| match verb.plan(NOW, &Seen { seats: Some(rows), ..with_hold.clone() }) {
        Plan::Answer(Err(refusal)) => refusal.code,
        other => unreachable!("{other:?}"),
    };
    assert_eq!(code(Vec::new()), Code::SeatBlocked);
    assert_eq!(code(vec![row("seat_A1", Status::Booked)]), Code::SeatBooked);
}
