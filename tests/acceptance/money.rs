//! Prices and currencies: what is charged is computed by the server in minor units and frozen when held.

use serde_json::{Value, json};

use crate::fixture;
use crate::watch::eventually;
use crate::world::{World, event_document};

/// The theatre with these fields in its event.
fn prices(currency: &str, vip: f64, standard: f64) -> Value {
    json!({"currency": currency, "prices": {"vip": vip, "standard": standard}})
}

#[tokio::test]
async fn the_events_prices_go_before_the_layouts() {
    let world = World::new().await;
    let (event, ann) =
        (world.event_with(fixture::theatre(), json!({"prices": {"vip": 99.99}})).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok().has("totalAmount", 174.99);
    let booked = ann.confirm(&event, &["seat_A1", "seat_B1"]).await.ok().has("totalAmount", 174.99);
    assert!(booked.list("seats").iter().any(|seat| seat["price"].as_f64() == Some(99.99)), "{}", booked.story("99.99"));
    assert_eq!(ann.seat(&event, "seat_A1").await["bookedPrice"].as_f64(), Some(99.99));
    world.admin().stats(&event).await.ok().has("revenue", 174.99);
}

#[tokio::test]
async fn sums_have_no_dust_of_floating_point() {
    let world = World::new().await;
    let (event, ann) = (world.event_with(fixture::theatre(), prices("EUR", 0.1, 0.2)).await, world.buyer("ann"));
    // 0.1 + 0.2 is 0.30000000000000004 in floating point.
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok().has("totalAmount", 0.3);
    ann.confirm(&event, &["seat_A1", "seat_B1"]).await.ok().has("totalAmount", 0.3).has("currency", "EUR");
    world.admin().stats(&event).await.ok().has("revenue", 0.3);
}

#[tokio::test]
async fn currencies_have_as_many_decimals_as_they_have() {
    let world = World::new().await;
    for (currency, vip, standard, sum) in
        [("JPY", 1_500.0, 750.0, 2_250.0), ("BHD", 1.234, 0.001, 1.235), ("USD", 19.99, 0.01, 20.0)]
    {
        let (event, ann) =
            (world.event_with(fixture::theatre(), prices(currency, vip, standard)).await, world.buyer("ann"));
        ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok().has("totalAmount", sum).has("currency", currency);
    }
}

#[tokio::test]
async fn a_free_seat_costs_nothing() {
    let world = World::new().await;
    let (event, ann) = (world.event_with(fixture::theatre(), prices("USD", 0.0, 0.0)).await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok().has("totalAmount", 0);
    ann.confirm(&event, &["seat_A1"]).await.ok().has("totalAmount", 0);
}

#[tokio::test]
async fn prices_that_cannot_be_are_refused() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    for (fields, reason) in [
        (prices("USD", -1.0, 1.0), "negative"),
        (prices("USD", 0.001, 1.0), "a tenth of a cent"),
        (prices("JPY", 0.5, 1.0), "half a yen"),
        (json!({"prices": {"vip": "12"}}), "a string"),
        (json!({"prices": {"balcony": 12}}), "a category that the layout does not have"),
    ] {
        let answer = admin.put_event(&event.id, &event_document(&event.layout_id, fields)).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_data"), "{}", answer.story(reason));
    }
    world.buyer("ann").hold(&event, &["seat_A1"]).await.ok().has("totalAmount", 150);
}

#[tokio::test]
async fn a_price_is_frozen_when_the_seat_is_held() {
    let world = World::new().await;
    let (event, ann, bob, admin) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"), world.admin());
    ann.hold(&event, &["seat_A1"]).await.ok().has("totalAmount", 150);
    admin.put_event(&event.id, &event_document(&event.layout_id, prices("USD", 200.0, 100.0))).await.ok();
    eventually("Bob is asked the new price", || async {
        let price = bob.hold(&event, &["seat_A2"]).await.ok().number("totalAmount");
        bob.release(&event, &["seat_A2"]).await.ok();
        price == 200.0
    })
    .await;
    ann.confirm(&event, &["seat_A1"]).await.ok().has("totalAmount", 150);
    assert_eq!(ann.seat(&event, "seat_A1").await["bookedPrice"].as_f64(), Some(150.0));
    admin.stats(&event).await.ok().has("revenue", 150);
}
