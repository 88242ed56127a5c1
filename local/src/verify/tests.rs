//! Draws that were made up, as a deployment would tell them, and what is noticed where one is tampered with.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri};
use domain::hex;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::account::{Account, Verdict};
use super::told::Hash;
use super::*;

const EVENT: &str = "first-night";

/// What a deployment answers, by path.
type Answers = BTreeMap<String, Value>;

fn hash(bytes: impl AsRef<[u8]>) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The pages that list all entrants.
fn pages(all: &BTreeMap<&str, Vec<Hash>>, entrants: usize) -> Answers {
    let in_order: Vec<(&str, Hash)> =
        all.iter().flat_map(|(name, leaves)| leaves.iter().map(move |leaf| (*name, *leaf))).collect();
    let pages: Vec<&[(&str, Hash)]> = in_order.chunks(100_000).collect();
    let page = |(at, leaves): (usize, &&[(&str, Hash)])| {
        let mut by_priority: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, leaf) in *leaves {
            by_priority.entry(name).or_default().push(leaf.to_string());
        }
        let page = json!({
            "eventId": EVENT, "page": at, "pages": pages.len(), "entrants": entrants, "byPriority": by_priority,
        });
        (format!("draw/{at}"), page)
    };
    pages.iter().enumerate().map(page).collect()
}

/// The answers about a draw among these many entrants of each priority, with or without a beacon.
fn drawn(priorities: &[(&str, usize)], has_beacon: bool) -> Answers {
    let leaves = |name: &str, count: usize| {
        let mut leaves: Vec<Hash> = (0..count).map(|at| order::leaf(&format!("{name}-{at}"))).collect();
        leaves.sort_unstable();
        leaves
    };
    let all: BTreeMap<&str, Vec<Hash>> = priorities.iter().map(|(name, count)| (*name, leaves(name, *count))).collect();
    let entrants: usize = all.values().map(Vec::len).sum();
    let chain = beacon::chain().unwrap();
    let (round, seed) = (10_000_000, hash("seed"));
    let signed = beacon::published(round, jiff::Timestamp::MAX).unwrap().unwrap();
    let roots: BTreeMap<&str, String> =
        all.iter().map(|(name, leaves)| (*name, tree::root(leaves).to_string())).collect();
    let mut draw = json!({
        "commitment": hash(seed).to_string(), "entrants": entrants, "entrantsRoot": roots, "seed": seed.to_string(),
    });
    if has_beacon {
        draw["beacon"] = json!({
            "chain": hex::encode(&chain.hash), "round": round,
            "randomness": hex::encode(&signed.randomness), "signature": hex::encode(&signed.signature),
        });
    }
    let opens_at = chain.due_at(round).unwrap().plus(-90_000).rfc3339();
    let mut answers = Answers::from([("line".to_owned(), json!({ "mode": "on", "opensAt": opens_at, "draw": draw }))]);
    answers.extend(pages(&all, entrants));
    answers
}

/// What is found where a deployment gives these answers.
async fn found(answers: Answers, sub: Option<&str>) -> Result<Account> {
    compared(answers, sub, Noted::default()).await
}

/// The same where this was noted before the opening.
async fn compared(answers: Answers, sub: Option<&str>, noted: Noted) -> Result<Account> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = Router::new().fallback(answer).with_state(std::sync::Arc::new(answers));
    let server = tokio::spawn(async move { axum::serve(listener, served).await });
    let chains = Chains::parse(&beacon::known().unwrap()).unwrap();
    let request = Request { event: EVENT.to_owned(), url, sub: sub.map(str::to_owned), chains, noted };
    let account = account(&request).await;
    server.abort();
    account
}

