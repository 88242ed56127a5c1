//! Sessions: ending one, and what happens to a hold whose buyer is gone.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::fixture;
use crate::person::Person;
use crate::world::{Event, World};

/// Long enough for a grace of two seconds, the skew and a look of the sweep.
const SOON: Duration = Duration::from_secs(20);

async fn theatre(world: &World, grace_seconds: u64) -> Event {
    world.event_with(fixture::theatre(), json!({"rules": {"sessionGraceSeconds": grace_seconds}})).await
}

async fn hold_over(socket: &mut Connection, event: &Event, seat: &str) {
    let message = json!({"action": "seat:hold", "eventId": event.id, "seatId": seat});
    socket.ask_for("seat:hold:success", message).await;
}

/// Whether the seat is given up within this time.
async fn is_given_up(world: &World, event: &Event, seat: &str, within: Duration) -> bool {
    let (admin, deadline) = (world.admin(), Instant::now() + within);
    while Instant::now() < deadline {
        if admin.seat(event, seat).await["status"] == "available" {
            return true;
        }
        sleep(Duration::from_millis(250)).await;
    }
    false
}

fn released(answer: &crate::answer::Answer) -> Vec<(String, Vec<Value>)> {
    let one = |freed: &Value| {
        (freed["eventId"].as_str().unwrap().to_owned(), freed["releasedSeats"].as_array().unwrap().clone())
    };
    let mut all: Vec<_> = answer.list("released").iter().map(one).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[tokio::test]
async fn ending_a_session_gives_up_every_hold_and_lists_what_it_freed() {
    let world = World::new().await;
    let (theatre, bus, ann, bob) =
        (world.theatre().await, world.event(fixture::bus()).await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&theatre, &["seat_A1", "seat_A2"]).await.ok();
    ann.hold(&bus, &["1A"]).await.ok();
    bob.hold(&theatre, &["seat_B1"]).await.ok();
    let booked = ann.buy(&world.theatre().await, &["seat_A1"]).await;

    let ended = ann.post("/session/end", &json!({})).await.ok();
    let mut expected =
        vec![(theatre.id.clone(), vec![json!("seat_A1"), json!("seat_A2")]), (bus.id.clone(), vec![json!("1A")])];
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(released(&ended), expected, "{}", ended.story("both holds"));
    assert!(ann.get("/holds").await.ok().list("holds").is_empty());
    assert_eq!(bob.held_seats(&theatre).await, ["seat_B1"]);
    assert_eq!(ann.booking(&booked).await.ok()["booking"]["status"], "confirmed");
    assert!(released(&ann.post_raw("/session/end", "").await.ok()).is_empty(), "nothing is left");
}

#[tokio::test]
async fn an_admin_ends_a_buyers_session_and_nobody_else_does() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let body = json!({"userId": ann.sub});
    world.buyer("bob").post("/session/end", &body).await.refused(403, "forbidden");
    world.anyone().post("/session/end", &body).await.refused(401, "unauthorized");
    ann.post("/session/end", &json!({"eventId": event.id})).await.refused(400, "invalid_data");
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"]);
    world.admin().post("/session/end", &body).await.ok();
    assert!(ann.held_seats(&event).await.is_empty());
}

#[tokio::test]
async fn the_same_key_ends_a_session_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let first = ann.post_with_key("/session/end", "k1", &json!({})).await.ok();
    ann.hold(&event, &["seat_A2"]).await.ok();
    let again = ann.post_with_key("/session/end", "k1", &json!({})).await.ok();
    assert_eq!(again.body, first.body);
    assert_eq!(ann.held_seats(&event).await, ["seat_A2"]);
}

#[tokio::test]
async fn a_hold_begun_over_a_socket_is_given_up_once_its_buyer_was_gone_for_the_grace() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, 2).await, world.buyer("ann"));
    let (mut first, second) = (ann.connect().await, ann.connect().await);
    hold_over(&mut first, &event, "seat_A1").await;
    ann.hold(&event, &["seat_A2"]).await.ok();
    drop(first);
    // Two tabs are one session: the other one keeps the hold.
    assert!(!is_given_up(&world, &event, "seat_A1", Duration::from_secs(7)).await);
    drop(second);
    assert!(is_given_up(&world, &event, "seat_A1", SOON + world.sweep_period()).await);
    assert!(ann.held_seats(&event).await.is_empty(), "what joined the hold over HTTP went with it");
}

#[tokio::test]
async fn who_comes_back_within_the_grace_keeps_the_hold() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, 6).await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    hold_over(&mut socket, &event, "seat_A1").await;
    drop(socket);
    sleep(Duration::from_secs(1)).await;
    let back = ann.connect().await;
    assert!(!is_given_up(&world, &event, "seat_A1", Duration::from_secs(11)).await);
    drop(back);
}

#[tokio::test]
async fn a_hold_over_http_or_by_an_admin_is_nobodys_session() {
    let world = World::new().await;
    let (event, ann, bob) = (theatre(&world, 1).await, world.buyer("ann"), world.buyer("bob"));
    let anns = ann.connect().await;
    ann.hold(&event, &["seat_A1"]).await.ok();
    let (mut shops, bobs) = (world.admin().connect().await, bob.connect().await);
    let message = json!({"action": "seat:hold", "eventId": event.id, "seatId": "seat_B1", "userId": bob.sub});
    shops.ask_for("seat:hold:success", message).await;
    drop((anns, bobs, shops));
    assert!(!is_given_up(&world, &event, "seat_A1", Duration::from_secs(7)).await);
    assert_eq!(bob.held_seats(&event).await, ["seat_B1"]);
}

#[tokio::test]
async fn extending_over_http_takes_a_hold_out_of_its_session() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, 1).await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    hold_over(&mut socket, &event, "seat_A1").await;
    ann.post("/extend", &json!({"eventId": event.id})).await.ok();
    drop(socket);
    assert!(!is_given_up(&world, &event, "seat_A1", Duration::from_secs(7)).await);
}

#[tokio::test]
async fn without_the_rule_a_hold_outlives_its_connection() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    hold_over(&mut socket, &event, "seat_A1").await;
    drop(socket);
    assert!(!is_given_up(&world, &event, "seat_A1", Duration::from_secs(5)).await);
    assert_eq!(held(&ann, &event).await, 1);
}

async fn held(person: &Person, event: &Event) -> usize {
    person.held_seats(event).await.len()
}
