//! Availability: one reading a second for everyone who asks.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::answer::{Answer, without_body};
use crate::fixture;
use crate::person::Person;
use crate::world::{Event, World, fresh_id, known_everywhere};

/// Longer than one reading serves: a second in the function, and another one at the edge.
const A_READING: Duration = Duration::from_millis(2_100);

fn path(event: &Event) -> String {
    format!("/availability/{}", event.id)
}

async fn read(person: &Person, event: &Event) -> Answer {
    person.get(&path(event)).await.ok()
}

/// The availability of a reading that began after now.
async fn read_anew(world: &World, event: &Event) -> Answer {
    sleep(A_READING).await;
    read(&world.anyone(), event).await
}

fn counts(answer: &Answer) -> [u64; 5] {
    ["total", "available", "held", "booked", "blocked"].map(|field| answer[field].as_u64().unwrap_or(u64::MAX))
}

/// Each seat's status and version.
fn seats(answer: &Answer) -> BTreeMap<String, (String, u64)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one =
        |seat: &Value| (text(&seat["seatId"]), (text(&seat["status"]), seat["version"].as_u64().unwrap_or_default()));
    answer.list("seats").iter().map(one).collect()
}

#[tokio::test]
async fn anyone_reads_how_much_is_free_and_every_seat_that_ever_changed() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let total = event.seats.len() as u64;
    let untouched = read(&world.anyone(), &event).await;
    assert_eq!(counts(&untouched), [total, total, 0, 0, 0]);
    assert_eq!(untouched.list("seats").len(), 0, "{}", untouched.story("no seat"));

    let held = ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    bob.buy(&event, &["seat_A3"]).await;
    bob.hold(&event, &["seat_A4"]).await.ok();
    bob.release(&event, &["seat_A4"]).await.ok();
    let now = read_anew(&world, &event).await;
    assert_eq!(counts(&now), [total, total - 3, 2, 1, 0]);
    let expected =
        [("seat_A1", "held", 1), ("seat_A2", "held", 1), ("seat_A3", "booked", 2), ("seat_A4", "available", 2)];
    let expected = expected.map(|(seat, status, version)| (seat.to_owned(), (status.to_owned(), version)));
    assert_eq!(seats(&now), BTreeMap::from(expected));
    assert_eq!(now.list("seats")[0]["holdExpiresAt"], held["expiresAt"], "{}", now.story("the end of the hold"));
    assert!(now.list("seats")[2].get("holdExpiresAt").is_none(), "{}", now.story("no end where nobody holds"));
    for name in [&ann.sub, &bob.sub] {
        assert!(!now.body.to_string().contains(name.as_str()), "{}", now.story("nobody's name"));
    }
    assert_eq!((&now["eventId"], &now["layoutId"]), (&json!(event.id), &json!(event.layout_id)));
    assert_eq!((&now["layoutVersion"], &now["currency"]), (&json!(1), &json!("USD")));
    let layout = world.anyone().layout(&event).await.ok();
    assert_eq!(now["categories"], layout["layout"]["categories"]);
}

#[tokio::test]
async fn an_answer_says_when_it_was_read_and_is_known_by_its_etag() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    world.buyer("ann").hold(&event, &["seat_A1"]).await.ok();
    let first = read_anew(&world, &event).await;
    assert_eq!(first.header("cache-control"), Some("public, max-age=1"));
    assert_eq!(first.header("holdfast-as-of"), first["asOf"].as_str(), "{}", first.story("the same moment twice"));
    let etag = first.header("etag").expect("an ETag").to_owned();
    assert!(etag.starts_with("W/\""), "{etag}: the same for two readings of the same");

    sleep(A_READING).await;
    for known in [etag.clone(), etag.trim_start_matches("W/").to_owned(), format!("\"x\", {etag}"), "*".to_owned()] {
        let (status, headers) =
            without_body(anyone.request(Method::GET, &path(&event)).header("if-none-match", &known)).await;
        assert_eq!(status, 304, "{known}");
        assert_eq!(headers["etag"].to_str().ok(), Some(etag.as_str()));
        assert_eq!(headers["cache-control"], "public, max-age=1");
        let as_of = headers["holdfast-as-of"].to_str().unwrap_or_default();
        assert!(as_of > first.header("holdfast-as-of").unwrap_or_default(), "{as_of}: read anew, and the same");
        assert!(headers.contains_key("x-request-id"));
    }
    for unknown in ["W/\"0\"", "nonsense", ""] {
        let asked = anyone.request(Method::GET, &path(&event)).header("if-none-match", unknown);
        Answer::of(asked).await.ok();
    }
    let head = anyone.request(Method::HEAD, &path(&event)).header("if-none-match", &etag);
    assert_eq!(without_body(head).await.0, 304, "HEAD is answered as GET");

    world.buyer("bob").hold(&event, &["seat_A2"]).await.ok();
    sleep(A_READING).await;
    let asked = anyone.request(Method::GET, &path(&event)).header("if-none-match", &etag);
    let changed = Answer::of(asked).await.ok();
    assert_eq!(seats(&changed).len(), 2, "{}", changed.story("both seats"));
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
}

