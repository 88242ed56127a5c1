//! The only clock. Decisions get the time as a value; nothing else asks the system for it.

#[cfg(feature = "movable-clock")]
mod movable;

use std::fmt;
#[cfg(feature = "movable-clock")]
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// This moment and `ms` more.
    #[must_use]
    pub fn plus(self, ms: i64) -> Moment {
        Moment(self.0.saturating_add(ms))
    }

    /// The milliseconds between this moment and another one, whichever comes first. What was noted at a moment that lies
    /// far ahead is as old as what was noted long ago: the clock has been set back since.
    #[must_use]
    pub fn apart(self, other: Moment) -> i64 {
        i64::try_from(self.0.abs_diff(other.0)).unwrap_or(i64::MAX)
    }

    /// Whole seconds since 1970, which is what DynamoDB's TTL wants.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// RFC 3339 in UTC with milliseconds: `2025-10-22T15:45:00.000Z`. A moment outside the years that RFC 3339 can
    /// write becomes the nearest that it can.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let ms = self.0.clamp(FIRST.0, LAST.0);
        let moment = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (year, month, day) = moment.to_calendar_date();
        let (hour, minute, second) = moment.to_hms();
        let month = u8::from(month);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms.rem_euclid(1_000))
    }

    /// Reads RFC 3339 with any offset, and no other form of ISO 8601.
    ///
    /// # Errors
    /// What is expected instead, to follow the field's name.
    pub fn parse(text: &str) -> Result<Moment, String> {
        // The `time` crate takes any character between date and time.
        let has_separator = matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok().filter(|_| has_separator);
        moment
            .and_then(|moment| i64::try_from(moment.unix_timestamp_nanos().div_euclid(NANOS_OF_MS)).ok())
            .map(Moment)
            .filter(|ms| (FIRST..=LAST).contains(ms))
            .ok_or_else(|| "must be a time such as 2026-01-31T19:30:00.000Z".to_owned())
    }
}

const NANOS_OF_MS: i128 = 1_000_000;
/// The beginning of the year 0000 in UTC, the first that RFC 3339 can write.
const FIRST: Moment = Moment(-62_167_219_200_000);
/// The last millisecond of the year 9999.
const LAST: Moment = Moment(253_402_300_799_999);

/// Where the time comes from: the system, or a test; in the local stack also the system and a file, which moves it.
#[derive(Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// The time that a test gives.
    Told(Arc<dyn Fn() -> Moment + Send + Sync>),
    /// The system's clock, ahead by as many milliseconds as this file says.
    #[cfg(feature = "movable-clock")]
    Moved(Arc<Path>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Clock::System => "System",
            Clock::Told(_) => "Told",
            #[cfg(feature = "movable-clock")]
            Clock::Moved(_) => "Moved",
        })
    }
}

impl Clock {
    /// The clock of a function: the system's. Functions that are built for the local stack have one that can be moved,
    /// where the environment names the file that moves it.
    #[must_use]
    pub fn of_environment() -> Clock {
        #[cfg(feature = "movable-clock")]
        if let Some(file) = movable::file() {
            return Clock::Moved(file);
        }
        Clock::System
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            Clock::System => system_time(),
            Clock::Told(time) => time(),
            #[cfg(feature = "movable-clock")]
            Clock::Moved(file) => system_time().plus(movable::shift_ms(file)),
        }
    }

    /// By how many milliseconds this clock was moved ahead of the system's: for a library that asks the system itself.
    #[must_use]
    pub fn moved_by_ms(&self) -> i64 {
        match self {
            Clock::System | Clock::Told(_) => 0,
            #[cfg(feature = "movable-clock")]
            Clock::Moved(file) => movable::shift_ms(file),
        }
    }
}

fn system_time() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_milliseconds() {
        assert_eq!(Moment(1_761_147_900_000).rfc3339(), "2025-10-22T15:45:00.000Z");
        assert_eq!(Moment(1).rfc3339(), "1970-01-01T00:00:00.001Z");
        assert_eq!(Moment(-1).rfc3339(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Moment::parse("2025-10-22T17:45:00+02:00"), Ok(Moment(1_761_147_900_000)));
    }

    #[test]
    fn what_rfc3339_has_is_read() {
        for (text, utc) in [
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
            ("9999-12-31T23:59:59.999999999999Z", "9999-12-31T23:59:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
            ("2024-02-29t12:00:00.5z", "2024-02-29T12:00:00.500Z"),
            ("2026-01-31T19:30:00+23:59", "2026-01-30T19:31:00.000Z"),
            ("2026-01-31T19:30:00-23:59", "2026-02-01T19:29:00.000Z"),
            ("2026-01-31T19:30:00-00:00", "2026-01-31T19:30:00.000Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Moment::parse(text).map(Moment::rfc3339), Ok(utc.to_owned()), "{text}");
        }
        // A leap second, which RFC 3339 allows, is the last moment of its minute here.
        assert!(Moment::parse("2016-12-31T23:59:60Z").is_ok());
    }

    #[test]
    fn nothing_but_rfc3339_is_read() {
        for text in [
            "tomorrow",
            "",
            "2026-01-31",
            "2026-01-31T19:30Z",
            "2026-01-31T19:30:00",
            "2026-01-31 19:30:00Z",
            "2026-01-31_19:30:00Z",
            "20260131T193000Z",
            "2026-W05-6T19:30:00Z",
            "2026-031T19:30:00Z",
            "+002026-01-31T19:30:00Z",
            "-000001-01-31T19:30:00Z",
            "2026-01-31T19:30:00+25:00",
            "2026-01-31T19:30:00+24:00",
            "2026-01-31T19:30:00+02:60",
            "2026-01-31T19:30:00+0200",
            "2026-01-31T19:30:00+02",
            "2026-01-31T19:30:00+02:00:00",
            "2026-01-31T19:30:00\u{2212}02:00",
            "2026-01-31T19:30:00+01:00[Europe/Berlin]",
            "2026-01-31T19:30:00Z[UTC]",
            "2026-01-31T19:30:00.Z",
            "2026-01-31T19:30:00,5Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T19:60:00Z",
            "2026-01-31T19:30:60Z",
            "2026-02-29T19:30:00Z",
            "2026-13-01T19:30:00Z",
            " 2026-01-31T19:30:00Z",
            "2026-01-31T19:30:00Z ",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
        ] {
            let expected = "must be a time such as 2026-01-31T19:30:00.000Z";
            assert_eq!(Moment::parse(text), Err(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn moments_are_apart_by_the_same_in_either_order() {
        for (a, b, ms) in [(5, 7, 2), (7, 5, 2), (-3, 3, 6), (4, 4, 0), (i64::MIN, i64::MAX, i64::MAX)] {
            assert_eq!(Moment(a).apart(Moment(b)), ms);
        }
    }

    /// What is packaged is built without the feature. This compiles only as long as there is no other clock then.
    #[cfg(not(feature = "movable-clock"))]
    #[test]
    fn a_function_has_no_clock_but_the_systems() {
        let is_the_systems = match Clock::of_environment() {
            Clock::System => true,
            Clock::Told(_) => false,
        };
        assert!(is_the_systems);
        assert_eq!(Clock::of_environment().moved_by_ms(), 0);
    }

    #[test]
    fn what_no_year_of_rfc3339_has_is_written_as_the_nearest_that_one_has() {
        assert_eq!(Moment(i64::MAX).rfc3339(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Moment(i64::MIN).rfc3339(), "0000-01-01T00:00:00.000Z");
    }
}
