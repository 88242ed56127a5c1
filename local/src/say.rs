//! What the user reads while the stack works: one line per step, with the seconds since the start.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

static STARTED: OnceLock<Instant> = OnceLock::new();

/// The time since this was first asked.
pub fn elapsed() -> Duration {
    STARTED.get_or_init(Instant::now).elapsed()
}

/// Prints a line on standard error, which leaves standard output to the command of `local run`.
pub fn say(line: impl AsRef<str>) {
    eprintln!("[{:6.1} s] {}", elapsed().as_secs_f64(), line.as_ref());
}
