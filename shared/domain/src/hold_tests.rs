//! Holding: who may have which seats, at what price and until when.

use super::*;
use crate::money::Minor;
use crate::name::CategoryId;
use crate::samples::some_event;
use crate::samples::{hall_layout, older_hall};

const NOW: Moment = Moment(1_000_000);

fn ask(seats: &[&str]) -> Ask {
    Ask {
        buyer: BuyerId::parse("ann").unwrap(),
        seats: seats.iter().map(|id| SeatId::parse(id).unwrap()).collect(),
        length_ms: None,
        origin: "r1".into(),
    }
}

fn try_hold(known: Option<&Hold>, ask: &Ask) -> Result<Taking, Refusal> {
    decide(NOW, &some_event(), &hall_layout(8, 10), known, ask)
}

#[test]
fn a_first_hold_starts_the_timer_and_freezes_the_events_prices() {
    let taking = try_hold(None, &ask(&["seat_A1", "seat_A2"])).unwrap();
    assert_eq!(taking.after.expires_at, NOW.plus(10 * 60_000));
    assert_eq!(taking.before, None);
    assert_eq!(taking.taken.len(), 2);
    assert_eq!(total(&taking.taken), Minor(30_000));
    assert_eq!(taking.answer(NOW)["serverTime"], NOW.rfc3339());
}

#[test]
fn further_seats_join_the_hold_and_never_extend_it() {
    let first = try_hold(None, &ask(&["seat_A1"])).unwrap().after;
    let first = Hold { expires_at: NOW.plus(5_000), ..first };
    let more = Ask { length_ms: Some(30 * 60_000), ..ask(&["seat_A1", "seat_B1"]) };
    let taking = try_hold(Some(&first), &more).unwrap();
    assert_eq!(taking.after.id, first.id);
    assert_eq!(taking.after.expires_at, first.expires_at);
    assert_eq!(ids(&taking.taken), ["seat_B1"], "a seat held already is not written again");
    assert_eq!(ids(&taking.asked), ["seat_A1", "seat_B1"]);
    assert_eq!(taking.after.revision, first.revision + 1);
}

#[test]
fn a_hold_that_is_over_or_empty_is_not_joined() {
    let first = try_hold(None, &ask(&["seat_A1"])).unwrap().after;
    let over = Hold { expires_at: NOW.plus(-1), ..first.clone() };
    let empty = Hold { seats: Vec::new(), ..first };
    for known in [over, empty] {
        let taking = try_hold(Some(&known), &ask(&["seat_B1"])).unwrap();
        assert_eq!(taking.before.as_ref(), Some(&known), "its row is replaced as it was seen");
        assert_eq!(ids(&taking.after.seats), ["seat_B1"]);
        assert_ne!(taking.after.id, known.id, "the same request may have begun it");
    }
}

#[test]
fn a_hold_keeps_its_currency_and_takes_no_seats_in_another() {
    let held = try_hold(None, &ask(&["seat_A1"])).unwrap().after;
    let yen = Event { currency: Currency::parse("JPY").unwrap(), ..some_event() };
    let refusal = decide(NOW, &yen, &hall_layout(8, 10), Some(&held), &ask(&["seat_A2"])).unwrap_err();
    assert_eq!(refusal.code, Code::SalesClosed);
    assert_eq!(held.answer()["currency"], some_event().currency.code());
}

#[test]
fn the_same_request_gives_the_same_hold_id() {
    let id = |ask: &Ask| try_hold(None, ask).unwrap().after.id;
    assert_eq!(id(&ask(&["seat_A1"])), id(&ask(&["seat_A1"])));
    assert_ne!(id(&ask(&["seat_A1"])), id(&Ask { origin: "r2".into(), ..ask(&["seat_A1"]) }));
    assert_ne!(crate::name::digest(&["a", "bc"]), crate::name::digest(&["ab", "c"]));
}

