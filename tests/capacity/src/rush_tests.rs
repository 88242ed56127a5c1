//! What holds of every rush, whatever it runs into.

use super::*;
use crate::aws::{FRESH_WRITES, TABLE_QUOTA};
use crate::verbs::hall;

/// A hall with two seats for each of so many hundred buyers.
fn hall_for(hundreds: u32) -> Arc<Inventory> {
    hall(hundreds, 200)
}

fn fresh() -> Stack {
    Stack { write_units: FRESH_WRITES, quota: TABLE_QUOTA, requests_per_second: 2_500, requests_at_once: 1_250 }
}

fn warmed() -> Stack {
    Stack { write_units: TABLE_QUOTA, ..fresh() }
}

#[test]
fn every_seat_is_confirmed_once_whatever_turns_buyers_away() {
    let tight = Stack { requests_per_second: 100, requests_at_once: 50, ..fresh() };
    for stack in [tight, fresh(), warmed()] {
        let told = play(&stack, &hall_for(15), 500, 1);
        assert_eq!((told.booked.len(), told.too_late), (1_500 * SEATS_EACH, 0));
        assert!(told.booked.values().all(|times| *times == 1));
        assert_eq!((told.hold_ms.len(), told.confirm_ms.len()), (1_500, 1_500));
    }
}

#[test]
fn every_request_is_answered_or_turned_away() {
    let told = play(&fresh(), &hall_for(15), 500, 2);
    let turned_away: u32 = told.turned_away.values().sum();
    assert!(turned_away > 0, "a fresh table cannot take 3,000 holds a second");
    assert_eq!(told.requests, turned_away + 2 * 1_500);
}

#[test]
fn the_same_seed_gives_the_same_rush_and_another_seed_another() {
    let of = |seed| play(&fresh(), &hall_for(6), 300, seed);
    assert_eq!(of(3), of(3));
    assert_ne!(of(3), of(4));
}

#[test]
fn no_second_takes_more_units_than_the_table_has() {
    let told = play(&fresh(), &hall_for(15), 100, 5);
    assert!((FRESH_WRITES * 3 / 4..=FRESH_WRITES).contains(&told.peak_units), "{}", told.peak_units);
}

#[test]
fn without_a_rush_nobody_is_turned_away() {
    let told = play(&fresh(), &hall_for(3), 3_000, 6);
    assert_eq!(told.turned_away.values().sum::<u32>(), 0);
    assert!(told.hold_ms.last().is_some_and(|slowest| *slowest <= OWN_MS + START_MS + TRANSACTION_MS));
}

#[test]
fn a_table_that_is_warmed_for_more_holds_the_same_seats_sooner() {
    let (fresh, warmed) = (play(&fresh(), &hall_for(15), 500, 7), play(&warmed(), &hall_for(15), 500, 7));
    assert!(warmed.all_held_ms * 2 < fresh.all_held_ms, "{} ms, {} ms", warmed.all_held_ms, fresh.all_held_ms);
}

#[test]
fn a_route_that_is_opened_further_lets_more_in() {
    let tight = Stack { requests_per_second: 500, requests_at_once: 250, ..warmed() };
    let (tight, open) = (play(&tight, &hall_for(15), 500, 8), play(&warmed(), &hall_for(15), 500, 8));
    assert!(tight.turned_away[&Bound::Route] > open.turned_away.get(&Bound::Route).copied().unwrap_or_default());
    assert!(open.all_held_ms < tight.all_held_ms);
}
