//! Seeds/4, its endpoints and its flow, with its own words.

use serde_json::{Value, json};

use crate::expiry::{expired, hold_shortly};
use crate::fixture::{self, THEATRE_SEATS};
use crate::watch::eventually;
use crate::world::{Event, World, fresh_id};

/// The standing of a seat, as the list has it for anyone but its owner.
fn shown(event: &Event, id: &str, status: &str, until: Option<&str>) -> Value {
    json!({"_id": id, "eventID": event.id, "name": id.trim_start_matches("seat_"), "isTaken": status == "confirmed",
           "lockedBy": null, "lockUntil": until, "status": status})
}

#[tokio::test]
async fn all_seats_of_an_event_are_a_list_and_nothing_around_it() {
    let world = World::new().await;
    let event = world.theatre().await;
    let list = world.anyone().listed(&event).await;
    let ids: Vec<&str> = list.iter().filter_map(|seat| seat["_id"].as_str()).collect();
    assert_eq!(ids, event.seats, "every seat, in the order of the layout");
    assert_eq!((list.len(), &list[0]), (THEATRE_SEATS, &shown(&event, "seat_A1", "available", None)));
    let at_table = list.iter().find(|seat| seat["_id"] == "seat_table_VIP_001_0");
    assert_eq!(at_table.map(|seat| &seat["name"]), Some(&json!("VIP Table 1 1")), "table and number");
    world.anyone().get_at(&format!("/api/seats/{}", fresh_id())).await.refused(404, "not_found");
}

#[tokio::test]
async fn seats_are_locked_for_their_owner_until_a_time_and_then_confirmed() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    let locked = a.lock(&event, &["seat_A1", "seat_A2"]).await.ok().has("heldSeats", json!(["seat_A1", "seat_A2"]));
    let until = locked.text("expiresAt");
    let to_others = shown(&event, "seat_A1", "locked", Some(&until));
    assert_eq!(b.listed_seat(&event, "seat_A1").await, to_others);
    assert_eq!(world.anyone().listed_seat(&event, "seat_A1").await, to_others);
    for person in [&a, &world.admin()] {
        let seat = person.listed_seat(&event, "seat_A1").await;
        assert_eq!((&seat["lockedBy"], &seat["status"]), (&json!(a.sub), &json!("locked")), "the owner and admins");
    }

    b.lock(&event, &["seat_A2", "seat_A3"]).await.refused(409, "seat_held").has("conflictingSeats", json!(["seat_A2"]));
    b.confirm_lock(&event, &["seat_A1"]).await.refused(409, "not_held");
    let booked = a.confirm_lock(&event, &["seat_A1", "seat_A2"]).await.ok().has("totalAmount", 300);
    assert!(!booked.text("bookingId").is_empty());
    for person in [&a, &b, &world.admin()] {
        let seat = person.listed_seat(&event, "seat_A1").await;
        assert_eq!(seat, shown(&event, "seat_A1", "confirmed", None), "lockedBy and lockUntil are cleared");
    }
    b.lock(&event, &["seat_A1"]).await.refused(409, "seat_booked");
}

#[tokio::test]
async fn a_lock_that_is_cancelled_frees_its_seats_at_once() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.lock(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.ok();
    a.cancel_lock(&event, &["seat_A1"]).await.ok().has("releasedSeats", json!(["seat_A1"]));
    assert_eq!(b.listed_seat(&event, "seat_A1").await, shown(&event, "seat_A1", "available", None));
    b.lock(&event, &["seat_A1"]).await.ok();
    a.post_at("/api/cancel-lock", &json!({"eventID": event.id}))
        .await
        .ok()
        .lists("releasedSeats", &["seat_A2", "seat_A3"]);
    assert!(a.held_seats(&event).await.is_empty(), "without seats it is all that the buyer has locked");
    a.cancel_lock(&event, &["seat_A1"]).await.refused(409, "not_held");
}

#[tokio::test]
async fn a_lock_that_has_expired_is_not_confirmed_and_shows_as_available() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    let lock = hold_shortly(&a, &event, &["seat_A1"]).await;
    expired(&lock).await;
    a.confirm_lock(&event, &["seat_A1"]).await.refused(409, "not_held");
    let free = shown(&event, "seat_A1", "available", None);
    eventually("A1 shows as available", || async { b.listed_seat(&event, "seat_A1").await == free }).await;
    b.lock(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_payment_that_failed_leaves_the_lock_as_it_is() {
    let world = World::new().await;
    let (event, a) = (world.theatre().await, world.buyer("a"));
    a.lock(&event, &["seat_A1"]).await.ok();
    let failed = json!({"eventID": event.id, "seatIDs": ["seat_A1"],
                        "paymentInfo": {"transactionId": fresh_id(), "status": "failed"}});
    a.post_at("/api/confirm", &failed).await.refused(409, "payment_failed");
    assert_eq!(a.held_seats(&event).await, ["seat_A1"]);
    a.confirm_lock(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_seat_that_is_not_for_sale_shows_as_confirmed_since_it_cannot_be_had() {
    let world = World::new().await;
    let event = world.event_with(fixture::theatre(), json!({"prices": {"vip": null}})).await;
    let admin = world.admin();
    assert_eq!(admin.listed_seat(&event, "seat_A1").await, shown(&event, "seat_A1", "confirmed", None));
    world.buyer("a").lock(&event, &["seat_A1"]).await.refused(409, "seat_blocked");
    assert_eq!(admin.trip_seat(&event, "seat_A1").await["status"], "blocked", "seeds/2 has no such word either way");
}
