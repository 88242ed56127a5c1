//! What runs beside the requests: the stream's readers, the schedules, and the table's ttl.

use crate::call::{Call, Who};
use crate::engine::{TABLE, wire_key};
use crate::fault::Fault;
use crate::fleet::Function;
use crate::stage::Stage;
use crate::stream::{READERS, Reader, poison, reorder};
use audit::Key;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use support::events;
use tokio::task::spawn_local;

const SCHEDULE: Duration = Duration::from_secs(60);
/// A stream's reader asks this often, in ms.
const POLL_MS: std::ops::Range<u64> = 20..400;
const LATE_MS: std::ops::Range<u64> = 500..12_000;
const BATCH_MOST: usize = 60;
const REDELIVERY_MS: std::ops::Range<u64> = 50..1_000;
const TTL_PERIOD: Duration = Duration::from_secs(30);
/// `MaximumRetryAttempts` of both mappings.
const RETRIES: u32 = 5;

/// What is under way beside the requests.
#[derive(Default)]
pub struct Machinery {
    /// Batches that are being read.
    pub busy: AtomicU64,
    /// Batches read.
    pub batches: AtomicU64,
    /// Runs of the schedules.
    pub runs: AtomicU64,
    /// How often a batch is tried again before it is given up; none where that goes on for ever.
    pub retries: Option<u32>,
    /// Batches that were given up, each with its reader: what the queue of failures leads to.
    pub given_up: Mutex<VecDeque<(usize, Vec<Value>)>>,
}

impl Machinery {
    /// How a deployment is set: a batch that cannot be taken goes to the queue of failures (`infra/template.yaml`).
    #[must_use]
    pub fn as_deployed() -> Self {
        Self { retries: Some(RETRIES), ..Self::default() }
    }

