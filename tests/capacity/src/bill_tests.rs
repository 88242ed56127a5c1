//! What bills have in common.

use super::*;
use crate::house::HOUSES;

fn bill(house: &House) -> Bill {
    Bill::of(house, &Template::read().unwrap()).unwrap()
}

#[test]
fn twice_the_seats_in_twice_the_time_cost_twice_as_much_but_for_what_is_fixed() {
    let house = &HOUSES[1];
    let double = House { seats: house.seats * 2.0, minutes: house.minutes * 2.0, ..house.clone() };
    let (once, twice) = (bill(house), bill(&double));
    let varies = |bill: &Bill| bill.sum() - bill.schedules.sum() - bill.secrets;
    assert!((varies(&twice) / varies(&once) - 2.0).abs() < 1e-6);
    assert!((twice.schedules.sum() - once.schedules.sum()).abs() < 1e-9);
}

#[test]
fn a_house_that_sells_nothing_pays_what_is_fixed() {
    let closed = House { seats: 0.0, ..HOUSES[0].clone() };
    let bill = bill(&closed);
    assert!((bill.sum() - bill.fixed()).abs() < 1e-9);
    assert!(bill.fixed() > 1.0 && bill.fixed() < 5.0, "some dollars a month: {}", bill.fixed());
}

#[test]
fn the_sweep_waits_longer_the_more_holds_end_and_no_longer_than_a_run() {
    let waits: Vec<i64> = [0.0, 0.01, 1.0, 100.0, 1e6].into_iter().map(waits_ms).collect();
    assert!(waits.is_sorted() && waits[0] == 0, "{waits:?}");
    assert!(waits[4] <= SWEEP_RUN_MS && waits[4] > SWEEP_RUN_MS - 100, "{waits:?}");
    // A single hold in many runs: on average it ends in the middle of one, and so is waited for half a run, in 75 of 60 seconds.
    #[allow(clippy::cast_precision_loss)]
    let for_one = waits[1] as f64 / 0.01;
    #[allow(clippy::cast_precision_loss)]
    let half = SWEEP_RUN_MS as f64 / 2.0 * SWEEP_RUN_MS as f64 / 60_000.0;
    assert!((for_one / half - 1.0).abs() < 0.03, "{for_one} ms, {half} ms");
}

#[test]
fn an_order_writes_what_its_plans_write() {
    let sale = Sale::new(&hall(1, 10), 0);
    let held = sale.hold(Moment(0), &BuyerId::stored("ann").unwrap(), &sale.seats()[..SEATS_EACH]).unwrap();
    let hold_row = held.hold.as_ref().unwrap();
    let confirmed = sale.confirm(Moment(0), hold_row).unwrap();
    let rows = held.rows.iter().chain(&confirmed.rows);
    let units: u32 = rows.map(|row| row.units + u32::try_from(row.in_indexes.len()).unwrap()).sum();
    assert_eq!(order_units(), units + sale.note(hold_row).units + hold(0));
}
