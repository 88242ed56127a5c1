//! From the end of many holds to the last frame that says their seats are free.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::engine::grid;
use crate::figures::rounded;
use crate::live::Live;
use crate::report::{Row, Verdict};
use crate::watchers::join;

const EVENT: &str = "bench-expiry";
const HOLDS: usize = 2_000;
const SEATS_EACH: usize = 4;
/// Time to make the holds in.
const LENGTH: Duration = Duration::from_secs(20);
const AT_ONCE: usize = 16;
const BUDGET: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(90);

pub async fn row(live: &Live) -> Result<Row> {
    live.put_layout(EVENT, &grid(100, 80)).await?;
    live.open(EVENT, EVENT).await?;
    let seats = live.seats(EVENT).await?;
    let mut socket = join(live, EVENT, 0).await?;
    let end = Timestamp::now() + LENGTH;
    let holds = seats.chunks(SEATS_EACH).take(HOLDS).enumerate().map(|(number, seats)| hold(live, number, seats, end));
    let made: Vec<()> = stream::iter(holds).buffer_unordered(AT_ONCE).try_collect().await?;
    ensure!(Timestamp::now() < end, "the holds took longer than {} s to make", LENGTH.as_secs());
    let deadline = Instant::now() + PATIENCE;
    let (mut freed, mut last) = (0, end);
    while freed < made.len() * SEATS_EACH {
        let message = timeout_at(deadline, socket.next()).await.with_context(|| format!("{freed} seats were freed"))?;
        if let Message::Text(text) = message.context("the socket closed")?? {
            let frame: Value = serde_json::from_str(&text)?;
            let changes = frame["data"]["changes"].as_array();
            let here = changes.into_iter().flatten().filter(|change| change["status"] == "available").count();
            if here > 0 {
                (freed, last) = (freed + here, Timestamp::now());
            }
        }
    }
    let seconds = last.duration_since(end).as_secs_f64();
    let measured = format!("{seconds:.1} s after their end, of which 2 s are the skew allowance");
    let figures = json!({ "holds": HOLDS, "seatsEach": SEATS_EACH, "seconds": rounded(seconds, 2) });
    let what = format!("{HOLDS} holds of {SEATS_EACH} seats end within a second: the last is pushed as free");
    Ok(Row::new(&what, "≤ 5 s", measured, Verdict::of(seconds <= BUDGET.as_secs_f64()), figures))
}

async fn hold(live: &Live, number: usize, seats: &[String], end: Timestamp) -> Result<()> {
    let minutes = end.duration_since(Timestamp::now()).as_secs_f64() / 60.0;
    let body = json!({ "eventId": EVENT, "seatIds": seats, "holdDurationMinutes": minutes });
    let token = live.token(&format!("expiring-{number}"));
    live.post("/hold-seats", &token, &body).await?.ok()?;
    Ok(())
}
