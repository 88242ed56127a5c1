//! Those who come before the waiting room opens get their numbers by lot, and anyone can check it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::answer::Answer;
use crate::fixture;
use crate::in_line::quick;
use crate::lots::{Hash, hex, leads_to, mac, root, sha256, unhex};
use crate::person::Person;
use crate::world::{Engine, Event, World, event_document};

/// Long enough for everybody to come before, also on a slow machine.
const TO_OPENING: SignedDuration = SignedDuration::from_secs(8);

fn opens() -> Timestamp {
    Timestamp::now() + TO_OPENING
}

/// The draw in the line, once it has a field.
async fn told(world: &World, event: &Event, field: &str, within: Duration) -> (Answer, Vec<Value>) {
    let (deadline, mut seen) = (Instant::now() + within + world.sweep_period(), Vec::new());
    loop {
        let line = world.anyone().line(event).await.ok();
        if !line["draw"][field].is_null() {
            return (line, seen);
        }
        seen.push(line["draw"].clone());
        assert!(Instant::now() < deadline, "{}", line.story(&format!("draw.{field}")));
        sleep(Duration::from_millis(250)).await;
    }
}

/// The numbers of one priority that follow from what is public.
fn numbers(draw: &Value, leaves: &[Hash]) -> BTreeMap<Hash, u64> {
    let seed = unhex(&draw["seed"]);
    let key = match &draw["beacon"] {
        Value::Null => seed,
        beacon => mac(&seed, &unhex(&beacon["randomness"])).to_vec(),
    };
    let mut sorted = leaves.to_vec();
    sorted.sort_by_key(|leaf| mac(&key, leaf));
    sorted.into_iter().zip(1..).collect()
}

fn leaves(page: &Answer, priority: &str) -> Vec<Hash> {
    let leaves = page["byPriority"][priority].as_array().cloned().unwrap_or_default();
    leaves.iter().map(|leaf| unhex(leaf).try_into().expect("32 bytes")).collect()
}

/// Checks everything that is public of a draw, and the place of each buyer who took part.
async fn check(world: &World, event: &Event, draw: &Value, priorities: &[(&str, Vec<&Person>)]) {
    assert_eq!(hex(&sha256(&unhex(&draw["seed"]))), draw["commitment"]);
    let page = world.anyone().get(&format!("/queue/{}/draw/0", event.id)).await.ok();
    page.clone().has("page", 0).has("pages", 1).has("entrants", draw["entrants"].clone());
    assert_eq!(page.header("cache-control"), Some("public, max-age=31536000, immutable"));
    for (priority, buyers) in priorities {
        let leaves = leaves(&page, priority);
        assert!(leaves.is_sorted(), "{leaves:?}");
        assert_eq!(leaves.len(), buyers.len(), "{}", page.story("those who came, and nobody else"));
        assert_eq!(hex(&root(&leaves)), draw["entrantsRoot"][*priority]);
        let numbers = numbers(draw, &leaves);
        for buyer in buyers {
            let (leaf, place) = (sha256(buyer.sub.as_bytes()), buyer.place(event).await.ok());
            let number = numbers.get(&leaf).copied().unwrap_or_default();
            place.clone().has("number", number).has("priority", *priority);
            assert_eq!(place["inclusion"]["treeSize"], buyers.len());
            assert_eq!(hex(&leads_to(&leaf, &place["inclusion"])), draw["entrantsRoot"][*priority]);
        }
    }
}

