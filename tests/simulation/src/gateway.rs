//! The sockets: who is connected, and what each client has on its screen.

use crate::engine::Answer;
use crate::fault::Fault;
use crate::judge::time;
use crate::ledger::broken;
use crate::world::{EPOCH_MS, World};
use audit::{SeatView, Violation};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::future::pending;

/// A seat as a client shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its version; a client keeps the highest that it has seen.
    pub version: u64,
    /// Its status.
    pub status: String,
}

/// What one client knows of one event: the snapshot it got, and every frame since.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// The event that it joined.
    pub event: String,
    /// Whether it has had a whole snapshot since it joined.
    pub is_complete: bool,
    /// Set where it joined without a snapshot: the availability that it takes instead must have been read after this, in ms.
    pub joined_at: Option<i64>,
    /// Whether it was told to follow the availability, since no frames come.
    pub follows_availability: bool,
    /// What the last availability that it read was known by.
    pub etag: Option<String>,
    parts: u64,
    /// The seats that ever changed.
    pub seats: HashMap<String, Shown>,
}

impl Screen {
    /// The screen of a client that is about to join.
    #[must_use]
    pub fn of(event: &str) -> Self {
        Self { event: event.to_owned(), ..Self::default() }
    }

    fn apply(&mut self, frame: &Value) {
        if frame["eventId"] != self.event.as_str() {
            return;
        }
        let data = &frame["data"];
        match frame["type"].as_str() {
            Some("joined") => {
                self.joined_at = time(&data["at"]);
                self.follows_availability = data["follow"] == "availability";
            }
            Some("seats:availability") => {
                self.follows_availability = data["follow"] == "availability";
                self.parts += 1;
                self.is_complete |= data["parts"].as_u64().is_some_and(|parts| self.parts >= parts);
                self.show(&data["seats"]);
            }
            Some("seat:status:changed") => self.show(&data["changes"]),
            _ => {}
        }
    }

    /// Shows these seats, where nothing newer is known of them. A state of the same version may be newer: a hold that is over, or a
    /// price that was taken away, changes no version.
    pub fn show(&mut self, changes: &Value) {
        for change in changes.as_array().into_iter().flatten() {
            let (Some(seat), Some(version)) = (change["seatId"].as_str(), change["version"].as_u64()) else { continue };
            let status = change["status"].as_str().unwrap_or_default().to_owned();
            let known =
                self.seats.entry(seat.to_owned()).or_insert_with(|| Shown { version: 0, status: String::new() });
            if known.version <= version {
                *known = Shown { version, status };
            }
        }
    }
}

/// One connection.
#[derive(Debug, Default)]
pub struct Line {
    /// Whether the client is still there.
    pub is_open: bool,
    /// Whose it is.
    pub who: String,
    /// When it was let in, in ms.
    pub opened_at: Option<i64>,
    /// When the client went, in ms.
    pub closed_at: Option<i64>,
    /// What the client shows.
    pub screen: Screen,
    /// Answers to its own requests that have not been looked at.
    pub answers: Vec<Value>,
}

impl Line {
    /// The client goes.
    pub fn close(&mut self, now: i64) {
        self.is_open = false;
        self.closed_at.get_or_insert(now);
    }
}

/// Every connection there ever was.
#[derive(Debug, Default)]
pub struct Gateway {
    /// By connection id.
    pub lines: BTreeMap<String, Line>,
    /// Until when every post is taken and lost, in ms.
    pub lost_until: i64,
}

const TRIP_MS: std::ops::Range<u64> = 1..5;
const SLOW_MS: std::ops::Range<u64> = 100..450;
/// What a post may meet.
const POST_FAULTS: [Fault; 6] = [
    Fault::SocketGone,
    Fault::SocketHung,
    Fault::SocketSlow,
    Fault::SocketThrottled,
    Fault::SocketFailed,
    Fault::FramesLost,
];
/// How long frames are lost once they are, in ms.
const LOST_MS: i64 = 60_000;
/// Frames that everyone who watches gets.
const PUSHED: [&str; 3] = ["seat:status:changed", "seats:booked", "seats:availability"];

