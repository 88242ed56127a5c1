//! Passes: who may hold while a waiting room is on.

use std::time::Duration;

use jwt_forgery::forged;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::in_line::quick;
use crate::person::{about, hold_path};
use crate::world::{Event, World};

/// Tokens that are no pass.
mod jwt_forgery {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use serde_json::Value;

    /// The pass with other claims under its own signature.
    pub(super) fn forged(pass: &str, change: impl FnOnce(&mut Value)) -> String {
        let parts: Vec<&str> = pass.split('.').collect();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).expect("claims");
        let mut claims: Value = serde_json::from_slice(&claims).expect("claims");
        change(&mut claims);
        format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
    }
}

/// Every way to hold or to book, with what it sends.
fn ways(event: &Event) -> Vec<(&'static str, String, Value)> {
    let below = |path: &str| format!("/seat-booking{path}");
    vec![
        ("hold-seats", below("/hold-seats"), about(event, json!({ "seatIds": ["r1c1"] }))),
        ("hold-table", below("/hold-table"), about(event, json!({ "tableId": "none" }))),
        ("hold-area", below("/hold-area"), about(event, json!({ "areaId": "none", "quantity": 1 }))),
        ("best-available", below("/best-available"), about(event, json!({ "quantity": 1 }))),
        ("book", below("/book"), about(event, json!({ "seatIds": ["r1c1"] }))),
        ("book the best", below("/book"), about(event, json!({}))),
        ("seeds/2", hold_path(event, "r1c1"), json!({})),
        ("seeds/4", "/api/lock".to_owned(), json!({ "eventID": event.id, "seatIDs": ["r1c1"] })),
        ("seeds/5", "/book".to_owned(), json!({ "eventId": event.id })),
    ]
}

#[tokio::test]
async fn every_way_to_hold_asks_for_a_pass_and_nothing_else_does() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({}))).await;
    let ann = world.buyer("ann");
    for (way, path, body) in ways(&event) {
        let refused = ann.post_at(&path, &body).await.refused(403, "queue_required");
        assert_eq!(refused["reason"], "missing", "{way}");
    }
    let pass = ann.admitted(&world, &event).await;
    ann.hold_with(&event, &pass, &["r1c1"]).await.ok();
    assert_eq!(ann.held_seats(&event).await, ["r1c1"]);
    ann.post("/extend", &json!({ "eventId": event.id })).await.ok();
    ann.release(&event, &["r1c1"]).await.ok();
    let best = about(&event, json!({ "quantity": 2 }));
    ann.post_with_pass("/best-available", &pass, &best).await.ok();
    ann.confirm_with(&event, json!({})).await.ok();
    ann.post_with_pass("/book", &pass, &about(&event, json!({ "quantity": 1 }))).await.ok();
}

#[tokio::test]
async fn a_pass_is_for_one_buyer_and_one_event_and_cannot_be_changed() {
    let world = World::new().await;
    let (event, other) = (world.guarded(2, 5, quick(json!({}))).await, world.guarded(2, 5, quick(json!({}))).await);
    let (ann, bob) = (world.buyer("ann"), world.buyer("bob"));
    let pass = ann.admitted(&world, &event).await;
    let own = ann.token.clone().unwrap();
    let longer = forged(&pass, |claims| claims["exp"] = json!(4_102_444_800_u64));
    let for_bob = forged(&pass, |claims| claims["sub"] = json!(bob.sub));
    for (what, person, event, pass) in [
        ("another buyer's", &bob, &event, pass.as_str()),
        ("another event's", &ann, &other, pass.as_str()),
        ("extended", &ann, &event, longer.as_str()),
        ("in another name", &bob, &event, for_bob.as_str()),
        ("the buyer's own token", &ann, &event, own.as_str()),
        ("garbage", &ann, &event, "garbage"),
        ("empty", &ann, &event, ""),
    ] {
        let refused = person.hold_with(event, pass, &["r1c1"]).await.refused(403, "queue_required");
        assert_eq!(refused["reason"], "not_yours", "{what}");
    }
    assert!(bob.held_seats(&event).await.is_empty() && ann.held_seats(&event).await.is_empty());
    ann.hold_with(&event, &pass, &["r1c1"]).await.ok();
}

#[tokio::test]
async fn an_admin_needs_none_and_one_that_comes_must_be_the_buyers() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({}))).await;
    let (admin, ann, bob) = (world.admin(), world.buyer("ann"), world.buyer("bob"));
    let pass = ann.admitted(&world, &event).await;
    let hold = |user: &str, seat: &str| about(&event, json!({ "seatIds": [seat], "userId": user }));
    admin.post("/hold-seats", &hold(&bob.sub, "r1c1")).await.ok();
    admin.post_with_pass("/hold-seats", &pass, &hold(&ann.sub, "r1c2")).await.ok();
    let refused = admin.post_with_pass("/hold-seats", &pass, &hold(&bob.sub, "r1c3")).await;
    refused.refused(403, "queue_required").has("reason", "not_yours");
}

#[tokio::test]
async fn form_token_event_and_kept_answer_come_before_the_pass_and_the_seats_after_it() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "passMinutes": 0.1 }))).await;
    let ann = world.buyer("ann");
    let hold = about(&event, json!({ "seatIds": ["r1c1"] }));
    ann.post("/hold-seats", &about(&event, json!({ "seatIds": [] }))).await.refused(400, "invalid_data");
    world.anyone().post("/hold-seats", &hold).await.refused(401, "unauthorized");
    let nowhere = json!({ "eventId": "nowhere", "seatIds": ["r1c1"] });
    ann.post("/hold-seats", &nowhere).await.refused(404, "not_found");
    ann.hold(&event, &["no-such-seat"]).await.refused(403, "queue_required");
    let pass = ann.admitted(&world, &event).await;
    ann.hold_with(&event, &pass, &["no-such-seat"]).await.refused(400, "invalid_data");
    let keyed = |pass: &str| {
        let request = ann.request(Method::POST, "/hold-seats").header("idempotency-key", "once");
        Answer::of(request.header("holdfast-pass", pass).json(&hold))
    };
    // A refusal for want of a pass is not kept: the same key passes with one.
    keyed("garbage").await.refused(403, "queue_required");
    let held = keyed(&pass).await.ok();
    tokio::time::sleep(Duration::from_secs(7)).await;
    ann.hold_with(&event, &pass, &["r1c2"]).await.refused(403, "queue_required").has("reason", "expired");
    let again = keyed(&pass).await.ok();
    assert_eq!(again.body, held.body, "what was done under the key stays done");
}

#[tokio::test]
async fn a_payment_that_has_booked_answers_with_its_booking_also_without_a_pass() {
    let world = World::new().await;
    let event = world.guarded(2, 5, quick(json!({ "passMinutes": 0.1 }))).await;
    let ann = world.buyer("ann");
    let pass = ann.admitted(&world, &event).await;
    let body = about(&event, json!({ "paymentInfo": { "transactionId": "tx-1", "gateway": event.id } }));
    let booked = ann.post_with_pass("/book", &pass, &body).await.ok();
    tokio::time::sleep(Duration::from_secs(7)).await;
    ann.post_with_pass("/book", &pass, &body).await.ok().has("bookingId", booked["bookingId"].clone());
    let other = about(&event, json!({ "paymentInfo": { "transactionId": "tx-2", "gateway": event.id } }));
    ann.post_with_pass("/book", &pass, &other).await.refused(403, "queue_required").has("reason", "expired");
}
