//! Extensions that meet the end of their hold, or whatever else is done with it, at every moment.

use crate::scenes::{LATE, Scene, play};
use serde_json::{Value, json};
use simulation::judge::{Reply, Verb, time};
use simulation::venue::SHOWS;
use std::time::Duration;

const BUYER: &str = "buyer-1";
const SEAT: &str = "seat_0_1";
/// How much later the other request is sent, in ms: until the extension has been answered.
const LATER_MS: std::ops::RangeInclusive<u64> = 0..=24;

async fn extend(scene: &Scene) -> Reply {
    let body = json!({ "eventId": SHOWS[0].event });
    scene.ask(BUYER, Verb::Extend, "POST /seat-booking/extend", body, None).await
}

#[test]
fn a_hold_is_extended_until_its_very_end_and_not_a_millisecond_longer() {
    for (from_end, is_in_time) in [(-1_000, Some(true)), (-50, Some(true)), (-5, None), (0, None), (1, Some(false))] {
        play(|scene| async move {
            let end = scene.hold_until(BUYER, SEAT).await;
            scene.sleep_until(end + from_end).await;
            let told = extend(&scene).await;
            let is_extended = told.status == 200;
            assert!(is_in_time.is_none_or(|in_time| in_time == is_extended), "{from_end}: {}", told.body);
            assert!(is_extended || told.body["code"] == "not_held", "{from_end}: {}", told.body);
            scene.sleep_until(end + 2_500).await;
            let rival = scene.hold("buyer-2", SEAT).await;
            assert_eq!(rival.status == 200, !is_extended, "{from_end}: {}", rival.body);
        });
    }
}

/// The seat's own condition is all that stands between a late extension and the next buyer.
#[test]
fn an_extension_in_time_that_arrives_late_brings_back_nothing_that_somebody_else_has() {
    for from_end in [-500, -1, 0] {
        play(|scene| async move {
            let end = scene.hold_until(BUYER, SEAT).await;
            scene.sleep_until(end + from_end).await;
            scene.script(&[LATE, LATE, LATE, None, LATE, LATE]);
            let rival = async {
                scene.sleep_until(end + 2_600 + from_end).await;
                scene.hold("buyer-2", SEAT).await
            };
            let (late, rival) = tokio::join!(extend(&scene), rival);
            assert_ne!(late.status, 200, "{}", late.body);
            tokio::time::sleep(Duration::from_secs(8)).await;
            assert!(scene.stage.world.goes_on(), "{from_end} ms from the end");
            assert!(rival.status != 200 || scene.seat(SEAT) == "held", "{from_end} ms from the end");
        });
    }
}

#[test]
fn an_extension_and_a_confirm_at_once_end_in_a_booking() {
    for later_ms in LATER_MS {
        play(|scene| async move {
            scene.hold_until(BUYER, SEAT).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let confirm = async {
                tokio::time::sleep(Duration::from_millis(later_ms)).await;
                scene.confirm(BUYER, Value::Null, None).await
            };
            let (extended, booked) = tokio::join!(extend(&scene), confirm);
            assert_eq!(booked.status, 200, "{later_ms}: {}", booked.body);
            assert!(extended.status == 200 || extended.body["code"] == "not_held", "{later_ms}: {}", extended.body);
            assert_eq!(scene.seat(SEAT), "booked");
        });
    }
}

#[test]
fn an_extension_and_a_release_at_once_end_in_a_free_seat() {
    for later_ms in LATER_MS {
        play(|scene| async move {
            scene.hold_until(BUYER, SEAT).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let release = async {
                tokio::time::sleep(Duration::from_millis(later_ms)).await;
                scene.release(BUYER).await
            };
            let (extended, released) = tokio::join!(extend(&scene), release);
            assert_eq!(released.status, 200, "{later_ms}: {}", released.body);
            assert!(extended.status == 200 || extended.body["code"] == "not_held", "{later_ms}: {}", extended.body);
            assert_eq!(scene.seat(SEAT), "available");
        });
    }
}

#[test]
fn a_seat_that_joins_while_the_hold_is_extended_ends_with_it() {
    for later_ms in LATER_MS {
        play(|scene| async move {
            scene.hold_until(BUYER, SEAT).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let join = async {
                tokio::time::sleep(Duration::from_millis(later_ms)).await;
                scene.hold(BUYER, "seat_0_2").await
            };
            let (extended, joined) = tokio::join!(extend(&scene), join);
            assert_eq!((extended.status, joined.status), (200, 200), "{later_ms}: {} {}", extended.body, joined.body);
            let ledger = scene.stage.world.ledger();
            let end = |seat| ledger.all(SHOWS[0].event, seat).last().and_then(|past| past.seat.expires_at);
            assert_eq!(end(SEAT), end("seat_0_2"), "{later_ms}");
            assert_eq!(end(SEAT), time(&extended.body["data"]["expiresAt"]), "{later_ms}");
        });
    }
}
