//! Gives up the holds of sessions whose buyer has been gone for as long as the event allows.

use crate::minute::{self, Look};
use domain::limits::{CLOCK_SKEW_MS, SWEEP_WRITES_IN_FLIGHT};
use domain::refusal::Refusal;
use domain::session::Away;
use futures::{StreamExt, stream};
use service::office::Office;

/// Gives up what is due within a run's time; says how many seats. A buyer who goes away between two looks waits for the
/// next one.
pub async fn run(office: &Office) -> u64 {
    minute::watch(office, async || look(office).await).await
}

/// The clock of the function that noted when the buyer went may be ahead, so the skew is waited out as well.
async fn look(office: &Office) -> Look {
    let Ok(away) = office.store.away().await else { return Look { had_trouble: true, ..Look::default() } };
    let before = office.clock.now().plus(-CLOCK_SKEW_MS);
    let (due, waiting): (Vec<Away>, Vec<Away>) = away.into_iter().partition(|away| away.until < before);
    let left: Vec<Result<u64, Refusal>> =
        stream::iter(&due).map(|away| office.abandon(away)).buffer_unordered(SWEEP_WRITES_IN_FLIGHT).collect().await;
    Look {
        had_trouble: left.iter().any(Result::is_err),
        freed: left.into_iter().flatten().sum(),
        next: waiting.iter().map(|away| away.until.plus(CLOCK_SKEW_MS + 1)).min(),
    }
}
