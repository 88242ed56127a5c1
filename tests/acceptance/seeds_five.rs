//! Seeds/5: a seat at once, for whoever comes first. Its client runs as it is printed, but for where the deployment is and
//! the buyer's token.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::person::Person;
use crate::world::{Engine, Event, World, fresh_id};

/// A hall of this many seats that allows each buyer one booking, as the seed's does.
async fn hall(world: &World, seats: usize) -> Event {
    world.event_with(fixture::grid(1, seats), json!({"rules": {"oneBookingPerBuyer": true}})).await
}

/// What the printed client answers this person, call by call: its method and a `userId`.
fn printed_client(person: &Person, event: Option<&Event>, calls: &[(&str, &str)]) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("acceptance");
    let mut node = Command::new("node");
    node.arg(folder.join("booking_api.mjs")).arg(folder.join("booking_api.ts"));
    node.args(calls.iter().flat_map(|(method, user)| [method, user]));
    node.env("BASE", &person.wire.base).env("TOKEN", person.token.as_deref().unwrap_or_default());
    node.env("EVENT", event.map_or("", |event| &event.id));
    let run = node.output().expect("node, which runs the client of seeds/5");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).expect("text");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn the_printed_client_books_a_seat_once_and_reads_it_back() {
    let world = World::new().await;
    let (event, ann) = (hall(&world, 100).await, world.buyer("ann"));
    let calls = [("getStatus", &*ann.sub), ("bookSeat", &ann.sub), ("bookSeat", &ann.sub), ("getStatus", &ann.sub)];
    let answers = printed_client(&ann, Some(&event), &calls);
    assert_eq!(answers[0]["data"]["bookings"], json!([]), "{answers:#?}");
    assert_eq!((&answers[1]["success"], &answers[1]["message"]), (&json!(true), &json!("Booking Successful")));
    assert_eq!((&answers[2]["success"], &answers[2]["message"]), (&json!(false), &json!("Already Booked")));
    let bookings = answers[3]["data"]["bookings"].as_array().expect("bookings");
    assert_eq!(bookings.len(), 1, "{answers:#?}");
    assert_eq!(bookings[0]["bookingId"], answers[1]["data"]["bookingId"], "{answers:#?}");
    assert_eq!(answers[2]["data"]["bookingId"], answers[1]["data"]["bookingId"], "{answers:#?}");
    assert_eq!((&bookings[0]["userId"], &bookings[0]["eventId"]), (&json!(ann.sub), &json!(event.id)));
}

#[tokio::test]
async fn the_printed_client_is_told_that_the_hall_is_sold_out() {
    let world = World::new().await;
    let (event, ann, bob) = (hall(&world, 1).await, world.buyer("ann"), world.buyer("bob"));
    ann.book_seat(&event, &ann.sub).await.ok().says("Booking Successful");
    let answers = printed_client(&bob, Some(&event), &[("bookSeat", &bob.sub), ("getStatus", &bob.sub)]);
    assert_eq!((&answers[0]["success"], &answers[0]["message"]), (&json!(false), &json!("Sold Out")));
    assert_eq!(answers[1]["data"]["bookings"], json!([]));
}

#[tokio::test]
async fn the_default_event_is_meant_where_none_is_named() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    let path = format!("/bookings/{}", ann.sub);
    let before = ann.get_at(&path).await;
    if world.engine == Engine::Other && before.status == 404 {
        // A deployment need not have one; then the sentence says what to do.
        assert!(before.message().contains("eventId"), "{}", before.story("what to do"));
        ann.post_at("/book", &json!({"userId": ann.sub})).await.refused(404, "not_found");
        return;
    }
    assert!(before.ok().list("bookings").is_empty());
    // One seat of the hundred, which is given back: nobody else's test is about them.
    let booked = &printed_client(&ann, None, &[("bookSeat", &ann.sub)])[0];
    assert_eq!(booked["message"], "Booking Successful", "{booked}");
    let id = booked["data"]["bookingId"].as_str().expect("a booking");
    let after = ann.get_at(&path).await;
    ann.cancel(id).await.ok();
    let after = after.ok();
    assert_eq!(after["bookings"][0]["bookingId"], id, "{}", after.story("the booking"));
    assert_eq!(after["bookings"][0]["eventId"], booked["data"]["eventId"]);
    if world.engine != Engine::Other {
        assert_eq!(booked["data"]["eventId"], "hundred", "the demo's hall of one hundred");
    }
}

#[tokio::test]
async fn of_many_who_book_at_once_each_gets_one_seat_until_all_are_gone() {
    let world = World::new().await;
    let (event, buyers) = (hall(&world, 10).await, world.buyers(15));
    let answers = join_all(buyers.iter().map(|buyer| book_in_the_end(buyer, &event))).await;
    let told = |words: &str| answers.iter().filter(|answer| answer.message() == words).count();
    assert_eq!((told("Booking Successful"), told("Sold Out")), (10, 5));
    let booked = answers.iter().filter(|answer| answer.status == 200);
    let seats: BTreeSet<String> = booked.map(|answer| answer["seats"][0]["seatId"].to_string()).collect();
    assert_eq!(seats.len(), 10, "ten seats, each once");
}

/// Books, and tries again later where told so.
async fn book_in_the_end(buyer: &Person, event: &Event) -> Answer {
    let (body, key) = (json!({"userId": buyer.sub, "eventId": event.id}), fresh_id());
    Answer::served(|| buyer.request_at(Method::POST, "/book").header("idempotency-key", &key).json(&body)).await.0
}

