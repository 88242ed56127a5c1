//! Secrets Manager, as far as a function under measurement asks it.

use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::process::SECRET;

/// What CloudFront would show; it guards nothing.
pub const ORIGIN: &str = "the-edge-of-the-benchmark-known-to-everyone";

/// What a function's environment calls its secrets.
pub const NAMES: [(&str, &str); 2] = [("JWT_SECRET_ARN", "tokens"), ("ORIGIN_SECRET_ARN", "origin")];

/// Answers `GetSecretValue`.
pub async fn answer(body: Bytes) -> (StatusCode, String) {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    match request["SecretId"].as_str() {
        Some("tokens") => (StatusCode::OK, json!({ "SecretString": SECRET }).to_string()),
        Some("origin") => {
            (StatusCode::OK, json!({ "SecretString": json!({ "value": ORIGIN }).to_string() }).to_string())
        }
        _ => (StatusCode::BAD_REQUEST, json!({ "__type": "ResourceNotFoundException" }).to_string()),
    }
}