#[tokio::test]
async fn who_comes_before_the_opening_gets_a_number_by_lot_that_anyone_can_check() {
    let world = World::new().await;
    let opens = opens();
    let room = quick(json!({ "opensAt": opens.to_string(), "draw": true, "priorities": { "all": 1, "fans": 2 } }));
    let event = world.guarded(2, 5, room).await;
    let commitment = world.anyone().line(&event).await.ok()["draw"]["commitment"].clone();
    assert_eq!(unhex(&commitment).len(), 32);
    let (buyers, fans) =
        (world.buyers(5), [1, 2].map(|n| world.claiming(&format!("fan{n}"), json!({ "priority": "fans" }))));
    for place in join_all(buyers.iter().chain(&fans).map(|buyer| buyer.join(&event))).await {
        let place = place.ok().has("status", "early").has("number", Value::Null).has("ahead", Value::Null);
        assert_eq!((&place["estimatedWaitSeconds"], &place["inclusion"]), (&Value::Null, &Value::Null));
    }
    buyers[0].join(&event).await.ok().has("status", "early");
    buyers[4].leave_line(&event).await.ok().has("left", true);
    world.anyone().get(&format!("/queue/{}/draw/0", event.id)).await.refused(404, "not_found");
    assert!(Timestamp::now() < opens, "all have come in time");
    let (line, seen) = told(&world, &event, "seed", Duration::from_secs(40)).await;
    let draw = &line["draw"];
    assert_eq!((&draw["commitment"], &draw["entrants"], &draw["beacon"]), (&commitment, &json!(6), &Value::Null));
    let is_fixed = |draw: &&Value| !draw["entrantsRoot"].is_null();
    let fixed = seen.iter().rfind(is_fixed).expect("the roots are shown before the seed");
    assert_eq!(fixed["entrantsRoot"], draw["entrantsRoot"]);
    assert!(seen.iter().all(|draw| draw["commitment"] == commitment));
    sleep(Duration::from_secs(2)).await; // What a function remembers of the line is a second old.
    let all: Vec<&Person> = buyers[..4].iter().collect();
    check(&world, &event, draw, &[("all", all), ("fans", fans.iter().collect())]).await;
    buyers[4].place(&event).await.refused(404, "not_found");
    come_later(&world, &event, [&world.buyer("late"), &buyers[4]]).await;
    let mut turns = BTreeMap::new();
    for buyer in &buyers[..4] {
        let place = buyer.placed(&world, &event, "admitted").await;
        turns.insert(place["number"].as_u64(), place.text("admittedAt"));
    }
    assert!(turns.values().is_sorted(), "in the order of their numbers: {turns:?}");
}

/// Whoever comes when four have their numbers by lot is behind them.
async fn come_later(world: &World, event: &Event, buyers: [&Person; 2]) {
    for (buyer, number) in buyers.into_iter().zip(5..) {
        buyer.join(event).await.ok().has("number", number).has("priority", "all");
        assert!(buyer.place(event).await.ok()["inclusion"].is_null());
    }
    let stats = world.admin().queue_stats(event).await.ok();
    assert_eq!(stats["byPriority"]["all"]["delayed"], 0, "{}", stats.story("nobody waits for the opening"));
}

#[tokio::test]
async fn whoever_leaves_while_numbers_are_drawn_holds_nobody_up() {
    let world = World::new().await;
    let room = quick(json!({ "opensAt": opens().to_string(), "draw": true, "maxActive": 1, "passMinutes": 0.2 }));
    let event = world.guarded(2, 5, room).await;
    let buyers = world.buyers(4);
    join_all(buyers.iter().map(async |buyer| buyer.join(&event).await.ok())).await;
    told(&world, &event, "entrantsRoot", Duration::from_secs(30)).await;
    for buyer in &buyers[..3] {
        buyer.leave_line(&event).await.ok().has("left", true);
    }
    // Whichever number it is, nobody is before it who waits.
    let place = buyers[3].placed(&world, &event, "admitted").await;
    assert_eq!(place["inclusion"]["treeSize"], 4, "whoever leaves later leaves the leaf");
}

#[tokio::test]
async fn a_socket_that_waits_for_the_lot_is_told_when_its_turn_comes() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "opensAt": opens().to_string(), "draw": true }))).await;
    let ann = world.buyer("ann");
    let mut socket = ann.connect().await;
    let place = socket.ask_for("queue:place", json!({ "action": "queue:join", "eventId": event.id })).await;
    assert_eq!((&place["data"]["status"], &place["data"]["number"]), (&json!("early"), &Value::Null));
    told(&world, &event, "seed", Duration::from_secs(40)).await;
    let admitted = socket.frame_of("queue:admitted").await;
    assert_eq!((&admitted["data"]["number"], &admitted["data"]["inclusion"]["treeSize"]), (&json!(1), &json!(1)));
    assert!(admitted["data"]["pass"].is_string());
}

/// Changes the waiting room of an event.
async fn change(world: &World, event: &Event, fields: Value) -> Answer {
    let document = event_document(&event.layout_id, json!({ "waitingRoom": quick(fields) }));
    world.admin().put(&format!("/admin/events/{}", event.id), &document).await
}

fn refused(answer: Answer, why: &str) {
    let answer = answer.refused(400, "invalid_data");
    assert!(answer.message().starts_with(why), "{}", answer.story(why));
}

const OPENS: &str = "2031-04-01T10:00:00.000Z";
const LATER: &str = "2031-04-02T10:00:00.000Z";

#[tokio::test]
async fn a_draw_that_nobody_could_wait_for_is_refused() {
    let world = World::new().await;
    let event = world.event(fixture::grid(2, 5)).await;
    let unknown = json!({ "beacon": { "chain": "00".repeat(32), "round": 1 } });
    for (fields, why) in [
        (json!({ "draw": true }), "waitingRoom.draw needs a moment at which the lot is drawn"),
        (json!({ "opensAt": OPENS, "draw": "yes" }), "waitingRoom.draw must be true, or an object"),
        (json!({ "opensAt": OPENS, "draw": unknown }), "waitingRoom.draw.beacon.chain"),
    ] {
        refused(change(&world, &event, fields).await, why);
    }
}

