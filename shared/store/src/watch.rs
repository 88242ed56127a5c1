//! Connections and watchers: who is there, and who wants to see which event. All of these rows carry `ttl`, for
//! `$disconnect` is best effort.

use crate::key;
use crate::row::{Reader, keyed, number, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::caller::Caller;
use domain::clock::Moment;
use domain::limits::{CONNECTION_SECONDS_MAX, LAGGING_SHARDS, WATCH_SHARDS, WATCHED_EVENTS_MAX};
use domain::name::{BuyerId, ConnectionId, EventId};
use futures::future::try_join_all;

/// An open connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Who opened it.
    pub caller: Caller,
    /// The events it watches.
    pub events: Vec<EventId>,
    /// When it was opened, to the second.
    pub opened_at: Moment,
}

/// Whether a connection watches one more event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// It does, now or since before.
    Yes,
    /// It watches as many events as one connection may.
    TooMany,
    /// There is no such connection, or not any more.
    Unknown,
}

/// A connection that watches an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// The connection.
    pub connection: ConnectionId,
    /// Set where the watcher missed frames and needs a fresh snapshot; nothing is sent to it before this moment.
    pub lags_until: Option<Moment>,
}

/// An entry in the list of lagging watchers: a watcher that missed frames.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lagging {
    /// The event that it watches.
    pub event: EventId,
    /// Its connection.
    pub connection: ConnectionId,
    /// Nothing is sent to the watcher before this moment.
    pub until: Moment,
}

impl Store {
    /// Remembers a connection and who it is.
    pub async fn put_connection(
        &self,
        now: Moment,
        connection: &ConnectionId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let mut item = keyed(&key::connection(connection));
        item.insert("holder".to_owned(), text(caller.buyer.as_str()));
        item.insert("isAdmin".to_owned(), AttributeValue::Bool(caller.is_admin));
        item.insert("expiresAt".to_owned(), number(caller.expires_at.0));
        item.insert("ttl".to_owned(), number(now.seconds() + CONNECTION_SECONDS_MAX));
        item.extend(caller.priority.as_ref().map(|priority| ("priority".to_owned(), text(priority))));
        self.put_row(item).await
    }

    /// An open connection, if it is known.
    pub async fn connection(&self, connection: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let Some(item) = self.get(&key::connection(connection)).await? else { return Ok(None) };
        let row = Reader(&item);
        let caller = Caller {
            buyer: BuyerId::stored(row.text("holder")?).map_err(|e| crate::row::bad_row("holder", &e))?,
            is_admin: item.get("isAdmin").and_then(|v| v.as_bool().ok()).copied().unwrap_or_default(),
            expires_at: Moment(row.number("expiresAt")?),
            priority: row.maybe("priority").map(str::to_owned),
        };
        let events = item.get("events").and_then(|v| v.as_ss().ok()).map(Vec::as_slice).unwrap_or_default();
        let opened_at = row.maybe_number("ttl").map_or(Moment(0), |ttl| Moment((ttl - CONNECTION_SECONDS_MAX) * 1_000));
        Ok(Some(Connection {
            caller,
            opened_at,
            events: events.iter().filter_map(|e| EventId::stored(e).ok()).collect(),
        }))
    }

