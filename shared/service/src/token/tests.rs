//! Which tokens are trusted, and which are not.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::clock::Moment;
use domain::refusal::Code;
use jwt::{EncodingKey, Header, encode};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SECRET: &str = "a-secret-of-the-tests-with-32-bytes-or-more";

fn now() -> i64 {
    Clock::System.now().seconds()
}

/// A clock that shows what `time` holds.
fn told(time: &Arc<AtomicI64>) -> Clock {
    let time = time.clone();
    Clock::Told(Arc::new(move || Moment(time.load(Ordering::SeqCst))))
}

fn claims() -> Value {
    json!({ "sub": "ann", "exp": now() + 60 })
}

fn with(field: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[field] = value;
    claims
}

fn without(field: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(field);
    claims
}

fn sign(claims: &Value, algorithm: Algorithm, kid: Option<&str>, key: &EncodingKey) -> String {
    let mut header = Header::new(algorithm);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, key).unwrap()
}

fn hs256(claims: &Value) -> String {
    sign(claims, Algorithm::HS256, None, &EncodingKey::from_secret(SECRET.as_bytes()))
}

fn known(secret: &str) -> Option<Secret<DecodingKey>> {
    Some(Secret::known(shared_secret(secret).unwrap()))
}

fn with_secret() -> Verifier {
    let settings = Settings { algorithms: "HS256".into(), secret: known(SECRET), ..Settings::default() };
    Verifier::new(&settings, Clock::System).unwrap()
}

fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("../../../jwt/test_keys/rs256.der"))
}

#[tokio::test]
async fn a_good_token_names_its_caller() {
    let caller = with_secret().verify(&hs256(&with("roles", json!(["admin"])))).await.unwrap();
    assert_eq!(caller.buyer.as_str(), "ann");
    assert!(caller.is_admin);
    assert!(!with_secret().verify(&hs256(&claims())).await.unwrap().is_admin);
}

#[tokio::test]
async fn a_bad_token_is_refused() {
    let unsigned = |algorithm: &str| {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(json!({ "alg": algorithm, "typ": "JWT" })), part(claims()))
    };
    let wrong_key =
        sign(&claims(), Algorithm::HS256, None, &EncodingKey::from_secret(b"another secret of 32 bytes or so"));
    let hs512 = sign(&claims(), Algorithm::HS512, None, &EncodingKey::from_secret(SECRET.as_bytes()));
    for (token, why) in [
        (String::new(), "empty"),
        ("a.b.c".to_owned(), "garbage"),
        (unsigned("none"), "alg none"),
        (unsigned("HS256"), "no signature"),
        (wrong_key, "wrong key"),
        (hs512, "an algorithm that is not configured"),
        (sign(&claims(), Algorithm::RS256, Some("rsa-1"), &rsa()), "a public-key algorithm against a secret"),
        (hs256(&with("exp", json!(now() - 10))), "expired"),
        (hs256(&without("exp")), "no exp"),
        (hs256(&with("exp", json!("9999999999"))), "exp as text"),
        (hs256(&without("sub")), "no sub"),
        (hs256(&with("sub", json!(""))), "empty sub"),
        (hs256(&with("sub", json!("x".repeat(129)))), "long sub"),
        (hs256(&with("sub", json!(7))), "sub as number"),
        (hs256(&with("nbf", json!(now() + 60))), "not valid yet"),
        (format!("{}x", hs256(&claims())), "tampered signature"),
    ] {
        let refusal = with_secret().verify(&token).await.expect_err(why);
        assert_eq!(refusal.code, Code::Unauthorized, "{why}");
        assert!(!refusal.message.contains("ann"), "{why}");
    }
}

#[tokio::test]
async fn issuer_and_audience_are_checked_when_configured() {
    let settings = Settings {
        algorithms: "HS256".into(),
        secret: known(SECRET),
        issuer: "https://id.example".into(),
        audience: "seats".into(),
        ..Settings::default()
    };
    let verifier = Verifier::new(&settings, Clock::System).unwrap();
    let good = json!({ "sub": "ann", "exp": now() + 60, "iss": "https://id.example", "aud": ["shop", "seats"] });
    assert!(verifier.verify(&hs256(&good)).await.is_ok());
    for (field, value) in
        [("iss", json!("https://evil.example")), ("aud", json!("shop")), ("iss", Value::Null), ("aud", Value::Null)]
    {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(verifier.verify(&hs256(&bad)).await.is_err(), "{field}");
    }
}

