//! Every key of the table, with the read that it serves; those of waiting rooms are in [`queue`]. Nothing else spells one.

mod queue;
mod row_key;

pub use queue::*;
pub use row_key::Key;
use row_key::key;

use domain::clock::Moment;
use domain::limits::{AWAY_SHARDS, DUE_SHARDS, LAGGING_SHARDS, WATCH_SHARDS};
use domain::name::{BookingId, BuyerId, ConnectionId, EventId, HoldId, LayoutId, OrderId, SeatId};

/// Prefix of seat rows' sort keys: what the broadcaster filters the stream by.
pub const SEAT: &str = "SEAT#";
/// Prefix of hold rows' sort keys: what the outbox filters the stream by.
pub const HOLD: &str = "HOLD#";
/// Sort key of bookings.
pub const BOOKING: &str = "BOOKING";
/// Prefix of failed orders' sort keys.
pub const ORDER: &str = "ORDER#";
/// Prefix of the partitions that belong to one buyer.
pub const BUYER: &str = "BUYER#";
/// Prefix of a layout's version rows.
pub const VERSION: &str = "VERSION#";
/// Partition of the event listing in the index by event.
pub const EVENTS: &str = "EVENTS";

/// A row that is never written and that every function may read, to see whether the table answers.
#[must_use]
pub fn health() -> Key {
    key("HEALTH".to_owned(), "HEALTH".to_owned())
}

/// An event's settings; read by id.
#[must_use]
pub fn event(event: &EventId) -> Key {
    key(format!("EVENT#{event}"), "META".to_owned())
}

/// One lane of an event's seats; reading an event queries each lane.
#[must_use]
pub fn lane(event: &EventId, lane: u32) -> String {
    format!("EVENT#{event}#{lane}")
}

/// A seat that has changed at least once.
#[must_use]
pub fn seat(event: &EventId, in_lane: u32, seat: &SeatId) -> Key {
    key(lane(event, in_lane), format!("{SEAT}{seat}"))
}

/// The event and seat that a seat row's keys name.
#[must_use]
pub fn parse_seat(pk: &str, sk: &str) -> Option<(EventId, SeatId)> {
    let (event, _lane) = pk.strip_prefix("EVENT#")?.split_once('#')?;
    let seat = sk.strip_prefix(SEAT)?;
    Some((EventId::stored(event).ok()?, SeatId::stored(seat).ok()?))
}

/// Everything of one buyer: holds and idempotency rows; and in the index by buyer, the bookings.
#[must_use]
pub fn buyer(buyer: &BuyerId) -> String {
    format!("{BUYER}{buyer}")
}

/// The buyer's one hold in an event; also read with a prefix for all the buyer's holds.
#[must_use]
pub fn hold(by: &BuyerId, event: &EventId) -> Key {
    key(buyer(by), format!("{HOLD}{event}"))
}

/// What a buyer has booked in an event that limits buyers; read where a condition on it fails.
#[must_use]
pub fn limit(of: &BuyerId, event: &EventId) -> Key {
    key(buyer(of), format!("LIMIT#{event}"))
}

/// A payment of a buyer's that failed; in the index with the buyer's others.
#[must_use]
pub fn failed_order(of: &BuyerId, order: &OrderId) -> Key {
    key(buyer(of), format!("{ORDER}{order}"))
}

/// The failed orders of a buyer, in the index by buyer. They have a partition of their own, so that the buyer's bookings
/// are listed without them.
#[must_use]
pub fn failed_orders(of: &BuyerId) -> String {
    format!("ORDERS#{of}")
}

/// The answer to a request for a buyer that carried an `Idempotency-Key`; `caller` is who sent it, where that is not
/// the buyer.
#[must_use]
pub fn idempotency(of: &BuyerId, caller: Option<&BuyerId>, action: &str, idempotency_key: &str) -> Key {
    let sk = match caller {
        None => format!("IDEMPOTENCY#{action}#{idempotency_key}"),
        // The length keeps `a#b` + `c` and `a` + `b#c` apart.
        Some(caller) => {
            format!("IDEMPOTENCY-BY#{}#{caller}#{action}#{idempotency_key}", caller.as_str().len())
        }
    };
    key(buyer(of), sk)
}

/// The sockets that a buyer has open. They have a partition of their own, so that the right to delete them covers no
/// hold.
#[must_use]
pub fn sockets(of: &BuyerId) -> String {
    format!("SOCKETS#{of}")
}

/// A socket that a buyer has open; read with all the buyer's others.
#[must_use]
pub fn socket(of: &BuyerId, connection: &ConnectionId) -> Key {
    key(sockets(of), connection.to_string())
}

/// A booking; read by id.
#[must_use]
pub fn booking(booking: &BookingId) -> Key {
    key(format!("BOOKING#{booking}"), BOOKING.to_owned())
}

/// Which booking a payment paid for.
#[must_use]
pub fn payment(gateway: &str, transaction: &str) -> Key {
    // The length keeps `a#b` + `c` and `a` + `b#c` apart.
    key(format!("PAYMENT#{}#{gateway}#{transaction}", gateway.len()), "GUARD".to_owned())
}