#[tokio::test]
async fn a_draw_keeps_its_seed_until_it_changes_and_does_not_change_once_somebody_waits() {
    let world = World::new().await;
    let event = world.event(fixture::grid(2, 5)).await;
    let commitment = async || {
        sleep(Duration::from_secs(7)).await; // What functions remember of an event is 5 s old, and of a line one.
        world.anyone().line(&event).await.ok()["draw"]["commitment"].clone()
    };
    change(&world, &event, json!({ "opensAt": OPENS, "draw": true })).await.ok();
    let first = commitment().await;
    let again = change(&world, &event, json!({ "opensAt": OPENS, "draw": true, "maxActive": 3 })).await.ok();
    assert_eq!(again["event"]["waitingRoom"]["draw"], true);
    assert_eq!(commitment().await, first, "the same draw has the same seed");
    change(&world, &event, json!({ "opensAt": LATER, "draw": true })).await.ok();
    assert_ne!(commitment().await, first, "another one has another");
    let ann = world.buyer("ann");
    ann.join(&event).await.ok().has("status", "early");
    let moved = change(&world, &event, json!({ "opensAt": OPENS, "draw": true })).await;
    refused(moved, "waitingRoom.opensAt cannot change any more: somebody waits for it");
    let without = change(&world, &event, json!({ "opensAt": LATER })).await;
    refused(without, "waitingRoom.draw cannot change any more: somebody waits for it");
    change(&world, &event, json!({ "opensAt": LATER, "draw": true, "admitPerMinute": 5 })).await.ok();
    ann.leave_line(&event).await.ok();
    change(&world, &event, json!({ "opensAt": LATER })).await.ok();
}

/// The chain of the local stack's beacon, and when a round of it is due.
async fn chain(world: &World) -> Value {
    let chains = world.anyone().request_at(reqwest::Method::GET, "/beacon/chains").send().await.unwrap();
    let chains: Value = chains.json().await.unwrap();
    let info = format!("/beacon/{}/info", chains[0].as_str().expect("a chain"));
    world.anyone().request_at(reqwest::Method::GET, &info).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn with_a_beacon_the_draw_waits_for_its_round_and_goes_by_it() {
    let world = World::new().await;
    if world.engine == Engine::Other {
        return; // Which rounds a deployment can reach is its own.
    }
    let info = chain(&world).await;
    let opens = opens();
    let (genesis, period) = (info["genesis_time"].as_i64().unwrap(), info["period"].as_i64().unwrap());
    let round_at = |at: Timestamp| (at.as_second() - genesis) / period + 2;
    let room = |round: i64| {
        let beacon = json!({ "chain": info["hash"], "round": round });
        quick(json!({ "opensAt": opens.to_string(), "draw": { "beacon": beacon } }))
    };
    let early = world.event(fixture::grid(2, 5)).await;
    let document = event_document(&early.layout_id, json!({ "waitingRoom": room(round_at(opens)) }));
    let refused =
        world.admin().put(&format!("/admin/events/{}", early.id), &document).await.refused(400, "invalid_data");
    assert!(refused.message().contains("must be due 60 s after the opening"), "{}", refused.message());
    let round = round_at(opens + SignedDuration::from_secs(60));
    let event = world.guarded(2, 5, room(round)).await;
    let buyers = world.buyers(3);
    join_all(buyers.iter().map(async |buyer| buyer.join(&event).await.ok().has("status", "early"))).await;
    let (waiting, _) = told(&world, &event, "waitingFor", Duration::from_secs(30)).await;
    assert_eq!((&waiting["draw"]["waitingFor"], &waiting["draw"]["seed"]), (&json!("beacon"), &Value::Null));
    assert_eq!(waiting["draw"]["beacon"], json!({ "chain": info["hash"], "round": round }));
    buyers[0].place(&event).await.ok().has("status", "early").has("number", Value::Null);
    let (line, _) = told(&world, &event, "seed", Duration::from_secs(100)).await;
    let (draw, beacon) = (&line["draw"], &line["draw"]["beacon"]);
    assert_eq!((&beacon["round"], &draw["waitingFor"]), (&json!(round), &Value::Null));
    assert_eq!(hex(&sha256(&unhex(&beacon["signature"]))), beacon["randomness"]);
    sleep(Duration::from_secs(2)).await;
    check(&world, &event, draw, &[("default", buyers.iter().collect())]).await;
}
