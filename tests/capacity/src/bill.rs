//! What a month costs a house, looks at the map left out: those are in [`crate::audience`].

use crate::aws;
use crate::house::{GIVEN_UP, HOLDS_FOR_AN_ORDER, House, KEPT_MONTHS, MONTH_MINUTES, PREFLIGHTS};
use crate::rush::SEATS_EACH;
use crate::template::Template;
use crate::usage::{Cost, budget, call, preflight, run, time};
use crate::verbs::{Sale, hall};
use domain::clock::Moment;
use domain::limits::{AWAY_SHARDS, DUE_SHARDS, LAGGING_SHARDS, SWEEP_RUN_MS, WATCH_SHARDS};
use domain::name::BuyerId;
use simulation::budget::{KEY, hold};

/// What a sold seat should cost at most, in dollars, watchers apart.
pub const AIM: f64 = 0.000_05;
/// Secrets that a function reads when it starts: those of tokens and of the distribution.
const SECRETS_READ: f64 = 2.0;
/// How long a run of the broadcaster takes that tells nobody, or of the outbox that notes one hold, in milliseconds: one round to the
/// table and its own work.
const SHORT_RUN_MS: i64 = aws::ROW_MS + crate::usage::OWN_MS;

/// What an index keeps of a booking, in bytes: its own keys and the table's.
const INDEX_ENTRY_BYTES: usize = 250;

/// A bill, by what is paid for.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Requests of buyers and of their shop.
    pub orders: Cost,
    /// What follows from commits: the broadcaster and the outbox.
    pub stream: Cost,
    /// The sweep, by what it writes and reads.
    pub sweep: Cost,
    /// The sweep's waiting for holds to end.
    pub waiting: f64,
    /// Instances that start.
    pub starts: f64,
    /// Three schedules that find nothing.
    pub schedules: Cost,
    /// Secrets.
    pub secrets: f64,
    /// Metrics that the functions write.
    pub metrics: f64,
    /// Rows and their backups.
    pub storage: f64,
    /// Seats that were sold.
    pub seats: f64,
}

impl Bill {
    /// What a month costs a house.
    ///
    /// # Errors
    /// The template or the budgets lack something.
    pub fn of(house: &House, template: &Template) -> Result<Self, String> {
        let (schedules, secrets) = (idle(template)?, secrets(house, template));
        Ok(Self {
            orders: orders(house, template)?,
            stream: stream(house, template)?,
            sweep: sweep(house, template)?,
            waiting: time(template, "sweep", waits_ms(house.holds_a_minute()))? * house.minutes,
            starts: time(template, "hold", aws::START_MS)? * calls(house) * house.starts,
            schedules,
            secrets,
            metrics: metrics(house),
            storage: storage(house),
            seats: house.seats,
        })
    }

    /// What is paid although nobody buys.
    #[must_use]
    pub fn fixed(&self) -> f64 {
        self.schedules.sum() + self.secrets
    }

    /// All of it.
    #[must_use]
    pub fn sum(&self) -> f64 {
        let by_use = self.orders.sum() + self.stream.sum() + self.sweep.sum();
        by_use + self.waiting + self.starts + self.metrics + self.storage + self.fixed()
    }
    /// For each seat sold.
    #[must_use]
    pub fn for_a_seat(&self) -> f64 {
        self.sum() / self.seats
    }
}

/// Calls of buyers in a month.
fn calls(house: &House) -> f64 {
    house.orders() * (HOLDS_FOR_AN_ORDER + (HOLDS_FOR_AN_ORDER - 1.0) * GIVEN_UP + 1.0)
}

/// The seat map asks with an `Idempotency-Key`, so each request keeps its answer.
fn orders(house: &House, template: &Template) -> Result<Cost, String> {
    let one_seat_more = |verb: &str, seats: u32| -> Result<simulation::budget::Budget, String> {
        let measured = budget(verb)?.clone();
        Ok(simulation::budget::Budget { units: measured.units + hold(seats) - hold(1), ..measured })
    };
    let seats = u32::try_from(SEATS_EACH).unwrap_or(u32::MAX);
    let held = call(template, "hold", &one_seat_more("first hold, of 1 seat, with a key", seats)?)?;
    let confirmed = call(template, "confirm", &one_seat_more("confirm of 1 seat, with a key", seats)?)?;
    let released = call(template, "release", &one_seat_more("release of 1 seat, with a key", seats)?)?;
    let given_up = (HOLDS_FOR_AN_ORDER - 1.0) * GIVEN_UP;
    let of_an_order =
        [held.times(HOLDS_FOR_AN_ORDER), confirmed, released.times(given_up), preflight().times(PREFLIGHTS)];
    Ok(of_an_order.into_iter().sum::<Cost>().times(house.orders()))
}

/// Each changed row as a batch of its own: that is so while few buy, and more than is paid when many do.
fn stream(house: &House, template: &Template) -> Result<Cost, String> {
    #[allow(clippy::cast_precision_loss)] // two
    let seats = SEATS_EACH as f64;
    let (orders, holds) = (house.orders(), house.holds());
    // A hold takes seats; whatever becomes of it changes them once more.
    let told = run(template, "broadcast", SHORT_RUN_MS)?;
    let told = Cost { table: f64::from(WATCH_SHARDS) * aws::READ_UNIT / 2.0, ..told };
    let noted = run(template, "outbox", SHORT_RUN_MS)?;
    let with_a_note = Cost { table: aws::WRITE_UNIT, ..noted };
    // The hold's row when it begins and when it is emptied, and the booking's.
    let emptied = holds - lapsed(house);
    Ok([told.times(holds * 2.0 * seats), with_a_note.times(holds), noted.times(emptied + orders)].into_iter().sum())
}

