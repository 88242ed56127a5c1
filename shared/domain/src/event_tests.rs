//! Events: when seats are sold.

use super::*;
use crate::samples::some_event;

#[test]
fn an_event_sells_until_its_sales_close_or_else_until_it_ends_or_else_until_it_starts() {
    let (start, end, close) = (Moment(10_000_000), Moment(20_000_000), Moment(5_000_000));
    let starts = Event { starts_at: start, ..some_event() };
    let ends = Event { ends_at: Some(end), ..starts.clone() };
    let closes = Event { sales_close_at: Some(close), ..ends.clone() };
    for (event, last) in [(starts, start), (ends, end), (closes, close)] {
        assert!(event.check_on_sale(last).is_ok());
        assert_eq!(event.check_on_sale(last.plus(1)).unwrap_err().code, Code::SalesClosed);
        assert!(!event.is_closed(last.plus(CHANGE_QUIET_MS)));
        assert!(event.is_closed(last.plus(CHANGE_QUIET_MS + 1)));
    }
}

#[test]
fn lanes_grow_with_the_venue_up_to_a_limit() {
    for (seats, lanes) in [(1, 1), (500, 1), (501, 2), (10_000, 20), (120_000, 64)] {
        assert_eq!(Event::lanes_for(seats), lanes, "{seats}");
    }
}

#[test]
fn an_event_is_quiet_only_where_no_function_can_be_selling() {
    let now = Moment(1_000_000_000);
    let old = Event { updated_at: now.plus(-CHANGE_QUIET_MS - 1), ..some_event() };
    let (before, after) = (Some(now.plus(-CHANGE_QUIET_MS - 1)), Some(now.plus(CHANGE_QUIET_MS + 1)));
    for (event, is_quiet, why) in [
        (Event { sales_close_at: before, ..old.clone() }, true, "closed long ago"),
        (Event { sales_open_at: after, ..old.clone() }, true, "opens much later"),
        (old.clone(), false, "on sale"),
        (Event { sales_close_at: Some(now.plus(-1)), ..old.clone() }, false, "a hold of before may be on its way"),
        (Event { sales_open_at: Some(now.plus(5_000)), ..old.clone() }, false, "opens meanwhile"),
        (Event { sales_close_at: before, updated_at: now.plus(-5_000), ..old }, false, "functions remember more"),
    ] {
        assert_eq!(event.is_quiet(now), is_quiet, "{why}");
    }
}

#[test]
fn nothing_is_sold_until_every_function_knows_the_lanes() {
    let changed = Event { lanes_changed_at: Some(Moment(1_000)), ..some_event() };
    assert_eq!(changed.check_on_sale(Moment(1_000 + CHANGE_QUIET_MS - 1)).unwrap_err().code, Code::SalesClosed);
    assert!(changed.check_on_sale(Moment(1_000 + CHANGE_QUIET_MS)).is_ok());
    assert!(changed.check_on_sale(Moment(1_000 - CHANGE_QUIET_MS)).is_ok(), "the clock was set back since");
}

#[test]
fn neighbours_are_spread_over_the_lanes() {
    let event = Event { lanes: 20, ..some_event() };
    let lanes: std::collections::BTreeSet<u32> =
        (1..=40).map(|n| event.lane(&SeatId::parse(&format!("seat_A{n}")).unwrap())).collect();
    assert!(lanes.len() >= 15, "{lanes:?}");
}

#[test]
fn rules_that_allow_a_buyer_less_are_told_from_those_that_allow_more() {
    let rules = |most, is_one| Rules { max_seats_per_buyer: most, one_booking_per_buyer: is_one, ..Rules::default() };
    let none = rules(None, false);
    for (before, after, is_less) in [
        (none, rules(Some(4), false), true),
        (rules(Some(4), false), rules(Some(3), false), true),
        (rules(Some(3), false), rules(Some(4), false), false),
        (rules(Some(3), true), none, false),
        (none, rules(None, true), true),
        (rules(Some(4), false), rules(Some(5), true), true),
        (rules(None, true), rules(None, true), false),
    ] {
        assert_eq!(after.limit_more_than(&before), is_less, "{before:?} -> {after:?}");
    }
}
