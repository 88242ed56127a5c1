//! From a hold to the last of many watchers, each a socket of this process.
//!
//! The commit lies between the moment the hold is sent and the moment its answer comes, so both distances are printed;
//! the longer one is judged.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::SinkExt;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::engine::grid;
use crate::figures::{percentile, rounded};
use crate::live::Live;
use crate::report::{Row, Verdict};

const LAYOUT: &str = "bench-watched";
const EVENT: &str = "bench-watched";
const CHANGES: usize = 120;
/// Changes before the first that counts: functions start, and connections open.
const WARM_UPS: usize = 3;
/// Sockets opened at a time.
const BATCH: usize = 32;
const JOIN_PATIENCE: Duration = Duration::from_secs(30);
const FRAME_PATIENCE: Duration = Duration::from_secs(10);
/// Between changes, so that none meets the frames of the one before.
const PAUSE_MS: std::ops::Range<u64> = 150..350;

/// How many watch, and how soon the last must know.
const AUDIENCES: [(usize, Duration); 1] = [(1_000, Duration::from_millis(200))];

/// Changes a second that posts are counted at, and for how long each.
const RATES: [u64; 3] = [1, 10, 100];
const POSTS_SECONDS: u64 = 4;
/// Frames may still be on their way.
const FRAMES_LEFT: Duration = Duration::from_secs(3);

/// Everybody who watches, and what they wait for.
struct Audience {
    seats: Vec<String>,
    /// Index of the seat whose change is under way.
    awaited: AtomicUsize,
    missing: AtomicUsize,
    /// Frames that came, to all watchers together.
    frames: AtomicUsize,
    last: mpsc::UnboundedSender<Instant>,
}

/// Milliseconds of one change until its last watcher.
struct Distance {
    from_sending: f64,
    from_answer: f64,
}

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    live.put_layout(LAYOUT, &grid(40, 25)).await?;
    live.open(EVENT, LAYOUT).await?;
    let (last, mut lasts) = mpsc::unbounded_channel();
    let seats = live.seats(EVENT).await?;
    let (awaited, missing) = (AtomicUsize::new(usize::MAX), AtomicUsize::new(0));
    let audience = Arc::new(Audience { seats, awaited, missing, frames: AtomicUsize::new(0), last });
    let mut watching = JoinSet::new();
    let mut next_seat = 0;
    let mut rows = Vec::new();
    for (wanted, budget) in AUDIENCES {
        let connected = connect(live, &audience, &mut watching, wanted).await;
        let mut distances = Vec::new();
        let mut unseen = 0;
        for number in 0..WARM_UPS + CHANGES {
            match change(live, &audience, &mut lasts, watching.len(), next_seat).await? {
                Some(distance) if number >= WARM_UPS => distances.push(distance),
                Some(_) => {}
                None => unseen += 1,
            }
            next_seat += 1;
            sleep(Duration::from_millis(fastrand::u64(PAUSE_MS))).await;
        }
        rows.push(verdict(wanted, budget, watching.len(), &connected, &distances, unseen));
    }
    rows.push(posts(live, &audience, watching.len(), next_seat).await?);
    watching.shutdown().await;
    Ok(rows)
}

/// How many posts each change costs, at some rates of changes: the faster they come, the more of them share a frame.
async fn posts(live: &Live, audience: &Audience, watchers: usize, mut seat: usize) -> Result<Row> {
    let mut figures = Vec::new();
    for a_second in RATES {
        let before = audience.frames.load(Ordering::Relaxed);
        let changes = usize::try_from(a_second * POSTS_SECONDS).unwrap_or_default();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(a_second).unwrap_or(1));
        let mut holds = JoinSet::new();
        for _ in 0..changes {
            ticks.tick().await;
            let id = audience.seats.get(seat).context("more changes than seats")?.clone();
            let (live, token) = (live.clone(), live.token(&format!("posts-{seat}")));
            holds.spawn(async move { live.hold(&token, EVENT, &[id]).await?.ok() });
            seat += 1;
        }
        while let Some(held) = holds.join_next().await {
            held??;
        }
        sleep(FRAMES_LEFT).await;
        let frames = audience.frames.load(Ordering::Relaxed) - before;
        figures.push((a_second, frames / changes.max(1)));
    }
    let each = figures.iter().map(|(rate, posts)| format!("{posts} at {rate} changes a second"));
    let what = format!("posts for each change, {watchers} watchers");
    let measured = each.collect::<Vec<_>>().join(", ");
    let figures = json!(
        figures.iter().map(|(rate, posts)| json!({ "changesASecond": rate, "posts": posts })).collect::<Vec<_>>()
    );
    Ok(Row::new(&what, "", measured, Verdict::Told, figures))
}

