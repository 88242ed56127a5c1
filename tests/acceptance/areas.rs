//! Places of areas: seats without a number, held by their count, and seats like any other from then on.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::expiry::{expired, hold_shortly};
use crate::fixture::{self, FLOOR, PIT, places};
use crate::person::{Person, about, refs};
use crate::watch::eventually;
use crate::world::{Event, World};

/// What the layout says of an area to this person.
async fn area(person: &Person, event: &Event, id: &str) -> Value {
    let layout = person.layout(event).await.ok();
    let area = layout.list("areas").iter().find(|area| area["id"] == id).cloned();
    area.unwrap_or_else(|| panic!("{}", layout.story(&format!("the area {id}"))))
}

/// How many places of an area are available, held and booked.
async fn counts(world: &World, event: &Event, id: &str) -> [u64; 3] {
    let area = area(&world.anyone(), event, id).await;
    ["available", "held", "booked"].map(|status| area[status].as_u64().unwrap_or_else(|| panic!("{status} of {area}")))
}

/// The held places, each once, and all of the area, which has so many.
#[track_caller]
fn places_of(answer: &Answer, area: &str, capacity: usize) -> Vec<String> {
    let (held, all) = (answer.strings("heldSeats"), places(area, capacity));
    let are_sound = held.iter().all(|place| all.contains(place)) && BTreeSet::from_iter(&held).len() == held.len();
    assert!(are_sound, "{}", answer.story(&format!("places of {area}, each once")));
    held
}

#[tokio::test]
async fn places_are_held_by_their_count_and_the_answer_is_that_of_a_hold() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let held = ann.hold_area(&event, "floor", 4).await.ok().says("Successfully held 4 seats");
    let held = held.has("eventId", event.id.clone()).has("totalAmount", 100).has("currency", "USD");
    let held = held.has("together", true).has("conflictingSeats", json!([])).has("conflicts", json!([]));
    assert!(!held.text("holdId").is_empty() && held.text("expiresAt") > held.text("serverTime"));
    let mut mine = places_of(&held, "floor", FLOOR);
    assert_eq!(mine.len(), 4, "{}", held.story("four places"));
    mine.sort_unstable();
    assert_eq!(ann.held_seats(&event).await, mine);
    assert_eq!(counts(&world, &event, "floor").await, [26, 4, 0]);
    assert_eq!(counts(&world, &event, "pit").await, [5, 0, 0]);
}

#[tokio::test]
async fn places_and_seats_of_one_buyer_share_a_hold_and_its_timer() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let first = ann.hold_for(&event, &["stand_1"], 5.0).await.ok();
    let long = json!({"areaId": "floor", "quantity": 2, "holdDurationMinutes": 20});
    let more = ann.post("/hold-area", &about(&event, long)).await.ok().has("totalAmount", 50);
    let again = ann.hold_area(&event, "floor", 3).await.ok().has("totalAmount", 75);
    for held in [more, again] {
        held.has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
    }
    let holds = ann.holds(&event).await;
    assert_eq!((holds.len(), holds[0]["totalAmount"].as_f64()), (1, Some(185.0)), "{holds:?}");
    assert_eq!(ann.held_seats(&event).await.len(), 6, "asking again is asking for more");
}

#[tokio::test]
async fn a_place_is_held_by_its_id_like_any_seat() {
    let world = World::new().await;
    let (event, ann, bob) = (world.event(fixture::festival()).await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["place_floor_7", "stand_1"]).await.ok().has("totalAmount", 85);
    let refused = bob.hold(&event, &["place_floor_7", "place_floor_8"]).await.refused(409, "seat_held");
    refused.has("conflicts", json!([{"seatId": "place_floor_7", "code": "seat_held"}]));
    for none in ["place_floor_30", "place_floor_07", "place_floor_", "place_stand_1", "floor"] {
        let refused = bob.hold(&event, &[none]).await.refused(400, "invalid_data");
        refused.says(&format!("Invalid seat IDs: {none}"));
    }
    // Whoever asks for the rest gets every other place.
    let rest = places_of(&bob.hold_area(&event, "floor", FLOOR - 1).await.ok(), "floor", FLOOR);
    assert!(!rest.contains(&"place_floor_7".to_owned()), "{rest:?}");
    bob.hold(&event, &["place_floor_8"]).await.ok();
}