    /// The batches that were given up.
    pub fn given_up(&self) -> MutexGuard<'_, VecDeque<(usize, Vec<Value>)>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts everything that runs beside the requests, until the runtime ends. `sweeps` says whether expired holds are
/// swept at all: correctness must not need it.
pub fn start(stage: &Arc<Stage>, machinery: &Arc<Machinery>, sweeps: bool) {
    for reader in 0..READERS.len() {
        for shard in 0..crate::stream::SHARDS {
            spawn_local(read(stage.clone(), machinery.clone(), reader, shard));
        }
    }
    spawn_local(on_schedule(stage.clone(), machinery.clone(), Function::Broadcast));
    if sweeps {
        spawn_local(on_schedule(stage.clone(), machinery.clone(), Function::Sweep));
    }
    spawn_local(expire(stage.clone()));
}

/// Starts the doorkeeper of waiting rooms on its schedule, until the runtime ends.
pub fn keep_doors(stage: &Arc<Stage>, machinery: &Arc<Machinery>) {
    spawn_local(on_schedule(stage.clone(), machinery.clone(), Function::Doorkeeper));
}

/// Hands one shard of the stream to one of its readers, batch after batch, in order.
async fn read(stage: Arc<Stage>, machinery: Arc<Machinery>, reader: usize, shard: usize) {
    let world = &stage.world;
    while world.goes_on() {
        world.morning().await;
        tokio::time::sleep(world.draw_ms(POLL_MS)).await;
        let most = world.rng().usize(1..=BATCH_MOST);
        let mut batch = world.stream().take(reader, shard, most);
        if batch.is_empty() {
            continue;
        }
        machinery.busy.fetch_add(1, Ordering::SeqCst);
        if world.strikes(Fault::BatchLate) {
            tokio::time::sleep(world.draw_ms(LATE_MS)).await;
        }
        if batch.len() > 1 && world.strikes(Fault::BatchReordered) {
            reorder(&mut batch, &mut world.rng());
        }
        if world.strikes(Fault::PoisonRecord) {
            let at = world.rng().usize(0..=batch.len());
            batch.insert(at, poison(reader));
        }
        let rest = if batch.len() > 1 && world.strikes(Fault::BatchSplit) {
            batch.split_off(world.rng().usize(1..batch.len()))
        } else {
            Vec::new()
        };
        for part in [batch, rest].into_iter().filter(|part| !part.is_empty()) {
            deliver(&stage, &machinery, reader, &part).await;
            if world.strikes(Fault::BatchRepeated) {
                deliver(&stage, &machinery, reader, &part).await;
            }
        }
        machinery.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Delivers a batch until the function has taken it, as Lambda does, or gives it up.
async fn deliver(stage: &Stage, machinery: &Machinery, reader: usize, batch: &[Value]) {
    if stage.world.strikes(Fault::BatchDropped) {
        stage.world.step(format!("{} records of the stream are given up", batch.len()));
        return;
    }
    let mut tried = 0;
    while stage.world.goes_on() {
        machinery.batches.fetch_add(1, Ordering::SeqCst);
        if hand_over(stage, reader, batch).await {
            return;
        }
        if machinery.retries.is_some_and(|most| tried >= most) {
            stage.world.step(format!("{} records of the stream go to the queue of failures", batch.len()));
            machinery.given_up().push_back((reader, batch.to_vec()));
            return;
        }
        tried += 1;
        tokio::time::sleep(stage.world.draw_ms(REDELIVERY_MS)).await;
    }
}

/// Calls a reader with a batch; says whether it took all of it.
async fn hand_over(stage: &Stage, reader: usize, batch: &[Value]) -> bool {
    let function = match READERS[reader].0 {
        Reader::Broadcast => Function::Broadcast,
        Reader::Outbox => Function::Outbox,
    };
    stage.fleet.invoke(function, Who::System, events::batch(batch)).await.1.is_some()
}

/// Does what `make replay-failures` does: hands each batch that was given up to the function that gave it up, and
/// forgets it when that has taken it; says how many were taken. Every other one comes twice, as where the command dies
/// in between.
pub async fn replay(stage: &Stage, machinery: &Machinery) -> usize {
    let waiting = std::mem::take(&mut *machinery.given_up());
    let mut taken = 0;
    for (number, (reader, batch)) in waiting.into_iter().enumerate() {
        if number % 2 == 1 {
            hand_over(stage, reader, &batch).await;
        }
        match hand_over(stage, reader, &batch).await {
            true => taken += 1,
            false => machinery.given_up().push_back((reader, batch)),
        }
    }
    taken
}

/// Starts a function every minute. A run may last longer than that.
async fn on_schedule(stage: Arc<Stage>, machinery: Arc<Machinery>, function: Function) {
    let who = if function == Function::Sweep { Who::Sweep } else { Who::System };
    while stage.world.goes_on() {
        stage.world.morning().await;
        tokio::time::sleep(SCHEDULE).await;
        machinery.runs.fetch_add(1, Ordering::SeqCst);
        let (stage, who) = (stage.clone(), who.clone());
        spawn_local(async move {
            let event = events::schedule();
            stage.fleet.invoke(function, who, event).await;
        });
    }
}

/// Deletes rows whose ttl has passed: each at some time afterwards, as DynamoDB does.
async fn expire(stage: Arc<Stage>) {
    let world = &stage.world;
    while world.goes_on() {
        world.morning().await;
        tokio::time::sleep(TTL_PERIOD).await;
        world.tell_engine_the_time();
        let now = world.now() / 1_000;
        let mut over: Vec<Key> = {
            let ledger = world.ledger();
            let ttl = |row: &audit::Row| row.get("ttl").and_then(|ttl| ttl["N"].as_str()).and_then(|n| n.parse().ok());
            let is_over = |row: &audit::Row| ttl(row).is_some_and(|ttl: i64| ttl < now);
            ledger.rows.rows().filter(|(_, row)| is_over(row)).map(|(key, _)| key.clone()).collect()
        };
        over.sort();
        for key in over {
            if world.strikes(Fault::Expired) {
                let request = json!({ "TableName": TABLE, "Key": wire_key(&key) });
                let answer = world.engine.serve("DeleteItem", request);
                debug_assert!(answer.is_ok(), "{}", answer.body);
                world.step(format!("ttl deletes {} {}", key.pk, key.sk));
                world.settle(&Call::new(0, Who::Ttl, None), &[key]);
            }
        }
    }
}
