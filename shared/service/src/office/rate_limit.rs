//! How many changes one buyer may make: refused writes cost capacity, and one buyer must not use up everybody's.

use domain::clock::Moment;
use domain::limits::{CLOCK_SKEW_MS, PACED_BUYERS_MAX};
use domain::name::BuyerId;
use domain::refusal::Refusal;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// The changes of each buyer, counted in one function instance.
pub struct RateLimit {
    limiter: RateLimiter<BuyerId, HashMapStateStore<BuyerId>, Told, NoOpMiddleware<Nanos>>,
    clock: Told,
}

/// The most changes a second that count: the limiter divides a second by them, in whole nanoseconds.
const FASTEST: NonZeroU32 = NonZeroU32::MIN.saturating_add(999_999);

impl RateLimit {
    /// Lets a buyer make `at_once` changes, and `per_second` from then on.
    #[must_use]
    pub fn new(at_once: NonZeroU32, per_second: NonZeroU32) -> Self {
        let clock = Told::default();
        let quota = Quota::per_second(per_second.min(FASTEST)).allow_burst(at_once);
        Self { limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()), clock }
    }

    /// Counts a change of a buyer's.
    ///
    /// # Errors
    /// `throttled`, with the seconds after which the next one is served.
    pub fn check(&self, buyer: &BuyerId, now: Moment) -> Result<(), Refusal> {
        self.clock.tell(now);
        if self.limiter.len() >= PACED_BUYERS_MAX {
            // A buyer who was quiet for long enough has the whole burst again, and need not be remembered.
            self.limiter.retain_recent();
        }
        self.limiter.check_key(buyer).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Refusal::too_many(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }
}

impl std::fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RateLimit")
    }
}

/// The limiter's clock: the time that `check` was told last, since only [`domain::clock`] asks the system for it.
#[derive(Clone, Debug, Default)]
struct Told(Arc<Mutex<Latest>>);

/// A time that never goes back.
#[derive(Debug, Default)]
struct Latest {
    ms: i64,
    /// How far the clock was set back: this is added, so that the limiter's time goes on.
    ahead_by: i64,
}

impl Told {
    fn tell(&self, now: Moment) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ms = now.0.saturating_add(last.ahead_by);
        if ms < last.ms.saturating_sub(CLOCK_SKEW_MS) {
            // Otherwise nobody would be served until the clock has caught up.
            last.ahead_by = last.ms.saturating_sub(now.0);
            ms = last.ms;
        }
        last.ms = last.ms.max(ms);
    }
}

impl Clock for Told {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).ms;
        let ms = u64::try_from(last).unwrap_or_default();
        Nanos::new(ms.saturating_mul(1_000_000))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::refusal::Code;

    fn number(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    fn buyer(name: &str) -> BuyerId {
        BuyerId::parse(name).unwrap()
    }

    const NOW: Moment = Moment(1_900_000_000_000);

    #[test]
    fn a_buyer_makes_fifty_changes_at_once_and_ten_a_second_from_then_on() {
        let limit = RateLimit::new(number(50), number(10));
        let ann = buyer("ann");
        assert!((0..50).all(|_| limit.check(&ann, NOW).is_ok()));
        let refusal = limit.check(&ann, NOW).unwrap_err();
        assert_eq!((refusal.code, &refusal.data["retryAfterSeconds"]), (Code::TooMany, &1.into()));
        let served = (0..100).filter(|tick| limit.check(&ann, NOW.plus(10 * tick)).is_ok()).count();
        assert!((9..=10).contains(&served), "{served} within a second");
        assert!(limit.check(&ann, NOW.plus(60_000)).is_ok());
    }

    #[test]
    fn one_buyers_haste_is_nobody_elses() {
        let limit = RateLimit::new(number(1), number(1));
        assert!(limit.check(&buyer("ann"), NOW).is_ok());
        assert!(limit.check(&buyer("ann"), NOW).is_err());
        assert!(limit.check(&buyer("bob"), NOW).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_back_neither_refuses_nor_forgives() {
        let limit = RateLimit::new(number(2), number(1));
        assert!(limit.check(&buyer("ann"), NOW).is_ok());
        assert!(limit.check(&buyer("ann"), NOW.plus(-3_600_000)).is_ok());
        assert!(limit.check(&buyer("ann"), NOW.plus(-3_600_000)).is_err());
        assert!(limit.check(&buyer("ann"), NOW.plus(-3_600_000 + 5_000)).is_ok(), "time goes on from there");
    }

    #[test]
    fn buyers_who_have_been_quiet_are_forgotten() {
        let limit = RateLimit::new(number(2), number(1));
        for number in 0..PACED_BUYERS_MAX + 10 {
            limit.check(&buyer(&format!("buyer-{number}")), NOW.plus(i64::try_from(number).unwrap())).unwrap();
        }
        assert!(limit.limiter.len() <= PACED_BUYERS_MAX, "{}", limit.limiter.len());
    }
}
