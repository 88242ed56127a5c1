//! A hold that meets a change of its event's layout, at whatever moment it comes: the seat stays in the event, or is not
//! held.

use crate::scenes::{Scene, play};
use domain::limits::CHANGE_DEAD_MS;
use simulation::call::Who;
use simulation::fault::{Fault, Faults};
use simulation::fleet::Function;
use simulation::judge::{Reply, Verb};
use simulation::stage::{Order, Way};
use simulation::token::token;
use simulation::venue::{CATEGORIES, SHOWS};
use std::time::Duration;
use support::events;
use support::http::Http;
use support::people::Role;

/// A seat of the row that the third version of the layout lacks.
const SEAT: &str = "seat_0_1";
const WITHOUT_THE_SEAT: u64 = 3;
/// How much later than the change the hold is sent, in ms: until the change has been answered.
const LATER_MS: std::ops::RangeInclusive<u64> = 0..=60;

async fn change(scene: &Scene, version: u64) -> Reply {
    change_once(scene, version).await.expect("an answer")
}

/// None where the function dies.
async fn change_once(scene: &Scene, version: u64) -> Option<Reply> {
    let prices = CATEGORIES.map(|(id, minor)| (id, Some(minor)));
    let document = SHOWS[0].document(&prices, 2, version, None, 0);
    let http = Http::new("PUT /seat-booking/admin/events/{eventId}").token(&token("admin", Role::Admin));
    let order = Order {
        who: "admin".to_owned(),
        is_admin: true,
        verb: Verb::Settings,
        event: SHOWS[0].event.to_owned(),
        key: None,
        payment: None,
        way: Way::Http(Function::Admin, http.path("eventId", SHOWS[0].event).json(&document)),
    };
    scene.stage.send(&order).await
}

/// What the table lists as under way.
fn changes_under_way(scene: &Scene) -> usize {
    scene.stage.world.engine.rows().iter().filter(|row| row["pk"]["S"] == "CHANGING").count()
}

/// Whether a change takes seats out of sale, and has not taken effect yet.
fn is_taking_seats(scene: &Scene) -> bool {
    scene.stage.world.engine.rows().iter().any(|row| row.contains_key("taking"))
}

/// The seats of the row that goes, as far as the table has rows that take them out of sale.
fn withdrawn(scene: &Scene) -> usize {
    scene.stage.world.engine.rows().iter().filter(|row| row.contains_key("withdrawn")).count()
}

/// Takes the table away so long after a change has begun; says whether it died after seats were taken out of sale, and before the
/// event's layout had changed. Then the sweep undoes it.
async fn change_and_die(scene: &Scene, after_ms: u64) -> bool {
    let table_goes = async {
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        scene.stage.world.faults().always(&[(Fault::Throttled, 1.0)]);
    };
    tokio::join!(change_once(scene, WITHOUT_THE_SEAT), table_goes);
    *scene.stage.world.faults() = Faults::none();
    let in_the_middle = is_taking_seats(scene) && withdrawn(scene) > 0;
    if in_the_middle {
        tokio::time::sleep(Duration::from_millis(CHANGE_DEAD_MS.unsigned_abs() + 1_000)).await;
        scene.stage.fleet.invoke(Function::Sweep, Who::Sweep, events::schedule()).await;
        assert_eq!((changes_under_way(scene), withdrawn(scene)), (0, 0), "{after_ms}: nothing is left of it");
        assert_eq!(scene.hold("buyer-1", SEAT).await.status, 200, "{after_ms}: and the seat is on sale");
    }
    in_the_middle
}

#[test]
fn a_change_that_died_in_the_middle_is_undone_by_the_sweep() {
    let mut died = 0;
    for after_ms in LATER_MS {
        let (told, in_the_middle) = std::sync::mpsc::channel();
        play(|scene| async move { told.send(change_and_die(&scene, after_ms).await).unwrap() });
        died += usize::from(in_the_middle.recv().unwrap());
    }
    assert!(died > 0, "no change died in the middle");
}

#[test]
fn a_seat_that_is_held_while_the_layout_changes_stays_in_its_event() {
    let mut outcomes = [0, 0];
    for later_ms in LATER_MS {
        let (told, held) = std::sync::mpsc::channel();
        play(|scene| async move {
            let hold = async {
                tokio::time::sleep(Duration::from_millis(later_ms)).await;
                scene.hold("buyer-1", SEAT).await
            };
            let (changed, hold) = tokio::join!(change(&scene, WITHOUT_THE_SEAT), hold);
            if let Some(failure) = scene.stage.world.failure() {
                panic!("invariant {}: {}", failure.violation.invariant, failure.violation.what);
            }
            let is_held = hold.status == 200;
            assert_eq!(changed.status, if is_held { 400 } else { 200 }, "{later_ms}: {} {}", changed.body, hold.body);
            told.send(is_held).unwrap();
        });
        outcomes[usize::from(held.recv().unwrap())] += 1;
    }
    assert!(outcomes.iter().all(|count| *count > 0), "the hold comes first now and then: {outcomes:?}");
}
