//! The socket of seeds/2: its events, in its words (`tripId`, `seatLabel`), on a bus of our own.

use serde_json::json;

use crate::fixture;
use crate::world::{World, fresh_id};

#[tokio::test]
async fn joining_a_trip_brings_its_seat_map() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    world.buyer("early").hold(&bus, &["3C"]).await.ok();

    let mut socket = world.buyer("john").connect().await;
    let map = socket.ask_for("seats:availability", json!({"action": "join:trip", "tripId": bus.id})).await;
    let seats = map["data"]["seats"].as_array().expect("data.seats");
    assert_eq!(seats.len(), 1, "only the seat that ever changed: {map}");
    assert_eq!((&seats[0]["seatId"], &seats[0]["status"]), (&json!("3C"), &json!("held")), "{map}");
}

#[tokio::test]
async fn a_held_seat_says_until_when() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    let mut socket = world.buyer("john").connect().await;
    let held =
        socket.ask_for("seat:hold:success", json!({"action": "seat:hold", "tripId": bus.id, "seatLabel": "1A"})).await;
    let expires: jiff::Timestamp = held["data"]["expiresAt"].as_str().expect("expiresAt").parse().expect("a time");
    assert!(jiff::Timestamp::now() < expires, "{held}");
}

#[tokio::test]
async fn a_seat_that_another_holds_fails() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    world.buyer("jane").hold(&bus, &["1A"]).await.ok();
    let mut socket = world.buyer("john").connect().await;
    let failed =
        socket.ask_for("seat:hold:failed", json!({"action": "seat:hold", "tripId": bus.id, "seatLabel": "1A"})).await;
    assert_eq!(
        (&failed["data"]["code"], &failed["data"]["conflictingSeats"]),
        (&json!("seat_held"), &json!(["1A"])),
        "{failed}"
    );
}

#[tokio::test]
async fn all_who_joined_see_holds_releases_and_bookings() {
    let world = World::new().await;
    let (bus, john, watcher) = (world.event(fixture::bus()).await, world.buyer("john"), world.buyer("watcher"));
    let mut watcher = watcher.watch(&bus).await;
    let mut socket = john.connect().await;

    socket.ask_for("seat:hold:success", json!({"action": "seat:hold", "tripId": bus.id, "seatLabel": "1A"})).await;
    watcher.until_seat_is("1A", "held").await;
    socket
        .ask_for("seat:release:success", json!({"action": "seat:release", "tripId": bus.id, "seatLabel": "1A"}))
        .await;
    watcher.until_seat_is("1A", "available").await;
    socket
        .ask_for("seat:hold:success", json!({"action": "seat:hold", "tripId": bus.id, "seatLabels": ["1A", "1B"]}))
        .await;
    socket
        .ask_for("booking:success", json!({"action": "booking:confirm", "tripId": bus.id, "seatLabels": ["1A", "1B"]}))
        .await;
    watcher.until_seat_is("1A", "booked").await;
    watcher.until_seat_is("1B", "booked").await;
    watcher.until("seats:booked with both seats", |w| w.booked.contains("1A") && w.booked.contains("1B")).await;
}

#[tokio::test]
async fn the_seeds_booking_is_confirmed() {
    let world = World::new().await;
    let (bus, john) = (world.event(fixture::bus()).await, world.buyer("john"));
    let mut socket = john.connect().await;
    socket
        .ask_for("seat:hold:success", json!({"action": "seat:hold", "tripId": bus.id, "seatLabels": ["1A", "1B"]}))
        .await;
    let confirm = json!({
        "action": "booking:confirm", "tripId": bus.id, "seatLabels": ["1A", "1B"],
        "passengers": [
            {"firstName": "John", "lastName": "Doe", "idType": "passport", "idNumber": "123456"},
            {"firstName": "Jane", "lastName": "Doe", "idType": "passport", "idNumber": "789012"},
        ],
        "paymentInfo": {"paymentId": format!("payment-{}", fresh_id())},
    });
    let booked = socket.ask_for("booking:success", confirm.clone()).await;
    let id = booked["data"]["bookingId"].as_str().expect("bookingId");
    assert_eq!(booked["data"]["totalAmount"].as_f64(), Some(65.0), "{booked}");
    let booking = john.booking(id).await.ok();
    assert_eq!(booking["booking"]["passengers"], confirm["passengers"], "{}", booking.story("the passengers as sent"));
}

#[tokio::test]
async fn a_booking_of_seats_not_held_fails() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    let mut socket = world.buyer("john").connect().await;
    let failed = socket
        .ask_for("booking:failed", json!({"action": "booking:confirm", "tripId": bus.id, "seatLabels": ["1A"]}))
        .await;
    assert_eq!(failed["data"]["code"], "not_held", "{failed}");
}

#[tokio::test]
async fn current_holds_are_listed() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    let mut socket = world.buyer("john").connect().await;
    socket
        .ask_for("seat:hold:success", json!({"action": "seat:hold", "tripId": bus.id, "seatLabels": ["2A", "2B"]}))
        .await;
    let holds = socket.ask_for("holds", json!({"action": "holds:get", "tripId": bus.id})).await;
    assert_eq!(holds["data"]["holds"][0]["seatIds"].as_array().map(Vec::len), Some(2), "{holds}");
    assert_eq!(holds["data"]["holds"][0]["eventId"], bus.id.as_str(), "{holds}");
}

#[tokio::test]
async fn leaving_a_trip_is_answered() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    let mut socket = world.buyer("john").connect().await;
    socket.ask_for("seats:availability", json!({"action": "join:trip", "tripId": bus.id})).await;
    socket.ask_for("left", json!({"action": "leave:trip", "tripId": bus.id})).await;
}

#[tokio::test]
async fn a_connection_without_a_token_is_refused() {
    let world = World::new().await;
    let refusal = crate::connection::handshake(crate::connection::by_query(&world.wire, None)).await;
    assert_eq!(refusal.err(), Some(401));
}
