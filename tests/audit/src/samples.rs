//! Rows for tests, as the product writes them: event `e1` in dollars with four lanes, every seat at 1.50.

use crate::violation::{Actor, Moment, Violation};
use crate::{Books, Key, Row};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateEncoder;
use serde_json::{Value, json};
use std::io::Read;

/// When the buyers of the tests act, in milliseconds.
pub const NOW: i64 = 1_000_000_000;
/// When their holds end.
pub const END: i64 = NOW + 600_000;
/// How far clocks are apart.
pub const APART: i64 = 750;
/// The first moment at which somebody else may have their seats.
pub const OVER: i64 = END + 2_000 - APART + 1;

pub fn moment(at: i64) -> Moment {
    Moment { at, apart: APART }
}

pub fn row(value: Value) -> Row {
    value.as_object().cloned().unwrap_or_default()
}

pub fn deflated(text: &str) -> Value {
    let mut bytes = Vec::new();
    let read = DeflateEncoder::new(text.as_bytes(), Compression::default()).read_to_end(&mut bytes);
    assert!(read.is_ok());
    json!({ "B": STANDARD.encode(bytes) })
}

/// A row with one more attribute, or another value of it; null takes it away.
pub fn with(mut row: Row, name: &str, value: Value) -> Row {
    if value.is_null() {
        row.remove(name)
    } else {
        row.insert(name.to_owned(), value)
    };
    row
}

pub fn s(text: &str) -> Value {
    json!({ "S": text })
}

pub fn n(number: i64) -> Value {
    json!({ "N": number.to_string() })
}

pub fn key(pk: &str, sk: &str) -> Key {
    Key { pk: pk.to_owned(), sk: sk.to_owned() }
}

pub fn key_of(row: &Row) -> Key {
    Key::of(row).unwrap_or_else(|| key("", ""))
}

fn keyed(pk: &str, sk: &str, mut rest: Value) -> Row {
    rest["pk"] = s(pk);
    rest["sk"] = s(sk);
    row(rest)
}

pub fn event() -> Row {
    let document = json!({ "id": "e1", "lanes": 4, "currency": "USD", "prices": { "vip": 150, "house": null } });
    keyed("EVENT#e1", "META", json!({ "lanes": n(4), "document": s(&document.to_string()) }))
}

pub fn seat_key(seat: &str) -> Key {
    key(&format!("EVENT#e1#{}", crc32fast::hash(seat.as_bytes()) % 4), &format!("SEAT#{seat}"))
}

fn seat(seat: &str, version: i64, status: &str, rest: Value) -> Row {
    let Key { pk, sk } = seat_key(seat);
    with(with(keyed(&pk, &sk, rest), "status", s(status)), "version", n(version))
}

pub fn free(id: &str, version: i64) -> Row {
    seat(id, version, "available", json!({}))
}

pub fn held(id: &str, version: i64, hold: &str, buyer: &str, end: i64) -> Row {
    seat(id, version, "held", json!({ "holdId": s(hold), "holder": s(buyer), "price": n(150), "expiresAt": n(end) }))
}

pub fn book(id: &str, version: i64, booking: &str, buyer: &str) -> Row {
    let rest = json!({ "bookingId": s(booking), "holder": s(buyer), "price": n(150), "bookedAt": n(NOW) });
    seat(id, version, "booked", rest)
}

fn lines(seats: &[&str]) -> String {
    seats.iter().map(|seat| format!("{seat}\tvip\t150\n")).collect()
}

pub fn hold(buyer: &str, id: &str, revision: i64, end: i64, seats: &[&str]) -> Row {
    let rest = json!({
        "holdId": s(id), "revision": n(revision), "expiresAt": n(end), "currency": s("USD"),
        "seats": deflated(&lines(seats)), "ttl": n(end / 1_000 + 86_400),
    });
    keyed(&format!("BUYER#{buyer}"), "HOLD#e1", rest)
}

