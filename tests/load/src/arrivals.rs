//! When buyers come: by a schedule that is drawn before the first of them comes, and that waits for no answer.

use std::time::Duration;

use fastrand::Rng;

/// The moments of so many arrivals over a time, in order: as they fall where buyers know nothing of each other (a Poisson
/// process of which the number is known is so many even draws, sorted).
pub fn schedule(count: usize, over: Duration, rng: &mut Rng) -> Vec<Duration> {
    let mut moments: Vec<Duration> = (0..count).map(|_| over.mul_f64(rng.f64())).collect();
    moments.sort_unstable();
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::float;

    const OVER: Duration = Duration::from_secs(60);

    #[test]
    fn so_many_come_in_order_and_within_the_time() {
        let moments = schedule(10_000, OVER, &mut Rng::with_seed(1));
        assert_eq!(moments.len(), 10_000);
        assert!(moments.is_sorted() && moments.iter().all(|moment| *moment < OVER));
    }

    #[test]
    fn a_seed_gives_the_same_schedule_again() {
        let of = |seed| schedule(100, OVER, &mut Rng::with_seed(seed));
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn gaps_are_those_of_buyers_who_know_nothing_of_each_other() {
        let moments = schedule(100_000, OVER, &mut Rng::with_seed(2));
        let mean = OVER.as_secs_f64() / 100_000.0;
        let gaps = moments.windows(2).filter_map(|pair| match pair {
            [before, after] => Some((*after - *before).as_secs_f64()),
            _ => None,
        });
        // Of exponential gaps 1/e are longer than the mean, 36.8 %; even ones would all be as long as it.
        let longer = float(gaps.filter(|gap| *gap > mean).count()) / 100_000.0;
        assert!((0.36..0.376).contains(&longer), "{longer}");
    }
}
