//! The line of a waiting room: places, turns, and what everyone may see of it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::answer::Answer;
use crate::in_line::quick;
use crate::world::{Event, World, event_document, fresh_id};

fn time(answer: &Answer, field: &str) -> Timestamp {
    answer.text(field).parse().unwrap()
}

#[tokio::test]
async fn asking_twice_is_the_same_place_and_the_next_buyer_has_the_next_number() {
    let world = World::new().await;
    // So slow that nobody but the first comes in meanwhile.
    let event = world.guarded(2, 5, json!({ "mode": "on", "admitPerMinute": 1 })).await;
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    let place = ann.join(&event).await.ok();
    place.clone().has("number", 1).has("ahead", 0).has("priority", "default").has("seatsLeft", 10).has("likely", true);
    for again in [ann.join(&event).await, ann.join(&event).await, ann.place(&event).await] {
        again.ok().has("number", 1);
    }
    let second = bob.join(&event).await.ok();
    second.clone().has("number", 2).has("ahead", 1).has("status", "waiting");
    assert!(second["estimatedWaitSeconds"].as_u64().is_some_and(|wait| wait > 50), "{}", second.story("a minute"));
    assert!(second["pollAfterSeconds"].as_u64().is_some_and(|poll| (1..=60).contains(&poll)));
}

#[tokio::test]
async fn a_buyer_who_clicks_at_once_many_times_has_one_place() {
    let world = World::new().await;
    let event = world.guarded(2, 5, json!({ "mode": "on", "admitPerMinute": 1 })).await;
    let ann = world.buyer("ann");
    let answers = join_all((0..8).map(|_| ann.join(&event))).await;
    let numbers: BTreeSet<u64> = answers.into_iter().map(|answer| answer.ok()["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
}

#[tokio::test]
async fn turns_come_in_order_and_each_at_the_moment_that_everyone_can_compute() {
    let world = World::new().await;
    let event = world.guarded(2, 10, json!({ "mode": "on", "admitPerMinute": 120 })).await;
    let buyers = world.buyers(6);
    for buyer in &buyers {
        buyer.join(&event).await.ok();
    }
    buyers[5].placed(&world, &event, "admitted").await;
    let mut turns = Vec::new();
    for buyer in &buyers {
        let place = buyer.place(&event).await.ok().has("ahead", 0).has("status", "admitted");
        let (from, to) = (time(&place, "admittedAt"), time(&place, "passExpiresAt"));
        assert_eq!(to.duration_since(from), SignedDuration::from_mins(15), "{}", place.story("a pass of 15 minutes"));
        turns.push(from);
    }
    for pair in turns.windows(2) {
        let apart = pair[1].duration_since(pair[0]).as_millis();
        assert!((490..=10_000).contains(&apart), "half a second at least: {turns:?}");
    }
    sleep(Duration::from_secs(2)).await;
    let again = buyers[0].place(&event).await.ok();
    assert_eq!(time(&again, "admittedAt"), turns[0], "it never moves");
}

#[tokio::test]
async fn the_line_is_the_same_for_everyone_and_names_nobody() {
    let world = World::new().await;
    let event = world.guarded(2, 5, json!({ "mode": "on", "admitPerMinute": 30, "maxActive": 2 })).await;
    let buyers = world.buyers(5);
    for buyer in &buyers {
        buyer.join(&event).await.ok();
    }
    buyers[1].placed(&world, &event, "admitted").await;
    sleep(Duration::from_secs(2)).await; // What an edge keeps is a second old.
    let line = world.anyone().line(&event).await.ok();
    line.clone().has("mode", "on").has("open", false).has("waiting", 3).has("admitPerMinute", 30).has("seatsLeft", 10);
    let default = &line["byPriority"]["default"];
    assert_eq!((&default["upTo"], &default["ratePerMinute"]), (&json!(2), &json!(30)), "{}", line.story("two inside"));
    assert!(default["admittedUpTo"].as_f64().is_some_and(|number| (2.0..3.0).contains(&number)));
    assert_eq!(line.header("cache-control"), Some("public, max-age=1"));
    let asked_with_a_token = world.buyer("ann").line(&event).await.ok();
    assert_eq!(asked_with_a_token.header("cache-control"), Some("private, max-age=1"));
    for buyer in &buyers {
        assert!(!line.body.to_string().contains(&buyer.sub), "it names {}", buyer.sub);
    }
}

#[tokio::test]
async fn never_are_more_inside_than_may_be_and_who_books_makes_room() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "maxActive": 2 }))).await;
    let buyers = world.buyers(5);
    for buyer in &buyers {
        buyer.join(&event).await.ok();
    }
    let pass = buyers[0].placed(&world, &event, "admitted").await.text("pass");
    buyers[1].placed(&world, &event, "admitted").await;
    sleep(Duration::from_secs(4)).await;
    buyers[2].place(&event).await.ok().has("status", "waiting").has("ahead", 0);
    buyers[0].hold_with(&event, &pass, &["r1c1"]).await.ok();
    buyers[0].confirm(&event, &["r1c1"]).await.ok();
    buyers[2].placed(&world, &event, "admitted").await;
    sleep(Duration::from_secs(3)).await;
    buyers[3].place(&event).await.ok().has("status", "waiting");
    let stats = world.admin().queue_stats(&event).await.ok();
    stats.clone().has("active", 2).has("completed", 1).has("admitted", 3).has("waiting", 2).has("left", 0);
    stats.has("failed", 0).has("delayed", 0).has("admitPerMinute", 600);
}

