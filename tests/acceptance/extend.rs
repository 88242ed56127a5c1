//! More time for what is held.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::expiry::{expired, hold_shortly};
use crate::fixture;
use crate::person::{Person, about};
use crate::world::{Event, World, event_document, known_everywhere};

async fn extend(person: &Person, event: &Event) -> Answer {
    person.post("/extend", &json!({"eventId": event.id})).await
}

/// A theatre in which holds last so many minutes, and at most as many with every extension.
async fn theatre(world: &World, usual: u32, most: u32) -> Event {
    let rules = json!({"rules": {"holdMinutes": usual, "maxHoldMinutes": most}});
    world.event_with(fixture::theatre(), rules).await
}

fn end(answer: &Answer) -> Timestamp {
    answer.text("expiresAt").parse().unwrap()
}

#[tokio::test]
async fn a_hold_gets_its_usual_length_again_from_now_on() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, 10, 30).await, world.buyer("ann"));
    let held = ann.hold_for(&event, &["seat_A1", "seat_B1"], 2.0).await.ok();
    let more = extend(&ann, &event).await.ok();
    more.clone().has("holdId", held["holdId"].clone()).has("totalAmount", 225).has("eventId", event.id.clone());
    more.clone().lists("seatIds", &["seat_A1", "seat_B1"]);
    let now: Timestamp = more.text("serverTime").parse().unwrap();
    assert_eq!(end(&more), now + SignedDuration::from_mins(10), "{}", more.story("ten minutes from now"));
    let listed = &ann.holds(&event).await[0];
    assert_eq!(listed["expiresAt"], more["expiresAt"]);
    for seat in ["seat_A1", "seat_B1"] {
        assert_eq!(ann.seat(&event, seat).await["holdExpiresAt"], more["expiresAt"], "{seat}");
    }
}

#[tokio::test]
async fn watchers_are_told_the_new_end_of_every_seat() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut watcher = world.buyer("watcher").watch(&event).await;
    ann.hold_for(&event, &["seat_A1", "seat_A2"], 2.0).await.ok();
    let more = extend(&ann, &event).await.ok();
    let told = Some(more.text("expiresAt"));
    watcher
        .until("the new end", |w| ["seat_A1", "seat_A2"].iter().all(|seat| w.sees(seat).hold_expires_at == told))
        .await;
    assert_eq!((watcher.sees("seat_A1").status.as_str(), watcher.sees("seat_A1").version), ("held", 2));
}

#[tokio::test]
async fn a_hold_lasts_at_most_as_long_as_the_event_allows_and_never_ends_earlier() {
    let world = World::new().await;
    let (event, ann, bob) = (theatre(&world, 10, 12).await, world.buyer("ann"), world.buyer("bob"));
    // Ann's hold is as long as one may be: nothing is left to gain.
    let longest = ann.hold_for(&event, &["seat_A1"], 12.0).await.ok();
    let refused = extend(&ann, &event).await.refused(409, "limit_exceeded");
    assert!(refused.message().contains(&longest.text("expiresAt")), "{}", refused.story("when it ends"));
    // Bob's is longer than usual: it keeps its end.
    let long = bob.hold_for(&event, &["seat_B1"], 11.0).await.ok();
    extend(&bob, &event).await.ok().has("expiresAt", long["expiresAt"].clone());
}

#[tokio::test]
async fn an_extended_hold_outlives_its_first_end_and_is_booked_after_it() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let first = hold_shortly(&ann, &event, &["seat_A1"]).await;
    extend(&ann, &event).await.ok();
    expired(&first).await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await; // The skew, and the sweep that was due.
    bob.hold(&event, &["seat_A1"]).await.refused(409, "seat_held");
    ann.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn what_is_not_held_any_more_is_not_extended() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    extend(&ann, &event).await.refused(409, "not_held");
    let hold = hold_shortly(&ann, &event, &["seat_A1"]).await;
    expired(&hold).await;
    extend(&ann, &event).await.refused(409, "not_held");
    ann.hold(&event, &["seat_B1"]).await.ok();
    ann.release(&event, &["seat_B1"]).await.ok();
    extend(&ann, &event).await.refused(409, "not_held");
    world.anyone().post("/extend", &json!({"eventId": event.id})).await.refused(401, "unauthorized");
    ann.post("/extend", &json!({"eventId": "nowhere"})).await.refused(404, "not_found");
    ann.post("/extend", &about(&event, json!({"seatIds": ["seat_A1"]}))).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn after_the_sales_window_nothing_is_extended_and_what_is_held_can_still_be_booked() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let closed = json!({"salesCloseAt": "2020-01-01T00:00:00Z"});
    world.admin().put_event(&event.id, &event_document(&event.layout_id, closed)).await.ok();
    known_everywhere().await;
    extend(&ann, &event).await.refused(409, "sales_closed");
    ann.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn the_same_key_extends_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold_for(&event, &["seat_A1"], 2.0).await.ok();
    let body = json!({"eventId": event.id});
    let first = ann.post_with_key("/extend", "k1", &body).await.ok();
    let again = ann.post_with_key("/extend", "k1", &body).await.ok();
    assert_eq!(again.body, first.body, "{}", again.story("the first answer again"));
    assert_eq!(ann.seat(&event, "seat_A1").await["version"], 2, "held once, extended once");
}

#[tokio::test]
async fn many_extensions_and_seats_at_once_end_in_one_hold_with_one_end() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold_for(&event, &["seat_A1"], 2.0).await.ok();
    let (more, seats, other) = (
        futures::future::join_all((0..4).map(|_| extend(&ann, &event))),
        ann.hold(&event, &["seat_A2", "seat_A3"]),
        ann.hold(&event, &["seat_B1"]),
    );
    let (more, seats, other) = futures::future::join3(more, seats, other).await;
    more.into_iter().chain([seats, other]).for_each(|answer| drop(answer.ok()));
    let holds = ann.holds(&event).await;
    let map = ann.map(&event).await;
    for seat in ["seat_A1", "seat_A2", "seat_A3", "seat_B1"] {
        assert_eq!(map[seat]["holdExpiresAt"], holds[0]["expiresAt"], "{seat} of {holds:?}");
    }
}

#[tokio::test]
async fn a_hold_is_extended_over_the_socket_and_by_an_admin_for_its_buyer() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    ann.hold_for(&event, &["seat_A1"], 2.0).await.ok();
    let mut socket = ann.connect().await;
    let message = json!({"action": "hold:extend", "eventId": event.id});
    let frame = socket.ask_for("hold:extend:success", message.clone()).await;
    assert_eq!(frame["data"]["expiresAt"], ann.holds(&event).await[0]["expiresAt"]);
    let by_shop = admin.post("/extend", &about(&event, json!({"userId": ann.sub}))).await.ok();
    assert!(by_shop.text("expiresAt").as_str() >= frame["data"]["expiresAt"].as_str().unwrap());
    world.buyer("bob").post("/extend", &about(&event, json!({"userId": ann.sub}))).await.refused(403, "forbidden");
    ann.release_with(&event, json!({})).await.ok();
    let refused = socket.ask_for("hold:extend:failed", message).await;
    assert_eq!(refused["data"]["code"], Value::from("not_held"));
}
