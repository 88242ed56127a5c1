//! What partitions give, and how they grow.

use super::*;

/// Positions drawn at random.
fn positions(seed: u64) -> impl Iterator<Item = u64> {
    let mut rng = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(move || rng.u64(..))
}

#[test]
fn a_partition_never_gives_more_than_its_units_in_a_second() {
    let mut keyspace = Keyspace::new(4_000, 40_000);
    let mut wanted = positions(1);
    for ask in 0..30_000_i64 {
        let now = ask / 10;
        let pair: Vec<(u64, u32)> = wanted.by_ref().take(3).map(|position| (position, 2)).collect();
        let _ = keyspace.take(now, &pair);
        for at in 0..keyspace.partitions() {
            assert!(keyspace.given(now, at) <= PARTITION_WRITES);
        }
    }
}

#[test]
fn all_partitions_together_give_what_the_table_is_warmed_for() {
    for units in [4_000, 20_000] {
        let mut keyspace = Keyspace::new(units, 40_000);
        let taken = positions(2).take(60_000).filter(|position| keyspace.take(0, &[(*position, 1)]).is_ok()).count();
        assert_eq!(taken, units as usize);
    }
}

#[test]
fn a_table_never_gives_more_than_its_quota() {
    let mut keyspace = Keyspace::new(60_000, 40_000);
    let taken = positions(3).take(80_000).filter(|position| keyspace.take(0, &[(*position, 1)]).is_ok()).count();
    assert_eq!(taken, 40_000);
}

#[test]
fn one_position_is_bound_by_its_partition_however_warm_the_table_is() {
    let mut keyspace = Keyspace::new(40_000, 40_000);
    let taken = (0..5_000).filter(|_| keyspace.take(0, &[(7, 2)]).is_ok()).count();
    assert_eq!(taken, 500);
    assert_eq!(keyspace.take(1, &[(7, 2)]), Err(Full::Partition));
}

#[test]
fn what_is_refused_takes_half_of_its_units_where_there_was_room() {
    let mut keyspace = Keyspace::new(2_000, 40_000);
    assert_eq!(keyspace.take(0, &[(0, 1_000)]), Ok(()));
    assert_eq!(keyspace.take(0, &[(0, 2), (u64::MAX, 2)]), Err(Full::Partition));
    assert_eq!((keyspace.given(0, 0), keyspace.given(0, 1)), (1_000, 1));
}

#[test]
fn after_half_an_hour_a_table_takes_twice_what_it_had_to_take() {
    let mut keyspace = Keyspace::new(4_000, 40_000);
    let _ = positions(4).take(8_000).filter(|position| keyspace.take(0, &[(*position, 1)]).is_ok()).count();
    let at = DOUBLES_AFTER_MS - 1;
    let _ = keyspace.take(at, &[(0, 1)]);
    assert_eq!(keyspace.units(), 4_000, "within the half hour it is what it was");
    let _ = keyspace.take(at + 1, &[(0, 1)]);
    assert_eq!((keyspace.units(), keyspace.partitions()), (8_000, 8));
    let _ = keyspace.take(at + 1 + DOUBLES_AFTER_MS, &[(0, 1)]);
    assert_eq!(keyspace.units(), 8_000, "a quiet half hour makes it no larger, and no smaller");
}

#[test]
fn a_partition_that_stays_full_is_split_after_minutes_and_its_halves_give_twice_as_much() {
    let mut keyspace = Keyspace::new(40_000, 40_000);
    let lanes: Vec<u64> = (0..10).map(|lane| lane * 1_000).collect();
    let taken = |keyspace: &mut Keyspace, now: i64| {
        (0..4_000).filter(|ask| keyspace.take(now, &[(lanes[*ask % lanes.len()], 2)]).is_ok()).count()
    };
    let before: Vec<usize> = (0..=SPLITS_AFTER_MS / 1_000).map(|second| taken(&mut keyspace, second * 1_000)).collect();
    assert!(before[..before.len() - 1].iter().all(|taken| *taken == 500), "{before:?}");
    assert_eq!(taken(&mut keyspace, SPLITS_AFTER_MS + 1_000), 1_000);
    assert_eq!(keyspace.partitions(), 41);
}

#[test]
fn a_single_row_that_is_written_by_everybody_gains_nothing_by_splitting() {
    let mut keyspace = Keyspace::new(4_000, 40_000);
    for second in 0..900 {
        let taken = (0..1_000).filter(|_| keyspace.take(second * 1_000, &[(7, 2)]).is_ok()).count();
        assert_eq!(taken, 500, "in second {second}");
    }
}
