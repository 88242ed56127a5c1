//! What a browser needs before it lets a shop's page talk to the API.

use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::answer::without_body;
use crate::world::{World, fresh_id};

const SHOP: &str = "https://shop.example";

fn lists(headers: &HeaderMap, name: &str, wanted: &str) -> bool {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(',').any(|one| one.trim() == "*" || one.trim().eq_ignore_ascii_case(wanted))
}

#[tokio::test]
async fn a_preflight_allows_what_the_contract_uses() {
    let world = World::new().await;
    let preflight = world
        .anyone()
        .request(Method::OPTIONS, "/hold-seats")
        .header("origin", SHOP)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,content-encoding,idempotency-key");
    let (status, headers) = without_body(preflight).await;
    let headers = &headers;
    assert!((200..300).contains(&status), "a preflight answered {status}");
    assert!(lists(headers, "access-control-allow-origin", SHOP), "{headers:?}");
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
        assert!(lists(headers, "access-control-allow-methods", method), "{method} in {headers:?}");
    }
    for header in
        ["authorization", "content-type", "content-encoding", "idempotency-key", "holdfast-pass", "if-none-match"]
    {
        assert!(lists(headers, "access-control-allow-headers", header), "{header} in {headers:?}");
    }
}

#[tokio::test]
async fn answers_and_refusals_may_be_read_by_the_shops_page() {
    let world = World::new().await;
    let event = world.theatre().await;
    for id in [event.id, fresh_id()] {
        let request = world.anyone().request(Method::GET, &format!("/layout/{id}")).header("origin", SHOP);
        let answer = crate::answer::Answer::of(request).await;
        assert!(lists(&answer.headers, "access-control-allow-origin", SHOP), "{:?}", answer.headers);
        for header in ["date", "x-request-id", "retry-after", "etag", "allow", "www-authenticate", "holdfast-as-of"] {
            assert!(
                lists(&answer.headers, "access-control-expose-headers", header),
                "{header} in {:?}",
                answer.headers
            );
        }
        assert!(answer.header("date").is_some(), "{}", answer.story("the gateway's time"));
    }
}
