//! The clock of the local stack's functions: the system's, moved ahead by what a file says, so that whoever integrates
//! with them sees a hold end without waiting for it.

use crate::limits::CLOCK_SHIFT_MAX_MS;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Names the file. The local stack sets it.
const VARIABLE: &str = "HOLDFAST_CLOCK";

/// The file that the environment names, if it does.
pub(super) fn file() -> Option<Arc<Path>> {
    let file = std::env::var_os(VARIABLE).filter(|file| !file.is_empty())?;
    Some(Path::new(&file).into())
}

/// By how many milliseconds a file moves the clock ahead. A file that is not there, or that has no such number, does not
/// move it.
pub(super) fn shift_ms(file: &Path) -> i64 {
    let shift = fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
    shift.filter(|ms| (0..=CLOCK_SHIFT_MAX_MS).contains(ms)).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_file_moves_the_clock_ahead_and_is_asked_each_time() {
        let file = std::env::temp_dir().join(format!("holdfast-clock-{}", std::process::id()));
        let clock = Clock::Moved(file.as_path().into());
        let ahead = || {
            let (before, shown) = (Clock::System.now(), clock.now());
            (shown.0 - before.0) / 60_000
        };
        for (said, minutes) in [("590000", 9), ("600000\n", 10), ("0", 0), ("-600000", 0), ("10m", 0), ("", 0)] {
            fs::write(&file, said).unwrap();
            assert_eq!(ahead(), minutes, "{said:?}");
        }
        fs::write(&file, (CLOCK_SHIFT_MAX_MS + 1).to_string()).unwrap();
        assert_eq!((ahead(), clock.moved_by_ms()), (0, 0), "further than it can be moved");
        fs::write(&file, CLOCK_SHIFT_MAX_MS.to_string()).unwrap();
        assert_eq!(clock.moved_by_ms(), CLOCK_SHIFT_MAX_MS);
        fs::remove_file(&file).unwrap();
        assert_eq!((ahead(), clock.moved_by_ms()), (0, 0), "without a file");
    }
}
