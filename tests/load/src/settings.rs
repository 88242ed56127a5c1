//! What the environment says of a run: where, how many, how long, and with which keys.

use std::env;
use std::ops::RangeInclusive;
use std::str::FromStr;

use anyhow::{Result, bail};

use crate::limits;
use crate::people::Keys;
use crate::target::Target;

const BUYERS: usize = 200;
const CROWD_EVENT: &str = "onsale";
const TEST_EVENT: &str = "loadtest";
const TEST_SECONDS: u64 = 60;
const PORT: u16 = 8080;

/// What both kinds of run are told.
#[derive(Debug)]
pub struct Settings {
    pub target: Target,
    pub keys: Keys,
    pub event: String,
    pub buyers: usize,
    /// Over which arrivals come; a crowd that is not told chooses for itself.
    pub seconds: Option<u64>,
    /// Whether an event that has to be made draws lots.
    pub draws: bool,
    /// Makes one run like another: when buyers come, and what they want.
    pub seed: u64,
}

impl Settings {
    /// Of a crowd.
    ///
    /// # Errors
    /// Whatever is set to something that it cannot be.
    pub fn of_crowd() -> Result<Self> {
        Self::read(CROWD_EVENT)
    }

    /// Of a load test.
    ///
    /// # Errors
    /// Whatever is set to something that it cannot be.
    pub fn of_test() -> Result<Self> {
        let mut settings = Self::read(TEST_EVENT)?;
        let seconds = *settings.seconds.get_or_insert(TEST_SECONDS);
        check_rate(settings.buyers, seconds)?;
        Ok(settings)
    }

    fn read(event: &str) -> Result<Self> {
        let port = number("PORT", 1..=u16::MAX)?.unwrap_or(PORT);
        let base =
            variable("URL").or_else(|| variable("HOLDFAST_URL")).unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        let socket = match variable("URL") {
            Some(_) => variable("WS_URL"),
            None => variable("WS_URL").or_else(|| variable("HOLDFAST_WS_URL")),
        };
        let target = Target::new(&base, socket.as_deref(), says_yes("ELSEWHERE")?)?;
        // The secret of local stacks is known to everyone, so no other deployment can have it.
        let of_here = || target.is_here.then(|| support::tokens::DEVELOPMENT_SECRET.to_owned());
        let keys = Keys::new(variable("HOLDFAST_JWT_SECRET").or_else(of_here), variable("ADMIN_TOKEN"))?;
        Ok(Self {
            target,
            keys,
            event: variable("EVENT").unwrap_or_else(|| event.to_owned()),
            buyers: number("BUYERS", limits::BUYERS)?.unwrap_or(BUYERS),
            seconds: number("SECONDS", limits::SECONDS)?,
            draws: says_yes("DRAW")?,
            seed: number("SEED", 0..=u64::MAX)?.unwrap_or_else(|| fastrand::u64(..)),
        })
    }
}

/// How fast buyers may come.
fn check_rate(buyers: usize, seconds: u64) -> Result<()> {
    let most = limits::ARRIVALS_A_SECOND_MAX.saturating_mul(usize::try_from(seconds)?);
    if buyers > most {
        bail!(
            "BUYERS={buyers} in SECONDS={seconds} are more than {} a second, which one process cannot time honestly: at most {most} \
             buyers in that time",
            limits::ARRIVALS_A_SECOND_MAX
        );
    }
    Ok(())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn number<N: FromStr + PartialOrd + std::fmt::Display>(name: &str, within: RangeInclusive<N>) -> Result<Option<N>> {
    variable(name).map(|text| within_bounds(name, &text, &within)).transpose()
}

fn within_bounds<N: FromStr + PartialOrd + std::fmt::Display>(
    name: &str,
    text: &str,
    within: &RangeInclusive<N>,
) -> Result<N> {
    match text.parse() {
        Ok(number) if within.contains(&number) => Ok(number),
        _ => bail!("{name}={text}: a number from {} to {}", within.start(), within.end()),
    }
}

fn says_yes(name: &str) -> Result<bool> {
    is_yes(name, variable(name).as_deref())
}

fn is_yes(name: &str, value: Option<&str>) -> Result<bool> {
    match value {
        None | Some("0" | "no") => Ok(false),
        Some("1" | "yes") => Ok(true),
        Some(other) => bail!("{name}={other}: yes or no"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn numbers_out_of_bounds_are_refused_with_the_bounds() {
        assert_eq!(within_bounds("BUYERS", "20000", &limits::BUYERS).unwrap(), 20_000);
        for text in ["0", "20001", "-1", "many", "1e3"] {
            let refused = within_bounds("BUYERS", text, &limits::BUYERS).unwrap_err().to_string();
            assert_eq!(refused, format!("BUYERS={text}: a number from 1 to 20000"));
        }
    }

    #[test]
    fn more_arrivals_a_second_than_can_be_timed_are_refused() {
        assert!(check_rate(500, 1).is_ok());
        let refused = check_rate(20_000, 39).unwrap_err().to_string();
        assert!(refused.contains("at most 19500 buyers"), "{refused}");
    }

    #[test]
    fn the_small_run_is_not_aimed_by_what_somebody_has_set_for_a_run_of_their_own() {
        let own = ["URL", "WS_URL", "ELSEWHERE", "DRAW", "ADMIN_TOKEN"];
        // In place of the program that the script starts first: it says its environment, and the script ends with it.
        let program = env::temp_dir().join(format!("load-small-{}", std::process::id()));
        std::fs::write(&program, "#!/bin/sh\nenv; exit 9\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let said = std::process::Command::new("bash")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/small"))
            .arg(&program)
            .envs(own.map(|name| (name, "https://tickets.invalid")))
            .output()
            .unwrap();
        std::fs::remove_file(&program).unwrap();
        let told = String::from_utf8(said.stdout).unwrap();
        assert!(told.contains("EVENT=small-crowd"), "{told}");
        assert!(!told.contains("tickets.invalid"), "{told}");
    }

    #[test]
    fn a_yes_is_said_in_so_many_words() {
        assert!(is_yes("ELSEWHERE", Some("yes")).unwrap() && is_yes("DRAW", Some("1")).unwrap());
        assert!(!is_yes("ELSEWHERE", None).unwrap() && !is_yes("DRAW", Some("no")).unwrap());
        assert_eq!(is_yes("ELSEWHERE", Some("maybe")).unwrap_err().to_string(), "ELSEWHERE=maybe: yes or no");
    }
}