#[tokio::test]
async fn only_the_buyer_and_admins_book_and_read_for_a_buyer() {
    let world = World::new().await;
    let (event, ann, bob, shop) = (hall(&world, 9).await, world.buyer("ann"), world.buyer("bob"), world.admin());
    bob.book_seat(&event, &ann.sub).await.refused(403, "forbidden");
    bob.bookings_at(&event, &ann.sub).await.refused(403, "forbidden");
    world.anyone().book_seat(&event, &ann.sub).await.refused(401, "unauthorized");
    world.anyone().bookings_at(&event, &ann.sub).await.refused(401, "unauthorized");
    assert!(shop.bookings_at(&event, &ann.sub).await.ok().list("bookings").is_empty(), "nothing was booked");

    let booked = shop.book_seat(&event, &ann.sub).await.ok().says("Booking Successful");
    for person in [&ann, &shop] {
        let read = person.bookings_at(&event, &ann.sub).await.ok();
        assert_eq!(read["bookings"][0]["bookingId"], booked["bookingId"], "{}", read.story("ann's booking"));
        assert_eq!(read["bookings"][0]["userId"], json!(ann.sub), "{}", read.story("ann's"));
    }
    assert!(shop.bookings_at(&event, &shop.sub).await.ok().list("bookings").is_empty(), "the shop has none itself");
    let two = format!("/bookings/{}?eventId={}&userId={}", ann.sub, event.id, bob.sub);
    shop.get_at(&two).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn the_event_is_named_by_query_or_body_and_both_must_agree() {
    let world = World::new().await;
    let (event, other, ann) = (hall(&world, 9).await, hall(&world, 9).await, world.buyer("ann"));
    let path = format!("/book?eventId={}", event.id);
    ann.post_at(&path, &json!({"userId": ann.sub, "eventId": other.id})).await.refused(400, "invalid_data");
    ann.post_at(&path, &json!({"userId": ann.sub, "tripId": other.id})).await.refused(400, "invalid_data");
    ann.post_at(&format!("{path}&tripId={}", other.id), &json!({})).await.refused(400, "invalid_data");
    assert!(ann.bookings_at(&event, &ann.sub).await.ok().list("bookings").is_empty(), "nothing was booked");
    ann.post_at(&path, &json!({"userId": ann.sub, "screeningId": event.id}))
        .await
        .ok()
        .has("eventId", event.id.clone());
    // A body need say nothing: the seat is the caller's own.
    let none = Answer::of(ann.request_at(Method::POST, &format!("/book?eventID={}", other.id))).await;
    none.ok().has("eventId", other.id.clone());
    for path in ["/book?eventId=nothing".to_owned(), format!("/book?eventId={}", fresh_id())] {
        ann.post_at(&path, &json!({"userId": ann.sub})).await.refused(404, "not_found");
    }
    ann.get_at(&format!("/bookings/{}?eventId={}", ann.sub, fresh_id())).await.refused(404, "not_found");
}

#[tokio::test]
async fn pages_of_bookings_are_of_one_event_and_none_is_empty() {
    let world = World::new().await;
    let (event, other, ann) =
        (world.event(fixture::grid(2, 5)).await, world.event(fixture::grid(2, 5)).await, world.buyer("ann"));
    let mut made = Vec::new();
    for at in [&other, &event, &other, &other, &event, &event, &other] {
        let booking = ann.book_seat(at, &ann.sub).await.ok().text("bookingId");
        made.extend((at.id == event.id).then_some(booking));
    }
    made.reverse();
    let path = format!("/bookings/{}?eventId={}", ann.sub, event.id);
    for limit in [1, 2, 3, 100] {
        let read = ann.pages_at(&path, "bookings", limit).await;
        let ids: Vec<&str> = read.iter().filter_map(|booking| booking["bookingId"].as_str()).collect();
        assert_eq!(ids, made, "newest first, {limit} a page");
    }
    let mut request = format!("{path}&limit=1");
    for at in 0..made.len() {
        let page = ann.get_at(&request).await.ok();
        assert_eq!(page.list("bookings").len(), 1, "{}", page.story("a booking on each page"));
        let is_last = at + 1 == made.len();
        assert_eq!(page["nextCursor"].is_null(), is_last, "{}", page.story("a next page where there is one"));
        request = format!("{path}&limit=1&cursor={}", page["nextCursor"].as_str().unwrap_or_default());
    }
    ann.get_at(&format!("{path}&cursor=x")).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn a_key_counts_for_the_event_that_the_query_names() {
    let world = World::new().await;
    let (event, other, ann, key) = (hall(&world, 9).await, hall(&world, 9).await, world.buyer("ann"), fresh_id());
    let book = |at: &Event| {
        let request = ann.request_at(Method::POST, &format!("/book?eventId={}", at.id));
        Answer::of(request.header("idempotency-key", &key).json(&json!({"userId": ann.sub})))
    };
    let first = book(&event).await.ok();
    assert_eq!(book(&event).await.ok().body, first.body, "the same answer, and not Already Booked");
    book(&other).await.ok().has("eventId", other.id.clone());
    ann.book_seat(&event, &ann.sub).await.refused(409, "already_booked").says("Already Booked");
}
