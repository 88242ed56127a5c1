//! Legal histories pass, and each forbidden step is found.

use crate::samples::*;
use crate::violation::{Actor, Violation};
use crate::{Books, Key, Row};
use serde_json::json;

const ANN: Actor<'_> = Actor::Buyer("ann");
const BOB: Actor<'_> = Actor::Buyer("bob");

/// Ann holds `a` and `b`; `x` was Bob's once.
fn held_table() -> Books {
    table([
        event(),
        held("a", 1, "h1", "ann", END),
        held("b", 1, "h1", "ann", END),
        hold("ann", "h1", 1, END, &["a", "b"]),
        free("x", 2),
    ])
}

/// Ann has booked `a` and still holds `b`.
fn sold_table() -> Books {
    let mut books = held_table();
    assert_eq!(commit(&mut books, NOW, ANN, confirm(), vec![]), []);
    books
}

fn confirm() -> Vec<Row> {
    vec![
        book("a", 2, "b1", "ann"),
        booking("b1", "ann", &["a"], Some(("stripe", "t1"))),
        guard("stripe", "t1", "b1"),
        hold("ann", "h1", 2, END, &["b"]),
    ]
}

fn cancel() -> Vec<Row> {
    vec![free("a", 3), cancelled(booking("b1", "ann", &["a"], Some(("stripe", "t1"))), NOW)]
}

#[track_caller]
fn fine(books: &mut Books, at: i64, actor: Actor<'_>, rows: Vec<Row>) {
    assert_eq!(commit(books, at, actor, rows, vec![]), []);
}

#[track_caller]
fn breaks(invariant: u8, mut books: Books, at: i64, actor: Actor<'_>, rows: Vec<Row>) -> Vec<Violation> {
    assert_eq!(books.audit(&moment(at)), [], "the table must be sound before");
    let found = commit(&mut books, at, actor, rows, vec![]);
    assert!(found.iter().any(|violation| violation.invariant == invariant), "{invariant}: {found:?}");
    found
}

#[track_caller]
fn says(what: &str, violations: &[Violation]) {
    assert!(violations.iter().any(|violation| violation.what.contains(what)), "{what}: {violations:?}");
}

#[track_caller]
fn deletion_breaks(invariant: u8, mut books: Books, at: i64, actor: Actor<'_>, key: Key) {
    let found = commit(&mut books, at, actor, vec![], vec![key]);
    assert!(found.iter().any(|violation| violation.invariant == invariant), "{invariant}: {found:?}");
}

/// `rows` with one of them replaced.
fn but(mut rows: Vec<Row>, row: Row) -> Vec<Row> {
    rows.retain(|other| key_of(other) != key_of(&row));
    rows.push(row);
    rows
}

#[test]
fn a_history_of_two_buyers_is_clean() {
    let books = &mut Books::new();
    fine(books, NOW, Actor::Admin, vec![event()]);
    fine(books, NOW, Actor::Admin, housekeeping().drain(..2).collect());
    fine(books, NOW, ANN, vec![held("a", 1, "h1", "ann", END), hold("ann", "h1", 1, END, &["a"])]);
    fine(books, NOW, ANN, vec![held("b", 1, "h1", "ann", END), hold("ann", "h1", 2, END, &["a", "b"])]);
    fine(books, NOW, ANN, vec![free("b", 2), hold("ann", "h1", 3, END, &["a"])]);
    fine(books, NOW, BOB, vec![held("b", 3, "h2", "bob", END), hold("bob", "h2", 1, END, &["b"])]);
    let mut bought = confirm();
    bought[3] = hold("ann", "h1", 4, END, &[]);
    fine(books, END + APART, ANN, bought);
    fine(books, END + APART, Actor::Admin, cancel());
    fine(books, NOW, ANN, vec![held("a", 4, "h3", "ann", END), hold("ann", "h3", 1, END, &["a"])]);
    let (later, rebuilt) = (2 * END, held("b", 4, "h3", "eve", 2 * END));
    fine(books, OVER, Actor::Buyer("eve"), vec![rebuilt, hold("eve", "h3", 1, later, &["b"])]);
    fine(books, OVER, Actor::Sweep, vec![free("a", 5)]);
    fine(books, OVER, Actor::System, housekeeping().drain(3..).collect());
    let gone = vec![Key::hold("ann", "e1"), Key::hold("bob", "e1"), key("WATCH#e1#0", "c")];
    assert_eq!(commit(books, END + 86_402_000, Actor::Ttl, vec![], gone), []);
    assert_eq!(books.audit(&moment(END + 86_402_000)), []);
}

