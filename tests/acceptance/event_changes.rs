//! Events that change while they are on sale: no seat that somebody has ever vanishes.

use serde_json::{Value, json};

use crate::fixture::{self, THEATRE_SEATS};
use crate::world::{Event, World, event_document};

/// The theatre without these seats.
fn theatre_without(gone: &[&str]) -> Value {
    let mut layout = fixture::theatre();
    let seats = layout["seats"].as_array_mut().expect("seats");
    seats.retain(|seat| !gone.iter().any(|id| seat["id"] == *id));
    layout
}

/// Publishes a further version of the event's layout.
async fn publish(world: &World, event: &Event, layout: &Value) {
    world.admin().put_layout(&event.layout_id, layout).await.ok();
}

fn moved(event: &Event, version: impl Into<Value>) -> Value {
    event_document(&event.layout_id, json!({ "layoutVersion": version.into() }))
}

/// Functions may remember an event's settings for 5 s.
async fn known_everywhere() {
    tokio::time::sleep(std::time::Duration::from_millis(5_500)).await;
}

#[tokio::test]
async fn an_event_moves_to_another_version_only_when_told_and_back_again() {
    let world = World::new().await;
    let (event, admin, ann) = (world.theatre().await, world.admin(), world.buyer("ann"));
    publish(&world, &event, &theatre_without(&["seat_F10"])).await;
    admin.put_event(&event.id, &event_document(&event.layout_id, json!({ "name": "Same hall" }))).await.ok();
    assert_eq!(ann.map(&event).await.len(), THEATRE_SEATS);

    admin.put_event(&event.id, &moved(&event, "newest")).await.ok();
    known_everywhere().await;
    assert_eq!(ann.map(&event).await.len(), THEATRE_SEATS - 1);
    ann.hold(&event, &["seat_F10"]).await.refused(400, "invalid_data");
    admin.stats(&event).await.ok().has("totalSeats", THEATRE_SEATS - 1);

    admin.put_event(&event.id, &moved(&event, 1)).await.ok();
    known_everywhere().await;
    assert_eq!(ann.map(&event).await["seat_F10"]["status"], "available");
    ann.hold(&event, &["seat_F10"]).await.ok();
    ann.confirm(&event, &["seat_F10"]).await.ok();
}

#[tokio::test]
async fn a_version_that_does_not_exist_is_refused() {
    let world = World::new().await;
    let event = world.theatre().await;
    let answer = world.admin().put_event(&event.id, &moved(&event, 7)).await.refused(400, "invalid_data");
    answer.says(&format!("layoutVersion: layout {} has no version 7", event.layout_id));
}

#[tokio::test]
async fn a_seat_that_somebody_has_stays_and_the_change_leaves_no_trace() {
    let world = World::new().await;
    let (event, admin, ann, bob) = (world.theatre().await, world.admin(), world.buyer("ann"), world.buyer("bob"));
    publish(&world, &event, &theatre_without(&["seat_A1", "seat_A2", "seat_A3"])).await;
    ann.hold(&event, &["seat_A1"]).await.ok();
    let answer = admin.put_event(&event.id, &moved(&event, "newest")).await.refused(400, "invalid_data");
    answer.says("layoutId: the layout lacks seats that are held or booked: seat_A1");
    bob.hold(&event, &["seat_A2", "seat_A3"]).await.ok();
    ann.confirm(&event, &["seat_A1"]).await.ok();
    admin.put_event(&event.id, &moved(&event, "newest")).await.refused(400, "invalid_data");
    assert_eq!(ann.map(&event).await.len(), THEATRE_SEATS);
}

#[tokio::test]
async fn a_hold_at_the_very_moment_of_a_change_keeps_its_seat_or_gets_none() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    let row: Vec<String> = (1..=10).map(|number| format!("seat_F{number}")).collect();
    let gone: Vec<&str> = row.iter().map(String::as_str).collect();
    publish(&world, &event, &theatre_without(&gone)).await;
    for round in 0..3 {
        let buyers = world.buyers(gone.len());
        let holds = buyers.iter().zip(&gone).map(|(buyer, seat)| {
            let event = &event;
            async move { (seat, buyer.hold(event, &[seat]).await) }
        });
        let document = moved(&event, "newest");
        let (holds, change) = tokio::join!(futures::future::join_all(holds), admin.put_event(&event.id, &document));
        known_everywhere().await;
        let map = admin.map(&event).await;
        for (seat, hold) in &holds {
            match hold.status {
                200 => assert_eq!(map[**seat]["status"], "held", "{}", hold.story("the seat is still there")),
                409 => assert_eq!(hold.code(), "seat_blocked", "{}", hold.story("the seat is going")),
                _ => assert_eq!((hold.status, hold.code()), (400, "invalid_data"), "{}", hold.story("no such seat")),
            }
        }
        assert_eq!(
            change.status == 200,
            map.len() == THEATRE_SEATS - gone.len(),
            "{}",
            change.story(&format!("round {round}"))
        );
        assert!(matches!(change.status, 200 | 400), "{}", change.story("done or refused"));
        for buyer in &buyers {
            buyer.release_with(&event, json!({})).await;
        }
        admin.put_event(&event.id, &moved(&event, 1)).await.ok();
        known_everywhere().await;
    }
}

#[tokio::test]
async fn the_currency_of_an_event_never_changes() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    let document = event_document(&event.layout_id, json!({ "currency": "EUR" }));
    let answer = admin.put_event(&event.id, &document).await.refused(400, "invalid_data");
    answer.says("currency: an event's currency never changes; this one sells in USD");
}

#[tokio::test]
async fn a_change_that_removes_too_many_seats_of_an_event_on_sale_says_what_to_do() {
    let world = World::new().await;
    let (event, admin) = (world.event(fixture::grid(50, 45)).await, world.admin());
    publish(&world, &event, &fixture::grid(5, 45)).await;
    let answer = admin.put_event(&event.id, &moved(&event, "newest")).await.refused(400, "invalid_data");
    answer.says(
        "layoutId: one change removes at most 2000 seats from an event on sale, and this one 2025. Close its sales \
         first, and change the layout 30 s later, 30 s before they open again",
    );
    publish(&world, &event, &fixture::grid(10, 45)).await;
    admin.put_event(&event.id, &moved(&event, "newest")).await.ok();
    known_everywhere().await;
    assert_eq!(admin.map(&event).await.len(), 450);
}

#[tokio::test]
async fn of_two_admins_who_change_an_event_at_once_each_is_answered_and_one_is_last() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    publish(&world, &event, &theatre_without(&["seat_F9", "seat_F10"])).await;
    publish(&world, &event, &theatre_without(&["seat_A1"])).await;
    for _ in 0..5 {
        let (second, third) = (moved(&event, 2), moved(&event, 3));
        let (one, other) = tokio::join!(admin.put_event(&event.id, &second), admin.put_event(&event.id, &third));
        for answer in [one, other] {
            assert!(matches!(answer.status, 200 | 503), "{}", answer.story("done, or to be tried again"));
        }
    }
    known_everywhere().await;
    let seats = admin.map(&event).await.len();
    assert!([THEATRE_SEATS - 1, THEATRE_SEATS - 2].contains(&seats), "{seats} seats");
    admin.put_event(&event.id, &moved(&event, 1)).await.ok();
    known_everywhere().await;
    let map = admin.map(&event).await;
    assert_eq!(map.len(), THEATRE_SEATS);
    assert!(map.values().all(|seat| seat["status"] == "available"), "{map:?}");
}
