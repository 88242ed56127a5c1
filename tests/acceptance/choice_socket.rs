//! Holding what is chosen, and booking in one step, over the socket: the answers of HTTP in frames.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::fixture;
use crate::hall::Hall;
use crate::person::about;
use crate::wire::PATIENCE;
use crate::world::{Event, World, fresh_id};

/// An action about the event; the frame that answers it.
async fn ask(line: &mut Connection, event: &Event, action: &str, fields: Value, kind: &str) -> Value {
    let mut message = about(event, fields);
    message["action"] = json!(action);
    let frame = line.ask_for(kind, message).await;
    assert_eq!(frame["eventId"], event.id.as_str(), "{frame}");
    frame
}

fn count(frame: &Value, list: &str) -> usize {
    frame["data"][list].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn places_are_held_over_the_socket() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let mut line = ann.connect().await;
    let wish = json!({"areaId": "floor", "quantity": 3});
    let held = ask(&mut line, &event, "area:hold", wish.clone(), "area:hold:success").await;
    let data = &held["data"];
    assert_eq!((count(&held, "heldSeats"), data["totalAmount"].as_f64()), (3, Some(75.0)), "{held}");
    assert_eq!(
        (&data["together"], &data["currency"], &data["message"]),
        (&json!(true), &json!("USD"), &json!("Successfully held 3 seats")),
        "{held}"
    );
    let http = ann.post("/hold-area", &about(&event, wish)).await.ok();
    http.has("holdId", data["holdId"].clone()).has("expiresAt", data["expiresAt"].clone());
    assert_eq!(ann.held_seats(&event).await.len(), 6);
}

#[tokio::test]
async fn the_best_seats_are_held_over_the_socket() {
    let world = World::new().await;
    let (hall, ann) = (Hall::open(&world, &["....."], 4).await, world.buyer("ann"));
    let mut line = ann.connect().await;
    let held = ask(&mut line, &hall.event, "best:hold", json!({"quantity": 2}), "best:hold:success").await;
    assert_eq!((&held["data"]["heldSeats"], &held["data"]["together"]), (&json!(["r0c3", "r0c4"]), &json!(true)));
    let listed = ann.holds(&hall.event).await;
    assert_eq!((&listed[0]["holdId"], &listed[0]["expiresAt"]), (&held["data"]["holdId"], &held["data"]["expiresAt"]));
}

#[tokio::test]
async fn seats_are_booked_in_one_step_over_the_socket() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let mut line = ann.connect().await;
    let paid = json!({"quantity": 2, "paymentInfo": {"transactionId": transaction}});
    let booked = ask(&mut line, &event, "booking:book", paid.clone(), "booking:book:success").await;
    let data = &booked["data"];
    assert_eq!((&data["message"], &data["status"]), (&json!("Booking Successful"), &json!("confirmed")), "{booked}");
    assert_eq!(count(&booked, "seats"), 2, "{booked}");
    // The same payment again, over the socket and over HTTP, is the same booking.
    let again = ask(&mut line, &event, "booking:book", paid.clone(), "booking:book:success").await;
    assert_eq!(again["data"], booked["data"]);
    ann.book(&event, paid).await.ok().has("bookingId", data["bookingId"].clone());
    let named = json!({"seatIds": ["seat_F1"]});
    let named = ask(&mut line, &event, "booking:book", named, "booking:book:success").await;
    assert_eq!(named["data"]["seats"][0]["seatId"], "seat_F1", "{named}");
    assert_eq!(world.admin().event_bookings(&event).await.len(), 2);
}

