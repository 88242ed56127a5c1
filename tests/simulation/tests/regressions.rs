//! What the simulation once found, each played again with the very faults that brought it out.

use crate::scenes::{LATE, play};
use serde_json::{Value, json};
use simulation::fault::Fault;
use simulation::judge::Verb;
use simulation::venue::SHOWS;
use std::time::Duration;

const CONFLICT: Option<(Fault, u64)> = Some((Fault::TransactionConflict, 0));

#[test]
fn a_hold_that_was_given_up_is_not_begun_again_by_a_late_attempt_of_its_own() {
    play(|scene| async move {
        // The first attempt is under way for three seconds; the second meets a conflict, the third is done.
        scene.script(&[LATE, CONFLICT, None]);
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        assert_eq!(scene.release("buyer-1").await.status, 200);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(scene.seat("seat_0_1"), "available");
        assert!(scene.stage.world.goes_on());
    });
}

#[test]
fn a_request_that_began_a_hold_which_was_given_up_meanwhile_begins_another() {
    play(|scene| async move {
        scene.script(&[Some((Fault::Delayed, 1_005)), CONFLICT]);
        let first = async { scene.hold("buyer-1", "seat_0_1").await };
        let meanwhile = async {
            tokio::time::sleep(Duration::from_millis(1_012)).await;
            scene.release("buyer-1").await
        };
        let (held, released) = tokio::join!(first, meanwhile);
        assert_eq!((held.status, released.status), (200, 200));
        assert!(scene.stage.world.goes_on());
    });
}

#[test]
fn no_refusal_is_given_while_an_attempt_may_yet_be_written() {
    play(|scene| async move {
        assert_eq!(scene.hold("buyer-2", "seat_0_1").await.status, 200);
        scene.script(&[LATE]);
        let refused = async { scene.hold("buyer-1", "seat_0_1").await };
        let given_up = async {
            tokio::time::sleep(Duration::from_millis(2_000)).await;
            scene.release("buyer-2").await
        };
        let (told, _) = tokio::join!(refused, given_up);
        assert_eq!(told.status, 503, "{}", told.body);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(scene.seat("seat_0_1"), "held", "by the attempt that was late");
        assert!(scene.stage.world.goes_on());
    });
}

#[test]
fn a_confirm_whose_answer_was_lost_finds_its_booking() {
    play(|scene| async move {
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        // The first attempt arrives while the second waits after a conflict, so that the third finds the hold changed.
        scene.script(&[Some((Fault::Delayed, 1_030)), CONFLICT]);
        let told = scene.confirm("buyer-1", Value::Null, None).await;
        assert_eq!((told.status, scene.seat("seat_0_1").as_str()), (200, "booked"), "{}", told.body);
        assert!(told.body["data"]["bookingId"].is_string());
    });
}

#[test]
fn a_paid_confirm_keeps_its_answer_under_its_key_also_after_the_cancellation() {
    play(|scene| async move {
        let payment = json!({ "gateway": "bank", "transactionId": "t1" });
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        let first = scene.confirm("buyer-1", payment.clone(), Some("k1")).await;
        let again = scene.confirm("buyer-1", payment.clone(), Some("k2")).await;
        let cancel = json!({ "bookingId": first.body["data"]["bookingId"] });
        scene.stage.world.promises().cancelling.extend(cancel["bookingId"].as_str().map(str::to_owned));
        let route = "POST /seat-booking/bookings/{bookingId}/cancel";
        assert_eq!(scene.ask("buyer-1", Verb::Cancel, route, cancel, None).await.status, 200);
        assert_eq!(scene.confirm("buyer-1", payment.clone(), Some("k1")).await, first);
        assert_eq!(scene.confirm("buyer-1", payment, Some("k2")).await, again);
    });
}

#[test]
fn two_payments_for_the_same_seats_are_not_one_booking() {
    play(|scene| async move {
        let pay = |id: &str| json!({ "gateway": "bank", "transactionId": id });
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        let (first, second) =
            tokio::join!(scene.confirm("buyer-1", pay("t1"), None), scene.confirm("buyer-1", pay("t2"), None));
        let mut told = [first.status, second.status];
        told.sort_unstable();
        assert_eq!(told, [200, 409], "{} {}", first.body, second.body);
    });
}

#[test]
fn a_release_whose_answer_was_lost_is_found_again() {
    play(|scene| async move {
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        scene.script(&[Some((Fault::Delayed, 1_030)), CONFLICT]);
        let told = scene.release("buyer-1").await;
        assert_eq!(told.body["data"]["releasedSeats"], json!(["seat_0_1"]), "{}", told.body);
    });
}

#[test]
fn of_a_confirm_and_a_release_at_once_one_happens() {
    play(|scene| async move {
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        let body = json!({ "eventId": SHOWS[0].event, "seatIds": ["seat_0_1"] });
        let release = scene.ask("buyer-1", Verb::Release, "POST /seat-booking/release", body, None);
        let (confirmed, released) = tokio::join!(scene.confirm("buyer-1", Value::Null, None), release);
        let both = [confirmed.status, released.status];
        assert!(both == [200, 409] || both == [409, 200], "{both:?}: {} {}", confirmed.body, released.body);
    });
}
