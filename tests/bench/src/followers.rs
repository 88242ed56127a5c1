//! Commit to the last of 10,000 clients that follow `availability`: through one packaged function, and an edge that keeps its
//! answers as long as they say, as the deployed one does. Beside them others ask the function itself, past the edge: how often it
//! reads the table does not depend on who asks.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::{join_all, try_join_all};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::sleep_until;

use crate::figures::float;
use crate::live::{ARENA_LAYOUT, Live};
use crate::packaged;
use crate::payload;
use crate::process::Function;
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-followed";
const CLIENTS: u32 = 10_000;
const POLL: Duration = Duration::from_secs(1);
const LASTS: Duration = Duration::from_secs(30);
const CHANGES: u32 = 3_000;
/// How often somebody asks past the edge.
const PAST_THE_EDGE: Duration = Duration::from_millis(10);
/// What the last change may take on its way.
const AFTERWARDS: Duration = Duration::from_secs(4);
const BUDGET: Duration = Duration::from_millis(2_500);
const BUDGET_READINGS: f64 = 1.0;

/// What the edge has: an answer's number, and until when it may be kept.
#[derive(Default)]
struct Kept {
    number: usize,
    until: Option<Instant>,
}

/// A cache before one function: who comes while it asks waits for that answer.
struct Edge {
    kept: Mutex<Kept>,
    behind: Mutex<Behind>,
}

struct Behind {
    function: Function,
    /// The seats that each answer knows to be held.
    held: Vec<HashSet<String>>,
    asked: usize,
}

