//! Tokens, good and forged.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// Seconds that an ordinary token lives: longer than the suite runs.
const LIFE: i64 = 6 * 3_600;

pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The claims of an ordinary token.
pub(crate) fn claims(sub: &str, roles: &[&str]) -> Value {
    let mut claims = json!({"sub": sub, "exp": now() + LIFE, "iat": now()});
    if !roles.is_empty() {
        claims["roles"] = json!(roles);
    }
    claims
}

pub(crate) fn sign(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jwt::encode(&Header::new(algorithm), claims, &key).expect("claims that can be signed")
}

/// A token whose header says what the forger likes, over the signature of an honest HS256 token with other claims.
pub(crate) fn forge(header: Value, claims: &Value, signature: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", part(&header), part(claims))
}

/// The signature of a token.
pub(crate) fn signature(token: &str) -> String {
    token.rsplit('.').next().unwrap_or_default().to_owned()
}

/// An HMAC-SHA256 with the shared secret over a header that claims to be something else: the classic confusion.
pub(crate) fn confused(algorithm: &str, claims: &Value, secret: &str) -> String {
    let header = json!({"alg": algorithm, "typ": "JWT"});
    let unsigned = forge(header, claims, "");
    let message = unsigned.trim_end_matches('.');
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = jwt::sign(message.as_bytes(), &key, Algorithm::HS256).expect("an HMAC");
    format!("{message}.{signature}")
}
