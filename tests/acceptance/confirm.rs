//! Booking what is held.

use serde_json::{Value, json};

use crate::person::{about, unchanged};
use crate::world::World;

#[tokio::test]
async fn a_confirm_answers_with_everything_the_contract_names() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok();
    let booked = ann.confirm(&event, &["seat_A1", "seat_B1"]).await.ok().says("Successfully booked 2 seats");
    let booked = booked
        .has("eventId", event.id.clone())
        .has("totalAmount", 225)
        .has("currency", "USD")
        .has("status", "confirmed");
    let seats = booked.list("seats");
    assert_eq!(seats.len(), 2, "{}", booked.story("two seats"));
    for (id, category, price) in [("seat_A1", "vip", 150.0), ("seat_B1", "standard", 75.0)] {
        let seat = seats.iter().find(|seat| seat["seatId"] == id).unwrap_or_else(|| panic!("{}", booked.story(id)));
        assert_eq!(
            (&seat["categoryId"], seat["price"].as_f64()),
            (&json!(category), Some(price)),
            "{}",
            booked.story(id)
        );
    }
    let _: jiff::Timestamp = booked.text("createdAt").parse().expect("a time");
    assert!(!booked.text("bookingId").is_empty());
    // One decision has one time, whichever answer tells of it.
    assert_eq!(ann.seat(&event, "seat_A1").await["bookedAt"], booked.text("createdAt"));
}

#[tokio::test]
async fn booked_seats_show_owner_and_price_to_owner_and_admin_only() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.buy(&event, &["seat_A1"]).await;
    for (person, owner) in [
        (&ann, json!(ann.sub)),
        (&world.admin(), json!(ann.sub)),
        (&world.buyer("bob"), Value::Null),
        (&world.anyone(), Value::Null),
    ] {
        let seat = person.seat(&event, "seat_A1").await;
        assert_eq!(
            (&seat["status"], &seat["bookedBy"], &seat["version"]),
            (&json!("booked"), &owner, &json!(2)),
            "{seat}"
        );
        assert_eq!(
            (&seat["heldBy"], &seat["holdExpiresAt"]),
            (&Value::Null, &Value::Null),
            "nothing is left of the hold"
        );
    }
}

#[tokio::test]
async fn without_seats_the_whole_hold_is_booked() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok();
    ann.hold_table(&event, "table_VIP_001").await.ok();
    let booked = ann.confirm_with(&event, json!({})).await.ok().says("Successfully booked 10 seats");
    booked.has("totalAmount", 1425);
    assert_eq!(ann.holds(&event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_part_of_the_hold_is_booked_and_the_rest_stays_held() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.ok();
    ann.confirm(&event, &["seat_A2"]).await.ok().has("totalAmount", 150);
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A3"]);
    assert_eq!(ann.holds(&event).await[0]["expiresAt"], held["expiresAt"]);
    ann.confirm(&event, &["seat_A1", "seat_A3"]).await.ok().has("totalAmount", 300);
}

#[tokio::test]
async fn seats_not_held_are_named_and_nothing_is_booked() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    bob.hold(&event, &["seat_A3"]).await.ok();
    ann.buy(&event, &["seat_B1"]).await;
    let before = world.admin().map(&event).await;
    // One nobody holds, one that another holds, one that is mine already.
    let refused = ann.confirm(&event, &["seat_A1", "seat_A2", "seat_A3", "seat_B1"]).await.refused(409, "not_held");
    refused.says("User does not hold all required seats: seat_A2, seat_A3, seat_B1");
    unchanged(&before, &world.admin().map(&event).await, "a confirm of seats not held");
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"]);
}

#[tokio::test]
async fn a_confirm_of_nothing_held_is_refused() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.confirm_with(&event, json!({})).await.refused(409, "not_held");
    let refused = ann.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
    refused.says("User does not hold all required seats: seat_A1");
}

