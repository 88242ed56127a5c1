//! Holding: who may have which seats, at what price and until when.

use super::*;
use crate::hold::ids;
use crate::layout::Layout;
use crate::money::{Currency, Minor};
use crate::name::{BuyerId, CategoryId, SeatId};
use crate::samples::{hall_layout, older_hall, some_event, some_hold};
use crate::seat::{Seat, Status, total};
use crate::ticket_type::TypesBySeat;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const NOW: Moment = Moment(1_000_000);

fn verb(event: Event, layout: Layout, seats: &[&str]) -> HoldSeats {
    let asked = AskedSeats {
        event: Arc::new(event),
        inventory: layout.inventory().clone(),
        buyer: BuyerId::parse("ann").unwrap(),
        seats: seats.iter().map(|id| SeatId::parse(id).unwrap()).collect(),
        types: TypesBySeat::default(),
    };
    HoldSeats { asked, table: None, terms: terms("r1", None) }
}

fn terms(request_id: &str, length_ms: Option<i64>) -> HoldTerms {
    HoldTerms { length_ms, over_socket: false, request_id: request_id.into() }
}

/// Seats of the sample event in its hall.
fn ask(seats: &[&str]) -> HoldSeats {
    verb(some_event(), hall_layout(8, 10), seats)
}

pub(super) fn of(event: &Event, seats: &[&str]) -> HoldSeats {
    verb(event.clone(), hall_layout(8, 10), seats)
}

fn try_hold(known: Option<&Hold>, verb: &HoldSeats) -> Result<Held, Refusal> {
    verb.decide(NOW, known)
}

#[test]
fn a_first_hold_starts_the_timer_and_freezes_the_events_prices() {
    let held_now = try_hold(None, &ask(&["seat_A1", "seat_A2"])).unwrap();
    assert_eq!(held_now.hold.expires_at, NOW.plus(10 * 60_000));
    assert!(matches!(held_now.writes(None, None).last(), Some(Write::BeginHold(_))));
    assert_eq!(held_now.written.len(), 2);
    assert_eq!(total(&held_now.written), Minor(30_000));
}

#[test]
fn further_seats_join_the_hold_and_never_extend_it() {
    let first = try_hold(None, &ask(&["seat_A1"])).unwrap().hold;
    let first = Hold { expires_at: NOW.plus(5_000), ..first };
    let more = HoldSeats { terms: terms("r1", Some(30 * 60_000)), ..ask(&["seat_A1", "seat_B1"]) };
    let held_now = try_hold(Some(&first), &more).unwrap();
    assert_eq!(held_now.hold.id, first.id);
    assert_eq!(held_now.hold.expires_at, first.expires_at);
    assert_eq!(ids(&held_now.written), ["seat_B1"], "a seat held already is not written again");
    assert_eq!(ids(&held_now.asked), ["seat_A1", "seat_B1"]);
    assert_eq!(held_now.hold.revision, first.revision + 1);
}

#[test]
fn a_hold_that_is_over_or_empty_is_not_joined() {
    let first = try_hold(None, &ask(&["seat_A1"])).unwrap().hold;
    let over = Hold { expires_at: NOW.plus(-1), ..first.clone() };
    let empty = Hold { seats: Vec::new(), ..first };
    for known in [over, empty] {
        let held_now = try_hold(Some(&known), &ask(&["seat_B1"])).unwrap();
        let row = Write::ReplaceHold { before: Box::new(known.clone()), after: Box::new(held_now.hold.clone()) };
        assert_eq!(held_now.writes(Some(&known), None).last(), Some(&row), "its row is replaced as it was seen");
        assert_eq!(ids(&held_now.hold.seats), ["seat_B1"]);
        assert_ne!(held_now.hold.id, known.id, "the same request may have begun it");
    }
}

#[test]
fn a_hold_keeps_its_currency_and_takes_no_seats_in_another() {
    let held = try_hold(None, &ask(&["seat_A1"])).unwrap().hold;
    let yen = Event { currency: Currency::parse("JPY").unwrap(), ..some_event() };
    let refusal = of(&yen, &["seat_A2"]).decide(NOW, Some(&held)).unwrap_err();
    assert_eq!(refusal.code, Code::SalesClosed);
    assert_eq!(held.currency, some_event().currency);
}

#[test]
fn the_same_request_gives_the_same_hold_id() {
    let id = |ask: &HoldSeats| try_hold(None, ask).unwrap().hold.id;
    assert_eq!(id(&ask(&["seat_A1"])), id(&ask(&["seat_A1"])));
    assert_ne!(id(&ask(&["seat_A1"])), id(&HoldSeats { terms: terms("r2", None), ..ask(&["seat_A1"]) }));
    assert_ne!(crate::name::digest(&["a", "bc"]), crate::name::digest(&["ab", "c"]));
}