#[tokio::test]
async fn whoever_asks_gets_the_same_and_a_token_is_not_looked_at() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let plain = read_anew(&world, &event).await;
    for person in [&ann, &world.admin(), &world.bearer("not-a-token")] {
        let answer = read(person, &event).await;
        assert_eq!(seats(&answer), seats(&plain));
        assert_eq!(answer.header("etag"), plain.header("etag"));
        assert_eq!(
            answer.header("cache-control"),
            Some("private, max-age=1"),
            "{}",
            answer.story("in no shared cache")
        );
    }
    let zipped = Answer::of(ann.request(Method::GET, &path(&event)).header("accept-encoding", "gzip")).await.ok();
    assert_eq!(
        (zipped.header("content-encoding"), zipped.header("vary")),
        (Some("gzip"), Some("accept-encoding, origin"))
    );
    assert_eq!(seats(&zipped), seats(&plain));
}

#[tokio::test]
async fn what_was_acknowledged_two_seconds_ago_is_there() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for seat in ["seat_B1", "seat_B2", "seat_B3"] {
        // A reading is kept when the hold comes.
        read(&world.anyone(), &event).await;
        ann.hold(&event, &[seat]).await.ok();
        let answer = read_anew(&world, &event).await;
        assert!(seats(&answer).contains_key(seat), "{}", answer.story(seat));
    }
}

#[tokio::test]
async fn a_hold_that_is_over_is_free_in_every_answer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    // Long enough for a slow machine to read it while it lasts; at least a minute where holds may not be shorter.
    let minutes = if world.sweep_period().is_zero() { 10.0 / 60.0 } else { 1.0 };
    ann.hold_for(&event, &["seat_A1"], minutes).await.ok();
    let held = read_anew(&world, &event).await;
    assert_eq!(seats(&held)["seat_A1"].0, "held");
    sleep(Duration::from_secs_f64(minutes * 60.0 + 2.0)).await;
    let over = read_anew(&world, &event).await;
    assert_eq!(seats(&over)["seat_A1"].0, "available", "{}", over.story("a seat that is free"));
    assert_eq!(counts(&over)[1], event.seats.len() as u64);
    assert!(over.list("seats")[0].get("holdExpiresAt").is_none());
}

#[tokio::test]
async fn what_is_not_for_sale_is_counted_as_blocked_and_listed_only_once_it_changed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.release(&event, &["seat_A1"]).await.ok();
    let layout = world.anyone().layout(&event).await.ok();
    let category =
        layout.list("seats").iter().find(|seat| seat["id"] == "seat_A1").expect("seat_A1")["categoryId"].clone();
    let of_it = layout.list("seats").iter().filter(|seat| seat["categoryId"] == category).count() as u64;
    let document = json!({"prices": {(category.as_str().unwrap_or_default()): null}});
    let document = crate::world::event_document(&event.layout_id, document);
    world.admin().put_event(&event.id, &document).await.ok();
    known_everywhere().await;
    let answer = read_anew(&world, &event).await;
    assert_eq!(counts(&answer)[4], of_it, "{}", answer.story("the price is gone"));
    assert_eq!(seats(&answer)["seat_A1"], ("blocked".to_owned(), 2), "{}", answer.story("the one seat that changed"));
    assert_eq!(answer.list("seats").len(), 1);
}

