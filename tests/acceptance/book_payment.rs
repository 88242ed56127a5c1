//! Payments of bookings in one step: one payment, one booking; and those that failed.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::book_again::{equal, paid};
use crate::person::unchanged;
use crate::world::{World, event_document, fresh_id, known_everywhere};

#[tokio::test]
async fn the_same_payment_again_is_the_same_booking() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let first = ann.book(&event, paid(&transaction, 2)).await.ok();
    let before = world.admin().map(&event).await;
    equal(&ann.book(&event, paid(&transaction, 2)).await, &first);
    // Whatever else it names, one payment never books twice.
    equal(&ann.book(&event, paid(&transaction, 3)).await, &first);
    let mut named = paid(&transaction, 1);
    named["seatIds"] = json!(["seat_F10"]);
    named.as_object_mut().unwrap().remove("quantity");
    equal(&ann.book(&event, named.clone()).await, &first);
    // Whatever becomes of the payment later, and whether it is repeated as a confirm.
    named["paymentInfo"]["status"] = json!("failed");
    equal(&ann.book(&event, named).await, &first);
    let confirm = json!({"paymentInfo": {"gateway": "Stripe", "transactionId": transaction}});
    ann.confirm_with(&event, confirm).await.ok().has("bookingId", first["bookingId"].clone());
    unchanged(&before, &world.admin().map(&event).await, "the same payment again");
    // It is nobody else's.
    let refused = world.buyer("bob").book(&event, paid(&transaction, 1)).await.refused(409, "payment_failed");
    assert!(!refused.body.to_string().contains(&ann.sub), "{}", refused.story("nothing about the other buyer"));
}

#[tokio::test]
async fn the_same_payment_again_is_the_same_booking_though_the_sale_is_over() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let first = ann.book(&event, paid(&transaction, 2)).await.ok();
    let over = event_document(&event.layout_id, json!({"salesCloseAt": "2020-01-01T00:00:00.000Z"}));
    world.admin().put_event(&event.id, &over).await.ok();
    known_everywhere().await;
    equal(&ann.book(&event, paid(&transaction, 2)).await, &first);
    ann.book(&event, paid(&fresh_id(), 2)).await.refused(409, "sales_closed");
}

#[tokio::test]
async fn one_payment_sent_20_times_at_once_is_one_booking_and_20_equal_answers() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let answers = join_all((0..20).map(|_| ann.book(&event, paid(&transaction, 2)))).await;
    let first = answers[0].clone().ok();
    answers.iter().for_each(|answer| equal(answer, &first));
    assert_eq!(world.admin().event_bookings(&event).await.len(), 1);
    world.admin().stats(&event).await.ok().has("bookedSeats", 2).has("heldSeats", 0);
}

#[tokio::test]
async fn a_failed_payment_leaves_the_hold_and_its_order_says_what_that_is_worth() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let failed = json!({"seatIds": ["seat_A1"], "paymentInfo": {"transactionId": fresh_id(), "status": "failed"}});
    ann.book(&event, failed).await.refused(409, "payment_failed");
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A2"]);
    let orders = ann.get("/orders").await.ok();
    let order = &orders.list("orders")[0];
    assert_eq!((&order["status"], order["amount"].as_f64()), (&json!("failed"), Some(300.0)), "{order}");
}

#[tokio::test]
async fn a_payment_that_failed_books_nothing_and_goes_on_record() {
    let world = World::new().await;
    let (event, ann, transaction) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let before = world.admin().map(&event).await;
    let with = |status: &str, fields: Value| {
        let mut fields = fields;
        fields["paymentInfo"] = json!({"gateway": "stripe", "transactionId": transaction, "status": status});
        fields
    };
    for fields in [json!({}), json!({"quantity": 2}), json!({"seatIds": ["seat_A1"]})] {
        for status in ["failed", "Declined", "requires_action"] {
            ann.book(&event, with(status, fields.clone())).await.refused(409, "payment_failed");
        }
    }
    unchanged(&before, &world.admin().map(&event).await, "payments that failed");
    let orders = ann.get("/orders").await.ok();
    let order = orders.list("orders")[0].clone();
    assert_eq!(orders.list("orders").len(), 1, "{}", orders.story("one order for one payment"));
    assert_eq!((&order["status"], &order["amount"]), (&json!("failed"), &json!(0)), "nothing was held: {order}");

    let booked = ann.book(&event, with("succeeded", json!({"seatIds": ["seat_A1"]}))).await.ok();
    let booked = booked.has("orderId", order["orderId"].clone());
    let orders = ann.get("/orders").await.ok();
    let order = &orders.list("orders")[0];
    assert_eq!((orders.list("orders").len(), &order["status"]), (1, &json!("paid")), "{order}");
    assert_eq!(order["bookingId"], booked["bookingId"]);
    // A payment whose booking is cancelled books nothing, and says so.
    ann.cancel(&booked.text("bookingId")).await.ok();
    let refused = ann.book(&event, with("paid", json!({}))).await.refused(409, "payment_failed");
    assert!(refused.message().contains("is cancelled"), "{}", refused.story("that the booking is cancelled"));
}
