//! The only clock. Decisions get the time as a value; nothing else asks the system for it.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Ms(pub i64);

impl Ms {
    /// This moment and `ms` more.
    #[must_use]
    pub fn plus(self, ms: i64) -> Ms {
        Ms(self.0.saturating_add(ms))
    }

    /// Whole seconds since 1970, which is what DynamoDB's TTL wants.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// RFC 3339 in UTC with milliseconds: `2025-10-22T15:45:00.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        format!("{moment:.3}")
    }

    /// Reads RFC 3339 with any offset.
    ///
    /// # Errors
    /// What is expected instead, to follow the field's name.
    pub fn parse(text: &str) -> Result<Ms, String> {
        let moment: jiff::Timestamp =
            text.parse().map_err(|_| "must be a time such as 2026-01-31T19:30:00.000Z".to_owned())?;
        Ok(Ms(moment.as_millisecond()))
    }
}

/// Where the time comes from: the system, or a test.
#[derive(Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// Whatever a test says.
    Told(Arc<dyn Fn() -> Ms + Send + Sync>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Clock::System => "System",
            Clock::Told(_) => "Told",
        })
    }
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Ms {
        match self {
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Clock::Told(time) => time(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_milliseconds() {
        assert_eq!(Ms(1_761_147_900_000).rfc3339(), "2025-10-22T15:45:00.000Z");
        assert_eq!(Ms(1).rfc3339(), "1970-01-01T00:00:00.001Z");
        assert_eq!(Ms::parse("2025-10-22T17:45:00+02:00"), Ok(Ms(1_761_147_900_000)));
        assert!(Ms::parse("tomorrow").is_err());
    }
}
