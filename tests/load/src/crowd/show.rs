//! How a crowd is staged: over which time it comes, and the waiting room of an event that has to be made for it.

use std::time::Duration;

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::limits::{SEATS_EACH, SEATS_MAX};

/// Seconds over which a crowd is let in, if the stack bears that.
const SHOW_SECONDS: usize = 45;
/// Buyers let in each minute: below, a few take minutes; above, a laptop's stack falls behind its own line.
const ADMIT_PER_MINUTE: std::ops::RangeInclusive<usize> = 240..=1_800;
/// How long a pass is good, in minutes: longer than a buyer of the crowd needs, short enough to see passes run out.
const PASS_MINUTES: f64 = 0.3;
/// How long whoever is let in counts as inside, on average, in seconds: some 4 of a line that is told ahead, some 3 for who books,
/// a whole pass for one in twenty; and some to spare.
const STAY_SECONDS: usize = 10;
/// Buyers come for at least this long, and at most so many of them a second.
const ARRIVALS_SECONDS: u64 = 15;
const ARRIVALS_A_SECOND: u64 = 100;
/// Between the last arrival and a draw, in seconds.
const BEFORE_THE_DRAW: u64 = 5;
/// Of a hundred buyers, how many leave the line, and how many let their pass run out.
const LEAVE: u8 = 5;
const LET_RUN_OUT: u8 = 5;
/// Of a hundred who choose, how many name seats and do not ask for the best.
const NAME_SEATS: u8 = 30;
/// When somebody leaves, in milliseconds after coming.
const LEAVE_AFTER_MS: std::ops::Range<u64> = 2_000..20_000;
/// How long a buyer thinks before a click, in milliseconds.
const THINK_MS: std::ops::Range<u64> = 500..1_500;

/// A crowd, and the event that it comes to if there is none yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Show {
    pub arrivals: Duration,
    pub seats: usize,
    pub admit_per_minute: usize,
    pub max_active: usize,
    draws: bool,
}

/// What one buyer will do.
#[derive(Clone, Debug)]
pub struct Wish {
    pub seats: usize,
    pub names_seats: bool,
    pub leaves_after: Option<Duration>,
    pub lets_pass_run_out: bool,
    pub thinks: [Duration; 2],
}

impl Show {
    /// For so many buyers, who come over so many seconds if that is said.
    pub fn new(buyers: usize, seconds: Option<u64>, draws: bool) -> Self {
        let spread = u64::try_from(buyers).unwrap_or(u64::MAX) / ARRIVALS_A_SECOND;
        let rate = (buyers * 60 / SHOW_SECONDS).clamp(*ADMIT_PER_MINUTE.start(), *ADMIT_PER_MINUTE.end());
        Self {
            arrivals: Duration::from_secs(seconds.unwrap_or(spread.max(ARRIVALS_SECONDS))),
            // More than anybody wants, so that all are let in; the demo event `onsale` shows how a house sells out.
            seats: (buyers * SEATS_EACH.end()).clamp(10, SEATS_MAX),
            admit_per_minute: rate,
            max_active: (rate * STAY_SECONDS).div_ceil(60),
            draws,
        }
    }

    /// The fields of the event's document. `now_ms` is the deployment's time.
    pub fn fields(&self, now_ms: i64) -> Value {
        let mut room = json!({
            "mode": "on", "admitPerMinute": self.admit_per_minute, "maxActive": self.max_active, "passMinutes": PASS_MINUTES,
        });
        if self.draws {
            let after = self.arrivals + Duration::from_secs(BEFORE_THE_DRAW);
            let opens = now_ms + i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
            room["draw"] = true.into();
            room["opensAt"] =
                Timestamp::from_millisecond(opens).map(|at| format!("{at:.3}")).unwrap_or_default().into();
        }
        json!({ "waitingRoom": room })
    }
}

impl Wish {
    /// What a buyer wants is drawn before the run, so that it does not follow from how the deployment answers.
    pub fn draw(rng: &mut Rng) -> Self {
        let kind = rng.u8(..100);
        let think = |rng: &mut Rng| Duration::from_millis(rng.u64(THINK_MS));
        Self {
            seats: rng.usize(SEATS_EACH),
            names_seats: rng.u8(..100) < NAME_SEATS,
            leaves_after: (kind < LEAVE).then(|| Duration::from_millis(rng.u64(LEAVE_AFTER_MS))),
            lets_pass_run_out: (LEAVE..LEAVE + LET_RUN_OUT).contains(&kind),
            thinks: [think(rng), think(rng)],
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn two_thousand_are_let_in_within_one_or_two_minutes() {
        let show = Show::new(2_000, None, false);
        let minutes = 2_000.0 / 1_800.0;
        assert_eq!((show.arrivals.as_secs(), show.admit_per_minute, show.max_active), (20, 1_800, 300));
        assert!((1.0..2.0).contains(&minutes) && show.seats == 6_000);
    }

    #[test]
    fn few_are_not_kept_waiting_and_many_not_more_than_a_machine_bears() {
        let few = Show::new(60, None, false);
        assert_eq!((few.arrivals.as_secs(), few.admit_per_minute, few.max_active), (15, 240, 40));
        let many = Show::new(20_000, None, false);
        assert_eq!((many.arrivals.as_secs(), many.admit_per_minute, many.seats), (200, 1_800, SEATS_MAX));
        assert_eq!(Show::new(60, Some(5), false).arrivals.as_secs(), 5);
    }

    #[test]
    fn a_draw_opens_after_the_last_has_come() {
        let fields = Show::new(60, Some(10), true).fields(0);
        assert_eq!(fields["waitingRoom"]["opensAt"], "1970-01-01T00:00:15.000Z");
        assert_eq!(fields["waitingRoom"]["draw"], true);
        assert!(Show::new(60, Some(10), false).fields(0)["waitingRoom"].get("draw").is_none());
    }

    #[test]
    fn some_leave_and_some_let_their_pass_run_out_and_nobody_does_both() {
        let mut rng = Rng::with_seed(3);
        let wishes: Vec<Wish> = (0..10_000).map(|_| Wish::draw(&mut rng)).collect();
        let share = |is: fn(&Wish) -> bool| wishes.iter().filter(|wish| is(wish)).count();
        assert!((400..600).contains(&share(|wish| wish.leaves_after.is_some())));
        assert!((400..600).contains(&share(|wish| wish.lets_pass_run_out)));
        assert_eq!(share(|wish| wish.lets_pass_run_out && wish.leaves_after.is_some()), 0);
        assert!((2_700..3_300).contains(&share(|wish| wish.names_seats)));
        assert!(wishes.iter().all(|wish| SEATS_EACH.contains(&wish.seats)));
    }
}
