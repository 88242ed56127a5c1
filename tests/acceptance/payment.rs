//! One payment, one booking.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::person::{about, unchanged};
use crate::world::{World, fresh_id};

/// A confirm of these seats that says this of its payment.
fn paid(seats: &[&str], payment: Value) -> Value {
    json!({"seatIds": seats, "paymentInfo": payment})
}

#[tokio::test]
async fn the_same_confirm_sent_20_times_at_once_is_one_booking_and_20_equal_answers() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let answers = join_all((0..20).map(|_| ann.pay(&event, &["seat_A1", "seat_A2"], &transaction))).await;

    let first = answers[0].clone().ok();
    for answer in answers {
        let answer = answer.ok();
        assert_eq!(answer.body, first.body, "{}", answer.story("the first answer again"));
    }
    let bookings = world.admin().event_bookings(&event).await;
    assert_eq!(bookings.len(), 1, "one booking: {bookings:?}");
    world.admin().stats(&event).await.ok().has("bookedSeats", 2).has("revenue", 300);
    assert_eq!(world.admin().seat(&event, "seat_A1").await["version"], 2, "held once, booked once");
}

#[tokio::test]
async fn a_confirm_repeated_later_answers_with_the_same_booking() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let first = ann.pay(&event, &["seat_A1"], &transaction).await.ok();
    let again = ann.pay(&event, &["seat_A1"], &transaction).await.ok();
    assert_eq!(again.body, first.body, "{}", again.story("the first answer again"));
}

#[tokio::test]
async fn one_payment_never_books_twice() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let first = ann.pay(&event, &["seat_A1"], &transaction).await.ok();
    ann.hold(&event, &["seat_A2"]).await.ok();
    let again = ann.pay(&event, &["seat_A2"], &transaction).await.ok();
    again.has("bookingId", first["bookingId"].clone()).has("totalAmount", 150);
    assert_eq!(ann.seat(&event, "seat_A2").await["status"], "held", "the second seat is not paid for");
}

#[tokio::test]
async fn a_payment_of_another_buyer_or_event_is_refused() {
    let world = World::new().await;
    let (event, other, ann, bob, transaction) =
        (world.theatre().await, world.theatre().await, world.buyer("ann"), world.buyer("bob"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.pay(&event, &["seat_A1"], &transaction).await.ok();
    bob.hold(&event, &["seat_A2"]).await.ok();
    ann.hold(&other, &["seat_A1"]).await.ok();
    let (before, before_other) = (world.admin().map(&event).await, world.admin().map(&other).await);

    let refused = bob.pay(&event, &["seat_A2"], &transaction).await.refused(409, "payment_failed");
    assert!(!refused.body.to_string().contains(&ann.sub), "{}", refused.story("nothing about the other buyer"));
    ann.pay(&other, &["seat_A1"], &transaction).await.refused(409, "payment_failed");
    unchanged(&before, &world.admin().map(&event).await, "another buyer's payment");
    unchanged(&before_other, &world.admin().map(&other).await, "another event's payment");
    assert_eq!(bob.held_seats(&event).await, ["seat_A2"]);
}

#[tokio::test]
async fn of_six_buyers_who_use_one_payment_at_once_one_books() {
    let world = World::new().await;
    let (event, transaction) = (world.theatre().await, fresh_id());
    let people: Vec<_> = (1..=6).map(|n| (world.buyer("buyer"), format!("seat_B{n}"))).collect();
    for (person, seat) in &people {
        person.hold(&event, &[seat]).await.ok();
    }
    let answers = join_all(
        people.iter().map(|(person, seat)| async { person.pay(&event, &[seat.as_str()], &transaction).await }),
    )
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "payment_failed");
    }
    world.admin().stats(&event).await.ok().has("bookedSeats", 1).has("heldSeats", 5);
}

#[tokio::test]
async fn the_same_transaction_at_another_gateway_is_another_payment() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let first = ann
        .confirm_with(&event, paid(&["seat_A1"], json!({"transactionId": transaction, "gateway": "stripe"})))
        .await
        .ok();
    let second = ann
        .confirm_with(&event, paid(&["seat_A2"], json!({"transactionId": transaction, "gateway": "adyen"})))
        .await
        .ok();
    assert_ne!(first["bookingId"], second["bookingId"]);
}

#[tokio::test]
async fn a_missing_gateway_is_default_and_payment_id_is_transaction_id() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let first = ann.confirm_with(&event, paid(&["seat_A1"], json!({"paymentId": transaction}))).await.ok();
    for payment in [json!({"transactionId": transaction}), json!({"transactionId": transaction, "gateway": "default"})]
    {
        let again = ann.confirm_with(&event, paid(&["seat_A1"], payment)).await.ok();
        again.has("bookingId", first["bookingId"].clone());
    }
}