#[tokio::test]
async fn an_areas_id_is_the_same_in_whichever_form_it_is_written() {
    let world = World::new().await;
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    let mut layout = fixture::festival();
    layout["areas"][1]["id"] = json!(decomposed);
    let (event, ann) = (world.event(layout).await, world.buyer("ann"));
    for (id, held) in [(composed, 1), (decomposed, 2)] {
        ann.hold_area(&event, id, 1).await.ok();
        let layout = ann.layout(&event).await.ok();
        assert_eq!(layout.list("areas")[1]["held"], held, "{}", layout.story("the area whatever it is called"));
    }
    ann.release_with(&event, json!({})).await.ok();
    ann.hold(&event, &[&format!("place_{composed}_0"), &format!("place_{decomposed}_1")]).await.ok();
    world.buyer("bob").hold_area(&event, composed, 4).await.refused(409, "sold_out");
    world.buyer("bob").hold_area(&event, decomposed, 3).await.ok();
}

#[tokio::test]
async fn places_are_confirmed_released_and_cancelled_by_id_and_whole() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let mine = places_of(&ann.hold_area(&event, "floor", 6).await.ok(), "floor", FLOOR);
    let mine = refs(&mine);
    let booked = ann.confirm(&event, &mine[..2]).await.ok().says("Successfully booked 2 seats").has("totalAmount", 50);
    let sold: Vec<Value> =
        mine[..2].iter().map(|id| json!({"seatId": id, "categoryId": "standing", "price": 25})).collect();
    let booked = booked.has("seats", sold);
    ann.release(&event, &mine[2..3]).await.ok().lists("releasedSeats", &mine[2..3]);
    assert_eq!(counts(&world, &event, "floor").await, [25, 3, 2]);
    ann.release(&event, &mine[2..3]).await.refused(409, "not_held");

    let path = format!("/bookings/{}/cancel", booked.text("bookingId"));
    ann.post(&path, &json!({"seatIds": [mine[0]]})).await.ok();
    assert_eq!(counts(&world, &event, "floor").await, [26, 3, 1]);
    let rest = ann.confirm_with(&event, json!({})).await.ok().says("Successfully booked 3 seats");
    assert_eq!(counts(&world, &event, "floor").await, [26, 0, 4]);
    ann.cancel(&rest.text("bookingId")).await.ok();
    ann.hold_area(&event, "floor", 2).await.ok();
    let released = ann.release_with(&event, json!({})).await.ok().says("Successfully released 2 seats");
    assert_eq!(released.strings("releasedSeats").len(), 2);
    ann.hold_area(&event, "floor", 3).await.ok();
    let extended = ann.post("/extend", &about(&event, json!({}))).await.ok();
    assert_eq!(extended.strings("seatIds").len(), 3, "{}", extended.story("the places of the hold"));
    ann.post("/session/end", &json!({})).await.ok();
    assert_eq!(counts(&world, &event, "floor").await, [29, 0, 1]);
}

#[tokio::test]
async fn where_fewer_are_free_than_wanted_it_is_sold_out_until_some_are_free_again() {
    let world = World::new().await;
    let (event, ann, bob) = (world.event(fixture::festival()).await, world.buyer("ann"), world.buyer("bob"));
    ann.hold_area(&event, "pit", 3).await.ok();
    bob.hold_area(&event, "pit", 3).await.refused(409, "sold_out").says("Sold Out");
    assert!(bob.held_seats(&event).await.is_empty(), "all of them or none");
    bob.hold_area(&event, "pit", 2).await.ok();
    assert_eq!(counts(&world, &event, "pit").await, [0, 5, 0]);
    let carol = world.buyer("carol");
    carol.hold_area(&event, "pit", 1).await.refused(409, "sold_out").says("Sold Out");
    carol.hold_area(&event, "floor", 1).await.ok();
    ann.release_with(&event, json!({})).await.ok();
    carol.hold_area(&event, "pit", 3).await.ok();
    let booking = bob.confirm_with(&event, json!({})).await.ok().text("bookingId");
    ann.hold_area(&event, "pit", 2).await.refused(409, "sold_out");
    bob.cancel(&booking).await.ok();
    ann.hold_area(&event, "pit", 2).await.ok();
}

