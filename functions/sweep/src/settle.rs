//! Finishes or undoes changes of events' layouts that died in the middle, so that no seat stays out of sale for them.

use domain::clock::Moment;
use domain::limits::CHANGE_DEAD_MS;
use domain::refusal::{Code, Refusal};
use service::office::Office;
use store::change::Listed;

/// Settles every listed change that has died. One that fails is tried again by the next run.
pub async fn run(office: &Office) {
    for listed in office.store.changes_under_way().await.unwrap_or_default() {
        let _ = settle(office, &listed).await;
    }
}

/// The event's row decides, not the list: of two changes that began at once, the list may have the one that was not
/// written.
async fn settle(office: &Office, listed: &Listed) -> Result<(), Refusal> {
    let now = office.clock.now();
    let is_dead = |started_at: Moment| now.apart(started_at) > CHANGE_DEAD_MS;
    let change = match office.event_now(&listed.event).await {
        Ok(event) => match &event.change {
            Some(change) if is_dead(change.started_at) => return office.settle(&event).await,
            change => change.clone(),
        },
        Err(refusal) if refusal.code == Code::NotFound => None,
        Err(refusal) => return Err(refusal),
    };
    match change.is_none() && is_dead(listed.started_at) {
        true => Ok(office.store.forget_change(&listed.event, &listed.change).await?),
        false => Ok(()),
    }
}
