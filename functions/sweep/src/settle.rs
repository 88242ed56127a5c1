//! Finishes or undoes changes of events' layouts that died in the middle, so that no seat stays out of sale for them.

use holdfast::limits::CHANGE_DEAD_MS;
use holdfast::office::Office;
use holdfast::refusal::{Code, Refusal};
use holdfast::table::change::Listed;

/// Looks at every change that has been under way for longer than a request lives. Trouble with one of them is met again
/// by the next run.
pub async fn run(office: &Office) {
    let dead = office.clock.now().plus(-CHANGE_DEAD_MS);
    for listed in office.table.changes_under_way().await.unwrap_or_default() {
        if listed.started_at < dead {
            let _ = settle(office, &listed).await;
        }
    }
}

async fn settle(office: &Office, listed: &Listed) -> Result<(), Refusal> {
    match office.event_now(&listed.event).await {
        Ok(event) if event.change.as_ref().is_some_and(|change| change.id == listed.change) => {
            office.settle(&event).await
        }
        Err(refusal) if refusal.code != Code::NotFound => Err(refusal),
        Ok(_) | Err(_) => Ok(office.table.forget_change(&listed.event, &listed.change).await?),
    }
}