#[tokio::test]
async fn whoever_leaves_before_the_turn_makes_room_and_comes_back_at_the_end() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "maxActive": 1 }))).await;
    let (ann, bob, cid, dan) = (world.buyer("ann"), world.buyer("bob"), world.buyer("cid"), world.buyer("dan"));
    for buyer in [&ann, &bob, &cid] {
        buyer.join(&event).await.ok();
    }
    let pass = ann.placed(&world, &event, "admitted").await.text("pass");
    bob.leave_line(&event).await.ok().has("left", true);
    bob.leave_line(&event).await.ok().has("left", false);
    dan.leave_line(&event).await.ok().has("left", false);
    bob.place(&event).await.refused(404, "not_found");
    ann.hold_with(&event, &pass, &["r1c1"]).await.ok();
    ann.confirm(&event, &["r1c1"]).await.ok();
    cid.placed(&world, &event, "admitted").await;
    bob.join(&event).await.ok().has("number", 4).has("status", "waiting");
    world.admin().queue_stats(&event).await.ok().has("left", 1).has("waiting", 1);
}

#[tokio::test]
async fn a_turn_that_is_not_taken_runs_out_and_the_next_one_comes_in() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "maxActive": 1, "passMinutes": 0.1 }))).await;
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    let pass = ann.admitted(&world, &event).await;
    bob.join(&event).await.ok();
    let done = ann.placed(&world, &event, "done").await;
    assert!(done["pass"].is_null(), "{}", done.story("no pass any more"));
    ann.hold_with(&event, &pass, &["r1c1"]).await.refused(403, "queue_required").has("reason", "expired");
    bob.placed(&world, &event, "admitted").await;
    ann.join(&event).await.ok().has("number", 3);
    let stats = world.admin().queue_stats(&event).await.ok();
    assert!(stats["failed"].as_u64() >= Some(1), "{}", stats.story("one who let it run out"));
}

#[tokio::test]
async fn before_it_opens_everyone_waits_and_no_pass_is_given() {
    let world = World::new().await;
    let opens = Timestamp::now() + SignedDuration::from_secs(8);
    let event = world.guarded(2, 5, quick(json!({ "opensAt": opens.to_string() }))).await;
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    ann.join(&event).await.ok().has("status", "early").has("number", 1);
    bob.join(&event).await.ok().has("status", "early").has("ahead", 1);
    world.admin().queue_stats(&event).await.ok().has("delayed", 2).has("waiting", 0);
    ann.hold(&event, &["r1c1"]).await.refused(403, "queue_required").has("reason", "missing");
    let admitted = ann.placed(&world, &event, "admitted").await;
    assert!(time(&admitted, "admittedAt") >= opens, "{}", admitted.story("not before it opens"));
    bob.placed(&world, &event, "admitted").await;
}