#[test]
fn a_late_holder_waits_for_their_own_seat_like_everyone() {
    let again = vec![held("a", 2, "h2", "ann", 2 * END), hold("ann", "h2", 1, 2 * END, &["a"])];
    breaks(5, held_table(), OVER - 1, ANN, again.clone());
    fine(&mut held_table(), OVER, ANN, again);
}

#[test]
fn each_change_of_a_seat_raises_its_version_by_one() {
    for version in [1, 2, 4] {
        breaks(
            10,
            held_table(),
            NOW,
            BOB,
            vec![held("x", version, "h2", "bob", END), hold("bob", "h2", 1, END, &["x"])],
        );
    }
    breaks(10, held_table(), NOW, BOB, vec![held("new", 2, "h2", "bob", END), hold("bob", "h2", 1, END, &["new"])]);
    breaks(10, held_table(), NOW, BOB, vec![free("x", 3)]);
    breaks(10, held_table(), NOW, ANN, vec![held("a", 1, "h1", "ann", END)]);
}

#[test]
fn a_seat_is_taken_over_only_when_its_hold_is_over_for_every_clock() {
    let taken = vec![held("a", 2, "h2", "bob", 2 * END), hold("bob", "h2", 1, 2 * END, &["a"])];
    breaks(5, held_table(), OVER - 1, BOB, taken.clone());
    fine(&mut held_table(), OVER, BOB, taken);
}

#[test]
fn nobody_is_made_a_holder_by_somebody_else() {
    let taken = vec![held("x", 3, "h2", "bob", END)];
    for actor in [Actor::Admin, Actor::Sweep, Actor::Buyer("eve")] {
        breaks(1, held_table(), NOW, actor, taken.clone());
    }
}

#[test]
fn a_sold_seat_is_held_by_nobody() {
    breaks(1, sold_table(), NOW, ANN, vec![held("a", 3, "h1", "ann", END), hold("ann", "h1", 3, END, &["a", "b"])]);
    breaks(1, sold_table(), i64::MAX, BOB, vec![held("a", 3, "h2", "bob", END), hold("bob", "h2", 1, END, &["a"])]);
}

#[test]
fn a_seat_is_sold_to_its_holder_in_time_at_the_price_it_was_held_at() {
    fine(&mut held_table(), NOW, ANN, confirm());
    breaks(5, held_table(), END, ANN, but(confirm(), with(book("a", 2, "b1", "ann"), "bookedAt", n(END + 1))));
    breaks(5, held_table(), NOW, ANN, but(confirm(), with(book("a", 2, "b1", "ann"), "bookedAt", n(NOW + APART + 1))));
    breaks(8, held_table(), NOW, ANN, but(confirm(), with(book("a", 2, "b1", "ann"), "price", n(1))));
    let child = s("child");
    let retyped = with(with(book("a", 2, "b1", "ann"), "price", n(1)), "ticketType", child);
    let found = breaks(8, held_table(), NOW, ANN, but(confirm(), retyped));
    let is_of_row = |violation: &Violation| violation.what.contains("is sold at");
    assert!(!found.iter().any(is_of_row), "another type has a price of its own, as its booking must have: {found:?}");
    breaks(1, held_table(), NOW, BOB, vec![book("a", 2, "b1", "bob"), booking("b1", "bob", &["a"], None)]);
    says("Admin made booking b1", &breaks(1, held_table(), NOW, Actor::Admin, confirm()));
}

