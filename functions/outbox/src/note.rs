//! When holds will end: a row for each in the order of expiry, off the write path of the hold.

use domain::hold::{Due, Hold};
use domain::limits::OUTBOX_WRITES_IN_FLIGHT;
use domain::name::HoldId;
use domain::refusal::Refusal;
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use service::office::Office;
use std::collections::BTreeMap;
use store::stream::Change;

/// Notes the end of each of these holds. After an error the batch must come again: the same rows are written over.
pub async fn ends(office: &Office, holds: &[&Hold]) -> Result<(), Refusal> {
    let ends: Vec<Due> = holds.iter().copied().map(Due::of).collect();
    let noted = stream::iter(&ends).map(|due| office.store.note_due(due)).buffer_unordered(OUTBOX_WRITES_IN_FLIGHT);
    Ok(noted.try_collect().await?)
}

/// Notes those of these holds that belong to a session whose buyer has no open connection: the connection may have
/// ended before the hold was written.
pub async fn left_behind(office: &Office, holds: &[&Hold]) -> Result<(), Refusal> {
    let noted = stream::iter(holds.iter().copied())
        .map(|hold| office.note_if_left_behind(hold))
        .buffer_unordered(OUTBOX_WRITES_IN_FLIGHT);
    noted.try_collect().await
}

/// Every hold among these changes that still has seats, by its newest revision.
pub fn holding(changes: &[Change]) -> Vec<&Hold> {
    let mut newest: BTreeMap<&HoldId, &Hold> = BTreeMap::new();
    for hold in changes.iter().filter_map(held) {
        let known = newest.entry(&hold.id).or_insert(hold);
        if known.revision < hold.revision {
            *known = hold;
        }
    }
    newest.into_values().filter(|hold| !hold.seats.is_empty()).collect()
}

fn held(change: &Change) -> Option<&Hold> {
    match change {
        Change::Hold(hold) => Some(hold),
        Change::Seat { .. } | Change::Booking(_) => None,
    }
}