/// Waits until who comes without a pass may not hold any more.
async fn goes_on(world: &World, event: &Event) {
    let (late, deadline) = (world.buyer("late"), Instant::now() + Duration::from_secs(40) + world.sweep_period());
    loop {
        let answer = late.hold(event, &["r2c9"]).await;
        if answer.status == 403 {
            answer.refused(403, "queue_required").has("reason", "missing");
            return;
        }
        late.release(event, &["r2c9"]).await.ok();
        assert!(Instant::now() < deadline, "{}", answer.story("the room to go on"));
        sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn an_automatic_room_goes_on_under_a_rush_and_who_is_inside_notices_nothing() {
    let world = World::new().await;
    let room = json!({ "mode": "auto", "admitPerMinute": 600, "maxActive": 3 });
    let event = world.guarded(2, 10, room).await;
    let early = world.buyer("early");
    early.hold(&event, &["r1c1"]).await.ok(); // No room is needed, so no pass.
    let buyers = world.buyers(6);
    let mut open = 0;
    for buyer in &buyers {
        let place = buyer.join(&event).await.ok();
        open += usize::from(place["status"] == "open" && place["pass"].is_string());
    }
    assert_eq!(open, 3, "as many as may be inside come in on arrival");
    goes_on(&world, &event).await;
    let inside = buyers[0].placed(&world, &event, "admitted").await;
    buyers[0].hold_with(&event, &inside.text("pass"), &["r1c2"]).await.ok();
    early.post("/extend", &json!({ "eventId": event.id })).await;
    early.confirm(&event, &["r1c1"]).await.ok();
    buyers[0].confirm(&event, &["r1c2"]).await.ok();
    buyers[3].placed(&world, &event, "admitted").await;
}

#[tokio::test]
async fn where_a_room_goes_on_by_itself_every_way_of_selling_asks_whether_it_is_on() {
    let world = World::new().await;
    let event = world.guarded(2, 10, json!({ "mode": "auto", "admitPerMinute": 600, "maxActive": 3 })).await;
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    let body = json!({ "eventId": event.id, "seatIds": ["r1c1"], "paymentInfo": { "transactionId": fresh_id() } });
    ann.post("/book", &body).await.ok();
    let mut line = bob.connect().await;
    let held = line.ask(json!({ "action": "seat:hold", "eventId": event.id, "seatIds": ["r1c2"] })).await;
    assert_eq!(held["type"], "seat:hold:success", "nobody waits yet: {held}");
}

#[tokio::test]
async fn the_same_key_takes_a_place_once_also_after_it_was_given_up() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({}))).await;
    let (ann, key, path) = (world.buyer("ann"), fresh_id(), format!("/queue/{}", event.id));
    let first = ann.post_with_key(&path, &key, &json!({})).await.ok();
    ann.leave_line(&event).await.ok();
    let again = ann.post_with_key(&path, &key, &json!({})).await.ok();
    assert_eq!(again.body, first.body, "{}", again.story("the kept answer"));
    ann.place(&event).await.refused(404, "not_found");
}

#[tokio::test]
async fn priorities_have_lines_of_their_own_and_the_token_says_which() {
    let world = World::new().await;
    let room = json!({ "mode": "on", "admitPerMinute": 1, "priorities": { "fans": 5, "all": 1 } });
    let event = world.guarded(2, 5, room).await;
    let fan = world.claiming("fan", json!({ "priority": "fans" }));
    let other = world.claiming("other", json!({ "priority": "press" }));
    fan.join(&event).await.ok().has("priority", "fans").has("number", 1);
    other.join(&event).await.ok().has("priority", "all").has("number", 1);
    world.buyer("ann").join(&event).await.ok().has("priority", "all").has("number", 2);
    let line = world.anyone().line(&event).await.ok();
    let names: Vec<&String> = line["byPriority"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["all", "fans"]);
}

