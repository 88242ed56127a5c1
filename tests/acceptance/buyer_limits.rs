//! What an event allows one buyer: seats in all, and one booking.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::expiry::{expired, hold_shortly};
use crate::fixture;
use crate::watch::eventually;
use crate::world::{Event, World, event_document, known_everywhere};

async fn theatre(world: &World, rules: Value) -> Event {
    world.event_with(fixture::theatre(), json!({"rules": rules})).await
}

async fn change(world: &World, event: &Event, rules: Value) -> Answer {
    world.admin().put_event(&event.id, &event_document(&event.layout_id, json!({"rules": rules}))).await
}

#[tokio::test]
async fn what_one_buyer_holds_and_has_booked_together_stays_within_the_limit() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, json!({"maxSeatsPerBuyer": 3})).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3", "seat_A4"]).await.refused(409, "limit_exceeded");
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    ann.hold(&event, &["seat_B1", "seat_B2"]).await.refused(409, "limit_exceeded");
    ann.confirm(&event, &["seat_A1"]).await.ok();
    let refused = ann.hold(&event, &["seat_B1", "seat_B2"]).await.refused(409, "limit_exceeded");
    refused.says("One buyer may have at most 3 seats in this event; you hold 1 there and have booked 1");
    ann.hold(&event, &["seat_B1"]).await.ok();
    ann.confirm(&event, &["seat_A2", "seat_B1"]).await.ok();
    ann.hold(&event, &["seat_B2"]).await.refused(409, "limit_exceeded");
    world.buyer("bob").hold(&event, &["seat_B2"]).await.ok();
}

#[tokio::test]
async fn what_is_released_cancelled_or_over_counts_no_more() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, json!({"maxSeatsPerBuyer": 2})).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    ann.release(&event, &["seat_A2"]).await.ok();
    ann.hold(&event, &["seat_A3"]).await.ok();
    let booking = ann.confirm(&event, &["seat_A1", "seat_A3"]).await.ok().text("bookingId");
    ann.hold(&event, &["seat_B1"]).await.refused(409, "limit_exceeded");
    ann.post(&format!("/bookings/{booking}/cancel"), &json!({"seatIds": ["seat_A3"]})).await.ok();
    let short = hold_shortly(&ann, &event, &["seat_B1"]).await;
    ann.hold(&event, &["seat_B2"]).await.refused(409, "limit_exceeded");
    expired(&short).await;
    eventually("another seat in place of the one whose hold is over", || async {
        ann.hold(&event, &["seat_B2"]).await.status == 200
    })
    .await;
    world.admin().cancel(&booking).await.ok();
    ann.hold(&event, &["seat_B3"]).await.ok();
    ann.hold(&event, &["seat_B4"]).await.refused(409, "limit_exceeded");
}

#[tokio::test]
async fn many_requests_of_one_buyer_at_once_never_pass_the_limit() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, json!({"maxSeatsPerBuyer": 4})).await, world.buyer("ann"));
    let hold = async |n: usize| ann.hold(&event, &[&format!("seat_B{n}")]).await;
    let answers = join_all((1..=10).map(hold)).await;
    let held = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(answers.iter().all(|answer| answer.status < 500), "{answers:?}");
    assert_eq!(ann.held_seats(&event).await.len(), held);
    assert!(held <= 4, "{held} seats are held");
    let (booked, one, other) = futures::future::join3(
        ann.confirm_with(&event, json!({})),
        ann.hold(&event, &["seat_C1"]),
        ann.hold(&event, &["seat_C2"]),
    )
    .await;
    assert!([booked, one, other].iter().all(|answer| answer.status < 500));
    let stats = world.admin().stats(&event).await.ok();
    assert!(stats.number("bookedSeats") + stats.number("heldSeats") <= 4.0, "{}", stats.story("four at most"));
}

#[tokio::test]
async fn a_second_booking_is_refused_with_the_first_until_that_has_no_seat_left() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, json!({"oneBookingPerBuyer": true})).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.ok();
    let first = ann.confirm(&event, &["seat_A1", "seat_A2"]).await.ok().text("bookingId");
    let second = ann.confirm(&event, &["seat_A3"]).await.refused(409, "already_booked");
    second.says("Already Booked").has("bookingId", first.clone());
    ann.post(&format!("/bookings/{first}/cancel"), &json!({"seatIds": ["seat_A1"]})).await.ok();
    ann.confirm(&event, &["seat_A3"]).await.refused(409, "already_booked");
    ann.cancel(&first).await.ok();
    ann.confirm(&event, &["seat_A3"]).await.ok();
    world.buyer("bob").buy(&event, &["seat_B1"]).await;
}

#[tokio::test]
async fn the_same_payment_again_is_the_same_booking_where_one_is_allowed() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world, json!({"oneBookingPerBuyer": true})).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let transaction = crate::world::fresh_id();
    let answers = join_all((0..8).map(|_| ann.pay(&event, &["seat_A1"], &transaction))).await;
    let first = answers[0].clone().ok();
    answers.into_iter().for_each(|answer| assert_eq!(answer.ok().body, first.body));
}

#[tokio::test]
async fn limits_are_introduced_or_lowered_only_while_nobody_has_a_seat() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    for rules in [json!({"maxSeatsPerBuyer": 4}), json!({"oneBookingPerBuyer": true})] {
        let refused = change(&world, &event, rules).await.refused(409, "seat_held");
        refused.lists("conflictingSeats", &["seat_A1"]);
    }
    let booking = ann.confirm(&event, &["seat_A1"]).await.ok().text("bookingId");
    change(&world, &event, json!({"oneBookingPerBuyer": true})).await.refused(409, "seat_booked");
    ann.cancel(&booking).await.ok();
    change(&world, &event, json!({"maxSeatsPerBuyer": 4, "oneBookingPerBuyer": true})).await.ok();
    known_everywhere().await;
    ann.hold(&event, &["seat_A1"]).await.ok();
    change(&world, &event, json!({"maxSeatsPerBuyer": 3, "oneBookingPerBuyer": true})).await.refused(409, "seat_held");
    change(&world, &event, json!({"maxSeatsPerBuyer": 5})).await.ok();
    let rules = world.admin().get(&format!("/admin/events/{}", event.id)).await.ok()["event"]["rules"].clone();
    assert_eq!((&rules["maxSeatsPerBuyer"], &rules["oneBookingPerBuyer"]), (&json!(5), &json!(false)));
}

#[tokio::test]
async fn a_bad_limit_is_refused_by_name() {
    let world = World::new().await;
    let event = world.theatre().await;
    for (rules, why) in [
        (json!({"maxSeatsPerBuyer": 0}), "rules.maxSeatsPerBuyer must be a whole number from 1 to 10000"),
        (json!({"oneBookingPerBuyer": 1}), "rules.oneBookingPerBuyer must be true or false"),
        (json!({"sessionGraceSeconds": 0}), "rules.sessionGraceSeconds must be a whole number from 1 to 86400"),
    ] {
        change(&world, &event, rules).await.refused(400, "invalid_data").says(why);
    }
}