impl Behind {
    async fn ask(&mut self) -> Result<Value> {
        self.asked += 1;
        let answer = self.function.api.invoke(payload::plain_availability(self.asked, EVENT)).await?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

impl Edge {
    /// The number of the answer that a client gets.
    async fn get(&self) -> Result<usize> {
        let mut kept = self.kept.lock().await;
        if kept.until.is_some_and(|until| Instant::now() < until) {
            return Ok(kept.number);
        }
        let mut behind = self.behind.lock().await;
        let number = behind.held.len();
        let (held, max_age) = read(&behind.ask().await?)?;
        behind.held.push(held);
        *kept = Kept { number, until: Some(Instant::now() + max_age) };
        Ok(number)
    }
}

/// The seats that are held, and how long the answer may be kept.
fn read(answer: &Value) -> Result<(HashSet<String>, Duration)> {
    ensure!(answer["statusCode"] == 200, "no availability: {answer}");
    let control = answer["headers"]["cache-control"].as_str().context("no cache-control")?;
    let seconds = control.split("max-age=").nth(1).and_then(|age| age.parse().ok()).context("no max-age")?;
    let body: Value = serde_json::from_str(answer["body"].as_str().context("no body")?)?;
    let seats = body["data"]["seats"].as_array().context("no seats")?;
    let held = seats.iter().filter(|seat| seat["status"] == "held").filter_map(|seat| seat["seatId"].as_str());
    Ok((held.map(str::to_owned).collect(), Duration::from_secs(seconds)))
}

pub async fn rows(live: &Live, project: &Path) -> Result<Vec<Row>> {
    let binary = packaged::binary(project, "layout")?;
    live.open(EVENT, ARENA_LAYOUT).await?;
    live.warm("/hold-seats", EVENT).await?;
    let seats: Vec<String> = live.seats(EVENT).await?.into_iter().step_by(3).take(CHANGES as usize).collect();
    let function = Function::start(&binary, &live.table).await?;
    let edge =
        Arc::new(Edge { kept: Mutex::default(), behind: Mutex::new(Behind { function, held: Vec::new(), asked: 0 }) });
    edge.get().await?;

    let start = Instant::now();
    let until = start + LASTS + AFTERWARDS;
    let clients = (0..CLIENTS).map(|client| tokio::spawn(follow(edge.clone(), start + POLL * client / CLIENTS, until)));
    let clients: Vec<_> = clients.collect();
    let others = tokio::spawn(past_the_edge(edge.clone(), until));
    let changes =
        try_join_all((0..CHANGES).zip(&seats).map(|(number, seat)| change(live, start, number, seat))).await?;
    let mut seen = Vec::new();
    for client in join_all(clients).await {
        seen.push(client??);
    }
    others.await??;
    let behind = edge.behind.lock().await;
    let last = last_to_see(&behind.held, &changes, &seen)?;
    let readings = behind.function.log().iter().filter(|line| is_reading(line)).count();
    let seconds = start.elapsed().as_secs_f64();
    let a_second = float(readings) / seconds;
    Ok(vec![
        Row::new(
            "commit to the last of 10,000 who follow `availability`",
            "≤ 2.5 s",
            format!("{:.2} s at most", last.as_secs_f64()),
            Verdict::of(last <= BUDGET),
            json!({ "lastMs": last.as_millis(), "answers": behind.held.len() }),
        ),
        Row::new(
            "table reads for those who join or follow, whoever asks an instance",
            "≤ 1 a second",
            format!("{a_second:.2} a second, {} requests", behind.asked),
            // The first of them is there before the first second is over.
            Verdict::of(float(readings) <= BUDGET_READINGS * seconds + 1.0),
            json!({ "readings": readings, "requests": behind.asked, "seconds": seconds }),
        ),
    ])
}

/// Asks the function itself, again and again.
async fn past_the_edge(edge: Arc<Edge>, until: Instant) -> Result<()> {
    while Instant::now() < until {
        let answer = edge.behind.lock().await.ask().await?;
        ensure!(answer["statusCode"] == 200, "no availability: {answer}");
        tokio::time::sleep(PAST_THE_EDGE).await;
    }
    Ok(())
}

/// Holds a seat at its moment; gives the seat with the moment at which the answer said so.
async fn change(live: &Live, start: Instant, number: u32, seat: &str) -> Result<(String, Instant)> {
    sleep_until((start + LASTS * number / CHANGES).into()).await;
    live.hold(&live.token(&format!("bench-follow-{number}")), EVENT, &[seat.to_owned()]).await?.ok()?;
    Ok((seat.to_owned(), Instant::now()))
}

/// Reads once a second; gives each new answer's number with the moment at which it was there.
async fn follow(edge: Arc<Edge>, from: Instant, until: Instant) -> Result<Vec<(usize, Instant)>> {
    let (mut seen, mut next) = (Vec::new(), from);
    while next < until {
        sleep_until(next.into()).await;
        let number = edge.get().await?;
        if seen.last().is_none_or(|(last, _)| *last < number) {
            seen.push((number, Instant::now()));
        }
        next += POLL;
    }
    Ok(seen)
}

/// How long after its commit the last client saw a change, of all changes.
fn last_to_see(
    held: &[HashSet<String>],
    changes: &[(String, Instant)],
    seen: &[Vec<(usize, Instant)>],
) -> Result<Duration> {
    let mut first_with: HashMap<&str, usize> = HashMap::new();
    for (number, seats) in held.iter().enumerate() {
        for seat in seats {
            first_with.entry(seat).or_insert(number);
        }
    }
    // When the last client had an answer of this number, or a later one.
    let mut all_had = Vec::with_capacity(held.len());
    for number in 0..held.len() {
        let had = |client: &Vec<(usize, Instant)>| client.iter().find(|(got, _)| *got >= number).map(|(_, at)| *at);
        all_had.push(seen.iter().map(had).collect::<Option<Vec<_>>>().and_then(|had| had.into_iter().max()));
    }
    let mut last = Duration::ZERO;
    for (seat, at) in changes {
        let number = first_with.get(seat.as_str()).with_context(|| format!("no answer knew of {seat}"))?;
        let had = all_had[*number].with_context(|| format!("not all clients saw {seat}"))?;
        last = last.max(had.saturating_duration_since(*at));
    }
    Ok(last)
}

/// Whether a line of the function's log is of an answer for which the table was read.
fn is_reading(line: &str) -> bool {
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    line["dynamodb_requests"].as_u64().is_some_and(|requests| requests > 1)
}
