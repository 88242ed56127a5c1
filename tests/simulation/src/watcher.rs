//! Watchers: they connect, join, see what is sold, and lose their connection. Some of them buy over the socket.

use crate::availability;
use crate::buyer::Buyer;
use crate::call::Who;
use crate::fleet::Function;
use crate::gateway::{Line, Screen};
use crate::stage::Stage;
use crate::token::token;
use crate::venue::SHOWS;
use fastrand::Rng;
use serde_json::json;
use std::time::Duration;
use support::events;
use support::people::Role;

/// A client that has not had its snapshot asks again after this time, in ms.
const PATIENCE_MS: u64 = 3_000;
/// How often a client reads the availability that it takes for a snapshot, in ms.
const POLL_MS: u64 = 1_000;
/// How often a client reads the availability beside its frames, in ms.
const CHECKS_MS: i64 = 60_000;
const STAY_MS: std::ops::Range<u64> = 2_000..40_000;
const AWAY_MS: std::ops::Range<u64> = 1_000..60_000;

/// Watches event after event until the day is over, and stays with the last one.
pub async fn watch(stage: &Stage, mut rng: Rng, name: String, until: u64) {
    let token = token(&name, Role::Buyer);
    let mut connections = 0;
    while stage.is_open(until) {
        connections += 1;
        let connection = format!("{}x{connections}x{:x}", name.replace('-', "x"), rng.u32(..));
        let event = SHOWS[rng.usize(0..SHOWS.len())].event;
        if !connect(stage, &connection, event, &name, &token).await {
            continue;
        }
        let mut buyer = Buyer::new(stage, rng.fork(), name.clone());
        buyer.connection = Some(connection.clone());
        let wants_snapshot = rng.bool();
        let mut checked_at = stage.world.now();
        while stage.is_open(until) && is_open(stage, &connection) {
            match wants_snapshot {
                true => join(stage, &connection, event).await,
                false => join_without_snapshot(stage, &connection, event).await,
            }
            if stage.world.now() - checked_at >= CHECKS_MS && stage.world.faults().lose_frames() {
                checked_at = stage.world.now();
                availability::refresh(stage, &connection).await;
            }
            let stay = rng.u64(STAY_MS);
            tokio::time::sleep(Duration::from_millis(stay)).await;
            if rng.bool() && stage.is_open(until) && is_open(stage, &connection) {
                buyer.act().await;
            }
            if rng.u8(0..6) == 0 {
                leave(stage, &connection).await;
            }
        }
        // Half of them come back at once, the others take longer, some longer than a session allows.
        if rng.bool() {
            tokio::time::sleep(Duration::from_millis(rng.u64(AWAY_MS))).await;
        }
    }
}

/// Joins again for each connected client that has not had a whole snapshot, as clients do by themselves.
pub async fn join_all(stage: &Stage) {
    let waiting: Vec<(String, String)> = {
        let gateway = stage.world.gateway();
        let waiting = gateway.lines.iter().filter(|(_, line)| line.is_open && !line.screen.is_complete);
        waiting.map(|(connection, line)| (connection.clone(), line.screen.event.clone())).collect()
    };
    for (connection, event) in waiting {
        join(stage, &connection, &event).await;
    }
}

/// Connects; says whether that was granted.
pub async fn connect(stage: &Stage, connection: &str, event: &str, who: &str, token: &str) -> bool {
    let line = Line { is_open: true, who: who.to_owned(), screen: Screen::of(event), ..Line::default() };
    stage.world.gateway().lines.insert(connection.to_owned(), line);
    let call = events::connect(connection, token, connection);
    let (_, answer) = stage.fleet.invoke(Function::Socket, Who::System, call).await;
    let is_in = answer.is_some_and(|answer| answer["statusCode"] == 200);
    match is_in {
        true => {
            let now = stage.world.now();
            if let Some(line) = stage.world.gateway().lines.get_mut(connection) {
                line.opened_at = Some(now);
            }
        }
        false => close(stage, connection),
    }
    is_in
}

/// Joins, again and again until the snapshot is whole.
pub async fn join(stage: &Stage, connection: &str, event: &str) {
    while stage.world.goes_on() && is_open(stage, connection) && !is_complete(stage, connection) {
        let message = json!({ "action": "join", "eventId": event }).to_string();
        let call = events::message(connection, &message, connection);
        stage.fleet.invoke(Function::Socket, Who::System, call).await;
        if !is_complete(stage, connection) {
            tokio::time::sleep(Duration::from_millis(PATIENCE_MS)).await;
        }
    }
}

/// Joins without a snapshot, and takes the availability for one.
pub async fn join_without_snapshot(stage: &Stage, connection: &str, event: &str) {
    while stage.world.goes_on() && is_open(stage, connection) && !is_complete(stage, connection) {
        let has_joined =
            stage.world.gateway().lines.get(connection).is_some_and(|line| line.screen.joined_at.is_some());
        if !has_joined {
            let message = json!({ "action": "join", "eventId": event, "snapshot": false }).to_string();
            let call = events::message(connection, &message, connection);
            stage.fleet.invoke(Function::Socket, Who::System, call).await;
        }
        availability::refresh(stage, connection).await;
        if !is_complete(stage, connection) {
            tokio::time::sleep(Duration::from_millis(POLL_MS)).await;
        }
    }
}

/// Every client that is connected reads the availability, as each does once a minute.
pub async fn check_all(stage: &Stage) {
    let open: Vec<String> = {
        let gateway = stage.world.gateway();
        gateway.lines.iter().filter(|(_, line)| line.is_open).map(|(connection, _)| connection.clone()).collect()
    };
    for connection in open {
        availability::refresh(stage, &connection).await;
    }
}

/// The client closes; API Gateway usually says so to the function.
pub async fn leave(stage: &Stage, connection: &str) {
    close(stage, connection);
    let call = events::disconnect(connection, connection);
    stage.fleet.invoke(Function::Socket, Who::System, call).await;
}

fn close(stage: &Stage, connection: &str) {
    let now = stage.world.now();
    if let Some(line) = stage.world.gateway().lines.get_mut(connection) {
        line.close(now);
    }
}

fn is_open(stage: &Stage, connection: &str) -> bool {
    stage.world.gateway().lines.get(connection).is_some_and(|line| line.is_open)
}

fn is_complete(stage: &Stage, connection: &str) -> bool {
    stage.world.gateway().lines.get(connection).is_some_and(|line| line.screen.is_complete)
}
