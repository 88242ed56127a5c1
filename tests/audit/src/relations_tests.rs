//! A sound table is clean, and each way in which its rows can contradict each other is found.

use crate::samples::*;
use crate::violation::Violation;
use crate::{Key, Row};
use serde_json::json;

/// Seats `a` and `b` held by Ann, `c` and `d` booked and paid by Bob, `x` cancelled by Bob and free again, and one row
/// of each other kind.
fn sound() -> Vec<Row> {
    let mut rows = vec![
        event(),
        held("a", 1, "h1", "ann", END),
        held("b", 3, "h1", "ann", END),
        hold("ann", "h1", 2, END, &["a", "b"]),
        book("c", 2, "b1", "bob"),
        book("d", 2, "b1", "bob"),
        booking("b1", "bob", &["c", "d"], Some(("stripe", "t1"))),
        guard("stripe", "t1", "b1"),
        hold("bob", "h2", 2, END, &[]),
        free("x", 3),
        cancelled(booking("b0", "bob", &["x"], Some(("default", "t0"))), NOW),
        guard("default", "t0", "b0"),
    ];
    rows.extend(housekeeping());
    rows
}

fn audit(rows: Vec<Row>, at: i64) -> Vec<Violation> {
    table(rows).audit(&moment(at))
}

/// What is wrong once these rows have taken the place of those with the same keys.
fn with_rows(rows: impl IntoIterator<Item = Row>) -> Vec<Violation> {
    audit(sound().into_iter().chain(rows).collect(), NOW)
}

fn without(key: &Key) -> Vec<Violation> {
    audit(sound().into_iter().filter(|row| key_of(row) != *key).collect(), NOW)
}

#[track_caller]
fn breaks(invariant: u8, violations: &[Violation]) {
    assert!(violations.iter().any(|violation| violation.invariant == invariant), "{invariant}: {violations:?}");
}

#[track_caller]
fn says(what: &str, violations: &[Violation]) {
    assert!(violations.iter().any(|violation| violation.what.contains(what)), "{what}: {violations:?}");
}

#[test]
fn a_sound_table_is_clean_at_any_time() {
    for at in [NOW, END, OVER, i64::MAX] {
        assert_eq!(audit(sound(), at), []);
    }
}

#[test]
fn without_the_events_row_its_lanes_are_not_judged() {
    assert_eq!(without(&Key::event("e1")), []);
}

#[test]
fn every_row_of_a_sound_table_is_summed_up() {
    let summary = table(sound()).summary();
    assert_eq!(summary.values().sum::<usize>(), sound().len());
    assert_eq!(summary["seats held"], 2);
    assert_eq!(summary["bookings cancelled"], 1);
    assert_eq!(summary.get("unreadable"), None);
}

#[test]
fn rows_for_ever_carry_no_ttl() {
    let for_ever =
        [0, 1, 4, 6, 7].map(|at| sound().swap_remove(at)).into_iter().chain(housekeeping().into_iter().take(2));
    for row in for_ever {
        let key = key_of(&row);
        let found = with_rows([with(row, "ttl", n(1))]);
        assert_eq!(invariants(&found), [6], "{key}: {found:?}");
    }
}

#[test]
fn a_hold_outlives_its_expiry() {
    breaks(6, &with_rows([with(hold("ann", "h1", 2, END, &["a", "b"]), "ttl", n(END / 1_000 - 1))]));
}

#[test]
fn a_held_seat_stands_in_its_holders_hold() {
    breaks(2, &with_rows([hold("ann", "h1", 2, END, &["a"])]));
    breaks(2, &with_rows([hold("ann", "h9", 2, END, &["a", "b"])]));
    breaks(2, &with_rows([held("b", 3, "h1", "bob", END)]));
    breaks(2, &without(&Key::hold("ann", "e1")));
    breaks(5, &with_rows([held("b", 3, "h1", "ann", END + 1)]));
    breaks(8, &with_rows([with(held("b", 3, "h1", "ann", END), "price", n(149))]));
}

#[test]
fn a_live_hold_has_all_its_seats() {
    breaks(2, &with_rows([hold("ann", "h1", 2, END, &["a", "b", "new"])]));
    breaks(2, &with_rows([free("b", 4)]));
}

