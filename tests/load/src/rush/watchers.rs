//! A few who watch the event over the WebSocket while buyers storm it: when does what was committed reach them?

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::limits::{JOIN, WATCHERS};
use crate::people::Person;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A change as a watcher heard of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub seat: String,
    pub status: String,
    pub version: u64,
    pub at: Instant,
}

/// The versions of seats, by id.
pub type Versions = BTreeMap<String, u64>;

/// Lets the watchers join. Each gives what it has heard once it is told that all is over.
///
/// # Errors
/// A socket that cannot be opened; an event that too many watch, so that no frames come.
pub async fn join(socket: &str, people: &[Person], event: &str, over: &Receiver<bool>) -> Result<JoinSet<Vec<Heard>>> {
    let mut watching = JoinSet::new();
    for person in people.iter().take(WATCHERS) {
        let joined = timeout(JOIN, open(socket, person, event)).await.context("no answer to joining")??;
        watching.spawn(listen(joined, over.clone()));
    }
    Ok(watching)
}

async fn open(address: &str, person: &Person, event: &str) -> Result<Socket> {
    let (mut socket, _) = connect_async(format!("{address}?token={}", person.token)).await?;
    let join = json!({ "action": "join", "eventId": event, "snapshot": false, "requestId": "join" });
    socket.send(Message::text(join.to_string())).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        if frame["requestId"] != "join" {
            continue;
        }
        ensure!(frame["type"] == "joined", "joining was answered with {}", frame["type"]);
        ensure!(frame["data"]["follow"].is_null(), "so many watch the event that no frames are sent");
        return Ok(socket);
    }
    bail!("the connection was closed")
}

/// Notes every change until all is over, or the connection is.
async fn listen(mut socket: Socket, mut over: Receiver<bool>) -> Vec<Heard> {
    let mut heard = Vec::new();
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = over.wait_for(|over| *over) => return heard,
        };
        match message {
            Some(Ok(Message::Text(text))) => heard.extend(changes(&text, Instant::now())),
            Some(Ok(_)) => {}
            // What it has not heard of shows in the end.
            Some(Err(_)) | None => return heard,
        }
    }
}

/// The changes in a frame.
fn changes(text: &str, at: Instant) -> Vec<Heard> {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    if frame["type"] != "seat:status:changed" {
        return Vec::new();
    }
    let changes = frame["data"]["changes"].as_array().into_iter().flatten();
    let one = |change: &Value| {
        Some(Heard {
            seat: change["seatId"].as_str()?.to_owned(),
            status: change["status"].as_str()?.to_owned(),
            version: change["version"].as_u64()?,
            at,
        })
    };
    changes.filter_map(one).collect()
}

/// How many seats a watcher knows an older version of than the map has, who knew these versions when it joined.
pub fn missed(before: &Versions, heard: &[Heard], now: &Versions) -> usize {
    let mut known = before.clone();
    for one in heard {
        let version = known.entry(one.seat.clone()).or_default();
        *version = one.version.max(*version);
    }
    now.iter().filter(|(seat, version)| known.get(*seat).copied().unwrap_or_default() < **version).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_out_of_frames_of_changes_alone() {
        let at = Instant::now();
        let frame = json!({
            "type": "seat:status:changed", "eventId": "e",
            "data": { "changes": [{ "seatId": "a", "status": "held", "version": 3 }, { "seatId": "b" }] },
        });
        let heard = Heard { seat: "a".to_owned(), status: "held".to_owned(), version: 3, at };
        assert_eq!(changes(&frame.to_string(), at), [heard]);
        assert_eq!(changes(r#"{"type":"seats:booked","data":{"seatIds":["a"]}}"#, at), []);
        assert_eq!(changes("no JSON", at), []);
    }

    #[test]
    fn a_watcher_has_missed_what_it_knows_an_older_version_of() {
        let of = |versions: &[(&str, u64)]| -> Versions {
            versions.iter().map(|(seat, version)| ((*seat).to_owned(), *version)).collect()
        };
        let heard = |seat: &str, version| Heard {
            seat: seat.to_owned(),
            status: "held".to_owned(),
            version,
            at: Instant::now(),
        };
        let before = of(&[("a", 2), ("b", 1)]);
        assert_eq!(
            missed(&before, &[heard("b", 3), heard("b", 2), heard("c", 1)], &of(&[("a", 2), ("b", 3), ("c", 1)])),
            0
        );
        assert_eq!(missed(&before, &[heard("b", 2)], &of(&[("a", 2), ("b", 3), ("c", 1)])), 2);
        assert_eq!(missed(&before, &[heard("a", 9)], &of(&[("a", 2)])), 0, "ahead of a map that is a second old");
    }
}
