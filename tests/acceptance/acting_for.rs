//! An admin acts for a buyer; nobody else does.

use serde_json::json;

use crate::person::unchanged;
use crate::world::{World, fresh_id};

#[tokio::test]
async fn an_admin_holds_confirms_and_releases_for_a_buyer() {
    let world = World::new().await;
    let (event, shop, ann) = (world.theatre().await, world.admin(), world.buyer("ann"));
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1", "seat_A2"], "userId": ann.sub});
    shop.post("/hold-seats", &body).await.ok();
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A2"], "the hold is the buyer's");
    let listed = shop.get(&format!("/holds?eventId={}&userId={}", event.id, ann.sub)).await.ok();
    assert_eq!(listed.list("holds").len(), 1, "{}", listed.story("the buyer's hold"));

    let release = json!({"eventId": event.id, "seatIds": ["seat_A2"], "userId": ann.sub});
    shop.post("/release", &release).await.ok();
    let confirm = json!({"eventId": event.id, "userId": ann.sub, "paymentInfo": {"transactionId": fresh_id()}});
    let booked = shop.post("/confirm", &confirm).await.ok();
    let record = ann.booking(&booked.text("bookingId")).await.ok();
    assert_eq!(record["booking"]["userId"], ann.sub.as_str(), "{}", record.story("the buyer's booking"));
    let bookings = shop.get(&format!("/bookings?userId={}", ann.sub)).await.ok();
    assert_eq!(bookings.list("bookings").len(), 1);
}

#[tokio::test]
async fn an_admin_cancels_what_the_named_buyer_has_and_nothing_else() {
    let world = World::new().await;
    let (event, shop, ann, bob) = (world.theatre().await, world.admin(), world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    let path = format!("/bookings/{id}/cancel");
    shop.post(&path, &json!({"userId": bob.sub})).await.refused(404, "not_found");
    shop.post(&path, &json!({"userId": ann.sub})).await.ok();
}

#[tokio::test]
async fn whoever_else_names_another_buyer_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let booking = bob.buy(&event, &["seat_B1"]).await;
    bob.hold(&event, &["seat_A1"]).await.ok();
    ann.hold(&event, &["seat_A2"]).await.ok();
    let before = world.admin().map(&event).await;
    let seats = json!({"eventId": event.id, "seatIds": ["seat_A3"], "userId": bob.sub});
    let table = json!({"eventId": event.id, "tableId": "table_VIP_001", "userId": bob.sub});
    let all = json!({"eventId": event.id, "userId": bob.sub});
    for (path, body) in [("/hold-seats", &seats), ("/hold-table", &table), ("/confirm", &all), ("/release", &all)] {
        ann.post(path, body).await.refused(403, "forbidden");
    }
    ann.post(&format!("/bookings/{booking}/cancel"), &json!({"userId": bob.sub})).await.refused(403, "forbidden");
    for path in [format!("/holds?userId={}", bob.sub), format!("/bookings?userId={}", bob.sub)] {
        ann.get(&path).await.refused(403, "forbidden");
    }
    let mut line = ann.connect().await;
    for (action, kind) in [("seat:hold", "seat:hold:failed"), ("booking:confirm", "booking:failed")] {
        let message = json!({"action": action, "eventId": event.id, "seatIds": ["seat_A3"], "userId": bob.sub});
        assert_eq!(line.ask_for(kind, message).await["data"]["code"], "forbidden");
    }
    unchanged(&before, &world.admin().map(&event).await, "acting for somebody else");
    let own = json!({"eventId": event.id, "seatIds": ["seat_A2"], "userId": ann.sub});
    ann.post("/hold-seats", &own).await.ok();
}

#[tokio::test]
async fn where_the_shops_server_decides_what_is_paid_no_buyer_confirms() {
    let world = World::new().await;
    let rules = json!({"rules": {"confirmBy": "admin"}});
    let (event, shop, ann) =
        (world.event_with(crate::fixture::theatre(), rules).await, world.admin(), world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let paid = json!({"eventId": event.id, "paymentInfo": {"transactionId": fresh_id(), "status": "paid"}});
    ann.post("/confirm", &paid).await.refused(403, "forbidden");
    let mut line = ann.connect().await;
    let message = json!({"action": "booking:confirm", "eventId": event.id});
    assert_eq!(line.ask_for("booking:failed", message).await["data"]["code"], "forbidden");
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"], "the hold is as it was");
    let mut by_shop = paid.clone();
    by_shop["userId"] = ann.sub.as_str().into();
    shop.post("/confirm", &by_shop).await.ok();
}

#[tokio::test]
async fn a_kept_answer_belongs_to_the_buyer_and_to_the_caller() {
    let world = World::new().await;
    let (event, shop, ann, key) = (world.theatre().await, world.admin(), world.buyer("ann"), fresh_id());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"], "userId": ann.sub});
    let by_shop = shop.post_with_key("/hold-seats", &key, &body).await.ok();
    let again = shop.post_with_key("/hold-seats", &key, &body).await.ok();
    assert_eq!(again.body, by_shop.body);
    let other = json!({"eventId": event.id, "seatIds": ["seat_A2"]});
    ann.post_with_key("/hold-seats", &key, &other).await.ok();
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A2"]);
}
