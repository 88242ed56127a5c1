//! The identity provider's document: no change to it makes a token good that its keys did not sign.

use crate::check;
use crate::engine::{accepted, fuzz_with};
use crate::offline::wait;
use domain::clock::Clock;
use domain::refusal::Code;
use serde_json::Value;
use service::token::{Settings, Verifier};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{LazyLock, Mutex};
use support::people::Role;
use support::tokens::{Algorithm, EncodingKey, Header, NEVER, claims, sign_with};

const DOCUMENT: &[u8] = include_bytes!("../../../shared/jwt/test_keys/jwks.json");
const RSA: &[u8] = include_bytes!("../../../shared/jwt/test_keys/rs256.der");
const EC: &[u8] = include_bytes!("../../../shared/jwt/test_keys/es256.der");
const ED: &[u8] = include_bytes!("../../../shared/jwt/test_keys/eddsa.der");

/// What the provider answers with at the moment.
static SERVED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static URL: LazyLock<String> = LazyLock::new(serve);
static TOKENS: LazyLock<Vec<(&str, String)>> = LazyLock::new(tokens);

fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 1024]);
            let body = SERVED.lock().unwrap().clone();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    url
}

/// A token of each of the document's keys, and one of the secret that somebody left in it.
fn tokens() -> Vec<(&'static str, String)> {
    let sign = |algorithm, kid: &str, key: &EncodingKey| {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid.to_owned());
        sign_with(&header, &claims("ann", Role::Buyer, NEVER), key)
    };
    let secret = EncodingKey::from_secret(b"a secret that does not belong into a public document");
    vec![
        ("rsa-1", sign(Algorithm::RS256, "rsa-1", &EncodingKey::from_rsa_der(RSA))),
        ("ec-1", sign(Algorithm::ES256, "ec-1", &EncodingKey::from_ec_der(EC))),
        ("ed-1", sign(Algorithm::EdDSA, "ed-1", &EncodingKey::from_ed_der(ED))),
        ("oct-1", sign(Algorithm::HS256, "oct-1", &secret)),
    ]
}

/// The parts of a key that make it this key and no other.
fn material(key: &Value) -> [&Value; 5] {
    ["kty", "n", "e", "x", "y"].map(|part| &key[part])
}

fn named<'v>(document: &'v Value, kid: &'v str) -> impl Iterator<Item = &'v Value> {
    document["keys"].as_array().into_iter().flatten().filter(move |key| key["kid"] == kid)
}

#[test]
fn a_document_of_keys_trusts_only_what_its_own_keys_signed() {
    fuzz_with("jwks", 20, vec![DOCUMENT.to_vec()], |bytes| {
        *SERVED.lock().unwrap() = bytes.to_vec();
        let settings =
            Settings { algorithms: "RS256,ES256,EdDSA".into(), jwks_url: URL.clone(), ..Settings::default() };
        let verifier = Verifier::new(&settings, Clock::System).unwrap();
        for (kid, token) in TOKENS.iter() {
            match wait(verifier.verify(token)) {
                Ok(caller) => {
                    accepted();
                    assert_eq!((caller.buyer.as_str(), caller.is_admin), ("ann", false));
                    // What nobody reads may be beyond any number.
                    let Ok(served) = serde_json::from_slice::<Value>(bytes) else { continue };
                    let true_keys: Value = serde_json::from_slice(DOCUMENT).unwrap();
                    let signer = named(&true_keys, kid).next().map(material);
                    assert!(named(&served, kid).any(|key| Some(material(key)) == signer), "{kid} is trusted");
                    assert_ne!(*kid, "oct-1", "a secret in a public document is trusted");
                }
                Err(refusal) => {
                    check::message(&refusal.message);
                    assert!(matches!(refusal.code, Code::Unauthorized | Code::Throttled), "{refusal:?}");
                }
            }
        }
    });
}
