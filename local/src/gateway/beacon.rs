//! The local beacon by HTTP, in the form of drand's HTTP API, version 1: `/beacon/chains`, `/beacon/{chainHash}/info`, and
//! `/beacon/{chainHash}/public/{round}`, where a round is a number or `latest`.

use anyhow::Result;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use domain::hex;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::reply;
use crate::beacon;

/// Answers what is asked of the beacon; nothing where the path is none of its.
pub fn answer(method: &Method, path: &str, now: Timestamp) -> Option<Response<Body>> {
    let asked: Vec<&str> = path.strip_prefix(beacon::PATH)?.strip_prefix('/')?.split('/').collect();
    if method != Method::GET && method != Method::HEAD {
        return Some(reply::message(StatusCode::METHOD_NOT_ALLOWED, "A beacon is only read"));
    }
    Some(told(&asked, now).map_or_else(
        |_| reply::internal_error(),
        |told| match told {
            Ok(body) => json_reply(&body),
            Err((status, why)) => reply::message(status, &why),
        },
    ))
}

/// What the beacon says, or a status with a sentence.
fn told(asked: &[&str], now: Timestamp) -> Result<Result<Value, (StatusCode, String)>> {
    let own = hex::encode(&beacon::chain()?.hash);
    if asked == ["chains"] {
        return Ok(Ok(json!([own])));
    }
    let (chain, what) = match asked {
        [chain, what @ ..] => (*chain, what),
        [] => ("", asked),
    };
    if chain != own {
        return Ok(Err((StatusCode::NOT_FOUND, format!("This beacon has one chain: {own}"))));
    }
    let round = match what {
        ["info"] => return Ok(Ok(beacon::info()?)),
        ["public", "latest"] => Some(beacon::latest(now)?),
        ["public", round] => round.parse().ok().filter(|round| *round > 0),
        _ => None,
    };
    let Some(round) = round else {
        let there_is = "There is info, public/latest and public/{round} for rounds from 1".to_owned();
        return Ok(Err((StatusCode::NOT_FOUND, there_is)));
    };
    Ok(match beacon::published(round, now)? {
        Some(it) => Ok(json!({
            "round": round, "randomness": hex::encode(&it.randomness), "signature": hex::encode(&it.signature)
        })),
        // What drand answers for a round to come.
        None => Err((StatusCode::TOO_EARLY, format!("Round {round} is not due yet by the stack's clock"))),
    })
}

fn json_reply(body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The status of what is asked of the local chain ten periods after its beginning, and the answer's body.
    async fn asked(what: &str) -> (u16, Value) {
        let chain = beacon::chain().unwrap();
        let now = Timestamp::from_millisecond(chain.due_at(11).unwrap().0).unwrap();
        let path = format!("/beacon/{}{what}", hex::encode(&chain.hash));
        let response = answer(&Method::GET, &path, now).unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn rounds_are_read_as_from_drands_hosts() {
        let chain = beacon::chain().unwrap();
        let (status, body) = asked("/public/11").await;
        let signature: [u8; 48] = hex::decode(body["signature"].as_str().unwrap()).unwrap();
        assert_eq!((status, &body["round"]), (200, &json!(11)));
        assert_eq!(
            ::beacon::verify(&chain, 11, &signature).map(|it| json!(hex::encode(&it))),
            Ok(body["randomness"].clone())
        );
        assert_eq!(asked("/public/latest").await, (200, body));
        let (status, info) = asked("/info").await;
        assert_eq!((status, &info["hash"]), (200, &json!(hex::encode(&chain.hash))));
        assert_eq!((&info["period"], &info["schemeID"]), (&json!(3), &json!("bls-unchained-g1-rfc9380")));
    }

    #[tokio::test]
    async fn what_is_not_there_is_said_in_a_sentence() {
        let (status, body) = asked("/public/12").await;
        assert_eq!((status, &body["message"]), (425, &json!("Round 12 is not due yet by the stack's clock")));
        for wrong in ["", "/", "/public", "/public/0", "/public/-1", "/public/x", "/public/1/2", "f/info"] {
            assert_eq!(asked(wrong).await.0, 404, "{wrong}");
        }
    }

    #[test]
    fn other_paths_and_methods_are_not_the_beacons() {
        let asked =
            |method, path| answer(&method, path, Timestamp::UNIX_EPOCH).map(|response| response.status().as_u16());
        assert_eq!(asked(Method::GET, "/"), None);
        assert_eq!(asked(Method::GET, "/beacon"), None);
        assert_eq!(asked(Method::GET, "/beacons/x"), None);
        assert_eq!(asked(Method::POST, "/beacon/x/public/1"), Some(405));
    }
}
