//! DynamoDB requests and write units of each verb, warm, as the functions' own log lines count them.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde_json::{Value, json};
use simulation::budget::{self, FIRST_HOLD, WITH_A_HOLD};
use tokio::time::sleep;

use crate::figures::median;
use crate::live::{ARENA, ARENA_LAYOUT, Answer, Live, confirmation};
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-usage";
const SAMPLES: usize = 9;
/// Enough for every instance of a function to have read event and layout.
const WARMING: usize = 32;
/// Time for the last lines to reach the log.
const LOG_DELAY: Duration = Duration::from_millis(500);

/// What one request used.
#[derive(Clone, Copy, Debug)]
struct Use {
    requests: f64,
    units: f64,
}

/// Request ids of the samples of each verb.
#[derive(Default)]
struct Samples(Vec<(&'static str, String)>);

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    live.open(EVENT, ARENA_LAYOUT).await?;
    let mut seats = live.seats(EVENT).await?.into_iter();
    let mut samples = Samples::default();
    for number in 0..SAMPLES {
        warm(live, number).await?;
        sample(live, &mut samples, &mut seats, number).await?;
    }
    sleep(LOG_DELAY).await;
    let used = samples.used(live)?;
    Ok(vec![requests(&used), units(&used)])
}

/// Lets every instance read the event again, whose settings it keeps for 5 s.
async fn warm(live: &Live, round: usize) -> Result<()> {
    let token = live.token("bench-warming");
    let body = json!({ "eventId": EVENT, "seatIds": ["no-such-seat"] });
    for path in ["/hold-seats", "/confirm", "/release"] {
        try_join_all((0..WARMING).map(|_| live.post(path, &token, &body))).await?;
    }
    if round == 0 {
        let layout = format!("/layout/{ARENA}");
        try_join_all((0..WARMING).map(|_| live.get_zipped(&layout, &token))).await?;
    }
    Ok(())
}

async fn sample(
    live: &Live,
    samples: &mut Samples,
    seats: &mut impl Iterator<Item = String>,
    number: usize,
) -> Result<()> {
    let mut next = |count| seats.by_ref().take(count).collect::<Vec<String>>();
    let token = live.token(&format!("bench-usage-{number}"));
    samples.note("hold of 1", live.hold(&token, EVENT, &next(1)).await?)?;
    samples.note("add 1", live.hold(&token, EVENT, &next(1)).await?)?;
    samples.note("confirm of 2", live.confirm(&token, EVENT, &format!("usage-{number}")).await?)?;
    samples.note("hold of 10", live.hold(&token, EVENT, &next(10)).await?)?;
    samples.note("release of 10", live.post("/release", &token, &json!({ "eventId": EVENT })).await?)?;
    samples.note("hold of 50", live.hold(&token, EVENT, &next(50)).await?)?;
    samples.note("confirm of 50", live.confirm(&token, EVENT, &format!("usage-50-{number}")).await?)?;
    let body = json!({ "eventId": EVENT, "seatIds": next(1) });
    samples.note("hold of 1 with key", live.post_with_key("/hold-seats", &token, &body, "bench-hold").await?)?;
    let body = confirmation(EVENT, &format!("usage-key-{number}"));
    samples.note("confirm of 1 with key", live.post_with_key("/confirm", &token, &body, "bench-confirm").await?)?;
    samples.note("layout of 10,000", live.get_zipped(&format!("/layout/{ARENA}"), &token).await?)?;
    Ok(())
}

impl Samples {
    fn note(&mut self, verb: &'static str, answer: Answer) -> Result<()> {
        let answer = answer.ok().with_context(|| verb)?;
        self.0.push((verb, answer.request_id));
        Ok(())
    }

    /// The median of each verb: an instance may have had to read the event again in one of them.
    fn used(&self, live: &Live) -> Result<HashMap<&'static str, Use>> {
        let lines = lines(live)?;
        let mut found: HashMap<&'static str, Vec<Use>> = HashMap::new();
        for (verb, id) in &self.0 {
            let line = lines.get(id).with_context(|| format!("{verb}: no line in the log for request {id}"))?;
            found.entry(verb).or_default().push(*line);
        }
        let middle = |of: Vec<Use>| Use {
            requests: median(&of.iter().map(|used| used.requests).collect::<Vec<_>>()),
            units: median(&of.iter().map(|used| used.units).collect::<Vec<_>>()),
        };
        Ok(found.into_iter().map(|(verb, of)| (verb, middle(of))).collect())
    }
}

