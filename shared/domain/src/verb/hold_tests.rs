//! Holding: who may have which seats, at what price and until when.

use super::*;
use crate::hold::ids;
use crate::layout::Layout;
use crate::money::{Currency, Minor};
use crate::name::{CategoryId, TicketTypeId};
use crate::samples::{hall_layout, older_hall, some_event, some_hold};
use crate::seat::total;
use crate::tally::Tally;
use serde_json::{Value, json};

const NOW: Moment = Moment(1_000_000);

fn verb(event: Event, layout: Layout, seats: &[&str]) -> HoldSeats {
    HoldSeats {
        event: Arc::new(event),
        inventory: layout.inventory().clone(),
        buyer: BuyerId::parse("ann").unwrap(),
        seats: seats.iter().map(|id| SeatId::parse(id).unwrap()).collect(),
        table: None,
        types: TypesBySeat::default(),
        over_socket: false,
        length_ms: None,
        request_id: "r1".into(),
    }
}

/// Seats of the sample event in its hall.
fn ask(seats: &[&str]) -> HoldSeats {
    verb(some_event(), hall_layout(8, 10), seats)
}

fn of(event: &Event, seats: &[&str]) -> HoldSeats {
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
    let more = HoldSeats { length_ms: Some(30 * 60_000), ..ask(&["seat_A1", "seat_B1"]) };
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
    assert_ne!(id(&ask(&["seat_A1"])), id(&HoldSeats { request_id: "r2".into(), ..ask(&["seat_A1"]) }));
    assert_ne!(crate::name::digest(&["a", "bc"]), crate::name::digest(&["ab", "c"]));
}

#[test]
fn every_refusal_has_its_code() {
    let full = try_hold(None, &ask(&["seat_A1", "seat_A2", "seat_A3", "seat_A4"])).unwrap().hold;
    let long = HoldSeats { length_ms: Some(31 * 60_000), ..ask(&["seat_A1"]) };
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
    let twice =
        HoldSeats { seats: vec![SeatId::parse("seat_A1").unwrap(), SeatId::parse("seat_A1").unwrap()], ..ask(&["x"]) };
    assert_eq!(try_hold(None, &twice).unwrap_err().message, "The request names seat_A1 more than once");
}

