//! The behaviour that seeds/4 describes: locks of groups of seats, their end, confirmation and cancellation.

use serde_json::{Value, json};

use crate::expiry::{expired, hold_shortly};
use crate::watch::eventually;
use crate::world::World;

#[tokio::test]
async fn a_group_of_seats_is_locked_or_none_of_it() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.hold(&event, &["seat_A2"]).await.ok();
    b.hold(&event, &["seat_A1", "seat_A2", "seat_A3"])
        .await
        .refused(409, "seat_held")
        .lists("conflictingSeats", &["seat_A2"]);
    for seat in ["seat_A1", "seat_A3"] {
        assert_eq!(world.anyone().seat(&event, seat).await["status"], "available");
    }
}

#[tokio::test]
async fn a_lock_lasts_ten_minutes() {
    let world = World::new().await;
    let (event, a) = (world.theatre().await, world.buyer("a"));
    let before = jiff::Timestamp::now().as_second();
    let expires: jiff::Timestamp = a.hold(&event, &["seat_A1"]).await.ok().text("expiresAt").parse().expect("a time");
    let seconds = expires.as_second() - before;
    assert!((540..=660).contains(&seconds), "a lock of {seconds} s");
}

#[tokio::test]
async fn locked_seats_are_unavailable_to_others_until_released() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    b.hold(&event, &["seat_A1"]).await.refused(409, "seat_held");
    a.release(&event, &["seat_A1"]).await.ok();
    b.hold(&event, &["seat_A1"]).await.ok();
    b.hold(&event, &["seat_A2"]).await.refused(409, "seat_held");
}

#[tokio::test]
async fn only_who_locked_a_seat_confirms_it() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.hold(&event, &["seat_A1"]).await.ok();
    b.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
    a.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_confirmed_seat_is_taken_for_good_and_its_lock_is_cleared() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.buy(&event, &["seat_A1"]).await;
    let seat = world.admin().seat(&event, "seat_A1").await;
    assert_eq!(
        (&seat["status"], &seat["heldBy"], &seat["holdExpiresAt"]),
        (&json!("booked"), &Value::Null, &Value::Null)
    );
    let refused = b.hold(&event, &["seat_A1"]).await.refused(409, "seat_booked");
    refused.says("Some seats are already booked");
}

#[tokio::test]
async fn an_abandoned_lock_ends_by_itself() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    let lock = hold_shortly(&a, &event, &["seat_A1"]).await;
    b.hold(&event, &["seat_A1"]).await.refused(409, "seat_held");
    expired(&lock).await;
    eventually("the abandoned seat goes to another", || async { b.hold(&event, &["seat_A1"]).await.status == 200 })
        .await;
}

#[tokio::test]
async fn an_expired_lock_is_not_confirmed() {
    let world = World::new().await;
    let (event, a) = (world.theatre().await, world.buyer("a"));
    let lock = hold_shortly(&a, &event, &["seat_A1"]).await;
    expired(&lock).await;
    a.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
}

#[tokio::test]
async fn the_cleanup_shows_expired_locks_as_available() {
    let world = World::new().await;
    let (event, a) = (world.theatre().await, world.buyer("a"));
    hold_shortly(&a, &event, &["seat_A1", "seat_A2"]).await;
    let anyone = world.anyone();
    for seat in ["seat_A1", "seat_A2"] {
        eventually("the seat is available and its lock is gone", || async {
            let seat = anyone.seat(&event, seat).await;
            seat["status"] == "available" && seat["holdExpiresAt"].is_null()
        })
        .await;
    }
}

#[tokio::test]
async fn cancelling_a_lock_frees_its_seats_at_once() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    a.release_with(&event, json!({})).await.ok().lists("releasedSeats", &["seat_A1", "seat_A2"]);
    b.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
}

#[tokio::test]
async fn nobody_cancels_anothers_lock() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    a.hold(&event, &["seat_A1"]).await.ok();
    b.release(&event, &["seat_A1"]).await.refused(409, "not_held");
    assert_eq!(a.held_seats(&event).await, ["seat_A1"]);
}
