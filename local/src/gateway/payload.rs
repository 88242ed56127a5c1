//! A request as the HTTP API hands it to a function: payload format 2.0.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::http::header::{CONTENT_TYPE, COOKIE, HeaderMap, USER_AGENT};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use super::routes::Matched;
use super::stamp::Stamp;
use crate::template::{ACCOUNT, REGION};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpEvent<'a> {
    version: &'static str,
    route_key: &'a str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<&'a str>,
    headers: BTreeMap<&'a str, Cow<'a, str>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    request_context: Context<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    path_parameters: &'a BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Cow<'a, str>>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    account_id: &'static str,
    api_id: &'a str,
    domain_name: String,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'a str,
    stage: &'static str,
    time: String,
    time_epoch: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: &'static str,
    source_ip: String,
    user_agent: &'a str,
}

/// What the payload says of the request besides the request itself.
pub struct Arrival<'a> {
    pub api: &'a str,
    pub peer: SocketAddr,
    pub request_id: &'a str,
    pub at: Timestamp,
}

/// The payload for a function.
pub fn http_event(
    arrival: &Arrival<'_>,
    request: &Parts,
    matched: &Matched<'_>,
    body: &[u8],
) -> serde_json::Result<Vec<u8>> {
    let stamp = Stamp::of(arrival.at);
    let path = request.uri.path();
    let query = request.uri.query().unwrap_or_default();
    let (body, is_base64_encoded) = encoded_body(&request.headers, body);
    let event = HttpEvent {
        version: "2.0",
        route_key: &matched.route.key,
        raw_path: path,
        raw_query_string: query,
        cookies: cookies(&request.headers),
        headers: joined_headers(&request.headers, arrival.peer),
        query_string_parameters: parameters(query),
        request_context: Context {
            account_id: ACCOUNT,
            api_id: arrival.api,
            domain_name: format!("{}.execute-api.{REGION}.amazonaws.com", arrival.api),
            domain_prefix: arrival.api,
            http: Http {
                method: request.method.as_str(),
                path,
                protocol: "HTTP/1.1",
                source_ip: arrival.peer.ip().to_string(),
                user_agent: text(&request.headers, USER_AGENT.as_str()),
            },
            request_id: arrival.request_id,
            route_key: &matched.route.key,
            stage: "$default",
            time: stamp.text,
            time_epoch: stamp.milliseconds,
        },
        path_parameters: &matched.parameters,
        body,
        is_base64_encoded,
    };
    serde_json::to_vec(&event)
}

/// A header's text, empty where it is missing or not text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A query string's parameters in order, decoded.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Parameters of one name are joined by commas.
fn parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in query_pairs(query) {
        parameters
            .entry(name)
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert(value);
    }
    parameters
}

/// Names come in lower case already; headers of one name are joined by commas. Cookies go their own way.
fn joined_headers(headers: &HeaderMap, peer: SocketAddr) -> BTreeMap<&str, Cow<'_, str>> {
    let mut joined: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str())
            .and_modify(|all| {
                let all = all.to_mut();
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value);
    }
    joined.insert("x-forwarded-for", Cow::Owned(peer.ip().to_string()));
    joined.insert("x-forwarded-port", Cow::Borrowed("443"));
    joined.insert("x-forwarded-proto", Cow::Borrowed("https"));
    joined
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

/// Text stays text where the content type says that it is some; the rest is base64.
fn encoded_body<'a>(headers: &HeaderMap, body: &'a [u8]) -> (Option<Cow<'a, str>>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    match std::str::from_utf8(body) {
        Ok(text) if is_text(self::text(headers, CONTENT_TYPE.as_str())) => (Some(Cow::Borrowed(text)), false),
        _ => (Some(Cow::Owned(STANDARD.encode(body))), true),
    }
}

fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty()
        || kind.starts_with("text/")
        || matches!(kind.as_str(), "application/json" | "application/xml" | "application/javascript")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    use axum::http::Request;

    use super::*;
    use crate::template::Route;

    fn event(request: Request<&str>) -> serde_json::Value {
        let (parts, body) = request.into_parts();
        let route = Route { key: "POST /a/{id}".into(), binary: "function".into() };
        let matched = Matched { route: &route, parameters: BTreeMap::from([("id", "x y".to_owned())]) };
        let arrival =
            Arrival { api: "Api", peer: ([127, 0, 0, 1], 9).into(), request_id: "request", at: Timestamp::now() };
        let payload = http_event(&arrival, &parts, &matched, body.as_bytes()).unwrap();
        // The type with which the functions parse it must take it.
        serde_json::from_slice::<ApiGatewayV2httpRequest>(&payload).unwrap();
        serde_json::from_slice(&payload).unwrap()
    }

    #[test]
    fn a_json_request_becomes_format_2() {
        let request = Request::post("/a/x%20y?b=1&b=2&c=d%26e")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("X-Twice", "one")
            .header("X-Twice", "two")
            .header("Cookie", "k=v; l=w")
            .body(r#"{"n":1}"#)
            .unwrap();
        let event = event(request);
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["routeKey"], "POST /a/{id}");
        assert_eq!(event["rawPath"], "/a/x%20y");
        assert_eq!(event["rawQueryString"], "b=1&b=2&c=d%26e");
        assert_eq!(event["queryStringParameters"], serde_json::json!({"b": "1,2", "c": "d&e"}));
        assert_eq!(event["headers"]["x-twice"], "one,two");
        assert_eq!(event["cookies"], serde_json::json!(["k=v", "l=w"]));
        assert_eq!(event["pathParameters"]["id"], "x y");
        assert_eq!(event["body"], r#"{"n":1}"#);
        assert_eq!(event["isBase64Encoded"], false);
        assert_eq!(event["requestContext"]["http"]["method"], "POST");
        assert_eq!(event["requestContext"]["stage"], "$default");
    }

    #[test]
    fn a_body_that_is_not_text_is_base64() {
        let request = Request::post("/a/b").header("Content-Type", "application/x-www-form-urlencoded");
        let event = event(request.body("a=b").unwrap());
        assert_eq!(event["body"], "YT1i");
        assert_eq!(event["isBase64Encoded"], true);
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let event = event(Request::get("/a/b").body("").unwrap());
        assert!(event.get("body").is_none());
        assert!(event.get("cookies").is_none());
        assert!(event.get("queryStringParameters").is_none());
    }
}
