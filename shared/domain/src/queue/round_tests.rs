//! The line, round by round, in a time that is told.

use super::outlook::Standing;
use super::round::Seen;
use super::samples::{Door, ROUND, START, name};
use crate::waiting_room::tests::{priorities, room};
use crate::waiting_room::{Mode, WaitingRoom};

#[test]
fn the_first_is_let_in_at_once_and_the_others_at_the_rate() {
    let mut door = Door::of(room(Mode::On, 60, None));
    door.come("default", 200);
    assert_eq!(door.outlook(0).standing, Standing::Waiting, "nothing is told yet");
    door.pass(10);
    assert_eq!(door.outlook(0).standing, Standing::Admitted);
    assert!((8..=11).contains(&door.admitted("default")), "{}", door.admitted("default"));
    door.pass(60);
    assert!((68..=71).contains(&door.admitted("default")), "{}", door.admitted("default"));
    let last = door.outlook(199);
    assert_eq!((last.standing, last.ahead), (Standing::Waiting, Some(199 - door.admitted("default"))));
    let left = last.wait_ms.unwrap();
    assert!((128_000..=132_000).contains(&left), "130 a minute's rate away: {left}");
}

#[test]
fn a_steady_line_is_one_piece_and_is_told_no_further_than_some_seconds() {
    let mut door = Door::of(room(Mode::On, 60, None));
    door.come("default", 10_000);
    door.pass(600);
    let track = door.line.track(&name("default")).unwrap();
    assert_eq!(track.pieces.len(), 1, "{:?}", track.pieces);
    let ahead = door.line.told_until.0 - door.now.0;
    assert!((0..=4_000).contains(&ahead), "{ahead}");
}

#[test]
fn a_line_whose_doorkeeper_is_away_stands_and_goes_on_without_a_jump() {
    let mut door = Door::of(room(Mode::On, 60, None));
    door.come("default", 1_000);
    door.pass(60);
    let when: Vec<_> = (0..60).map(|at| door.outlook(at).admitted_at).collect();
    let told = door.line.promised(&name("default"));
    door.now = door.now.plus(120_000);
    assert_eq!(door.admitted("default"), told, "it stands");
    door.pass(30);
    let after = door.admitted("default");
    assert!((told + 28..=told + 31).contains(&after), "{told} and {after}: no burst");
    assert_eq!(when, (0..60).map(|at| door.outlook(at).admitted_at).collect::<Vec<_>>(), "admittedAt never moves");
    let in_the_gap = door.places.iter().enumerate().filter_map(|(at, _)| door.outlook(at).admitted_at);
    let gap = (START.plus(66_000), START.plus(180_000));
    assert_eq!(in_the_gap.filter(|at| *at > gap.0 && *at < gap.1).count(), 0);
}

#[test]
fn never_are_more_inside_than_may_be_and_who_books_makes_room() {
    let mut door = Door::of(room(Mode::On, 600, Some(20)));
    door.come("default", 500);
    for _ in 0..200 {
        door.pass(2);
        assert!(door.inside() <= 20, "{} at {:?}", door.inside(), door.now);
        let passed = door.admitted("default");
        door.out.extend((1..=passed).filter(|number| number % 3 == 0).map(|number| (name("default"), number)));
    }
    let passed = door.admitted("default");
    assert!((28..60).contains(&passed), "{passed}: a third books, and the others let their pass run out");
    door.pass(901);
    assert!(door.admitted("default") > passed + 15, "passes ran out, and the next came in");
    assert!(door.inside() <= 20);
}

#[test]
fn priorities_share_by_weight_and_none_starves() {
    for most in [None, Some(15)] {
        let weights = [("a", 6), ("b", 3), ("c", 1)];
        let mut door = Door::of(WaitingRoom { priorities: priorities(&weights), ..room(Mode::On, 600, most) });
        for (priority, _) in weights {
            door.come(priority, 5_000);
        }
        for _ in 0..300 {
            door.pass(2);
            for priority in ["a", "b", "c"] {
                let passed = door.admitted(priority);
                door.leave(priority, passed);
            }
        }
        let passed: Vec<u64> = ["a", "b", "c"].map(|priority| door.admitted(priority)).to_vec();
        let all = passed.iter().sum::<u64>();
        for (passed, (priority, weight)) in passed.iter().zip(weights) {
            let fair = all * u64::from(weight) / 10;
            assert!(passed.abs_diff(fair) * 20 <= fair + 40, "{priority}: {passed} of {all}, {most:?}");
        }
        assert!(all > 1_000, "{all}");
    }
}