#[test]
fn every_refusal_has_its_code() {
    let full = try_hold(None, &ask(&["seat_A1", "seat_A2", "seat_A3", "seat_A4"])).unwrap().after;
    let long = Ask { length_ms: Some(31 * 60_000), ..ask(&["seat_A1"]) };
    let five = ask(&["seat_A1", "seat_A2", "seat_A3", "seat_A4", "seat_A5"]);
    let mut few = some_event();
    few.rules.max_seats_per_hold = 4;
    let layout = hall_layout(8, 10);
    for (outcome, code, reason) in [
        (try_hold(None, &ask(&["seat_Z9", "nope"])), Code::InvalidData, "Invalid seat IDs: seat_Z9, nope"),
        (try_hold(None, &long), Code::InvalidData, "holdDurationMinutes must be at most 30 for this event"),
        (decide(NOW, &few, &layout, None, &five), Code::InvalidData, "Cannot hold more than 4 seats at once"),
        (
            decide(NOW, &few, &layout, Some(&full), &ask(&["seat_B1"])),
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
    let held = try_hold(None, &ask(&["seat_A1", "seat_A2"])).unwrap().after;
    let mut event = some_event();
    event.sales_close_at = Some(NOW.plus(-1));
    event.rules.max_seats_per_hold = 1;
    event.rules.max_hold_minutes = 1;
    let layout = hall_layout(1, 1);
    let again = decide(NOW, &event, &layout, Some(&held), &ask(&["seat_A2", "seat_A1"])).unwrap();
    assert_eq!((ids(&again.asked), again.taken.len()), (vec!["seat_A2", "seat_A1"], 0));
    assert_eq!(again.after, held);
    assert!(decide(NOW, &event, &layout, Some(&held), &ask(&["seat_A1", "seat_A3"])).is_err());
    let over = Hold { expires_at: NOW.plus(-1), ..held };
    assert!(decide(NOW, &event, &layout, Some(&over), &ask(&["seat_A1"])).is_err());
}

#[test]
fn nothing_is_held_outside_the_sales_window() {
    let layout = hall_layout(8, 10);
    let mut event = some_event();
    event.sales_open_at = Some(NOW.plus(1));
    assert_eq!(decide(NOW, &event, &layout, None, &ask(&["seat_A1"])).unwrap_err().code, Code::SalesClosed);
    event.sales_open_at = Some(NOW);
    event.sales_close_at = Some(NOW);
    assert!(decide(NOW, &event, &layout, None, &ask(&["seat_A1"])).is_ok());
    assert!(decide(NOW.plus(1), &event, &layout, None, &ask(&["seat_A1"])).is_err());
}

#[test]
fn a_seat_is_held_under_the_id_that_it_was_stored_by_whichever_form_the_client_sends() {
    let layout = older_hall("Cafe\u{301}", "t");
    for form in ["Caf\u{e9}", "Cafe\u{301}"] {
        let taking = decide(NOW, &some_event(), &layout, None, &ask(&[form])).unwrap();
        assert_eq!(ids(&taking.taken), ["Cafe\u{301}"], "its row, and who has it, lie under that");
    }
}

#[test]
fn a_seat_that_is_named_in_two_forms_is_named_twice() {
    let twice =
        Ask { seats: vec![SeatId::parse("seat_A1").unwrap(), SeatId::parse("seat_A1").unwrap()], ..ask(&["x"]) };
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
    let refusal = decide(NOW, &without_vip(), &hall_layout(8, 10), None, &ask(&["seat_C1", "seat_A2", "seat_A1"]));
    let refusal = refusal.unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::SeatBlocked, "Some seats are not for sale"));
    assert_eq!(refusal.data["conflictingSeats"], json!(["seat_A2", "seat_A1"]));
    assert_eq!(refusal.data["conflicts"][0], json!({ "seatId": "seat_A2", "code": "seat_blocked" }));
    assert!(decide(NOW, &without_vip(), &hall_layout(8, 10), None, &ask(&["seat_C1"])).is_ok());
}

#[test]
fn a_seat_that_is_held_stays_its_buyers_when_its_category_loses_its_price() {
    let held = try_hold(None, &ask(&["seat_A1"])).unwrap().after;
    let layout = hall_layout(8, 10);
    let taking = decide(NOW, &without_vip(), &layout, Some(&held), &ask(&["seat_A1", "seat_C1"])).unwrap();
    assert_eq!(ids(&taking.taken), ["seat_C1"]);
    assert_eq!(taking.asked[0].price, Minor(15_000), "at the price that it was held at");
    let refusal = decide(NOW, &without_vip(), &layout, Some(&held), &ask(&["seat_A1", "seat_A2"])).unwrap_err();
    assert_eq!(refusal.data["conflictingSeats"], json!(["seat_A2"]));
    let over = Hold { expires_at: NOW.plus(-1), ..held };
    assert!(decide(NOW, &without_vip(), &layout, Some(&over), &ask(&["seat_A1"])).is_err(), "its time is over");
}
