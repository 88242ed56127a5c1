//! Cancelling bookings.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::person::unchanged;
use crate::world::{World, fresh_id};

#[tokio::test]
async fn a_cancelled_booking_frees_its_seats_and_stays_on_record() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1", "seat_A2"]).await;
    let cancelled = ann.cancel(&id).await.ok();
    let booking = &cancelled["booking"];
    assert_eq!(
        (&booking["bookingId"], &booking["status"]),
        (&json!(id), &json!("cancelled")),
        "{}",
        cancelled.story("cancelled")
    );
    assert!(booking["cancelledAt"].is_string(), "{}", cancelled.story("the time of it"));

    let seat = world.admin().seat(&event, "seat_A1").await;
    assert_eq!(
        (&seat["status"], &seat["bookedBy"], &seat["bookedPrice"]),
        (&json!("available"), &Value::Null, &Value::Null),
        "{seat}"
    );
    assert_eq!(seat["version"], 3, "held, booked, free: {seat}");
    let record = ann.booking(&id).await.ok();
    assert_eq!(record["booking"]["status"], "cancelled", "{}", record.story("the record"));
    bob.buy(&event, &["seat_A1", "seat_A2"]).await;
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    let first = ann.cancel(&id).await.ok();
    bob.buy(&event, &["seat_A1"]).await;
    let before = world.admin().map(&event).await;
    let again = ann.cancel(&id).await.ok();
    assert_eq!(again["booking"], first["booking"], "{}", again.story("the same record"));
    unchanged(&before, &world.admin().map(&event).await, "the second cancellation");
}

#[tokio::test]
async fn twenty_cancellations_at_once_free_the_seat_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    for answer in join_all((0..20).map(|_| ann.cancel(&id))).await {
        let answer = answer.ok();
        assert_eq!(answer["booking"]["status"], "cancelled", "{}", answer.story("cancelled"));
    }
    assert_eq!(world.admin().seat(&event, "seat_A1").await["version"], 3);
}

#[tokio::test]
async fn an_admin_cancels_for_a_buyer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    world.admin().cancel(&id).await.ok();
    assert_eq!(ann.booking(&id).await.ok()["booking"]["status"], "cancelled");
}

#[tokio::test]
async fn nobody_else_cancels_a_booking() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    let before = world.admin().map(&event).await;
    bob.cancel(&id).await.refused(404, "not_found");
    world.anyone().cancel(&id).await.refused(401, "unauthorized");
    unchanged(&before, &world.admin().map(&event).await, "another's cancellation");
    assert_eq!(ann.booking(&id).await.ok()["booking"]["status"], "confirmed");
}

#[tokio::test]
async fn a_booking_that_does_not_exist_is_not_found() {
    let world = World::new().await;
    for (id, reason) in [(fresh_id(), "no such booking"), ("x".repeat(300), "no booking has such an id")] {
        for person in [world.buyer("ann"), world.admin()] {
            let answer = person.cancel(&id).await;
            assert!(matches!(answer.status, 400 | 404), "{}", answer.story(reason));
        }
    }
    world.buyer("ann").cancel(&fresh_id()).await.refused(404, "not_found");
}

#[tokio::test]
async fn cancelled_seats_leave_statistics_and_revenue() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    let id = ann.buy(&event, &["seat_A1", "seat_B1"]).await;
    ann.buy(&event, &["seat_B2"]).await;
    admin.stats(&event).await.ok().has("bookedSeats", 3).has("revenue", 300);
    ann.cancel(&id).await.ok();
    admin.stats(&event).await.ok().has("bookedSeats", 1).has("revenue", 75).has("heldSeats", 0);
}

#[tokio::test]
async fn everyone_who_watches_sees_a_cancellation() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    let mut watcher = world.buyer("watcher").watch(&event).await;
    assert_eq!(watcher.sees("seat_A1").status, "booked");
    ann.cancel(&id).await.ok();
    watcher.until_seat_is("seat_A1", "available").await;
}

#[tokio::test]
async fn a_seat_of_a_booking_is_cancelled_and_the_rest_stands() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1", "seat_A2", "seat_A3"]).await;
    let path = format!("/bookings/{id}/cancel");
    let answer = ann.post(&path, &json!({"seatIds": ["seat_A3"]})).await.ok();
    let booking = &answer["booking"];
    assert_eq!(booking["status"], "confirmed", "{}", answer.story("a booking that stands"));
    assert_eq!(booking["cancelledSeats"], json!(["seat_A3"]), "{}", answer.story("what is cancelled"));
    assert_eq!(booking["totalAmount"], 300, "{}", answer.story("the rest's amount"));
    bob.buy(&event, &["seat_A3"]).await;

    let before = world.admin().map(&event).await;
    let again = ann.post(&path, &json!({"seatLabel": "seat_A3"})).await.ok();
    assert_eq!(again["booking"], answer["booking"], "{}", again.story("unchanged"));
    let strange = ann.post(&path, &json!({"seatIds": ["seat_A1", "seat_B1"]})).await.refused(400, "invalid_data");
    assert!(strange.message().contains("seat_B1"), "{}", strange.story("the seat by name"));
    unchanged(&before, &world.admin().map(&event).await, "cancelling again, and a seat that is not in it");

    let rest = ann.post(&path, &json!({"seatIds": ["seat_A1", "seat_A2"]})).await.ok();
    assert_eq!(rest["booking"]["status"], "cancelled", "{}", rest.story("no seat is left"));
    assert_eq!(rest["booking"], ann.booking(&id).await.ok()["booking"]);
    world.admin().stats(&event).await.ok().has("bookedSeats", 1).has("revenue", 150);
}

#[tokio::test]
async fn an_empty_or_misspelt_list_cancels_nothing() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let id = ann.buy(&event, &["seat_A1", "seat_A2"]).await;
    let path = format!("/bookings/{id}/cancel");
    for body in [json!({"seatIds": []}), json!({"seats": ["seat_A1"]}), json!({"tableIds": ["table_VIP_001"]})] {
        ann.post(&path, &body).await.refused(400, "invalid_data");
    }
    assert_eq!(ann.booking(&id).await.ok()["booking"]["status"], "confirmed");
}
