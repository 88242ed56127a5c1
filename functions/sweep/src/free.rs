//! Frees the seats of holds that are over, for one minute at a time.

use futures::{StreamExt, stream};
use holdfast::clock::Ms;
use holdfast::key;
use holdfast::limits::{CLOCK_SKEW_MS, SWEEP_PERIOD_MS, SWEEP_POLL_MS, SWEEP_RUN_MS, SWEEP_WRITES_IN_FLIGHT};
use holdfast::office::Office;
use holdfast::refusal::Refusal;
use holdfast::seat::{Seat, Status, free_before};
use holdfast::table::due::Due;
use holdfast::table::row;
use std::time::Duration;

/// Frees whatever ends within a run's time; says how many seats it freed. Trouble is logged and met again at the next
/// look, or by the next run.
pub async fn run(office: &Office) -> u64 {
    let end = office.clock.now().plus(SWEEP_RUN_MS);
    // A hold that is made after a look and ends before the next run would be missed, so where holds may be shorter
    // than the period, the run looks again and again.
    let looks_again = i64::from(office.settings.min_hold_seconds) * 1_000 < SWEEP_PERIOD_MS;
    let mut freed = 0;
    loop {
        let look = look(office, end).await;
        freed += look.freed;
        let soon = office.clock.now().plus(SWEEP_POLL_MS);
        let again = (looks_again || look.had_trouble).then_some(soon);
        // Holds that end within the same second are swept together: each look reads every row of the run.
        match look.next.map(|next| next.max(soon)).into_iter().chain(again).min() {
            Some(wake) if wake < end => sleep_until(office, wake).await,
            _ => return freed,
        }
    }
}

/// What one look came to.
#[derive(Default)]
struct Look {
    freed: u64,
    had_trouble: bool,
    /// When the next hold of this run will be over for everybody.
    next: Option<Ms>,
}

/// Frees what is over by now.
async fn look(office: &Office, end: Ms) -> Look {
    let due = match office.table.due_until(end.plus(-CLOCK_SKEW_MS)).await {
        Ok(due) => due,
        Err(_) => return Look { had_trouble: true, ..Look::default() },
    };
    let now = office.clock.now();
    let (over, coming): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|due| due.expires_at < free_before(now));
    let next = coming.iter().map(|due| due.expires_at.plus(CLOCK_SKEW_MS + 1)).min();
    let swept: Vec<Result<u64, Refusal>> =
        stream::iter(&over).map(|due| free(office, due)).buffer_unordered(SWEEP_WRITES_IN_FLIGHT).collect().await;
    let freed = swept.iter().filter_map(|freed| freed.as_ref().ok()).sum();
    Look { freed, had_trouble: swept.iter().any(Result::is_err), next }
}

async fn sleep_until(office: &Office, wake: Ms) {
    let ms = wake.0.saturating_sub(office.clock.now().0).max(1);
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
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
