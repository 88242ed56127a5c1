//! A thousand buyers want a hundred seats at the same moment; who gets one pays for it at once.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::engine::grid;
use crate::figures::{percentile, rounded};
use crate::live::{Answer, Live, WARMING};
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-storm";
const LAYOUT: &str = "bench-100";
/// The sale before it.
const REHEARSAL: &str = "bench-storm-rehearsal";
/// Until the functions behind the stream have started, whose work no client of the storm sees.
const STREAM_STARTS: Duration = Duration::from_secs(5);
const BUYERS: usize = 1_000;
const BUDGET: Duration = Duration::from_secs(2);

/// What one buyer was told.
struct Bought {
    seat: String,
    held: Answer,
    confirmed: Option<Answer>,
}

pub async fn row(live: &Live) -> Result<Row> {
    live.put_layout(LAYOUT, &grid(10, 10)).await?;
    rehearse(live).await?;
    live.open(EVENT, LAYOUT).await?;
    let seats = live.seats(EVENT).await?;
    let buyers: Vec<(String, String)> = (0..BUYERS)
        .map(|number| {
            let seat = seats.get(fastrand::usize(..seats.len())).context("no seats")?;
            Ok((live.token(&format!("storm-buyer-{number}")), seat.clone()))
        })
        .collect::<Result<_>>()?;
    let rush = buyers.iter().enumerate().map(|(number, (token, seat))| buy(live, EVENT, number, (token, seat)));
    let bought = try_join_all(rush).await?;
    verdict(&bought, &sold(live).await?)
}

/// Sells some seats of another event, so that every function behind a sale runs: `cargo lambda watch` starts each with a `cargo` of
/// its own, which would take the storm's cores for a second. What the start of a function costs is a row of its own.
async fn rehearse(live: &Live) -> Result<()> {
    live.open(REHEARSAL, LAYOUT).await?;
    let seats = live.seats(REHEARSAL).await?;
    let buyers = seats.iter().take(WARMING).enumerate().map(|(number, seat)| async move {
        let bought = buy(live, REHEARSAL, number, (&live.token(&format!("rehearsal-{number}")), seat)).await?;
        bought.confirmed.unwrap_or(bought.held).ok()
    });
    try_join_all(buyers).await?;
    tokio::time::sleep(STREAM_STARTS).await;
    Ok(())
}

async fn buy(live: &Live, event: &str, number: usize, (token, seat): (&str, &String)) -> Result<Bought> {
    let held = live.hold(token, event, std::slice::from_ref(seat)).await?;
    let confirmed = match held.status {
        200 => Some(live.confirm(token, event, &format!("{event}-{number}")).await?),
        _ => None,
    };
    Ok(Bought { seat: seat.clone(), held, confirmed })
}

/// Seats as the bookings have them.
async fn sold(live: &Live) -> Result<Vec<String>> {
    let mut seats = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = live.get_as_admin(&format!("/admin/events/{EVENT}/bookings?cursor={cursor}")).await?;
        for booking in page["data"]["bookings"].as_array().context("no bookings")? {
            let of = booking["seats"].as_array().context("a booking without seats")?;
            seats.extend(of.iter().filter_map(|seat| seat["seatId"].as_str().map(str::to_owned)));
        }
        match page["data"]["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return Ok(seats),
        }
    }
}

fn verdict(bought: &[Bought], sold: &[String]) -> Result<Row> {
    let answers: Vec<&Answer> =
        bought.iter().flat_map(|one| std::iter::once(&one.held).chain(&one.confirmed)).collect();
    let times: Vec<f64> = answers.iter().map(|answer| answer.took.as_secs_f64()).collect();
    let (p50, p99, longest) = (percentile(&times, 0.5), percentile(&times, 0.99), percentile(&times, 1.0));
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for answer in &answers {
        *statuses.entry(answer.status).or_default() += 1;
    }
    let paid: Vec<&str> =
        bought.iter().filter(|one| is_ok(one.confirmed.as_ref())).map(|one| one.seat.as_str()).collect();
    let twice = doubles(&paid) + doubles(&sold.iter().map(String::as_str).collect::<Vec<_>>());
    let broken = answers.iter().filter(|answer| answer.status >= 500).count();
    let agrees = paid.iter().copied().collect::<HashSet<_>>() == sold.iter().map(String::as_str).collect();
    let wrong = wrong_statuses(&answers)?;
    let met = twice == 0 && broken == 0 && agrees && wrong == 0 && p99 <= BUDGET.as_secs_f64();
    let measured = format!(
        "{} sold, {twice} twice, {broken} × 5xx; p50 {p50:.2} s, p99 {p99:.2} s, longest {longest:.2} s",
        sold.len()
    );
    let figures = json!({
        "p50Seconds": rounded(p50, 3), "p99Seconds": rounded(p99, 3), "maxSeconds": rounded(longest, 3),
        "statuses": statuses, "sold": sold.len(), "soldTwice": twice, "bookingsAgree": agrees,
    });
    let what = "1,000 buyers storm 100 seats";
    Ok(Row::new(what, "none twice, no 5xx, p99 ≤ 2 s", measured, Verdict::of(met), figures))
}

fn is_ok(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.status == 200)
}

fn doubles(seats: &[&str]) -> usize {
    seats.len() - seats.iter().collect::<HashSet<_>>().len()
}

/// Answers that are neither a success nor a conflict.
fn wrong_statuses(answers: &[&Answer]) -> Result<usize> {
    let mut wrong = 0;
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        let code: Value = answer.json()?["code"].take();
        let is_conflict = answer.status == 409 && code.as_str().is_some_and(|code| code.starts_with("seat_"));
        wrong += usize::from(!is_conflict);
    }
    Ok(wrong)
}