#[test]
fn seats_may_outlive_their_holds_row_once_the_hold_may_be_over() {
    let left = |hold: Option<Row>| {
        let rows = [event(), held("a", 1, "h1", "ann", END)].into_iter().chain(hold);
        rows.collect::<Vec<Row>>()
    };
    for hold in [None, Some(hold("ann", "h2", 1, END + 5, &[]))] {
        breaks(2, &audit(left(hold.clone()), END - APART));
        assert_eq!(audit(left(hold), END - APART + 1), []);
    }
    let other = hold("ann", "h1", 2, END, &[]);
    breaks(2, &audit(left(Some(other)), i64::MAX));
}

#[test]
fn a_hold_may_list_seats_that_others_took_after_its_end() {
    let rows = vec![
        event(),
        hold("ann", "h1", 1, END, &["a", "b"]),
        held("a", 2, "h2", "bob", 2 * END),
        hold("bob", "h2", 1, 2 * END, &["a"]),
        free("b", 2),
    ];
    breaks(2, &audit(rows.clone(), OVER - 1));
    assert_eq!(audit(rows, OVER), []);
}

#[test]
fn booked_seats_and_bookings_name_each_other() {
    breaks(2, &without(&Key::booking("b1")));
    breaks(2, &with_rows([booking("b1", "bob", &["c"], Some(("stripe", "t1")))]));
    breaks(2, &with_rows([cancelled(booking("b1", "bob", &["c", "d"], Some(("stripe", "t1"))), NOW)]));
    breaks(2, &with_rows([booking("b0", "bob", &["x"], Some(("default", "t0")))]));
    breaks(2, &with_rows([free("d", 3)]));
    breaks(2, &with_rows([booking("b2", "bob", &[], None)]));
    breaks(1, &with_rows([book("d", 2, "b1", "ann")]));
    breaks(8, &with_rows([with(book("d", 2, "b1", "bob"), "price", n(0))]));
    breaks(2, &with_rows([with(booking("b1", "bob", &["c", "d"], None), "cancelledAt", n(NOW))]));
}

#[test]
fn a_seat_stands_in_one_confirmed_booking() {
    let twice = with_rows([booking("b2", "eve", &["d"], None)]);
    says("sold twice", &twice);
    breaks(1, &twice);
}

#[test]
fn a_seats_attributes_fit_its_status() {
    for (row, name, value) in [
        (held("a", 1, "h1", "ann", END), "bookingId", s("b1")),
        (held("a", 1, "h1", "ann", END), "holder", json!(null)),
        (held("a", 1, "h1", "ann", END), "status", s("booked")),
        (held("a", 1, "h1", "ann", END), "status", s("available")),
        (book("c", 2, "b1", "bob"), "expiresAt", n(END)),
        (book("c", 2, "b1", "bob"), "bookedAt", json!(null)),
        (free("x", 3), "price", n(150)),
    ] {
        breaks(1, &with_rows([with(row, name, value)]));
    }
    breaks(10, &with_rows([free("x", 0)]));
}

#[test]
fn a_seat_has_one_row_in_its_own_lane() {
    let own = seat_key("a");
    let astray = with(held("a", 1, "h1", "ann", END), "pk", s("EVENT#e1#9"));
    let found = with_rows([astray.clone()]);
    says("lane 9, but belongs in", &found);
    says("two rows", &found);
    let eventless = vec![held("a", 1, "h1", "ann", END), astray, hold("ann", "h1", 1, END, &["a"])];
    assert_eq!(invariants(&audit(eventless, NOW)), [1], "{own}");
}

#[test]
fn a_payment_and_its_booking_name_each_other() {
    breaks(7, &without(&Key::payment("stripe", "t1")));
    breaks(7, &with_rows([guard("stripe", "t1", "b0")]));
    breaks(7, &with_rows([guard("stripe", "t2", "b1")]));
    breaks(7, &with_rows([guard("stripe", "t2", "nothing")]));
    let twice = with_rows([booking("b2", "eve", &["e"], Some(("stripe", "t1"))), book("e", 2, "b2", "eve")]);
    breaks(7, &twice);
    says("paid twice", &twice);
}

#[test]
fn a_payment_without_a_gateway_is_the_default_ones() {
    let record = json!({ "seats": "e\tvip\t150\n", "details": { "paymentInfo": { "transactionId": "t2" } } });
    let paid = with(booking("b2", "eve", &["e"], None), "record", s(&record.to_string()));
    assert_eq!(with_rows([paid, book("e", 2, "b2", "eve"), guard("default", "t2", "b2")]), []);
}

