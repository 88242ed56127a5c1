//! What binds at which rate, for orders of two seats: units, calls and instances that so many reservations a second take, and the
//! limits in the order in which they bind.

use crate::aws;
use crate::markdown::{Grid, whole};
use crate::rush::SEATS_EACH;
use crate::template::Template;
use crate::usage::{budget, milliseconds};
use crate::verbs::{Sale, hall};
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{DUE_SHARDS, LANES_MAX, LAYOUT_SEATS_MAX, SEATS_PER_LANE};
use domain::name::BuyerId;
use simulation::budget::{INDEXES, KEY, confirm, hold};

/// Rates that are computed, in reservations a second.
const RATES: [u32; 5] = [100, 400, 1_000, 2_500, 5_000];
/// Units of the note of a hold's end.
const NOTE: u32 = 1;
/// Units that the sweep takes to delete that note.
const FORGET: u32 = hold(0);
/// Units of a seat's row in a transaction.
const SEAT: u32 = hold(1) - hold(0);

fn seats_each() -> u32 {
    u32::try_from(SEATS_EACH).unwrap_or(u32::MAX)
}

/// Units of the table that a reservation takes at once, with its key: its rows, and the note of its end.
#[must_use]
pub fn reservation_units() -> u32 {
    hold(seats_each()) + KEY + NOTE
}

/// Units of the table that its confirm takes, without those of the indexes.
#[must_use]
pub fn confirm_units() -> u32 {
    confirm(seats_each()) - INDEXES + KEY
}

/// Read units of a lane all of whose seats have changed, at most: DynamoDB counts whole rows, 4 KB a unit.
#[must_use]
pub fn lane_read_units() -> Option<usize> {
    let sale = Sale::new(&hall(1, 10), 0);
    let held = sale.hold(Moment(0), &BuyerId::stored("buyer").ok()?, &sale.seats()[..1])?;
    let seat = held.rows.into_iter().find(|row| row.partition_key.starts_with("EVENT#"))?;
    Some((SEATS_PER_LANE * seat.bytes).div_ceil(4_096))
}

/// What each rate takes.
///
/// # Errors
/// The budgets lack something.
pub fn table() -> Result<String, String> {
    let mut head = vec!["reservations a second".to_owned()];
    head.extend(RATES.map(|rate| whole(f64::from(rate))));
    let mut grid = Grid::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    let mut row = |what: &str, of: &dyn Fn(f64) -> f64| {
        let cells = RATES.map(|rate| whole(of(f64::from(rate))));
        grid.row(std::iter::once(what.to_owned()).chain(cells));
    };
    let (reserve, book) = (f64::from(reservation_units()), f64::from(confirm_units()));
    let held_ms = milliseconds(budget("first hold, of 1 seat, with a key")?);
    let booked_ms = milliseconds(budget("confirm of 1 seat, with a key")?);
    #[allow(clippy::cast_precision_loss)] // some milliseconds
    let (held, booked) = (held_ms as f64 / 1_000.0, booked_ms as f64 / 1_000.0);
    row("write units a second, for holds and the notes of their ends", &|rate| rate * reserve);
    row("write units a second, where as many confirm as well", &|rate| rate * (reserve + book));
    row("write units of each index then", &|rate| rate);
    row("calls a second at API Gateway, with a preflight for each", &|rate| rate * 2.0);
    row("calls a second, where as many confirm as well", &|rate| rate * 4.0);
    row("instances of `hold` that are busy", &|rate| (rate * held).ceil());
    row("instances of `hold` and `confirm`, where as many confirm as well", &|rate| (rate * (held + booked)).ceil());
    row("write units of each `DUE` shard, for the notes", &|rate| rate * f64::from(NOTE) / f64::from(DUE_SHARDS));
    row("write units of each `DUE` shard, once as many holds end", &|rate| {
        rate * f64::from(NOTE + FORGET) / f64::from(DUE_SHARDS)
    });
    Ok(grid.text(true))
}

/// A limit.
struct Limit {
    what: String,
    /// Reservations a second at which it binds.
    at: u32,
    lifted_by: &'static str,
}

/// The limits of selling, the first to bind first.
///
/// # Errors
/// The template or the budgets lack something.
pub fn limits(template: &Template) -> Result<String, String> {
    let mut limits = of_the_table();
    limits.extend(of_one_event());
    limits.extend(of_the_front(template)?);
    limits.sort_by_key(|limit| limit.at);
    let mut grid = Grid::new(&["limit", "binds at reservations a second", "what lifts it"]);
    for limit in limits {
        grid.row([limit.what, whole(f64::from(limit.at)), limit.lifted_by.to_owned()]);
    }
    Ok(grid.text(false))
}

fn of_the_table() -> Vec<Limit> {
    let reserve = reservation_units();
    let (fresh, quota) = (aws::FRESH_WRITES, aws::TABLE_QUOTA);
    let notes = DUE_SHARDS * aws::PARTITION_WRITES;
    vec![
        Limit {
            what: format!("a fresh table: {} units a second", whole(f64::from(fresh))),
            at: fresh / reserve,
            lifted_by: "`WarmWriteUnits`, set before the sale; by itself it doubles every 30 minutes at best",
        },
        Limit {
            what: format!("the table's quota: {} units a second", whole(f64::from(quota))),
            at: quota / reserve,
            lifted_by: "Service Quotas (table-level write throughput), then `WarmWriteUnits`",
        },
        Limit {
            what: format!(
                "the table's quota, where as many confirm in the same second ({} units each, with those of the indexes)",
                reserve + confirm_units() + INDEXES
            ),
            at: quota / (reserve + confirm_units() + INDEXES),
            lifted_by: "Service Quotas; buyers take a minute to pay, so confirms come later and spread out",
        },
        Limit {
            what: format!("a fresh index: {} bookings a second", whole(f64::from(fresh))),
            at: fresh,
            lifted_by: "warm throughput of `byBuyer` and `byEvent`, for which the template has no parameter: `aws dynamodb update-table`",
        },
        Limit {
            what: format!("{DUE_SHARDS} shards of notes when holds end: {} a second", whole(f64::from(notes))),
            at: notes / NOTE,
            lifted_by: "`DUE_SHARDS` (shared/domain/src/limits.rs, another build; never fewer again); beyond it notes and the sweep come late, and no sale waits for them",
        },
        Limit {
            what: format!("{DUE_SHARDS} shards of notes, once as many holds end and the sweep deletes theirs"),
            at: notes / (NOTE + FORGET),
            lifted_by: "`DUE_SHARDS` (shared/domain/src/limits.rs, another build; never fewer again); seats of holds that ran out come free by the clock, and only screens are late",
        },
    ]
}

