//! What buyers in the line are told, in a time that is told.

use super::outlook::Standing;
use super::samples::{Door, START, name};
use crate::clock::Moment;
use crate::waiting_room::tests::{priorities, room};
use crate::waiting_room::{Mode, WaitingRoom};
use std::collections::BTreeMap;

#[test]
fn an_early_buyer_waits_for_the_opening() {
    let opens = START.plus(60_000);
    let mut door = Door::of(WaitingRoom { opens_at: Some(opens), ..room(Mode::On, 60, None) });
    door.come("default", 30);
    door.pass(59);
    let early = door.outlook(3);
    assert_eq!((early.standing, early.ahead, early.admitted_at), (Standing::Early, Some(3), None));
    assert_eq!(door.line.waiting(door.now), 30);
    door.pass(3);
    assert_eq!(door.outlook(0).admitted_at.map(|at| at.0 - opens.0), Some(1));
    assert_eq!(door.outlook(29).standing, Standing::Waiting);
}

#[test]
fn an_automatic_room_lets_in_on_arrival_until_as_many_are_inside_as_may_be() {
    let mut door = Door::of(room(Mode::Auto, 60, Some(5)));
    door.come("default", 4);
    assert!((0..4).all(|at| door.outlook(at).standing == Standing::Open && door.outlook(at).pass().is_some()));
    door.pass(3);
    assert!(door.line.is_open(door.room()));
    door.come("default", 6);
    assert_eq!(door.outlook(4).standing, Standing::Open);
    assert!((5..10).all(|at| door.outlook(at).standing == Standing::Waiting), "also before any round has seen them");
    door.pass(5);
    assert!(!door.line.is_open(door.room()), "more have come than may be inside");
    assert_eq!(door.outlook(0).standing, Standing::Admitted, "who was inside stays there");
    assert_eq!(door.inside(), 5);
    door.out.extend((1..=5).map(|number| (name("default"), number)));
    door.pass(20);
    assert_eq!(door.admitted("default"), 10);
    door.out.extend((6..=10).map(|number| (name("default"), number)));
    door.pass(35);
    assert!(!door.line.is_open(door.room()));
    door.pass(40);
    assert!(door.line.is_open(door.room()), "nobody has waited for a minute");
    door.come("default", 6);
    let standings: Vec<_> = (10..16).map(|at| door.outlook(at).standing).collect();
    assert_eq!(standings.iter().filter(|standing| **standing == Standing::Open).count(), 5, "{standings:?}");
}

#[test]
fn a_turn_that_is_not_taken_runs_out_and_the_line_forgets_it() {
    let mut door = Door::of(WaitingRoom { pass_ms: 60_000, ..room(Mode::On, 60, Some(3)) });
    door.come("default", 12);
    door.pass(30);
    assert_eq!(door.outlook(0).standing, Standing::Admitted);
    door.pass(60);
    let first = door.outlook(0);
    assert_eq!((first.standing, first.pass()), (Standing::Done, None));
    assert!(door.inside() <= 3);
    door.pass(600);
    assert!(door.places.iter().enumerate().all(|(at, _)| door.outlook(at).standing == Standing::Done));
    let track = door.line.track(&name("default")).unwrap();
    assert!(track.pieces.len() <= 4, "{}", track.pieces.len());
}

/// Looks at every place, and has some of those inside book.
fn look_at_all(door: &mut Door, known: &mut BTreeMap<usize, (u64, Option<Moment>)>, rng: &mut fastrand::Rng) {
    for at in 0..door.places.len() {
        let outlook = door.outlook(at);
        let (ahead, admitted_at) = known.entry(at).or_insert((outlook.ahead.unwrap(), outlook.admitted_at));
        let now_ahead = outlook.ahead.unwrap();
        assert!(now_ahead <= *ahead, "{ahead} ahead grew to {now_ahead}");
        if outlook.standing != Standing::Done {
            assert!(admitted_at.is_none() || outlook.admitted_at == *admitted_at, "admittedAt moved");
        }
        (*ahead, *admitted_at) = (now_ahead, outlook.admitted_at);
        if outlook.pass().is_some() && rng.u8(0..12) == 0 {
            let place = door.places[at].clone();
            door.out.insert((place.priority, place.number));
        }
    }
}

#[test]
fn ahead_never_grows_and_admitted_at_never_moves_whatever_happens() {
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..40 {
        let most = rng.bool().then(|| rng.u32(1..40));
        let mode = if rng.bool() { Mode::On } else { Mode::Auto };
        let mut door = Door::of(WaitingRoom {
            pass_ms: rng.i64(20_000..200_000),
            priorities: priorities(&[("x", rng.u32(1..5)), ("y", 1)]),
            ..room(mode, rng.u32(30..900), most)
        });
        let limit = door.room().most_active();
        let mut known: BTreeMap<usize, (u64, Option<Moment>)> = BTreeMap::new();
        for _ in 0..150 {
            let (crowd, priority) = (rng.usize(0..6), if rng.bool() { "x" } else { "y" });
            door.come(priority, crowd);
            match rng.u8(0..10) {
                0 => door.now = door.now.plus(rng.i64(0..40_000)),
                1 => door.seats_left = Some(rng.u64(0..500)),
                _ => door.pass(rng.i64(1..8)),
            }
            look_at_all(&mut door, &mut known, &mut rng);
            assert!(limit.is_none_or(|limit| door.inside() as u64 <= limit), "{} of {limit:?}", door.inside());
        }
    }
}

