//! How a buyer's browser asks again, and how long buyers take.

use domain::limits::HOLD_MINUTES_DEFAULT;
use fastrand::Rng;

/// The wait before another try, in milliseconds, is drawn up to a ceiling that begins here and doubles with each failure
/// (`web/src/client/retry.ts`).
const LEAST_MS: i64 = 500;
/// See [`LEAST_MS`]; the ceiling goes no higher.
const MOST_MS: i64 = 4_000;
/// What an answer of the product's own, 503, asks to be waited before that, in milliseconds: `Retry-After: 1`. API Gateway's 429 and
/// Lambda's refusals ask for nothing.
const ASKED_MS: i64 = 1_000;
/// How long a buyer takes to pay, in milliseconds.
const PAYS_WITHIN_MS: std::ops::Range<i64> = 30_000..120_000;

/// Who turned a buyer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The function, whose answer says when to come back.
    Function,
    /// API Gateway, before the function.
    Gateway,
}

/// After how many milliseconds a buyer asks again, after so many failures. A map gives up after five tries; its buyer presses again.
pub fn asks_again_in(said: Said, failures: u32, rng: &mut Rng) -> i64 {
    let ceiling = LEAST_MS.saturating_mul(1 << failures.min(16)).min(MOST_MS);
    let asked = if said == Said::Function { ASKED_MS } else { 0 };
    asked + rng.i64(0..=ceiling)
}

/// After how many milliseconds a buyer who holds seats has paid: long before the hold is over.
pub fn pays_in(rng: &mut Rng) -> i64 {
    const { assert!(PAYS_WITHIN_MS.end < HOLD_MINUTES_DEFAULT as i64 * 60_000) };
    rng.i64(PAYS_WITHIN_MS)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_that_is_turned_away_together_does_not_come_back_together() {
        let mut rng = Rng::with_seed(1);
        let mut waits: Vec<i64> = (0..1_000).map(|_| asks_again_in(Said::Function, 5, &mut rng)).collect();
        waits.sort_unstable();
        assert!(waits[0] >= ASKED_MS && waits[0] < ASKED_MS + 100, "{}", waits[0]);
        assert!(waits[500] > ASKED_MS + MOST_MS / 3 && waits[999] <= ASKED_MS + MOST_MS);
    }

    #[test]
    fn the_seat_map_waits_by_the_same_rule() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../");
        let rule = std::fs::read_to_string(root.join("web/src/client/retry.ts")).unwrap().replace('_', "");
        assert!(rule.contains(&format!("LEASTMS = {LEAST_MS};")) && rule.contains(&format!("MOSTMS = {MOST_MS};")));
        let backoff = std::fs::read_to_string(root.join("web/src/client/backoff.ts")).unwrap();
        assert!(backoff.contains("random() * Math.min(most, least * 2 ** failures)"));
    }
}
