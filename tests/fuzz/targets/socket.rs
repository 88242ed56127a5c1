//! Messages over the socket, to the function itself over a table in which nothing is found but the connection.

use crate::check;
use crate::engine::{accepted, fuzz_with};
use crate::offline::{Offline, SECRET, Sent, verifier, wait};
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use posting::Sockets;
use serde_json::{Value, json};
use service::app::App;
use service::origin::{Origin, Shown};
use service::secret::Secret;
use socket::Socket;
use std::sync::LazyLock;
use support::people::Role;
use support::{events, tokens};

/// Answers that say no.
const REFUSALS: [&str; 8] = [
    "error",
    "seat:hold:failed",
    "area:hold:failed",
    "best:hold:failed",
    "booking:book:failed",
    "seat:release:failed",
    "hold:extend:failed",
    "booking:failed",
];
/// Answers that say yes, to what needs nothing of the table.
const ANSWERS: [&str; 3] = ["pong", "left", "holds"];
/// What API Gateway takes in one frame.
const FRAME_BYTES_MAX: usize = 128 * 1024;

static FUNCTION: LazyLock<(Offline, Socket)> = LazyLock::new(|| {
    let offline = Offline::new(|sent| (200, answer(sent).to_string()));
    let sdk = offline.sdk();
    let sockets = Sockets::new(&sdk, "https://socket.invalid/ws");
    let app = App { office: offline.office(), origin: Origin::default(), verifier: verifier(), sdk };
    (offline, Socket::new(app, sockets))
});

fn answer(sent: &Sent) -> Value {
    match sent.body["Key"]["pk"]["S"].as_str() {
        Some(pk) if sent.operation == "GetItem" && pk.starts_with("CONN#") => json!({ "Item": {
            "pk": { "S": pk }, "sk": { "S": "META" }, "holder": { "S": "ann" }, "isAdmin": { "BOOL": false },
            "expiresAt": { "N": "4102444800000" },
        }}),
        _ => json!({}),
    }
}

fn send(message: &str) -> Vec<Sent> {
    let call: ApiGatewayWebsocketProxyRequest = serde_json::from_value(events::message("c1=", message, "m1")).unwrap();
    let (offline, socket) = &*FUNCTION;
    let response = wait(socket.serve(call)).unwrap();
    assert_eq!(response.status_code, 200, "the connection stays");
    offline.take()
}

/// The frame that answers, and what was asked of the table for it.
fn answered(message: &str) -> (Value, Vec<Sent>) {
    let (frames, requests): (Vec<Sent>, Vec<Sent>) =
        send(message).into_iter().partition(|sent| sent.operation.is_empty());
    assert_eq!(frames.len(), 1, "one answer");
    assert!(frames[0].text.len() <= FRAME_BYTES_MAX, "a frame of {} bytes", frames[0].text.len());
    (frames[0].body.clone(), requests)
}

/// Whether the row that was asked for or written has a key of this kind.
fn is_about(sent: &Sent, kind: &str) -> bool {
    sent.body["Key"]["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with(kind))
}

#[test]
fn every_message_gets_one_answer_and_changes_nothing_it_may_not() {
    fuzz_with("socket_message", 4, Vec::new(), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (frame, requests) = answered(&text);
        let kind = frame["type"].as_str().unwrap();
        let said: Value = serde_json::from_str(&text).unwrap_or_default();
        let id = frame.get("requestId");
        assert!(id.is_none() || id == said.get("requestId"), "another request's id");
        if REFUSALS.contains(&kind) {
            check::message(frame["data"]["message"].as_str().unwrap());
            let code = frame["data"]["code"].as_str().unwrap();
            assert!(matches!(code, "invalid_data" | "not_found"), "{code}");
            // What could be done if there were such an event is asked of the table.
            if requests.iter().any(|sent| is_about(sent, "EVENT#")) {
                accepted();
                assert!(code == "not_found" && said.is_object(), "{code}");
            }
        } else {
            accepted();
            assert!(ANSWERS.contains(&kind), "{kind}");
            assert!(text.len() <= 32 * 1024 && said.is_object());
        }
        // That a socket shows signs of life is noted, whatever it says.
        let writes = |sent: &&Sent| {
            !matches!(sent.operation.as_str(), "GetItem" | "Query" | "BatchGetItem") && !is_about(sent, "SOCKETS#")
        };
        assert!(kind == "left" || !requests.iter().any(|sent| writes(&sent)), "{kind} writes");
    });
}

#[test]
fn a_handshake_that_did_not_come_through_the_distribution_is_refused_and_leaves_no_row() {
    const SHOWN: &str = "a-text-that-cloudfront-alone-can-show";
    let offline = Offline::empty();
    let origin = Origin::new(Some(Secret::known(Shown::parse(&json!({ "value": SHOWN }).to_string()).unwrap())));
    let app = App { office: offline.office(), origin, verifier: verifier(), sdk: offline.sdk() };
    let socket = Socket::new(app, Sockets::new(&offline.sdk(), "https://socket.invalid/ws"));
    let ann = tokens::token("ann", Role::Buyer, tokens::in_a_day(), SECRET);
    let status = |shown: Option<&str>| {
        let mut call = events::connect("c1=", &ann, "r1");
        if let Some(shown) = shown {
            call["headers"]["Holdfast-Origin"] = shown.into();
        }
        wait(socket.serve(serde_json::from_value(call).unwrap())).unwrap().status_code
    };
    for shown in [None, Some("guessed")] {
        assert_eq!(status(shown), 403, "{shown:?}");
        assert!(offline.take().is_empty(), "nothing is asked of the table");
    }
    assert_eq!(status(Some(SHOWN)), 200);
}
