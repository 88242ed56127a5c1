//! The keys of waiting rooms: lines, places, counters, numbers that are out, and draws.

use super::row_key::{Key, key};
use domain::digest::Digest;
use domain::limits::DRAW_SHARDS;
use domain::name::{BuyerId, ConnectionId, EventId, PriorityName};
use domain::queue::place::By;

/// Prefix of the partitions that belong to one waiting room.
const QUEUE: &str = "QUEUE#";
/// Prefix of the partitions that hold seeds of draws, sealed.
const SEED: &str = "SEED#";
/// Prefix of the partitions that hold the entrants of draws. It is a prefix of its own, so that whoever may write places and numbers
/// that are out may not write who takes part.
const DRAW: &str = "DRAW#";

/// Partition of the events that have a waiting room.
pub const ROOMS: &str = "ROOMS";

/// An event that has a waiting room; read all together.
#[must_use]
pub fn room(event: &EventId) -> Key {
    key(ROOMS.to_owned(), event.to_string())
}

/// An event's line; read by everyone in it.
#[must_use]
pub fn line(event: &EventId) -> Key {
    key(format!("{QUEUE}{event}"), "LINE".to_owned())
}

/// One shard of the places in an event's line; read all together for a draw.
#[must_use]
pub fn places(event: &EventId, shard: u32) -> String {
    format!("{QUEUE}{event}#{shard}")
}

/// A buyer's place in an event's line.
#[must_use]
pub fn place(event: &EventId, shard: u32, of: &BuyerId) -> Key {
    key(places(event, shard), of.to_string())
}

/// One shard of the counters of an event's places, one for each priority; read all together.
#[must_use]
pub fn counters(event: &EventId, by: By, shard: u32) -> String {
    let counts = match by {
        By::Arrival => "COUNT",
        By::Lot => "LOT",
    };
    format!("{QUEUE}{event}#{counts}#{shard}")
}

/// A counter of the places of a priority.
#[must_use]
pub fn counter(event: &EventId, by: By, shard: u32, priority: &PriorityName) -> Key {
    key(counters(event, by, shard), priority.to_string())
}

/// The places of a priority that were left before their numbers were known.
#[must_use]
pub fn left(event: &EventId, priority: &PriorityName) -> String {
    format!("{QUEUE}{event}#LEFT#{priority}")
}

/// Such a place; those that would have had a number by lot are counted.
#[must_use]
pub fn left_place(event: &EventId, priority: &PriorityName, by: By, number: u64) -> Key {
    key(left(event, priority), format!("{}{}", left_by(by), in_order(number)))
}

/// Prefix of such places' sort keys, by how they would have got their numbers.
#[must_use]
pub fn left_by(by: By) -> &'static str {
    match by {
        By::Arrival => "ARRIVAL#",
        By::Lot => "LOT#",
    }
}

/// How such a place would have got its number, and what its counter gave, as its sort key says.
#[must_use]
pub fn parse_left(sk: &str) -> Option<(By, u64)> {
    let read = |by| Some((by, sk.strip_prefix(left_by(by))?.parse().ok()?));
    read(By::Arrival).or_else(|| read(By::Lot))
}

/// The seed of a draw, sealed; read by the doorkeeper alone.
#[must_use]
pub fn seed(event: &EventId, commitment: &Digest) -> Key {
    key(format!("{SEED}{event}"), commitment.to_string())
}

/// The index of the entrants of one priority of a draw. They are named by their root, so that two doorkeepers that read other
/// entrants write other rows, and only those count whose root is told in the line.
#[must_use]
pub fn draw_index(event: &EventId, commitment: &Digest, root: &Digest) -> Key {
    key(format!("{DRAW}{event}"), format!("{commitment}#{root}"))
}

/// Who takes the steps of an event's draw at the moment.
#[must_use]
pub fn draw_lease(event: &EventId) -> Key {
    key(format!("{DRAW}{event}"), "LEASE".to_owned())
}

/// One partition of the chunks of an event's draws; a page of entrants is read from all of them.
#[must_use]
pub fn draw_shard(event: &EventId, shard: usize) -> String {
    format!("{DRAW}{event}#{shard}")
}

/// A chunk of the entrants of one priority of a draw.
#[must_use]
pub fn draw_chunk(event: &EventId, commitment: &Digest, root: &Digest, chunk: usize) -> Key {
    key(draw_shard(event, chunk % DRAW_SHARDS), draw_chunk_sk(commitment, root, chunk))
}

/// The sort key of such a chunk: those of a priority are in the order of their chunks.
#[must_use]
pub fn draw_chunk_sk(commitment: &Digest, root: &Digest, chunk: usize) -> String {
    format!("{commitment}#{root}#{chunk:06}")
}

/// The number of the chunk that such a sort key names.
#[must_use]
pub fn parse_draw_chunk(sk: &str) -> Option<usize> {
    sk.rsplit_once('#')?.1.parse().ok()
}

/// The numbers of a priority whose buyers have booked, or left before their turn.
#[must_use]
pub fn outs(event: &EventId, priority: &PriorityName) -> String {
    format!("{QUEUE}{event}#OUT#{priority}")
}

/// Such a number; read in ranges.
#[must_use]
pub fn out(event: &EventId, priority: &PriorityName, number: u64) -> Key {
    key(outs(event, priority), in_order(number))
}

/// The connections whose buyers wait, by priority.
#[must_use]
pub fn waiting_sockets(event: &EventId, priority: &PriorityName) -> String {
    format!("{QUEUE}{event}#SOCKET#{priority}")
}

/// A connection whose buyer waits, in the order of numbers.
#[must_use]
pub fn waiting_socket(event: &EventId, priority: &PriorityName, number: u64, connection: &ConnectionId) -> Key {
    key(waiting_sockets(event, priority), format!("{}#{connection}", in_order(number)))
}

/// The number and connection that such a row's sort key names.
#[must_use]
pub fn parse_waiting_socket(sk: &str) -> Option<(u64, ConnectionId)> {
    let (number, connection) = sk.split_once('#')?;
    Some((number.parse().ok()?, ConnectionId::stored(connection).ok()?))
}

/// A number as part of a sort key: texts of this form are in the order of their numbers.
#[must_use]
pub fn in_order(number: u64) -> String {
    format!("{number:015}")
}
