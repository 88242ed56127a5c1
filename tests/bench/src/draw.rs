//! A draw among a hundred thousand: the doorkeeper's memory, and by its growth that of a draw among a million; the time it takes, and
//! what taking and looking up a place costs.
//!
//! The places are written straight to the table, as `queue` would: so many joins over HTTP would measure something else. For each page
//! of a partition the embedded engine goes through all of its rows, so among a million it answers nobody any more.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::engine::client;
use crate::figures::float;
use crate::live::{ARENA_LAYOUT, Live, WARMING};
use crate::log::{Samples, middle};
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-draw";
const ENTRANTS: usize = 100_000;
/// What the design has a bound for.
const MILLION: f64 = 1_000_000.0;
/// What the function has in the template, in MB.
const MEMORY_MB: f64 = 512.0;
const REQUESTS: f64 = 2.0;
/// What one request of DynamoDB may write, and requests at once.
const BATCH: usize = 25;
const BATCHES_AT_ONCE: usize = 16;
/// Until the engine answers in time again.
const CALM: Duration = Duration::from_secs(10);
/// A draw that takes longer than this does not end.
const PATIENCE: Duration = Duration::from_secs(600);

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    let used = places(live).await?;
    put_room(live, Timestamp::now() + SignedDuration::from_hours(1)).await?;
    let written = Instant::now();
    write_places(&client(&live.table.endpoint), &live.table.name).await?;
    eprintln!("bench: {ENTRANTS} places written in {:.0} s", written.elapsed().as_secs_f64());
    // Nobody has joined as far as the counters know, so the opening may still move.
    let opens_at = opening(live).await?;
    let mut drawn = drawn(live, opens_at).await?;
    sleep(CALM).await;
    let look = live.get(&format!("/queue/{EVENT}"), &live.token(&entrant(ENTRANTS / 2))).await?;
    let place = look.ok()?.json()?;
    ensure!(place["data"]["inclusion"]["treeSize"] == ENTRANTS, "the place of one of them says {place}");
    // Every instance reads once what all entrants share.
    let warm = (0..WARMING).map(|number| (entrant(number), format!("/queue/{EVENT}")));
    try_join_all(warm.map(async |(who, path)| live.get(&path, &live.token(&who)).await?.ok())).await?;
    let mut samples = Samples::default();
    for number in 0..5 {
        let token = live.token(&entrant(number * 1_000));
        samples.note("looked up", live.get(&format!("/queue/{EVENT}"), &token).await?)?;
    }
    let after = samples.used(live).await?;
    drawn.looked_up = after.values().map(|samples| middle(samples).requests).next().unwrap_or_default();
    Ok(vec![requests(&used, drawn.looked_up), memory(&drawn)])
}

/// What became of the draw.
struct Drawn {
    seconds_to_roots: f64,
    seconds: f64,
    before_mb: f64,
    peak_mb: f64,
    looked_up: f64,
}

fn requests(used: &HashMap<&'static str, f64>, drawn: f64) -> Row {
    let (taken, looked_up) = (used["taken"], used["looked up"]);
    let measured = format!("taken {taken}, looked up {looked_up}, looked up after a draw {drawn}");
    let met = [taken, looked_up, drawn].into_iter().all(|requests| requests <= REQUESTS);
    let figures = json!({ "taken": taken, "lookedUp": looked_up, "lookedUpAfterADraw": drawn });
    Row::new("waiting room: a place taken or looked up", "≤ 2 requests", measured, Verdict::of(met), figures)
}

fn memory(drawn: &Drawn) -> Row {
    let Drawn { seconds_to_roots, seconds, before_mb, peak_mb, .. } = drawn;
    let million_mb = before_mb + (peak_mb - before_mb) * MILLION / float(ENTRANTS);
    let measured = format!(
        "{million_mb:.0} MB by growth ({peak_mb:.0} MB at most among {ENTRANTS}, {before_mb:.0} MB before; roots after \
         {seconds_to_roots:.0} s, numbers after {seconds:.0} s)"
    );
    let figures = json!({
        "entrants": ENTRANTS, "beforeMb": before_mb, "peakMb": peak_mb, "millionMb": million_mb,
        "secondsToRoots": seconds_to_roots, "seconds": seconds,
    });
    let met = Verdict::of(million_mb <= MEMORY_MB);
    Row::new("draw among 1,000,000: memory of the doorkeeper", "≤ 512 MB", measured, met, figures)
}

/// Table requests of a place taken and looked up, in a room without a draw.
async fn places(live: &Live) -> Result<HashMap<&'static str, f64>> {
    let room = json!({ "mode": "on", "admitPerMinute": 1 });
    live.open_with("bench-line", ARENA_LAYOUT, &json!({ "waitingRoom": room })).await?;
    let mut samples = Samples::default();
    for number in 0..9 {
        let token = live.token(&format!("bench-line-{number}"));
        samples.note("taken", live.post("/queue/bench-line", &token, &json!({})).await?)?;
        samples.note("looked up", live.get("/queue/bench-line", &token).await?)?;
    }
    let used = samples.used(live).await?;
    Ok(used.into_iter().map(|(verb, samples)| (verb, middle(&samples).requests)).collect())
}