#[test]
fn a_priority_that_had_nobody_has_no_claim_on_what_was_given_meanwhile() {
    let weights = [("a", 1), ("b", 1)];
    let mut door = Door::of(WaitingRoom { priorities: priorities(&weights), ..room(Mode::On, 600, Some(10)) });
    door.come("a", 2_000);
    for _ in 0..100 {
        door.pass(2);
        let passed = door.admitted("a");
        door.leave("a", passed);
    }
    let before = door.admitted("a");
    door.come("b", 2_000);
    for _ in 0..50 {
        door.pass(2);
        for priority in ["a", "b"] {
            let passed = door.admitted(priority);
            door.leave(priority, passed);
        }
    }
    let (a, b) = (door.admitted("a") - before, door.admitted("b"));
    assert!(a.abs_diff(b) <= 12, "{a} and {b}");
}

#[test]
fn no_more_come_in_in_a_second_than_there_are_seats_left_and_nobody_once_there_are_none() {
    let mut door = Door::of(room(Mode::On, 6_000, None));
    door.come("default", 5_000);
    door.seats_left = Some(30);
    door.pass(60);
    assert!((1_740..=1_950).contains(&door.admitted("default")), "{}", door.admitted("default"));
    assert!(!door.outlook(4_999).likely);
    door.seats_left = Some(0);
    door.pass(60);
    let passed = door.admitted("default");
    door.pass(60);
    assert_eq!(door.admitted("default"), passed, "nothing is left");
    assert_eq!(door.outlook(4_999).wait_ms, None);
}

#[test]
fn a_throttled_table_slows_the_line_down_and_it_comes_back() {
    let mut door = Door::of(room(Mode::On, 600, None));
    door.come("default", 5_000);
    door.pass(3);
    for _ in 0..8 {
        let seen = Seen { is_throttled: true, ..door.seen() };
        door.now = door.now.plus(ROUND);
        door.line = door.line.round(&door.event, door.room(), door.now, &seen).unwrap();
    }
    let before = door.admitted("default");
    door.now = door.now.plus(1_000);
    assert!(door.admitted("default") - before <= 2);
    door.pass(60);
    assert_eq!(door.line.pace, 1_000);
}

#[test]
fn a_clock_that_is_set_back_takes_the_line_with_it() {
    let mut door = Door::of(room(Mode::On, 60, None));
    door.come("default", 1_000);
    door.pass(30);
    let passed = door.admitted("default");
    door.now = door.now.plus(-600_000);
    let back = door.line.clone().set_back(door.room(), door.now);
    assert_eq!(back.promised(&name("default")), door.line.promised(&name("default")));
    door.line = back;
    door.pass(30);
    assert!(door.admitted("default") >= passed + 28, "{} after {passed}", door.admitted("default"));
}

#[test]
fn the_line_does_not_wait_for_numbers_that_have_left() {
    let mut door = Door::of(room(Mode::On, 60, Some(50)));
    door.come("default", 1_000);
    door.pass(10);
    let passed = door.line.promised(&name("default"));
    door.out.extend((passed + 1..=passed + 500).map(|number| (name("default"), number)));
    let before = door.places.len() - door.inside();
    door.pass(10);
    let next = usize::try_from(passed + 500).unwrap();
    assert_ne!(door.outlook(next).standing, Standing::Waiting, "the 500 that left are passed at once");
    assert!(door.inside() <= 25 && before > 900, "{} inside: those who left count for nothing", door.inside());
}

#[test]
fn a_priority_to_which_few_come_saves_up_no_claim_that_shuts_others_out_once_many_come() {
    let weights = [("fans", 6), ("public", 1)];
    let mut door = Door::of(WaitingRoom { priorities: priorities(&weights), ..room(Mode::On, 700, Some(700)) });
    let serve = |door: &mut Door, seconds: i64| {
        for _ in 0..seconds / 2 {
            door.come("fans", 2);
            door.pass(2);
            for (priority, _) in weights {
                let passed = door.admitted(priority);
                door.leave(priority, passed);
            }
        }
    };
    door.come("public", 30_000);
    serve(&mut door, 600);
    // Now many fans come, and there is room for few at a time.
    door.come("fans", 30_000);
    door.event.waiting_room.as_mut().unwrap().max_active = Some(10);
    let before = door.admitted("public");
    serve(&mut door, 60);
    let public = door.admitted("public") - before;
    assert!(public > 10, "{public} of the public came in within a minute");
}
