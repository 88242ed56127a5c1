//! Limits and intervals of waiting rooms, and of their draws.

/// Buyers that a waiting room may let in each minute at most: what a table on demand can be warmed for.
pub const ADMIT_PER_MINUTE_MAX: u64 = 600_000;
/// Buyers that may be inside at most.
pub const MAX_ACTIVE_MAX: u64 = 10_000_000;
/// How long a pass is good, in minutes, where the event does not say.
pub const PASS_MINUTES_DEFAULT: f64 = 15.0;
/// The longest that a pass may be good, in minutes: the line remembers for that long when it let in whom.
pub const PASS_MINUTES_MAX: f64 = 120.0;
/// A pass, in bytes: longer than any that is signed here.
pub const PASS_BYTES_MAX: usize = 4 * 1024;
/// Priorities of a waiting room.
pub const PRIORITIES_MAX: usize = 10;
/// The weight of a priority.
pub const PRIORITY_WEIGHT: std::ops::RangeInclusive<u64> = 1..=1_000;
/// Joins a second that one counter of numbers takes: half of what DynamoDB lets one row be written.
pub const JOINS_PER_SHARD: u32 = 500;
/// Counters over which the numbers of one waiting room are spread at most.
pub const QUEUE_SHARDS_MAX: u32 = 64;
/// How often a line that moves is looked after, in milliseconds.
pub const ROUND_MS: i64 = 1_500;
/// How far ahead of a round the line is told, in milliseconds: two rounds may fail before the line stands.
pub const LINE_TOLD_MS: i64 = 4_000;
/// A line that is told further ahead than this is left alone, in milliseconds: a second doorkeeper then has nothing to do.
pub const LINE_AHEAD_MS: i64 = 2_500;
/// Pieces of a line that are remembered for as long as a pass is good, over all priorities: its row stays far below 400 KB.
pub const LINE_SEGMENTS_MAX: i64 = 2_000;
/// Points of a line's joins from before the longest pass that are remembered, for each priority, for the statistics.
pub const LINE_JOINS_MAX: usize = 256;
/// A line in which nobody waits is written down this often, in milliseconds, so that it is seen to be looked after.
pub const LINE_IDLE_MS: i64 = 10_000;
/// A line that is told further ahead than this was told by a clock that has been set back since, in milliseconds.
pub const LINE_SET_BACK_MS: i64 = 60_000;
/// An automatic waiting room closes once its line has been empty for this long, in milliseconds.
pub const EMPTY_LINE_MS: i64 = 60_000;
/// Time over which the speed of a line is measured where its stop holds it back, in milliseconds.
pub const LINE_SPEED_MS: i64 = 120_000;
/// The slowest pace of a line whose table is throttled, in thousandths of its rate.
pub const LINE_PACE_MIN: u32 = 50;
/// Pauses that a client that waits is told, in seconds, shortest and longest.
pub const POLL_AFTER_SECONDS: std::ops::RangeInclusive<i64> = 1..=60;
/// A turn that comes within this time is asked for every other second, in milliseconds.
pub const TURN_IS_NEAR_MS: i64 = 20_000;
/// Of a wait that is longer, a client lets one part in so many pass before it asks again.
pub const POLLS_IN_A_WAIT: i64 = 10;
/// Numbers whose waits the statistics look at, for each priority.
pub const WAITS_SAMPLED: u64 = 200;
/// How long what a function has read of a line serves the buyers in it, in milliseconds.
pub const LINE_KEPT_MS: i64 = 1_000;
/// Lines that one function remembers.
pub const LINES_KEPT_MAX: usize = 1_000;
/// How long a row of a waiting room outlives the end of its event's sales, in seconds: a year, for an event may be put off while people
/// wait.
pub const QUEUE_ROW_KEPT_SECONDS: i64 = 366 * 24 * 60 * 60;
/// Joins of one event's line that a deployment expects a second, unless it says otherwise.
pub const JOINS_PER_SECOND_DEFAULT: u32 = JOINS_PER_SHARD;
/// Time that one run of the doorkeeper covers, in milliseconds: until the schedule starts the next.
pub const DOORKEEPER_RUN_MS: u64 = 60_000;
/// How often the doorkeeper looks how many seats are left, in milliseconds.
pub const SEATS_LEFT_KEPT_MS: i64 = 5_000;
/// An automatic room at whose door nobody has come for this long is looked at once a minute, in milliseconds.
pub const QUIET_DOOR_MS: i64 = 10 * 60 * 1_000;
/// Numbers one after the other that have left, and that one round passes at once.
pub const NUMBERS_SKIPPED_MAX: i32 = 1_000;
/// Pushes of `queue:admitted` under way at once.
pub const ADMITTED_IN_FLIGHT: usize = 64;
/// How long after its sales, and the last pass, a waiting room is looked after, in milliseconds.
pub const PATIENCE_OVER_MS: i64 = 10 * 60 * 1_000;
/// Once the line of an automatic room has not been told for this long, its door counts as shut, in milliseconds: a look at a quiet door
/// comes once a minute.
pub const DOOR_UNWATCHED_MS: i64 = 3 * 60 * 1_000;
/// Time for a round at one room, in milliseconds: one that takes longer must not hold up the others.
pub const TEND_MS: u64 = 3_000;
/// The period of a beacon's chain, in seconds. drand's networks publish every 3 or 30 seconds; a draw may wait as long as a period.
pub const BEACON_PERIOD_SECONDS: std::ops::RangeInclusive<u32> = 1..=3_600;
/// Fetch of a beacon's round from one host, in milliseconds: two hosts can be asked in the time for a round at one room.
pub const BEACON_FETCH_MS: u64 = 1_200;
/// Size of a host's answer about a beacon's round, in bytes. drand's have some 250.
pub const BEACON_BYTES_MAX: usize = 4 * 1024;
/// How long after the opening the entrants of a draw are read, in milliseconds: by then a place is written that any function
/// acknowledged before the opening, whichever clock it went by (as `CLOCK_SKEW_MS`).
pub const DRAW_AFTER_MS: i64 = 2_000;
/// How long it stands who takes part before the seed is shown, in milliseconds: longer than the line is cached, and than clocks are
/// apart, so that whoever reads the line every other second has the roots in hand by then.
pub const ROOTS_SHOWN_MS: i64 = 6_000;
/// How long after the opening the round of a draw's beacon is due at the earliest, in milliseconds: by then the entrants are fixed.
pub const BEACON_AFTER_MS: i64 = 60_000;
/// Leaves of a chunk of a draw's entrants, at least: with their numbers some 9 KB, which are three read units.
pub const DRAW_CHUNK_LEAVES_MIN: usize = 256;
/// Chunks of one priority's entrants at most: their index, 64 bytes for each, is one row, which DynamoDB keeps below 400 KB. A million
/// entrants are as many chunks of 256.
pub const DRAW_CHUNKS_MAX: usize = 4_096;
/// Partitions over which the chunks of a draw are spread: one takes 1,000 write units a second, and a million entrants are 36,000.
pub const DRAW_SHARDS: usize = 16;
/// Leaves that one page of a draw's entrants lists.
pub const DRAW_PAGE_LEAVES: usize = 100_000;
/// Indexes of draws that one function keeps: of a million entrants each takes 256 KB.
pub const DRAW_INDEXES_KEPT_MAX: usize = 64;
/// Shards of places that are read at once for a draw: each reading is a megabyte of rows.
pub const DRAW_READS_IN_FLIGHT: usize = 4;
/// Writes of a draw's rows under way at once.
pub const DRAW_WRITES_IN_FLIGHT: usize = 32;
/// Time for one step of a draw, in milliseconds: some two minutes for a million entrants, and the function's own time limit is
/// above that. A step that takes longer begins again.
pub const DRAW_STEP_MS: u64 = 240_000;
/// The shortest pause that a client is told while numbers are drawn, in seconds: everybody asks then, and nothing can be done sooner.
pub const DRAW_POLL_SECONDS: i64 = 3;
/// Looks at places a second that a deployment bears while numbers are drawn: half of what API Gateway grants an account. With more
/// entrants everybody is told to wait longer.
pub const DRAW_LOOKS_PER_SECOND: i64 = 5_000;
/// How often it is counted who takes part so far, in milliseconds: those who left are counted one by one.
pub const DRAW_COUNT_MS: i64 = 3_000;
/// How long nobody else takes steps of a draw after its doorkeeper was seen at work, in milliseconds: a draw whose doorkeeper died goes on
/// after that.
pub const DRAW_LEASE_MS: i64 = 15_000;
/// How often a doorkeeper that takes a step says that it is at work, in milliseconds.
pub const DRAW_LEASE_RENEWED_MS: u64 = 5_000;
/// Tries at one row of a draw whose table is throttled, each with the SDK's own: a step that gave up would begin from nothing.
pub const DRAW_ROW_TRIES: u32 = 20;
/// Pause between two of them, in milliseconds, drawn at random.
pub const DRAW_ROW_PAUSE_MS: std::ops::RangeInclusive<u64> = 200..=1_000;
/// Places left early that are looked at at once.
pub const DRAW_LEFT_IN_FLIGHT: usize = 16;
/// Pages of entrants that one function keeps zipped: each takes some 10 MB.
pub const DRAW_PAGES_KEPT_MAX: usize = 4;
/// Connections that wait for a lot and are noted under their numbers in one round.
pub const UNDRAWN_SOCKETS_AT_ONCE: i32 = 2_000;
/// The greatest number of a beacon's round: what readers of JSON keep exact.
pub const BEACON_ROUND_MAX: u64 = (1 << 53) - 1;
/// The shortest secret of draws, in bytes: as many random letters and digits have more than 128 bits.
pub const DRAW_SECRET_BYTES_MIN: usize = 32;
