//! How fast posts go out: all of an account's APIs share one number of calls a second, so a rush at one event must not
//! use it up. While a run waits for its turn, the stream's changes gather, and what changes twice is told once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A bound on posts: so many at once, and so many a second on average.
#[derive(Debug)]
pub struct Pace {
    each: Duration,
    burst: Duration,
    /// When the posts that were let through so far would all have gone, had they gone one by one at the rate.
    through_at: Mutex<Instant>,
}

impl Pace {
    /// A bound of `per_second` posts on average, of which up to `burst` may go at once.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        let each = Duration::from_secs(1) / per_second.max(1);
        Self { each, burst: each * burst, through_at: Mutex::new(Instant::now()) }
    }

    /// Waits until one more post may go.
    pub async fn turn(&self) {
        let now = Instant::now();
        let turn = self.take(now);
        // Timers count whole milliseconds, and most posts need not wait at all.
        if turn > now {
            sleep_until(turn).await;
        }
    }

    /// Takes a turn; says when it comes.
    fn take(&self, now: Instant) -> Instant {
        let mut through_at = self.through_at.lock().unwrap_or_else(PoisonError::into_inner);
        *through_at = (*through_at).max(now) + self.each;
        through_at.checked_sub(self.burst).map_or(now, |turn| turn.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let pace = Pace::new(100, 10);
        let now = Instant::now();
        let waits: Vec<Duration> = (0..15).map(|_| pace.take(now) - now).collect();
        assert!(waits[..10].iter().all(Duration::is_zero), "{waits:?}");
        assert_eq!(waits[10], Duration::from_millis(10));
        assert_eq!(waits[14], Duration::from_millis(50));
    }

    #[test]
    fn what_was_not_used_is_not_saved_up_beyond_the_burst() {
        let pace = Pace::new(100, 10);
        let later = Instant::now() + Duration::from_secs(60);
        let waits: Vec<Duration> = (0..12).map(|_| pace.take(later) - later).collect();
        assert!(waits[9].is_zero() && !waits[10].is_zero(), "{waits:?}");
    }
}
