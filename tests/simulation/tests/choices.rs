//! Seats that are chosen for the buyer: what is sold out and when, and attempts whose answers are lost.

use crate::scenes::{LATE, play};
use serde_json::{Value, json};
use simulation::fault::Fault;
use simulation::judge::{Verb, texts};
use simulation::venue::{AREA, SHOWS};
use std::time::Duration;

const CONFLICT: Option<(Fault, u64)> = Some((Fault::TransactionConflict, 0));

fn best(quantity: usize) -> Value {
    json!({ "eventId": SHOWS[0].event, "quantity": quantity })
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
        // The first attempt is under way when the next meets a conflict; it arrives before a third, or long after it.
        for (number, delay) in [1_010, 1_030, 1_060, 1_100, 1_200, 3_000].into_iter().enumerate() {
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
            let ledger = scene.stage.world.ledger();
            let all = ledger.rows.rows().filter_map(|(key, row)| audit::booking(key, row).ok());
            let booked: Vec<_> = all.filter(|booking| booking.buyer == buyer).collect();
            assert!(booked.len() <= 1, "{booked:?}");
            assert!(told.status == 503 || booked[0].seats.len() == 2);
        }
        assert!(scene.stage.world.goes_on());
    });
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
