//! The clock ends a hold; nothing else has to.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::answer::Answer;
use crate::person::Person;
use crate::watch::eventually;
use crate::world::{Engine, Event, World};

/// Another buyer may take the seat only this long after the hold's end, so that clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_secs(2);

/// An expired hold is pushed as available within this time.
const PUSHED_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// Three seconds. Deployments that allow no such hold get the shortest they allow, a minute.
const SHORT_MINUTES: f64 = 0.05;

/// The shortest hold that the deployment allows.
pub(crate) async fn hold_shortly(person: &Person, event: &Event, seats: &[&str]) -> Answer {
    let held = person.hold_for(event, seats, SHORT_MINUTES).await;
    if held.status == 400 { person.hold_for(event, seats, 1.0).await.ok() } else { held.ok() }
}

/// Waits until the hold has ended by our clock, and a little.
pub(crate) async fn expired(hold: &Answer) {
    let left = end_of(hold).duration_since(Timestamp::now()) + SignedDuration::from_millis(200);
    sleep(Duration::try_from(left).unwrap_or_default()).await;
}

fn end_of(hold: &Answer) -> Timestamp {
    hold.text("expiresAt").parse().unwrap_or_else(|e| panic!("{}", hold.story(&format!("a time in expiresAt ({e})"))))
}

#[tokio::test]
async fn a_short_hold_is_sold_to_another_after_its_end_and_not_before() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let hold = hold_shortly(&ann, &event, &["seat_A1", "seat_A2"]).await;
    bob.hold(&event, &["seat_A1"]).await.refused(409, "seat_held");

    eventually("the seats are sold to Bob", || async {
        let answer = bob.hold(&event, &["seat_A1", "seat_A2"]).await;
        let early = end_of(&hold) + SKEW;
        // Elsewhere clocks differ; here there is only one.
        let same_clock = world.engine != Engine::Other;
        assert!(
            !(same_clock && answer.status == 200 && Timestamp::now() < early),
            "{}",
            answer.story("409 until the skew has passed")
        );
        answer.status == 200
    })
    .await;
    bob.confirm(&event, &["seat_A1", "seat_A2"]).await.ok();

    let late = ann.confirm(&event, &["seat_A1", "seat_A2"]).await.refused(409, "not_held");
    late.says("User does not hold all required seats: seat_A1, seat_A2");
    assert_eq!(world.admin().seat(&event, "seat_A1").await["bookedBy"], bob.sub.as_str());
}

#[tokio::test]
async fn an_expired_hold_is_pushed_as_available_within_five_seconds() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut watcher = world.buyer("watcher").watch(&event).await;
    let hold = hold_shortly(&ann, &event, &["seat_A1", "seat_A2", "seat_A3"]).await;
    watcher.until_seat_is("seat_A1", "held").await;
    expired(&hold).await;

    let seen = watcher
        .until("all three available", |w| {
            ["seat_A1", "seat_A2", "seat_A3"].iter().all(|seat| w.sees(seat).status == "available")
        })
        .await;
    let late = seen.duration_since(end_of(&hold));
    assert!(late <= PUSHED_WITHIN, "pushed {late:#} after the end");
    watcher.agrees_with(&world.anyone().map(&event).await).await;
}

#[tokio::test]
async fn the_confirm_of_an_expired_hold_is_refused_though_nobody_took_the_seats() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let hold = hold_shortly(&ann, &event, &["seat_A1", "seat_A2"]).await;
    expired(&hold).await;
    let late = ann.confirm(&event, &["seat_A1", "seat_A2"]).await.refused(409, "not_held");
    late.says("User does not hold all required seats: seat_A1, seat_A2");
    ann.confirm_with(&event, json!({})).await.refused(409, "not_held");
    assert_ne!(world.anyone().seat(&event, "seat_A1").await["status"], "booked");
}

#[tokio::test]
async fn an_expired_hold_is_no_longer_listed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    expired(&hold).await;
    assert_eq!(ann.holds(&event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_expired_hold_leaves_the_statistics() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    hold_shortly(&ann, &event, &["seat_A1"]).await;
    admin.stats(&event).await.ok().has("heldSeats", 1);
    eventually("nothing is held", || async { admin.stats(&event).await.ok().number("heldSeats") == 0.0 }).await;
}

#[tokio::test]
async fn adding_to_a_hold_does_not_lengthen_it() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    let more = ann.hold_for(&event, &["seat_A2"], 10.0).await.ok();
    assert_eq!(more.text("expiresAt"), hold.text("expiresAt"), "{}", more.story("the first seat's timer"));
    expired(&hold).await;
    ann.confirm(&event, &["seat_A2"]).await.refused(409, "not_held");
}

#[tokio::test]
async fn the_first_buyer_may_hold_again_after_the_end() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    expired(&hold).await;
    eventually("Ann holds the seat anew", || async { ann.hold(&event, &["seat_A1"]).await.status == 200 }).await;
    let again = ann.holds(&event).await;
    let end: Timestamp = again[0]["expiresAt"].as_str().expect("expiresAt").parse().expect("a time");
    assert!(end_of(&hold) < end, "the new hold has a timer of its own: {again:?}");
    ann.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_late_holder_is_told_to_wait_like_everyone_else() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    expired(&hold).await;
    let early = ann.hold(&event, &["seat_A1", "seat_A2"]).await.refused(409, "seat_held");
    assert_eq!(
        early.body["message"],
        "This hold has just ended; try again in 2 s",
        "{}",
        early.story("Ann's own seat")
    );
    assert_eq!(early.body["data"]["conflictingSeats"], json!(["seat_A1"]));
    ann.hold(&event, &["seat_A2"]).await.ok();
}

#[tokio::test]
async fn a_hold_that_was_confirmed_does_not_expire() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    ann.confirm(&event, &["seat_A1"]).await.ok();
    expired(&hold).await;
    sleep(Duration::try_from(SKEW).unwrap_or_default()).await;
    bob.hold(&event, &["seat_A1"]).await.refused(409, "seat_booked");
}

#[tokio::test]
async fn seats_that_joined_a_hold_expire_on_screen_with_it() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let mut watcher = bob.watch(&event).await;
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    ann.hold(&event, &["seat_A2"]).await.ok();
    ann.hold(&event, &["seat_B1", "seat_B2"]).await.ok();
    watcher.until_seat_is("seat_B2", "held").await;
    for seat in ["seat_A1", "seat_A2", "seat_B1", "seat_B2"] {
        let freed = watcher.until_seat_is(seat, "available").await;
        assert!(freed > end_of(&hold), "{seat} was shown as free before its hold ended");
    }
    watcher.agrees_with(&ann.map(&event).await).await;
}
