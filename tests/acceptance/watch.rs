//! A watcher: joins over the socket, applies snapshot and frames, and says what it believes of each seat. About once a minute it
//! reads the availability, as every client does that should know also what the stream dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::people::fresh_id;
use tokio::time::{Instant, sleep};

use crate::answer::without_body;
use crate::connection::Connection;
use crate::person::Person;
use crate::record::Attempts;
use crate::wire::{Event, PATIENCE};

/// How long a watcher listens before it looks again whether it believes what was asked.
const LISTEN: Duration = Duration::from_millis(200);
/// How often a watcher reads the availability.
const CHECK: Duration = Duration::from_secs(60);

/// Seats by id, as the layout shows them.
pub(crate) type Map = BTreeMap<String, Value>;

/// What a watcher believes of one seat.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) status: String,
    pub(crate) hold_expires_at: Option<String>,
    pub(crate) version: u64,
}

impl Seen {
    fn of(seat: &Value) -> Seen {
        let status = seat["status"].as_str().unwrap_or_else(|| panic!("a seat without a status: {seat}"));
        let version = seat["version"].as_u64().unwrap_or_else(|| panic!("a seat without a version: {seat}"));
        let hold_expires_at = seat["holdExpiresAt"].as_str().map(str::to_owned);
        Seen { status: status.to_owned(), hold_expires_at, version }
    }

    /// What is believed of a seat that no one ever told about.
    fn untouched() -> Seen {
        Seen { status: "available".to_owned(), hold_expires_at: None, version: 0 }
    }
}

pub(crate) struct Watcher {
    connection: Connection,
    /// Whoever reads the availability: it asks for no token.
    anyone: Person,
    checked_at: Instant,
    etag: Option<String>,
    event_id: String,
    seats: BTreeMap<String, Seen>,
    /// Seats that a `seats:booked` frame named.
    pub(crate) booked: BTreeSet<String>,
    /// Every pushed frame, in order of arrival.
    pub(crate) frames: Vec<Value>,
}

impl Watcher {
    /// Joins and reads the whole snapshot.
    pub(crate) async fn join(connection: Connection, anyone: Person, event: &Event) -> Watcher {
        let (seats, booked, frames) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        let (checked_at, etag, event_id) = (Instant::now(), None, event.id.clone());
        let mut watcher = Watcher { connection, anyone, checked_at, etag, event_id, seats, booked, frames };
        watcher.snapshot().await;
        watcher
    }

    async fn snapshot(&mut self) {
        let id = fresh_id();
        self.connection.say(&json!({"action": "join:trip", "eventId": self.event_id, "requestId": id})).await;
        let (deadline, mut parts) = (Instant::now() + PATIENCE, BTreeSet::new());
        loop {
            let frame = self.connection.next(deadline).await.expect("a snapshot");
            self.apply(&frame);
            if frame["requestId"] != json!(id) {
                continue;
            }
            assert_eq!(frame["type"], "seats:availability", "the answer to a join: {frame}");
            parts.insert(frame["data"]["part"].as_u64());
            if Some(parts.len() as u64) == frame["data"]["parts"].as_u64() {
                return;
            }
        }
    }

    /// Takes a frame in: the highest version of a seat is kept, so repeats and reordering do no harm.
    fn apply(&mut self, frame: &Value) {
        let seats = match frame["type"].as_str() {
            Some("seats:availability") => &frame["data"]["seats"],
            Some("seat:status:changed") => &frame["data"]["changes"],
            Some("seats:booked") => {
                let ids = frame["data"]["seatIds"].as_array().into_iter().flatten();
                self.booked.extend(ids.filter_map(|id| id.as_str().map(str::to_owned)));
                &Value::Null
            }
            _ => &Value::Null,
        };
        assert_eq!(frame["eventId"], self.event_id.as_str(), "a frame about the event that was joined: {frame}");
        for seat in seats.as_array().into_iter().flatten() {
            self.learn(seat, |known, told| known.version < told.version);
        }
        if frame["requestId"].is_null() {
            self.frames.push(frame.clone());
        }
    }

    fn learn(&mut self, seat: &Value, is_newer: fn(&Seen, &Seen) -> bool) {
        let id = seat["seatId"].as_str().unwrap_or_else(|| panic!("a state of no seat: {seat}"));
        let told = Seen::of(seat);
        if self.seats.get(id).is_none_or(|known| is_newer(known, &told)) {
            self.seats.insert(id.to_owned(), told);
        }
    }

    /// Reads the availability, unless it is what was read before. It may say something newer of the same version: a hold that is
    /// over changes none.
    async fn check(&mut self) {
        self.checked_at = Instant::now();
        let path = format!("/availability/{}", self.event_id);
        if let Some(etag) = &self.etag {
            let asked = self.anyone.request(Method::HEAD, &path).header("if-none-match", etag);
            if without_body(asked).await.0 == 304 {
                return;
            }
        }
        let answer = self.anyone.get(&path).await.ok();
        self.etag = answer.header("etag").map(str::to_owned);
        for seat in answer.list("seats") {
            self.learn(seat, |known, told| known.version <= told.version);
        }
    }

    pub(crate) fn sees(&self, seat: &str) -> Seen {
        self.seats.get(seat).cloned().unwrap_or_else(Seen::untouched)
    }

    /// Takes in what comes within a moment; true if anything came.
    async fn listen(&mut self) -> bool {
        if self.checked_at.elapsed() >= CHECK {
            self.check().await;
        }
        let Some(frame) = self.connection.next_within(LISTEN).await else {
            return false;
        };
        self.apply(&frame);
        while let Some(frame) = self.connection.next_within(Duration::ZERO).await {
            self.apply(&frame);
        }
        true
    }

    /// Waits until the watcher believes it; answers with the moment it first did.
    pub(crate) async fn until(&mut self, what: &str, believed: impl Fn(&Watcher) -> bool) -> jiff::Timestamp {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if believed(self) {
                return jiff::Timestamp::now();
            }
            assert!(
                Instant::now() < deadline,
                "the watcher never saw {what}; its last frames: {:?}",
                self.last_frames()
            );
            self.listen().await;
        }
    }

    pub(crate) async fn until_seat_is(&mut self, seat: &str, status: &str) -> jiff::Timestamp {
        self.until(&format!("{seat} {status}"), |watcher| watcher.sees(seat).status == status).await
    }

    /// Waits until the watcher believes what the layout shows, of every seat.
    pub(crate) async fn agrees_with(&mut self, layout: &Map) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let differences = self.differences(layout);
            if differences.is_empty() {
                return;
            }
            let first: Vec<&String> = differences.iter().take(5).collect();
            assert!(Instant::now() < deadline, "a watcher is wrong about {} seats: {first:#?}", differences.len());
            self.listen().await;
        }
    }

    fn differences(&self, layout: &Map) -> Vec<String> {
        let shown = layout.iter().map(|(id, seat)| (id, Seen::of(seat), self.sees(id)));
        shown
            .filter(|(_, shown, seen)| shown != seen)
            .map(|(id, shown, seen)| format!("{id}: {shown:?}, seen {seen:?}"))
            .collect()
    }

    fn last_frames(&self) -> &[Value] {
        &self.frames[self.frames.len().saturating_sub(5)..]
    }
}

/// Asks again and again until it is so, or patience ends.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut so: impl FnMut() -> F) {
    let (deadline, attempts) = (Instant::now() + PATIENCE, Attempts::begin());
    while !so().await {
        assert!(Instant::now() < deadline, "it never came to be: {what}");
        sleep(LISTEN).await;
        attempts.again();
    }
}