async fn put_room(live: &Live, opens_at: Timestamp) -> Result<()> {
    let room = json!({ "mode": "on", "admitPerMinute": 60, "draw": true, "opensAt": opens_at.to_string() });
    live.open_with(EVENT, ARENA_LAYOUT, &json!({ "waitingRoom": room })).await
}

/// Has the event open soon, once the engine has got over so many writes.
async fn opening(live: &Live) -> Result<Timestamp> {
    let begun = Instant::now();
    loop {
        let opens_at = Timestamp::now() + SignedDuration::from_secs(8);
        match put_room(live, opens_at).await {
            Ok(()) => return Ok(opens_at),
            Err(error) if begun.elapsed() > PATIENCE => return Err(error),
            Err(_) => sleep(Duration::from_secs(2)).await,
        }
    }
}

fn entrant(number: usize) -> String {
    format!("entrant-{number:07}")
}

/// The row of a place that waits for the lot, as `shared/store/src/queue.rs` writes it.
fn place(number: usize, joined_at: i64) -> Result<WriteRequest> {
    let text = |value: String| AttributeValue::S(value);
    let count = |value: i64| AttributeValue::N(value.to_string());
    let put = PutRequest::builder()
        .item("pk", text(format!("QUEUE#{EVENT}#0")))
        .item("sk", text(entrant(number)))
        .item("priority", text("default".to_owned()))
        .item("number", count(i64::try_from(number)? + 1))
        .item("joinedAt", count(joined_at))
        .item("lot", AttributeValue::Bool(true))
        .item("ttl", count(joined_at / 1_000 + 400 * 24 * 60 * 60));
    Ok(WriteRequest::builder().put_request(put.build()?).build())
}

async fn write_places(client: &Client, table: &str) -> Result<()> {
    let joined_at = Timestamp::now().as_millisecond();
    let batches = (0..ENTRANTS.div_ceil(BATCH)).map(async |batch| {
        let numbers = batch * BATCH..ENTRANTS.min((batch + 1) * BATCH);
        let mut wanted = numbers.map(|number| place(number, joined_at)).collect::<Result<Vec<_>>>()?;
        while !wanted.is_empty() {
            let answer = client.batch_write_item().request_items(table, wanted).send().await?;
            wanted = answer.unprocessed_items.and_then(|mut items| items.remove(table)).unwrap_or_default();
        }
        Ok::<_, anyhow::Error>(())
    });
    stream::iter(batches).buffer_unordered(BATCHES_AT_ONCE).try_collect().await
}

/// Waits for the numbers, and looks at the doorkeepers' memory meanwhile.
async fn drawn(live: &Live, opens_at: Timestamp) -> Result<Drawn> {
    let since = |opens_at: Timestamp| Timestamp::now().duration_since(opens_at).as_secs_f64();
    let before_mb = peak_of("doorkeeper");
    ensure!(before_mb > 0.0, "no doorkeeper runs");
    let (mut seconds_to_roots, mut peak_mb, begun) = (None, before_mb, Instant::now());
    while begun.elapsed() < PATIENCE {
        peak_mb = peak_mb.max(peak_of("doorkeeper"));
        // The engine has one table for all, and the draw reads and writes the most of it.
        let line = live.get_open(&format!("/queue/{EVENT}/line")).await.unwrap_or_default();
        let draw = &line["data"]["draw"];
        if draw["entrantsRoot"].is_object() {
            seconds_to_roots.get_or_insert(since(opens_at));
        }
        if draw["seed"].is_string() {
            ensure!(draw["entrants"] == ENTRANTS, "{draw}");
            let seconds_to_roots = seconds_to_roots.context("the seed without roots")?;
            return Ok(Drawn { seconds_to_roots, seconds: since(opens_at), before_mb, peak_mb, looked_up: 0.0 });
        }
        sleep(Duration::from_millis(500)).await;
    }
    let line: Value = live.get_open(&format!("/queue/{EVENT}/line")).await?;
    bail!("no numbers after {PATIENCE:?}: {}", line["data"]["draw"])
}

/// The most memory that any process of this name has had, in MB; the kernel cuts names off after 15 characters.
fn peak_of(name: &str) -> f64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let status = processes.filter_map(|process| fs::read_to_string(process.path().join("status")).ok());
    let peak = |status: String| {
        let field = |field: &str| status.lines().find_map(|line| line.strip_prefix(field)).map(str::trim);
        if field("Name:") != Some(name) {
            return None;
        }
        field("VmHWM:")?.trim_end_matches("kB").trim().parse::<f64>().ok()
    };
    status.filter_map(peak).fold(0.0, f64::max) / 1_024.0
}
