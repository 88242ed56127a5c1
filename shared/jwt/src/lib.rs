//! JSON Web Tokens: `jsonwebtoken`, with its cryptography done by `ring`, which the AWS SDK's TLS links already.
//!
//! Of the providers that `jsonwebtoken` brings, `aws-lc` costs a cold function about 28 ms of a core for entropy (a
//! first call over TLS took 29 ms with it and 1 ms with `ring`: median of 15 runs on x86-64), and RustCrypto makes
//! every build compile its RSA and curves. [`encode`], [`decode`] and [`sign`] install `ring` as the process's provider
//! before it is asked for, so use these and never the library's own.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod provider;

pub use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation, decode_header, errors, jwk,
};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use errors::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Once;

/// Signs claims: the token as text.
///
/// # Errors
/// The key is not one of the header's algorithm, or the claims cannot be written as JSON.
pub fn encode<T: Serialize>(header: &Header, claims: &T, key: &EncodingKey) -> Result<String> {
    install();
    jsonwebtoken::encode(header, claims, key)
}

/// Verifies a token's signature and claims.
///
/// # Errors
/// The token is malformed, of another algorithm, not signed with the key, or its claims are not valid.
pub fn decode<T: DeserializeOwned>(token: &str, key: &DecodingKey, validation: &Validation) -> Result<TokenData<T>> {
    install();
    jsonwebtoken::decode(token, key, validation)
}

/// Signs bytes that may be no token: the signature in base64url.
///
/// # Errors
/// The key is not one of this algorithm.
pub fn sign(message: &[u8], key: &EncodingKey, algorithm: Algorithm) -> Result<String> {
    install();
    jsonwebtoken::crypto::sign(message, key, algorithm)
}

/// The public key of an Ed25519 key pair (PKCS #8, DER), in base64url.
///
/// # Errors
/// The bytes are no such key pair.
pub fn ed25519_public_key(pkcs8: &[u8]) -> Result<String> {
    provider::ed25519_public_key(pkcs8).map(|key| BASE64_URL_SAFE_NO_PAD.encode(key))
}

/// A new Ed25519 key pair, drawn by the operating system (PKCS #8, DER).
///
/// # Errors
/// The system has no randomness to give.
pub fn new_ed25519_key() -> Result<Vec<u8>> {
    provider::new_ed25519_key()
}

/// Makes `ring` the process's provider, unless another one is installed: that takes a second crate that signs and
/// verifies, which tidy forbids.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| _ = provider::RING.install_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const RSA: &[u8] = include_bytes!("../test_keys/rs256.der");
    const EC: &[u8] = include_bytes!("../test_keys/es256.der");
    const ED: &[u8] = include_bytes!("../test_keys/eddsa.der");
    const SECRET: &[u8] = b"a-secret-of-the-tests-with-32-bytes-or-more";

    fn signed(algorithm: Algorithm, key: &EncodingKey) -> String {
        encode(&Header::new(algorithm), &json!({ "sub": "ann", "exp": 4_102_444_800_u64 }), key).unwrap()
    }

    fn verified(token: &str, algorithm: Algorithm, key: &DecodingKey) -> bool {
        decode::<Value>(token, key, &Validation::new(algorithm)).is_ok()
    }

    /// A key of the document that belongs to the files above.
    fn public(kid: &str, change: impl FnOnce(&mut Value)) -> DecodingKey {
        let document: Value = serde_json::from_slice(include_bytes!("../test_keys/jwks.json")).unwrap();
        let mut key = document["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap().clone();
        change(&mut key);
        DecodingKey::from_jwk(&serde_json::from_value(key).unwrap()).unwrap()
    }

    #[test]
    fn each_algorithm_verifies_what_it_signed_and_nothing_that_was_changed_since() {
        let secret = (EncodingKey::from_secret(SECRET), DecodingKey::from_secret(SECRET));
        for (algorithm, signing, verifying) in [
            (Algorithm::HS256, secret.0, secret.1),
            (Algorithm::RS256, EncodingKey::from_rsa_der(RSA), public("rsa-1", |_| ())),
            (Algorithm::ES256, EncodingKey::from_ec_der(EC), public("ec-1", |_| ())),
            (Algorithm::EdDSA, EncodingKey::from_ed_der(ED), public("ed-1", |_| ())),
        ] {
            let token = signed(algorithm, &signing);
            assert!(verified(&token, algorithm, &verifying), "{algorithm:?}");
            let mut parts: Vec<&str> = token.split('.').collect();
            let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"eve","exp":4102444800}"#);
            parts[1] = &claims;
            assert!(!verified(&parts.join("."), algorithm, &verifying), "{algorithm:?} of other claims");
            let signature = parts[2];
            for other in ["", "AAAA", &signature[..signature.len() - 4], &format!("{signature}AAAA")] {
                let cut = format!("{}.{other}", token.rsplit_once('.').unwrap().0);
                assert!(!verified(&cut, algorithm, &verifying), "{algorithm:?} with {other:?}");
            }
        }
    }

    #[test]
    fn what_a_new_key_signs_its_public_key_verifies() {
        let pair = new_ed25519_key().unwrap();
        let public = DecodingKey::from_ed_components(&ed25519_public_key(&pair).unwrap()).unwrap();
        assert!(verified(&signed(Algorithm::EdDSA, &EncodingKey::from_ed_der(&pair)), Algorithm::EdDSA, &public));
        assert_ne!(new_ed25519_key().unwrap(), pair);
        assert!(ed25519_public_key(b"no key").is_err());
    }

    #[test]
    fn a_public_key_is_never_taken_for_a_secret() {
        let key = public("ed-1", |_| ());
        let forged = signed(Algorithm::HS256, &EncodingKey::from_secret(key.try_get_as_bytes().unwrap()));
        assert!(!verified(&forged, Algorithm::HS256, &key));
        assert!(encode(&Header::new(Algorithm::HS256), &json!({}), &EncodingKey::from_rsa_der(RSA)).is_err());
    }

    #[test]
    fn leading_zeros_of_a_modulus_are_no_part_of_the_number() {
        let padded = public("rsa-1", |key| {
            let n = BASE64_URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
            key["n"] = json!(BASE64_URL_SAFE_NO_PAD.encode([vec![0], n].concat()));
        });
        assert!(verified(&signed(Algorithm::RS256, &EncodingKey::from_rsa_der(RSA)), Algorithm::RS256, &padded));
    }

    #[test]
    fn keys_that_are_none_are_refused_and_not_a_panic() {
        for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA] {
            for key in [
                EncodingKey::from_rsa_der(b"no key"),
                EncodingKey::from_ec_der(b"no key"),
                EncodingKey::from_ed_der(b"no key"),
                EncodingKey::from_secret(b"no key"),
            ] {
                assert!(encode(&Header::new(algorithm), &json!({}), &key).is_err(), "{algorithm:?}");
            }
        }
        let short = public("ed-1", |key| key["x"] = json!("AAAA"));
        assert!(!verified(&signed(Algorithm::EdDSA, &EncodingKey::from_ed_der(ED)), Algorithm::EdDSA, &short));
        let unsupported = Header::new(Algorithm::PS256);
        assert!(encode(&unsupported, &json!({}), &EncodingKey::from_rsa_der(RSA)).is_err());
    }
}
