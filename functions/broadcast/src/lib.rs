//! Turns the table's stream into frames for everyone who watches.
//!
//! Nobody calls the broadcaster: the commit is the event. A batch is coalesced to the last state of each seat, and each
//! event's frames go to its watchers ([`tell`]), many at a time and at a [`pace`]. A watcher that is throttled is served
//! after the others; one that hangs, or stays throttled, is left alone for some seconds and starts from a fresh snapshot
//! then ([`catch_up`]): after the next change, or on the schedule where none comes.

pub mod catch_up;
pub mod pace;
pub mod post;
pub mod tell;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use domain::frame::{SeatChange, coalesce};
use domain::limits::{POSTS_BURST, POSTS_PER_SECOND_DEFAULT};
use domain::name::EventId;
use domain::refusal::Refusal;
use futures::future::{LocalBoxFuture, join_all};
use lambda_runtime::Error;
use pace::Pace;
use post::Sockets;
use serde_json::{Value, json};
use service::app::{Backstage, number};
use service::invocation::Handler;
use service::log;
use service::office::Office;
use std::collections::BTreeMap;
use std::time::Instant;
use store::key;
use store::row::{Reader, of_image, seat};

/// The broadcaster.
pub struct Broadcast {
    office: Office,
    sockets: Sockets,
    pace: Pace,
}

impl Broadcast {
    /// A broadcaster that reads from this office's table.
    #[must_use]
    pub fn new(office: Office, sockets: Sockets, pace: Pace) -> Self {
        Self { office, sockets, pace }
    }

    /// A broadcaster of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        log::init();
        let app = Backstage::from_env()?;
        app.warm_up();
        let sockets = Sockets::from_env(&app.sdk)?;
        let per_second = number("POSTS_PER_SECOND", POSTS_PER_SECOND_DEFAULT)?;
        Ok(Self::new(app.office, sockets, Pace::new(per_second, POSTS_BURST)))
    }

    /// Serves a batch of the stream, or on schedule those who lag, and writes the line of log.
    ///
    /// # Errors
    /// The watchers cannot be read: the batch must come again. Frames that were sent already are harmless, for their
    /// versions are known by then.
    pub async fn serve(&self, event: Value, request_id: &str) -> Result<Value, Error> {
        let started = Instant::now();
        let office = self.office.metered();
        let is_batch = event.get("Records").is_some();
        let outcome = match is_batch {
            true => self.handle(&office, serde_json::from_value(event)?).await,
            false => self.catch_up(&office).await,
        };
        let code = outcome.as_ref().map_or_else(|refusal| refusal.code.as_str(), |_| "ok");
        let route = if is_batch { "stream" } else { "schedule" };
        let event_id = outcome.as_ref().map(|events| events.join(" ")).unwrap_or_default();
        log::Line { function: "broadcast", request_id, route, event_id, code, status: 0, started }.write(&office.store);
        outcome.map(|_| json!(DynamoDbEventResponse::default())).map_err(|refusal| refusal.message.into())
    }

    /// Tells everyone who watches; says which events there were changes of.
    async fn handle(&self, office: &Office, batch: Event) -> Result<Vec<String>, Refusal> {
        let mut changes: BTreeMap<EventId, Vec<SeatChange>> = BTreeMap::new();
        for (event, change) in batch.records.into_iter().filter_map(change_of) {
            changes.entry(event).or_default().push(change);
        }
        // Each event to its end, whatever becomes of the others.
        let told =
            join_all(changes.iter().map(|(event, changes)| self.tell(office, event, coalesce(changes.clone())))).await;
        told.into_iter().collect::<Result<(), Refusal>>()?;
        Ok(changes.keys().map(ToString::to_string).collect())
    }
}

impl Handler for Broadcast {
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event, request_id))
    }
}

/// The seat change that a stream record tells of. A record that cannot be read is logged and left out: it must not
/// hold up the others.
fn change_of(record: EventRecord) -> Option<(EventId, SeatChange)> {
    if record.change.new_image.is_empty() {
        return None;
    }
    let image = of_image(record.change.new_image);
    let row = Reader(&image);
    let (event, _) = key::parse_seat(row.maybe("pk")?, row.maybe("sk")?)?;
    let seat = seat(&image).ok()?;
    let change = SeatChange { seat: seat.id, status: seat.status, expires_at: seat.expires_at, version: seat.version };
    Some((event, change))
}