/// Holds of a month that run out.
fn lapsed(house: &House) -> f64 {
    (house.holds() - house.orders()) * (1.0 - GIVEN_UP)
}

/// For each hold its seats are read and its row is deleted, in a transaction; those that ran out have their seats freed in it.
fn sweep(house: &House, template: &Template) -> Result<Cost, String> {
    let units = |seats: usize| f64::from(hold(u32::try_from(seats).unwrap_or(u32::MAX)));
    #[allow(clippy::cast_precision_loss)] // two
    let read = SEATS_EACH as f64 * aws::READ_UNIT;
    let lapsed = lapsed(house);
    let written = lapsed * units(SEATS_EACH) + (house.holds() - lapsed) * units(0);
    let table = written * aws::WRITE_UNIT + house.holds() * read;
    let functions = time(template, "sweep", aws::TRANSACTION_MS)? * house.holds();
    Ok(Cost { table, functions, ..Cost::default() })
}

/// How long a run of the sweep sleeps until the last hold that ends within its time, on average, in milliseconds, where so many holds
/// end in a minute: it is paid while it sleeps.
#[must_use]
pub fn waits_ms(holds_a_minute: f64) -> i64 {
    #[allow(clippy::cast_precision_loss)] // 75,000
    let run = SWEEP_RUN_MS as f64;
    let expected = holds_a_minute * run / 60_000.0;
    if expected <= 0.0 {
        return 0;
    }
    // The mean of the latest of as many moments as a Poisson process has within the run.
    let share = 1.0 - (1.0 - (-expected).exp()) / expected;
    #[allow(clippy::cast_possible_truncation)] // at most 75,000
    let waits = (run * share) as i64;
    waits
}

/// A month of schedules that find nothing to do.
fn idle(template: &Template) -> Result<Cost, String> {
    // Two queries for each shard of what is due, one for changes that died, and one for each shard of holds left behind.
    let swept = (2 * DUE_SHARDS + 1 + AWAY_SHARDS, "sweep");
    let told = (LAGGING_SHARDS, "broadcast");
    let tended = (1, "doorkeeper");
    let of_a_minute = [swept, told, tended].into_iter().map(|(queries, function)| {
        let ran = run(template, function, SHORT_RUN_MS)?;
        Ok(Cost { table: f64::from(queries) * aws::READ_UNIT, ..ran })
    });
    let of_a_minute: Vec<Cost> = of_a_minute.collect::<Result<_, String>>()?;
    #[allow(clippy::cast_precision_loss)] // three
    let started = template.schedules() as f64 * aws::SCHEDULE_RUN;
    let all: Cost = of_a_minute.into_iter().sum();
    Ok(Cost { functions: all.functions + started, ..all }.times(MONTH_MINUTES))
}

fn secrets(house: &House, template: &Template) -> f64 {
    #[allow(clippy::cast_precision_loss)] // three
    let kept = template.count("AWS::SecretsManager::Secret") as f64 * aws::SECRET;
    kept + calls(house) * house.starts * SECRETS_READ * aws::SECRET_READ
}

/// Of holds, confirms, ends and the lag of frames, in each hour in which people buy. The others are of trouble and of waiting rooms.
fn metrics(house: &House) -> f64 {
    const WRITTEN: f64 = 4.0;
    let hours = if house.seats > 0.0 { (house.minutes / 60.0).ceil() } else { 0.0 };
    WRITTEN * aws::METRIC * hours / (MONTH_MINUTES / 60.0)
}

/// What a sold order leaves in the table and its indexes, for a year, and its backups.
fn storage(house: &House) -> f64 {
    let bytes = order_bytes().unwrap_or_default();
    house.orders() * KEPT_MONTHS * bytes / 1e9 * (aws::STORED_GB + aws::RECOVERY_GB)
}

/// The bytes of the rows that a booking leaves, each with what DynamoDB counts besides, and of its entries in the indexes. Rows of the
/// buyer's, the hold and the kept answers, are deleted a day later.
fn order_bytes() -> Option<f64> {
    let sale = Sale::new(&hall(1, 10), 0);
    let buyer = BuyerId::stored("buyer").ok()?;
    let held = sale.hold(Moment(0), &buyer, &sale.seats()[..SEATS_EACH])?;
    let confirmed = sale.confirm(Moment(0), held.hold.as_ref()?)?;
    let stays = confirmed.rows.iter().filter(|row| !row.partition_key.starts_with("BUYER#"));
    let entry = INDEX_ENTRY_BYTES + aws::ROW_OVERHEAD_BYTES;
    let bytes: usize = stays.map(|row| row.bytes + aws::ROW_OVERHEAD_BYTES + row.in_indexes.len() * entry).sum();
    #[allow(clippy::cast_precision_loss)] // some kilobytes
    let bytes = bytes as f64;
    Some(bytes)
}

/// Units that an order writes, from hold to booking, with keys, the note of its end, and the sweep's deletion of that.
#[must_use]
pub fn order_units() -> u32 {
    let seats = u32::try_from(SEATS_EACH).unwrap_or(u32::MAX);
    hold(seats) + KEY + simulation::budget::confirm(seats) + KEY + 1 + hold(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "bill_tests.rs"]
mod tests;
