//! The stack's clock: the system's, moved ahead by what a file in the data folder says. Whoever integrates with the stack
//! moves it to see a hold end without waiting for it; functions, schedules and tokens all go by it.
//!
//! A function reads the file at each look at its clock (`domain::clock`), so nothing has to be told to it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp, Unit};
use tokio::time::sleep;

use crate::settings;

/// Names the file to functions, and to the command of `local run`.
pub const VARIABLE: &str = "HOLDFAST_CLOCK";

/// As far as functions can be moved ahead (`domain::limits`).
const SHIFT_MAX: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
/// How soon a clock that was moved is noticed.
const POLL: Duration = Duration::from_millis(250);

/// The clock of one stack.
#[derive(Clone, Debug)]
pub struct Clock {
    file: Arc<Path>,
}

impl Clock {
    /// The clock of the stack that keeps its data in this folder.
    pub fn of(data: &Path) -> Self {
        Self { file: data.join("clock").into() }
    }

    /// The clock of the stack that a command is about: that of the `local run` around it, or that of `local up`.
    pub fn here() -> Result<Self> {
        match settings::variable(VARIABLE) {
            Some(file) => Ok(Self { file: PathBuf::from(file).into() }),
            None => Ok(Self::of(&settings::data(&settings::project()?)?)),
        }
    }

    /// Where functions find how far it was moved.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What time it is in the stack.
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.shift()).unwrap_or(now)
    }

    /// How far it was moved ahead.
    fn shift(&self) -> SignedDuration {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let shift = text.trim().parse().map(SignedDuration::from_millis).unwrap_or_default();
        if (SignedDuration::ZERO..=SHIFT_MAX).contains(&shift) { shift } else { SignedDuration::ZERO }
    }

    /// Follows it from now on.
    pub fn watch(&self) -> Watch {
        Watch { clock: self.clone(), shift: self.shift() }
    }

    /// Brings it back to the system's time.
    pub fn reset(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }

    /// Moves it on by this much, beyond what it was moved before.
    fn advance(&self, by: SignedDuration) -> Result<()> {
        let shift = self.shift().saturating_add(by);
        if shift > SHIFT_MAX {
            bail!("the clock cannot be moved further than ten years ahead");
        }
        // Whoever reads meanwhile has the old file or the new one, and never half of one.
        let new = self.file.with_file_name(format!("clock-{:08x}", fastrand::u32(..)));
        fs::write(&new, shift.as_millis().to_string()).with_context(|| format!("cannot write {}", new.display()))?;
        fs::rename(&new, &self.file).with_context(|| format!("cannot write {}", self.file.display()))
    }

    /// A stack runs behind this clock; nobody else would see it move.
    fn check_running(&self) -> Result<()> {
        let folder = self.file.parent().context("the clock's file lies in no folder")?;
        let Ok(lock) = File::open(folder.join("lock")) else {
            bail!("no stack has run in {} yet: `make up` starts one", folder.display());
        };
        if lock.try_lock_shared().is_ok() {
            bail!("no stack runs in {}: `make up` starts one", folder.display());
        }
        Ok(())
    }
}

/// Notices when a clock is moved.
pub struct Watch {
    clock: Clock,
    shift: SignedDuration,
}

impl Watch {
    /// Waits until the clock has been moved, in either direction, since this was last asked.
    pub async fn moved(&mut self) {
        while !self.has_moved() {
            sleep(POLL).await;
        }
    }

    /// Whether the clock has been moved, in either direction, since this was last asked.
    pub fn has_moved(&mut self) -> bool {
        let before = std::mem::replace(&mut self.shift, self.clock.shift());
        self.shift != before
    }
}

/// `local clock`: moves the running stack's clock on, or back to now, and says what it shows.
pub fn command(advance: Option<&str>) -> Result<ExitCode> {
    let by = advance.map(parse).transpose()?.filter(|by| !by.is_zero());
    let clock = Clock::here()?;
    clock.check_running()?;
    match by {
        Some(by) => clock.advance(by)?,
        None => clock.reset()?,
    }
    println!("{}", describe(&clock)?);
    Ok(ExitCode::SUCCESS)
}