fn verdict(
    wanted: usize,
    budget: Duration,
    reached: usize,
    connected: &Result<()>,
    distances: &[Distance],
    unseen: usize,
) -> Row {
    let of = |pick: fn(&Distance) -> f64, share| percentile(&distances.iter().map(pick).collect::<Vec<_>>(), share);
    let sent = |share| of(|distance| distance.from_sending, share);
    let answered = |share| of(|distance| distance.from_answer, share);
    let budget_ms = budget.as_millis();
    let mut measured = format!(
        "p50 {:.0} ms, p99 {:.0} ms from sending; p50 {:.0} ms, p99 {:.0} ms from the answer; {} changes",
        sent(0.5),
        sent(0.99),
        answered(0.5),
        answered(0.99),
        distances.len(),
    );
    if unseen > 0 {
        measured += &format!(", {unseen} did not reach all within 10 s");
    }
    if let Err(error) = connected {
        measured += &format!("; only {reached} watchers ({error:#})");
    }
    let met = connected.is_ok() && unseen == 0 && sent(0.99) <= budget.as_secs_f64() * 1_000.0;
    let figures = json!({
        "watchers": reached, "changes": distances.len(), "notReachingAll": unseen,
        "fromSendingMs": { "p50": rounded(sent(0.5), 1), "p99": rounded(sent(0.99), 1) },
        "fromAnswerMs": { "p50": rounded(answered(0.5), 1), "p99": rounded(answered(0.99), 1) },
        "allFromSendingMs": distances.iter().map(|d| rounded(d.from_sending, 1)).collect::<Vec<_>>(),
    });
    let what = format!("commit to the last of {wanted} watchers");
    Row::new(&what, &format!("p99 ≤ {budget_ms} ms"), measured, Verdict::of(met), figures)
}

/// Connects and joins until there are `wanted` watchers.
async fn connect(live: &Live, audience: &Arc<Audience>, watching: &mut JoinSet<()>, wanted: usize) -> Result<()> {
    let joining = (watching.len()..wanted).map(|number| join(live, EVENT, number));
    let mut joined = stream::iter(joining).buffer_unordered(BATCH);
    while let Some(socket) = joined.try_next().await? {
        watching.spawn(watch(socket, audience.clone()));
    }
    Ok(())
}

/// A connection that watches an event, without a snapshot.
pub async fn join(live: &Live, event: &str, number: usize) -> Result<WebSocketStream<TcpStream>> {
    let host = live.socket.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).context("no address")?;
    let stream = TcpStream::connect(host).await.with_context(|| format!("watcher {number}"))?;
    let address = format!("{}?token={}", live.socket, live.token(&format!("watcher-{number}")));
    let attempt = async {
        let (mut socket, _) = client_async(address, stream).await?;
        socket
            .send(Message::text(json!({ "action": "join", "eventId": event, "snapshot": false }).to_string()))
            .await?;
        let answer = socket.next().await.context("closed")??;
        ensure!(answer.to_text()?.contains("\"joined\""), "joining was answered with {answer}");
        anyhow::Ok(socket)
    };
    timeout(JOIN_PATIENCE, attempt).await.context("no answer")?.with_context(|| format!("watcher {number}"))
}

/// Reads frames; the last watcher to see the awaited seat tells when that was.
async fn watch(mut socket: WebSocketStream<TcpStream>, audience: Arc<Audience>) {
    let mut seen = usize::MAX;
    while let Some(Ok(message)) = socket.next().await {
        audience.frames.fetch_add(1, Ordering::Relaxed);
        let (Message::Text(text), awaited) = (message, audience.awaited.load(Ordering::Acquire)) else { continue };
        let is_it = awaited != seen && audience.seats.get(awaited).is_some_and(|seat| names(&text, seat));
        if is_it {
            seen = awaited;
            if audience.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
                let _ = audience.last.send(Instant::now());
            }
        }
    }
}

fn names(frame: &str, seat: &str) -> bool {
    frame.contains(&format!("\"{seat}\""))
}

/// Holds one seat; how long until all have seen it. None where not all did in time.
async fn change(
    live: &Live,
    audience: &Audience,
    lasts: &mut mpsc::UnboundedReceiver<Instant>,
    watchers: usize,
    seat: usize,
) -> Result<Option<Distance>> {
    while lasts.try_recv().is_ok() {}
    audience.missing.store(watchers, Ordering::Release);
    audience.awaited.store(seat, Ordering::Release);
    let id = audience.seats.get(seat).context("more changes than seats")?;
    let answer = live.hold(&live.token(&format!("watched-buyer-{seat}")), EVENT, std::slice::from_ref(id)).await?;
    let answer = answer.ok()?;
    let Ok(Some(last)) = timeout(FRAME_PATIENCE, lasts.recv()).await else { return Ok(None) };
    let ms = |since: Instant| last.saturating_duration_since(since).as_secs_f64() * 1_000.0;
    Ok(Some(Distance { from_sending: ms(answer.sent), from_answer: ms(answer.sent + answer.took) }))
}
