//! Tokens: as they come, and with a header or claims of any kind under a good signature.

use crate::check;
use crate::engine::{accepted, fuzz, fuzz_with};
use crate::offline::{SECRET, verifier, wait};
use domain::caller::Caller;
use domain::refusal::{Code, Refusal};
use serde_json::Value;
use service::token::Verifier;
use std::sync::LazyLock;
use support::tokens::{now, sign_text};

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;
/// The year 2100.
const CLAIMS: &[u8] = br#"{"sub":"ann","exp":4102444800}"#;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(verifier);

fn signed(header: &[u8], claims: &[u8]) -> String {
    sign_text(header, claims, SECRET)
}

fn verify(token: &str) -> Result<Caller, Refusal> {
    let outcome = wait(VERIFIER.verify(token));
    if let Err(refusal) = &outcome {
        check::message(&refusal.message);
        assert_eq!(refusal.code, Code::Unauthorized);
    }
    outcome
}

#[test]
fn a_token_that_nobody_signed_names_nobody() {
    fuzz_with("token", 1, vec![signed(HEADER, CLAIMS).into_bytes()], |bytes| {
        let token = String::from_utf8_lossy(bytes);
        let outcome = verify(&token);
        if outcome.as_ref().err().is_none_or(|refusal| refusal.message != "The token is malformed") {
            accepted(); // It reads as a token, and its signature was looked at.
        }
        if let Ok(caller) = outcome {
            assert_eq!(token, signed(HEADER, CLAIMS), "another token than the one that was signed");
            assert_eq!((caller.buyer.as_str(), caller.is_admin), ("ann", false));
        }
    });
}

#[test]
fn a_header_never_chooses_how_a_token_is_checked() {
    fuzz("token_header", |bytes| {
        if verify(&signed(bytes, CLAIMS)).is_ok() {
            accepted();
            let header: Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(header["alg"], "HS256");
        }
    });
}

#[test]
fn claims_name_a_caller_within_their_time_or_nobody() {
    fuzz("token_claims", |bytes| {
        let Ok(caller) = verify(&signed(HEADER, bytes)) else { return };
        accepted();
        // What nobody reads may be beyond any number.
        let Ok(claims) = serde_json::from_slice::<Value>(bytes) else { return };
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let now = now() as f64;
        assert_eq!(claims["sub"], caller.buyer.as_str());
        assert!((1..=128).contains(&caller.buyer.as_str().chars().count()));
        assert!(claims["exp"].as_f64().unwrap() >= now - 3.0, "{claims} has expired");
        assert!(claims["nbf"].as_f64().is_none_or(|from| from <= now + 4.0), "{claims} is not valid yet");
        let is_admin = claims["roles"].as_array().is_some_and(|roles| roles.contains(&Value::from("admin")));
        assert_eq!(caller.is_admin, is_admin, "{claims}");
        assert!(caller.expires_at.plus(i64::MAX).0 > 0);
    });
}