pub fn booking(id: &str, buyer: &str, seats: &[&str], payment: Option<(&str, &str)>) -> Row {
    let paid = payment.map(|(gateway, transaction)| json!({ "gateway": gateway, "transactionId": transaction }));
    let record = json!({ "seats": lines(seats), "details": { "paymentInfo": paid } });
    let rest = json!({
        "buyerKey": s(&format!("BUYER#{buyer}")), "eventKey": s("BOOKINGS#e1#2"), "sortKey": s(&format!("{NOW:015}#{id}")),
        "status": s("confirmed"), "currency": s("USD"), "createdAt": n(NOW), "record": deflated(&record.to_string()),
    });
    keyed(&format!("BOOKING#{id}"), "BOOKING", rest)
}

pub fn cancelled(booking: Row, at: i64) -> Row {
    with(with(booking, "status", s("cancelled")), "cancelledAt", n(at))
}

pub fn guard(gateway: &str, transaction: &str, booking: &str) -> Row {
    let Key { pk, sk } = Key::payment(gateway, transaction);
    keyed(&pk, &sk, json!({ "bookingId": s(booking) }))
}

/// One row of each kind that only serves the running of things.
pub fn housekeeping() -> Vec<Row> {
    let ttl = n(END / 1_000);
    vec![
        keyed(
            "LAYOUT#l",
            "VERSION#00000001",
            json!({ "version": n(1), "hash": s("f"), "chunks": n(1), "seats": n(9) }),
        ),
        keyed("LAYOUT#l", "CHUNK#f#0000", json!({ "bytes": { "B": "AAAA" } })),
        keyed("BUYER#ann", "IDEMPOTENCY#hold#1", json!({ "fingerprint": s("f"), "answer": s("{}"), "ttl": ttl })),
        keyed("WATCH#e1#0", "c", json!({ "ttl": ttl })),
        keyed("SOCKETS#ann", "c", json!({ "openedAt": n(NOW), "seenAt": n(NOW), "ttl": ttl })),
        keyed(
            "CONN#c",
            "META",
            json!({ "holder": s("ann"), "isAdmin": { "BOOL": false }, "expiresAt": n(END), "ttl": ttl }),
        ),
        keyed("LAGGING#0", "e1#c", json!({ "ttl": ttl })),
        keyed("DUE#0", &format!("{END:015}#e1#h1"), json!({ "revision": n(1), "seats": s("a\n"), "ttl": ttl })),
    ]
}

pub fn table(rows: impl IntoIterator<Item = Row>) -> Books {
    Books::from_rows(rows)
}

/// Commits rows, and deletions of keys.
pub fn commit(books: &mut Books, at: i64, actor: Actor<'_>, rows: Vec<Row>, deleted: Vec<Key>) -> Vec<Violation> {
    let written = rows.into_iter().map(|row| (key_of(&row), Some(row)));
    let changes = written.chain(deleted.into_iter().map(|key| (key, None))).collect();
    books.commit(&moment(at), &actor, changes)
}

/// The invariants that are broken, each once.
pub fn invariants(violations: &[Violation]) -> Vec<u8> {
    let mut found: Vec<u8> = violations.iter().map(|violation| violation.invariant).collect();
    found.dedup();
    found
}

/// The event with rules that limit each buyer.
pub fn limited(most: i64, is_one: bool) -> Row {
    let rules = json!({ "maxSeatsPerBuyer": most, "oneBookingPerBuyer": is_one, "maxHoldMinutes": 30 });
    let document = json!({ "id": "e1", "lanes": 4, "currency": "USD", "prices": { "vip": 150 }, "rules": rules });
    keyed("EVENT#e1", "META", json!({ "lanes": n(4), "document": s(&document.to_string()) }))
}

/// What a buyer has booked in the event, as it is counted.
pub fn tally(buyer: &str, booked: i64, only: Option<&str>) -> Row {
    let row = keyed(&format!("BUYER#{buyer}"), "LIMIT#e1", json!({ "booked": n(booked) }));
    with(row, "bookingId", only.map_or(Value::Null, s))
}
