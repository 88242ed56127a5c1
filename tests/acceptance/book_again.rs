//! Booking in one step more than once. What comes first decides: the payment or key that has booked, then the one
//! booking that the event allows, then whether seats are left. More of payments stands in `book_payment`.

use std::collections::BTreeSet;

use futures::future::{join, join_all};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::hall::Hall;
use crate::person::about;
use crate::world::{Event, World, fresh_id};

/// A hall of one row that allows each buyer one booking.
async fn one_each(world: &World, row: &str) -> Event {
    Hall::open_with(world, &[row], 0, json!({"rules": {"oneBookingPerBuyer": true}})).await.event
}

/// Booking so many seats with a payment.
pub(crate) fn paid(transaction: &str, quantity: usize) -> Value {
    json!({"quantity": quantity, "paymentInfo": {"gateway": "stripe", "transactionId": transaction}})
}

#[track_caller]
pub(crate) fn equal(again: &Answer, first: &Answer) {
    assert_eq!((again.status, &again.body), (200, &first.body), "{}", again.story("the first answer again"));
}

#[tokio::test]
async fn the_same_key_again_is_the_same_booking() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for fields in [json!({}), json!({"seatIds": ["seat_F1"]})] {
        let (key, body) = (fresh_id(), about(&event, fields));
        let answers = join_all((0..10).map(|_| ann.post_with_key("/book", &key, &body))).await;
        let first = answers[0].clone().ok();
        answers.iter().for_each(|answer| equal(answer, &first));
        ann.cancel(&first.text("bookingId")).await.ok();
        equal(&ann.post_with_key("/book", &key, &body).await, &first);
        let other = about(&event, json!({"quantity": 2}));
        ann.post_with_key("/book", &key, &other).await.refused(400, "invalid_data");
    }
    assert_eq!(world.admin().event_bookings(&event).await.len(), 2);
}

#[tokio::test]
async fn without_payment_key_and_rule_a_repeat_books_again() {
    let world = World::new().await;
    let (hall, ann) = (Hall::open(&world, &["..."], 0).await, world.buyer("ann"));
    let first = ann.book(&hall.event, json!({})).await.ok();
    let second = ann.book(&hall.event, json!({})).await.ok();
    assert_ne!((&first["bookingId"], &first["seats"]), (&second["bookingId"], &second["seats"]));
    ann.book(&hall.event, json!({})).await.ok();
    ann.book(&hall.event, json!({})).await.refused(409, "sold_out").says("Sold Out");
    assert_eq!(ann.get("/bookings").await.ok().list("bookings").len(), 3);
    // Also where all of them come at once.
    let (hall, bob) = (Hall::open(&world, &["............"], 5).await, world.buyer("bob"));
    let answers = join_all((0..10).map(|_| bob.book(&hall.event, json!({})))).await;
    let seats: BTreeSet<String> =
        answers.into_iter().map(|answer| answer.ok().list("seats")[0]["seatId"].to_string()).collect();
    assert_eq!(seats.len(), 10, "each another one");
}

#[tokio::test]
async fn payment_then_the_one_booking_then_seats_decide() {
    let world = World::new().await;
    let (event, ann, bob) = (one_each(&world, "..").await, world.buyer("ann"), world.buyer("bob"));
    let transaction = fresh_id();
    let first = ann.book(&event, paid(&transaction, 1)).await.ok();
    let already = |answer: Answer| {
        let answer = answer.refused(409, "already_booked").says("Already Booked");
        answer.has("bookingId", first["bookingId"].clone())
    };
    // While a seat is left, and once none is.
    for is_last in [false, true] {
        equal(&ann.book(&event, paid(&transaction, 1)).await, &first);
        already(ann.book(&event, paid(&fresh_id(), 1)).await);
        already(ann.book(&event, json!({})).await);
        already(ann.book(&event, json!({"quantity": 2})).await);
        if !is_last {
            bob.book(&event, json!({})).await.ok();
        }
    }
    for seat in ["r0c0", "r0c1"] {
        already(ann.book(&event, json!({"seatIds": [seat]})).await);
    }
    let carol = world.buyer("carol");
    carol.book(&event, json!({})).await.refused(409, "sold_out").says("Sold Out");
    carol.book(&event, paid(&fresh_id(), 1)).await.refused(409, "sold_out").says("Sold Out");
    assert_eq!(world.admin().event_bookings(&event).await.len(), 2);
}

