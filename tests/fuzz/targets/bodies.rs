//! Bodies that hold and release: `hold-seats`, `hold-table`, `release`, and the socket's messages of the same kind.

use crate::check;
use crate::engine::{self, fuzz};
use domain::caller::Caller;
use domain::clock::Moment;
use domain::name::{BuyerId, EventId, SeatId};
use domain::refusal::Refusal;
use domain::selection::Selection;
use serde_json::{Value, json};
use service::admission::Arrival;
use service::deadline::Deadline;
use service::input::buyer::{hold_seats, hold_table, release};
use service::office::hold::{HoldRequest, Wanted};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A thousand million minutes: what longer wishes are taken for.
const LENGTH_MS_MAX: i64 = 60_000_000_000_000;

/// One for all bodies, so that what they are read as can be compared.
static DEADLINE: LazyLock<Deadline> = LazyLock::new(Deadline::default);

pub fn arrival() -> Arrival {
    let caller =
        Caller { buyer: BuyerId::parse("ann").unwrap(), is_admin: false, expires_at: Moment(0), priority: None };
    Arrival {
        caller,
        request_id: "r1".to_owned(),
        arrived_at: Moment(0),
        deadline: *DEADLINE,
        key: None,
        pass: None,
        over_socket: false,
        envelope: &[],
    }
}

/// What the parser makes of a body; none where the body is no JSON, or was refused as it should be.
pub fn accepted<T>(bytes: &[u8], parse: fn(&Value, Arrival) -> Result<T, Refusal>) -> Option<(Value, T)> {
    let body: Value = service::fields::json::read(bytes).ok()?;
    match parse(&body, arrival()) {
        Ok(request) => {
            engine::accepted();
            Some((body, request))
        }
        Err(refusal) => {
            check::refusal(&refusal);
            None
        }
    }
}

/// Seats that may be asked for at once: at most fifty, none twice, each said by the body itself.
pub fn check_seats(body: &Value, seats: &[SeatId]) {
    assert!(seats.len() <= 50, "{} seats", seats.len());
    let distinct: BTreeSet<&str> = seats.iter().map(SeatId::as_str).collect();
    assert_eq!(distinct.len(), seats.len(), "a seat twice");
    for seat in distinct {
        assert!(check::is_label(seat), "{seat:?} is no seat id");
        assert!(check::says(body, seat), "nobody named {seat:?}");
    }
}

/// Which seats and tables a confirm or release means.
pub fn check_selection(body: &Value, selection: &Selection) {
    check_seats(body, &selection.seats);
    assert!(selection.tables.len() <= 50, "{} tables", selection.tables.len());
    for table in &selection.tables {
        assert!(check::is_label(table.as_str()) && check::says(body, table.as_str()), "table {table:?}");
    }
    let fields = body.as_object().unwrap();
    let is_said = |names: &[&str]| names.iter().any(|name| fields.get(*name).is_some_and(|value| !value.is_null()));
    let names = ["seatIds", "seatLabels", "seat_ids", "seatIDs", "seatId", "seatLabel", "tableIds", "tableId"];
    assert_eq!(selection.is_whole_hold(), !is_said(&names), "the whole hold is meant exactly when nothing is named");
}

/// The fields of `which`, as a client would send them.
pub fn say_selection(body: &mut Value, selection: &Selection) {
    if !selection.is_whole_hold() {
        body["seatIds"] = json!(selection.seats);
        body["tableIds"] = json!(selection.tables);
    }
}

fn say(request: &HoldRequest) -> Value {
    let mut body = json!({ "eventId": request.event });
    match &request.wanted {
        Wanted::Seats(seats) => body["seatIds"] = json!(seats),
        Wanted::Table(table) => body["tableId"] = json!(table),
    }
    say_length(&mut body, request.length_ms);
    if !request.types.0.is_empty() {
        body["ticketTypes"] = json!(request.types.0);
    }
    body
}

/// A hold's length, as a client would send it.
pub fn say_length(body: &mut Value, length_ms: Option<i64>) {
    if let Some(ms) = length_ms {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let minutes = ms as f64 / 60_000.0;
        body["holdDurationMinutes"] = json!(minutes);
    }
}

/// Which event is meant, and for how long.
pub fn check_terms(body: &Value, event: &EventId, length_ms: Option<i64>) {
    assert!(check::is_key_part(event.as_str()) && check::says(body, event.as_str()));
    assert!(length_ms.is_none_or(|ms| (0..=LENGTH_MS_MAX).contains(&ms)), "{length_ms:?}");
}

fn check_hold(body: &Value, request: &HoldRequest) {
    check_terms(body, &request.event, request.length_ms);
    for (seat, id) in &request.types.0 {
        assert!(check::is_label(seat.as_str()) && check::is_label(id.as_str()), "{seat} as {id}");
    }
    match &request.wanted {
        Wanted::Seats(seats) => {
            assert!(!seats.is_empty(), "a hold of nothing");
            check_seats(body, seats);
        }
        Wanted::Table(table) => assert!(check::is_label(table.as_str()) && check::says(body, table.as_str())),
    }
}

fn holds(bytes: &[u8], parse: fn(&Value, Arrival) -> Result<HoldRequest, Refusal>) {
    let Some((body, request)) = accepted(bytes, parse) else { return };
    check_hold(&body, &request);
    let said = say(&request);
    // No time at all reads as a length, but cannot be said again: it is refused by the shortest hold.
    if request.length_ms != Some(0) {
        let again = parse(&said, arrival()).unwrap();
        assert_eq!(format!("{request:?}"), format!("{again:?}"), "{said}");
    }
}

#[test]
fn a_body_to_hold_seats_asks_for_seats_it_names_or_is_refused() {
    fuzz("hold_seats", |bytes| holds(bytes, hold_seats));
}

#[test]
fn a_body_to_hold_a_table_asks_for_the_table_it_names_or_is_refused() {
    fuzz("hold_table", |bytes| holds(bytes, hold_table));
}

#[test]
fn a_body_to_release_gives_up_what_it_names_or_is_refused() {
    fuzz("release", |bytes| {
        let Some((body, request)) = accepted(bytes, release) else { return };
        assert!(check::is_key_part(request.event.as_str()));
        check_selection(&body, &request.selection);
        let mut said = json!({ "eventId": request.event });
        say_selection(&mut said, &request.selection);
        assert_eq!(release(&said, arrival()).unwrap().selection, request.selection);
    });
}