#[test]
fn every_refusal_has_its_code() {
    let full = try_hold(None, &ask(&["seat_A1", "seat_A2", "seat_A3", "seat_A4"])).unwrap().hold;
    let long = HoldSeats { terms: terms("r1", Some(31 * 60_000)), ..ask(&["seat_A1"]) };
    let five = &["seat_A1", "seat_A2", "seat_A3", "seat_A4", "seat_A5"];
    let mut few = some_event();
    few.rules.max_seats_per_hold = 4;
    for (outcome, code, reason) in [
        (try_hold(None, &ask(&["seat_Z9", "nope"])), Code::InvalidData, "Invalid seat IDs: seat_Z9, nope"),
        (try_hold(None, &long), Code::InvalidData, "holdDurationMinutes must be at most 30 for this event"),
        (of(&few, five).decide(NOW, None), Code::InvalidData, "Cannot hold more than 4 seats at once"),
        (
            of(&few, &["seat_B1"]).decide(NOW, Some(&full)),
            Code::LimitExceeded,
            "One hold takes at most 4 seats; 4 are held already",
        ),
    ] {
        let refusal = outcome.unwrap_err();
        assert_eq!((refusal.code, refusal.message.as_str()), (code, reason));
    }
}

#[test]
fn holding_again_what_one_holds_succeeds_whatever_the_rules_say_by_then() {
    let held = try_hold(None, &ask(&["seat_A1", "seat_A2"])).unwrap().hold;
    let mut event = some_event();
    event.sales_close_at = Some(NOW.plus(-1));
    event.rules.max_seats_per_hold = 1;
    event.rules.max_hold_minutes = 1;
    let in_event = |seats: &[&str]| verb(event.clone(), hall_layout(1, 1), seats);
    let again = in_event(&["seat_A2", "seat_A1"]).decide(NOW, Some(&held)).unwrap();
    assert_eq!((ids(&again.asked), again.written.len()), (vec!["seat_A2", "seat_A1"], 0));
    assert_eq!(again.hold, held);
    assert_eq!(again.writes(Some(&held), None), []);
    assert!(in_event(&["seat_A1", "seat_A3"]).decide(NOW, Some(&held)).is_err());
    let over = Hold { expires_at: NOW.plus(-1), ..held };
    assert!(in_event(&["seat_A1"]).decide(NOW, Some(&over)).is_err());
}

#[test]
fn nothing_is_held_outside_the_sales_window() {
    let mut event = some_event();
    event.sales_open_at = Some(NOW.plus(1));
    assert_eq!(of(&event, &["seat_A1"]).decide(NOW, None).unwrap_err().code, Code::SalesClosed);
    event.sales_open_at = Some(NOW);
    event.sales_close_at = Some(NOW);
    assert!(of(&event, &["seat_A1"]).decide(NOW, None).is_ok());
    assert!(of(&event, &["seat_A1"]).decide(NOW.plus(1), None).is_err());
}

#[test]
fn a_seat_is_held_under_the_id_that_it_was_stored_by_whichever_form_the_client_sends() {
    for form in ["Caf\u{e9}", "Cafe\u{301}"] {
        let held_now = verb(some_event(), older_hall("Cafe\u{301}", "t"), &[form]).decide(NOW, None).unwrap();
        assert_eq!(ids(&held_now.written), ["Cafe\u{301}"], "its row, and who has it, lie under that");
    }
}

#[test]
fn a_seat_that_is_named_in_two_forms_is_named_twice() {
    assert_eq!(
        try_hold(None, &ask(&["seat_A1", "seat_A1"])).unwrap_err().message,
        "The request names seat_A1 more than once"
    );
}

/// The event without a price for the category of the sample hall's front row.
pub(super) fn without_vip() -> Event {
    let mut event = some_event();
    event.prices.insert(CategoryId::parse("vip").unwrap(), None);
    event
}

#[test]
fn what_has_no_price_is_not_for_sale() {
    let refusal = of(&without_vip(), &["seat_C1", "seat_A2", "seat_A1"]).decide(NOW, None);
    let refusal = refusal.unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::SeatBlocked, "Some seats are not for sale"));
    assert_eq!(refusal.data["conflictingSeats"], json!(["seat_A2", "seat_A1"]));
    assert_eq!(refusal.data["conflicts"][0], json!({ "seatId": "seat_A2", "code": "seat_blocked" }));
    assert!(of(&without_vip(), &["seat_C1"]).decide(NOW, None).is_ok());
}

