//! What bounds a crowd and a load test, and how they take their time; each with its reason.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Buyers of one run. Each is a task with a connection now and then, and what each was told is kept until the end.
pub const BUYERS: RangeInclusive<usize> = 1..=20_000;
/// Files that a run needs besides one for each buyer: watchers, the terminal, the runtime, connections that are about to close.
pub const OTHER_FILES: u64 = 64;
/// How long arrivals of a load test may go on: every request of the run is kept for the report.
pub const SECONDS: RangeInclusive<u64> = 1..=600;
/// Arrivals a second. One process draws, sends and times them; faster, it would measure itself.
pub const ARRIVALS_A_SECOND_MAX: usize = 500;
/// How long a request may take: API Gateway gives up after 30 s, and its answer should come first.
pub const REQUEST: Duration = Duration::from_secs(35);
/// How long a crowd may take as a whole: a room that stands still must not keep a terminal for ever.
pub const CROWD_MAX: Duration = Duration::from_secs(15 * 60);
/// How long a load test waits, after the last arrival, for buyers who are still inside.
pub const REST_MAX: Duration = Duration::from_secs(60);

/// What clocks of a deployment may differ by, in milliseconds, as the contract states it.
pub const CLOCK_SKEW_MS: i64 = 2_000;

/// Readings of the deployment's clock, of which the quickest counts: the first may have waited for a function to start.
pub const CLOCK_READINGS: usize = 5;

/// Attempts of a buyer at one request that is answered with "busy" or with nothing: as a good client does, and no more.
pub const ATTEMPTS: u32 = 6;
/// Before the second attempt; each further one waits twice as long.
pub const ATTEMPT_PAUSE: Duration = Duration::from_millis(200);

/// Pauses between two looks at a line, in seconds, as `docs/waiting-room.md` says: a tenth of the wait, within these.
pub const LOOK_SECONDS: RangeInclusive<f64> = 1.0..=60.0;
/// Looks at the cached line between two looks at one's own place, for a buyer who is far back.
pub const LOOKS_AT_THE_LINE: u32 = 4;
/// A turn that comes within this many seconds is asked for at one's own place.
pub const NEAR_SECONDS: f64 = 20.0;

/// Seats of one buyer.
pub const SEATS_EACH: RangeInclusive<usize> = 1..=3;
/// Watchers of a load test: enough to see that they agree, too few to be a load of their own.
pub const WATCHERS: usize = 4;
/// How long frames may still be on their way when the last answer has come; an expired hold is told within 5 s.
pub const FRAMES_LEFT: Duration = Duration::from_secs(6);
/// Pages of bookings, of a hundred each, that are read of an event: five for every seat that an event may have, for bookings that
/// were cancelled stay on record. What goes on beyond that has no end.
pub const BOOKING_PAGES_MAX: usize = 6_000;
/// How long a watcher may take to connect and join.
pub const JOIN: Duration = Duration::from_secs(30);
/// Sentences of one kind that a report shows: the first say what is wrong, and how many there are is said besides.
pub const FAULTS_SHOWN: usize = 10;
/// Seats of an event that a run puts on sale: the document of a layout may have 8 MiB, and a seat takes some 200 bytes.
pub const SEATS_MAX: usize = 30_000;
