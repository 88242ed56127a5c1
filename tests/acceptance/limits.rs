//! One buyer against everyone: how much one may change, and how many sockets one may have open.

use futures::future::join_all;
use serde_json::json;

use crate::connection::{by_query, handshake};
use crate::watch::eventually;
use crate::world::World;

/// More than one buyer may change at once, however many instances of a function share the requests: locally one serves
/// all.
const MANY: usize = 400;

/// Sockets that one buyer may have open at once.
const LINES: usize = 20;

#[tokio::test]
async fn whoever_changes_too_much_is_told_to_come_back_and_others_are_served() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    bob.hold(&event, &["seat_A1"]).await.ok();
    let answers = join_all((0..MANY).map(|_| ann.hold(&event, &["seat_A1"]))).await;
    let refused: Vec<_> = answers.into_iter().filter(|answer| answer.status == 429).collect();
    assert!(!refused.is_empty(), "{MANY} changes at once were all served");
    for answer in refused {
        let seconds: u64 =
            answer.header("retry-after").and_then(|text| text.parse().ok()).expect("a number of seconds");
        assert!((1..=60).contains(&seconds), "{}", answer.story("some seconds"));
        answer.refused(429, "throttled").says("Try again later");
    }
    bob.hold(&event, &["seat_A2"]).await.ok();
    assert_eq!(ann.held_seats(&event).await, Vec::<String>::new(), "looking things up is not limited");
}

#[tokio::test]
async fn over_the_socket_the_verbs_own_frame_says_when_to_come_back() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    // Side by side: whoever waits for each answer asks no faster than a busy engine answers.
    let lines = join_all((0..LINES).map(|_| ann.connect())).await;
    let asked = lines.into_iter().map(|mut line| {
        let message = json!({"action": "seat:release", "eventId": event.id});
        async move {
            for _ in 0..MANY / LINES {
                let frame = line.ask(message.clone()).await;
                if frame["data"]["code"] == "throttled" {
                    return Some(frame);
                }
            }
            None
        }
    });
    let frame = join_all(asked).await.into_iter().flatten().next().expect("a refusal");
    assert_eq!(frame["type"], "seat:release:failed", "{frame}");
    assert!(frame["data"]["retryAfterSeconds"].as_u64().is_some_and(|seconds| seconds >= 1), "{frame}");
}

#[tokio::test]
async fn refusals_of_form_do_not_count() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for answer in join_all((0..MANY).map(|_| ann.release_with(&event, json!({"seats": ["seat_A1"]})))).await {
        answer.refused(400, "invalid_data");
    }
    ann.hold(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn a_buyer_has_at_most_twenty_sockets_and_a_closed_one_makes_room() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    let mut lines = Vec::new();
    for _ in 0..LINES {
        lines.push(ann.connect().await);
    }
    let refused = handshake(by_query(&world.wire, ann.token.as_deref())).await;
    assert!(refused.is_err(), "the twenty-first is refused");
    world.buyer("bob").connect().await;
    drop(lines.pop());
    eventually("a closed socket makes room for another", || async {
        handshake(by_query(&world.wire, ann.token.as_deref())).await.is_ok()
    })
    .await;
}
