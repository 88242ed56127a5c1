//! The stream of events of seeds/5: how many seats are free, for a plain `EventSource`.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::answer::without_body;
use crate::person::Person;
use crate::watch::eventually;
use crate::world::{Engine, World, fresh_id};

/// A whole answer as an `EventSource` reads it (HTML, 9.2.6): its events' data, and after how many milliseconds it asks again.
fn parse(text: &str) -> (Vec<Value>, Option<u64>) {
    let (mut events, mut data, mut retry) = (Vec::new(), Vec::new(), None);
    for line in text.split('\n') {
        match line.split_once(':').map(|(field, value)| (field, value.strip_prefix(' ').unwrap_or(value))) {
            Some(("data", value)) => data.push(value.to_owned()),
            Some(("retry", value)) => retry = value.parse().ok(),
            None if line.is_empty() && !data.is_empty() => {
                events.push(serde_json::from_str(&data.join("\n")).expect("data that is JSON"));
                data.clear();
            }
            _ => {}
        }
    }
    (events, retry)
}

async fn read(person: &Person, query: &str) -> (u16, HeaderMap, String) {
    let mut request =
        person.wire.http.get(format!("{}/events{query}", person.wire.base)).header("accept", "text/event-stream");
    if let Some(token) = &person.token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.text().await.expect("an answer that ends"))
}

#[tokio::test]
async fn each_answer_tells_how_many_seats_are_free_and_when_to_ask_again() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let (anyone, query) = (world.anyone(), format!("?eventId={}", event.id));
    let (status, headers, text) = read(&anyone, &query).await;
    assert_eq!((status, headers["content-type"].to_str().ok()), (200, Some("text/event-stream")));
    assert_eq!(headers["cache-control"], "public, max-age=1");
    let (_, headers, _) = read(&ann, &query).await;
    assert_eq!(headers["cache-control"], "private, max-age=1", "with a token");
    let free = event.seats.len();
    assert!(text.contains(&format!("data: {{\"type\":\"availability\",\"available\":{free}}}\n")), "{text:?}");
    assert_eq!(parse(&text), (vec![json!({"type": "availability", "available": free})], Some(2_000)), "{text:?}");
    let (status, headers) =
        without_body(anyone.wire.http.request(Method::HEAD, format!("{}/events{query}", anyone.wire.base))).await;
    assert_eq!((status, headers["content-type"].to_str().ok()), (200, Some("text/event-stream")));

    ann.buy(&event, &["seat_A1", "seat_A2"]).await;
    eventually("the two that were sold are counted", || async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        parse(&read(&anyone, &query).await.2).0 == [json!({"type": "availability", "available": free - 2})]
    })
    .await;
}

#[tokio::test]
async fn the_stream_is_of_the_default_event_where_none_is_named() {
    let world = World::new().await;
    let (status, _, text) = read(&world.anyone(), "").await;
    match (world.engine, status) {
        (Engine::Other, 404) => assert!(text.contains("eventId"), "a sentence that says what to do: {text}"),
        _ => assert_eq!((status, parse(&text).0[0]["type"].as_str()), (200, Some("availability")), "{text}"),
    }
}

#[tokio::test]
async fn there_is_no_stream_of_an_event_that_does_not_exist() {
    let world = World::new().await;
    for query in [format!("?eventId={}", fresh_id()), "?tripId=%00".to_owned()] {
        let (status, _, text) = read(&world.anyone(), &query).await;
        assert_eq!((status, text.contains("not_found")), (404, true), "{text}");
    }
    let (status, _, text) = read(&world.anyone(), "?eventId=a&tripId=b").await;
    assert_eq!((status, text.contains("invalid_data")), (400, true), "{text}");
}