fn of_one_event() -> Vec<Limit> {
    let writes = |seats: usize| Event::lanes_for(seats) * (aws::PARTITION_WRITES / SEAT) / seats_each();
    let lanes = |seats: usize| whole(f64::from(Event::lanes_for(seats)));
    let (small, arena) = (SEATS_PER_LANE, crate::sale::SEATS);
    #[allow(clippy::cast_precision_loss)] // thousands
    let text = |seats: usize| whole(seats as f64);
    vec![
        Limit {
            what: format!("one event of {} seats: {} lane", text(small), lanes(small)),
            at: writes(small),
            lifted_by: "nothing need: it is sold out in a second or two",
        },
        Limit {
            what: format!("one event of {} seats: {} lanes, each in a partition of its own", text(arena), lanes(arena)),
            at: writes(arena),
            lifted_by: "`WarmWriteUnits`: the more partitions, the fewer lanes share one (last column of the sale below)",
        },
        Limit {
            what: format!("one event of {} seats: {LANES_MAX} lanes", text(LAYOUT_SEATS_MAX)),
            at: writes(LAYOUT_SEATS_MAX),
            lifted_by: "`LANES_MAX` (shared/domain/src/limits.rs, another build), at the price of more reads for each availability",
        },
    ]
}

fn of_the_front(template: &Template) -> Result<Vec<Limit>, String> {
    let route = template.number("RequestsPerSecond")?;
    let held_ms =
        u32::try_from(milliseconds(budget("first hold, of 1 seat, with a key")?)).map_err(|e| e.to_string())?;
    let started_ms = held_ms + u32::try_from(aws::START_MS).map_err(|e| e.to_string())?;
    Ok(vec![
        Limit {
            what: format!("one route: `RequestsPerSecond={route}`"),
            at: route,
            lifted_by: "`RequestsPerSecond` and `RequestsAtOnce`, up to what the account has",
        },
        Limit {
            what: format!(
                "API Gateway: {} calls a second in account and region, preflights and posts to sockets among them",
                whole(f64::from(aws::ACCOUNT_CALLS))
            ),
            at: aws::ACCOUNT_CALLS / 2,
            lifted_by: "Service Quotas (throttle rate); the map on the API's own origin, which needs no preflights; watchers by `availability`",
        },
        Limit {
            what: format!(
                "Lambda: {} calls a second in account and region",
                whole(f64::from(aws::CONCURRENCY * aws::CALLS_PER_CONCURRENCY))
            ),
            at: aws::CONCURRENCY * aws::CALLS_PER_CONCURRENCY,
            lifted_by: "Service Quotas (concurrent executions)",
        },
        Limit {
            what: format!("Lambda, in the first second: {} instances, which all start", whole(f64::from(aws::RAMP))),
            at: aws::RAMP * 1_000 / started_ms,
            lifted_by: "a waiting room, so that the first second is not the fullest; provisioned concurrency, for which the template has no parameter",
        },
        Limit {
            what: format!(
                "Lambda, once they run: {} calls at once in account and region",
                whole(f64::from(aws::CONCURRENCY))
            ),
            at: aws::CONCURRENCY * 1_000 / held_ms,
            lifted_by: "Service Quotas; `BroadcastConcurrency` and `OutboxConcurrency` bound what else takes instances",
        },
    ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_reservation_takes_what_its_plan_and_its_note_write() {
        let sale = Sale::new(&hall(1, 10), 0);
        let held = sale.hold(Moment(0), &BuyerId::stored("ann").unwrap(), &sale.seats()[..SEATS_EACH]).unwrap();
        let hold = held.hold.as_ref().unwrap();
        let units: u32 = held.rows.iter().map(|row| row.units).sum();
        assert_eq!(reservation_units(), units + sale.note(hold).units);
        let confirmed = sale.confirm(Moment(0), hold).unwrap();
        assert_eq!(confirm_units(), confirmed.rows.iter().map(|row| row.units).sum::<u32>());
    }

    #[test]
    fn a_seat_in_a_lane_takes_what_its_row_does() {
        let sale = Sale::new(&hall(1, 10), 0);
        let held = sale.hold(Moment(0), &BuyerId::stored("ann").unwrap(), &sale.seats()[..1]).unwrap();
        let seat = held.rows.iter().find(|row| row.partition_key.starts_with("EVENT#")).unwrap();
        assert_eq!(SEAT, seat.units);
    }

    #[test]
    fn limits_stand_in_the_order_in_which_they_bind() {
        let text = limits(&Template::read().unwrap()).unwrap();
        let at = |line: &str| line.split(" | ").nth(1).unwrap().replace(',', "").parse::<u32>().unwrap();
        let rates: Vec<u32> = text.lines().skip(2).map(at).collect();
        assert!(rates.is_sorted() && rates.len() > 10, "{rates:?}");
    }
}