#[test]
fn a_seat_that_is_held_stays_its_buyers_when_its_category_loses_its_price() {
    let held = try_hold(None, &ask(&["seat_A1"])).unwrap().hold;
    let held_now = of(&without_vip(), &["seat_A1", "seat_C1"]).decide(NOW, Some(&held)).unwrap();
    assert_eq!(ids(&held_now.written), ["seat_C1"]);
    assert_eq!(held_now.asked[0].price, Minor(15_000), "at the price that it was held at");
    let refusal = of(&without_vip(), &["seat_A1", "seat_A2"]).decide(NOW, Some(&held)).unwrap_err();
    assert_eq!(refusal.data["conflictingSeats"], json!(["seat_A2"]));
    let over = Hold { expires_at: NOW.plus(-1), ..held };
    assert!(of(&without_vip(), &["seat_A1"]).decide(NOW, Some(&over)).is_err(), "its time is over");
}

fn buyer(id: &str) -> BuyerId {
    BuyerId::parse(id).unwrap()
}

pub(super) fn row(seat: &str, status: Status, holder: &str, end: Moment) -> Seat {
    Seat {
        id: SeatId::parse(seat).unwrap(),
        status,
        version: 1,
        hold: HoldId::parse("h").ok(),
        holder: Some(buyer(holder)),
        expires_at: (status == Status::Held).then_some(end),
        price: None,
        ticket_type: None,
        booking: None,
        booked_at: None,
        withdrawn: None,
    }
}

/// What is said of these seats in a hall whose front rows (A and B) and table have no price.
fn told_apart(seats: &[&str], known: Option<&Hold>, rows: &[Seat]) -> Refusal {
    verb(without_vip(), hall_layout(10, 10), seats).asked.told_apart(NOW, known, rows)
}

pub(super) fn codes(refusal: &Refusal) -> Value {
    let each = refusal.data["conflicts"].as_array().unwrap().iter();
    each.map(|one| (one["seatId"].as_str().unwrap().to_owned(), one["code"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn each_seat_is_named_for_what_it_is() {
    let seats = [
        row("seat_A1", Status::Booked, "bob", NOW),
        row("seat_A2", Status::Held, "bob", NOW.plus(1)),
        row("seat_A3", Status::Held, "bob", NOW.plus(-2_001)),
        row("seat_A4", Status::Available, "bob", NOW),
        row("seat_C1", Status::Booked, "bob", NOW),
        row("seat_C2", Status::Available, "bob", NOW),
        row("seat_C3", Status::Blocked, "bob", NOW),
    ];
    let asked = ["seat_A1", "seat_A2", "seat_A3", "seat_A4", "seat_A5", "seat_C1", "seat_C2", "seat_C3", "seat_C4"];
    let refusal = told_apart(&asked, None, &seats);
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (Code::SeatHeld, "Some seats are already held by another user")
    );
    let expected = json!({
        "seat_A1": "seat_booked", "seat_A2": "seat_held", "seat_A3": "seat_blocked", "seat_A4": "seat_blocked",
        "seat_A5": "seat_blocked", "seat_C1": "seat_booked", "seat_C3": "seat_blocked",
    });
    assert_eq!(codes(&refusal), expected, "what is free and for sale is in nobody's way");
}

#[test]
fn the_first_of_held_booked_and_blocked_is_the_code_of_the_whole() {
    let booked = row("seat_A1", Status::Booked, "bob", NOW);
    let held = row("seat_A2", Status::Held, "bob", NOW);
    let asked = ["seat_A1", "seat_A2", "seat_A3"];
    for (seats, code) in
        [(vec![booked.clone(), held], Code::SeatHeld), (vec![booked], Code::SeatBooked), (vec![], Code::SeatBlocked)]
    {
        assert_eq!(told_apart(&asked, None, &seats).code, code);
    }
}

#[test]
fn what_the_buyer_holds_is_in_nobodys_way_until_its_time_is_over() {
    let priced = |id: &str| PricedSeat { id: SeatId::parse(id).unwrap(), ..some_hold(1).seats[0].clone() };
    let hold =
        |end: Moment| Hold { buyer: buyer("ann"), expires_at: end, seats: vec![priced("seat_A1")], ..some_hold(1) };
    let told = |end: Moment| {
        let rows = [row("seat_A1", Status::Held, "ann", end)];
        codes(&told_apart(&["seat_A1", "seat_A2"], Some(&hold(end)), &rows))
    };
    assert_eq!(told(NOW), json!({ "seat_A2": "seat_blocked" }));
    assert_eq!(told(NOW.plus(-1)), json!({ "seat_A1": "seat_blocked", "seat_A2": "seat_blocked" }));
}
