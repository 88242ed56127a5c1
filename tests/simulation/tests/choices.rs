//! Seats that are chosen for the buyer, and bookings in one step: what is sold out and when, attempts whose answers are lost,
//! and what a buyer holds meanwhile.

use crate::scenes::{LATE, Scene, play};
use audit::BookingView;
use serde_json::{Value, json};
use simulation::fault::Fault;
use simulation::judge::{Reply, Verb, texts};
use simulation::venue::{AREA, SHOWS};
use std::ops::RangeInclusive;
use std::time::Duration;

const CONFLICT: Option<(Fault, u64)> = Some((Fault::TransactionConflict, 0));
/// An answer that takes its time: a tenth of a second at least, and less than an attempt may take.
const SLOW: Option<(Fault, u64)> = Some((Fault::Slow, 0));
/// When a first attempt arrives that was given up after a second, in ms: before the third one, or long after it.
const ARRIVALS_MS: [u64; 6] = [1_010, 1_030, 1_060, 1_100, 1_200, 3_000];
/// The event in which one buyer may have six seats.
const LIMITED: &str = SHOWS[1].event;

fn best(quantity: usize) -> Value {
    json!({ "eventId": SHOWS[0].event, "quantity": quantity })
}

/// Seats of the front row of the event that limits its buyers.
fn limited(numbers: RangeInclusive<u32>) -> Value {
    let seats: Vec<String> = numbers.map(|number| format!("seat_0_{number}")).collect();
    json!({ "eventId": LIMITED, "seatIds": seats })
}

async fn hold(scene: &Scene, buyer: &str, seats: Value) -> Reply {
    scene.ask(buyer, Verb::Hold, "POST /seat-booking/hold-seats", seats, None).await
}

/// The bookings of a buyer, as the table has them.
fn bookings(scene: &Scene, buyer: &str) -> Vec<BookingView> {
    let ledger = scene.stage.world.ledger();
    let all = ledger.rows.rows().filter_map(|(key, row)| audit::booking(key, row).ok());
    all.filter(|booking| booking.buyer == buyer).collect()
}

#[test]
fn what_is_sold_out_is_so_by_a_reading_that_began_after_the_request_came() {
    play(|scene| async move {
        for (buyer, quantity) in [("buyer-1", 12), ("buyer-2", 12), ("buyer-3", 6)] {
            assert_eq!(scene.hold_places(buyer, quantity).await.status, 200);
        }
        assert_eq!(scene.hold_places("buyer-4", 1).await.body["code"], "sold_out");
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert_eq!(scene.release("buyer-3").await.status, 200);
        assert_eq!(scene.hold_places("buyer-4", 6).await.status, 200, "six are free again");
    });
}

#[test]
fn a_choice_whose_answer_was_lost_is_not_made_twice() {
    play(|scene| async move {
        // The first attempt is under way when the next meets a conflict.
        for (number, delay) in ARRIVALS_MS.into_iter().enumerate() {
            let buyer = &format!("buyer-{number}");
            scene.script(&[Some((Fault::Delayed, delay)), CONFLICT]);
            let told = scene.ask(buyer, Verb::HoldBest, "POST /seat-booking/best-available", best(2), None).await;
            assert!([200, 503].contains(&told.status), "{}", told.body);
            tokio::time::sleep(Duration::from_secs(10)).await;
            let held = scene.release(buyer).await;
            assert!(texts(&held.body["data"]["releasedSeats"]).count() <= 2, "{}", held.body);
        }
        assert!(scene.stage.world.goes_on());
    });
}

#[test]
fn a_booking_whose_answer_was_lost_is_found_again_or_refused_until_it_is() {
    play(|scene| async move {
        for (number, script) in [vec![LATE], vec![Some((Fault::Delayed, 1_030)), CONFLICT], vec![LATE, CONFLICT, None]]
            .into_iter()
            .enumerate()
        {
            let buyer = format!("buyer-{number}");
            scene.script(&script);
            let told = scene.book(&buyer, best(2), None).await;
            assert!([200, 503].contains(&told.status), "{}", told.body);
            tokio::time::sleep(Duration::from_secs(10)).await;
            let booked = bookings(&scene, &buyer);
            assert!(booked.len() <= 1, "{booked:?}");
            assert!(told.status == 503 || booked[0].seats.len() == 2);
        }
        assert!(scene.stage.world.goes_on());
    });
}