async fn answer(State(answers): State<std::sync::Arc<Answers>>, uri: Uri) -> Response<Body> {
    let what = uri.path().strip_prefix("/seat-booking/queue/first-night/").unwrap_or_default();
    let Some(data) = answers.get(what) else {
        let body = Body::from(json!({ "success": false, "code": "not_found", "message": "No such page" }).to_string());
        return Response::builder().status(StatusCode::NOT_FOUND).body(body).unwrap();
    };
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(json!({ "success": true, "data": data }).to_string().as_bytes()).unwrap();
    Response::builder().header("content-encoding", "gzip").body(Body::from(zipped.finish().unwrap())).unwrap()
}

#[tokio::test]
async fn a_draw_as_it_should_be_holds_and_shows_a_buyers_number() {
    for has_beacon in [false, true] {
        let answers = drawn(&[("default", 150), ("fans", 7), ("staff", 0)], has_beacon);
        let account = found(answers, Some("fans-3")).await.unwrap();
        assert_eq!(account.verdict(), Verdict::Holds, "{account}");
        let text = account.to_string();
        assert!(text.contains("fans-3 has number ") && text.contains("of treeSize 7, path\n"), "{text}");
        assert!(text.contains("numbers 1 to 150 of default follow") && text.ends_with("The draw holds.\n"), "{text}");
        assert_eq!(text.contains("round 10000000 is genuine"), has_beacon, "{text}");
        assert_eq!(text.contains("note  no beacon: the house could have known the seed"), !has_beacon, "{text}");
        assert_eq!(text.contains("note  no round was given to compare with: --round"), has_beacon, "{text}");
        assert!(text.contains("note  no commitment was given to compare with: --commitment"), "{text}");
    }
}

#[tokio::test]
async fn more_entrants_than_a_page_takes_are_read_over_all_pages() {
    let account = found(drawn(&[("a", 100_001), ("b", 1)], false), Some("b-0")).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Holds, "{account}");
    assert!(
        account.to_string().contains("100002 leaves on 2 pages")
            && account.to_string().contains("b-0 has number 1 of b")
    );
}

#[tokio::test]
async fn a_draw_that_nobody_takes_part_in_holds() {
    let account = found(drawn(&[("default", 0)], false), None).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Holds, "{account}");
}

type Tamper = fn(&mut Answers);

fn draw(answers: &mut Answers) -> &mut Value {
    &mut answers.get_mut("line").unwrap()["draw"]
}

fn leaves(answers: &mut Answers) -> &mut Vec<Value> {
    answers.get_mut("draw/0").unwrap()["byPriority"]["default"].as_array_mut().unwrap()
}

/// What is to be found, and how a good draw is tampered with.
const TAMPERED: [(&str, Tamper); 16] = [
    ("does not match the commitment", |answers| draw(answers)["seed"] = json!(hash("other").to_string())),
    ("does not match the commitment", |answers| draw(answers)["commitment"] = json!(hash("x").to_string())),
    ("and 21 entrants", |answers| draw(answers)["entrants"] = json!(21)),
    ("the root of default is", |answers| draw(answers)["entrantsRoot"]["default"] = json!(hash("x").to_string())),
    ("no root of it was told", |answers| {
        draw(answers)["entrantsRoot"].as_object_mut().unwrap().remove("fans");
    }),
    ("the root of default is", |answers| {
        leaves(answers).remove(3);
    }),
    ("the leaves of default do not ascend", |answers| leaves(answers).swap(2, 3)),
    ("the leaves of default do not ascend", |answers| {
        let again = leaves(answers)[5].clone();
        leaves(answers).insert(5, again);
    }),
    ("stands in two priorities", |answers| {
        let twice = leaves(answers)[0].clone();
        answers.get_mut("draw/0").unwrap()["byPriority"]["fans"] = json!([twice]);
    }),
    ("is of another draw than the first", |answers| answers.get_mut("draw/0").unwrap()["eventId"] = json!("other")),
    ("fill 1 pages, and page 0 says that there are 2", |answers| {
        answers.get_mut("draw/0").unwrap()["pages"] = json!(2)
    }),
    ("is not genuine", |answers| draw(answers)["beacon"]["round"] = json!(10_000_001)),
    ("its randomness is not", |answers| draw(answers)["beacon"]["randomness"] = json!(hash("x").to_string())),
    ("the seed is shown, and no root", |answers| {
        draw(answers).as_object_mut().unwrap().remove("entrantsRoot");
    }),
    ("the seed is shown, and no root", |answers| draw(answers)["entrantsRoot"] = json!({})),
    ("which is not known here", |answers| draw(answers)["beacon"]["chain"] = json!(hash("x").to_string())),
];

