//! Holds a second through gateway, Lambda runtime and table, against the same transactions sent straight to the same
//! table. Rounds take turns, each in an event of its own, so that both meet the same table and the same noise.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use aws_sdk_dynamodb::config::Builder;
use domain::clock::Clock;
use domain::name::{BuyerId, EventId, SeatId};
use domain::ticket_type::TypesBySeat;
use domain::verb::asked::AskedSeats;
use domain::verb::hold::{HoldSeats, HoldTerms};
use domain::verb::{Plan, Seen, Transaction, Verb};
use futures::stream::{self, TryStreamExt};
use serde_json::json;
use store::{Store, client};
use tokio::time::sleep;

use crate::figures::{float, median, rounded};
use crate::live::{ARENA_LAYOUT, Live};
use crate::report::{Row, Verdict};

const ROUNDS: usize = 5;
const HOLDS: usize = 1_000;
const SEATS: usize = 2;
const CONCURRENCY: usize = 16;
const BUDGET: f64 = 0.6;
/// Between rounds: what the stream still brings along belongs to the round before.
const PAUSE: Duration = Duration::from_secs(2);

pub async fn row(live: &Live) -> Result<Row> {
    let sdk = client::sdk_config();
    let config = Builder::from(&sdk).endpoint_url(&live.table.endpoint);
    let table = Store::new(config, live.table.name.clone(), None);
    let (mut gateway, mut raw) = (Vec::new(), Vec::new());
    // The first round of each warms up and is not counted.
    for round in 0..=ROUNDS {
        let through = through_gateway(live, &format!("bench-rate-{round}")).await?;
        sleep(PAUSE).await;
        let straight = straight_to_table(live, &table, &format!("bench-straight-{round}")).await?;
        sleep(PAUSE).await;
        if round > 0 {
            gateway.push(through);
            raw.push(straight);
        }
    }
    Ok(verdict(&gateway, &raw))
}

fn verdict(gateway: &[f64], raw: &[f64]) -> Row {
    let ratios: Vec<f64> = gateway.iter().zip(raw).map(|(gateway, raw)| gateway / raw).collect();
    let ratio = median(&ratios);
    let (through, straight) = (median(gateway), median(raw));
    let measured = format!("{ratio:.2} ({through:.0} holds/s through everything, {straight:.0}/s straight)");
    let figures = json!({
        "ratio": rounded(ratio, 3), "ratios": ratios, "gatewayPerSecond": gateway, "straightPerSecond": raw,
        "seats": SEATS, "concurrency": CONCURRENCY, "holdsEachRound": HOLDS,
    });
    let what = format!("hold rate, {CONCURRENCY} clients, {SEATS} seats: gateway / straight to the table");
    Row::new(&what, "≥ 0.6", measured, Verdict::of(ratio >= BUDGET), figures)
}

/// Holds a second, every one by another buyer.
async fn through_gateway(live: &Live, event: &str) -> Result<f64> {
    live.open(event, ARENA_LAYOUT).await?;
    let seats = live.seats(event).await?;
    let asks: Vec<(String, Vec<String>)> = seats
        .chunks(SEATS)
        .take(HOLDS)
        .enumerate()
        .map(|(number, seats)| (live.token(&format!("rate-buyer-{number}")), seats.to_vec()))
        .collect();
    let started = Instant::now();
    stream::iter(asks.into_iter().map(anyhow::Ok))
        .try_for_each_concurrent(CONCURRENCY, async |(token, seats)| {
            live.hold(&token, event, &seats).await?.ok().map(drop)
        })
        .await?;
    rate(live, event, started).await
}

/// The same with the product's own plan and commit, and nothing around them.
async fn straight_to_table(live: &Live, table: &Store, event: &str) -> Result<f64> {
    live.open(event, ARENA_LAYOUT).await?;
    let holds = holds(table, event).await?;
    let table = Arc::new(table.clone());
    let started = Instant::now();
    stream::iter(holds.into_iter().map(anyhow::Ok))
        .try_for_each_concurrent(CONCURRENCY, async |hold| {
            let table = table.clone();
            // A task each, as the gateway has for each request.
            let sent =
                tokio::spawn(async move { table.commit(Clock::System.now(), &hold.event, None, &hold.writes).await });
            sent.await?.map_err(|stopped| anyhow!("{stopped:?}"))
        })
        .await?;
    rate(live, event, started).await
}

/// What the hold function would write.
async fn holds(table: &Store, event: &str) -> Result<Vec<Transaction>> {
    let id = EventId::parse(event).map_err(|why| anyhow!(why))?;
    let event = table.event(&id).await.map_err(|trouble| anyhow!("{trouble:?}"))?.ok_or_else(|| anyhow!("no event"))?;
    let layout = table.layout(&event.layout).await.map_err(|trouble| anyhow!("{trouble:?}"))?;
    let event = Arc::new(event);
    let seats: Vec<SeatId> = layout.inventory().seats().iter().map(|seat| seat.id.clone()).collect();
    let now = Clock::System.now();
    let hold = |(number, seats): (usize, &[SeatId])| {
        let asked = AskedSeats {
            event: event.clone(),
            inventory: layout.inventory().clone(),
            buyer: BuyerId::parse(&format!("rate-buyer-{number}")).map_err(|why| anyhow!(why))?,
            seats: seats.to_vec(),
            types: TypesBySeat::default(),
        };
        let terms = HoldTerms { length_ms: None, over_socket: false, request_id: format!("request-{number:09}") };
        let verb = HoldSeats { asked, table: None, terms };
        match verb.plan(now, &Seen::default()) {
            Plan::Commit(transaction) => Ok(transaction),
            other => Err(anyhow!("{other:?}")),
        }
    };
    seats.chunks(SEATS).take(HOLDS).enumerate().map(hold).collect()
}

/// Checks that all is held, which took until now.
async fn rate(live: &Live, event: &str, started: Instant) -> Result<f64> {
    let took = started.elapsed().as_secs_f64();
    let stats = live.get_as_admin(&format!("/stats/{event}")).await?;
    ensure!(stats["data"]["heldSeats"] == HOLDS * SEATS, "{event}: not every seat is held: {stats}");
    Ok(float(HOLDS) / took)
}