#[tokio::test]
async fn where_no_room_is_needed_everyone_may_hold_and_a_place_is_not_needed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let open = ann.join(&event).await.ok().has("status", "open").has("ahead", 0).has("likely", true);
    assert!(open["pass"].is_null() && open["number"].is_null(), "{}", open.story("no pass, no number"));
    ann.place(&event).await.ok().has("status", "open");
    ann.leave_line(&event).await.ok();
    world.anyone().line(&event).await.ok().has("mode", "off").has("open", true).has("waiting", 0);
    ann.hold(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn who_asks_for_what_is_not_there_or_without_a_token_is_told_so() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({}))).await;
    let nowhere = Event { id: fresh_id(), layout_id: String::new(), seats: Vec::new() };
    let (ann, bob, admin) = (world.buyer("ann"), world.buyer("bob"), world.admin());
    ann.join(&nowhere).await.refused(404, "not_found");
    ann.place(&nowhere).await.refused(404, "not_found");
    ann.leave_line(&nowhere).await.refused(404, "not_found");
    world.anyone().line(&nowhere).await.refused(404, "not_found");
    ann.place(&event).await.refused(404, "not_found").says("You have no place in this line");
    for person in [world.anyone(), world.bearer("no.token.this")] {
        person.join(&event).await.refused(401, "unauthorized");
        person.place(&event).await.refused(401, "unauthorized");
    }
    ann.queue_stats(&event).await.refused(403, "forbidden");
    world.anyone().queue_stats(&event).await.refused(401, "unauthorized");
    let path = format!("/queue/{}", event.id);
    ann.post(&path, &json!({ "userId": bob.sub })).await.refused(403, "forbidden");
    let unknown = ann.post(&path, &json!({ "place": 1 })).await.refused(400, "invalid_data");
    unknown.says("place is not a known field here");
    admin.post(&path, &json!({ "userId": bob.sub })).await.ok().has("number", 1);
}

#[tokio::test]
async fn what_those_who_wait_could_not_have_known_of_is_not_changed() {
    let world = World::new().await;
    let opens = "2031-04-01T00:00:00.000Z";
    let priorities = json!({ "fans": 5, "all": 1 });
    let room = quick(json!({ "opensAt": opens, "priorities": priorities }));
    let event = world.guarded(2, 5, room.clone()).await;
    let (admin, ann) = (world.admin(), world.buyer("ann"));
    let change = |changed: Value| {
        let mut room = room.clone();
        changed.as_object().unwrap().iter().for_each(|(field, value)| room[field] = value.clone());
        let document = event_document(&event.layout_id, json!({ "waitingRoom": room }));
        let (admin, id) = (admin.clone(), event.id.clone());
        async move { admin.put_event(&id, &document).await }
    };
    change(json!({ "opensAt": "2031-04-02T00:00:00.000Z" })).await.ok();
    change(json!({ "opensAt": opens })).await.ok();
    ann.join(&event).await.ok().has("priority", "all");
    let refused = change(json!({ "opensAt": "2031-04-02T00:00:00.000Z" })).await.refused(400, "invalid_data");
    refused.says("waitingRoom.opensAt cannot change any more: somebody waits for it");
    let refused = change(json!({ "priorities": { "fans": 1 } })).await.refused(400, "invalid_data");
    refused.says("waitingRoom.priorities must keep all: buyers have taken places of that priority");
    let kept = change(json!({ "admitPerMinute": 30, "priorities": { "fans": 1, "all": 2, "press": 1 } })).await.ok();
    assert_eq!(kept["event"]["waitingRoom"]["admitPerMinute"], 30);
    ann.place(&event).await.ok().has("number", 1);
}

#[tokio::test]
async fn seed_three_shows_its_queue_to_an_admin() {
    let world = World::new().await;
    let event = world.guarded(2, 5, json!({ "mode": "on", "admitPerMinute": 1 })).await;
    for buyer in world.buyers(3) {
        buyer.join(&event).await.ok();
    }
    let path = format!("/api/seat-reservations/queue-stats/{}", event.id);
    let stats = world.admin().get_at(&path).await.ok();
    let known = stats["waiting"].as_u64().unwrap() + stats["active"].as_u64().unwrap();
    assert_eq!(known, 3, "{}", stats.story("three in all"));
    stats.has("completed", 0).has("failed", 0).has("delayed", 0);
    world.buyer("ann").get_at(&path).await.refused(403, "forbidden");
    world.anyone().get_at(&path).await.refused(401, "unauthorized");
    let request = world.buyer("ann").request_at(Method::POST, &path);
    assert_eq!(Answer::of(request).await.status, 405);
}

#[tokio::test]
async fn the_documents_room_comes_back_as_it_was_put() {
    let world = World::new().await;
    let room = json!({
        "mode": "auto", "admitPerMinute": 90, "maxActive": 40, "passMinutes": 7.5,
        "opensAt": "2031-04-01T10:00:00.000Z", "draw": true, "priorities": { "fans": 3, "all": 1 },
    });
    let event = world.guarded(1, 2, room.clone()).await;
    let read = world.admin().get(&format!("/admin/events/{}", event.id)).await.ok();
    assert_eq!(read["event"]["waitingRoom"], room, "{}", read.story("the room"));
}
