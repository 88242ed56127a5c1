//! Categories without a price: their seats are not for sale, and show as blocked wherever nobody has them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::world::{Event, World, event_document};

/// How long a change of an event may take to reach every function, and a little.
const EVERYWHERE: Duration = Duration::from_secs(6);

/// The theatre, whose VIP seats (A1 to A4, and the eight of a table) this event does not sell.
async fn without_vip(world: &World) -> Event {
    world.event_with(fixture::theatre(), json!({"prices": {"VIP": null}})).await
}

/// Takes the price of a category away, and waits until every function knows.
async fn stop_selling_vip(world: &World, event: &Event) {
    let document = event_document(&event.layout_id, json!({"prices": {"vip": null}}));
    world.admin().put_event(&event.id, &document).await.ok();
    tokio::time::sleep(EVERYWHERE).await;
}

fn conflicts(answer: &Answer) -> Value {
    answer["conflicts"].clone()
}

#[tokio::test]
async fn a_seat_without_a_price_shows_as_blocked_and_cannot_be_held() {
    let world = World::new().await;
    let (event, ann) = (without_vip(&world).await, world.buyer("ann"));
    let layout = ann.layout(&event).await.ok();
    let categories = layout["layout"]["categories"].as_array().expect("categories").clone();
    assert_eq!((&categories[0]["price"], &categories[1]["price"]), (&Value::Null, &json!(75)));
    assert!(layout.list("stats").contains(&json!({"_id": "blocked", "count": 12})), "{}", layout.story("12 blocked"));
    for (seat, status) in [("seat_A1", "blocked"), ("seat_table_VIP_001_0", "blocked"), ("seat_A5", "available")] {
        let seat = ann.seat(&event, seat).await;
        assert_eq!((&seat["status"], &seat["version"]), (&json!(status), &json!(0)), "{seat}");
    }
    let stats = world.admin().stats(&event).await.ok();
    stats.has("blockedSeats", 12).has("availableSeats", fixture::THEATRE_SEATS - 12).has("bookedSeats", 0);

    let refused = ann.hold(&event, &["seat_A5", "seat_A1"]).await.refused(409, "seat_blocked");
    let refused = refused.says("Some seats are not for sale").lists("conflictingSeats", &["seat_A1"]);
    assert_eq!(conflicts(&refused), json!([{"seatId": "seat_A1", "code": "seat_blocked"}]));
    ann.hold_table(&event, "table_VIP_001").await.refused(409, "seat_blocked");
    assert!(ann.held_seats(&event).await.is_empty(), "all or nothing");
}

#[tokio::test]
async fn what_is_held_or_booked_when_its_category_loses_its_price_stays_its_buyers() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let mut watcher = bob.watch(&event).await;
    ann.hold(&event, &["seat_A1", "seat_A2", "seat_B1"]).await.ok();
    bob.buy(&event, &["seat_A3"]).await;
    stop_selling_vip(&world, &event).await;

    ann.hold(&event, &["seat_A1", "seat_B2"]).await.ok().has("totalAmount", 225);
    let asked = ["seat_A1", "seat_A3", "seat_A4", "seat_B1", "seat_B3"];
    let refused = bob.hold(&event, &asked).await.refused(409, "seat_held");
    let expected = json!([
        {"seatId": "seat_A1", "code": "seat_held"}, {"seatId": "seat_A3", "code": "seat_booked"},
        {"seatId": "seat_A4", "code": "seat_blocked"}, {"seatId": "seat_B1", "code": "seat_held"},
    ]);
    assert_eq!(conflicts(&refused), expected);
    world.buyer("carol").hold(&event, &["seat_A3", "seat_A4"]).await.refused(409, "seat_booked");

    ann.confirm(&event, &["seat_A1"]).await.ok().has("totalAmount", 150);
    ann.release(&event, &["seat_A2"]).await.ok();
    watcher.until_seat_is("seat_A1", "booked").await;
    watcher.until_seat_is("seat_A2", "blocked").await;
    let shown = bob.seat(&event, "seat_A2").await;
    assert_eq!((shown["status"].as_str(), shown["version"].as_u64()), (Some("blocked"), Some(2)));
    assert_eq!(bob.watch(&event).await.sees("seat_A2").status, "blocked", "the snapshot says so too");
    ann.hold(&event, &["seat_A2"]).await.refused(409, "seat_blocked");
}
