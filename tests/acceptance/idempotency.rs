//! `Idempotency-Key`: the same key and body again gives the same answer and changes nothing.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::person::{payment_for, unchanged};
use crate::world::{World, fresh_id};

#[track_caller]
fn equal(again: &Answer, first: &Answer) {
    assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", again.story("the first answer again"));
}

#[tokio::test]
async fn a_hold_sent_again_is_the_same_hold() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"]});
    let first = ann.post_with_key("/hold-seats", &key, &body).await.ok();
    let before = world.admin().map(&event).await;
    equal(&ann.post_with_key("/hold-seats", &key, &body).await, &first);
    unchanged(&before, &world.admin().map(&event).await, "a hold sent again");
}

#[tokio::test]
async fn an_answer_given_again_changes_nothing_though_the_world_went_on() {
    let world = World::new().await;
    let (event, ann, bob, key) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"), fresh_id());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"]});
    let first = ann.post_with_key("/hold-seats", &key, &body).await.ok();
    ann.release(&event, &["seat_A1"]).await.ok();
    bob.hold(&event, &["seat_A1"]).await.ok();
    let before = world.admin().map(&event).await;
    equal(&ann.post_with_key("/hold-seats", &key, &body).await, &first);
    unchanged(&before, &world.admin().map(&event).await, "a hold replayed");
    assert_eq!(bob.held_seats(&event).await, ["seat_A1"]);
}

#[tokio::test]
async fn twenty_at_once_with_one_key_have_one_effect_and_equal_answers() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1", "seat_A2"]});
    let answers = join_all((0..20).map(|_| ann.post_with_key("/hold-seats", &key, &body))).await;
    let first = answers[0].clone().ok();
    for answer in &answers {
        equal(answer, &first);
    }
    assert_eq!(world.admin().seat(&event, "seat_A1").await["version"], 1);
}

#[tokio::test]
async fn every_post_honours_the_key() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    for (path, body) in [
        ("/hold-table", json!({"eventId": event.id, "tableId": "table_VIP_001"})),
        // Without a payment only the key can tell that it is the same confirm.
        ("/confirm", json!({"eventId": event.id, "seatIds": ["seat_A1"]})),
        ("/release", json!({"eventId": event.id, "seatIds": ["seat_A2"]})),
    ] {
        let key = fresh_id();
        let first = ann.post_with_key(path, &key, &body).await.ok();
        let before = world.admin().map(&event).await;
        equal(&ann.post_with_key(path, &key, &body).await, &first);
        unchanged(&before, &world.admin().map(&event).await, path);
    }
    assert_eq!(world.admin().event_bookings(&event).await.len(), 1);
}

#[tokio::test]
async fn a_cancellation_honours_the_key() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let id = ann.buy(&event, &["seat_A1"]).await;
    let cancel =
        || Answer::of(ann.request(Method::POST, &format!("/bookings/{id}/cancel")).header("idempotency-key", &key));
    let first = cancel().await.ok();
    equal(&cancel().await, &first);
}

