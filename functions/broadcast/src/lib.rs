//! Turns the table's stream into frames for everyone who watches.
//!
//! Nobody calls the broadcaster: the commit is the event. A batch is coalesced to the last state of each seat, and each
//! event's frames go to its watchers ([`tell`]), many at a time and at a [`pace`](posting::pace). A watcher that is
//! throttled is served after the others. One that hangs, fails or stays throttled is sent nothing for some seconds, and
//! a fresh snapshot then ([`catch_up`]): after the next change, or on the schedule where none comes.

pub mod catch_up;
pub mod tell;

use domain::change::{SeatChange, coalesce};
use domain::name::EventId;
use domain::refusal::Refusal;
use domain::seat::Seat;
use futures::future::{LocalBoxFuture, join_all};
use lambda_runtime::Error;
use posting::Sockets;
use serde_json::Value;
use service::app::BackgroundApp;
use service::invocation::Handler;
use service::log;
use service::measure::Measure;
use service::office::Office;
use std::collections::BTreeMap;
use std::time::Instant;
use store::stream::{self, Change};

/// The broadcaster.
pub struct Broadcast {
    office: Office,
    sockets: Sockets,
}

impl Broadcast {
    /// A broadcaster that reads from this office's table, and posts at the pace of `sockets`.
    #[must_use]
    pub fn new(office: Office, sockets: Sockets) -> Self {
        Self { office, sockets }
    }

    /// A broadcaster of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        let app = BackgroundApp::start()?;
        Ok(Self::new(app.office, Sockets::paced_from_env(&app.sdk)?))
    }

    /// Serves a batch of the stream, or on schedule the lagging watchers, and writes the line of log.
    ///
    /// # Errors
    /// Rows could not be read, or a watcher not be marked as lagging: the batch must come again. Frames that were sent
    /// already do no harm, since clients know their versions by then.
    pub async fn serve(&self, event: Value, request_id: &str) -> Result<Value, Error> {
        let started = Instant::now();
        let office = self.office.metered();
        let is_batch = event.get("Records").is_some();
        let committed_at = stream::committed_at(&event);
        let outcome = match is_batch {
            true => self.tell_all(&office, stream::changes(event)?).await,
            false => self.catch_up(&office).await,
        };
        let refused = outcome.as_ref().err().map(|refusal| refusal.code);
        let route = if is_batch { "stream" } else { "schedule" };
        let event_id = outcome.as_ref().map(|events| events.join(" ")).unwrap_or_default();
        // A batch that fails comes again, and is measured when it has been told.
        let told = committed_at.filter(|_| outcome.is_ok());
        let measures = told.map(|at| Measure::since("FanOutLagMs", at, office.clock.now())).into_iter().collect();
        log::Line { function: "broadcast", request_id, route, event_id, refused, status: 0, started, measures }
            .write(office.clock.now(), &office.store);
        outcome.map(|_| stream::all_taken()).map_err(|refusal| refusal.message.into())
    }

    /// Tells the watchers of each event; says which events have changes.
    async fn tell_all(&self, office: &Office, changes: Vec<Change>) -> Result<Vec<String>, Refusal> {
        let by_event = seats_by_event(changes);
        let events = by_event.keys().map(ToString::to_string).collect();
        let tell = |(event, seats)| async move { self.tell(office, &event, coalesce(seats)).await };
        // Each event is told to its end, also where another one fails.
        join_all(by_event.into_iter().map(tell)).await.into_iter().collect::<Result<(), Refusal>>()?;
        Ok(events)
    }
}

impl Handler for Broadcast {
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event, request_id))
    }
}

/// The seats that changed, as watchers see them.
fn seats_by_event(changes: Vec<Change>) -> BTreeMap<EventId, Vec<SeatChange>> {
    let mut by_event: BTreeMap<EventId, Vec<SeatChange>> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Seat { event, seat: Seat { id: seat, status, expires_at, version, .. } } => {
                by_event.entry(event).or_default().push(SeatChange { seat, status, expires_at, version });
            }
            Change::Hold(_) | Change::Booking(_) => {}
        }
    }
    by_event
}
