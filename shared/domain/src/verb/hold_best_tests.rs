//! Holding what is chosen: what is read first, what follows from a choice that was refused, and what from one without answer.

use super::super::Look;
use super::*;
use crate::choice::readings::{Readings, lanes};
use crate::choice::wish::Wish;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::name::{AreaId, SeatId, TicketTypeId};
use crate::refusal::Code;
use crate::samples::{field, hall, layout, some_event, some_hold};
use crate::seat::{Seat, Status};
use crate::ticket_type::TicketType;
use crate::write::Write;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

const NOW: Moment = Moment(1_000_000);

/// A row of ten seats, and a floor of sixty places, over four lanes.
fn house() -> Arc<Inventory> {
    let mut document = hall(1, 10);
    document["items"] = json!([]);
    document["areas"] = field(&[("floor", 60)])["areas"].take();
    layout(&document).inventory().clone()
}

fn named(quantity: usize) -> Named {
    Named { quantity, accessible: 0, category: None, area: None, together: true, types: Vec::new() }
}

fn places(quantity: usize) -> Named {
    Named { area: Some(AreaId::parse("floor").unwrap()), ..named(quantity) }
}

fn verb_in(event: Event, named: Named) -> HoldBest {
    let (event, inventory) = (Arc::new(event), house());
    let wish: Wish = named.resolve(&event, &inventory).unwrap();
    let chooser = Chooser { event, inventory, wish, nonce: 5 };
    let terms = HoldTerms { length_ms: None, over_socket: false, request_id: "r1".into() };
    HoldBest { chooser, named, buyer: some_hold(1).buyer, terms }
}

fn verb(named: Named) -> HoldBest {
    verb_in(some_event(), named)
}

/// Every lane was read since the request came, and nothing had ever changed.
fn empty_house(verb: &HoldBest) -> Seen {
    let Chooser { event, inventory, .. } = &verb.chooser;
    let mut readings = Readings::none(event.lanes, lanes(event, inventory));
    (0..event.lanes).for_each(|lane| readings.take(lane, std::iter::empty()));
    Seen { hold: Some(None), readings: Some(readings), ..Seen::default() }
}

fn tried(verb: &HoldBest, seen: &Seen) -> Transaction {
    match verb.plan(NOW, seen) {
        Plan::Commit(transaction) => transaction,
        other => unreachable!("there is enough: {other:?}"),
    }
}

fn held(transaction: &Transaction) -> (&Hold, bool) {
    match &transaction.answer {
        Ok(Answer::Held { hold, together: Some(together), .. }) => (hold, *together),
        other => unreachable!("{other:?}"),
    }
}

