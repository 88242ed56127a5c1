//! One run of the sweep: it looks, sleeps until there is something to do, and looks again, until the next run begins.

use domain::clock::Moment;
use domain::limits::{SWEEP_GATHER_MS, SWEEP_PERIOD_MS, SWEEP_POLL_MS, SWEEP_RUN_MS};
use service::office::Office;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What one look came to.
#[derive(Default)]
pub(crate) struct Look {
    /// Seats that are free again.
    pub(crate) freed: u64,
    /// Whether something failed.
    pub(crate) had_trouble: bool,
    /// When there will be something to do again, as far as is known.
    pub(crate) next: Option<Moment>,
}

/// Looks until a run's time is over; says how many seats came free.
pub(crate) async fn watch(office: &Office, look: impl AsyncFn() -> Look) -> u64 {
    // Not by the office's clock: a run that goes on while that is set takes no longer, and no shorter.
    let end = Instant::now() + Duration::from_millis(SWEEP_RUN_MS.unsigned_abs());
    // A hold that is made after a look and ends before the next run would be missed, so where holds may be shorter
    // than the period, the run looks again and again.
    let looks_again = i64::from(office.settings.min_hold_seconds) * 1_000 < SWEEP_PERIOD_MS;
    let mut freed = 0;
    loop {
        let look = look().await;
        freed += look.freed;
        let now = office.clock.now();
        let again = (looks_again || look.had_trouble).then_some(now.plus(SWEEP_POLL_MS));
        let wake = look.next.map(|next| next.max(now.plus(SWEEP_GATHER_MS))).into_iter().chain(again).min();
        match wake.map(|wake| pause(now, wake)) {
            Some(pause) if pause < end.saturating_duration_since(Instant::now()) => sleep(pause).await,
            _ => return freed,
        }
    }
}

fn pause(now: Moment, wake: Moment) -> Duration {
    Duration::from_millis(wake.0.saturating_sub(now.0).max(1).unsigned_abs())
}