#[test]
fn amounts_are_never_negative() {
    let found = with_rows([
        with(held("a", 1, "h1", "ann", END), "price", n(-1)),
        with(hold("ann", "h1", 2, END, &["a", "b"]), "seats", s("a\tvip\t-1\nb\tvip\t150\n")),
        with(booking("b2", "eve", &["e"], None), "record", s(r#"{"seats":"e\tvip\t-1\n"}"#)),
        with(book("e", 2, "b2", "eve"), "price", n(-1)),
    ]);
    assert_eq!(invariants(&found), [8]);
    assert_eq!(found.len(), 4, "two seats, the hold and the booking: {found:?}");
    let document = json!({ "id": "e1", "lanes": 4, "currency": "USD", "prices": { "vip": -1 } });
    breaks(8, &with_rows([with(event(), "document", s(&document.to_string()))]));
}

#[test]
fn rows_that_nobody_can_read_are_found() {
    let unreadable = [
        with(event(), "lanes", n(5)),
        with(event(), "document", s("{}")),
        with(held("a", 1, "h1", "ann", END), "status", s("reserved")),
        with(held("a", 1, "h1", "ann", END), "version", json!(null)),
        with(held("a", 1, "h1", "ann", END), "price", s("150")),
        with(hold("ann", "h1", 2, END, &["a", "b"]), "seats", s("a vip 150\n")),
        with(hold("ann", "h1", 2, END, &["a", "b"]), "seats", s("a\tvip\t1.5\nb\tvip\t150")),
        with(hold("ann", "h1", 2, END, &["a", "b"]), "seats", s("a\tvip\t150\na\tvip\t150")),
        with(hold("ann", "h1", 2, END, &["a", "b"]), "ttl", json!(null)),
        with(booking("b1", "bob", &["c", "d"], None), "eventKey", s("EVENTS")),
        with(booking("b1", "bob", &["c", "d"], None), "record", s("{}")),
        with(guard("stripe", "t1", "b1"), "bookingId", json!(null)),
        row(json!({ "pk": s("NEWS"), "sk": s("1") })),
    ];
    let bare = housekeeping().into_iter().map(|row| {
        let keys = ["pk", "sk"].map(|name| (name.to_owned(), row[name].clone()));
        Row::from_iter(keys)
    });
    for row in unreadable.into_iter().chain(bare) {
        let key = key_of(&row);
        let found = with_rows([row]);
        assert!(found.iter().any(|v| v.invariant == 11 && v.what.contains(&key.to_string())), "{key}: {found:?}");
    }
}

/// Bob's booking of two seats, counted among his limits.
fn counted(as_what: &str) -> Row {
    with(booking("b1", "bob", &["c", "d"], Some(("stripe", "t1"))), "counted", s(as_what))
}

#[test]
fn what_is_counted_for_a_buyer_is_what_the_bookings_add_up_to() {
    assert_eq!(with_rows([limited(4, true), counted("only"), tally("bob", 2, Some("b1"))]), []);
    assert_eq!(with_rows([limited(4, false), counted("seats"), tally("bob", 2, None)]), []);
    for wrong in [tally("bob", 1, Some("b1")), tally("bob", 2, None), tally("bob", 2, Some("b0"))] {
        breaks(15, &with_rows([limited(4, true), counted("only"), wrong]));
    }
    breaks(15, &with_rows([limited(4, true), counted("only")]));
}

#[test]
fn nobody_has_more_than_the_event_allows_one_buyer() {
    let bought = [counted("seats"), tally("bob", 2, None), held("e", 1, "h3", "bob", END)];
    let holding = hold("bob", "h3", 1, END, &["e"]);
    assert_eq!(with_rows([limited(3, false), holding.clone()].into_iter().chain(bought.clone())), []);
    breaks(15, &with_rows([limited(2, false), holding.clone()].into_iter().chain(bought.clone())));
    let rows = sound().into_iter().chain([limited(2, false), holding]).chain(bought);
    assert_eq!(audit(rows.collect(), OVER), [], "a hold that is over counts no more");
    let second = [booking("b2", "bob", &["e"], None), book("e", 2, "b2", "bob")];
    breaks(15, &with_rows([limited(9, true), counted("only"), tally("bob", 2, Some("b1"))].into_iter().chain(second)));
}