fn refused_with(verb: &HoldBest, seen: &Seen) -> Code {
    match verb.plan(NOW, seen) {
        Plan::Answer(Err(refusal)) => refusal.code,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn the_hold_row_and_every_lane_are_read_before_seats_are_chosen() {
    let verb = verb(named(2));
    assert!(matches!(verb.plan(NOW, &Seen::default()), Plan::Look(Look::Hold(..))));
    let without_lanes = Seen { hold: Some(None), ..Seen::default() };
    assert!(matches!(verb.plan(NOW, &without_lanes), Plan::Look(Look::Lanes(_, _, lanes)) if lanes.len() == 4));
    let transaction = tried(&verb, &empty_house(&verb));
    let [Write::HoldSeat { .. }, Write::HoldSeat { .. }, Write::BeginHold(hold)] = &transaction.writes[..] else {
        unreachable!("{transaction:?}")
    };
    assert_eq!((hold.as_ref(), true), held(&transaction));
}

#[test]
fn of_an_area_one_lane_is_read_first_and_more_only_where_too_few_places_are_known() {
    let lanes_of = |verb: &HoldBest, seen: &Seen| match verb.plan(NOW, seen) {
        Plan::Look(Look::Lanes(_, _, lanes)) => lanes,
        Plan::Commit(_) => Vec::new(),
        other => unreachable!("{other:?}"),
    };
    let few = verb(places(1));
    let mut seen = Seen {
        readings: Some(Readings::none(4, lanes(&few.chooser.event, &few.chooser.inventory))),
        ..empty_house(&few)
    };
    let first = lanes_of(&few, &seen);
    assert_eq!(first.len(), 1);
    if let Some(readings) = &mut seen.readings {
        readings.take(first[0], std::iter::empty());
    }
    assert_eq!(lanes_of(&few, &seen), Vec::<u32>::new(), "one of four lanes has more than four places");
    let rest = lanes_of(&verb(places(8)), &seen);
    assert!(rest.len() == 3 && !rest.contains(&first[0]), "thirty-two free places must be known: {rest:?}");
}

#[test]
fn nobody_is_told_sold_out_by_a_reading_from_before_the_request() {
    use crate::choice::readings::Known;
    let verb = verb(places(50));
    let mut seen = empty_house(&verb);
    let (floor, readings) = (10..70, seen.readings.as_mut().unwrap());
    floor.clone().for_each(|place| readings.note(place, Moment(i64::MAX)));
    assert_eq!(refused_with(&verb, &seen), Code::SoldOut);
    let readings = seen.readings.as_mut().unwrap();
    readings.set_known(2, Known::Earlier);
    assert!(matches!(verb.plan(NOW, &seen), Plan::Look(Look::Lanes(_, _, lanes)) if lanes == [2]));
    let mut in_flight = empty_house(&verb);
    in_flight.in_flight = floor.collect();
    let plan = verb.plan(NOW, &in_flight);
    assert!(matches!(plan, Plan::Look(Look::Lanes(_, _, lanes)) if lanes.len() == 4), "they may have come free again");
}

#[test]
fn what_somebody_else_was_faster_at_is_not_chosen_again() {
    let verb = verb(named(2));
    let mut seen = empty_house(&verb);
    let first = tried(&verb, &seen);
    let seat = |at: usize| held(&first).0.seats[at].id.clone();
    let row = Seat {
        id: seat(0),
        status: Status::Booked,
        version: 1,
        hold: None,
        holder: None,
        expires_at: None,
        price: None,
        ticket_type: None,
        booking: None,
        booked_at: None,
        withdrawn: None,
    };
    let refused =
        Refused { seats: vec![(seat(0), Found::Row(Some(row))), (seat(1), Found::Conflict)], ..Refused::default() };
    assert!(matches!(verb.refused(NOW, &seen, &first, &refused), Next::Again));
    assert!(matches!(verb.locked(NOW, &seen, &first, Refusal::throttled()), Next::Again), "nobody is told to wait");
    verb.learn(&mut seen, &refused);
    assert_eq!((seen.conflicts, seen.in_flight.len()), (1, 1));
    let Plan::Look(Look::Lanes(_, _, lanes)) = verb.plan(NOW, &seen) else {
        unreachable!("somebody is taking seats there")
    };
    let (place, readings) = (|id: &SeatId| verb.chooser.inventory.seat_index(id.as_str()).unwrap(), &mut seen.readings);
    if let Some(readings) = readings {
        assert!(lanes.len() <= 2 && readings.is_in(place(&seat(0)), &lanes) && readings.is_in(place(&seat(1)), &lanes));
        lanes.iter().for_each(|lane| readings.take(*lane, std::iter::empty()));
        readings.note(place(&seat(0)), Moment(i64::MAX));
    }
    let second = tried(&verb, &seen);
    let chosen: Vec<&SeatId> = held(&second).0.seats.iter().map(|seat| &seat.id).collect();
    assert!(!chosen.contains(&&seat(0)) && !chosen.contains(&&seat(1)), "{chosen:?}");
}

#[test]
fn what_the_buyer_holds_already_is_not_chosen_again_though_it_was_read_as_free() {
    for named in [named(2), places(2)] {
        let verb = verb(named);
        let nothing_held = empty_house(&verb);
        let first = tried(&verb, &nothing_held);
        let before = held(&first).0.clone();
        let meanwhile = Seen { hold: Some(Some(before.clone())), ..nothing_held };
        let second = tried(&verb, &meanwhile);
        let after = held(&second).0;
        assert_eq!(after.seats.len(), 4, "two more: {after:?}");
        assert!(before.seats.iter().all(|seat| after.has(&seat.id)));
        let is_over = Seen { hold: Some(Some(Hold { expires_at: Moment(NOW.0 - 1), ..before })), ..meanwhile };
        assert_eq!(held(&tried(&verb, &is_over)).0.seats.len(), 2, "a hold that is over keeps nothing");
    }
}

#[test]
fn a_request_whose_attempt_was_never_answered_chooses_nothing_else() {
    let verb = verb(named(2));
    let seen = Seen { is_unanswered: true, ..empty_house(&verb) };
    let first = tried(&verb, &seen);
    let found = |hold: Hold| Refused { hold: Some(Found::Row(Some(hold))), ..Refused::default() };
    let own = verb.refused(NOW, &seen, &first, &found(held(&first).0.clone()));
    assert!(matches!(own, Next::Answer(Ok(Answer::Held { .. }))), "its own attempt was written");
    for next in [
        verb.refused(NOW, &seen, &first, &found(some_hold(2))),
        verb.refused(NOW, &seen, &first, &Refused::default()),
        verb.locked(NOW, &seen, &first, Refusal::throttled()),
    ] {
        assert!(matches!(next, Next::Answer(Err(refusal)) if refusal.code == Code::Throttled), "it may yet be");
    }
}

#[test]
fn what_the_event_does_not_allow_is_said_before_anything_is_chosen() {
    let closed = Event { sales_close_at: Some(Moment(0)), ..some_event() };
    assert_eq!(refused_with(&verb_in(closed, named(2)), &Seen::default()), Code::SalesClosed);
    let mut few = some_event();
    few.rules.max_seats_per_hold = 2;
    assert_eq!(refused_with(&verb_in(few, named(3)), &Seen::default()), Code::InvalidData);
    let mut limited = some_event();
    limited.rules.max_seats_per_buyer = Some(3);
    let verb = verb_in(limited, named(2));
    let two = Hold { expires_at: NOW.plus(1), seats: some_hold(2).seats, ..some_hold(2) };
    assert_eq!(refused_with(&verb, &Seen { hold: Some(Some(two)), ..empty_house(&verb) }), Code::LimitExceeded);
    let none_held = tried(&verb, &empty_house(&verb));
    assert!(matches!(none_held.writes[0], Write::CheckTally { booked_at_most: 1, .. }));
}

#[test]
fn chosen_seats_are_of_the_types_that_were_counted_in_the_events_order() {
    let of_type =
        |id: &str| TicketType { id: TicketTypeId::parse(id).unwrap(), name: id.to_owned(), prices: BTreeMap::new() };
    let event = Event { ticket_types: vec![of_type("senior"), of_type("adult")], ..some_event() };
    let types = vec![(of_type("adult").id, 1), (of_type("senior").id, 2)];
    let typed = Named { types, ..named(3) };
    let verb = verb_in(event, typed.clone());
    let transaction = tried(&verb, &empty_house(&verb));
    let told: Vec<&str> =
        held(&transaction).0.seats.iter().filter_map(|seat| Some(seat.ticket_type.as_ref()?.as_str())).collect();
    assert_eq!(told, ["senior", "senior", "adult"]);
    let unknown = typed.resolve(&some_event(), &house()).unwrap_err();
    assert_eq!(unknown.message, "ticketTypes: this event has no ticket type adult");
}

#[test]
fn what_a_request_names_must_be_there() {
    let (event, house) = (some_event(), house());
    let nowhere = Named { area: Some(AreaId::parse("roof").unwrap()), ..named(1) };
    let refusal = nowhere.resolve(&event, &house).unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::NotFound, "Area not found: roof"));
    let of_category = |word: &str| Named { category: Some(word.to_owned()), ..named(1) }.resolve(&event, &house);
    assert_eq!(of_category("VIP").unwrap().category, Some(0), "by its name");
    assert_eq!(of_category("standard").unwrap().category, Some(1), "by its id");
    assert_eq!(of_category("gold").unwrap_err().message, "categoryId: the layout has no such category");
    let both = Named { category: Some("vip".to_owned()), ..places(1) };
    assert_eq!(both.resolve(&event, &house).unwrap_err().code, Code::InvalidData);
}
