//! How long a request may take. A function that overruns its time is killed, and the client gets the gateway's own 500:
//! no code, and no word on what became of the request. So every request ends before that, with `throttled`.

use domain::clock::Moment;
use domain::limits::{ANSWER_MARGIN_MS, REQUEST_MS};
use domain::refusal::Refusal;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// When a request's answer must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Default for Deadline {
    /// For an invocation that does not say when it ends.
    fn default() -> Self {
        Self::within(Duration::from_millis(REQUEST_MS))
    }
}

impl Deadline {
    fn within(left: Duration) -> Self {
        Self(Instant::now() + left)
    }

    /// The deadline of an invocation that Lambda ends at `ends`.
    #[must_use]
    pub fn of_invocation(ends: Moment, now: Moment) -> Self {
        Self::within(left(ends, now))
    }

    /// Does the work of a request, until the deadline.
    ///
    /// # Errors
    /// `throttled` where the time is up: the work stops where it is, so what it has sent to the table may yet be
    /// written.
    pub async fn keep<T>(self, work: impl Future<Output = T>) -> Result<T, Refusal> {
        timeout_at(self.0, work).await.map_err(|_| {
            tracing::warn!("the request's time is up");
            Refusal::throttled()
        })
    }
}

/// The time that is left to a request, less what its answer takes. An end in the past counts as none: `cargo lambda
/// watch` names a moment in 1970.
fn left(ends: Moment, now: Moment) -> Duration {
    let most = REQUEST_MS;
    Duration::from_millis(match u64::try_from(ends.0.saturating_sub(now.0)) {
        Ok(left) if left > 0 => left.saturating_sub(ANSWER_MARGIN_MS).min(most),
        _ => most,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::refusal::Code;

    #[test]
    fn an_answer_comes_before_lambda_ends_the_invocation() {
        let now = Moment(1_000_000);
        let most = Duration::from_millis(REQUEST_MS);
        assert_eq!(left(now.plus(3_000), now), Duration::from_millis(3_000 - ANSWER_MARGIN_MS));
        assert_eq!(left(now.plus(1), now), Duration::ZERO, "an invocation that is over");
        assert_eq!(left(Moment(600_000), now), most, "a deadline that is none");
        assert_eq!(left(now.plus(900_000), now), most);
    }

    #[tokio::test]
    async fn work_that_outlasts_its_time_is_answered_try_again_later() {
        let late = Deadline::within(Duration::from_millis(1)).keep(std::future::pending::<()>()).await;
        assert_eq!(late.unwrap_err().code, Code::Throttled);
        assert_eq!(Deadline::default().keep(async { 7 }).await.unwrap(), 7);
    }
}
