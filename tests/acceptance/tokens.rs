//! Who is let in.

use serde_json::{Value, json};
use support::people::Role;
use support::tokens::{Algorithm, claims, confused, forge, in_a_day, now, sign, signature};

use crate::connection::{by_query, by_subprotocol, handshake};
use crate::person::unchanged;
use crate::world::{World, fresh_id};

/// An ordinary buyer's claims with one of them changed, or removed where the value is null.
fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims("mallory", Role::Buyer, in_a_day());
    match value {
        Value::Null => drop(claims.as_object_mut().map(|claims| claims.remove(claim))),
        value => claims[claim] = value,
    }
    claims
}

/// Tokens that nobody may come in with, each with the reason.
fn bad_tokens(secret: &str) -> Vec<(String, &'static str)> {
    let good = claims("mallory", Role::Admin, in_a_day());
    let honest = sign(&claims("mallory", Role::Buyer, in_a_day()), Algorithm::HS256, secret);
    let hs256 = |claims: Value| sign(&claims, Algorithm::HS256, secret);
    vec![
        (String::new(), "an empty token"),
        ("nonsense".to_owned(), "no JWT at all"),
        (honest.rsplit_once('.').unwrap().0.to_owned(), "no signature part"),
        (format!("{}.", honest.rsplit_once('.').unwrap().0), "an empty signature"),
        (format!("{honest}.extra"), "four parts"),
        (honest.replacen("eyJ", "fyJ", 1), "a damaged header"),
        (
            forge(&json!({"alg": "HS256", "typ": "JWT"}), &good, signature(&honest)),
            "other claims under an honest signature",
        ),
        (forge(&json!({"alg": "none"}), &good, ""), "alg none"),
        (forge(&json!({"alg": "None"}), &good, ""), "alg None"),
        (forge(&json!({"alg": "none"}), &good, signature(&honest)), "alg none with a signature"),
        (forge(&json!({"typ": "JWT"}), &good, signature(&honest)), "no alg"),
        (sign(&good, Algorithm::HS256, "another secret that is long enough to be one"), "the wrong key"),
        (sign(&good, Algorithm::HS384, secret), "the right key with HS384"),
        (sign(&good, Algorithm::HS512, secret), "the right key with HS512"),
        (confused("RS256", &good, secret), "an HMAC that calls itself RS256"),
        (confused("ES256", &good, secret), "an HMAC that calls itself ES256"),
        (hs256(with("exp", json!(now() - 3_600))), "expired an hour ago"),
        (hs256(with("exp", json!(0))), "expired in 1970"),
        (hs256(with("exp", Value::Null)), "no exp"),
        (hs256(with("exp", json!((now() + 3_600).to_string()))), "exp as a string"),
        (hs256(with("sub", Value::Null)), "no sub"),
        (hs256(with("sub", json!(""))), "an empty sub"),
        (hs256(with("sub", json!(42))), "a sub that is a number"),
        (hs256(with("sub", json!("x".repeat(129)))), "a sub of 129 characters"),
    ]
}

#[tokio::test]
async fn bad_tokens_are_refused_and_change_nothing() {
    let world = World::new().await;
    let event = world.theatre().await;
    let before = world.admin().map(&event).await;
    for (token, reason) in bad_tokens(&world.wire.secret) {
        let mallory = world.bearer(&token);
        let hold = mallory.hold(&event, &["seat_A1"]).await;
        assert_eq!((hold.status, hold.code()), (401, "unauthorized"), "{}", hold.story(reason));
        let leaks = !token.is_empty() && hold.body.to_string().contains(&token);
        assert!(!leaks, "{}", hold.story("no token in the answer"));
        let stats = mallory.stats(&event).await;
        assert_eq!((stats.status, stats.code()), (401, "unauthorized"), "{}", stats.story(reason));
    }
    unchanged(&before, &world.admin().map(&event).await, "bad tokens");
}

#[tokio::test]
async fn a_bad_token_is_refused_even_where_none_is_needed() {
    let world = World::new().await;
    let event = world.theatre().await;
    let expired = sign(&with("exp", json!(now() - 3_600)), Algorithm::HS256, &world.wire.secret);
    world.bearer(&expired).layout(&event).await.refused(401, "unauthorized");
    world.bearer("nonsense").layout(&event).await.refused(401, "unauthorized");
    world.anyone().layout(&event).await.ok();
}

