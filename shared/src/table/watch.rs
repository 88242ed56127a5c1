//! Connections and watchers: who is there, and who wants to see which event. All of these rows carry `ttl`, for
//! `$disconnect` is best effort.

use super::row::{Reader, keyed, number, text};
use super::{Item, Table, Trouble, trouble};
use crate::clock::Ms;
use crate::key;
use crate::limits::{CONNECTION_SECONDS_MAX, WATCH_SHARDS, WATCHED_EVENTS_MAX};
use crate::name::{BuyerId, ConnectionId, EventId};
use crate::token::Caller;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::try_join_all;

/// An open connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Whose it is.
    pub caller: Caller,
    /// The events it watches.
    pub events: Vec<EventId>,
}

/// A connection that watches an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// The connection.
    pub connection: ConnectionId,
    /// It missed frames and needs a fresh snapshot before any other; it is left alone until then.
    pub lags_until: Option<Ms>,
}

impl Table {
    /// Remembers a connection and who it is.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn put_connection(&self, now: Ms, connection: &ConnectionId, caller: &Caller) -> Result<(), Trouble> {
        let mut item = keyed(&key::connection(connection));
        item.insert("holder".to_owned(), text(caller.buyer.as_str()));
        item.insert("isAdmin".to_owned(), AttributeValue::Bool(caller.is_admin));
        item.insert("expiresAt".to_owned(), number(caller.expires_at.0));
        item.insert("ttl".to_owned(), number(now.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await
    }

    /// An open connection, if it is known.
    ///
    /// # Errors
    /// The table is busy or away, or the row cannot be read.
    pub async fn connection(&self, connection: &ConnectionId) -> Result<Option<Connection>, Trouble> {
        let Some(item) = self.get(&key::connection(connection)).await? else { return Ok(None) };
        let row = Reader(&item);
        let caller = Caller {
            buyer: BuyerId::parse(row.text("holder")?).map_err(|e| super::row::bad_row("holder", &e))?,
            is_admin: item.get("isAdmin").and_then(|v| v.as_bool().ok()).copied().unwrap_or_default(),
            expires_at: Ms(row.number("expiresAt")?),
        };
        let events = item.get("events").and_then(|v| v.as_ss().ok()).map(Vec::as_slice).unwrap_or_default();
        Ok(Some(Connection { caller, events: events.iter().filter_map(|e| EventId::parse(e).ok()).collect() }))
    }

    /// Registers a watcher; says whether its connection may watch one more event. The caller reads the event's seats
    /// only afterwards, so that no change falls between.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn watch(&self, now: Ms, event: &EventId, connection: &ConnectionId) -> Result<bool, Trouble> {
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
            return Ok(false);
        }
        let mut item = keyed(&key::watcher(event, connection));
        item.insert("ttl".to_owned(), number(now.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await?;
        Ok(true)
    }

    /// Forgets a watcher.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn unwatch(&self, event: &EventId, connection: &ConnectionId) -> Result<(), Trouble> {
        self.delete_row(&key::watcher(event, connection)).await?;
        let note = self
            .update_item(&key::connection(connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("DELETE events :event")
            .expression_attribute_values(":event", AttributeValue::Ss(vec![event.to_string()]));
        self.send_update(note).await.map(drop)
    }

    /// Forgets a watcher whose connection is gone.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn forget_watcher(&self, event: &EventId, connection: &ConnectionId) -> Result<(), Trouble> {
        self.delete_row(&key::watcher(event, connection)).await
    }

    /// Forgets a connection and everything it watched.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn forget_connection(&self, connection: &ConnectionId) -> Result<(), Trouble> {
        let events = self.connection(connection).await?.map(|c| c.events).unwrap_or_default();
        try_join_all(events.iter().map(|event| self.forget_watcher(event, connection))).await?;
        self.delete_row(&key::connection(connection)).await
    }

    /// Everyone who watches an event, read after the change that they are to see was committed.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn watchers(&self, event: &EventId) -> Result<Vec<Watcher>, Trouble> {
        let shards = try_join_all((0..WATCH_SHARDS).map(|shard| self.watch_shard(event, shard))).await?;
        Ok(shards.into_iter().flatten().collect())
    }

    async fn watch_shard(&self, event: &EventId, shard: u32) -> Result<Vec<Watcher>, Trouble> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::watch_shard(event, shard)))
            .projection_expression("sk, lagsUntil")
            .consistent_read(true);
        let items = self.all(query).await?;
        let read = |item: &Item| {
            let row = Reader(item);
            let connection = ConnectionId::parse(row.maybe("sk")?).ok()?;
            Some(Watcher { connection, lags_until: row.maybe_number("lagsUntil").map(Ms) })
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// Marks a watcher that missed frames and is to be left alone `until` then. A watcher that has left stays forgotten.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn mark_lagging(&self, event: &EventId, connection: &ConnectionId, until: Ms) -> Result<(), Trouble> {
        // Listed first: a listed watcher that does not lag is merely looked at once.
        let mut item = keyed(&key::lagging(event, connection));
        item.insert("ttl".to_owned(), number(until.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await?;
        let mark = self
            .update_item(&key::watcher(event, connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET lagsUntil = :until")
            .expression_attribute_values(":until", number(until.0));
        self.send_update(mark).await.map(drop)
    }

    /// Notes that a watcher that lagged `until` then has caught up, unless it was marked anew meanwhile.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn mark_caught_up(&self, event: &EventId, connection: &ConnectionId, until: Ms) -> Result<(), Trouble> {
        let mark = self
            .update_item(&key::watcher(event, connection))
            .condition_expression("lagsUntil = :until")
            .update_expression("REMOVE lagsUntil")
            .expression_attribute_values(":until", number(until.0));
        self.send_update(mark).await.map(drop)
    }

    /// The watchers that lag, over all events.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn lagging(&self) -> Result<Vec<(EventId, ConnectionId)>, Trouble> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::LAGGING))
            .projection_expression("sk");
        let items = self.all(query).await?;
        Ok(items.iter().filter_map(|item| key::parse_lagging(Reader(item).maybe("sk")?)).collect())
    }

    /// Takes a watcher off the list of those that lag.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn forget_lagging(&self, event: &EventId, connection: &ConnectionId) -> Result<(), Trouble> {
        self.delete_row(&key::lagging(event, connection)).await
    }

    fn update_item(&self, at: &key::Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.name).key("pk", text(&at.pk)).key("sk", text(&at.sk))
    }

    /// Sends a conditional update; says whether its condition held.
    async fn send_update(&self, update: UpdateItemFluentBuilder) -> Result<bool, Trouble> {
        self.count_request();
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(trouble("UpdateItem", &error)),
        }
    }

    pub(crate) async fn put_row(&self, item: Item) -> Result<(), Trouble> {
        self.count_request();
        let request = self.client.put_item().table_name(&self.name).set_item(Some(item));
        request.send().await.map(drop).map_err(|e| trouble("PutItem", &e))
    }

    pub(crate) async fn delete_row(&self, at: &key::Key) -> Result<(), Trouble> {
        self.count_request();
        let request = self.client.delete_item().table_name(&self.name).key("pk", text(&at.pk)).key("sk", text(&at.sk));
        request.send().await.map(drop).map_err(|e| trouble("DeleteItem", &e))
    }
}
