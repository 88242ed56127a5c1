//! What every answer is, whatever the route.

use super::*;
use crate::http::reply::Caching;
use crate::http::samples::{office, request, verifier};
use crate::origin::{Origin, Shown};
use crate::secret::Secret;
use domain::clock::Moment;
use domain::limits::{ANSWER_HEAD_BYTES, ANSWER_PAYLOAD_BYTES_MAX};
use domain::outcome::Done;
use lambda_http::http::HeaderMap;
use serde_json::{Value, json};
use store::client;

/// A function with an answer of any size, one for buyers, and paths that take no other method.
struct Sample(usize);

impl Routes for Sample {
    fn name(&self) -> &'static str {
        "sample"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(async move {
            Some(match call.route.as_str() {
                "GET /large" => Ok(Reply::ready(vec![b'a'; self.0], None)),
                "GET /small" => Ok(Reply::done(&Done { message: String::new(), data: json!({}) })),
                "GET /live" => {
                    let caching = Caching::of_a_second(call, r#"W/"1""#.to_owned(), Some(Moment(0)));
                    Ok(Reply::cached(call, caching, || Reply::ready(b"{}".to_vec(), None)))
                }
                "GET /mine" => match call.caller().await {
                    Ok(_) => Ok(Reply::done(&Done { message: String::new(), data: json!({}) })),
                    Err(refusal) => Err(refusal),
                },
                _ => return None,
            })
        })
    }
}

async fn ask(route: &str, headers: Value, size: usize) -> (u16, HeaderMap, String) {
    ask_behind(Origin::default(), route, headers, size).await
}

async fn ask_behind(origin: Origin, route: &str, headers: Value, size: usize) -> (u16, HeaderMap, String) {
    let app = App { office: office(), origin, verifier: verifier(), sdk: client::sdk_config() };
    let response = answer(&app, &Sample(size), request(route, &json!({ "headers": headers }), b"")).await;
    let (parts, body) = response.into_parts();
    (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_path_says_which_methods_it_takes() {
    for (route, allow) in [
        ("ANY /seat-booking/hold-seats", "POST"),
        ("ANY /seat-booking/holds", "GET, HEAD"),
        ("ANY /seat-booking/admin/events/{eventId}", "GET, HEAD, PUT"),
    ] {
        let (status, headers, _) = ask(route, json!({}), 0).await;
        assert_eq!((status, headers["allow"].to_str().ok()), (405, Some(allow)), "{route}");
    }
    assert!(!ask("GET /small", json!({}), 0).await.1.contains_key("allow"));
}

#[tokio::test]
async fn a_refused_caller_learns_how_to_come_in() {
    let (plain, bad) = (r#"Bearer realm="holdfast""#, r#"Bearer realm="holdfast", error="invalid_token""#);
    for (headers, challenge) in [
        (json!({}), plain),
        (json!({ "authorization": "Basic YTpi" }), plain),
        (json!({ "authorization": "Bearer" }), plain),
        (json!({ "authorization": "Bearer nonsense" }), bad),
    ] {
        let (status, given, _) = ask("GET /mine", headers.clone(), 0).await;
        assert_eq!((status, given["www-authenticate"].to_str().ok()), (401, Some(challenge)), "{headers}");
    }
    assert!(!ask("GET /small", json!({}), 0).await.1.contains_key("www-authenticate"));
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    for route in ["/small", "/mine", "/large", "/nothing"] {
        let (status, headers, body) = ask(&format!("GET {route}"), json!({}), 10).await;
        assert!(!body.is_empty());
        assert_eq!(ask(&format!("HEAD {route}"), json!({}), 10).await, (status, headers, String::new()), "{route}");
    }
}

#[tokio::test]
async fn an_answer_that_lambda_would_not_take_is_not_acceptable() {
    let most = ANSWER_PAYLOAD_BYTES_MAX - ANSWER_HEAD_BYTES;
    assert_eq!(ask("GET /large", json!({}), most).await.0, 200);
    for method in ["GET", "HEAD"] {
        let (status, headers, body) = ask(&format!("{method} /large"), json!({}), most + 1).await;
        assert_eq!((status, headers["content-type"].to_str().ok()), (406, Some("application/json")));
        let is_told = ["invalid_data", "Accept-Encoding", "viewport"].iter().all(|word| body.contains(word));
        assert_eq!(is_told, method == "GET", "{body}");
    }
}

#[tokio::test]
async fn what_did_not_come_through_the_distribution_is_refused_whatever_it_asks() {
    let origin = || {
        Origin::new(Some(Secret::known(Shown::parse(r#"{"value":"a-text-that-cloudfront-alone-can-show"}"#).unwrap())))
    };
    for route in ["GET /small", "GET /mine", "GET /nowhere", "ANY /seat-booking/hold-seats"] {
        for headers in [json!({}), json!({ "holdfast-origin": "guessed" })] {
            let (status, _, body) = ask_behind(origin(), route, headers, 0).await;
            assert!(status == 403 && body.contains(r#""code":"forbidden""#), "{route}: {status} {body}");
        }
    }
    assert_eq!(
        ask_behind(origin(), "GET /small", json!({ "holdfast-origin": "a-text-that-cloudfront-alone-can-show" }), 0)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn what_says_when_it_was_read_is_told_whole_to_the_distribution_and_by_condition_to_clients() {
    let known = json!({ "if-none-match": r#"W/"1""# });
    assert_eq!(ask("GET /live", known.clone(), 0).await.0, 304);
    let mut of_edge = known;
    of_edge["holdfast-edge"] = json!("cloudfront");
    let (status, headers, _) = ask("GET /live", of_edge, 0).await;
    assert!(status == 200 && headers.contains_key("holdfast-as-of"), "{status} {headers:?}");
}

#[tokio::test]
async fn no_shared_cache_keeps_what_a_token_asked_for() {
    for (headers, control) in [
        (json!({}), "public, max-age=1"),
        (json!({ "authorization": "Bearer abc" }), "private, max-age=1"),
        (json!({ "authorization": "" }), "private, max-age=1"),
    ] {
        assert_eq!(ask("GET /live", headers, 0).await.1["cache-control"], control);
    }
}