#[tokio::test]
async fn once_the_one_booking_has_no_seat_left_its_buyer_books_again() {
    let world = World::new().await;
    let (event, ann) = (one_each(&world, "....").await, world.buyer("ann"));
    let first = ann.book(&event, json!({"quantity": 2})).await.ok();
    let id = first.text("bookingId");
    let seat = first.list("seats")[0]["seatId"].clone();
    ann.post(&format!("/bookings/{id}/cancel"), &json!({"seatIds": [seat]})).await.ok();
    ann.book(&event, json!({})).await.refused(409, "already_booked").has("bookingId", id.clone());
    ann.cancel(&id).await.ok();
    let second = ann.book(&event, json!({"quantity": 4})).await.ok();
    assert_ne!(second.text("bookingId"), id);
    ann.book(&event, json!({})).await.refused(409, "already_booked").has("bookingId", second["bookingId"].clone());
    // Confirming what is held is the same one booking.
    let (bob, other) = (world.buyer("bob"), one_each(&world, "....").await);
    let booked = bob.buy(&other, &["r0c0"]).await;
    bob.book(&other, json!({})).await.refused(409, "already_booked").has("bookingId", booked);
}

#[tokio::test]
async fn ten_bookings_of_one_buyer_at_once_are_one_where_one_is_allowed() {
    let world = World::new().await;
    let (event, ann) = (one_each(&world, "............").await, world.buyer("ann"));
    let request = |n: usize| if n.is_multiple_of(2) { json!({}) } else { paid(&fresh_id(), 1) };
    let answers = join_all((0..10).map(|n| ann.book(&event, request(n)))).await;
    let booked: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(booked.len(), 1, "one books");
    let id = booked[0].text("bookingId");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "already_booked").says("Already Booked").has("bookingId", id.clone());
    }
    world.admin().stats(&event).await.ok().has("bookedSeats", 1);
}

#[tokio::test]
async fn what_one_buyer_may_have_in_all_holds_for_bookings_in_one_step() {
    let world = World::new().await;
    let event = world.event_with(fixture::theatre(), json!({"rules": {"maxSeatsPerBuyer": 3}})).await;
    let ann = world.buyer("ann");
    ann.book(&event, json!({"quantity": 4})).await.refused(409, "limit_exceeded");
    ann.book(&event, json!({"quantity": 2})).await.ok();
    ann.book(&event, json!({"seatIds": ["seat_F1", "seat_F2"]})).await.refused(409, "limit_exceeded");
    ann.hold(&event, &["seat_F1"]).await.ok();
    ann.book(&event, json!({})).await.refused(409, "limit_exceeded");
    // What is held already counts once.
    ann.book(&event, json!({"seatIds": ["seat_F1"]})).await.ok();
    let small = world.event_with(fixture::theatre(), json!({"rules": {"maxSeatsPerHold": 2}})).await;
    let refused = ann.book(&small, json!({"quantity": 3})).await.refused(400, "invalid_data");
    refused.says("Cannot hold more than 2 seats at once");
}

#[tokio::test]
async fn many_bookings_of_one_buyer_at_once_never_pass_the_limit() {
    let world = World::new().await;
    let rules = json!({"rules": {"maxSeatsPerBuyer": 4}});
    let (event, ann) = (world.event_with(fixture::festival(), rules).await, world.buyer("ann"));
    ann.hold(&event, &["stand_1"]).await.ok();
    let two = |area: &str| json!({"areaId": area, "quantity": 2});
    let answers = join_all((0..8).map(|n| ann.book(&event, two(if n < 2 { "pit" } else { "floor" })))).await;
    let booked = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(booked, 1, "two beside the one that is held");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "limit_exceeded");
    }
    world.admin().stats(&event).await.ok().has("bookedSeats", 2).has("heldSeats", 1);
}

#[tokio::test]
async fn of_a_confirm_and_a_booking_of_one_held_seat_one_sells_it() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    for seat in ["seat_A1", "seat_A2", "seat_A3"] {
        ann.hold(&event, &[seat]).await.ok();
        let at_once = json!({"seatIds": [seat], "paymentInfo": {"transactionId": fresh_id()}});
        let (confirm, book) = join(ann.confirm(&event, &[seat]), ann.book(&event, at_once)).await;
        match confirm.status {
            200 => drop(book.refused(409, "seat_booked").lists("conflictingSeats", &[seat])),
            _ => drop((confirm.refused(409, "not_held"), book.ok())),
        }
        assert!(ann.holds(&event).await.is_empty());
    }
    assert_eq!(world.admin().event_bookings(&event).await.len(), 3);
}
