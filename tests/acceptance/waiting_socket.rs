//! The waiting room over the WebSocket.

use std::time::Duration;

use serde_json::json;

use crate::in_line::quick;
use crate::world::World;

#[tokio::test]
async fn a_socket_takes_a_place_shows_it_and_gives_it_up() {
    let world = World::new().await;
    let event = world.guarded(2, 5, json!({ "mode": "on", "admitPerMinute": 1, "maxActive": 1 })).await;
    world.buyer("first").join(&event).await.ok();
    let ann = world.buyer("ann");
    let mut socket = ann.connect().await;
    let place = socket.ask_for("queue:place", json!({ "action": "queue:join", "eventId": event.id })).await;
    assert_eq!((&place["data"]["number"], &place["data"]["status"]), (&json!(2), &json!("waiting")));
    assert_eq!(place["eventId"], json!(event.id));
    let again = socket.ask_for("queue:place", json!({ "action": "queue:join", "tripId": event.id })).await;
    assert_eq!(again["data"]["number"], 2);
    let status = socket.ask_for("queue:place", json!({ "action": "queue:status", "eventId": event.id })).await;
    assert!(status["data"]["ahead"].as_u64().is_some_and(|ahead| ahead <= 1), "one was there before: {status}");
    ann.place(&event).await.ok().has("number", 2);
    let left = socket.ask_for("queue:place", json!({ "action": "queue:leave", "eventId": event.id })).await;
    assert_eq!(left["data"]["left"], true);
    let gone = socket.ask_for("error", json!({ "action": "queue:status", "eventId": event.id })).await;
    assert_eq!(gone["data"]["code"], "not_found");
    let other = socket.ask_for("error", json!({ "action": "queue:join", "eventId": event.id, "seat": 1 })).await;
    assert_eq!(other["data"]["code"], "invalid_data");
    socket.ask_for("pong", json!({ "action": "ping" })).await;
}

#[tokio::test]
async fn the_pass_is_pushed_when_the_turn_comes_and_holds_over_the_socket() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "maxActive": 1, "passMinutes": 0.2 }))).await;
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    ann.join(&event).await.ok();
    let mut socket = bob.connect().await;
    socket.ask_for("queue:place", json!({ "action": "queue:join", "eventId": event.id })).await;
    let refused = socket.ask_for("seat:hold:failed", hold(&event.id, None)).await;
    assert_eq!((&refused["data"]["code"], &refused["data"]["reason"]), (&json!("queue_required"), &json!("missing")));
    ann.placed(&world, &event, "admitted").await;
    let admitted = socket.frame_of("queue:admitted").await;
    assert_eq!(admitted["eventId"], json!(event.id));
    assert_eq!(admitted["data"]["status"], "admitted");
    let pass = admitted["data"]["pass"].as_str().expect("a pass").to_owned();
    socket.ask_for("seat:hold:success", hold(&event.id, Some(&pass))).await;
    let best = json!({ "action": "best:hold", "eventId": event.id, "quantity": 1, "pass": pass });
    socket.ask_for("best:hold:success", best).await;
    let mut other = ann.connect().await;
    let refused = other.ask_for("seat:hold:failed", hold(&event.id, Some(&pass))).await;
    assert_eq!(refused["data"]["reason"], "not_yours");
    let odd = other
        .ask_for("hold:extend:failed", json!({ "action": "hold:extend", "eventId": event.id, "pass": pass }))
        .await;
    assert_eq!(odd["data"]["code"], "invalid_data", "only what holds takes a pass");
}

fn hold(event: &str, pass: Option<&str>) -> serde_json::Value {
    let mut message = json!({ "action": "seat:hold", "eventId": event, "seatId": "r1c1" });
    if let Some(pass) = pass {
        message["pass"] = json!(pass);
    }
    message
}

#[tokio::test]
async fn every_connection_of_a_buyer_is_told_and_there_is_one_place() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({}))).await;
    let ann = world.buyer("ann");
    let (mut one, mut two) = (ann.connect().await, ann.connect().await);
    let join = json!({ "action": "queue:join", "eventId": event.id });
    let (first, second) = (one.ask(join.clone()).await, two.ask(join).await);
    assert_eq!(first["data"]["number"], second["data"]["number"]);
    for socket in [&mut one, &mut two] {
        if first["data"]["status"] == "waiting" && second["data"]["status"] == "waiting" {
            socket.frame_of("queue:admitted").await;
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
}
