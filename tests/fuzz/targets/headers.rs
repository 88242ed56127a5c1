//! Headers: `Idempotency-Key`, `Content-Type`, `Accept-Encoding`, `Authorization`.

use crate::check;
use crate::engine::{accepted, fuzz};
use crate::offline::{Offline, request, verifier, wait};
use domain::refusal::{Code, Form};
use service::http::Call;
use service::office::Office;
use service::token::Verifier;
use std::sync::LazyLock;
use support::http::Http;

static OFFICE: LazyLock<(Office, Verifier)> = LazyLock::new(|| (Offline::empty().office(), verifier()));

/// A call with one header, unless API Gateway would not let such a header through.
fn call(name: &str, value: &str, body: Option<&[u8]>) -> Option<Call<'static>> {
    let http = Http::new("POST /fuzz").header(name, value);
    let http = body.iter().fold(http, |http, body| http.body(*body));
    request(&http).map(|request| Call::new(OFFICE.0.clone(), &OFFICE.1, request))
}

#[test]
fn an_idempotency_key_is_printable_and_short_or_is_refused() {
    fuzz("idempotency_key", |bytes| {
        let key = String::from_utf8_lossy(bytes);
        let Some(call) = call("idempotency-key", &key, Some(b"{}")) else { return };
        let fits = (1..=128).contains(&key.len()) && key.chars().all(|c| (' '..='~').contains(&c));
        match call.request_key("hold-seats") {
            Ok(request) => {
                accepted();
                let request = request.unwrap();
                assert!(fits, "{key:?} is a key");
                assert_eq!((request.key.as_str(), request.fingerprint.len()), (key.as_ref(), 64));
            }
            Err(refusal) => {
                assert!(!fits, "{key:?} is no key");
                check::refusal(&refusal);
            }
        }
    });
}

#[test]
fn a_content_type_is_json_or_is_refused() {
    fuzz("content_type", |bytes| {
        let kind = String::from_utf8_lossy(bytes);
        let Some(call) = call("content-type", &kind, Some(b"{}")) else { return };
        match call.json() {
            Ok(_) => {
                accepted();
                let kind = kind.split(';').next().unwrap().trim().to_ascii_lowercase();
                assert!(kind.starts_with("application/") && kind.ends_with("json"), "{kind:?} is JSON");
            }
            Err(refusal) => {
                check::refusal(&refusal);
                assert_eq!(refusal.form, Form::NotJson);
            }
        }
        let _ = call.takes_gzip();
    });
}

#[test]
fn an_accepted_encoding_is_gzip_only_where_it_is_named_and_not_refused() {
    fuzz("accept_encoding", |bytes| {
        let header = String::from_utf8_lossy(bytes);
        let Some(call) = call("accept-encoding", &header, None) else { return };
        if call.takes_gzip() {
            accepted();
            assert!(header.to_ascii_lowercase().contains("gzip") || header.contains('*'), "{header:?}");
        }
    });
}

#[test]
fn an_authorization_names_nobody_unless_its_token_is_good() {
    fuzz("authorization", |bytes| {
        let value = String::from_utf8_lossy(bytes);
        let Some(call) = call("authorization", &value, None) else { return };
        let refusal = wait(call.caller()).unwrap_err();
        check::message(&refusal.message);
        if refusal.message.starts_with("The token") {
            accepted(); // The header has the right form, and its token was looked at.
        }
        assert_eq!(refusal.code, Code::Unauthorized);
        assert_eq!(wait(call.maybe_caller()).unwrap_err(), refusal, "a token that is there must be good");
    });
}