#[tokio::test]
async fn what_was_chosen_over_a_socket_is_given_up_once_its_buyer_was_gone_for_the_grace() {
    let world = World::new().await;
    let rules = json!({"rules": {"sessionGraceSeconds": 1}});
    let event = world.event_with(fixture::festival(), rules).await;
    let (ann, bob, carol) = (world.buyer("ann"), world.buyer("bob"), world.buyer("carol"));
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    ask(&mut anns, &event, "area:hold", json!({"areaId": "pit", "quantity": 4}), "area:hold:success").await;
    ask(&mut bobs, &event, "best:hold", json!({"quantity": 6}), "best:hold:success").await;
    // Over HTTP it is nobody's session.
    carol.hold_area(&event, "pit", 1).await.ok();
    drop((anns, bobs));
    let gone = async || ann.held_seats(&event).await.is_empty() && bob.held_seats(&event).await.is_empty();
    let deadline = Instant::now() + PATIENCE + world.sweep_period();
    while !gone().await {
        assert!(Instant::now() < deadline, "a hold outlives its session");
        sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(carol.held_seats(&event).await.len(), 1);
    carol.hold_area(&event, "pit", 4).await.ok();
    carol.hold_best(&event, json!({"quantity": 6})).await.ok();
}

/// Asks, and is refused with this code.
async fn refused(line: &mut Connection, event: &Event, action: &str, fields: Value, code: &str) -> Value {
    let mut frame = ask(line, event, action, fields, &format!("{action}:failed")).await;
    assert_eq!(frame["data"]["code"], code, "{frame}");
    assert!(frame["data"]["message"].is_string(), "{frame}");
    frame["data"].take()
}

/// A hall of two seats apart, in which everybody books once.
async fn two_seats(world: &World) -> Event {
    Hall::open_with(world, &[".#."], 0, json!({"rules": {"oneBookingPerBuyer": true}})).await.event
}

#[tokio::test]
async fn refusals_over_the_socket_carry_the_codes_of_http_and_change_nothing() {
    let world = World::new().await;
    let (field, hall) = (world.event(fixture::festival()).await, two_seats(&world).await);
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    let mut line = ann.connect().await;
    let unpaid = json!({"paymentInfo": {"transactionId": fresh_id(), "status": "failed"}});
    for (at, action, fields, code) in [
        (&field, "area:hold", json!({"areaId": "pit", "quantity": 6}), "sold_out"),
        (&field, "area:hold", json!({"areaId": "attic", "quantity": 1}), "not_found"),
        (&field, "area:hold", json!({"areaId": "pit"}), "invalid_data"),
        (&field, "area:hold", json!({"areaId": "pit", "quantity": 1, "seats": 1}), "invalid_data"),
        (&hall, "best:hold", json!({"quantity": 2}), "not_together"),
        (&hall, "best:hold", json!({"quantity": 3}), "sold_out"),
        (&hall, "best:hold", json!({"quantity": 51}), "invalid_data"),
        (&hall, "best:hold", json!({"quantity": 1, "userId": bob.sub}), "forbidden"),
        (&hall, "booking:book", json!({"quantity": 2}), "not_together"),
        (&hall, "booking:book", json!({"seats": ["r0c0"]}), "invalid_data"),
        (&hall, "booking:book", json!({"seatIds": ["r0c1"]}), "seat_booked"),
        (&hall, "booking:book", json!({"userId": bob.sub}), "forbidden"),
        (&hall, "booking:book", unpaid, "payment_failed"),
    ] {
        refused(&mut line, at, action, fields, code).await;
    }
    assert!(ann.held_seats(&field).await.is_empty() && ann.held_seats(&hall).await.is_empty());
    assert_eq!(world.admin().event_bookings(&hall).await.len(), 1, "what was sold before");
}

#[tokio::test]
async fn refusals_over_the_socket_carry_the_data_and_the_words_of_http() {
    let world = World::new().await;
    let (hall, ann, bob) = (two_seats(&world).await, world.buyer("ann"), world.buyer("bob"));
    let (mut hers, mut his) = (ann.connect().await, bob.connect().await);
    let taken = refused(&mut hers, &hall, "booking:book", json!({"seatIds": ["r0c1"]}), "seat_booked").await;
    assert_eq!(taken["conflicts"], json!([{"seatId": "r0c1", "code": "seat_booked"}]), "{taken}");
    assert_eq!(taken["conflictingSeats"], json!(["r0c1"]), "{taken}");

    let booked = ask(&mut hers, &hall, "booking:book", json!({}), "booking:book:success").await;
    let already = refused(&mut hers, &hall, "booking:book", json!({}), "already_booked").await;
    assert_eq!(already["message"], "Already Booked", "{already}");
    assert_eq!(already["bookingId"], booked["data"]["bookingId"], "{already}");

    world.buyer("carol").book(&hall, json!({})).await.ok();
    for (action, fields) in [("booking:book", json!({})), ("best:hold", json!({"quantity": 1}))] {
        let none = refused(&mut his, &hall, action, fields, "sold_out").await;
        assert_eq!(none["message"], "Sold Out", "{none}");
    }
}
