//! Watchers that read the availability: to begin with, once a minute, or instead of frames. What they are told is judged.

use crate::call::Who;
use crate::fleet::Function;
use crate::gateway::Screen;
use crate::judge::time;
use crate::ledger::broken;
use crate::stage::Stage;
use crate::world::{CLOCKS_APART_MS, World};
use audit::Violation;
use serde_json::{Value, json};
use support::http::Http;

/// How old an answer may be, in ms.
const OLD_MS: i64 = 1_000;

/// An answer to a client that asked for an event's availability.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it knows the answer by.
    pub etag: String,
    /// When the reading began at the earliest, as its function's clock has it, in ms.
    pub as_of: i64,
    /// The content; none where the client has it already.
    pub data: Option<Value>,
}

/// Reads an event's availability, unless it is what `etag` stands for; none where there was no answer.
pub async fn read(stage: &Stage, event: &str, etag: Option<&str>) -> Option<Read> {
    let from = stage.world.now();
    let mut http = Http::new("GET /seat-booking/availability/{eventId}").path("eventId", event);
    if let Some(etag) = etag {
        http = http.header("if-none-match", etag);
    }
    let (call, answer) =
        stage.fleet.invoke(Function::Layout, Who::System, http.payload_at(from, &format!("a{from}"))).await;
    let answer = answer?;
    let data = match answer["status"].as_u64() {
        Some(200) => Some(answer["body"]["data"].clone()),
        Some(304) => None,
        Some(503) => return None,
        _ => {
            stage.world.fail(broken(11, format!("#{call} answered {answer} to a watcher")));
            return None;
        }
    };
    let (Some(as_of), Some(etag)) = (time(&answer["headers"]["holdfast-as-of"]), answer["headers"]["etag"].as_str())
    else {
        stage.world.fail(broken(10, format!("#{call} does not say what it is: {}", answer["headers"])));
        return None;
    };
    let read = Read { etag: etag.to_owned(), as_of, data };
    let found = stage.world.wrong_in(event, &read, from);
    stage.world.fail_for(found.into_iter().collect());
    Some(read)
}

/// A client reads the availability of the event that it watches, and shows it.
pub async fn refresh(stage: &Stage, connection: &str) {
    let known =
        stage.world.gateway().lines.get(connection).map(|line| (line.screen.event.clone(), line.screen.etag.clone()));
    let Some((event, etag)) = known else { return };
    let Some(read) = read(stage, &event, etag.as_deref()).await else { return };
    if let Some(line) = stage.world.gateway().lines.get_mut(connection) {
        line.screen.take(read);
    }
}

impl Screen {
    /// Shows what was read. A client that joined without a snapshot has one once a reading began after it had joined.
    fn take(&mut self, read: Read) {
        if let Some(data) = &read.data {
            self.show(&data["seats"]);
        }
        self.etag = Some(read.etag);
        self.is_complete |= self.joined_at.is_some_and(|at| read.as_of > at);
    }
}

impl World {
    /// What is wrong with the availability that a client got which asked at `from`: it must tell of states that the table has
    /// held, of everything that was committed before it was read, and be a second old at most.
    fn wrong_in(&self, event: &str, read: &Read, from: i64) -> Option<Violation> {
        if read.as_of < from - OLD_MS - CLOCKS_APART_MS {
            return Some(broken(10, format!("availability of {event} at {from} is as of {}", read.as_of)));
        }
        let data = read.data.as_ref()?;
        if data.to_string().contains("buyer-") {
            return Some(broken(9, format!("availability of {event} names a buyer")));
        }
        if let Some(untrue) = self.untrue(&json!({ "eventId": event, "data": { "seats": data["seats"] } })) {
            return Some(untrue);
        }
        let ledger = self.ledger();
        let told = |seat: &str| {
            let mut seats = data["seats"].as_array().into_iter().flatten();
            seats.find(|told| told["seatId"] == seat).and_then(|told| told["version"].as_u64()).unwrap_or_default()
        };
        let before = read.as_of - CLOCKS_APART_MS;
        let missing = ledger.seats_of(event).find(|seat| told(seat) < ledger.version_at(event, seat, before))?;
        Some(broken(10, format!("availability of {event} as of {} does not know of {missing}", read.as_of)))
    }
}
