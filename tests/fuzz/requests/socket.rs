//! Every action gets its bad messages, and the handshake its bad tokens.

use super::bodies;
use super::stage::{CONNECTION, ROUTED, Stage, frames};
use super::wrong::{authorization, edited, no_json, no_object, no_text, one, text, unknown_id};
use super::{requests, rng};
use crate::check;
use crate::offline::Sent;
use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The function's own list of actions, so that a new one is covered or this fails.
const SOURCE: &str = include_str!("../../../functions/socket/src/message.rs");
/// Where the other actions have their routes.
const TEMPLATE: &str = include_str!("../../../infra/template.yaml");
const MESSAGE_BYTES_MAX: usize = 32 * 1024;

fn actions() -> Vec<&'static str> {
    let list = SOURCE.split("const ACTIONS").nth(1).unwrap().split("];").next().unwrap();
    let actions: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(actions.len() >= 13, "{actions:?}");
    let routed = TEMPLATE.split("{ApiId: !Ref WebSocketApi, RouteKey: \"").skip(1);
    let routed: Vec<&str> =
        routed.filter_map(|rest| rest.split('"').next()).filter(|key| !key.starts_with('$')).collect();
    assert!(routed.iter().all(|action| ROUTED.contains(action)) && routed.len() == ROUTED.len(), "{routed:?}");
    [actions, routed].concat()
}

/// A message of this action that would be answered with yes, and the kind that a refusal has.
fn good(action: &str) -> (Value, &'static str) {
    let (mut message, kind) = match action {
        "ping" => (json!({}), "error"),
        "join:trip" | "join" | "leave:trip" | "leave" | "holds:get" => (json!({ "eventId": "gala" }), "error"),
        "queue:join" | "queue:leave" | "queue:status" => (json!({ "eventId": "gala" }), "error"),
        "seat:hold" => (bodies::good("hold-seats"), "seat:hold:failed"),
        "area:hold" => (bodies::good("hold-area"), "area:hold:failed"),
        "best:hold" => (bodies::good("best-available"), "best:hold:failed"),
        "booking:book" => (bodies::good("book"), "booking:book:failed"),
        "seat:release" => (bodies::good("release"), "seat:release:failed"),
        "hold:extend" => (bodies::good("extend"), "hold:extend:failed"),
        "booking:confirm" => (bodies::good("confirm"), "booking:failed"),
        other => panic!("what can be wrong with {other}? A new action needs bad messages of its own"),
    };
    message["action"] = action.into();
    (message, kind)
}

/// The action in other words.
fn misspelt(action: &str, rng: &mut Rng) -> Value {
    match rng.u8(..5) {
        0 => json!(format!("{action}{}", text(rng, 5) + " ")),
        1 => json!(action.to_uppercase()),
        2 => json!([action]),
        3 => Value::Null,
        _ => no_text(rng),
    }
}

/// A message that is wrong, and the kind of its answer.
fn bad(action: &str, rng: &mut Rng) -> (Vec<u8>, &'static str) {
    let (mut message, kind) = good(action);
    message["requestId"] = one(rng, &[json!("r1"), json!(7), Value::Null, json!("x".repeat(129)), json!({})]);
    match rng.u8(..10) {
        0 => return (no_json(rng, &message), "error"),
        1 => return (no_object(rng).to_string().into_bytes(), "error"),
        2 => {
            message["action"] = misspelt(action, rng);
            return (message.to_string().into_bytes(), "error");
        }
        3 if rng.u8(..8) == 0 => {
            message["padding"] = "x".repeat(MESSAGE_BYTES_MAX).into();
            return (message.to_string().into_bytes(), "error");
        }
        _ => {}
    }
    let body = match action {
        "seat:hold" => bodies::bad("hold-seats", rng).0,
        "area:hold" => bodies::bad("hold-area", rng).0,
        "best:hold" => bodies::bad("best-available", rng).0,
        "booking:book" => bodies::bad("book", rng).0,
        "seat:release" => bodies::bad("release", rng).0,
        "hold:extend" => bodies::bad("extend", rng).0,
        "booking:confirm" => bodies::bad("confirm", rng).0,
        "ping" => {
            message["action"] = misspelt(action, rng);
            let event = unknown_id(rng);
            edited(rng, &json!({ "eventId": event }))
        }
        _ => {
            // `leave` has nothing to do for an event that merely is not there, and that is done.
            let id = if action.starts_with("join") { unknown_id(rng) } else { super::wrong::no_id(rng) };
            let ids = [no_text(rng), json!(id), json!("")];
            message["eventId"] = one(rng, &ids);
            if action.starts_with("join") && rng.u8(..4) == 0 {
                (message["eventId"], message["snapshot"]) =
                    (json!("gala"), one(rng, &[json!("no"), json!(1), json!([])]));
            }
            return (message.to_string().into_bytes(), kind);
        }
    };
    // The action goes first: where an edit left no object, what follows is broken JSON.
    let head = format!("{{\"action\":{},\"requestId\":{},", message["action"], message["requestId"]);
    match body.strip_prefix(b"{") {
        Some(b"}") | None => (body[..body.len() / 2].iter().copied().chain([b'{']).collect(), "error"),
        Some(rest) => ([head.as_bytes(), rest].concat(), kind),
    }
}