#[tokio::test]
async fn whatever_is_tampered_with_is_found() {
    for (expected, tamper) in TAMPERED {
        let mut answers = drawn(&[("default", 15), ("fans", 5)], true);
        tamper(&mut answers);
        let account = found(answers, None).await.unwrap();
        assert_eq!(account.verdict(), Verdict::Broken, "{expected}: {account}");
        let text = account.to_string();
        let failed = text.lines().filter(|line| line.trim_start().starts_with("FAIL"));
        assert!(failed.clone().any(|line| line.contains(expected)), "{expected}: {text}");
        assert!(text.contains("The draw does not hold"), "{text}");
    }
    let early = |answers: &mut Answers| answers.get_mut("line").unwrap()["opensAt"] = json!("2099-01-01T00:00:00.000Z");
    let mut answers = drawn(&[("default", 15)], true);
    early(&mut answers);
    assert_eq!(found(answers, None).await.unwrap().verdict(), Verdict::Broken, "a round that was known at the opening");
    let mut answers = drawn(&[("default", 15)], true);
    draw(&mut answers)["beacon"]["signature"] = json!("00");
    assert_eq!(found(answers, None).await.unwrap().verdict(), Verdict::Broken, "a signature that is none");
}

#[tokio::test]
async fn a_buyer_who_does_not_take_part_is_a_failure() {
    let account = found(drawn(&[("default", 15)], false), Some("mallory")).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Broken);
    assert!(account.to_string().contains("mallory does not take part"), "{account}");
}

#[tokio::test]
async fn a_draw_that_is_not_made_yet_is_checked_as_far_as_it_has_come() {
    let mut answers = drawn(&[("default", 15)], true);
    let draw = |answers: &mut Answers, field: &str| {
        answers.get_mut("line").unwrap()["draw"].as_object_mut().unwrap().remove(field);
    };
    draw(&mut answers, "seed");
    let account = found(answers.clone(), Some("default-3")).await.unwrap();
    assert!(
        matches!(account.verdict(), Verdict::NotYet(what) if what.contains("waits for round 10000000")),
        "{account}"
    );
    assert!(account.to_string().contains("default-3 has no number yet of default: leaf"), "{account}");
    draw(&mut answers, "entrantsRoot");
    let account = found(answers, Some("default-3")).await.unwrap();
    assert!(
        matches!(account.verdict(), Verdict::NotYet(what) if what.contains("Note before the opening commitment ")),
        "{account}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_said_with_its_address() {
    let mut answers = drawn(&[("default", 15)], false);
    answers.remove("draw/0");
    let why = format!("{:#}", found(answers.clone(), None).await.unwrap_err());
    assert!(
        why.contains("/seat-booking/queue/first-night/draw/0: status 404: {") && why.contains("No such page"),
        "{why}"
    );
    answers.insert("line".into(), json!({ "mode": "on", "opensAt": null }));
    let why = found(answers.clone(), None).await.unwrap_err().to_string();
    assert_eq!(why, "this event's waiting room has no draw by lot");
    answers.insert("line".into(), json!({ "draw": { "commitment": "x" } }));
    let why = format!("{:#}", found(answers, None).await.unwrap_err());
    assert!(why.contains("/line: not what is expected: must be 64 hexadecimal digits"), "{why}");
}

/// What somebody noted of this draw who looked before the opening.
fn noted(answers: &mut Answers) -> Noted {
    let draw: told::Draw = serde_json::from_value(draw(answers).clone()).unwrap();
    let (chain, round) = draw.beacon.map(|beacon| (beacon.chain, beacon.round)).unzip();
    Noted { commitment: Some(draw.commitment), chain, round }
}

#[tokio::test]
async fn a_draw_that_is_as_it_was_noted_holds_with_nothing_left_to_note() {
    let mut answers = drawn(&[("default", 15)], true);
    let before = noted(&mut answers);
    let account = compared(answers, None, before).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Holds, "{account}");
    let text = account.to_string();
    assert!(text.contains("ok  the round is the one that was noted: 10000000") && !text.contains("note  "), "{text}");
}

