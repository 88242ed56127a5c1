//! What the paths of seeds/2, 4 and 5 have in common: methods, tokens, bodies of any content type, bodies beside a path.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::{Answer, without_body};
use crate::fixture;
use crate::person::{Person, hold_path};
use crate::world::{Event, World, fresh_id};

#[tokio::test]
async fn a_path_takes_only_its_methods() {
    let world = World::new().await;
    let admin = world.admin();
    for (method, path, allow) in [
        (Method::POST, "/api/booking/trips/t1/seats", "GET, HEAD"),
        (Method::GET, "/api/booking/trips/t1/seats/1A/hold", "DELETE, POST"),
        (Method::PUT, "/api/booking/trips/t1/seats/1A/hold", "DELETE, POST"),
        (Method::GET, "/api/booking/confirm", "POST"),
        (Method::DELETE, "/api/booking/holds", "GET, HEAD"),
        (Method::POST, "/api/booking/health", "GET, HEAD"),
        (Method::GET, "/api/lock", "POST"),
        (Method::PUT, "/api/confirm", "POST"),
        (Method::DELETE, "/api/cancel-lock", "POST"),
        (Method::POST, "/api/seats/e1", "GET, HEAD"),
        (Method::GET, "/book", "POST"),
        (Method::POST, "/bookings/ann", "GET, HEAD"),
        (Method::POST, "/events", "GET, HEAD"),
    ] {
        let answer = Answer::of(admin.request_at(method, path)).await;
        assert_eq!((answer.status, answer.code()), (405, "invalid_data"), "{}", answer.story("405"));
        assert_eq!(answer.header("allow"), Some(allow), "{}", answer.story("Allow"));
    }
    for path in ["/api", "/api/booking", "/api/booking/trips/t1", "/bookings", "/api/seats", "/book/e1"] {
        admin.get_at(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let world = World::new().await;
    let (bus, ann) = (world.event(fixture::bus()).await, world.buyer("ann"));
    let bookings = format!("/bookings/{}?eventId={}", ann.sub, bus.id);
    for (person, path, status) in [
        (&ann, format!("/api/booking/trips/{}/seats", bus.id), 200),
        (&ann, format!("/api/seats/{}", bus.id), 200),
        (&ann, format!("/api/seats/{}", fresh_id()), 404),
        (&ann, "/api/booking/holds".to_owned(), 200),
        (&world.anyone(), "/api/booking/holds".to_owned(), 401),
        (&world.anyone(), "/api/booking/health".to_owned(), 200),
        (&ann, bookings.clone(), 200),
        (&world.buyer("bob"), bookings, 403),
    ] {
        let ask = |method| person.request_at(method, &path).header("accept-encoding", "gzip");
        let get = Answer::of(ask(Method::GET)).await;
        let (of_head, headers) = without_body(ask(Method::HEAD)).await;
        assert_eq!((get.status, of_head), (status, status), "{}", get.story("the same status"));
        for name in ["content-type", "content-encoding", "vary", "cache-control", "www-authenticate"] {
            let of_head = headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!(of_head, get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn lists_of_seats_are_compressed_for_whoever_takes_that() {
    let world = World::new().await;
    let event = world.event(fixture::grid(50, 50)).await;
    for path in [format!("/api/booking/trips/{}/seats", event.id), format!("/api/seats/{}", event.id)] {
        let ask =
            |encoding| Answer::of(world.anyone().request_at(Method::GET, &path).header("accept-encoding", encoding));
        let (plain, zipped) = (ask("identity").await.ok(), ask("gzip").await.ok());
        assert_eq!((plain.header("content-encoding"), zipped.header("content-encoding")), (None, Some("gzip")));
        assert_eq!(plain.body, zipped.body, "{path}");
        assert!(zipped.size * 5 < plain.size, "{path}: {} of {} bytes", zipped.size, plain.size);
    }
}

#[tokio::test]
async fn a_token_is_needed_where_something_is_somebodys_and_must_be_good_where_it_is_not() {
    let world = World::new().await;
    let bus = world.event(fixture::bus()).await;
    let hold = hold_path(&bus, "1A");
    for (method, path) in [
        (Method::POST, hold.as_str()),
        (Method::DELETE, &hold),
        (Method::POST, "/api/booking/confirm"),
        (Method::GET, "/api/booking/holds"),
        (Method::POST, "/api/lock"),
        (Method::POST, "/api/confirm"),
        (Method::POST, "/api/cancel-lock"),
        (Method::POST, "/book"),
        (Method::GET, "/bookings/ann"),
    ] {
        for nobody in [world.anyone(), world.bearer("nonsense")] {
            let refused = Answer::of(nobody.request_at(method.clone(), path)).await.refused(401, "unauthorized");
            assert!(refused.header("www-authenticate").is_some(), "{}", refused.story("a challenge"));
        }
    }
    for path in [format!("/api/booking/trips/{}/seats", bus.id), format!("/api/seats/{}", bus.id)] {
        world.anyone().get_at(&path).await.ok();
        world.bearer("nonsense").get_at(&path).await.refused(401, "unauthorized");
        let of_ann = format!("{path}?userId=ann");
        world.buyer("bob").get_at(&of_ann).await.refused(403, "forbidden");
    }
}

/// A body under this content type, or none.
async fn send(person: &Person, path: &str, content_type: Option<&str>, body: String) -> Answer {
    let request = person.request_at(Method::POST, path).body(body);
    Answer::of(content_type.into_iter().fold(request, |request, of| request.header("content-type", of))).await
}

/// What each POST that reads a body needs to do its work, in the order in which they can be done.
fn bodies(event: &Event, sub: &str) -> [(String, Value); 6] {
    let seats = json!({"eventID": event.id, "seatIDs": ["1B"]});
    [
        (hold_path(event, "1A"), json!({"tripId": event.id, "seatLabel": "1A", "reason": "payment_processing"})),
        ("/api/booking/confirm".to_owned(), json!({"tripId": event.id, "seatLabels": ["1A"]})),
        ("/api/lock".to_owned(), seats.clone()),
        ("/api/confirm".to_owned(), seats),
        ("/api/cancel-lock".to_owned(), json!({"eventID": event.id})),
        ("/book".to_owned(), json!({"userId": sub, "eventId": event.id})),
    ]
}

#[tokio::test]
async fn json_is_taken_under_any_content_type() {
    let world = World::new().await;
    for content_type in [None, Some("text/plain;charset=UTF-8"), Some("application/x-www-form-urlencoded")] {
        let (bus, ann) = (world.event(fixture::bus()).await, world.buyer("ann"));
        for (path, body) in bodies(&bus, &ann.sub) {
            send(&ann, &path, content_type, body.to_string()).await.ok();
        }
    }
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused_as_elsewhere_and_changes_nothing() {
    let world = World::new().await;
    let (bus, ann) = (world.event(fixture::bus()).await, world.buyer("ann"));
    let large = " ".repeat(100_000);
    for (path, body) in bodies(&bus, &ann.sub) {
        for wrong in ["{", "[]", "null", "{} x", r#"{"reason":"a","reason":"b"}"#] {
            send(&ann, &path, Some("text/plain"), wrong.to_owned()).await.refused(400, "invalid_data");
        }
        send(&ann, &path, Some("text/plain"), format!("{body}{large}")).await.refused(413, "invalid_data");
        let mut unknown = body.clone();
        unknown["seats"] = json!(["1A"]);
        let refused = ann.post_at(&path, &unknown).await.refused(400, "invalid_data");
        assert_eq!(refused.message(), "seats is not a known field here", "{}", refused.story("the field"));
        let mut for_bob = body.clone();
        for_bob["userId"] = json!("bob");
        ann.post_at(&path, &for_bob).await.refused(403, "forbidden");
    }
    assert!(ann.held_seats(&bus).await.is_empty());
    assert!(ann.bookings_at(&bus, &ann.sub).await.ok().list("bookings").is_empty());
}

#[tokio::test]
async fn an_empty_body_is_refused_for_what_is_missing_where_the_path_does_not_say_it() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    for (path, missing) in [
        ("/api/booking/confirm", "eventId is missing"),
        ("/api/lock", "seatIds is missing"),
        ("/api/confirm", "eventId is missing"),
        ("/api/cancel-lock", "eventId is missing"),
    ] {
        for body in ["", "{}"] {
            send(&ann, path, None, body.to_owned()).await.refused(400, "invalid_data").says(missing);
        }
    }
}

#[tokio::test]
async fn a_body_beside_a_path_says_the_same_or_is_refused_by_its_field() {
    let world = World::new().await;
    let (bus, ann) = (world.event(fixture::bus()).await, world.buyer("ann"));
    let path = hold_path(&bus, "1A");
    for method in [Method::POST, Method::DELETE] {
        for (field, value) in [
            ("tripId", json!("another")),
            ("eventId", json!("another")),
            ("eventID", json!("another")),
            ("seatLabel", json!("1B")),
            ("seatLabels", json!(["1B"])),
            ("seatIds", json!(["1A", "1B"])),
            ("seatIDs", json!([])),
            ("tripId", json!(7)),
        ] {
            let request = ann.request_at(method.clone(), &path).json(&json!({ field: value }));
            let refused = Answer::of(request).await.refused(400, "invalid_data");
            assert!(refused.message().contains(field), "{}", refused.story(field));
        }
    }
    assert!(ann.held_seats(&bus).await.is_empty());
    let same = json!({"tripId": bus.id, "eventId": bus.id, "seatLabel": "1A", "seatIds": ["1A"], "screeningId": null,
                      "userId": ann.sub, "holdDurationMinutes": 5});
    ann.post_at(&path, &same).await.ok().has("heldSeats", json!(["1A"]));
}

#[tokio::test]
async fn a_seat_in_a_path_is_the_same_in_either_form() {
    let world = World::new().await;
    let (composed, decomposed) = ("Caf\u{e9} 1", "Cafe\u{301} 1");
    let mut layout = fixture::bus();
    layout["seats"][0]["id"] = json!(composed);
    let (bus, ann) = (world.event(layout).await, world.buyer("ann"));
    let body = json!({ "seatLabel": composed });
    ann.post_at(&hold_path(&bus, decomposed), &body).await.ok().has("heldSeats", json!([composed]));
    assert_eq!(ann.trip_seat(&bus, composed).await["heldByMe"], true);
    ann.release_label(&bus, decomposed).await.ok();
    ann.hold_label(&bus, "Cafe%CC%81%201").await.ok();
}

#[tokio::test]
async fn a_key_gives_the_same_answer_again_and_is_refused_for_another_request() {
    let world = World::new().await;
    let (bus, ann) = (world.event(fixture::bus()).await, world.buyer("ann"));
    for (path, body) in bodies(&bus, &ann.sub) {
        let key = fresh_id();
        let ask =
            |body: &Value| Answer::of(ann.request_at(Method::POST, &path).header("idempotency-key", &key).json(body));
        let first = ask(&body).await.ok();
        assert_eq!(ask(&body).await.ok().body, first.body, "{path}");
        let mut other = body.clone();
        other["reason"] = json!("another");
        ask(&other).await.refused(400, "invalid_data");
    }
    let release =
        |key: &str| Answer::of(ann.request_at(Method::DELETE, &hold_path(&bus, "2A")).header("idempotency-key", key));
    ann.hold_label(&bus, "2A").await.ok();
    let (key, other) = (fresh_id(), fresh_id());
    let first = release(&key).await.ok();
    assert_eq!(release(&key).await.ok().body, first.body, "given up once");
    release(&other).await.refused(409, "not_held");
}
