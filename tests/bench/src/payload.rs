//! Requests as API Gateway hands them to a function (payload format 2.0), and tokens that they carry.

use anyhow::Result;
use bytes::Bytes;
use jwt::{EncodingKey, Header, encode};
use serde_json::{Value, json};

const LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// A token that is good for a day.
pub fn token(secret: &str, subject: &str, admin: bool) -> Result<String> {
    let now = jiff::Timestamp::now().as_second();
    let roles: &[&str] = if admin { &["admin"] } else { &[] };
    let claims = json!({ "sub": subject, "iat": now, "exp": now + LIFETIME_SECONDS, "roles": roles });
    Ok(encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes()))?)
}

/// `POST /seat-booking/hold-seats` of one buyer.
pub fn hold_seats(number: usize, token: &str, body: &Value) -> Bytes {
    event(number, "POST /seat-booking/hold-seats", "/seat-booking/hold-seats", token, Some(body.to_string()), json!({}))
}

/// `GET /seat-booking/layout/{eventId}` of a client that takes gzip.
pub fn layout(number: usize, token: &str, event_id: &str) -> Bytes {
    let path = format!("/seat-booking/layout/{event_id}");
    let parameters = json!({ "eventId": event_id });
    event(number, "GET /seat-booking/layout/{eventId}", &path, token, None, parameters)
}

/// What a browser's request looks like when it arrives through CloudFront and the HTTP API.
fn event(number: usize, route: &str, path: &str, token: &str, body: Option<String>, parameters: Value) -> Bytes {
    let method = route.split(' ').next().unwrap_or_default();
    let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate, br",
            "accept-language": "en-GB,en;q=0.9",
            "authorization": format!("Bearer {token}"),
            "content-length": body.as_ref().map_or(0, String::len).to_string(),
            "content-type": "application/json",
            "host": "r3pmxmplak.execute-api.us-east-1.amazonaws.com",
            "origin": "https://tickets.example.com",
            "referer": "https://tickets.example.com/",
            "user-agent": agent,
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "x-forwarded-for": "205.255.255.176",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "r3pmxmplak",
            "domainName": "r3pmxmplak.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "r3pmxmplak",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "205.255.255.176", "userAgent": agent,
            },
            "requestId": format!("JKJaXmPL{number:08}"),
            "routeKey": route,
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": 1_773_119_783_000_i64,
        },
        "pathParameters": parameters,
        "isBase64Encoded": false,
    });
    if let Some(body) = body {
        event["body"] = body.into();
    }
    Bytes::from(event.to_string())
}