#[tokio::test]
async fn a_failed_payment_leaves_the_hold_for_another_try() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let before = world.admin().map(&event).await;
    let failed = json!({"transactionId": fresh_id(), "gateway": "stripe", "status": "failed"});
    ann.confirm_with(&event, paid(&["seat_A1"], failed)).await.refused(409, "payment_failed");
    unchanged(&before, &world.admin().map(&event).await, "a failed payment");
    ann.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn an_amount_sent_by_a_client_never_counts() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let payment = json!({"transactionId": fresh_id(), "gateway": "stripe", "amount": 0.01, "currency": "XXX"});
    for name in ["totalAmount", "price", "currency"] {
        let body = json!({"seatIds": ["seat_A1"], name: 0.01, "paymentInfo": payment});
        ann.post("/confirm", &about(&event, body)).await.refused(400, "invalid_data");
    }
    let answer = ann.confirm_with(&event, json!({"seatIds": ["seat_A1"], "paymentInfo": payment})).await.ok();
    answer.has("totalAmount", 150).has("currency", "USD");
}

#[tokio::test]
async fn a_payment_that_would_not_fit_a_key_is_refused() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let long = "😀".repeat(200);
    for payment in [json!({"gateway": long, "transactionId": "t"}), json!({"transactionId": long})] {
        ann.confirm_with(&event, paid(&["seat_A1"], payment)).await.refused(400, "invalid_data");
    }
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"]);
}

#[tokio::test]
async fn a_confirm_of_thousands_of_tables_is_refused_at_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let tables: Vec<String> = (0..4_000).map(|n| format!("t{n}")).collect();
    ann.confirm_with(&event, json!({ "tableIds": tables })).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn no_word_for_an_unpaid_payment_books() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    for word in ["requires_payment_method", "requires_action", "Canceled", "declined", "expired", "pending", "FAILED"] {
        let payment = json!({"gateway": "g", "transactionId": fresh_id(), "status": word});
        let refused = ann.confirm_with(&event, paid(&["seat_A1"], payment)).await.refused(409, "payment_failed");
        assert!(refused.message().contains("you hold 1 seats"), "{}", refused.story("what is held, as it was read"));
    }
    let payment = json!({"transactionId": fresh_id(), "status": "who knows"});
    let unknown = ann.confirm_with(&event, paid(&["seat_A1"], payment)).await.refused(400, "invalid_data");
    assert!(unknown.message().starts_with("paymentInfo.status"), "{}", unknown.story("the field by name"));
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"], "the buyer can pay again");
    let payment = json!({"transactionId": fresh_id(), "status": "Succeeded"});
    ann.confirm_with(&event, paid(&["seat_A1"], payment)).await.ok();
}

#[tokio::test]
async fn a_payment_that_has_booked_answers_with_its_booking_whatever_status_comes_later() {
    let world = World::new().await;
    let (event, ann, id) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let with = |status: &str| paid(&["seat_A1"], json!({"gateway": "g", "transactionId": id, "status": status}));
    let first = ann.confirm_with(&event, with("succeeded")).await.ok();
    let later = ann.confirm_with(&event, with("failed")).await.ok();
    later.has("bookingId", first["bookingId"].clone());
}

#[tokio::test]
async fn a_refused_payment_says_what_is_held_as_it_was_read() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let failed = json!({"paymentInfo": {"transactionId": fresh_id(), "status": "failed"}});
    let refused = ann.confirm_with(&event, failed).await.refused(409, "payment_failed");
    assert!(refused.message().contains("you hold no seats"), "{}", refused.story("that nothing is held"));
}

#[tokio::test]
async fn the_payment_of_a_cancelled_booking_books_nothing_and_says_so() {
    let world = World::new().await;
    let (event, ann, id) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let booking = ann.pay(&event, &["seat_A1"], &id).await.ok().text("bookingId");
    ann.cancel(&booking).await.ok();
    ann.hold(&event, &["seat_A2"]).await.ok();
    let before = world.admin().map(&event).await;
    let refused = ann.pay(&event, &["seat_A2"], &id).await.refused(409, "payment_failed");
    assert!(refused.message().contains("is cancelled"), "{}", refused.story("that the booking is cancelled"));
    assert!(refused.message().contains("you hold 1 seats"), "{}", refused.story("what is held"));
    unchanged(&before, &world.admin().map(&event).await, "a payment of a cancelled booking");
}

#[tokio::test]
async fn a_gateways_name_is_compared_without_case() {
    let world = World::new().await;
    let (event, ann, id) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let with = |seat: &str, gateway: &str| paid(&[seat], json!({"gateway": gateway, "transactionId": id}));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let first = ann.confirm_with(&event, with("seat_A1", "Stripe")).await.ok();
    let again = ann.confirm_with(&event, with("seat_A2", "stripe")).await.ok();
    again.has("bookingId", first["bookingId"].clone());
}
