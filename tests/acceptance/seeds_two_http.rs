//! The REST endpoints of seeds/2, with its own words. The bus is a copy under an id of its own, except where nothing is
//! changed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::expiry::{expired, hold_shortly};
use crate::fixture;
use crate::person::hold_path;
use crate::watch::eventually;
use crate::world::{Engine, World, fresh_id};

#[tokio::test]
async fn the_seats_of_a_trip_have_their_label_and_status() {
    let world = World::new().await;
    let (bus, john, jane) = (world.event(fixture::bus()).await, world.buyer("john"), world.buyer("jane"));
    let end = john.hold_label(&bus, "1A").await.ok().text("expiresAt");
    jane.buy(&bus, &["1B"]).await;

    let seats = world.anyone().trip(&bus).await.ok().has("tripId", bus.id.clone());
    let labels: Vec<&str> = seats.list("seats").iter().filter_map(|seat| seat["seatLabel"].as_str()).collect();
    assert_eq!(labels, bus.seats, "{}", seats.story("every seat, in the order of the layout"));
    let shown = |label: &str, status: &str, end: Value, version: u64| {
        json!({"seatLabel": label, "status": status, "holdExpiresAt": end, "heldByMe": false, "categoryId": "seat",
               "price": 32.5, "version": version})
    };
    assert_eq!(seats["seats"][0], shown("1A", "held", json!(end), 1), "{}", seats.story("1A held"));
    assert_eq!(seats["seats"][1], shown("1B", "booked", Value::Null, 2), "{}", seats.story("1B booked"));
    assert_eq!(seats["seats"][2], shown("1C", "available", Value::Null, 0), "{}", seats.story("1C free"));

    assert_eq!(john.trip_seat(&bus, "1A").await["heldByMe"], true);
    assert_eq!(jane.trip_seat(&bus, "1A").await["heldByMe"], false);
    let of_john = world.admin().get_at(&format!("/api/booking/trips/{}/seats?userId={}", bus.id, john.sub)).await.ok();
    assert_eq!(of_john["seats"][0]["heldByMe"], true, "{}", of_john.story("as the buyer sees it whom an admin names"));
}

#[tokio::test]
async fn the_seats_of_the_demo_trip_are_there() {
    let world = World::new().await;
    let seats = world.anyone().get_at("/api/booking/trips/trip123/seats").await;
    if world.engine == Engine::Other && seats.status == 404 {
        return; // Demo data is not part of every deployment.
    }
    let seats = seats.ok().has("tripId", "trip123");
    for label in ["1A", "1B"] {
        let seat = seats.list("seats").iter().find(|seat| seat["seatLabel"] == label);
        let status = seat.and_then(|seat| seat["status"].as_str()).unwrap_or_default();
        assert!(["available", "held", "booked"].contains(&status), "{}", seats.story(label));
    }
}

#[tokio::test]
async fn a_seat_is_held_and_given_up_by_its_path_alone() {
    let world = World::new().await;
    let (bus, john, jane) = (world.event(fixture::bus()).await, world.buyer("john"), world.buyer("jane"));
    let held = john.hold_label(&bus, "1A").await.ok().says("Successfully held 1 seats");
    held.has("heldSeats", json!(["1A"])).has("eventId", bus.id.clone()).has("totalAmount", 32.5);
    let refused = jane.hold_label(&bus, "1A").await.refused(409, "seat_held");
    refused.says("Some seats are already held by another user").has("conflictingSeats", json!(["1A"]));
    jane.release_label(&bus, "1A").await.refused(409, "not_held");
    assert_eq!(john.held_seats(&bus).await, ["1A"]);

    john.release_label(&bus, "1A").await.ok().has("releasedSeats", json!(["1A"]));
    assert_eq!(world.anyone().trip_seat(&bus, "1A").await["status"], "available");
    john.release_label(&bus, "1A").await.refused(409, "not_held");
    jane.hold_label(&bus, "1A").await.ok();
    jane.hold_label(&bus, "99Z").await.refused(400, "invalid_data").says("Invalid seat IDs: 99Z");
}

