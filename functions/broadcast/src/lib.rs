//! Turns the table's stream into frames for everyone who watches.
//!
//! Nobody calls the broadcaster: the commit is the event. A batch is coalesced to the last state of each seat, and each
//! event's frames go to its watchers, many at a time. A watcher that is throttled is served after the others; one that
//! hangs, or stays throttled, is left alone for some seconds and starts from a fresh snapshot then: with the next change,
//! or on the schedule where none comes.

pub mod post;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use futures::future::{LocalBoxFuture, try_join_all};
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use holdfast::app::App;
use holdfast::frame::{SeatChange, availability, changed, coalesce};
use holdfast::invocation::Handler;
use holdfast::key;
use holdfast::limits::{LAG_MS, POST_RETRIES, POST_RETRY_WAIT_MS, POSTS_IN_FLIGHT};
use holdfast::log;
use holdfast::name::{ConnectionId, EventId};
use holdfast::office::Office;
use holdfast::refusal::Refusal;
use holdfast::table::row::{Reader, of_image, seat};
use holdfast::table::watch::Watcher;
use lambda_runtime::Error;
use post::{Posted, Sockets};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// The broadcaster.
pub struct Broadcast {
    office: Office,
    sockets: Sockets,
}

impl Broadcast {
    /// A broadcaster that reads from this office's table.
    #[must_use]
    pub fn new(office: Office, sockets: Sockets) -> Self {
        Self { office, sockets }
    }

    /// A broadcaster of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        log::init();
        let app = App::from_env().await?;
        app.warm_up();
        let sockets = Sockets::from_env(&app.sdk)?;
        Ok(Self::new(app.office, sockets))
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
        log::Line { function: "broadcast", request_id, route, event_id, code, status: 0, started }.write(&office.table);
        outcome.map(|_| json!(DynamoDbEventResponse::default())).map_err(|refusal| refusal.message.into())
    }

    /// Tells everyone who watches; says which events there were changes of.
    async fn handle(&self, office: &Office, batch: Event) -> Result<Vec<String>, Refusal> {
        let mut changes: BTreeMap<EventId, Vec<SeatChange>> = BTreeMap::new();
        for (event, change) in batch.records.into_iter().filter_map(change_of) {
            changes.entry(event).or_default().push(change);
        }
        let told = changes.into_iter().map(|(event, changes)| self.tell(office, event, coalesce(changes)));
        try_join_all(told).await
    }

    /// Sends a snapshot to everyone who lags, also where no further change comes; says which events they watch.
    async fn catch_up(&self, office: &Office) -> Result<Vec<String>, Refusal> {
        let mut lagging: BTreeMap<EventId, Vec<ConnectionId>> = BTreeMap::new();
        for (event, connection) in office.table.lagging().await? {
            lagging.entry(event).or_default().push(connection);
        }
        for (event, connections) in &lagging {
            let watchers = office.table.watchers(event).await?;
            let late = watchers.into_iter().filter(|watcher| watcher.lags_until.is_some()).collect();
            self.news(office, event, Vec::new()).send(late).await?;
            let still: Vec<Watcher> = office.table.watchers(event).await?;
            let lags = |connection: &ConnectionId| {
                still.iter().any(|watcher| watcher.connection == *connection && watcher.lags_until.is_some())
            };
            for connection in connections.iter().filter(|connection| !lags(connection)) {
                office.table.forget_lagging(event, connection).await?;
            }
        }
        Ok(lagging.keys().map(ToString::to_string).collect())
    }

    fn news<'a>(&'a self, office: &'a Office, event: &'a EventId, frames: Vec<String>) -> News<'a> {
        News { office, sockets: &self.sockets, event, frames, snapshot: OnceCell::new() }
    }

    async fn tell(&self, office: &Office, event: EventId, changes: Vec<SeatChange>) -> Result<String, Refusal> {
        let now = office.clock.now();
        let watchers = office.table.watchers(&event).await?;
        let news = self.news(office, &event, changed(&event, &changes));
        let mut waiting: Vec<Watcher> =
            watchers.into_iter().filter(|watcher| watcher.lags_until.is_none_or(|until| until <= now)).collect();
        for attempt in 0..=POST_RETRIES {
            if attempt > 0 && !waiting.is_empty() {
                tokio::time::sleep(Duration::from_millis(POST_RETRY_WAIT_MS)).await;
            }
            waiting = news.send(waiting).await?;
        }
        let left = stream::iter(&waiting).map(|watcher| news.leave_behind(watcher)).buffer_unordered(POSTS_IN_FLIGHT);
        left.try_collect::<()>().await?;
        Ok(event.to_string())
    }
}

impl Handler for Broadcast {
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event, request_id))
    }
}

/// What one event's watchers are to get.
struct News<'a> {
    office: &'a Office,
    sockets: &'a Sockets,
    event: &'a EventId,
    frames: Vec<String>,
    snapshot: OnceCell<Vec<String>>,
}

impl News<'_> {
    /// Serves watchers, many at a time; gives back those that were throttled.
    async fn send(&self, watchers: Vec<Watcher>) -> Result<Vec<Watcher>, Refusal> {
        let served = stream::iter(watchers).map(|watcher| self.serve(watcher)).buffer_unordered(POSTS_IN_FLIGHT);
        let throttled: Vec<Option<Watcher>> = served.try_collect().await?;
        Ok(throttled.into_iter().flatten().collect())
    }

    /// Serves one watcher; gives it back where it was throttled.
    async fn serve(&self, watcher: Watcher) -> Result<Option<Watcher>, Refusal> {
        let frames = if watcher.lags_until.is_some() { self.snapshot().await? } else { &self.frames };
        match self.sockets.post_all(&watcher.connection, frames).await {
            Posted::Throttled => return Ok(Some(watcher)),
            // Trying again would hold up everyone's next frames.
            Posted::Hung => self.leave_behind(&watcher).await?,
            Posted::Gone => self.office.table.forget_watcher(self.event, &watcher.connection).await?,
            Posted::Taken => {
                if let Some(until) = watcher.lags_until {
                    self.office.table.mark_caught_up(self.event, &watcher.connection, until).await?;
                }
            }
        }
        Ok(None)
    }

    /// Leaves a watcher alone for a while; it starts from a fresh snapshot then.
    async fn leave_behind(&self, watcher: &Watcher) -> Result<(), Refusal> {
        let until = self.office.clock.now().plus(LAG_MS);
        Ok(self.office.table.mark_lagging(self.event, &watcher.connection, until).await?)
    }

    /// Every seat that ever changed, read once for all who lag.
    async fn snapshot(&self) -> Result<&[String], Refusal> {
        let read = || async {
            let (_, seats, as_of) = self.office.live_seats(self.event).await?;
            Ok(availability(self.event, &seats, as_of, None))
        };
        self.snapshot.get_or_try_init(read).await.map(Vec::as_slice)
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