#[tokio::test]
async fn whatever_was_changed_after_it_was_noted_is_found_though_the_draw_fits_in_itself() {
    let other = Some(hash("other"));
    type Change = fn(Noted, Option<Hash>) -> Noted;
    let changes: [(&str, Change); 3] = [
        ("the commitment is ", |noted, commitment| Noted { commitment, ..noted }),
        ("the chain is ", |noted, chain| Noted { chain, ..noted }),
        ("the round is 10000000 now, and 9999999 was noted", |noted, _| Noted { round: Some(9_999_999), ..noted }),
    ];
    for (expected, change) in changes {
        let mut answers = drawn(&[("default", 15)], true);
        let before = change(noted(&mut answers), other);
        let account = compared(answers, None, before).await.unwrap();
        assert_eq!(account.verdict(), Verdict::Broken, "{account}");
        assert!(account.to_string().contains(&format!("FAIL  {expected}")), "{account}");
    }
    let before = noted(&mut drawn(&[("default", 15)], true));
    let account = compared(drawn(&[("default", 15)], false), None, before.clone()).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Broken, "a beacon that was dropped: {account}");
    assert!(account.to_string().contains("FAIL  the draw names no round now, and 10000000 was noted"), "{account}");
    let mut answers = drawn(&[("default", 15)], false);
    answers.insert("line".into(), json!({ "mode": "on", "opensAt": null }));
    let account = compared(answers, None, before).await.unwrap();
    assert_eq!(account.verdict(), Verdict::Broken, "a draw that was dropped: {account}");
}

#[tokio::test]
async fn what_is_to_be_noted_is_said_before_the_opening() {
    let mut answers = drawn(&[("default", 15)], true);
    let Noted { commitment, chain, .. } = noted(&mut answers);
    for field in ["seed", "entrantsRoot"] {
        draw(&mut answers).as_object_mut().unwrap().remove(field);
    }
    let text = found(answers, None).await.unwrap().to_string();
    let all = format!("commitment {}, chain {} and round 10000000", commitment.unwrap(), chain.unwrap());
    assert!(text.contains(&all), "{text}");
}

#[tokio::test]
async fn a_name_with_control_characters_wipes_nothing_from_the_terminal() {
    let evil = "fans\u{1b}[2J\u{1b}[H\n  ok  all is well";
    let mut answers = drawn(&[("default", 15), (evil, 5)], false);
    draw(&mut answers)["seed"] = json!(hash("other").to_string());
    let text = found(answers, Some(&format!("{evil}-3"))).await.unwrap().to_string();
    assert!(text.contains(r"fans\u{1b}[2J\u{1b}[H\n  ok  all is well"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.starts_with("  ok  all is well")), "{text:?}");
}

#[tokio::test]
async fn pages_are_read_as_many_as_the_entrants_fill_whatever_a_page_says() {
    let mut answers = drawn(&[("a", 100_001)], false);
    for page in ["draw/0", "draw/1"] {
        answers.get_mut(page).unwrap()["pages"] = json!(u64::MAX);
    }
    let account = found(answers.clone(), None).await.unwrap();
    assert!(account.to_string().contains("FAIL  the entrants fill 2 pages, and page 0 says"), "{account}");
    draw(&mut answers)["entrants"] = json!(u64::MAX);
    let why = found(answers, None).await.unwrap_err().to_string();
    assert!(why.contains("entrants are more than can be checked here"), "{why}");
}