#[test]
fn a_seat_that_is_nobodys_is_sold_at_once_with_a_booking_of_its_own() {
    let at_once = |seat: &str, version| vec![book(seat, version, "b1", "bob"), booking("b1", "bob", &[seat], None)];
    fine(&mut held_table(), NOW, BOB, at_once("x", 3));
    fine(&mut held_table(), NOW, BOB, at_once("new", 1));
    fine(&mut held_table(), OVER, BOB, at_once("a", 2));
    breaks(5, held_table(), OVER - 1, BOB, at_once("a", 2));
    breaks(1, held_table(), NOW, ANN, at_once("x", 3));
    breaks(1, sold_table(), i64::MAX, BOB, at_once("a", 3));
    breaks(
        5,
        held_table(),
        NOW,
        BOB,
        but(at_once("x", 3), with(book("x", 3, "b1", "bob"), "bookedAt", n(NOW + APART + 1))),
    );
    says("is not made with it", &breaks(2, held_table(), NOW, BOB, vec![book("x", 3, "b9", "bob")]));
    breaks(8, held_table(), NOW, BOB, but(at_once("x", 3), with(book("x", 3, "b1", "bob"), "price", n(1))));
}

#[test]
fn a_hold_and_its_booking_stay_in_one_currency() {
    let euros = with(booking("b1", "ann", &["a"], None), "currency", s("EUR"));
    says("unlike the hold", &breaks(8, held_table(), NOW, ANN, but(confirm(), euros)));
    let kept = with(hold("ann", "h1", 2, END, &["b"]), "currency", s("EUR"));
    says("was in USD", &breaks(8, held_table(), NOW, ANN, but(confirm(), kept)));
}

#[test]
fn a_booking_charges_what_the_hold_says_even_if_seat_and_booking_agree_on_more() {
    let record = json!({ "seats": "a\tvip\t151\n", "details": {} });
    let dear = with(booking("b1", "ann", &["a"], None), "record", s(&record.to_string()));
    let rows = vec![with(book("a", 2, "b1", "ann"), "price", n(151)), dear, hold("ann", "h1", 2, END, &["b"])];
    let found = breaks(8, held_table(), NOW, ANN, rows);
    assert_eq!(found.len(), 2, "of the seat, and of the booking: {found:?}");
}

#[test]
fn a_confirm_is_all_or_nothing() {
    for left_out in 0..4 {
        let mut rows = confirm();
        let row = rows.remove(left_out);
        breaks(if key_of(&row).sk == "GUARD" { 7 } else { 2 }, held_table(), NOW, ANN, rows);
    }
    let two = but(confirm(), booking("b1", "ann", &["a", "b"], Some(("stripe", "t1"))));
    breaks(2, held_table(), NOW, ANN, two);
    let stillborn = vec![cancelled(booking("b1", "ann", &["a"], None), NOW)];
    says("began as cancelled", &breaks(2, held_table(), NOW, ANN, stillborn));
}

#[test]
fn held_seats_are_freed_by_their_holder_or_by_the_sweep_in_time() {
    let released = vec![free("a", 2), hold("ann", "h1", 2, END, &["b"])];
    fine(&mut held_table(), NOW, ANN, released.clone());
    breaks(1, held_table(), NOW, BOB, vec![free("a", 2)]);
    breaks(1, held_table(), OVER, Actor::Admin, vec![free("a", 2)]);
    breaks(5, held_table(), OVER - 1, Actor::Sweep, vec![free("a", 2)]);
    fine(&mut held_table(), OVER, Actor::Sweep, vec![free("a", 2)]);
    breaks(2, held_table(), NOW, ANN, vec![free("a", 2)]);
    breaks(2, held_table(), NOW, ANN, vec![hold("ann", "h1", 2, END, &["b"])]);
}

#[test]
fn a_booked_seat_is_freed_only_by_its_cancellation() {
    for actor in [ANN, Actor::Admin] {
        fine(&mut sold_table(), NOW, actor, cancel());
    }
    breaks(1, sold_table(), NOW, ANN, vec![free("a", 3)]);
    breaks(1, sold_table(), i64::MAX, Actor::Sweep, vec![free("a", 3)]);
    breaks(1, sold_table(), NOW, BOB, cancel());
    breaks(2, sold_table(), NOW, ANN, cancel().split_off(1));
}