/// The seats are chosen anew once an attempt has met a conflict, and those of the first attempt are free as well when it
/// arrives: that both would be one booking is all that keeps the buyer from getting two.
#[test]
fn a_booking_whose_first_attempt_comes_late_is_the_only_one_of_its_request() {
    play(|scene| async move {
        for (number, delay) in ARRIVALS_MS.into_iter().enumerate() {
            let buyer = &format!("buyer-{number}");
            scene.script(&[Some((Fault::Delayed, delay)), CONFLICT]);
            let told = scene.book(buyer, best(2), None).await;
            assert!([200, 503].contains(&told.status), "{}", told.body);
            tokio::time::sleep(Duration::from_secs(10)).await;
            scene.check();
            let booked = bookings(&scene, buyer);
            assert_eq!(booked.len(), 1, "{delay} ms: {booked:?}");
            assert!(told.status == 503 || told.body["data"]["bookingId"] == booked[0].booking.as_str(), "{delay} ms");
        }
    });
}

#[test]
fn what_is_held_counts_among_the_limits_of_who_books_at_once() {
    play(|scene| async move {
        assert_eq!(hold(&scene, "buyer-1", limited(1..=6)).await.status, 200);
        let told = scene.book("buyer-1", limited(7..=7), None).await;
        assert_eq!((told.status, &told.body["code"]), (409, &json!("limit_exceeded")), "{}", told.body);
        // Seats out of the hold do not count twice.
        assert_eq!(scene.book("buyer-1", limited(1..=4), None).await.status, 200);
        assert_eq!(scene.book("buyer-1", limited(5..=6), None).await.status, 200);
    });
}

#[test]
fn what_is_held_while_a_booking_is_on_its_way_counts_among_its_limits() {
    for held_before in [0, 2] {
        play(|scene| async move {
            // Both functions know the event by now, so that the booking is on its way long before the hold begins.
            assert_eq!(hold(&scene, "buyer-2", limited(10..=10)).await.status, 200);
            assert_eq!(scene.book("buyer-2", limited(10..=10), None).await.status, 200);
            if held_before > 0 {
                assert_eq!(hold(&scene, "buyer-1", limited(1..=held_before)).await.status, 200);
            }
            scene.script(&[SLOW]);
            let meanwhile = async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                hold(&scene, "buyer-1", limited(held_before + 1..=4)).await
            };
            let (booked, held) = tokio::join!(scene.book("buyer-1", limited(5..=7), None), meanwhile);
            assert_eq!(held.status, 200, "{held_before} held before: {}", held.body);
            assert_eq!((booked.status, &booked.body["code"]), (409, &json!("limit_exceeded")), "{}", booked.body);
            assert_eq!(scene.book("buyer-1", limited(5..=6), None).await.status, 200, "six are not too many");
        });
    }
}

#[test]
fn two_who_book_the_same_seats_at_once_do_not_both_get_them() {
    play(|scene| async move {
        let seats = json!({ "eventId": SHOWS[0].event, "seatIds": ["seat_0_1", "seat_0_2"] });
        let (first, second) =
            tokio::join!(scene.book("buyer-1", seats.clone(), None), scene.book("buyer-2", seats, None));
        let mut told = [first.status, second.status];
        told.sort_unstable();
        assert_eq!(told, [200, 409], "{} {}", first.body, second.body);
    });
}

#[test]
fn nobody_books_at_once_what_another_holds_nor_within_the_skew_after_its_end() {
    play(|scene| async move {
        let seat = || json!({ "eventId": SHOWS[0].event, "seatIds": ["seat_0_1"] });
        let end = scene.hold_until("buyer-1", "seat_0_1").await;
        assert_eq!(scene.book("buyer-2", seat(), None).await.body["code"], "seat_held");
        scene.sleep_until(end + 20).await;
        assert_eq!(scene.book("buyer-2", seat(), None).await.body["code"], "seat_held");
        let just_ended = scene.book("buyer-1", seat(), None).await;
        assert_eq!(just_ended.body["message"], "This hold has just ended; try again in 2 s");
        scene.sleep_until(end + 4_000).await;
        assert_eq!(scene.book("buyer-2", seat(), None).await.status, 200);
    });
}

#[test]
fn the_same_key_books_once_and_tells_the_same_however_often_it_is_sent() {
    play(|scene| async move {
        let first = scene.book("buyer-1", best(3), Some("k")).await;
        assert_eq!(first.status, 200, "{}", first.body);
        assert_eq!(scene.book("buyer-1", best(3), Some("k")).await, first);
        let area = json!({ "eventId": SHOWS[0].event, "areaId": AREA.0, "quantity": 2 });
        let places =
            scene.ask("buyer-1", Verb::HoldBest, "POST /seat-booking/hold-area", area.clone(), Some("p")).await;
        assert_eq!(places.status, 200, "{}", places.body);
        let again = scene.ask("buyer-1", Verb::HoldBest, "POST /seat-booking/hold-area", area, Some("p")).await;
        assert_eq!(again, places);
    });
}
