//! Secrets Manager, as far as functions ask it: what a secret says, by its ARN.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::settings;
use crate::template::secret_arn;

/// The one operation that is served.
pub const GET_SECRET_VALUE: &str = "secretsmanager.GetSecretValue";
/// The name of the secret that signs passes: a parameter of the template, since the stack cannot draw it.
pub const PASS_SIGNING_KEY: &str = "PassSigningKey";

/// What the edge shows to the functions. It is public, and guards nothing.
const ORIGIN: &str = "the-edge-of-every-local-stack-known-to-everyone";

/// What the seeds of local draws are sealed with. It is public, and guards nothing.
const DRAWS: &str = "the-seeds-of-every-local-stack-known-to-everyone";

/// Shows the functions what CloudFront shows them, whatever the client sent.
pub fn show(headers: &mut HeaderMap) {
    headers.insert("holdfast-origin", HeaderValue::from_static(ORIGIN));
}

/// The local stack's secrets by the names that the template has for them.
fn secret(arn: &str) -> Option<(&'static str, String)> {
    let secrets = [
        ("JwtSecret", settings::jwt_secret()),
        ("OriginSecret", json!({ "value": ORIGIN, "other": "" }).to_string()),
        ("DrawSecret", DRAWS.to_owned()),
        (PASS_SIGNING_KEY, settings::DEVELOPMENT_PASS_KEY.to_owned()),
    ];
    secrets.into_iter().find(|(name, _)| secret_arn(name) == arn)
}

/// Answers `GetSecretValue`, and tells the name of the secret that was read.
pub fn answer(request: &Value, read: impl FnOnce(&str)) -> Response<Body> {
    let arn = request["SecretId"].as_str().unwrap_or_default();
    let (status, body) = match secret(arn) {
        Some((name, text)) => {
            read(name);
            (StatusCode::OK, json!({ "ARN": arn, "Name": name, "SecretString": text }))
        }
        None => (
            StatusCode::BAD_REQUEST,
            json!({ "__type": "ResourceNotFoundException", "message": "Secrets Manager can't find the specified secret." }),
        ),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    response
}