#[tokio::test]
async fn places_whose_hold_is_over_are_held_by_others() {
    let world = World::new().await;
    let (event, ann, bob) = (world.event(fixture::festival()).await, world.buyer("ann"), world.buyer("bob"));
    let pit = places("pit", PIT);
    let short = hold_shortly(&ann, &event, &refs(&pit)).await;
    bob.hold_area(&event, "pit", 1).await.refused(409, "sold_out");
    expired(&short).await;
    eventually("all places of the pit are Bob's", || async { bob.hold_area(&event, "pit", PIT).await.status == 200 })
        .await;
    assert_eq!(counts(&world, &event, "pit").await, [0, 5, 0]);
}

#[tokio::test]
async fn watchers_and_snapshots_tell_of_places_as_of_seats() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let mut early = world.buyer("early").watch(&event).await;
    let held = ann.hold_area(&event, "floor", 3).await.ok();
    let mine = places_of(&held, "floor", FLOOR);
    for place in &mine {
        early.until_seat_is(place, "held").await;
        let seen = early.sees(place);
        assert_eq!((seen.version, seen.hold_expires_at), (1, Some(held.text("expiresAt"))), "{place}");
    }
    ann.confirm(&event, &refs(&mine[..2])).await.ok();
    ann.release(&event, &refs(&mine[2..])).await.ok();
    let mut late = world.buyer("late").watch(&event).await;
    for watcher in [&mut early, &mut late] {
        for (place, status) in mine.iter().zip(["booked", "booked", "available"]) {
            watcher.until_seat_is(place, status).await;
            assert_eq!(watcher.sees(place).version, 2, "{place}");
        }
        assert!(places("floor", FLOOR).iter().all(|place| mine.contains(place) || watcher.sees(place).version == 0));
    }
    early.until("places among the booked seats", |early| mine[..2].iter().all(|id| early.booked.contains(id))).await;
}

#[tokio::test]
async fn an_area_that_is_not_for_sale_is_sold_out_and_its_places_are_blocked() {
    let world = World::new().await;
    let unsold = json!({"prices": {"standing": null}});
    let (event, ann) = (world.event_with(fixture::festival(), unsold).await, world.buyer("ann"));
    ann.hold_area(&event, "floor", 1).await.refused(409, "sold_out").says("Sold Out");
    ann.hold(&event, &["place_floor_0"]).await.refused(409, "seat_blocked");
    let floor = area(&ann, &event, "floor").await;
    assert_eq!((&floor["blocked"], &floor["available"]), (&json!(FLOOR), &json!(0)), "{floor}");
    ann.hold_area(&event, "pit", 1).await.ok();
}

#[tokio::test]
async fn of_forty_who_want_one_of_thirty_places_at_once_thirty_get_one_each() {
    let world = World::new().await;
    let (event, buyers) = (world.event(fixture::festival()).await, world.buyers(FLOOR + 10));
    let answers = join_all(buyers.iter().map(|buyer| buyer.hold_area(&event, "floor", 1))).await;
    let mut owners: BTreeSet<String> = BTreeSet::new();
    for answer in answers {
        match answer.status {
            200 => {
                assert!(owners.insert(places_of(&answer, "floor", FLOOR).remove(0)), "{}", answer.story("a free one"))
            }
            _ => drop(answer.refused(409, "sold_out").says("Sold Out")),
        }
    }
    assert_eq!(owners.len(), FLOOR);
    assert_eq!(counts(&world, &event, "floor").await, [0, 30, 0]);
}
