//! On which terms seats are held: as which ticket type, at its price, and how many by one buyer.

use super::tests::{NOW, codes, of, row, without_vip};
use super::*;
use crate::money::Minor;
use crate::name::{CategoryId, SeatId, TicketTypeId};
use crate::samples::{hall_layout, some_event, some_hold};
use crate::seat::Status;
use crate::tally::Tally;
use crate::ticket_type::{TicketType, TypesBySeat};
use serde_json::json;

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
    let mut verb = of(event, &seats);
    verb.asked.types = TypesBySeat(types);
    verb
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
    let next = |hold: Option<Hold>| {
        let seen = Seen { hold: Some(hold), ..Seen::default() };
        verb.refused(NOW, &seen, &planned(&verb, None), &alone)
    };
    let look = verb.refused(NOW, &Seen::default(), &planned(&verb, None), &alone);
    assert!(matches!(look, Next::Look(Look::Hold(..))), "the row may have been passed over: {look:?}");
    let live = Hold { expires_at: NOW.plus(1), ..some_hold(1) };
    assert!(matches!(next(Some(live)), Next::Again), "it was planned without this hold");
    let Next::Answer(Err(refusal)) = next(None) else { unreachable!("the buyer has booked too many") };
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
        let mut verb = as_types(&event, wanted);
        verb.asked.inventory = hall_layout(10, 10).inventory().clone();
        codes(&verb.asked.told_apart(NOW, Some(&held), &rows))
    };
    assert_eq!(told(&[("seat_C1", "child"), ("seat_A2", "child")]), json!({ "seat_A2": "seat_blocked" }));
    assert_eq!(told(&[("seat_A1", "child")]), json!({ "seat_A1": "seat_blocked" }));
}