#[test]
fn a_bookings_record_stays_as_it_was() {
    let now = |row: Row| but(cancel(), cancelled(row, NOW));
    breaks(2, sold_table(), NOW, ANN, now(with(booking("b1", "ann", &["a"], None), "createdAt", n(1))));
    breaks(2, sold_table(), NOW, ANN, vec![with(booking("b1", "ann", &["a"], None), "currency", s("EUR"))]);
    let mut books = sold_table();
    fine(&mut books, NOW, ANN, cancel());
    breaks(
        2,
        books.clone(),
        NOW,
        ANN,
        vec![booking("b1", "ann", &["a"], Some(("stripe", "t1"))), book("a", 4, "b1", "ann")],
    );
    breaks(2, books, NOW, ANN, vec![cancelled(booking("b1", "ann", &["a"], Some(("stripe", "t1"))), NOW + 1)]);
}

#[test]
fn a_payment_pays_once() {
    let again = vec![
        book("b", 2, "b2", "ann"),
        booking("b2", "ann", &["b"], Some(("stripe", "t1"))),
        guard("stripe", "t1", "b2"),
        hold("ann", "h1", 3, END, &[]),
    ];
    let found = breaks(7, sold_table(), NOW, ANN, again);
    assert_eq!(found.len(), 2, "rewritten, and the first booking unguarded: {found:?}");
}

#[test]
fn seats_join_a_hold_at_its_end_and_keep_its_prices() {
    let later = |end| vec![held("x", 3, "h1", "ann", end), hold("ann", "h1", 2, end, &["a", "b", "x"])];
    fine(&mut held_table(), NOW, ANN, later(END));
    breaks(5, held_table(), NOW, ANN, later(END + 1));
    let moved = ["a", "b"].map(|seat| held(seat, 2, "h2", "ann", 2 * END));
    let moved = moved.into_iter().chain([hold("ann", "h2", 1, 2 * END, &["a", "b"])]).collect();
    breaks(5, held_table(), NOW, ANN, moved);
    breaks(7, held_table(), NOW, ANN, but(later(END), hold("ann", "h1", 1, END, &["a", "b", "x"])));
    breaks(7, held_table(), NOW, ANN, but(later(END), hold("ann", "h1", 3, END, &["a", "b", "x"])));
    let cheap = with(hold("ann", "h1", 2, END, &["a", "b"]), "seats", s("a\tvip\t0\nb\tvip\t150\n"));
    let found = breaks(8, held_table(), NOW, ANN, vec![cheap]);
    says("changed the price", &found);
    let emptied = vec![free("a", 2), free("b", 2), hold("ann", "h1", 2, END + 1, &[])];
    breaks(5, held_table(), NOW, ANN, emptied);
}

#[test]
fn a_hold_that_is_replaced_leaves_no_live_seat_behind() {
    let rows = vec![held("x", 3, "h2", "ann", END), hold("ann", "h2", 1, END, &["x"])];
    let found = breaks(2, held_table(), NOW, ANN, rows);
    says("seat a of event e1", &found);
}

#[test]
fn a_buyer_touches_no_row_of_others() {
    breaks(3, held_table(), NOW, BOB, vec![hold("ann", "h1", 2, END, &["a", "b"])]);
    breaks(3, held_table(), NOW, BOB, vec![event()]);
    breaks(3, held_table(), OVER, Actor::Sweep, vec![hold("ann", "h1", 2, END, &["a", "b"])]);
}

#[test]
fn nobody_deletes_what_is_for_ever() {
    let for_ever = [seat_key("a"), Key::booking("b1"), Key::payment("stripe", "t1"), Key::event("e1"), seat_key("x")];
    for key in for_ever {
        for actor in [ANN, Actor::Admin, Actor::Sweep, Actor::Ttl] {
            deletion_breaks(6, sold_table(), i64::MAX, actor, key.clone());
        }
    }
    let unreadable = with(free("x", 2), "status", s("reserved"));
    deletion_breaks(6, table([unreadable]), NOW, Actor::Admin, seat_key("x"));
}

#[test]
fn ttl_takes_rows_only_when_their_time_is_over() {
    let (key, ttl) = (Key::hold("ann", "e1"), END + 86_400_000);
    deletion_breaks(6, held_table(), ttl, Actor::Ttl, key.clone());
    assert_eq!(commit(&mut held_table(), ttl + 1, Actor::Ttl, vec![], vec![key]), []);
    breaks(6, held_table(), OVER, Actor::Ttl, vec![free("a", 2)]);
}

