//! CPU time of `broadcast` for each frame that a watcher is sent, against one bare SDK post.
//!
//! The packaged function tells watchers of one change after the other, and a program posts the same frames with the SDK
//! client alone; both post to a server that takes everything, and take turns.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, anyhow, ensure};
use axum::Router;
use axum::extract::State;
use bytes::Bytes;
use domain::caller::Caller;
use domain::clock::Clock;
use domain::name::{BuyerId, ConnectionId, EventId};
use futures::stream::{self, TryStreamExt};
use serde_json::json;
use support::events;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::cpu::probed;
use crate::engine::Engine;
use crate::figures::{float, median, rounded};
use crate::packaged;
use crate::process::{Function, command};
use crate::report::{Row, Verdict};

const ROUNDS: usize = 3;
const WATCHERS: usize = 1_000;
const WARM: usize = 2;
const CHANGES: usize = 10;
const BUDGET: f64 = 1.2;
/// Rows that are written at once.
const AT_ONCE: usize = 32;

pub async fn row(project: &Path) -> Result<Row> {
    let broadcast = packaged::binary(project, "broadcast")?;
    let posts = packaged::binary(project, "posts")?;
    let engine = Engine::start().await?;
    let (mut told, mut posted) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        told.push(told_by_function(&broadcast, &engine, round).await?);
        posted.push(bare_posts(&posts, &engine).await?);
    }
    let ratios: Vec<f64> = told.iter().zip(&posted).map(|(told, posted)| told / posted).collect();
    let (ratio, ours, bare) = (median(&ratios), median(&told), median(&posted));
    let measured = format!("{ratio:.2} ({ours:.0} µs / {bare:.0} µs)");
    let figures = json!({
        "ratio": rounded(ratio, 3), "ratios": ratios, "watchers": WATCHERS, "changes": CHANGES,
        "broadcastMicroseconds": told, "bareMicroseconds": posted,
    });
    let what = format!("CPU of one post to one of {WATCHERS} watchers / one bare SDK post");
    Ok(Row::new(&what, "≤ 1.2", measured, Verdict::of(ratio <= BUDGET), figures))
}

/// Takes every post, and counts them.
struct Sink {
    address: SocketAddr,
    taken: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Sink {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, taken) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let take = async |State(taken): State<Arc<AtomicUsize>>, _: Bytes| {
            taken.fetch_add(1, Ordering::Relaxed);
        };
        let routes = Router::new().fallback(take).with_state(taken.clone());
        // It ends with this object.
        let server = tokio::spawn(async move { _ = axum::serve(listener, routes).await });
        Ok(Self { address, taken, server })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn ensure_taken(&self, posts: usize) -> Result<()> {
        let taken = self.taken.load(Ordering::Relaxed);
        ensure!(taken == posts, "{taken} posts came of {posts}");
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Microseconds of CPU for each frame that a watcher gets.
async fn told_by_function(binary: &Path, engine: &Engine, round: usize) -> Result<f64> {
    let event = format!("bench-post-{round}");
    engine.open(&event).await?;
    watch(engine, &event).await?;
    let sink = Sink::start().await?;
    let settings = [("SOCKET_CALLBACK_URL", sink.url()), ("POSTS_PER_SECOND", "1000000".to_owned())];
    let mut function = Function::start_with(binary, &engine.table, settings).await?;
    let change = |number| change(&event, &engine.seats[0], number);
    let cost = function.cost_of((WARM, CHANGES), change, |_| Ok(())).await? * 1_000.0 / float(CHANGES * WATCHERS);
    sink.ensure_taken((WARM + CHANGES) * WATCHERS)?;
    Ok(cost)
}

async fn watch(engine: &Engine, event: &str) -> Result<()> {
    let event = EventId::parse(event).map_err(|why| anyhow!("{why}"))?;
    let connections: Vec<ConnectionId> = (0..WATCHERS)
        .map(|number| ConnectionId::parse(&format!("{event}-{number}")).map_err(|why| anyhow!("{why}")))
        .collect::<Result<_>>()?;
    let buyer = BuyerId::parse("watcher").map_err(|why| anyhow!("{why}"))?;
    let (now, store) = (Clock::System.now(), &engine.office().store);
    let caller = Caller { buyer, is_admin: false, expires_at: now.plus(3_600_000), priority: None };
    stream::iter(connections.iter().map(Ok))
        .try_for_each_concurrent(AT_ONCE, |connection| {
            let (event, caller) = (&event, &caller);
            async move {
                store.put_connection(now, connection, caller).await.map_err(|error| anyhow!("{error:?}"))?;
                store.watch(now, event, connection).await.map_err(|error| anyhow!("{error:?}"))?;
                Ok(())
            }
        })
        .await
}

/// A batch of the stream in which one seat has changed.
fn change(event: &str, seat: &str, number: usize) -> Bytes {
    let text = |text: String| json!({ "S": text });
    let (pk, sk) = (text(format!("EVENT#{event}#0")), text(format!("SEAT#{seat}")));
    let mut record = events::record("MODIFY", number as u64, &json!({ "pk": pk, "sk": sk }));
    record["dynamodb"]["NewImage"] =
        json!({ "pk": pk, "sk": sk, "status": { "S": "available" }, "version": { "N": (number + 1).to_string() } });
    Bytes::from(events::batch(&[record]).to_string())
}

async fn bare_posts(binary: &Path, engine: &Engine) -> Result<f64> {
    let sink = Sink::start().await?;
    let mut command = command(binary, &engine.table);
    command.args([&sink.url(), &(WARM * WATCHERS).to_string(), &(CHANGES * WATCHERS).to_string()]);
    let cost = probed(&mut command).await? / float(CHANGES * WATCHERS);
    sink.ensure_taken((WARM + CHANGES) * WATCHERS)?;
    Ok(cost)
}
