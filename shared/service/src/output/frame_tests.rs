//! Frames: whatever comes late, twice or in another order, a client that applies them ends where the table is.

use super::*;
use domain::change::coalesce;
use domain::name::SeatId;
use proptest::prelude::*;
use std::collections::HashMap;

fn change(seat: u8, version: u64, status: Status) -> SeatChange {
    SeatChange { seat: SeatId::parse(&format!("s{seat}")).unwrap(), status, expires_at: None, version }
}

fn statuses() -> impl Strategy<Value = Status> {
    prop_oneof![Just(Status::Available), Just(Status::Held), Just(Status::Booked)]
}

/// What happens to some seats: each one's changes in order, the first of them version 1.
fn histories() -> impl Strategy<Value = Vec<Vec<SeatChange>>> {
    prop::collection::vec(prop::collection::vec((statuses(), 0_i64..1_000), 1..8), 1..6).prop_map(|seats| {
        let history = |(seat, changes): (u8, Vec<(Status, i64)>)| {
            let one = |(version, (status, end)): (u64, (Status, i64))| {
                let expires_at = Some(Moment(end)).filter(|_| status == Status::Held);
                SeatChange { expires_at, ..change(seat, version, status) }
            };
            (1..).zip(changes).map(one).collect()
        };
        (0..).zip(seats).map(history).collect()
    })
}

/// Those changes as a stream may deliver them: in any order, some of them more than once.
fn deliveries() -> impl Strategy<Value = (Vec<Vec<SeatChange>>, Vec<SeatChange>)> {
    histories().prop_flat_map(|seats| {
        let all: Vec<SeatChange> = seats.iter().flatten().cloned().collect();
        let again = prop::sample::subsequence(all.clone(), 0..=all.len());
        let delivered = again.prop_flat_map(move |again| Just([all.clone(), again].concat()).prop_shuffle());
        (Just(seats), delivered)
    })
}

/// A client: of each seat it keeps the highest version that it has seen.
fn apply(frames: &[String]) -> HashMap<String, Value> {
    let mut shown: HashMap<String, Value> = HashMap::new();
    for frame in frames {
        let frame: Value = serde_json::from_str(frame).unwrap();
        for change in frame["data"]["changes"].as_array().into_iter().flatten() {
            let known = shown.entry(change["seatId"].as_str().unwrap().to_owned()).or_insert_with(|| change.clone());
            if known["version"].as_u64() < change["version"].as_u64() {
                *known = change.clone();
            }
        }
    }
    shown
}

proptest! {
    #[test]
    fn a_client_ends_at_the_last_change_of_each_seat_however_the_changes_were_delivered(
        (seats, delivered) in deliveries(), batch in 1_usize..20, rotation in 0_usize..50,
    ) {
        let event = EventId::parse("e").unwrap();
        let mut frames: Vec<String> =
            delivered.chunks(batch).flat_map(|batch| changed(&event, &coalesce(batch.to_vec()))).collect();
        let middle = rotation % frames.len();
        frames.rotate_left(middle);
        let last: HashMap<String, Value> = seats
            .iter()
            .filter_map(|history| history.last())
            .map(|last| (last.seat.to_string(), changed_seat(last)))
            .collect();
        prop_assert_eq!(apply(&frames), last);
    }

    #[test]
    fn coalescing_depends_neither_on_order_nor_on_where_batches_end(
        (seats, delivered) in deliveries(), cut in 0_usize..100,
    ) {
        let newest: Vec<SeatChange> = seats.iter().filter_map(|history| history.last().cloned()).collect();
        let (first, second) = delivered.split_at(cut % delivered.len());
        let in_two = [coalesce(first.to_vec()), coalesce(second.to_vec())].concat();
        prop_assert_eq!(coalesce(in_two), newest.clone());
        prop_assert_eq!(coalesce(delivered), newest.clone());
        prop_assert_eq!(coalesce(newest.clone()), newest, "once is enough");
    }

    #[test]
    fn seats_that_were_sold_are_named_and_no_others(seats in histories()) {
        let newest = coalesce(seats.into_iter().flatten());
        let event = EventId::parse("e").unwrap();
        let mut named: Vec<String> = Vec::new();
        for frame in changed(&event, &newest) {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            prop_assert_eq!(&frame["eventId"], "e");
            let seats = frame["data"]["seatIds"].as_array().into_iter().flatten();
            named.extend(seats.filter_map(Value::as_str).map(str::to_owned));
        }
        let sold = newest.iter().filter(|change| change.status == Status::Booked);
        prop_assert_eq!(named, sold.map(|change| change.seat.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn frames_of_seats_with_long_names_fit_and_lose_none(
        count in 0_usize..700, name in "[a-z\u{1f4ba}\\\\\"]{100,120}", sold in any::<bool>(),
    ) {
        let status = if sold { Status::Booked } else { Status::Held };
        let one = |n: usize| SeatChange {
            seat: SeatId::parse(&format!("{name}{n}")).unwrap(),
            expires_at: Some(Moment(0)),
            ..change(0, 1, status)
        };
        let changes: Vec<SeatChange> = (0..count).map(one).collect();
        let frames = changed(&EventId::parse(&"e".repeat(128)).unwrap(), &changes);
        prop_assert!(frames.iter().all(|frame| frame.len() <= SOCKET_FRAME_BYTES_MAX));
        prop_assert_eq!(apply(&frames).len(), count);
    }
}

#[test]
fn a_long_answer_is_split_into_frames_that_fit() {
    let event = EventId::parse("e").unwrap();
    let changes: Vec<SeatChange> =
        (0..=u8::MAX).flat_map(|s| (0..20).map(move |v| change(s, v, Status::Booked))).collect();
    let frames = changed(&event, &changes);
    assert!(frames.iter().filter(|f| f.contains("seat:status:changed")).count() > 1);
    assert!(frames.iter().all(|f| f.len() <= SOCKET_FRAME_BYTES_MAX));
    let listed: usize = frames.iter().map(|f| f.matches("\"version\"").count()).sum();
    assert_eq!(listed, changes.len());
}

#[test]
fn an_event_without_changes_still_gets_its_availability() {
    let frames = availability(&EventId::parse("e").unwrap(), &[], Moment(0), Follows::Socket, Some(&json!("r1")));
    assert_eq!(frames.len(), 1);
    let read: Value = serde_json::from_str(&frames[0]).unwrap();
    assert_eq!(read["requestId"], "r1");
    assert_eq!((&read["data"]["part"], &read["data"]["parts"]), (&json!(1), &json!(1)));
}

#[test]
fn a_frame_names_nobody() {
    let text = changed(&EventId::parse("e").unwrap(), &[change(1, 2, Status::Held)]).join("");
    assert!(!text.contains("holder") && !text.contains("heldBy"));
}

#[test]
fn who_follows_the_availability_is_told_so_and_how_often_to_read_it() {
    let event = EventId::parse("e").unwrap();
    let data = |follows| -> Value {
        let frames = availability(&event, &[change(1, 2, Status::Held)], Moment(0), follows, None);
        serde_json::from_str::<Value>(&frames[0]).unwrap()["data"].clone()
    };
    let followed = data(Follows::Availability);
    assert_eq!((&followed["follow"], &followed["pollMs"]), (&json!("availability"), &json!(1_000)));
    let watched = data(Follows::Socket);
    assert!(watched.get("follow").is_none() && watched.get("pollMs").is_none(), "{watched}");
}