/// Checks the one frame that a bad message is answered with.
fn check_answer(sent: &[Sent], kinds: &[&str], message: &str) {
    let frames = frames(sent);
    assert_eq!(frames.len(), 1, "one answer to {message:?}");
    let frame = frames[0];
    assert!(kinds.contains(&frame["type"].as_str().unwrap()), "{frame} answers {message:?}");
    check::message(frame["data"]["message"].as_str().unwrap());
    let code = frame["data"]["code"].as_str().unwrap();
    let known = [
        "invalid_data",
        "not_found",
        "not_held",
        "not_together",
        "payment_failed",
        "seat_booked",
        "seat_held",
        "sold_out",
        "unauthorized",
    ];
    assert!(known.contains(&code), "{code} answers {message:?}");
    // What is too large, or nested too deep, is not read.
    let read = Some(message).filter(|message| message.len() <= MESSAGE_BYTES_MAX);
    let asked: Value =
        read.and_then(|message| service::fields::json::read(message.as_bytes()).ok()).unwrap_or_default();
    let id = asked.get("requestId").filter(|id| id.is_number() || id.as_str().is_some_and(|id| id.len() <= 128));
    assert_eq!(frame.get("requestId"), id, "{message:?}");
}

#[test]
fn every_action_refuses_bad_messages_and_the_connection_stays() {
    let stage = Stage::new();
    for action in actions() {
        let mut rng = rng(action);
        let before = stage.rows();
        for number in 0..requests() {
            let (message, kind) = bad(action, &mut rng);
            let message = String::from_utf8_lossy(&message);
            // Every tenth comes over a connection that nobody opened.
            let connection = if number % 10 == 9 { "nobody=" } else { CONNECTION };
            let kinds = if connection == CONNECTION { [kind, "error"] } else { ["error"; 2] };
            check_answer(&stage.message(connection, &message), &kinds, &message);
        }
        println!("{action}: {} bad messages", requests());
        assert!(stage.rows() == before, "{action}: the table has changed");
        let pong = stage.message(CONNECTION, r#"{"action":"ping","requestId":"still there"}"#);
        let pong = frames(&pong)[0];
        assert_eq!((&pong["type"], &pong["requestId"]), (&json!("pong"), &json!("still there")));
    }
}

#[test]
fn what_bad_messages_are_made_from_is_good() {
    for action in actions() {
        let stage = Stage::new();
        let sent = stage.message(CONNECTION, &good(action).0.to_string());
        let kind = frames(&sent)[0]["type"].as_str().unwrap();
        assert!(kind != "error" && !kind.ends_with(":failed"), "{action}: {:?}", frames(&sent));
    }
}

#[test]
fn the_handshake_refuses_bad_tokens_and_leaves_no_connection() {
    let stage = Stage::new();
    let mut rng = rng("$connect");
    let before = stage.rows();
    let mut statuses = BTreeSet::new();
    for _ in 0..requests() {
        // Headers of another scheme carry a good token.
        let mut bad = std::iter::repeat_with(|| authorization(&mut rng)).flatten();
        let header = bad.find(|header| header.starts_with("Bearer ")).unwrap();
        statuses.insert(stage.connect("c2=", header.trim_start_matches("Bearer ")));
    }
    assert!(statuses.iter().eq(&[401]), "{statuses:?}");
    assert!(stage.rows() == before, "the table has changed");
}
