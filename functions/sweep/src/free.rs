//! Frees the seats of holds that are over, for one minute at a time.

use futures::stream;
use futures::{StreamExt, TryStreamExt};
use holdfast::clock::Ms;
use holdfast::key;
use holdfast::limits::{CLOCK_SKEW_MS, SWEEP_POLL_MS, SWEEP_RUN_MS, SWEEP_WRITES_IN_FLIGHT};
use holdfast::office::Office;
use holdfast::refusal::Refusal;
use holdfast::seat::{Seat, Status, free_before};
use holdfast::table::due::Due;
use holdfast::table::row;
use std::time::Duration;

/// Frees whatever ends within a run's time; says how many seats it freed.
///
/// # Errors
/// The table is busy or away when the run begins. Later trouble is tried again within the run.
pub async fn run(office: &Office) -> Result<u64, Refusal> {
    let end = office.clock.now().plus(SWEEP_RUN_MS);
    // A hold that is made after a look and ends before the next run would be missed, so where holds may be shorter
    // than a run, the run looks again and again.
    let looks_again = i64::from(office.settings.min_hold_seconds) * 1_000 < SWEEP_RUN_MS;
    let mut freed = 0;
    loop {
        let due = office.table.due_until(end.plus(-CLOCK_SKEW_MS)).await?;
        let now = office.clock.now();
        let (over, coming): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|due| due.expires_at < free_before(now));
        let swept = sweep(office, &over).await;
        freed += swept.as_ref().copied().unwrap_or_default();
        let next = coming.iter().map(|due| due.expires_at.plus(CLOCK_SKEW_MS + 1)).min();
        let poll = (looks_again || swept.is_err()).then(|| now.plus(SWEEP_POLL_MS));
        match next.into_iter().chain(poll).min() {
            Some(wake) if wake < end => sleep_until(office, wake).await,
            _ => return Ok(freed),
        }
    }
}

async fn sleep_until(office: &Office, wake: Ms) {
    let ms = wake.0.saturating_sub(office.clock.now().0).max(1);
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

/// Frees the seats of several holds; a row that was dealt with is forgotten.
async fn sweep(office: &Office, over: &[Due]) -> Result<u64, Refusal> {
    let each = stream::iter(over).map(|due| free(office, due)).buffer_unordered(SWEEP_WRITES_IN_FLIGHT);
    each.try_fold(0, |sum, freed| async move { Ok(sum + freed) }).await
}

/// Frees what a hold still has. The seats are read first, for most holds end in a booking, and a write that is refused
/// costs as much as one that is done.
async fn free(office: &Office, due: &Due) -> Result<u64, Refusal> {
    let event = office.event(&due.event).await?;
    let keys = due.seats.iter().map(|seat| key::seat(&due.event, event.lane(seat), seat)).collect();
    let rows = office.table.batch_get(keys).await?;
    let seats = rows.iter().map(row::seat).collect::<Result<Vec<Seat>, _>>()?;
    let mut freed = 0;
    for seat in seats.iter().filter(|seat| seat.status == Status::Held && seat.hold.as_ref() == Some(&due.hold)) {
        let now = office.clock.now();
        let was_held = office.table.free_expired(now, &due.event, event.lane(&seat.id), &seat.id, &due.hold).await?;
        freed += u64::from(was_held);
    }
    office.table.forget_due(due).await?;
    Ok(freed)
}