    /// Registers a watcher, if its connection may watch one more event. The caller reads the event's seats after this,
    /// so that every change is in the snapshot or in a frame.
    pub async fn watch(&self, now: Moment, event: &EventId, connection: &ConnectionId) -> Result<Watched, StoreError> {
        let at = key::connection(connection);
        let note = self
            .update_item(&at)
            .condition_expression(
                "attribute_exists(pk) AND \
                 (attribute_not_exists(events) OR contains(events, :name) OR size(events) < :most)",
            )
            .update_expression("ADD events :event")
            .expression_attribute_values(":event", AttributeValue::Ss(vec![event.to_string()]))
            .expression_attribute_values(":name", text(event.as_str()))
            .expression_attribute_values(":most", number(WATCHED_EVENTS_MAX));
        if !self.send_update(note).await? {
            return Ok(match self.connection(connection).await? {
                Some(_) => Watched::TooMany,
                None => Watched::Unknown,
            });
        }
        let mut item = keyed(&key::watcher(event, connection));
        item.insert("ttl".to_owned(), number(now.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await?;
        Ok(Watched::Yes)
    }

    /// Forgets a watcher.
    pub async fn unwatch(&self, event: &EventId, connection: &ConnectionId) -> Result<(), StoreError> {
        self.delete_row(&key::watcher(event, connection)).await?;
        let note = self
            .update_item(&key::connection(connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("DELETE events :event")
            .expression_attribute_values(":event", AttributeValue::Ss(vec![event.to_string()]));
        self.send_update(note).await.map(drop)
    }

    /// Forgets a watcher whose connection is gone.
    pub async fn forget_watcher(&self, event: &EventId, connection: &ConnectionId) -> Result<(), StoreError> {
        self.delete_row(&key::watcher(event, connection)).await
    }

    /// Forgets a connection, as it is known, and everything it watched.
    pub async fn forget_connection(&self, connection: &ConnectionId, known: &Connection) -> Result<(), StoreError> {
        try_join_all(known.events.iter().map(|event| self.forget_watcher(event, connection))).await?;
        self.close_socket(&known.caller.buyer, connection).await?;
        self.delete_row(&key::connection(connection)).await
    }

    /// Everyone who watches an event, read after the change that they are to see was committed.
    pub async fn watchers(&self, event: &EventId) -> Result<Vec<Watcher>, StoreError> {
        let shards = try_join_all((0..WATCH_SHARDS).map(|shard| self.watch_shard(event, shard))).await?;
        Ok(shards.into_iter().flatten().collect())
    }

    async fn watch_shard(&self, event: &EventId, shard: u32) -> Result<Vec<Watcher>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::watch_shard(event, shard)))
            .projection_expression("sk, lagsUntil")
            .consistent_read(true);
        let items = self.all(query).await?;
        let read = |item: &Item| {
            let row = Reader(item);
            let connection = ConnectionId::stored(row.maybe("sk")?).ok()?;
            Some(Watcher { connection, lags_until: row.maybe_number("lagsUntil").map(Moment) })
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// About how many watch an event: an eventually consistent count of those whose connection may yet be open.
    pub async fn count_watchers(&self, event: &EventId, now: Moment) -> Result<usize, StoreError> {
        let counts = try_join_all((0..WATCH_SHARDS).map(|shard| self.count_watch_shard(event, shard, now))).await?;
        Ok(counts.into_iter().sum())
    }

    async fn count_watch_shard(&self, event: &EventId, shard: u32, now: Moment) -> Result<usize, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::watch_shard(event, shard)))
            // DynamoDB may take days to delete a row whose ttl has passed.
            .filter_expression("#ttl > :now")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":now", number(now.seconds()));
        self.count(query).await
    }

    /// Whether a connection watches an event.
    pub async fn watches(&self, event: &EventId, connection: &ConnectionId) -> Result<bool, StoreError> {
        Ok(self.get(&key::watcher(event, connection)).await?.is_some())
    }

    /// Marks a watcher that missed frames; nothing is sent to it before `until`. A watcher that has left stays
    /// forgotten.
    pub async fn mark_lagging(
        &self,
        event: &EventId,
        connection: &ConnectionId,
        until: Moment,
    ) -> Result<(), StoreError> {
        // The list first: a watcher that is marked and not listed would never be served again; one that is listed and
        // not marked is sent one snapshot too many.
        let mut item = keyed(&key::lagging(event, connection));
        item.insert("until".to_owned(), number(until.0));
        item.insert("ttl".to_owned(), number(until.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await?;
        let mark = self
            .update_item(&key::watcher(event, connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET lagsUntil = :until")
            .expression_attribute_values(":until", number(until.0));
        self.send_update(mark).await.map(drop)
    }

    /// Lets a lagging watcher have frames again; says whether it still watches. The caller then reads the event's seats
    /// and sends them, so that every change is in the snapshot or in a frame. The watcher stays listed until the
    /// snapshot was sent, so that a run that dies before loses nothing.
    pub async fn follow_again(&self, event: &EventId, connection: &ConnectionId) -> Result<bool, StoreError> {
        let mark = self
            .update_item(&key::watcher(event, connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("REMOVE lagsUntil");
        self.send_update(mark).await
    }

    /// The lagging watchers of all events.
    pub async fn lagging(&self) -> Result<Vec<Lagging>, StoreError> {
        let shards = try_join_all((0..LAGGING_SHARDS).map(|shard| self.lagging_in_shard(shard))).await?;
        Ok(shards.into_iter().flatten().collect())
    }

    async fn lagging_in_shard(&self, shard: u32) -> Result<Vec<Lagging>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::lagging_shard(shard)));
        let items = self.all(query).await?;
        let read = |item: &Item| {
            let row = Reader(item);
            let (event, connection) = key::parse_lagging(row.maybe("sk")?)?;
            Some(Lagging { event, connection, until: row.maybe_number("until").map(Moment)? })
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// Takes a watcher off the list of lagging watchers, unless it was marked again meanwhile.
    pub async fn forget_lagging(&self, lagging: &Lagging) -> Result<(), StoreError> {
        let delete = self
            .delete_item(&key::lagging(&lagging.event, &lagging.connection))
            .condition_expression("#until = :until")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":until", number(lagging.until.0));
        self.send_delete(delete).await.map(drop)
    }
}