#[test]
fn the_local_beacon_is_known_on_this_machine_alone() {
    let local = beacon::chain().unwrap().hash;
    let knows = |url: &str| request(&["a", "--url", url]).unwrap().chains.get(&local).is_some();
    for here in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080/", "https://127.0.0.9"] {
        assert!(knows(here), "{here}");
    }
    for elsewhere in [
        "https://tickets.example",
        "http://127.0.0.1:8080@tickets.example",
        "http://127.0.0.1.tickets.example",
        "http://localhost.tickets.example",
        "http://tickets.example/127.0.0.1",
        "http://10.0.0.1",
        "http://[::ffff:7f00:1]",
    ] {
        assert!(!knows(elsewhere), "{elsewhere}");
    }
    assert_eq!(request(&["a", "--url", "https://tickets.example"]).unwrap().chains.iter().count(), 1, "quicknet");
}

#[test]
fn what_could_not_be_asked_ends_with_another_number_than_what_does_not_hold() {
    let asked = |words: &[&str]| format!("{:?}", command(words));
    let not_asked = format!("{:?}", ExitCode::from(2));
    assert_eq!(asked(&["a", "--url", "tickets.example"]), not_asked);
    assert_eq!(asked(&["a", "--url", "http://127.0.0.1:1"]), not_asked, "nobody listens there");
    assert_eq!(asked(&["a", "--rounds", "1"]), not_asked);
}

#[test]
fn the_words_of_the_command_are_read_in_any_order() {
    let chain = domain::beacon::QUICKNET.replacen("52db", "62db", 1);
    let read =
        request(&["--sub", "alice", "first-night", "--url", "https://tickets.example/", "--chain", &chain]).unwrap();
    assert_eq!((read.event.as_str(), read.url.as_str()), ("first-night", "https://tickets.example"));
    assert_eq!((read.sub.as_deref(), read.chains.iter().count()), (Some("alice"), 2));
    assert!(request(&["first-night"]).unwrap().url.starts_with("http://127.0.0.1:"));
    let refused = |words: &[&str]| request(words).unwrap_err().to_string();
    assert_eq!(refused(&[]), "verify-draw needs the id of an event");
    assert_eq!(refused(&["a", "--sub"]), "--sub needs a value after it");
    assert_eq!(refused(&["a", "b"]), "verify-draw does not know b");
    let (digits, chain) = ("AB".repeat(32), "cd".repeat(32));
    let read = request(&["a", "--commitment", &digits, "--round", "7", "--chain-hash", &chain]).unwrap();
    let expected = Noted { commitment: Some(Hash([0xab; 32])), chain: Some(Hash([0xcd; 32])), round: Some(7) };
    assert_eq!(read.noted, expected);
    assert_eq!(refused(&["a", "--commitment", "ab"]), "--commitment must be 64 hexadecimal digits");
    assert_eq!(refused(&["a", "--round", "0"]), "--round must be a round's number, from 1");
    assert!(refused(&["a", "--chain", "x"]).starts_with("--chain must be chains"));
}

/// `cargo test -p local --bin local verify -- --ignored --nocapture`
#[tokio::test]
#[ignore = "a measurement: it makes up a million entrants"]
async fn a_million_entrants_are_checked_within_a_minute() {
    let answers = drawn(&[("default", 900_000), ("fans", 100_000)], true);
    let begun = Instant::now();
    let account = found(answers, Some("fans-77")).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{account}{seconds:.1} s with serving");
    assert!(account.verdict() == Verdict::Holds && seconds < 60.0, "{seconds} s");
}