#[test]
fn layouts_and_kept_answers_stay_as_they_were() {
    let rows = housekeeping();
    let books = table(rows.clone());
    breaks(8, books.clone(), NOW, Actor::Admin, vec![with(rows[0].clone(), "hash", s("g"))]);
    breaks(8, books.clone(), NOW, Actor::Admin, vec![with(rows[1].clone(), "bytes", json!({ "B": "BBBB" }))]);
    breaks(7, books.clone(), NOW, ANN, vec![with(rows[2].clone(), "answer", s("[]"))]);
    deletion_breaks(7, books.clone(), NOW, ANN, key_of(&rows[2]));
    deletion_breaks(6, books, NOW, Actor::Admin, key_of(&rows[1]));
}

#[test]
fn lanes_stay_once_a_seat_has_a_row() {
    let document = json!({ "id": "e1", "lanes": 5, "currency": "USD", "prices": {} });
    let wider = with(with(event(), "lanes", n(5)), "document", s(&document.to_string()));
    fine(&mut table([event()]), NOW, Actor::Admin, vec![wider.clone()]);
    breaks(1, held_table(), NOW, Actor::Admin, vec![wider]);
}

#[test]
fn a_seat_leaves_its_event_only_while_nobody_has_it() {
    let gone = |version| with(with(free("a", version), "status", s("blocked")), "withdrawn", s("c1"));
    breaks(13, held_table(), NOW, Actor::Admin, vec![gone(2)]);
    breaks(13, sold_table(), NOW, Actor::Admin, vec![gone(3)]);
    let books = &mut held_table();
    fine(books, OVER, Actor::Admin, vec![gone(2)]);
    let late = vec![held("a", 3, "h9", "bob", 2 * END), hold("bob", "h9", 1, 2 * END, &["a"])];
    let found = commit(books, OVER, BOB, late, vec![]);
    assert!(found.iter().any(|violation| violation.invariant == 13), "{found:?}");
}

/// Ann's hold of `a` and `b`, which began ten minutes before `END`, with another end.
fn extended(end: i64) -> Vec<Row> {
    let row = with(hold("ann", "h1", 2, end, &["a", "b"]), "startedAt", n(NOW));
    vec![held("a", 2, "h1", "ann", end), held("b", 2, "h1", "ann", end), row]
}

fn begun() -> Books {
    let row = with(hold("ann", "h1", 1, END, &["a", "b"]), "startedAt", n(NOW));
    table([limited(9, false), held("a", 1, "h1", "ann", END), held("b", 1, "h1", "ann", END), row])
}

#[test]
fn a_hold_is_extended_by_its_buyer_within_the_longest_and_never_shortened() {
    fine(&mut begun(), NOW, ANN, extended(END + 60_000));
    fine(&mut begun(), NOW, ANN, extended(NOW + 30 * 60_000));
    breaks(5, begun(), NOW, ANN, extended(NOW + 30 * 60_000 + 1));
    breaks(5, begun(), NOW, ANN, extended(END - 1));
    breaks(1, begun(), NOW, BOB, extended(END + 60_000));
    let mut half = extended(END + 60_000);
    half.remove(0);
    breaks(5, begun(), NOW, ANN, half);
}

#[test]
fn the_sweep_gives_up_the_hold_of_a_session_with_its_row_and_no_other() {
    let bound = |revision, seats: &[&str]| {
        let row = with(hold("ann", "h1", revision, END, seats), "ofSession", json!({ "BOOL": true }));
        with(row, "startedAt", n(NOW))
    };
    let books = || table([event(), held("a", 1, "h1", "ann", END), bound(1, &["a"])]);
    fine(&mut books(), NOW, Actor::Sweep, vec![free("a", 2), bound(2, &[])]);
    breaks(5, books(), NOW, Actor::Sweep, vec![free("a", 2)]);
    let unbound = || with(hold("ann", "h1", 1, END, &["a"]), "startedAt", n(NOW));
    let over_http = || table([event(), held("a", 1, "h1", "ann", END), unbound()]);
    breaks(5, over_http(), NOW, Actor::Sweep, vec![free("a", 2), with(unbound(), "revision", n(2))]);
}