#[tokio::test]
async fn areas_are_counted_and_their_places_listed_as_seats() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let layout = world.anyone().layout(&event).await.ok();
    let area = layout.list("areas")[0].clone();
    let id = area["id"].as_str().expect("an area's id");
    let held = ann.hold_area(&event, id, 3).await.ok();
    let answer = read_anew(&world, &event).await;
    let counted = answer.list("areas").iter().find(|known| known["id"] == id).expect("the area").clone();
    let capacity = area["capacity"].as_u64().expect("a capacity");
    let expected = json!({
        "id": id, "capacity": capacity, "available": capacity - 3, "held": 3, "booked": 0, "blocked": 0,
    });
    assert_eq!(counted, expected);
    let mut places = held.strings("heldSeats");
    places.sort_unstable();
    assert_eq!(seats(&answer).into_keys().collect::<Vec<_>>(), places);
}

#[tokio::test]
async fn ticket_types_are_there_where_the_event_has_some() {
    let world = World::new().await;
    let types = json!([{"id": "adult", "name": "Adult"}, {"id": "child", "name": "Child"}]);
    let event = world.event_with(fixture::theatre(), json!({"ticketTypes": types})).await;
    let answer = read(&world.anyone(), &event).await;
    let layout = world.anyone().layout(&event).await.ok();
    assert_eq!(answer["ticketTypes"], layout["layout"]["ticketTypes"]);
    assert!(read(&world.anyone(), &world.theatre().await).await["ticketTypes"].is_null());
}

#[tokio::test]
async fn the_time_zone_is_there_where_the_event_has_one_and_the_etag_knows_it() {
    let world = World::new().await;
    let event = world.theatre().await;
    let without = read(&world.anyone(), &event).await;
    assert!(without.body["data"].get("timeZone").is_none(), "{}", without.story("no field"));
    let document = crate::world::event_document(&event.layout_id, json!({"timeZone": "Africa/Nairobi"}));
    world.admin().put_event(&event.id, &document).await.ok();
    known_everywhere().await;
    let told = read_anew(&world, &event).await;
    assert_eq!(told["timeZone"], "Africa/Nairobi", "{}", told.story("the time zone"));
    assert_ne!(told.header("etag"), without.header("etag"), "whoever knows the old answer is told");
}

#[tokio::test]
async fn there_is_none_of_an_event_that_does_not_exist() {
    let world = World::new().await;
    let answer = world.anyone().get(&format!("/availability/{}", fresh_id())).await.refused(404, "not_found");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    world.anyone().get("/availability/%00").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_client_that_joins_without_a_snapshot_takes_the_availability_and_misses_nothing() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    // A reading that is kept, and knows nothing of what comes now.
    read(&world.anyone(), &event).await;
    ann.hold(&event, &["seat_A2"]).await.ok();
    let mut socket = world.buyer("bob").connect().await;
    let joined = socket.ask_for("joined", json!({"action": "join", "eventId": event.id, "snapshot": false})).await;
    assert!(joined["data"].get("follow").is_none(), "{joined}: this event has few watchers");
    let at = joined["data"]["at"].as_str().expect("data.at").to_owned();
    let mut answer = read(&world.anyone(), &event).await;
    while answer.text("asOf") <= at {
        sleep(Duration::from_millis(500)).await;
        answer = read(&world.anyone(), &event).await;
    }
    assert_eq!(seats(&answer).len(), 2, "{}", answer.story("both seats"));
    ann.release(&event, &["seat_A1"]).await.ok();
    // The hold of a moment before may be told as well.
    let is_given_up = |change: &Value| change["seatId"] == "seat_A1" && change["status"] == "available";
    let tells = |frame: &Value| frame["data"]["changes"].as_array().is_some_and(|all| all.iter().any(is_given_up));
    socket.frame("the seat that was given up", tells).await;
}

#[tokio::test]
async fn a_crowd_that_asks_at_once_is_served_and_agrees() {
    let world = World::alone().await;
    let (event, ann) = (world.event(fixture::grid(50, 50)).await, world.buyer("ann"));
    let seats_held: Vec<String> = (1..=20).map(|number| fixture::grid_seat(1, number)).collect();
    ann.hold(&event, &crate::person::refs(&seats_held)).await.ok();
    sleep(A_READING).await;
    let anyone = world.anyone();
    let answers = futures::future::join_all((0..world.load(400)).map(|_| read(&anyone, &event))).await;
    assert!(answers.iter().all(|answer| seats(answer).len() == 20 && counts(answer)[2] == 20));
}
