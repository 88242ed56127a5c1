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

use crate::client::moment;
use crate::harmless::make_harmless;
use crate::limits::{JOIN, WATCHERS};
use crate::people::Person;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A change as a watcher heard of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub seat: String,
    pub status: String,
    pub version: u64,
    /// When the hold ends, while held, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    pub at: Instant,
}

/// A seat at one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    pub version: u64,
    pub status: String,
    pub until_ms: Option<i64>,
}

/// The map: every seat that ever changed, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// When it was read, by the deployment's clock, in milliseconds since 1970.
    pub as_of_ms: i64,
    pub seats: BTreeMap<String, Seat>,
    /// Seats that nobody holds or has booked.
    pub free: usize,
}

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
        let mut frame: Value = serde_json::from_str(&text)?;
        make_harmless(&mut frame);
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
    let mut frame: Value = serde_json::from_str(text).unwrap_or_default();
    make_harmless(&mut frame);
    if frame["type"] != "seat:status:changed" {
        return Vec::new();
    }
    let changes = frame["data"]["changes"].as_array().into_iter().flatten();
    let one = |change: &Value| {
        Some(Heard {
            seat: change["seatId"].as_str()?.to_owned(),
            status: change["status"].as_str()?.to_owned(),
            version: change["version"].as_u64()?,
            until_ms: moment(&change["holdExpiresAt"]),
            at,
        })
    };
    changes.filter_map(one).collect()
}

/// How many seats a watcher, who knew this map when it joined, knows an older version of than the map has now, or the same version
/// with another status.
pub fn missed(before: &Map, heard: &[Heard], now: &Map) -> usize {
    let mut known = before.seats.clone();
    for one in heard {
        let seat = known.entry(one.seat.clone()).or_default();
        if one.version >= seat.version {
            *seat = Seat { version: one.version, status: one.status.clone(), until_ms: one.until_ms };
        }
    }
    let is_missed = |(id, there): &(&String, &Seat)| {
        known.get(*id).is_none_or(|seat| {
            seat.version < there.version || (seat.version == there.version && !agrees(seat, there, now.as_of_ms))
        })
    };
    now.seats.iter().filter(is_missed).count()
}

/// Whether two say the same of one version. The map shows a hold that is over as none before its end is written, so before there
/// is a frame of it (shared/domain, `SeatChange::at`).
fn agrees(seat: &Seat, there: &Seat, as_of_ms: i64) -> bool {
    let is_over = seat.status == "held" && seat.until_ms.is_some_and(|until| until <= as_of_ms);
    seat.status == there.status || (is_over && there.status == "available")
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
        let heard = Heard { seat: "a".to_owned(), status: "held".to_owned(), version: 3, until_ms: None, at };
        assert_eq!(changes(&frame.to_string(), at), [heard]);
        assert_eq!(changes(r#"{"type":"seats:booked","data":{"seatIds":["a"]}}"#, at), []);
        assert_eq!(changes("no JSON", at), []);
    }

    fn map(as_of_ms: i64, seats: &[(&str, u64, &str)]) -> Map {
        let seat = |version, status: &str| Seat { version, status: status.to_owned(), until_ms: None };
        let seats = seats.iter().map(|(id, version, status)| ((*id).to_owned(), seat(*version, status)));
        Map { as_of_ms, seats: seats.collect(), free: 0 }
    }

    fn heard(seat: &str, version: u64, status: &str) -> Heard {
        let (seat, status) = (seat.to_owned(), status.to_owned());
        Heard { seat, status, version, until_ms: Some(1_000), at: Instant::now() }
    }

    #[test]
    fn a_watcher_has_missed_what_it_knows_an_older_version_of() {
        let before = map(0, &[("a", 2, "held"), ("b", 1, "held")]);
        let now = map(0, &[("a", 2, "held"), ("b", 3, "held"), ("c", 1, "held")]);
        assert_eq!(missed(&before, &[heard("b", 3, "held"), heard("b", 2, "booked"), heard("c", 1, "held")], &now), 0);
        assert_eq!(missed(&before, &[heard("b", 2, "held")], &now), 2);
        let behind = map(0, &[("a", 2, "held")]);
        assert_eq!(missed(&before, &[heard("a", 9, "booked")], &behind), 0, "ahead of a map that is a second old");
    }

    #[test]
    fn a_watcher_who_was_told_another_status_of_the_same_version_has_missed_it() {
        let (before, now) = (map(0, &[]), |as_of, status| map(as_of, &[("a", 3, status)]));
        assert_eq!(missed(&before, &[heard("a", 3, "booked")], &now(0, "booked")), 0);
        assert_eq!(missed(&before, &[heard("a", 3, "booked")], &now(0, "available")), 1);
        assert_eq!(missed(&before, &[heard("a", 3, "held")], &now(999, "available")), 1, "the hold goes on");
        assert_eq!(missed(&before, &[heard("a", 3, "held")], &now(1_000, "available")), 0, "the hold is over");
        assert_eq!(missed(&now(0, "held"), &[], &now(0, "booked")), 1, "what it knew when it joined");
    }
}