#[tokio::test]
async fn the_seeds_booking_is_confirmed() {
    let world = World::new().await;
    let (bus, john) = (world.event(fixture::bus()).await, world.buyer("john"));
    john.hold_label(&bus, "1A").await.ok();
    john.hold_label(&bus, "1B").await.ok();
    let confirm = json!({
        "tripId": bus.id,
        "seatLabels": ["1A", "1B"],
        "passengers": [
            {"firstName": "John", "lastName": "Doe", "idType": "passport", "idNumber": "123456"},
            {"firstName": "Jane", "lastName": "Doe", "idType": "passport", "idNumber": "789012"},
        ],
        "paymentInfo": {"paymentId": format!("payment-{}", fresh_id())},
    });
    let booked = john.post_at("/api/booking/confirm", &confirm).await.ok().says("Successfully booked 2 seats");
    let booked = booked.has("totalAmount", 65).has("eventId", bus.id.clone());
    let again = john.post_at("/api/booking/confirm", &confirm).await.ok();
    assert_eq!(again["bookingId"], booked["bookingId"], "{}", again.story("one payment, one booking"));
    let record = john.booking(&booked.text("bookingId")).await.ok();
    assert_eq!(record["booking"]["passengers"], confirm["passengers"], "{}", record.story("the passengers as sent"));
    for label in ["1A", "1B"] {
        assert_eq!(world.anyone().trip_seat(&bus, label).await["status"], "booked", "{label}");
    }
}

#[tokio::test]
async fn current_holds_are_listed_of_one_trip_or_of_all() {
    let world = World::new().await;
    let (bus, other, john) =
        (world.event(fixture::bus()).await, world.event(fixture::bus()).await, world.buyer("john"));
    john.hold_label(&bus, "2A").await.ok();
    john.hold_label(&other, "3A").await.ok();
    assert_eq!(john.get_at("/api/booking/holds").await.ok().list("holds").len(), 2);
    for name in ["tripId", "eventId"] {
        let holds = john.get_at(&format!("/api/booking/holds?{name}={}", bus.id)).await.ok();
        assert_eq!(holds["holds"][0]["seatIds"], json!(["2A"]), "{}", holds.story("2A"));
        assert_eq!(holds.list("holds").len(), 1, "{}", holds.story("of one trip"));
    }
    let both = format!("/api/booking/holds?tripId={}&eventId={}", bus.id, other.id);
    john.get_at(&both).await.refused(400, "invalid_data");
    john.get_at(&format!("/api/booking/holds?tripId={}", fresh_id())).await.refused(404, "not_found");
}

#[tokio::test]
async fn anyone_may_ask_how_it_is() {
    let world = World::new().await;
    world.anyone().get_at("/api/booking/health").await.ok().has("ok", true).has("table", "ok");
}

#[tokio::test]
async fn an_admin_holds_and_gives_up_for_a_buyer() {
    let world = World::new().await;
    let (bus, shop, john, jane) =
        (world.event(fixture::bus()).await, world.admin(), world.buyer("john"), world.buyer("jane"));
    let (path, for_john) = (hold_path(&bus, "1A"), json!({"userId": john.sub}));
    jane.post_at(&path, &for_john).await.refused(403, "forbidden");
    shop.post_at(&path, &for_john).await.ok();
    assert_eq!(john.held_seats(&bus).await, ["1A"]);
    let delete = |who: &crate::person::Person| Answer::of(who.request_at(Method::DELETE, &path).json(&for_john));
    delete(&jane).await.refused(403, "forbidden");
    delete(&shop).await.ok();
    assert!(john.held_seats(&bus).await.is_empty());
}

#[tokio::test]
async fn a_hold_that_is_over_shows_as_available() {
    let world = World::new().await;
    let (bus, john) = (world.event(fixture::bus()).await, world.buyer("john"));
    let hold = hold_shortly(&john, &bus, &["4C"]).await;
    expired(&hold).await;
    eventually("4C shows as available", || async {
        let seat = world.anyone().trip_seat(&bus, "4C").await;
        seat["status"] == "available" && seat["holdExpiresAt"].is_null()
    })
    .await;
    world.buyer("jane").hold_label(&bus, "4C").await.ok();
}