/// The booking, event and buyer that a booking row's keys name.
#[must_use]
pub fn parse_booking(pk: &str, event_key: &str, buyer_key: &str) -> Option<(BookingId, EventId, BuyerId)> {
    let booking = pk.strip_prefix("BOOKING#")?;
    let (event, _lane) = event_key.strip_prefix("BOOKINGS#")?.split_once('#')?;
    let buyer = buyer_key.strip_prefix(BUYER)?;
    Some((BookingId::stored(booking).ok()?, EventId::stored(event).ok()?, BuyerId::stored(buyer).ok()?))
}

/// Bookings of an event, in the index by event: spread over lanes, since one partition could not take those of a rush.
#[must_use]
pub fn bookings_of_event(event: &EventId, lane: u32) -> String {
    format!("BOOKINGS#{event}#{lane}")
}

/// Order within a listing: by time, then by id.
#[must_use]
pub fn by_time(at: Moment, id: &str) -> String {
    format!("{:015}#{id}", at.0)
}

/// Everything of one layout.
#[must_use]
pub fn layout(layout: &LayoutId) -> String {
    format!("LAYOUT#{layout}")
}

/// One version of a layout; the newest is the last with this prefix.
#[must_use]
pub fn layout_version(of: &LayoutId, version: u32) -> Key {
    key(layout(of), format!("{VERSION}{version:08}"))
}

/// One stored piece of a layout, by content: versions that are alike share their pieces.
#[must_use]
pub fn layout_chunk(of: &LayoutId, hash: &str, chunk: u32) -> Key {
    key(layout(of), format!("CHUNK#{hash}#{chunk:04}"))
}

/// One shard of an event's watchers.
#[must_use]
pub fn watch_shard(event: &EventId, shard: u32) -> String {
    format!("WATCH#{event}#{shard}")
}

/// A connection that watches an event.
#[must_use]
pub fn watcher(event: &EventId, connection: &ConnectionId) -> Key {
    let shard = crc32fast::hash(connection.as_str().as_bytes()) % WATCH_SHARDS;
    key(watch_shard(event, shard), connection.to_string())
}

/// Partition of the events whose layout is being changed.
pub const CHANGING: &str = "CHANGING";

/// An event whose layout is being changed; read all together.
#[must_use]
pub fn changing(event: &EventId) -> Key {
    key(CHANGING.to_owned(), event.to_string())
}

/// One shard of the watchers that lag, over all events.
#[must_use]
pub fn lagging_shard(shard: u32) -> String {
    format!("LAGGING#{shard}")
}

/// A watcher that lags; read all together.
#[must_use]
pub fn lagging(event: &EventId, connection: &ConnectionId) -> Key {
    let shard = crc32fast::hash(connection.as_str().as_bytes()) % LAGGING_SHARDS;
    key(lagging_shard(shard), format!("{event}#{connection}"))
}

/// The event and connection that a lagging row's sort key names.
#[must_use]
pub fn parse_lagging(sk: &str) -> Option<(EventId, ConnectionId)> {
    let (event, connection) = sk.split_once('#')?;
    Some((EventId::stored(event).ok()?, ConnectionId::stored(connection).ok()?))
}

/// An open connection: who it is, and what it watches.
#[must_use]
pub fn connection(connection: &ConnectionId) -> Key {
    key(format!("CONN#{connection}"), "META".to_owned())
}

/// One shard of the holds whose buyer has no open connection.
#[must_use]
pub fn away_shard(shard: u32) -> String {
    format!("AWAY#{shard}")
}

/// A hold whose buyer has no open connection, where it belongs to the buyer's session; read all together.
#[must_use]
pub fn away(of: &BuyerId, event: &EventId) -> Key {
    let shard = crc32fast::hash(of.as_str().as_bytes()) % AWAY_SHARDS;
    // The event has no `#`, the buyer may have some.
    key(away_shard(shard), format!("{event}#{of}"))
}

/// The event and buyer that such a row's sort key names.
#[must_use]
pub fn parse_away(sk: &str) -> Option<(EventId, BuyerId)> {
    let (event, buyer) = sk.split_once('#')?;
    Some((EventId::stored(event).ok()?, BuyerId::stored(buyer).ok()?))
}

/// One shard of the holds that will end.
#[must_use]
pub fn due_shard(shard: u32) -> String {
    format!("DUE#{shard}")
}

/// A hold that will end, in the order of its expiry.
#[must_use]
pub fn due(hold: &HoldId, event: &EventId, expires_at: Moment) -> Key {
    let shard = crc32fast::hash(hold.as_str().as_bytes()) % DUE_SHARDS;
    key(due_shard(shard), format!("{:015}#{event}#{hold}", expires_at.0))
}

/// The expiry, event and hold that a due row's sort key names.
#[must_use]
pub fn parse_due(sk: &str) -> Option<(Moment, EventId, HoldId)> {
    let mut parts = sk.split('#');
    let expires_at = Moment(parts.next()?.parse().ok()?);
    Some((expires_at, EventId::stored(parts.next()?).ok()?, HoldId::stored(parts.next()?).ok()?))
}

/// A bound for sort keys: after those of all holds that end before `moment`, and before all others.
#[must_use]
pub fn due_from(moment: Moment) -> String {
    format!("{:015}", moment.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "key_tests.rs"]
mod tests;
