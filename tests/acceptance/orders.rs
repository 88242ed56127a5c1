//! Orders: what became of each payment.

use serde_json::{Value, json};

use crate::fixture;
use crate::person::{Person, about};
use crate::world::{Event, World, fresh_id};

async fn orders(person: &Person) -> Vec<Value> {
    person.pages("/orders", "orders", 100).await
}

/// A confirm whose payment has this status.
fn paid_with(event: &Event, transaction: &str, status: &str) -> Value {
    let payment = json!({"gateway": "stripe", "transactionId": transaction, "status": status});
    about(event, json!({"paymentInfo": payment}))
}

#[tokio::test]
async fn a_booking_is_a_paid_order_and_cancelling_leaves_it() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok();
    let booked = ann.confirm_with(&event, json!({})).await.ok();
    let listed = orders(&ann).await;
    let expected = json!({
        "orderId": booked["orderId"], "eventId": event.id, "bookingId": booked["bookingId"], "amount": 225,
        "currency": "USD", "status": "paid", "createdAt": booked["createdAt"],
    });
    assert_eq!(listed.len(), 1);
    assert!(crate::answer::same(&listed[0], &expected), "{listed:?}");
    let id = booked.text("bookingId");
    assert_eq!(ann.booking(&id).await.ok()["booking"]["orderId"], booked["orderId"]);
    ann.cancel(&id).await.ok();
    assert_eq!(orders(&ann).await, listed);
}

#[tokio::test]
async fn a_failed_payment_goes_on_record_with_what_was_held() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let transaction = fresh_id();
    for _ in 0..2 {
        ann.post("/confirm", &paid_with(&event, &transaction, "declined")).await.refused(409, "payment_failed");
    }
    let listed = orders(&ann).await;
    assert_eq!(listed.len(), 1, "one payment is one order: {listed:?}");
    assert_eq!((&listed[0]["status"], listed[0]["amount"].as_f64()), (&json!("failed"), Some(300.0)));
    assert!(listed[0].get("bookingId").is_none());
    assert_eq!(ann.held_seats(&event).await.len(), 2, "the hold is as it was");
    let bob = world.buyer("bob");
    bob.post("/confirm", &paid_with(&event, &fresh_id(), "failed")).await.refused(409, "payment_failed");
    assert_eq!(orders(&bob).await[0]["amount"], json!(0), "nothing was held");
    assert!(ann.get("/bookings").await.ok().list("bookings").is_empty(), "an order is no booking");
}

#[tokio::test]
async fn a_payment_that_failed_first_and_succeeds_then_is_one_order_that_is_paid_for_good() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let transaction = fresh_id();
    ann.post("/confirm", &paid_with(&event, &transaction, "pending")).await.refused(409, "payment_failed");
    let failed = orders(&ann).await;
    let booked = ann.post("/confirm", &paid_with(&event, &transaction, "paid")).await.ok();
    let paid = orders(&ann).await;
    assert_eq!(paid.len(), 1, "{paid:?}");
    assert_eq!((&paid[0]["status"], &paid[0]["orderId"]), (&json!("paid"), &failed[0]["orderId"]));
    // Whatever is said of it since.
    let again = ann.post("/confirm", &paid_with(&event, &transaction, "failed")).await.ok();
    assert_eq!(again["bookingId"], booked["bookingId"]);
    assert_eq!(orders(&ann).await, paid);
}

#[tokio::test]
async fn orders_are_listed_newest_first_in_pages_for_the_buyer_and_for_an_admin() {
    let world = World::new().await;
    let (event, bus, ann) = (world.theatre().await, world.event(fixture::bus()).await, world.buyer("ann"));
    ann.buy(&event, &["seat_A1"]).await;
    ann.post("/confirm", &paid_with(&event, &fresh_id(), "failed")).await.refused(409, "payment_failed");
    ann.buy(&bus, &["1A"]).await;
    ann.post("/confirm", &paid_with(&bus, &fresh_id(), "declined")).await.refused(409, "payment_failed");
    ann.buy(&event, &["seat_A2"]).await;
    let all = orders(&ann).await;
    let statuses: Vec<&str> = all.iter().filter_map(|order| order["status"].as_str()).collect();
    assert_eq!(statuses, ["paid", "failed", "paid", "failed", "paid"]);
    for limit in 1..=3 {
        assert_eq!(ann.pages("/orders", "orders", limit).await, all, "{limit} a page");
    }
    let admin = world.admin();
    assert_eq!(admin.pages(&format!("/orders?userId={}", ann.sub), "orders", 2).await, all);
    world.buyer("bob").get(&format!("/orders?userId={}", ann.sub)).await.refused(403, "forbidden");
    world.anyone().get("/orders").await.refused(401, "unauthorized");
    for cursor in ["x", "eyJsYW5lIjowLCJhZnRlciI6IngifQ"] {
        ann.get(&format!("/orders?cursor={cursor}")).await.refused(400, "invalid_data");
    }
}
