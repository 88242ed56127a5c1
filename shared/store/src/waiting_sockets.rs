//! The rows of connections whose buyers wait in a line, so that they can be told when their turn comes.

use crate::key;
use crate::queue::ttl;
use crate::row::{Reader, keyed, number, text};
use crate::{Item, Store, StoreError};
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::UNDRAWN_SOCKETS_AT_ONCE;
use domain::name::{BuyerId, ConnectionId, EventId, PriorityName};

/// What stands for the number of a connection's buyer before numbers are drawn.
pub const UNDRAWN: u64 = 0;

/// A connection whose buyer waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSocket {
    /// The priority of the buyer's place.
    pub priority: PriorityName,
    /// Its number, or [`UNDRAWN`].
    pub number: u64,
    /// The connection.
    pub connection: ConnectionId,
    /// The buyer.
    pub buyer: BuyerId,
    /// When the token with which it was opened runs out: it gets no frames of its buyer's own any more.
    pub expires_at: Moment,
}

impl Store {
    /// Notes a connection whose buyer waits, for the frame that says that the turn has come.
    pub async fn note_waiting_socket(&self, event: &Event, socket: &WaitingSocket) -> Result<(), StoreError> {
        let WaitingSocket { priority, number: of, connection, buyer, expires_at } = socket;
        let mut item = keyed(&key::waiting_socket(&event.id, priority, *of, connection));
        item.insert("holder".to_owned(), text(buyer.as_str()));
        item.insert("expiresAt".to_owned(), number(expires_at.0));
        item.insert("ttl".to_owned(), ttl(event));
        self.put_row(item).await
    }

    /// The connections of a priority whose buyers wait, up to a number; and some of those whose numbers were not drawn when they came,
    /// so that there is an end to them, and they hold up nobody.
    pub async fn waiting_sockets(
        &self,
        event: &EventId,
        priority: &PriorityName,
        last: u64,
    ) -> Result<Vec<WaitingSocket>, StoreError> {
        let between = |from: u64, to: u64| {
            self.query()
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", text(key::waiting_sockets(event, priority)))
                .expression_attribute_values(":from", text(key::in_order(from)))
                .expression_attribute_values(":to", text(key::in_order(to)))
        };
        let mut items = self.all(between(UNDRAWN + 1, last.saturating_add(1))).await?;
        let undrawn = self.send(between(UNDRAWN, UNDRAWN + 1).limit(UNDRAWN_SOCKETS_AT_ONCE)).await?;
        items.extend(undrawn.items.unwrap_or_default());
        let read = |item: &Item| {
            let row = Reader(item);
            let (number, connection) = key::parse_waiting_socket(row.maybe("sk")?)?;
            let buyer = BuyerId::stored(row.maybe("holder")?).ok()?;
            let expires_at = Moment(row.maybe_number("expiresAt")?);
            Some(WaitingSocket { priority: priority.clone(), number, connection, buyer, expires_at })
        };
        Ok(items.iter().filter_map(read).collect())
    }

    /// Forgets a connection whose buyer was told, or is gone.
    pub async fn forget_waiting_socket(&self, event: &EventId, socket: &WaitingSocket) -> Result<(), StoreError> {
        let WaitingSocket { priority, number, connection, .. } = socket;
        self.delete_row(&key::waiting_socket(event, priority, *number, connection)).await
    }
}
