//! Events that change while they are on sale: no seat that somebody has ever vanishes.

use serde_json::{Value, json};

use crate::fixture::{self, THEATRE_SEATS};
use crate::person::Person;
use crate::world::{Event, World, event_document, known_everywhere};

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

/// The version of its layout that an event is sold from, as the table has it.
async fn version(admin: &Person, event: &Event) -> u64 {
    let read = admin.get(&format!("/admin/events/{}", event.id)).await.ok();
    read["event"]["layoutVersion"].as_u64().expect("a version")
}

#[tokio::test]
async fn an_event_moves_to_another_version_only_when_told_and_back_again() {
    let world = World::new().await;
    let (event, admin, ann) = (world.theatre().await, world.admin(), world.buyer("ann"));
    publish(&world, &event, &theatre_without(&["seat_F10"])).await;
    admin.put_event(&event.id, &event_document(&event.layout_id, json!({ "name": "Same hall" }))).await.ok();
    assert_eq!(ann.map(&event).await.len(), THEATRE_SEATS);

    admin.put_event(&event.id, &moved(&event, "newest")).await.ok();
    assert_eq!(version(&admin, &event).await, 2);
    let late = ann.hold(&event, &["seat_F10"]).await;
    assert!(matches!(late.code(), "seat_blocked" | "invalid_data"), "{}", late.story("the seat is gone"));

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
    let admin = world.admin();
    let row: Vec<String> = (1..=10).map(|number| format!("seat_F{number}")).collect();
    let gone: Vec<&str> = row.iter().map(String::as_str).collect();
    for round in 0..4 {
        let event = &world.theatre().await;
        publish(&world, event, &theatre_without(&gone)).await;
        let buyers = world.buyers(gone.len());
        let holds = buyers.iter().zip(&gone).map(|(buyer, seat)| async move { buyer.hold(event, &[seat]).await });
        let document = moved(event, "newest");
        let (holds, change) = tokio::join!(futures::future::join_all(holds), admin.put_event(&event.id, &document));
        let held = holds.iter().filter(|hold| hold.status == 200).count();
        for hold in holds.iter().filter(|hold| hold.status != 200) {
            let is_gone = (hold.status == 409 && hold.code() == "seat_blocked") || hold.code() == "invalid_data";
            assert!(is_gone, "{}", hold.story("the seat is held, or it is going"));
        }
        match change.status {
            200 => assert_eq!(held, 0, "round {round}: a seat is held that the event has no more"),
            400 => assert!(held > 0, "{}", change.story("somebody has one of the seats")),
            _ => panic!("{}", change.story("done or refused")),
        }
        assert_eq!(version(&admin, event).await, if held > 0 { 1 } else { 2 }, "round {round}");
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
    assert_eq!(version(&admin, &event).await, 3);
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
    assert!(version(&admin, &event).await > 1);
    admin.put_event(&event.id, &moved(&event, 1)).await.ok();
    known_everywhere().await;
    let map = admin.map(&event).await;
    assert_eq!(map.len(), THEATRE_SEATS);
    assert!(map.values().all(|seat| seat["status"] == "available"), "{map:?}");
}
