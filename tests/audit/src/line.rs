//! What the rows of a waiting room say.

use crate::Row;
use crate::attributes::Attributes;
use crate::key::{Key, Place};
use serde_json::Value;

/// A buyer's place in an event's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InLineView {
    /// The event.
    pub event: String,
    /// Whose place it is.
    pub buyer: String,
    /// Its priority.
    pub priority: String,
    /// What its counter gave.
    pub number: u64,
    /// Whether its number in the line is drawn; else it is the counter's, behind those that are.
    pub is_by_lot: bool,
    /// When it was taken, in milliseconds.
    pub joined_at: i64,
    /// When its buyer left, in milliseconds.
    pub left_at: Option<i64>,
}

/// Reads a place; none where the row is something else.
#[must_use]
pub fn in_line(key: &Key, row: &Row) -> Option<InLineView> {
    let Some(Place::InLine { event, buyer }) = key.place() else { return None };
    let row = Attributes(row);
    Some(InLineView {
        event: event.to_owned(),
        buyer: buyer.to_owned(),
        priority: row.text("priority").ok()?.to_owned(),
        number: row.number("number").ok()?,
        is_by_lot: row.maybe("lot", "BOOL").ok()?.is_some(),
        joined_at: row.number("joinedAt").ok()?,
        left_at: row.maybe_number("leftAt").ok()?,
    })
}

/// Reads a line with its event; none where the row is something else.
#[must_use]
pub fn line(key: &Key, row: &Row) -> Option<(String, Value)> {
    let Some(Place::Line { event }) = key.place() else { return None };
    Some((event.to_owned(), Attributes(row).document("line").ok()?))
}

/// The event and the leaves of a chunk of a draw's entrants; none where the row is something else.
#[must_use]
pub fn leaves(key: &Key, row: &Row) -> Option<(String, Vec<[u8; 32]>)> {
    let Some(Place::Entrants { event }) = key.place() else { return None };
    let bytes = Attributes(row).bytes("leaves").ok()??;
    let (leaves, _) = bytes.as_chunks::<32>();
    Some((event.to_owned(), leaves.to_vec()))
}
