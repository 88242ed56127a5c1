//! Joining, frames and snapshots.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::connection::{Connection, by_query, by_subprotocol, handshake};
use crate::fixture;
use crate::person::refs;
use crate::world::{World, fresh_id};

#[tokio::test]
async fn a_token_in_the_address_or_as_subprotocol_opens_the_socket() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    let token = ann.token.as_deref().expect("Ann's token");
    let (stream, _) = handshake(by_query(&world.wire, Some(token))).await.expect("a connection by address");
    Connection::over(stream).ask_for("pong", json!({"action": "ping"})).await;

    let (stream, response) = handshake(by_subprotocol(&world.wire, token)).await.expect("a connection by subprotocol");
    let chosen = response.headers().get("sec-websocket-protocol").and_then(|value| value.to_str().ok());
    assert_eq!(chosen, Some("holdfast"), "a browser closes unless one of its subprotocols is chosen");
    Connection::over(stream).ask_for("pong", json!({"action": "ping"})).await;
}

#[tokio::test]
async fn a_request_id_comes_back_and_need_not_be_sent() {
    let world = World::new().await;
    let mut socket = world.buyer("ann").connect().await;
    socket.say(&json!({"action": "ping", "requestId": "r-1"})).await;
    assert_eq!(socket.frame_of("pong").await["requestId"], "r-1");
    socket.say(&json!({"action": "ping"})).await;
    assert!(socket.frame_of("pong").await["requestId"].is_null());
}

#[tokio::test]
async fn joining_brings_every_seat_that_ever_changed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok();
    ann.release(&event, &["seat_B1"]).await.ok();
    let held = ann.seat(&event, "seat_A1").await;
    world.buyer("bob").buy(&event, &["seat_C1"]).await;

    let mut socket = ann.connect().await;
    for action in ["join", "join:trip"] {
        let snapshot = socket.ask_for("seats:availability", json!({"action": action, "eventId": event.id})).await;
        let data = &snapshot["data"];
        assert_eq!((&snapshot["eventId"], data["parts"].as_u64()), (&json!(event.id), Some(1)), "{snapshot}");
        let _: jiff::Timestamp = data["asOf"].as_str().expect("asOf").parse().expect("a time");
        let seats = data["seats"].as_array().expect("seats");
        assert_eq!(seats.len(), 3, "{snapshot}");
        let seat =
            |id: &str| seats.iter().find(|seat| seat["seatId"] == id).unwrap_or_else(|| panic!("{id} in {snapshot}"));
        assert_eq!(
            (&seat("seat_A1")["status"], &seat("seat_A1")["holdExpiresAt"]),
            (&json!("held"), &held["holdExpiresAt"])
        );
        assert_eq!((&seat("seat_B1")["status"], &seat("seat_B1")["version"]), (&json!("available"), &json!(2)));
        assert_eq!((&seat("seat_C1")["status"], &seat("seat_C1")["version"]), (&json!("booked"), &json!(2)));
    }
}

#[tokio::test]
async fn joining_without_a_snapshot_is_answered_with_the_time() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    let joined = socket.ask_for("joined", json!({"action": "join", "eventId": event.id, "snapshot": false})).await;
    let _: jiff::Timestamp = joined["data"]["at"].as_str().expect("at").parse().expect("a time");
    world.buyer("bob").hold(&event, &["seat_A1"]).await.ok();
    let change = socket.frame_of("seat:status:changed").await;
    assert_eq!(change["data"]["changes"][0]["seatId"], "seat_A1", "{change}");
}

#[tokio::test]
async fn every_change_reaches_everyone_who_joined() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let (mut first, mut second) = (world.buyer("first").watch(&event).await, ann.watch(&event).await);
    let held = ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    for watcher in [&mut first, &mut second] {
        watcher.until_seat_is("seat_A1", "held").await;
        watcher.until_seat_is("seat_A2", "held").await;
        assert_eq!(watcher.sees("seat_A1").hold_expires_at, Some(held.text("expiresAt")));
    }
    ann.release(&event, &["seat_A2"]).await.ok();
    ann.confirm(&event, &["seat_A1"]).await.ok();
    let layout = world.anyone().map(&event).await;
    for watcher in [&mut first, &mut second] {
        watcher.agrees_with(&layout).await;
        watcher.until("seats:booked", |w| w.booked == BTreeSet::from(["seat_A1".to_owned()])).await;
    }
}

#[tokio::test]
async fn frames_name_nobody() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut watcher = world.buyer("watcher").watch(&event).await;
    let hold = ann.hold(&event, &["seat_A1"]).await.ok().text("holdId");
    let booking = ann.confirm(&event, &["seat_A1"]).await.ok().text("bookingId");
    watcher.until("the booking", |w| w.booked.contains("seat_A1")).await;
    watcher.until_seat_is("seat_A1", "booked").await;
    for frame in &watcher.frames {
        let text = frame.to_string();
        assert!(![&ann.sub, &hold, &booking].into_iter().any(|name| text.contains(name)), "{frame}");
        let changes = frame["data"]["changes"].as_array().into_iter().flatten();
        for field in changes.filter_map(Value::as_object).flat_map(|change| change.keys()) {
            assert!(["seatId", "status", "holdExpiresAt", "version"].contains(&field.as_str()), "{field} in {frame}");
        }
    }
}

