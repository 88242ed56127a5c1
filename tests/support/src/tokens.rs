//! Tokens, good and forged.

use crate::people::Role;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
pub use jwt::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The secret of every local stack that is given no other. It is public, and guards nothing.
pub const DEVELOPMENT_SECRET: &str = "holdfast-development-secret-known-to-everyone";

/// 2100-01-01: for suites whose tokens must be the same in every run.
pub const NEVER: i64 = 4_102_444_800;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The time, in seconds.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_secs()).expect("a clock before the end of time")
}

/// Longer than any suite runs: for tokens of a deployment that others may reach.
#[must_use]
pub fn in_a_day() -> i64 {
    now() + DAY_SECONDS
}

/// The claims of an ordinary token that is good until then.
#[must_use]
pub fn claims(sub: &str, role: Role, until: i64) -> Value {
    let mut claims = json!({ "sub": sub, "exp": until });
    if !role.names().is_empty() {
        claims["roles"] = json!(role.names());
    }
    claims
}

/// An ordinary token that is good until then.
#[must_use]
pub fn token(sub: &str, role: Role, until: i64, secret: &str) -> String {
    sign(&claims(sub, role, until), Algorithm::HS256, secret)
}

/// Any claims, signed with a secret.
#[must_use]
pub fn sign(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    sign_with(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes()))
}

/// Any claims under any header, signed with any key of the header's algorithm.
#[must_use]
pub fn sign_with(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jwt::encode(header, claims, key).expect("claims that can be signed, and a key that signs them")
}

/// Whatever header and claims say, though it be no JSON, under an honest HMAC-SHA256 with the secret.
#[must_use]
pub fn sign_text(header: &[u8], claims: &[u8], secret: &str) -> String {
    let message = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = jwt::sign(message.as_bytes(), &key, Algorithm::HS256).expect("an HMAC");
    format!("{message}.{signature}")
}

/// A token whose header says what the forger likes, over the signature of an honest token with other claims.
#[must_use]
pub fn forge(header: &Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(header), part(claims))
}

/// The signature of a token.
#[must_use]
pub fn signature(token: &str) -> &str {
    token.rsplit('.').next().unwrap_or_default()
}

/// An HMAC-SHA256 with the shared secret under a header that claims to be something else: the classic confusion.
#[must_use]
pub fn confused(algorithm: &str, claims: &Value, secret: &str) -> String {
    let header = json!({ "alg": algorithm, "typ": "JWT" });
    sign_text(header.to_string().as_bytes(), claims.to_string().as_bytes(), secret)
}
