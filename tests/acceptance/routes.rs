//! Methods, content types and the order of checks: 405, 401, 403, 413 or 415, 400, 404, 409.

use reqwest::Method;
use serde_json::json;

use crate::answer::{Answer, without_body};
use crate::fixture;
use crate::world::{Event, World, fresh_id};

fn hold_body(event: &Event) -> String {
    json!({"eventId": event.id, "seatIds": ["seat_A1"]}).to_string()
}

#[tokio::test]
async fn a_path_takes_only_its_methods() {
    let world = World::new().await;
    let admin = world.admin();
    for (method, path, allow) in [
        (Method::GET, "/hold-seats", "POST"),
        (Method::HEAD, "/hold-seats", "POST"),
        (Method::PUT, "/hold-seats", "POST"),
        (Method::DELETE, "/hold-seats", "POST"),
        (Method::PATCH, "/hold-seats", "POST"),
        (Method::GET, "/hold-table", "POST"),
        (Method::GET, "/hold-area", "POST"),
        (Method::PUT, "/best-available", "POST"),
        (Method::GET, "/confirm", "POST"),
        (Method::DELETE, "/book", "POST"),
        (Method::DELETE, "/release", "POST"),
        (Method::GET, "/extend", "POST"),
        (Method::GET, "/session/end", "POST"),
        (Method::POST, "/orders", "GET, HEAD"),
        (Method::POST, "/holds", "GET, HEAD"),
        (Method::DELETE, "/bookings", "GET, HEAD"),
        (Method::POST, "/bookings/b1", "GET, HEAD"),
        (Method::GET, "/bookings/b1/cancel", "POST"),
        (Method::POST, "/layout/e1", "GET, HEAD"),
        (Method::POST, "/plans/l1/1", "GET, HEAD"),
        (Method::PUT, "/availability/e1", "GET, HEAD"),
        (Method::POST, "/stats/e1", "GET, HEAD"),
        (Method::POST, "/health", "GET, HEAD"),
        (Method::POST, "/admin/layouts/l1", "PUT"),
        (Method::DELETE, "/admin/events/e1", "GET, HEAD, PUT"),
        (Method::POST, "/admin/events", "GET, HEAD"),
        (Method::PUT, "/admin/events/e1/bookings", "GET, HEAD"),
    ] {
        if method == Method::HEAD {
            let (status, headers) = without_body(admin.request(method, path)).await;
            assert_eq!((status, headers["allow"].to_str().ok()), (405, Some(allow)), "{path}");
            continue;
        }
        let answer = Answer::of(admin.request(method, path)).await;
        assert_eq!((answer.status, answer.code()), (405, "invalid_data"), "{}", answer.story("405"));
        assert_eq!(answer.header("allow"), Some(allow), "{}", answer.story("Allow"));
    }
    assert_eq!(admin.get("/health").await.ok().header("allow"), None);
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    let booking = ann.buy(&event, &["seat_A1"]).await;
    let id = &event.id;
    for (person, path, status) in [
        (&ann, "/holds".to_owned(), 200),
        (&ann, "/bookings".to_owned(), 200),
        (&ann, "/orders".to_owned(), 200),
        (&ann, format!("/bookings/{booking}"), 200),
        (&ann, format!("/layout/{id}"), 200),
        (&ann, format!("/layout/{}", fresh_id()), 404),
        (&ann, format!("/plans/{}/1", event.layout_id), 200),
        (&ann, format!("/plans/{}/2", event.layout_id), 404),
        (&ann, format!("/availability/{id}"), 200),
        (&ann, format!("/stats/{id}"), 403),
        (&admin, format!("/stats/{id}"), 200),
        (&world.anyone(), "/health".to_owned(), 200),
        (&world.anyone(), "/holds".to_owned(), 401),
        (&admin, "/admin/events".to_owned(), 200),
        (&admin, format!("/admin/events/{id}"), 200),
        (&admin, format!("/admin/events/{id}/bookings"), 200),
    ] {
        let get = Answer::of(person.request(Method::GET, &path).header("accept-encoding", "gzip")).await;
        let head = person.request(Method::HEAD, &path).header("accept-encoding", "gzip");
        let (of_head, headers) = without_body(head).await;
        assert_eq!((get.status, of_head), (status, status), "{}", get.story("the same status"));
        for name in ["content-type", "content-encoding", "vary", "cache-control", "www-authenticate"] {
            let of_head = headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!(of_head, get.header(name), "{name} of {path}");
        }
        assert!(headers.contains_key("x-request-id"), "{path}");
    }
    assert_eq!(without_body(ann.request(Method::HEAD, "/nothing")).await.0, 404);
}

