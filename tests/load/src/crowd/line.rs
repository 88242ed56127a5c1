//! The public line, as whoever waits far back computes the turn from it (docs/waiting-room.md, "How the line works").

use serde_json::Value;

use crate::client::moment;
use crate::limits::LOOK_SECONDS;

/// The line of one priority.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    admitted_up_to: f64,
    up_to: f64,
    rate_per_minute: f64,
    as_of_ms: i64,
}

impl Line {
    /// Out of the answer of `/queue/{eventId}/line`; none where it has no such priority.
    pub fn of(answer: &Value, priority: &str) -> Option<Self> {
        let line = &answer["byPriority"][priority];
        Some(Self {
            admitted_up_to: line["admittedUpTo"].as_f64()?,
            up_to: line["upTo"].as_f64()?,
            rate_per_minute: line["ratePerMinute"].as_f64()?,
            as_of_ms: moment(&line["asOf"])?,
        })
    }

    /// The number that the line has come to.
    #[allow(clippy::cast_precision_loss)] // times of one run
    pub fn reached(&self, now_ms: i64) -> f64 {
        let minutes = (now_ms - self.as_of_ms).max(0) as f64 / 60_000.0;
        (self.admitted_up_to + self.rate_per_minute * minutes).min(self.up_to)
    }

    /// Seconds until it comes to a number, at its rate; none while it has no rate.
    #[allow(clippy::cast_precision_loss)] // numbers far below 2^53
    pub fn seconds_to(&self, number: u64, now_ms: i64) -> Option<f64> {
        let ahead = (number as f64 - self.reached(now_ms)).max(0.0);
        (self.rate_per_minute > 0.0).then(|| ahead * 60.0 / self.rate_per_minute)
    }
}

/// After how many seconds to look again, for a turn that is so many seconds away.
pub fn look_after(seconds: f64) -> f64 {
    (seconds / 10.0).clamp(2.0, *LOOK_SECONDS.end())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line() -> Line {
        let one = json!({ "admittedUpTo": 100, "upTo": 130, "ratePerMinute": 60, "asOf": "1970-01-01T00:00:10.000Z" });
        Line::of(&json!({ "byPriority": { "default": one } }), "default").unwrap()
    }

    #[test]
    fn the_line_moves_at_its_rate_up_to_its_stop() {
        assert_eq!(
            [0, 10_000, 20_000, 40_000, 90_000].map(|now| line().reached(now)),
            [100.0, 100.0, 110.0, 130.0, 130.0]
        );
    }

    #[test]
    fn who_is_far_back_knows_about_how_long_it_takes() {
        assert_eq!(line().seconds_to(220, 20_000), Some(110.0));
        assert_eq!(line().seconds_to(90, 20_000), Some(0.0));
        let standing = Line { rate_per_minute: 0.0, ..line() };
        assert_eq!(standing.seconds_to(220, 20_000), None);
        assert_eq!([5.0, 110.0, 10_000.0].map(look_after), [2.0, 11.0, 60.0]);
    }

    #[test]
    fn a_priority_that_is_not_there_has_no_line() {
        assert_eq!(Line::of(&json!({ "byPriority": {} }), "default"), None);
    }
}
