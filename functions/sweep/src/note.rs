//! Notes when holds will end, from the stream of hold rows and so off the write path.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use domain::hold::{Due, Hold};
use domain::limits::SWEEP_WRITES_IN_FLIGHT;
use domain::name::HoldId;
use domain::refusal::Refusal;
use futures::stream;
use futures::{StreamExt, TryStreamExt};
use service::office::Office;
use std::collections::BTreeMap;
use store::row::{hold, of_image};

/// Notes every hold of the batch that holds something, at its newest revision.
///
/// # Errors
/// The table is busy or away: the batch must come again, which is harmless.
pub async fn note(office: &Office, batch: Event) -> Result<(), Refusal> {
    let mut newest: BTreeMap<HoldId, Hold> = BTreeMap::new();
    for hold in batch.records.into_iter().filter_map(hold_of) {
        if newest.get(&hold.id).is_none_or(|known| known.revision < hold.revision) {
            newest.insert(hold.id.clone(), hold);
        }
    }
    let holding: Vec<Due> =
        newest.into_values().filter(|hold| !hold.seats.is_empty()).map(|hold| Due::of(&hold)).collect();
    let noted = stream::iter(&holding).map(|due| office.store.note_due(due)).buffer_unordered(SWEEP_WRITES_IN_FLIGHT);
    Ok(noted.try_collect().await?)
}

/// The hold that a stream record tells of. One that cannot be read is logged and left out.
fn hold_of(record: EventRecord) -> Option<Hold> {
    if record.change.new_image.is_empty() {
        return None;
    }
    hold(&of_image(record.change.new_image)).ok()
}