/// What the functions' log says of each request.
fn lines(live: &Live) -> Result<HashMap<String, Use>> {
    let log = fs::read_to_string(live.folder()?.join("functions.log"))?;
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line.get(line.find('{')?..)?).ok());
    let read = |line: Value| {
        let used = Use { requests: line["dynamodb_requests"].as_f64()?, units: line["consumed_units"].as_f64()? };
        Some((line["request_id"].as_str()?.to_owned(), used))
    };
    Ok(lines.filter_map(read).collect())
}

fn requests(used: &HashMap<&'static str, Use>) -> Row {
    let lanes = f64::from(domain::event::Event::lanes_for(10_000));
    let of = |verb: &str| used.get(verb).map_or(f64::NAN, |used| used.requests);
    let (hold, add, confirm, release) = (of("hold of 1"), of("add 1"), of("confirm of 2"), of("release of 10"));
    let layout = of("layout of 10,000");
    let (first, further) = (f64::from(FIRST_HOLD), f64::from(WITH_A_HOLD));
    let met = hold <= first && add <= further && confirm <= further && release <= further && layout <= lanes;
    let measured = format!("{hold} · {add} · {confirm} · {release} · {layout} ({lanes} lanes, one query each)");
    let figures =
        json!({ "median": used.iter().map(|(verb, used)| (*verb, used.requests)).collect::<HashMap<_, _>>() });
    let what = "DynamoDB requests, warm: first hold · add · confirm · release · layout of 10,000";
    let budget = format!("{first} · ≤ {further} · ≤ {further} · ≤ {further} · one round");
    Row::new(what, &budget, measured, Verdict::of(met), figures)
}

/// A consistent read of a hold row of up to 4 KB is one unit, which is no write.
const READ_UNITS: f64 = 1.0;

fn units(used: &HashMap<&'static str, Use>) -> Row {
    let of = |verb: &str| used.get(verb).map_or(f64::NAN, |used| used.units);
    let hold = |verb| of(verb);
    let confirm = |verb| of(verb) - READ_UNITS;
    let checks = [
        ("hold 1", hold("hold of 1"), budget::hold(1)),
        ("hold 10", hold("hold of 10"), budget::hold(10)),
        ("hold 50", hold("hold of 50"), budget::hold(50)),
        ("confirm 2", confirm("confirm of 2"), budget::confirm(2)),
        ("confirm 50", confirm("confirm of 50"), budget::confirm(50)),
        ("hold 1 with key", hold("hold of 1 with key"), budget::hold(1) + budget::KEY),
        ("confirm 1 with key", confirm("confirm of 1 with key"), budget::confirm(1) + budget::KEY),
    ]
    .map(|(what, used, budget)| (what, used, f64::from(budget)));
    let met = checks.iter().all(|(_, used, budget)| used <= budget);
    let list = |pick: fn(&(&str, f64, f64)) -> String| checks.iter().map(pick).collect::<Vec<_>>().join(" · ");
    let what = format!("write units: {}", list(|(what, _, _)| (*what).to_owned()));
    let budget = format!("≤ {}", list(|(_, _, budget)| budget.to_string()));
    let measured = list(|(_, used, _)| used.to_string());
    let figures = json!(checks.map(|(what, used, budget)| json!({ "what": what, "units": used, "budget": budget })));
    Row::new(&what, &budget, measured, Verdict::of(met), figures)
}
