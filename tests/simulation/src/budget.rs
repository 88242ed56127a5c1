//! What each verb uses of the table: warm, with nobody in its way. `make test` asserts these very numbers on the real
//! functions, and `make bench` holds the running stack against the same.

/// Requests of a buyer's first hold in an event.
pub const FIRST_HOLD: u32 = 1;
/// Requests of a buyer who has a hold, to join seats to it, confirm or release: one reads the hold row, one writes.
pub const WITH_A_HOLD: u32 = 2;
/// Units of a row that a transaction writes.
const ROW: u32 = 2;
/// Units that an `Idempotency-Key` adds: the row that keeps the answer.
pub const KEY: u32 = ROW;
/// Units that an event's limits for buyers add: the row of what the buyer has booked.
pub const LIMIT: u32 = ROW;
/// Units of a failed payment: the look at its guard, the record, and its place in an index.
const FAILURE: u32 = 2 * ROW + 1;
/// Units of a booking's place in two indexes.
pub const INDEXES: u32 = 2;

/// Units of holding or releasing so many seats: the seats and the hold row.
#[must_use]
pub const fn hold(seats: u32) -> u32 {
    ROW * (seats + 1)
}

/// Units of confirming so many seats: the seats, the hold row, the booking and the payment's guard.
#[must_use]
pub const fn confirm(seats: u32) -> u32 {
    ROW * (seats + 3) + INDEXES
}

/// Units of booking so many seats in one step, without a payment: the seats and the booking.
#[must_use]
pub const fn book(seats: u32) -> u32 {
    ROW * (seats + 1) + INDEXES
}

/// Units of cancelling so many seats: the seats and the booking.
const fn cancel(seats: u32) -> u32 {
    ROW * (seats + 1)
}

/// What one verb uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// The verb, and on what.
    pub verb: &'static str,
    /// Requests to the table.
    pub requests: u32,
    /// How often it waits for the table: requests that are under way together are one round.
    pub rounds: u32,
    /// Units of what it writes. A transaction that was refused is not among them: no engine says what it cost.
    pub units: u32,
}

const fn of(verb: &'static str, requests: u32, rounds: u32, units: u32) -> Budget {
    Budget { verb, requests, rounds, units }
}

/// Lanes of the hall in which this is measured.
const LANES: u32 = 3;

/// Every verb, in the order in which they are played.
#[rustfmt::skip]
pub const BUDGETS: [Budget; 53] = [
    // verb                                       requests     rounds  units written
    of("first hold, of 1 seat",                   FIRST_HOLD,  1,      hold(1)),
    of("1 seat more",                             WITH_A_HOLD, 2,      hold(1)),
    of("the same seat again",                     1,           1,      0),
    of("a seat that somebody else has",           1,           1,      0),
    of("first hold, of 4 seats",                  FIRST_HOLD,  1,      hold(4)),
    of("first hold, of 50 seats",                 FIRST_HOLD,  1,      hold(50)),
    of("first hold, of a table of 6",             FIRST_HOLD,  1,      hold(6)),
    of("first hold, of 1 seat, with a key",       FIRST_HOLD,  1,      hold(1) + KEY),
    of("the same request again, with a key",      1,           1,      0),
    of("holds in one event",                      1,           1,      0),
    of("holds in all events",                     1,           1,      0),
    of("release of 4 seats",                      WITH_A_HOLD, 2,      hold(4)),
    of("release of nothing",                      1,           1,      0),
    of("release of 50 seats",                     WITH_A_HOLD, 2,      hold(50)),
    of("release of 1 seat, with a key",           WITH_A_HOLD, 2,      hold(1) + KEY),
    of("confirm of 1 seat",                       WITH_A_HOLD, 2,      confirm(1)),
    of("the same payment again",                  3,           3,      0),
    of("confirm of 4 seats",                      WITH_A_HOLD, 2,      confirm(4)),
    of("confirm of 50 seats",                     WITH_A_HOLD, 2,      confirm(50)),
    of("confirm of 1 seat, with a key",           WITH_A_HOLD, 2,      confirm(1) + KEY),
    of("confirm of 2 seats without a payment",    WITH_A_HOLD, 2,      confirm(2) - ROW),
    of("a page of a buyer's bookings",            2,           2,      0),
    of("one booking",                             1,           1,      0),
    of("cancel of 1 seat of 4",                   2,           2,      cancel(1)),
    of("the same cancel again",                   1,           1,      0),
    of("cancel of the 3 that are left",           2,           2,      cancel(3)),
    of("cancel of 1 seat, with a key",            2,           2,      cancel(1) + KEY),
    of("layout",                                  LANES,       1,      0),
    of("layout in a viewport",                    LANES,       1,      0),
    of("availability",                            LANES,       1,      0),
    of("availability within the second",          0,           0,      0),
    of("statistics",                              LANES,       1,      0),
    of("a page of an event's bookings",           LANES + 1,   4,      0),
    of("socket: connect",                         3,           3,      2),
    of("socket: join",                            2 + LANES,   3,      2),
    of("socket: first hold, of 1 seat",           FIRST_HOLD,  1,      hold(1)),
    of("socket: holds in one event",              1,           1,      0),
    of("socket: release of 1 seat",               WITH_A_HOLD, 2,      hold(1)),
    of("socket: leave",                           2,           2,      2),
    of("extend of 4 seats",                       WITH_A_HOLD, 2,      hold(4)),
    of("end of a session with 4 seats",           2,           2,      hold(4)),
    of("a payment that failed",                   2,           2,      FAILURE),
    of("a page of a buyer's orders",              4,           3,      0),
    of("first hold, of 1 seat, within a limit",   FIRST_HOLD,  1,      hold(1) + LIMIT),
    of("confirm of 1 seat, within a limit",       WITH_A_HOLD, 2,      confirm(1) + LIMIT),
    of("cancel of 1 seat, within a limit",        2,           2,      cancel(1) + LIMIT),
    // Every lane is read, and the hold row beside them; of an area's places one lane.
    of("best available, 2 seats",                 LANES + 2,   2,      hold(2)),
    of("1 place of an area",                      3,           2,      hold(1)),
    of("booking of 2 seats in one step",          1,           1,      book(2)),
    of("booking of the best 2 in one step",       LANES + 1,   2,      book(2)),
    of("booking of 1 seat at once with a payment", 1,          1,      book(1) + ROW),
    of("booking of 1 seat at once, with a key",   1,           1,      book(1) + KEY),
    of("booking of 1 seat at once, within a limit", 2,         2,      book(1) + 2 * LIMIT),
];