#[test]
fn settings_that_would_weaken_tokens_do_not_start() {
    for (algorithms, secret, url) in [
        ("", known(SECRET), ""),
        ("none", known(SECRET), ""),
        ("HS256", None, ""),
        ("HS256,RS256", known(SECRET), "http://localhost/jwks"),
        ("RS256", None, ""),
    ] {
        let settings = Settings { algorithms: algorithms.into(), secret, jwks_url: url.into(), ..Settings::default() };
        assert!(Verifier::new(&settings, Clock::System).is_err(), "{algorithms}");
    }
    assert!(shared_secret("short").is_err() && shared_secret(SECRET).is_ok());
}

/// An identity provider that serves the JWKS document, counts how often, can fail, and can withdraw a key.
struct Provider {
    url: String,
    fetches: Arc<AtomicUsize>,
    is_down: Arc<AtomicUsize>,
    /// Whether `rsa-1` is in the document no more.
    has_withdrawn: Arc<AtomicUsize>,
}

async fn provider() -> Provider {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let (fetches, is_down) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let has_withdrawn = Arc::new(AtomicUsize::new(0));
    let (count, down, without) = (fetches.clone(), is_down.clone(), has_withdrawn.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let all = include_str!("../../../jwt/test_keys/jwks.json");
            let body = if without.load(Ordering::SeqCst) > 0 { all.replace("rsa-1", "rsa-0") } else { all.to_owned() };
            let status = if down.load(Ordering::SeqCst) > 0 { "500 Internal Server Error" } else { "200 OK" };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    Provider { url, fetches, is_down, has_withdrawn }
}

fn with_jwks(url: &str, clock: Clock) -> Verifier {
    let settings = Settings { algorithms: "RS256,ES256,EdDSA".into(), jwks_url: url.into(), ..Settings::default() };
    Verifier::new(&settings, clock).unwrap()
}

fn signed_by_each() -> [String; 3] {
    let es256 = EncodingKey::from_ec_der(include_bytes!("../../../jwt/test_keys/es256.der"));
    let eddsa = EncodingKey::from_ed_der(include_bytes!("../../../jwt/test_keys/eddsa.der"));
    [
        sign(&claims(), Algorithm::RS256, Some("rsa-1"), &rsa()),
        sign(&claims(), Algorithm::ES256, Some("ec-1"), &es256),
        sign(&claims(), Algorithm::EdDSA, Some("ed-1"), &eddsa),
    ]
}

#[tokio::test]
async fn keys_of_a_jwks_document_are_fetched_once_for_all_algorithms() {
    let provider = provider().await;
    let verifier = with_jwks(&provider.url, Clock::System);
    for token in signed_by_each() {
        assert_eq!(verifier.verify(&token).await.unwrap().buyer.as_str(), "ann");
    }
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_never_chooses_how_it_is_checked() {
    let provider = provider().await;
    let verifier = with_jwks(&provider.url, Clock::System);
    let secret = EncodingKey::from_secret(b"a secret that does not belong into a public document");
    for (token, why) in [
        (hs256(&claims()), "a secret against public keys"),
        (sign(&claims(), Algorithm::HS256, Some("oct-1"), &secret), "a secret found in the document"),
        (sign(&claims(), Algorithm::RS256, Some("ec-1"), &rsa()), "another algorithm's key"),
        (sign(&claims(), Algorithm::RS256, None, &rsa()), "no key named"),
        (sign(&claims(), Algorithm::RS256, Some("../../etc/passwd"), &rsa()), "an unknown key"),
    ] {
        assert_eq!(verifier.verify(&token).await.expect_err(why).code, Code::Unauthorized, "{why}");
    }
}

#[tokio::test]
async fn unknown_keys_cannot_make_us_hammer_the_provider() {
    let provider = provider().await;
    let time = Arc::new(AtomicI64::new(Clock::System.now().0));
    let verifier = with_jwks(&provider.url, told(&time));
    for attempt in 0..20 {
        let token = sign(&claims(), Algorithm::RS256, Some(&format!("unknown-{attempt}")), &rsa());
        assert!(verifier.verify(&token).await.is_err());
    }
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 1);
    time.fetch_add(domain::limits::JWKS_REFETCH_MS + 1, Ordering::SeqCst);
    assert!(verifier.verify(&sign(&claims(), Algorithm::RS256, Some("unknown"), &rsa())).await.is_err());
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn known_keys_outlive_an_outage_of_the_provider_for_a_while() {
    let provider = provider().await;
    let start = Moment(Clock::System.now().0);
    let time = Arc::new(AtomicI64::new(start.0));
    let verifier = with_jwks(&provider.url, told(&time));
    let [token, ..] = signed_by_each();
    assert!(verifier.verify(&token).await.is_ok());
    provider.is_down.store(1, Ordering::SeqCst);
    time.store(start.plus(domain::limits::JWKS_KEPT_MS + 1).0, Ordering::SeqCst);
    assert!(verifier.verify(&token).await.is_ok(), "stale while the provider is away");
    time.store(start.plus(domain::limits::JWKS_STALE_MS + 1).0, Ordering::SeqCst);
    assert_eq!(verifier.verify(&token).await.unwrap_err().code, Code::Throttled);
}

#[tokio::test]
async fn a_key_that_the_provider_withdrew_is_trusted_no_longer() {
    let provider = provider().await;
    let start = Moment(Clock::System.now().0);
    let time = Arc::new(AtomicI64::new(start.0));
    let verifier = with_jwks(&provider.url, told(&time));
    let [withdrawn, other, _] = signed_by_each();
    assert!(verifier.verify(&withdrawn).await.is_ok());
    provider.has_withdrawn.store(1, Ordering::SeqCst);
    time.store(start.plus(domain::limits::JWKS_KEPT_MS + 1).0, Ordering::SeqCst);
    assert_eq!(verifier.verify(&withdrawn).await.unwrap_err().code, Code::Unauthorized);
    assert!(verifier.verify(&other).await.is_ok());
    // And it does not come back while the provider is away.
    provider.is_down.store(1, Ordering::SeqCst);
    time.store(start.plus(2 * domain::limits::JWKS_KEPT_MS + 2).0, Ordering::SeqCst);
    assert_eq!(verifier.verify(&withdrawn).await.unwrap_err().code, Code::Unauthorized);
}

#[tokio::test]
async fn an_instance_whose_first_fetch_failed_tries_again_when_clients_are_told_to_come_back() {
    let provider = provider().await;
    let time = Arc::new(AtomicI64::new(Clock::System.now().0));
    let verifier = with_jwks(&provider.url, told(&time));
    let [token, ..] = signed_by_each();
    provider.is_down.store(1, Ordering::SeqCst);
    for _ in 0..5 {
        assert_eq!(verifier.verify(&token).await.unwrap_err().code, Code::Throttled);
    }
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 1, "callers of one second share one try");
    provider.is_down.store(0, Ordering::SeqCst);
    time.fetch_add(domain::limits::JWKS_RETRY_MS, Ordering::SeqCst);
    assert!(verifier.verify(&token).await.is_ok());
}

#[tokio::test]
async fn a_document_that_was_fetched_before_the_clock_was_set_back_is_old() {
    let provider = provider().await;
    let start = Moment(Clock::System.now().0);
    let time = Arc::new(AtomicI64::new(start.0));
    let verifier = with_jwks(&provider.url, told(&time));
    let [token, ..] = signed_by_each();
    assert!(verifier.verify(&token).await.is_ok());
    time.store(start.plus(-domain::limits::JWKS_KEPT_MS - 1).0, Ordering::SeqCst);
    assert!(verifier.verify(&token).await.is_ok());
    assert_eq!(provider.fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_begins_and_ends_by_the_local_stacks_clock() {
    const HOUR: i64 = 3_600;
    let file = std::env::temp_dir().join(format!("holdfast-token-{}", std::process::id()));
    let settings = Settings { algorithms: "HS256".into(), secret: known(SECRET), ..Settings::default() };
    let verifier = Verifier::new(&settings, Clock::Moved(file.as_path().into())).unwrap();
    let until = |seconds: i64| hs256(&with("exp", json!(now() + seconds)));
    let from = |seconds: i64| hs256(&json!({ "sub": "ann", "exp": now() + 9 * HOUR, "nbf": now() + seconds }));
    for ahead in [0, HOUR] {
        std::fs::write(&file, (ahead * 1_000).to_string()).unwrap();
        for (token, is_good, why) in [
            (until(ahead + 30), true, "ends in half a minute"),
            (until(ahead - 30), false, "ended half a minute ago"),
            (from(ahead - 30), true, "began half a minute ago"),
            (from(ahead + 30), false, "begins in half a minute"),
        ] {
            assert_eq!(verifier.verify(&token).await.is_ok(), is_good, "{why}, {ahead} s ahead");
        }
        let refusal = verifier.verify(&until(ahead - 30)).await.unwrap_err();
        assert_eq!(refusal.message, "The token has expired");
    }
    std::fs::remove_file(&file).unwrap();
}