#[tokio::test]
async fn frames_are_of_joined_events_only_and_one_connection_joins_several() {
    let world = World::new().await;
    let (theatre, bus, other, ann) =
        (world.theatre().await, world.event(fixture::bus()).await, world.theatre().await, world.buyer("ann"));
    let mut socket = world.buyer("watcher").connect().await;
    for event in [&theatre, &bus] {
        socket.ask_for("seats:availability", json!({"action": "join", "eventId": event.id})).await;
    }
    ann.hold(&other, &["seat_A1"]).await.ok();
    ann.hold(&theatre, &["seat_A1"]).await.ok();
    ann.hold(&bus, &["1A"]).await.ok();
    let mut seen = BTreeSet::new();
    while seen.len() < 2 {
        let frame = socket.frame_of("seat:status:changed").await;
        seen.insert(frame["eventId"].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(seen, BTreeSet::from([theatre.id, bus.id]));
}

#[tokio::test]
async fn after_leaving_no_frames_come() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut staying = world.buyer("staying").watch(&event).await;
    let mut leaving = world.buyer("leaving").connect().await;
    leaving.ask_for("seats:availability", json!({"action": "join", "eventId": event.id})).await;
    ann.hold(&event, &["seat_A1"]).await.ok();
    leaving.frame_of("seat:status:changed").await;
    leaving.ask_for("left", json!({"action": "leave", "eventId": event.id})).await;
    leaving.everything_until_now().await;

    for seat in ["seat_B1", "seat_B2", "seat_B3"] {
        ann.hold(&event, &[seat]).await.ok();
        staying.until_seat_is(seat, "held").await;
    }
    let strays = leaving.everything_until_now().await;
    assert!(strays.is_empty(), "{strays:?}");
}

#[tokio::test]
async fn an_event_that_does_not_exist_is_not_joined() {
    let world = World::new().await;
    let mut socket = world.buyer("ann").connect().await;
    let error = socket.ask_for("error", json!({"action": "join", "eventId": fresh_id()})).await;
    assert_eq!(error["data"]["code"], "not_found", "{error}");
    socket.ask_for("pong", json!({"action": "ping"})).await;
}

#[tokio::test]
async fn joining_twice_is_joining_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    for _ in 0..3 {
        socket.ask_for("seats:availability", json!({"action": "join", "eventId": event.id})).await;
    }
    let mut watcher = world.buyer("watcher").watch(&event).await;
    ann.hold(&event, &["seat_A1"]).await.ok();
    watcher.until_seat_is("seat_A1", "held").await;
    socket.frame_of("seat:status:changed").await;
    let more = socket.everything_until_now().await;
    assert!(more.iter().all(|frame| frame["type"] != "seat:status:changed"), "{more:?}");
}

#[tokio::test]
async fn a_snapshot_over_128_kb_comes_in_parts() {
    let world = World::new().await;
    // About 90 bytes a held seat: 2,000 of them make more than one part. Fewer where the table is slow.
    let seats = world.load(2_000).max(50);
    let event = world.event(fixture::grid(40, 50)).await;
    for chunk in event.seats[..seats].chunks(50) {
        world.buyer("holder").hold(&event, &refs(chunk)).await.ok();
    }
    let mut watcher = world.buyer("watcher").watch(&event).await;
    watcher.agrees_with(&world.anyone().map(&event).await).await;
}

#[tokio::test]
async fn a_closed_connection_disturbs_nobody() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for _ in 0..5 {
        drop(world.buyer("gone").watch(&event).await);
    }
    let mut watcher = world.buyer("watcher").watch(&event).await;
    for seat in ["seat_A1", "seat_A2"] {
        ann.hold(&event, &[seat]).await.ok();
        watcher.until_seat_is(seat, "held").await;
    }
}

#[tokio::test]
async fn a_connection_that_leaves_and_joins_many_times_misses_nothing_once_it_has_joined() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let mut moving = bob.connect().await;
    for round in 1..=10 {
        let seat = format!("seat_A{round}");
        moving.ask_for("seats:availability", json!({"action": "join", "eventId": event.id})).await;
        ann.hold(&event, &[&seat]).await.ok();
        let sees = |frame: &Value| frame["type"] == "seat:status:changed" && frame.to_string().contains(&seat);
        moving.frame(&format!("the hold of {seat}"), sees).await;
        moving.ask_for("left", json!({"action": "leave", "eventId": event.id})).await;
    }
    let snapshot = moving.ask_for("seats:availability", json!({"action": "join", "eventId": event.id})).await;
    assert_eq!(snapshot["data"]["seats"].as_array().map(Vec::len), Some(10), "{snapshot}");
}

#[tokio::test]
async fn whoever_joins_during_a_rush_ends_up_with_what_the_table_holds() {
    let world = World::new().await;
    let event = world.event(crate::fixture::grid(10, 20)).await;
    let buyers = world.buyers(40);
    let rush = futures::future::join_all(buyers.iter().enumerate().map(|(number, buyer)| {
        let event = &event;
        async move {
            let seats: Vec<String> =
                (1..=4).map(|n| crate::fixture::grid_seat(number % 10 + 1, (number / 10) * 4 + n)).collect();
            let seats: Vec<&str> = seats.iter().map(String::as_str).collect();
            buyer.hold(event, &seats).await;
            buyer.release(event, &seats[..2]).await;
            buyer.confirm(event, &seats[2..]).await;
        }
    }));
    let joining = futures::future::join_all(world.buyers(8).into_iter().enumerate().map(|(number, person)| {
        let event = &event;
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(40 * number as u64)).await;
            person.watch(event).await
        }
    }));
    let (_, watchers) = tokio::join!(rush, joining);
    let map = world.admin().map(&event).await;
    for mut watcher in watchers {
        watcher.agrees_with(&map).await;
    }
}