/// The event without a price for the category of the sample hall's front row.
fn without_vip() -> Event {
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

fn row(seat: &str, status: Status, holder: &str, end: Moment) -> Seat {
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
    verb(without_vip(), hall_layout(10, 10), seats).told_apart(NOW, known, rows)
}

fn codes(refusal: &Refusal) -> Value {
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

/// The sample event with two ticket types: adults pay the category's price, children 20.00 for a VIP seat.
fn with_types() -> Event {
    let named = |id: &str, prices: &[(&str, i64)]| TicketType {
        id: TicketTypeId::parse(id).unwrap(),
        name: id.to_uppercase(),
        prices: prices.iter().map(|(id, price)| (CategoryId::parse(id).unwrap(), Minor(*price))).collect(),
    };
    Event { ticket_types: vec![named("adult", &[]), named("child", &[("vip", 2_000)])], ..some_event() }
}

/// A request for these seats, each as this type.
fn as_types(event: &Event, wanted: &[(&str, &str)]) -> HoldSeats {
    let seats: Vec<&str> = wanted.iter().map(|(seat, _)| *seat).collect();
    let named = wanted.iter().filter(|(_, id)| !id.is_empty());
    let types = named.map(|(seat, id)| (SeatId::parse(seat).unwrap(), TicketTypeId::parse(id).unwrap())).collect();
    HoldSeats { types: TypesBySeat(types), ..of(event, &seats) }
}

fn told(held: &Held) -> Vec<(&str, Option<&str>, i64)> {
    held.asked
        .iter()
        .map(|seat| (seat.id.as_str(), seat.ticket_type.as_ref().map(TicketTypeId::as_str), seat.price.0))
        .collect()
}

#[test]
fn a_seat_costs_what_its_type_costs_and_is_of_the_first_type_where_none_is_named() {
    let event = with_types();
    let held = as_types(&event, &[("seat_A1", "child"), ("seat_A2", ""), ("seat_C1", "child")]).decide(NOW, None);
    let held = held.unwrap();
    let expected =
        [("seat_A1", Some("child"), 2_000), ("seat_A2", Some("adult"), 15_000), ("seat_C1", Some("child"), 7_500)];
    assert_eq!(told(&held), expected);
    let without = of(&some_event(), &["seat_A1"]).decide(NOW, None).unwrap();
    assert_eq!(told(&without), [("seat_A1", None, 15_000)]);
}

#[test]
fn another_type_changes_a_held_seat_to_todays_price_and_not_the_timer() {
    let event = with_types();
    let before = as_types(&event, &[("seat_A1", "adult"), ("seat_A2", "child")]).decide(NOW, None).unwrap().hold;
    let mut dearer = event.clone();
    dearer.ticket_types[1].prices.insert(CategoryId::parse("vip").unwrap(), Minor(3_000));
    let later = NOW.plus(60_000);
    let changed = as_types(&dearer, &[("seat_A1", "child")]).decide(later, Some(&before)).unwrap();
    assert_eq!(changed.hold.expires_at, before.expires_at);
    assert_eq!(changed.written.len(), 1);
    let prices: Vec<i64> = changed.hold.seats.iter().map(|seat| seat.price.0).collect();
    assert_eq!(prices, [3_000, 2_000], "the other seat keeps the price it was held at");
    for same in [[("seat_A2", "child")], [("seat_A2", "")]] {
        let same = as_types(&dearer, &same).decide(later, Some(&before)).unwrap();
        assert_eq!((same.written, same.hold), (vec![], before.clone()), "nothing is to be written");
    }
}

#[test]
fn a_change_of_type_takes_no_room_in_a_full_hold() {
    let mut event = with_types();
    event.rules.max_seats_per_hold = 2;
    let full = as_types(&event, &[("seat_A1", ""), ("seat_A2", "")]).decide(NOW, None).unwrap().hold;
    assert!(as_types(&event, &[("seat_A1", "child"), ("seat_A2", "child")]).decide(NOW, Some(&full)).is_ok());
    let more = as_types(&event, &[("seat_A1", "child"), ("seat_B1", "")]).decide(NOW, Some(&full)).unwrap_err();
    assert_eq!(more.code, Code::LimitExceeded);
}

#[test]
fn a_type_never_opens_a_category_that_is_not_for_sale() {
    let mut event = with_types();
    event.prices.insert(CategoryId::parse("vip").unwrap(), None);
    let refusal = as_types(&event, &[("seat_A1", "child")]).decide(NOW, None).unwrap_err();
    assert_eq!(refusal.code, Code::SeatBlocked);
}

#[test]
fn a_type_that_the_event_does_not_have_is_refused_by_name() {
    for (event, id) in [(with_types(), "senior"), (some_event(), "adult")] {
        let refusal = as_types(&event, &[("seat_A1", id)]).decide(NOW, None).unwrap_err();
        assert_eq!(refusal.message, format!("ticketTypes: this event has no ticket type {id}"));
    }
}

/// The sample event, in which one buyer may have three seats.
fn with_limit() -> Event {
    let mut event = some_event();
    event.rules.max_seats_per_buyer = Some(3);
    event
}

fn planned(verb: &HoldSeats, known: Option<Hold>) -> Transaction {
    match verb.plan(NOW, &Seen { hold: known.map(Some), ..Seen::default() }) {
        Plan::Commit(transaction) => transaction,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn what_the_buyer_may_have_booked_besides_is_checked_first_and_only_for_more_seats() {
    let event = with_limit();
    let first = planned(&of(&event, &["seat_A1", "seat_A2"]), None);
    assert!(matches!(&first.writes[0], Write::CheckTally { booked_at_most: 1, .. }));
    let held = of(&event, &["seat_A1", "seat_A2"]).decide(NOW, None).unwrap().hold;
    let more = planned(&of(&event, &["seat_A3"]), Some(held.clone()));
    assert!(matches!(&more.writes[0], Write::CheckTally { booked_at_most: 0, .. }), "the held seats count");
    let mut typed = with_types();
    typed.rules.max_seats_per_buyer = Some(2);
    let changed = planned(&as_types(&typed, &[("seat_A1", "child")]), Some(held.clone()));
    assert!(matches!(&changed.writes[0], Write::HoldSeat { .. }), "another type is no further seat");
    let over = Hold { expires_at: NOW.plus(-1), ..held };
    let anew = planned(&of(&event, &["seat_B1", "seat_B2", "seat_B3"]), Some(over));
    assert!(
        matches!(&anew.writes[0], Write::CheckTally { booked_at_most: 0, .. }),
        "a hold that is over counts no more"
    );
}

#[test]
fn more_than_one_buyer_may_have_is_refused_with_what_was_found() {
    let event = with_limit();
    let refusal = of(&event, &["seat_A1", "seat_A2", "seat_A3", "seat_A4"]).decide(NOW, None).unwrap_err();
    assert_eq!(refusal.code, Code::LimitExceeded);
    let verb = of(&event, &["seat_A1", "seat_A2"]);
    let tally = Some(Found::Row(Some(Tally { booked: 2, only: None })));
    let alone = Refused { tally: tally.clone(), ..Refused::default() };
    let Next::Answer(Err(refusal)) = verb.refused(NOW, &Seen::default(), &planned(&verb, None), &alone) else {
        unreachable!("the buyer has booked too many")
    };
    assert!(refusal.message.ends_with("you hold 0 there and have booked 2"), "{}", refusal.message);
    let with_hold = Refused { hold: Some(Found::Row(Some(some_hold(1)))), tally, ..Refused::default() };
    let next = verb.refused(NOW, &Seen::default(), &planned(&verb, None), &with_hold);
    assert!(matches!(next, Next::Again), "the hold row may say that the seats are held already");
}

#[test]
fn a_held_seat_whose_type_is_to_change_is_in_the_way_only_where_it_is_not_for_sale() {
    let event = Event { ticket_types: with_types().ticket_types, ..without_vip() };
    let held = as_types(&with_types(), &[("seat_C1", "adult"), ("seat_A1", "adult")]).decide(NOW, None).unwrap().hold;
    let rows = [row("seat_A1", Status::Held, "ann", NOW.plus(1)), row("seat_C1", Status::Held, "ann", NOW.plus(1))];
    let told = |wanted: &[(&str, &str)]| {
        let verb = HoldSeats { inventory: hall_layout(10, 10).inventory().clone(), ..as_types(&event, wanted) };
        codes(&verb.told_apart(NOW, Some(&held), &rows))
    };
    assert_eq!(told(&[("seat_C1", "child"), ("seat_A2", "child")]), json!({ "seat_A2": "seat_blocked" }));
    assert_eq!(told(&[("seat_A1", "child")]), json!({ "seat_A1": "seat_blocked" }));
}