#[tokio::test]
async fn a_confirm_with_key_and_payment_sent_20_times_is_one_booking() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.hold(&event, &["seat_A1"]).await.ok();
    let body = payment_for(&event, &["seat_A1"], &fresh_id());
    let answers = join_all((0..20).map(|_| ann.post_with_key("/confirm", &key, &body))).await;
    let first = answers[0].clone().ok();
    for answer in &answers {
        equal(answer, &first);
    }
    assert_eq!(world.admin().event_bookings(&event).await.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_given_again_too() {
    let world = World::new().await;
    let (event, ann, bob, key) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"), fresh_id());
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"]});
    bob.hold(&event, &["seat_A1"]).await.ok();
    let first = ann.post_with_key("/hold-seats", &key, &body).await.refused(409, "seat_held");
    bob.release(&event, &["seat_A1"]).await.ok();
    equal(&ann.post_with_key("/hold-seats", &key, &body).await, &first);
    ann.post_with_key("/hold-seats", &fresh_id(), &body).await.ok();
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    ann.post_with_key("/hold-seats", &key, &json!({"eventId": event.id, "seatIds": ["seat_A1"]})).await.ok();
    let before = world.admin().map(&event).await;
    let other = json!({"eventId": event.id, "seatIds": ["seat_A2"]});
    ann.post_with_key("/hold-seats", &key, &other).await.refused(400, "invalid_data");
    unchanged(&before, &world.admin().map(&event).await, "a key used for something else");
}

#[tokio::test]
async fn keys_belong_to_one_buyer_and_one_route() {
    let world = World::new().await;
    let (event, ann, bob, key) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"), fresh_id());
    ann.post_with_key("/hold-seats", &key, &json!({"eventId": event.id, "seatIds": ["seat_A1"]})).await.ok();
    let bobs = bob.post_with_key("/hold-seats", &key, &json!({"eventId": event.id, "seatIds": ["seat_A2"]})).await.ok();
    bobs.has("heldSeats", json!(["seat_A2"]));
    ann.post_with_key("/confirm", &key, &json!({"eventId": event.id, "seatIds": ["seat_A1"]})).await.ok();
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1"]});
    ann.post_with_key("/hold-seats", &"k".repeat(129), &body).await.refused(400, "invalid_data");
    ann.post_with_key("/hold-seats", "", &body).await.refused(400, "invalid_data");
    assert_eq!(ann.held_seats(&event).await, Vec::<String>::new());
    ann.post_with_key("/hold-seats", &"k".repeat(128), &body).await.ok();
}

#[tokio::test]
async fn the_first_answer_stands_though_a_rule_was_changed_in_between() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    let unknown = json!({"eventId": event.id, "seatIds": ["seat_Z9"]});
    let too_long = json!({"eventId": event.id, "seatIds": ["seat_A1"], "holdDurationMinutes": 45});
    let nowhere = json!({"eventId": event.id, "tableId": "table_new"});
    let held = json!({"eventId": event.id, "seatIds": ["seat_B1"]});
    let keys: Vec<String> = (0..4).map(|_| fresh_id()).collect();
    let first = [
        ann.post_with_key("/hold-seats", &keys[0], &unknown).await.refused(400, "invalid_data"),
        ann.post_with_key("/hold-seats", &keys[1], &too_long).await.refused(400, "invalid_data"),
        ann.post_with_key("/hold-table", &keys[2], &nowhere).await.refused(404, "not_found"),
        ann.post_with_key("/hold-seats", &keys[3], &held).await.ok(),
    ];
    let mut layout = crate::fixture::theatre();
    let mut seat = layout["seats"][0].clone();
    seat["id"] = "seat_Z9".into();
    layout["seats"].as_array_mut().expect("seats").push(seat);
    let mut table = layout["items"][0].clone();
    table["id"] = "table_new".into();
    layout["items"].as_array_mut().expect("items").push(table);
    admin.put_layout(&event.layout_id, &layout).await.ok();
    let rules = json!({"layoutVersion": "newest", "rules": {"maxHoldMinutes": 60}});
    admin.put_event(&event.id, &crate::world::event_document(&event.layout_id, rules)).await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    equal(&ann.post_with_key("/hold-seats", &keys[0], &unknown).await, &first[0]);
    equal(&ann.post_with_key("/hold-seats", &keys[1], &too_long).await, &first[1]);
    equal(&ann.post_with_key("/hold-table", &keys[2], &nowhere).await, &first[2]);
    let closed = json!({"layoutVersion": "newest", "salesCloseAt": "2026-01-01T00:00:00Z"});
    admin.put_event(&event.id, &crate::world::event_document(&event.layout_id, closed)).await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    equal(&ann.post_with_key("/hold-seats", &keys[3], &held).await, &first[3]);
    ann.hold(&event, &["seat_B1"]).await.ok();
    ann.hold(&event, &["seat_B2"]).await.refused(409, "sales_closed");
}

#[tokio::test]
async fn a_key_is_good_for_its_own_path_only() {
    let world = World::new().await;
    let (event, ann, key) = (world.theatre().await, world.buyer("ann"), fresh_id());
    let (one, two) = (ann.buy(&event, &["seat_A1"]).await, ann.buy(&event, &["seat_A2"]).await);
    for id in [one, two] {
        ann.post_with_key(&format!("/bookings/{id}/cancel"), &key, &json!({})).await.ok();
    }
    assert!(ann.map(&event).await.values().all(|seat| seat["status"] == "available"));
}