fn describe(clock: &Clock) -> Result<String> {
    let now = clock.now().round(Unit::Second)?;
    match clock.shift() {
        SignedDuration::ZERO => Ok(format!("The stack's clock shows the time: {now}")),
        shift => Ok(format!("The stack's clock shows {now}, {shift:#} ahead; `make clock` brings it back")),
    }
}

/// A time to move on by: `9m50s`, `2h`, `1500ms`, or `0`.
fn parse(text: &str) -> Result<SignedDuration> {
    if text == "0" {
        return Ok(SignedDuration::ZERO);
    }
    let Ok(by) = text.parse::<SignedDuration>() else {
        bail!("ADVANCE={text}: it is a time to move on by, such as 9m50s, 2h or 1500ms");
    };
    if by.is_negative() {
        bail!("ADVANCE={text}: the clock is only moved on; without ADVANCE it goes back to now");
    }
    if by.as_millis() == 0 && !by.is_zero() {
        bail!("ADVANCE={text}: a millisecond is the least");
    }
    Ok(by)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A clock in a folder of its own, which is removed with it.
    struct Own(Clock);

    impl Own {
        fn new() -> Self {
            let folder = std::env::temp_dir().join(format!("holdfast-clock-{:x}", fastrand::u64(..)));
            fs::create_dir_all(&folder).unwrap();
            Self(Clock::of(&folder))
        }
    }

    impl Drop for Own {
        fn drop(&mut self) {
            fs::remove_dir_all(self.0.file.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn times_to_move_on_by_are_read_and_nothing_else() {
        for (text, ms) in [("9m50s", 590_000), ("2h", 7_200_000), ("1500ms", 1_500), ("9m 50s", 590_000), ("0", 0)] {
            assert_eq!(parse(text).unwrap().as_millis(), ms, "{text}");
        }
        for text in ["", "soon", "10", "5", "9m50", "-5m", "5m ago", "1us", "1d", "1y", "m", "5 parsecs"] {
            let refusal = parse(text).unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("ADVANCE={text}: ")), "{refusal}");
        }
        assert!(parse("-5m").unwrap_err().to_string().contains("only moved on"));
    }

    #[test]
    fn moves_add_up_until_the_clock_is_brought_back() {
        let Own(clock) = &Own::new();
        assert_eq!(clock.shift(), SignedDuration::ZERO);
        for (by, minutes) in [(10, 10), (15, 25)] {
            clock.advance(SignedDuration::from_mins(by)).unwrap();
            assert_eq!(clock.shift(), SignedDuration::from_mins(minutes));
        }
        let ahead = clock.now().duration_since(Timestamp::now());
        assert_eq!(ahead.round(Unit::Second).unwrap(), SignedDuration::from_mins(25));
        assert!(describe(clock).unwrap().contains("25m ahead"), "{}", describe(clock).unwrap());
        assert!(clock.advance(SHIFT_MAX).is_err(), "further than functions follow");
        assert_eq!(fs::read_dir(clock.file.parent().unwrap()).unwrap().count(), 1, "nothing but the clock's file");
        clock.reset().unwrap();
        clock.reset().unwrap();
        assert_eq!(clock.shift(), SignedDuration::ZERO);
    }

    #[test]
    fn a_clock_without_a_running_stack_is_not_moved() {
        let Own(clock) = &Own::new();
        assert!(clock.check_running().unwrap_err().to_string().starts_with("no stack has run in"));
        let lock = File::create(clock.file.with_file_name("lock")).unwrap();
        assert!(clock.check_running().unwrap_err().to_string().starts_with("no stack runs in"));
        lock.try_lock().unwrap();
        clock.check_running().unwrap();
    }

    #[test]
    fn a_move_in_either_direction_is_noticed_once() {
        let Own(clock) = &Own::new();
        let mut watch = clock.watch();
        assert!(!watch.has_moved());
        clock.advance(SignedDuration::from_hours(1)).unwrap();
        assert!(watch.has_moved());
        assert!(!watch.has_moved());
        clock.reset().unwrap();
        assert!(watch.has_moved());
    }
}
