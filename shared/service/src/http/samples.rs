//! Requests as API Gateway hands them over, for tests. Nothing of them needs a table.

use crate::office::Office;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::token::{self, Verifier};
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Region};
use base64::Engine;
use domain::clock::Clock;
use lambda_http::Request;
use serde_json::{Value, json};
use store::Store;

/// An office whose table is never asked.
pub fn office() -> Office {
    let config = Builder::new().behavior_version(BehaviorVersion::v2026_01_12()).region(Region::new("us-east-1"));
    Office::new(Store::new(config, "table".into(), Some(1)), Clock::System, Settings::default())
}

/// A verifier with a secret of its own.
pub fn verifier() -> Verifier {
    let settings = token::Settings {
        algorithms: "HS256".into(),
        secret: Some(Secret::known(token::shared_secret("a-secret-of-the-unit-tests-with-32-bytes").unwrap())),
        ..token::Settings::default()
    };
    Verifier::new(&settings, Clock::System).unwrap()
}

/// A request of a route, with further fields of its payload.
pub fn request(route: &str, fields: &Value, body: &[u8]) -> Request {
    let (method, path) = route.split_once(' ').unwrap();
    let mut payload = json!({
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "", "headers": {},
        "body": base64::prelude::BASE64_STANDARD.encode(body), "isBase64Encoded": true,
        "requestContext": {
            "accountId": "1", "apiId": "api", "stage": "$default", "requestId": "r1", "routeKey": route, "timeEpoch": 0,
            "http": {
                "method": method.replace("ANY", "PATCH"), "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
            },
        },
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        payload[name] = value.clone();
    }
    lambda_http::request::from_str(&payload.to_string()).unwrap()
}
