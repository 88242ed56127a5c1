//! DynamoDB requests and write units of each verb, warm, as the functions' own log lines count them.

use std::collections::HashMap;

use anyhow::Result;
use futures::future::try_join_all;
use serde_json::json;
use simulation::budget::{self, FIRST_HOLD, WITH_A_HOLD};

use crate::live::{ARENA, ARENA_LAYOUT, Live, WARMING, confirmation};
use crate::log::{Samples, Use, middle};
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-usage";
const SAMPLES: usize = 9;

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    live.open(EVENT, ARENA_LAYOUT).await?;
    let mut seats = live.seats(EVENT).await?.into_iter();
    let mut samples = Samples::default();
    for number in 0..SAMPLES {
        warm(live, number).await?;
        sample(live, &mut samples, &mut seats, number).await?;
    }
    let used: HashMap<_, _> =
        samples.used(live).await?.into_iter().map(|(verb, samples)| (verb, middle(&samples))).collect();
    Ok(vec![requests(&used), units(&used)])
}

/// Lets every instance read the event again, whose settings it keeps for 5 s.
async fn warm(live: &Live, round: usize) -> Result<()> {
    for path in ["/hold-seats", "/confirm", "/release"] {
        live.warm(path, EVENT).await?;
    }
    if round == 0 {
        let (token, layout) = (live.token("bench-warming"), format!("/layout/{ARENA}"));
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
