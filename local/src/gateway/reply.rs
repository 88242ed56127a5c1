//! A function's answer as the HTTP API gives it to the client.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use axum::http::{Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Headers that describe one hop; the gateway sets its own.
const HOP_HEADERS: [&str; 4] = ["connection", "content-length", "keep-alive", "transfer-encoding"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// An answer of API Gateway's own: `{"message": …}`.
pub fn message(status: StatusCode, message: &str) -> Response<Body> {
    let body = serde_json::json!({ "message": message }).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A document.
pub fn json(document: &impl Serialize) -> Response<Body> {
    let mut response = shortcut(Body::from(serde_json::to_vec(document).unwrap_or_default()));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a client gets when the function failed or said something that is no answer.
pub fn internal_error() -> Response<Body> {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// What a client gets when the function took too long.
pub fn unavailable() -> Response<Body> {
    message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}

/// Turns a function's payload into a response.
pub fn from_payload(payload: Bytes) -> Response<Body> {
    if let Ok(answer) = serde_json::from_slice::<Answer>(&payload) {
        return built(answer).unwrap_or_else(internal_error);
    }
    match serde_json::from_slice::<Value>(&payload) {
        // A status code, but not one that can be read, or fields of the wrong kind.
        Ok(Value::Object(object)) if object.contains_key("statusCode") => internal_error(),
        // The shortcut: without a status code the payload is the body.
        Ok(Value::String(text)) => shortcut(Body::from(text)),
        Ok(_) => shortcut(Body::from(payload)),
        Err(_) => internal_error(),
    }
}

fn shortcut(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// `None` where a part of the answer is not HTTP.
fn built(answer: Answer) -> Option<Response<Body>> {
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded { Body::from(STANDARD.decode(body).ok()?) } else { Body::from(body) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status_code).ok()?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    for (name, value) in answer.headers.unwrap_or_default() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if !HOP_HEADERS.contains(&name.as_str()) {
            headers.insert(name, HeaderValue::from_str(&scalar(value)?).ok()?);
        }
    }
    for cookie in answer.cookies.unwrap_or_default() {
        headers.append(SET_COOKIE, HeaderValue::from_str(&cookie).ok()?);
    }
    Some(response)
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use http_body_util::BodyExt;
    use serde_json::json;

    use super::*;

    async fn reply(payload: &Value) -> (u16, axum::http::HeaderMap, String) {
        let response = from_payload(payload.to_string().into());
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn status_headers_cookies_and_base64_bodies_are_mapped() {
        let (status, headers, body) = reply(&json!({
            "statusCode": 409,
            "headers": {"X-One": "1", "x-number": 2, "content-type": "application/json"},
            "multiValueHeaders": {"x-one": ["1"]},
            "cookies": ["a=b", "c=d"],
            "body": "aGVsbG8=",
            "isBase64Encoded": true,
        }))
        .await;
        assert_eq!((status, body.as_str()), (409, "hello"));
        assert_eq!(headers["x-one"], "1");
        assert_eq!(headers["x-number"], "2");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    }

    #[tokio::test]
    async fn without_a_status_code_the_payload_is_the_body() {
        let (status, headers, body) = reply(&json!({"n": 1})).await;
        assert_eq!((status, body.as_str()), (200, r#"{"n":1}"#));
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(reply(&json!("text")).await.2, "text");
    }

    #[tokio::test]
    async fn an_answer_that_is_not_one_is_an_internal_error() {
        for payload in [json!({"statusCode": "soon"}), json!({"statusCode": 99}), json!({"statusCode": 200, "body": 5})]
        {
            let (status, _, body) = reply(&payload).await;
            assert_eq!((status, body.as_str()), (500, r#"{"message":"Internal Server Error"}"#), "{payload}");
        }
    }
}