#[tokio::test]
async fn no_buyers_route_is_open_to_anyone() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"], "tableId": "table_VIP_001"});
    for path in ["/hold-seats", "/hold-table", "/confirm", "/release", "/bookings/b1/cancel"] {
        anyone.post(path, &body).await.refused(401, "unauthorized");
    }
    for path in
        ["/holds", "/bookings", "/bookings/b1", "/admin/events", "/admin/events/e1", "/admin/events/e1/bookings"]
    {
        anyone.get(path).await.refused(401, "unauthorized");
    }
    anyone.stats(&event).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_refused_caller_learns_how_to_come_in() {
    let world = World::new().await;
    let (event, expired) = (world.theatre().await, with("exp", json!(now() - 3_600)));
    let expired = sign(&expired, Algorithm::HS256, &world.wire.secret);
    let (plain, bad) = (r#"Bearer realm="holdfast""#, r#"Bearer realm="holdfast", error="invalid_token""#);
    let challenge = |answer: crate::answer::Answer| {
        answer.refused(401, "unauthorized").header("www-authenticate").unwrap_or_default().to_owned()
    };
    assert_eq!(challenge(world.anyone().hold(&event, &["seat_A1"]).await), plain);
    assert_eq!(challenge(world.anyone().get("/admin/events").await), plain);
    for token in [expired.as_str(), "nonsense"] {
        assert_eq!(challenge(world.bearer(token).hold(&event, &["seat_A1"]).await), bad);
        assert_eq!(challenge(world.bearer(token).layout(&event).await), bad, "where none is needed");
        assert_eq!(challenge(world.bearer(token).stats(&event).await), bad);
    }
    let basic = world.anyone().request(reqwest::Method::GET, "/holds").header("authorization", "Basic YTpi");
    assert_eq!(challenge(crate::answer::Answer::of(basic).await), plain, "another scheme is no token");
    assert_eq!(world.buyer("ann").get("/holds").await.ok().header("www-authenticate"), None);
}

#[tokio::test]
async fn no_admins_route_is_open_to_a_buyer() {
    let world = World::new().await;
    let (event, secret) = (world.theatre().await, &world.wire.secret);
    let pretenders = [json!(["buyer"]), json!([]), json!(["administrator"])];
    for roles in pretenders {
        let token = sign(&with("roles", roles), Algorithm::HS256, secret);
        let mallory = world.bearer(&token);
        mallory.stats(&event).await.refused(403, "forbidden");
        mallory.get("/admin/events").await.refused(403, "forbidden");
        mallory.get(&format!("/admin/events/{}", event.id)).await.refused(403, "forbidden");
        mallory.get(&format!("/admin/events/{}/bookings", event.id)).await.refused(403, "forbidden");
        mallory.put(&format!("/admin/layouts/{}", fresh_id()), &json!({})).await.refused(403, "forbidden");
        mallory.put(&format!("/admin/events/{}", fresh_id()), &json!({})).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_sub_of_1_to_128_characters_is_a_buyer() {
    let world = World::new().await;
    let event = world.theatre().await;
    let long = format!("{}{}", fresh_id(), "x".repeat(128 - fresh_id().len()));
    for (sub, seat) in
        [(long, "seat_A1"), (format!("auth0|{}", fresh_id()), "seat_A2"), (format!("zoë@{}", fresh_id()), "seat_A3")]
    {
        let token = sign(&with("sub", json!(sub)), Algorithm::HS256, &world.wire.secret);
        let person = world.bearer(&token);
        person.hold(&event, &[seat]).await.ok();
        assert_eq!(person.seat(&event, seat).await["heldBy"], sub.as_str());
    }
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case_and_no_other_scheme_is_taken() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    let token = ann.token.clone().unwrap_or_default();
    for (header, status) in [
        (format!("bearer {token}"), 200),
        (format!("BEARER {token}"), 200),
        (format!("Basic {token}"), 401),
        (token.clone(), 401),
    ] {
        let request = world.anyone().request(reqwest::Method::GET, "/holds").header("authorization", &header);
        let answer = crate::answer::Answer::of(request).await;
        assert_eq!(answer.status, status, "{}", answer.story(header.split(' ').next().unwrap_or_default()));
    }
}

#[tokio::test]
async fn a_bad_token_opens_no_socket() {
    let world = World::new().await;
    assert_eq!(handshake(by_query(&world.wire, None)).await.err(), Some(401), "no token");
    for (token, reason) in bad_tokens(&world.wire.secret) {
        assert_eq!(handshake(by_query(&world.wire, Some(&token))).await.err(), Some(401), "{reason}, in the address");
        if !token.is_empty() {
            assert_eq!(
                handshake(by_subprotocol(&world.wire, &token)).await.err(),
                Some(401),
                "{reason}, as subprotocol"
            );
        }
    }
}
