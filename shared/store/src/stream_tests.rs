//! What records of the stream tell of, and which are left out.

use super::*;
use crate::Item;
use crate::row::{keyed, number, of_hold, text};
use domain::name::SeatId;
use domain::samples::some_hold;
use domain::seat::Status;

fn seat_row(event: &EventId, seat: &str, version: u64) -> Item {
    let mut item = keyed(&key::seat(event, 3, &SeatId::parse(seat).unwrap()));
    item.insert("status".to_owned(), text("booked"));
    item.insert("version".to_owned(), number(version));
    item
}

/// A record as Lambda hands it over, with one of its images.
fn record(image: &str, item: Item) -> Value {
    let item: serde_dynamo::Item = item.into();
    json!({
        "awsRegion": "eu-central-1",
        "eventID": "1",
        "eventName": "MODIFY",
        "dynamodb": { "SequenceNumber": "1", "SizeBytes": 1, image: item },
    })
}

fn told(records: &[Value]) -> Vec<Change> {
    changes(json!({ "Records": records })).unwrap()
}

/// The versions of the seats that were told of.
fn versions(changes: &[Change]) -> Vec<u64> {
    let version = |change: &Change| match change {
        Change::Seat { seat, .. } => Some(seat.version),
        Change::Hold(_) | Change::Booking(_) => None,
    };
    changes.iter().filter_map(version).collect()
}

#[test]
fn a_seat_comes_with_its_event() {
    let row = seat_row(&EventId::parse("e1").unwrap(), "A1", 4);
    let found = told(&[record("NewImage", row)]);
    let Some(Change::Seat { event, seat }) = found.first() else { unreachable!("{found:?}") };
    assert_eq!((event.as_str(), seat.id.as_str()), ("e1", "A1"));
    assert_eq!((found.len(), seat.status, seat.version), (1, Status::Booked, 4));
}

#[test]
fn a_hold_comes_with_its_seats_also_where_it_has_none_left() {
    for seats in [0, 2] {
        let row = of_hold(&some_hold(seats));
        assert_eq!(told(&[record("NewImage", row)]), [Change::Hold(some_hold(seats))]);
    }
}

#[test]
fn a_row_that_was_deleted_is_no_change() {
    assert_eq!(told(&[record("OldImage", of_hold(&some_hold(1)))]), []);
}

#[test]
fn rows_of_other_kinds_are_left_out() {
    let event = EventId::parse("e1").unwrap();
    let others = [key::health(), key::event(&event)].map(|key| record("NewImage", keyed(&key)));
    assert_eq!(told(&others), []);
}

#[test]
fn a_record_that_cannot_be_read_holds_up_no_other() {
    let event = EventId::parse("e1").unwrap();
    let mut unknown_status = seat_row(&event, "A2", 2);
    unknown_status.insert("status".to_owned(), text("melted"));
    let mut not_a_number = seat_row(&event, "A3", 3);
    not_a_number.insert("version".to_owned(), text("three"));
    let mut of_no_event = seat_row(&event, "A4", 4);
    of_no_event.insert("pk".to_owned(), text("SOMEWHERE"));
    let mut of_no_buyer = of_hold(&some_hold(1));
    of_no_buyer.insert("pk".to_owned(), text("SOMEWHERE"));
    let no_keys = Item::from([("version".to_owned(), number(5))]);
    let rows = [
        seat_row(&event, "A1", 1),
        unknown_status,
        not_a_number,
        of_no_event,
        of_no_buyer,
        no_keys,
        seat_row(&event, "A6", 6),
    ];
    let found = told(&rows.map(|row| record("NewImage", row)));
    assert_eq!((found.len(), versions(&found)), (2, vec![1, 6]));
}

#[test]
fn changes_of_one_row_stay_in_their_order() {
    let event = EventId::parse("e1").unwrap();
    let rows = [1, 3, 2].map(|version| record("NewImage", seat_row(&event, "A1", version)));
    assert_eq!(versions(&told(&rows)), [1, 3, 2]);
}

#[test]
fn what_is_no_batch_is_an_error() {
    assert!(changes(json!({})).is_err());
    assert!(changes(json!({ "Records": [{ "awsRegion": 1 }] })).is_err());
}

#[test]
fn of_a_batch_that_was_taken_no_record_comes_again() {
    assert_eq!(all_taken(), json!({ "batchItemFailures": [] }));
}