#[tokio::test]
async fn released_seats_are_not_confirmed() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.release(&event, &["seat_A1"]).await.ok();
    bob.hold(&event, &["seat_A1"]).await.ok();
    ann.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
    bob.confirm(&event, &["seat_A1"]).await.ok();
}

#[tokio::test]
async fn what_the_buyer_says_is_on_record() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let said = json!({
        "contactInfo": {"name": "Zoë Müller", "email": "zoe@example.org", "phone": "+4930123456"},
        "passengers": [{"firstName": "Zoë", "lastName": "Müller", "idType": "passport", "idNumber": "C01X00T47"}],
        "notes": "Row end, please: \"quiet\" \u{1F3AD}", "specialRequests": "Step-free access",
    });
    ann.hold(&event, &["seat_A1"]).await.ok();
    let id = ann.confirm_with(&event, said.clone()).await.ok().text("bookingId");
    let booking = ann.booking(&id).await.ok();
    for field in ["contactInfo", "passengers", "notes", "specialRequests"] {
        assert_eq!(booking["booking"][field], said[field], "{}", booking.story(field));
    }
}

#[tokio::test]
async fn a_payment_is_not_required() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.post("/confirm", &about(&event, json!({"seatIds": ["seat_A1"]}))).await.ok();
    ann.hold(&event, &["seat_A2"]).await.ok();
    ann.post("/confirm", &about(&event, json!({"seatIds": ["seat_A2"]}))).await.ok();
    assert_eq!(world.admin().event_bookings(&event).await.len(), 2);
}

#[tokio::test]
async fn fifty_seats_are_booked_in_one_confirm() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let seats = crate::person::refs(&event.seats[..50]);
    ann.hold(&event, &seats).await.ok();
    ann.confirm(&event, &seats).await.ok().says("Successfully booked 50 seats");
    world.admin().stats(&event).await.ok().has("bookedSeats", 50).has("heldSeats", 0);
}

#[tokio::test]
async fn after_a_booking_a_new_hold_has_a_new_timer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let first = ann.hold_for(&event, &["seat_A1"], 2.0).await.ok();
    ann.confirm(&event, &["seat_A1"]).await.ok();
    let second = ann.hold_for(&event, &["seat_A2"], 20.0).await.ok();
    assert!(first.text("expiresAt") < second.text("expiresAt"), "{}", second.story("a timer of its own"));
}

#[tokio::test]
async fn a_hold_is_booked_part_by_part_around_a_cancellation() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let held = ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3", "seat_A4"]).await.ok();
    let first = ann.confirm(&event, &["seat_A1"]).await.ok().text("bookingId");
    let second = ann.confirm(&event, &["seat_A2"]).await.ok().text("bookingId");
    ann.cancel(&first).await.ok();
    assert_eq!(ann.held_seats(&event).await, ["seat_A3", "seat_A4"], "a cancellation leaves the hold alone");
    // The seat that is free again joins the same hold, or is anybody's.
    ann.hold(&event, &["seat_A1"]).await.ok().has("expiresAt", held.text("expiresAt"));
    let third = ann.confirm(&event, &["seat_A1", "seat_A3"]).await.ok().text("bookingId");
    ann.cancel(&second).await.ok();
    bob.hold(&event, &["seat_A2"]).await.ok();
    let fourth = ann.confirm_with(&event, json!({})).await.ok().text("bookingId");
    assert_eq!(ann.holds(&event).await, Vec::<Value>::new());
    let ids = std::collections::BTreeSet::from([&first, &second, &third, &fourth]);
    assert_eq!(ids.len(), 4, "each confirm is a booking of its own");
    for (booking, status) in
        [(&first, "cancelled"), (&second, "cancelled"), (&third, "confirmed"), (&fourth, "confirmed")]
    {
        assert_eq!(ann.booking(booking).await.ok()["booking"]["status"], status, "{booking}");
    }
    world.admin().stats(&event).await.ok().has("bookedSeats", 3).has("heldSeats", 1);
}
