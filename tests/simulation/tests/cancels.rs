//! Cancels of one booking that meet, at whatever moment the second one comes.

use crate::scenes::{Scene, play};
use serde_json::{Value, json};
use simulation::judge::{Reply, Verb};
use simulation::venue::SHOWS;
use std::time::Duration;

const BUYER: &str = "buyer-1";
const SEATS: [&str; 4] = ["seat_0_1", "seat_0_2", "seat_0_3", "seat_0_4"];
/// How much later the second cancel is sent, in ms: until the first one has been answered.
const LATER_MS: std::ops::RangeInclusive<u64> = 0..=24;

async fn book(scene: &Scene) -> String {
    let body = json!({ "eventId": SHOWS[0].event, "seatIds": SEATS });
    assert_eq!(scene.ask(BUYER, Verb::Hold, "POST /seat-booking/hold-seats", body, None).await.status, 200);
    let booked = scene.confirm(BUYER, Value::Null, None).await;
    let booking = booked.body["data"]["bookingId"].as_str().unwrap().to_owned();
    scene.stage.world.promises().cancelling.insert(booking.clone());
    booking
}

async fn cancel(scene: &Scene, booking: &str, seat: &str) -> Reply {
    let body = json!({ "bookingId": booking, "seatIds": [seat] });
    scene.ask(BUYER, Verb::Cancel, "POST /seat-booking/bookings/{bookingId}/cancel", body, None).await
}

/// Cancels the seats before these one after the other, these two at once, and sees that all of them are cancelled.
fn at_once(before: usize, later_ms: u64) {
    play(|scene| async move {
        let booking = book(&scene).await;
        for seat in &SEATS[..before] {
            assert_eq!(cancel(&scene, &booking, seat).await.status, 200);
        }
        let second = async {
            tokio::time::sleep(Duration::from_millis(later_ms)).await;
            cancel(&scene, &booking, SEATS[before + 1]).await
        };
        let (first, second) = tokio::join!(cancel(&scene, &booking, SEATS[before]), second);
        assert_eq!((first.status, second.status), (200, 200), "{} {}", first.body, second.body);
        let cancelled = &SEATS[..before + 2];
        for seat in SEATS {
            let is = if cancelled.contains(&seat) { "available" } else { "booked" };
            assert_eq!(scene.seat(seat), is, "{seat}, {later_ms} ms later");
        }
        let told = scene.stage.world.ledger().booking(&booking).unwrap();
        let is_cancelled = told.status == "cancelled";
        assert_eq!(is_cancelled, cancelled.len() == SEATS.len(), "{told}");
        assert!(is_cancelled || cancelled.iter().all(|seat| !told.stands(seat)), "{told}");
    });
}

#[test]
fn two_first_cancels_of_a_booking_both_count() {
    LATER_MS.for_each(|later_ms| at_once(0, later_ms));
}

#[test]
fn two_further_cancels_of_a_booking_both_count() {
    LATER_MS.for_each(|later_ms| at_once(1, later_ms));
}

#[test]
fn two_last_cancels_of_a_booking_both_count() {
    LATER_MS.for_each(|later_ms| at_once(2, later_ms));
}