#[tokio::test]
async fn an_answer_too_large_for_lambda_is_not_acceptable_but_compressed_or_in_part() {
    let world = World::new().await;
    let (event, anyone) = (world.event(fixture::grid(150, 150)).await, world.anyone());
    let path = format!("/layout/{}", event.id);
    let refused = anyone.get(&path).await.refused(406, "invalid_data");
    for word in ["Accept-Encoding", "viewport"] {
        assert!(refused.message().contains(word), "{}", refused.story(word));
    }
    let no_gzip = anyone.request(Method::GET, &path).header("accept-encoding", "br, gzip;q=0");
    Answer::of(no_gzip).await.refused(406, "invalid_data");
    assert_eq!(without_body(anyone.request(Method::HEAD, &path)).await.0, 406, "HEAD is answered as GET");
    assert_eq!(anyone.layout(&event).await.ok().list("seats").len(), 22_500);
    let part = anyone.viewport(&event, r#"{"x":0,"y":0,"width":300,"height":300}"#).await.ok();
    assert!(!part.list("seats").is_empty());
}

#[tokio::test]
async fn a_path_that_does_not_exist_is_not_found() {
    let world = World::new().await;
    for path in ["/nothing", "/hold-seats/more", "/layout", "/admin", "/admin/layouts/l1/more"] {
        world.admin().get(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_not_json_is_refused_and_one_that_says_nothing_is_json() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
    {
        let request =
            ann.request(Method::POST, "/hold-seats").header("content-type", content_type).body(hold_body(&event));
        Answer::of(request).await.refused(415, "invalid_data");
    }
    assert_eq!(ann.held_seats(&event).await, Vec::<String>::new());
    for content_type in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
        let request =
            ann.request(Method::POST, "/hold-seats").header("content-type", content_type).body(hold_body(&event));
        Answer::of(request).await.ok();
    }
    Answer::of(ann.request(Method::POST, "/hold-seats").body(hold_body(&event))).await.ok();
}

#[tokio::test]
async fn the_first_check_that_fails_is_the_one_answered() {
    let world = World::new().await;
    let (event, ann, admin, anyone) = (world.theatre().await, world.buyer("ann"), world.admin(), world.anyone());
    let large = " ".repeat(100_000);
    let plain = |person: &crate::person::Person, method, path: &str, body: String| {
        Answer::of(person.request(method, path).header("content-type", "text/plain").body(body))
    };
    plain(&anyone, Method::DELETE, "/hold-seats", large.clone()).await.refused(405, "invalid_data");
    plain(&anyone, Method::POST, "/hold-seats", large.clone()).await.refused(401, "unauthorized");
    plain(&anyone, Method::PUT, "/admin/layouts/l1", "{".to_owned()).await.refused(401, "unauthorized");
    plain(&ann, Method::PUT, "/admin/layouts/l1", "{".to_owned()).await.refused(403, "forbidden");
    ann.get(&format!("/stats/{}", fresh_id())).await.refused(403, "forbidden");
    plain(&ann, Method::POST, "/hold-seats", "{".to_owned()).await.refused(415, "invalid_data");
    ann.post_raw("/hold-seats", format!("{{{large}")).await.refused(413, "invalid_data");
    ann.post("/hold-seats", &json!({"eventId": fresh_id(), "seatIds": []})).await.refused(400, "invalid_data");
    ann.post("/hold-seats", &json!({"eventId": fresh_id(), "seatIds": ["seat_A1"]})).await.refused(404, "not_found");

    world.buyer("bob").hold(&event, &["seat_A1"]).await.ok();
    ann.hold(&event, &["seat_A1", "seat_INVALID1"])
        .await
        .refused(400, "invalid_data")
        .says("Invalid seat IDs: seat_INVALID1");
    admin.put_event(&event.id, &json!({"name": "x"})).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    let (first, second) = (anyone.layout(&event).await.ok(), anyone.layout(&event).await.ok());
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test]
async fn a_path_is_decoded_once() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    let encoded = |percent: &str| -> String { event.id.bytes().map(|byte| format!("{percent}{byte:02X}")).collect() };
    anyone.get(&format!("/layout/{}", encoded("%"))).await.ok();
    anyone.get(&format!("/layout/{}", encoded("%25"))).await.refused(404, "not_found");
    let holds = |id: String| format!("/holds?eventId={id}");
    world.buyer("ann").get(&holds(encoded("%"))).await.ok();
    world.buyer("ann").get(&holds(encoded("%25"))).await.refused(404, "not_found");
}