#[test]
fn a_pass_is_good_for_as_long_as_it_was_when_it_was_given() {
    for (first, then) in [(60_000, 600_000), (600_000, 60_000)] {
        let mut door = Door::of(WaitingRoom { pass_ms: first, ..room(Mode::On, 60, Some(3)) });
        door.come("default", 30);
        door.pass(20);
        let until = door.outlook(0).pass();
        assert!(until.is_some());
        door.event.waiting_room.as_mut().unwrap().pass_ms = then;
        door.pass(20);
        assert_eq!(door.outlook(0).pass(), until, "{first} {then}");
        for _ in 0..60 {
            door.pass(10);
            assert!(door.inside() <= 3, "{} of 3 inside, {first} {then}", door.inside());
        }
        assert_eq!(door.outlook(0).standing, Standing::Done);
    }
}

#[test]
fn who_is_next_where_the_room_is_full_is_told_no_shorter_wait_than_one_place_takes() {
    let mut door = Door::of(WaitingRoom { pass_ms: 120_000, ..room(Mode::On, 60, Some(2)) });
    door.come("default", 5);
    door.pass(30);
    let next = door.outlook(2);
    assert_eq!((next.standing, next.ahead), (Standing::Waiting, Some(0)));
    assert!(next.wait_ms.is_some_and(|ms| ms > 10_000), "{:?}", next.wait_ms);
    let behind = door.outlook(3).wait_ms.unwrap();
    assert!(next.wait_ms.unwrap() < behind, "{behind}");
}

#[test]
fn the_expected_wait_goes_by_how_soon_places_come_free_and_does_not_grow_while_one_waits() {
    let mut door = Door::of(WaitingRoom { pass_ms: 300_000, ..room(Mode::On, 60, Some(20)) });
    door.come("default", 60);
    door.pass(2);
    let first = door.outlook(59).wait_ms.unwrap();
    assert!((500_000..=700_000).contains(&first), "40 places at 20 in five minutes, if nobody is faster: {first}");
    let mut known = first;
    for _ in 0..60 {
        door.pass(5);
        let wait = door.outlook(59).wait_ms.unwrap();
        assert!(wait <= known + 5_000, "{known} grew to {wait}");
        known = wait;
    }
}

#[test]
fn what_an_automatic_room_is_before_it_opens_is_what_it_opens_with() {
    let opens = START.plus(60_000);
    let mut door = Door::of(WaitingRoom { opens_at: Some(opens), ..room(Mode::Auto, 60, Some(1_000)) });
    door.come("default", 200);
    door.seats_left = Some(500);
    door.pass(20);
    assert_eq!(door.outlook(0).standing, Standing::Early);
    door.event.waiting_room.as_mut().unwrap().max_active = Some(10);
    door.pass(45);
    assert!(door.inside() <= 10, "{} of 10 inside", door.inside());
    assert_eq!(door.outlook(0).standing, Standing::Admitted);
}

#[test]
fn who_was_let_in_stays_so_when_the_sale_is_put_off_and_the_others_wait_for_it() {
    let mut door = Door::of(room(Mode::On, 60, None));
    door.come("default", 100);
    door.pass(20);
    let (first, last) = (door.outlook(0), door.outlook(99));
    door.event.sales_open_at = Some(door.now.plus(600_000));
    assert_eq!((door.outlook(0).admitted_at, door.outlook(0).standing), (first.admitted_at, Standing::Admitted));
    let early = door.outlook(99);
    assert_eq!((early.standing, early.ahead), (Standing::Early, last.ahead));
    door.pass(620);
    assert_eq!(door.outlook(0).admitted_at, first.admitted_at);
    assert!(door.inside() < 50, "{}: nobody is let in again", door.inside());
}

#[test]
fn before_the_opening_the_last_in_line_ask_less_often_than_the_first() {
    let opens = START.plus(10_000);
    let mut door = Door::of(WaitingRoom { opens_at: Some(opens), ..room(Mode::On, 60, None) });
    door.come("default", 2_000);
    door.pass(2);
    let ask = |at| door.outlook(at).poll_after_seconds;
    assert!(ask(0) <= 2 && ask(1_999) == 60, "{} and {}", ask(0), ask(1_999));
}

#[test]
fn priorities_that_nobody_claims_take_little_of_the_room_behind_an_open_door() {
    let weights = [("fans", 3), ("all", 1)];
    let mut door = Door::of(WaitingRoom { priorities: priorities(&weights), ..room(Mode::Auto, 600, Some(100)) });
    for _ in 0..30 {
        door.come("all", 4);
        door.pass(2);
    }
    assert!((75..=100).contains(&door.inside()), "{} of 100 inside, and no fan came", door.inside());
}

#[test]
fn a_priority_that_is_gone_leaves_no_door_open() {
    let mut door = Door::of(room(Mode::Auto, 60, Some(5)));
    door.pass(3);
    door.event.waiting_room.as_mut().unwrap().priorities = priorities(&[("fans", 1), ("all", 1)]);
    door.come("fans", 10);
    door.pass(10);
    assert!(!door.line.is_open(door.room()), "more have come than may be inside");
    assert!(door.inside() <= 5);
}
