//! What hosts may answer, by a client that asks nobody.

use super::*;
use crate::verify::tests::{RECORDED, quicknet};
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A status and a body, or none where nobody answers; where the status is 0, no answer ever comes.
type Given = Option<(u16, String)>;

/// Answers by the host that is asked, and notes what was asked.
#[derive(Clone, Debug, Default)]
struct Fake {
    answers: BTreeMap<&'static str, Given>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl HttpConnector for Fake {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let url = request.uri().to_owned();
        self.asked.lock().unwrap().push(url.clone());
        let answer = self.answers.iter().find(|(host, _)| url.starts_with(*host)).and_then(|(_, given)| given.clone());
        HttpConnectorFuture::new(async move {
            match answer {
                None => Err(ConnectorError::io("nobody listens there".into())),
                Some((0, _)) => std::future::pending().await,
                Some((status, body)) => Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))),
            }
        })
    }
}

const FIRST: &str = "https://first.example";
const SECOND: &str = "https://second.example/drand";

/// What the hosts' answers come to, and which addresses were asked.
async fn asked(first: Given, second: Given, round: u64) -> (Result<Published, Missing>, Vec<String>) {
    let fake = Fake { answers: BTreeMap::from([(FIRST, first), (SECOND, second)]), asked: Arc::default() };
    let network = Network::new(&format!("{FIRST}, {SECOND}/")).unwrap().through(SharedHttpConnector::new(fake.clone()));
    let came_to = network.round(&quicknet(), round).await;
    let asked = fake.asked.lock().unwrap().clone();
    (came_to, asked)
}

fn recorded(at: usize) -> Given {
    let (round, signature, randomness) = RECORDED[at];
    let answer = serde_json::json!({ "round": round, "randomness": randomness, "signature": signature });
    Some((200, answer.to_string()))
}

fn genuine(at: usize) -> Published {
    let (_, signature, randomness) = RECORDED[at];
    Published { randomness: hex::decode(randomness).unwrap(), signature: hex::decode(signature).unwrap() }
}

#[tokio::test]
async fn the_first_host_that_has_the_round_is_enough() {
    let (came_to, asked) = asked(recorded(1), None, 1_000).await;
    assert_eq!(came_to, Ok(genuine(1)));
    let chain = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
    assert_eq!(asked, [format!("{FIRST}/{chain}/public/1000")]);
}

#[tokio::test]
async fn whatever_else_the_first_host_answers_the_second_is_asked() {
    let (_, signature, randomness) = RECORDED[1];
    let answer = |round: u64, signature: &str| {
        let answer = serde_json::json!({ "round": round, "randomness": randomness, "signature": signature });
        Some((200, answer.to_string()))
    };
    let useless = [
        ("nobody listens", None),
        ("not yet", Some((425, "Requested future beacon".to_owned()))),
        ("not found", Some((404, String::new()))),
        ("out of order", Some((500, recorded(1).unwrap().1))),
        ("elsewhere", Some((302, recorded(1).unwrap().1))),
        ("no JSON", Some((200, "<html>".to_owned()))),
        ("no round", Some((200, "{}".to_owned()))),
        ("another round", recorded(0)),
        ("another round under this number", answer(1_000, RECORDED[0].1)),
        ("this round under another number", answer(1_001, signature)),
        ("half a signature", answer(1_000, &signature[..48])),
        ("no hex", answer(1_000, &signature.replace('b', "x"))),
        ("too big", Some((200, format!("{}{}", recorded(1).unwrap().1, " ".repeat(BEACON_BYTES_MAX))))),
    ];
    for (what, first) in useless {
        let (came_to, asked_for) = asked(first.clone(), recorded(1), 1_000).await;
        assert_eq!(came_to, Ok(genuine(1)), "{what}");
        assert_eq!(asked_for.len(), 2, "{what}: {asked_for:?}");
        assert!(asked_for[1].starts_with(&format!("{SECOND}/52db")), "{asked_for:?}");
        assert_eq!(asked(first, None, 1_000).await.0, Err(Missing), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_answer_holds_the_others_up_for_a_while_only() {
    let begun = tokio::time::Instant::now();
    let (came_to, _) = asked(Some((0, String::new())), recorded(1), 1_000).await;
    assert_eq!(came_to, Ok(genuine(1)));
    assert_eq!(begun.elapsed().as_millis(), u128::from(BEACON_FETCH_MS));
}

#[tokio::test]
async fn the_randomness_is_that_of_the_signature_whatever_the_host_says() {
    let (round, signature, _) = RECORDED[2];
    let lie = serde_json::json!({ "round": round, "randomness": "00".repeat(32), "signature": signature });
    assert_eq!(asked(Some((200, lie.to_string())), None, round).await.0, Ok(genuine(2)));
}

#[test]
fn hosts_are_addresses_with_tls_or_of_this_machine() {
    let hosts = |text: &str| Network::new(text).map(|network| network.hosts);
    assert_eq!(hosts("").unwrap(), ["https://api.drand.sh", "https://drand.cloudflare.com"]);
    assert_eq!(hosts(" https://a.example/ ,").unwrap(), ["https://a.example"]);
    for local in
        ["http://127.0.0.1:8080/beacon", "http://[::1]:80", "http://[::1]", "http://[::1]/beacon", "http://localhost"]
    {
        assert_eq!(hosts(local).unwrap(), [local]);
    }
    for wrong in [
        "http://api.drand.sh",
        "http://localhost.example",
        "http://127.0.0.1:1@api.drand.sh",
        "http://127.0.0.1.nip.io:80",
        "http://api.drand.sh/127.0.0.1:80",
        "http://[::2]",
        "http://[::1].example",
        "api.drand.sh",
        "ftp://api.drand.sh",
        "https:///path",
        "https://:443",
        "https://a.example?x",
        "https://a b",
    ] {
        let why = hosts(&format!("https://a.example,{wrong}")).unwrap_err();
        assert!(why.starts_with("must be addresses") && why.ends_with(&format!(": {wrong}")), "{why}");
    }
}

#[test]
fn a_list_without_a_host_is_refused_since_it_would_wait_for_ever() {
    for none in [",", " , ,", "/"] {
        let why = Network::new(none).unwrap_err();
        assert!(why.starts_with("must name at least one address"), "{none}: {why}");
    }
}
