//! Giving seats back.

use serde_json::{Value, json};

use crate::person::unchanged;
use crate::world::World;

#[tokio::test]
async fn released_seats_are_free_at_once() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.ok();
    let released = ann.release(&event, &["seat_A1", "seat_A3"]).await.ok().says("Successfully released 2 seats");
    released.has("eventId", event.id.clone()).lists("releasedSeats", &["seat_A1", "seat_A3"]);
    assert_eq!(ann.held_seats(&event).await, ["seat_A2"]);

    let seat = world.admin().seat(&event, "seat_A1").await;
    assert_eq!(
        (&seat["status"], &seat["heldBy"], &seat["holdExpiresAt"]),
        (&json!("available"), &Value::Null, &Value::Null)
    );
    assert_eq!(seat["version"], 2, "held, released: {seat}");
    bob.hold(&event, &["seat_A1", "seat_A3"]).await.ok();
}

#[tokio::test]
async fn without_seats_everything_in_the_event_is_released() {
    let world = World::new().await;
    let (event, other) = (world.theatre().await, world.theatre().await);
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.hold_table(&event, "table_standard_002").await.ok();
    ann.hold(&other, &["seat_A1"]).await.ok();
    let released = ann.release_with(&event, json!({})).await.ok().says("Successfully released 7 seats");
    assert_eq!(released.strings("releasedSeats").len(), 7);
    assert_eq!(ann.holds(&event).await, Vec::<Value>::new());
    assert_eq!(ann.held_seats(&other).await, ["seat_A1"], "the other event is left alone");
    bob.hold(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn releasing_nothing_is_no_error() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.release_with(&event, json!({})).await.ok().has("releasedSeats", json!([]));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.release_with(&event, json!({})).await.ok();
    ann.release_with(&event, json!({})).await.ok().has("releasedSeats", json!([]));
}

#[tokio::test]
async fn seats_that_are_not_mine_are_not_released_and_mine_stay_held() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    bob.hold(&event, &["seat_A2"]).await.ok();
    bob.buy(&event, &["seat_A3"]).await;
    let before = world.admin().map(&event).await;
    for (seats, reason) in [
        (vec!["seat_A1", "seat_A2"], "one is another's"),
        (vec!["seat_A3"], "booked by another"),
        (vec!["seat_B1"], "nobody holds it"),
    ] {
        let answer = ann.release(&event, &seats).await;
        assert_eq!((answer.status, answer.code()), (409, "not_held"), "{}", answer.story(reason));
    }
    unchanged(&before, &world.admin().map(&event).await, "releases of what is not mine");
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"]);
}

#[tokio::test]
async fn a_booked_seat_is_not_released() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.buy(&event, &["seat_A1"]).await;
    ann.release(&event, &["seat_A1"]).await.refused(409, "not_held");
    ann.release_with(&event, json!({})).await.ok().has("releasedSeats", json!([]));
    assert_eq!(world.anyone().seat(&event, "seat_A1").await["status"], "booked");
}

#[tokio::test]
async fn after_a_release_a_new_hold_has_a_new_timer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let first = ann.hold_for(&event, &["seat_A1"], 2.0).await.ok();
    ann.release_with(&event, json!({})).await.ok();
    let second = ann.hold_for(&event, &["seat_A1"], 20.0).await.ok();
    assert!(first.text("expiresAt") < second.text("expiresAt"), "{}", second.story("a timer of its own"));
    ann.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_seat_released_and_held_again_is_confirmed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    ann.release(&event, &["seat_A1"]).await.ok();
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.confirm(&event, &["seat_A1", "seat_A2"]).await.ok().has("totalAmount", 300);
}