impl World {
    /// Takes a post to a connection, if it is answered at all.
    pub async fn post(&self, connection: &str, body: &[u8]) -> Answer {
        let is_open = self.gateway().lines.get(connection).is_some_and(|line| line.is_open);
        if !is_open {
            return gone();
        }
        let fault = self.faults().first(&mut self.rng(), &POST_FAULTS);
        if let Some(fault) = fault {
            self.step(format!("post to {connection}: {fault}"));
        }
        match fault {
            Some(Fault::SocketGone) => {
                let now = self.now();
                if let Some(line) = self.gateway().lines.get_mut(connection) {
                    line.close(now);
                }
                gone()
            }
            Some(Fault::SocketThrottled) => Answer { status: 429, body: error("LimitExceededException") },
            Some(Fault::SocketFailed) => match self.rng().bool() {
                true => Answer { status: 403, body: error("ForbiddenException") },
                false => Answer { status: 500, body: error("InternalServerError") },
            },
            Some(Fault::FramesLost) => {
                self.gateway().lost_until = self.now() + LOST_MS;
                Answer { status: 200, body: String::new() }
            }
            Some(Fault::SocketHung) => {
                let arrives = self.rng().bool();
                if arrives {
                    self.deliver(connection, body);
                }
                pending().await
            }
            slow => {
                let trip = self.draw_ms(if slow.is_some() { SLOW_MS } else { TRIP_MS });
                tokio::time::sleep(trip).await;
                self.deliver(connection, body);
                Answer { status: 200, body: String::new() }
            }
        }
    }

    fn deliver(&self, connection: &str, body: &[u8]) {
        if self.now() < self.gateway().lost_until {
            return;
        }
        let text = String::from_utf8_lossy(body);
        let Ok(frame) = serde_json::from_str::<Value>(&text) else {
            self.fail(broken(10, format!("a frame that is no JSON: {text}")));
            return;
        };
        let kind = frame["type"].as_str().unwrap_or_default();
        if PUSHED.contains(&kind) && text.contains("buyer-") {
            self.fail(broken(9, format!("a frame names a buyer: {text}")));
        }
        if PUSHED.contains(&kind) {
            let untrue = self.untrue(&frame);
            self.fail_for(untrue.into_iter().collect());
        }
        let mut gateway = self.gateway();
        let Some(line) = gateway.lines.get_mut(connection) else { return };
        line.screen.apply(&frame);
        // What brings a pass nobody has asked for.
        if frame.get("requestId").is_some() || kind == "queue:admitted" {
            line.answers.push(frame);
        }
    }
}

impl World {
    /// What is untrue in a frame: each state that it tells must be in the table, or have been there.
    pub fn untrue(&self, frame: &Value) -> Option<Violation> {
        let event = frame["eventId"].as_str()?;
        let ledger = self.ledger();
        let is_true = |told: &&Value| {
            let (seat, version) = (told["seatId"].as_str().unwrap_or_default(), told["version"].as_u64());
            let mut states = ledger.all(event, seat).iter().map(|past| &past.seat);
            // A snapshot calls a seat free whose hold is over, and what is free is told as blocked while it is not for sale.
            let is_unsold = ledger.may_be_unsold(event, seat, EPOCH_MS, self.now());
            let fits = |state: &SeatView| match told["status"].as_str().unwrap_or_default() {
                told if told == state.status => true,
                "available" => state.status == "held",
                "blocked" => is_unsold && ["available", "held"].contains(&state.status.as_str()),
                _ => false,
            };
            states.any(|state| Some(state.version) == version && fits(state))
        };
        let lists = ["changes", "seats"].into_iter().filter_map(|list| frame["data"][list].as_array());
        let untrue = lists.flatten().find(|told| !is_true(told))?;
        Some(broken(10, format!("a frame of {event} tells of what the table never held: {untrue}")))
    }
}

fn gone() -> Answer {
    Answer { status: 410, body: error("GoneException") }
}

fn error(code: &str) -> String {
    json!({ "__type": code, "message": code }).to_string()
}
