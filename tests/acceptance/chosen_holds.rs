//! What holds of places and of the best seats have in common with every other hold: timer, limits, keys. Their
//! ticket types stand in `chosen_types`.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::hall::Hall;
use crate::person::{Person, about, unchanged};
use crate::world::{Event, World, fresh_id};

/// Both ways to hold what is chosen: a path, and the fields that ask for `quantity`.
pub(crate) fn both(quantity: Value) -> [(&'static str, Value); 2] {
    [
        ("/hold-area", json!({"areaId": "floor", "quantity": quantity})),
        ("/best-available", json!({"quantity": quantity, "together": false})),
    ]
}

pub(crate) async fn festival(world: &World, fields: Value) -> Event {
    world.event_with(fixture::festival(), fields).await
}

pub(crate) async fn hold(person: &Person, event: &Event, (path, fields): (&str, Value)) -> Answer {
    person.post(path, &about(event, fields)).await
}

#[tokio::test]
async fn the_best_seats_are_held_and_the_answer_is_that_of_a_hold() {
    let world = World::new().await;
    let (hall, ann) = (Hall::open(&world, &["....."], 0).await, world.buyer("ann"));
    let held = ann.hold_best(&hall.event, json!({"quantity": 2})).await.ok().says("Successfully held 2 seats");
    let held = held.has("eventId", hall.event.id.clone()).has("heldSeats", json!(["r0c0", "r0c1"]));
    let held = held.has("totalAmount", 20).has("currency", "USD").has("together", true);
    let held = held.has("conflictingSeats", json!([])).has("conflicts", json!([]));
    assert!(!held.text("holdId").is_empty() && held.text("expiresAt") > held.text("serverTime"));
    assert_eq!(ann.seat(&hall.event, "r0c0").await["holdExpiresAt"], held["expiresAt"]);
    // What I hold is not chosen again; it is one hold with one timer.
    let long = json!({"quantity": 3, "holdDurationMinutes": 20});
    let more = ann.hold_best(&hall.event, long).await.ok().has("heldSeats", json!(["r0c2", "r0c3", "r0c4"]));
    more.has("holdId", held["holdId"].clone()).has("expiresAt", held["expiresAt"].clone());
    assert_eq!(ann.holds(&hall.event).await.len(), 1);
    ann.confirm_with(&hall.event, json!({})).await.ok().has("totalAmount", 50);
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_field_and_holds_nothing() {
    let world = World::new().await;
    let (event, ann) = (festival(&world, json!({})).await, world.buyer("ann"));
    let whole = "quantity must be a whole number from 1 to 50";
    for (quantity, why) in [
        (json!(null), "quantity is missing"),
        (json!(0), whole),
        (json!(-1), whole),
        (json!(1.5), whole),
        (json!("2"), whole),
        (json!(51), "Cannot hold more than 50 seats at once"),
    ] {
        for request in both(quantity) {
            hold(&ann, &event, request).await.refused(400, "invalid_data").says(why);
        }
    }
    let best = |fields: Value| ("/best-available", fields);
    for (request, why) in [
        (("/hold-area", json!({"quantity": 1})), "areaId is missing"),
        (("/hold-area", json!({"quantity": 1, "areaId": "floor", "seatIds": ["stand_1"]})), "seatIds is not a known"),
        (("/hold-area", json!({"quantity": 1, "areaid": "floor"})), "areaid is not a known"),
        (best(json!({"quantity": 1, "tableId": "t"})), "tableId is not a known"),
        (best(json!({"quantity": 1, "accessible": 2})), "accessible must be at most the quantity"),
        (best(json!({"quantity": 1, "accessible": -1})), "accessible must be"),
        (best(json!({"quantity": 1, "together": "no"})), "together must be"),
        (best(json!({"quantity": 1, "categoryId": 7})), "categoryId must be"),
    ] {
        let refused = hold(&ann, &event, request).await.refused(400, "invalid_data");
        assert!(refused.message().starts_with(why), "{}", refused.story(why));
    }
    assert!(ann.held_seats(&event).await.is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_nobody_holds_without_a_token() {
    let world = World::new().await;
    let (event, ann) = (festival(&world, json!({})).await, world.buyer("ann"));
    ann.hold_area(&event, "attic", 1).await.refused(404, "not_found");
    for request in both(json!(1)) {
        let nowhere = Event { id: fresh_id(), ..event.clone() };
        hold(&ann, &nowhere, request.clone()).await.refused(404, "not_found");
        hold(&world.anyone(), &event, request).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn nothing_is_chosen_outside_the_sales_window() {
    let world = World::new().await;
    let future = json!({"salesOpenAt": "2030-01-01T00:00:00.000Z", "salesCloseAt": "2031-01-01T00:00:00.000Z"});
    let event = festival(&world, future).await;
    for request in both(json!(1)) {
        hold(&world.buyer("ann"), &event, request).await.refused(409, "sales_closed");
    }
}

#[tokio::test]
async fn an_events_limits_hold_for_what_is_chosen_too() {
    let world = World::new().await;
    let small = festival(&world, json!({"rules": {"maxSeatsPerHold": 4}})).await;
    let few = festival(&world, json!({"rules": {"maxSeatsPerBuyer": 4}})).await;
    for (five, (three, two)) in both(json!(5)).into_iter().zip(both(json!(3)).into_iter().zip(both(json!(2)))) {
        let ann = world.buyer("ann");
        let refused = hold(&ann, &small, five.clone()).await.refused(400, "invalid_data");
        refused.says("Cannot hold more than 4 seats at once");
        hold(&ann, &few, five).await.refused(409, "limit_exceeded");
        for event in [&small, &few] {
            hold(&ann, event, three.clone()).await.ok();
            hold(&ann, event, two.clone()).await.refused(409, "limit_exceeded");
        }
        ann.confirm_with(&few, json!({})).await.ok();
        hold(&ann, &few, two).await.refused(409, "limit_exceeded");
    }
}

#[tokio::test]
async fn an_admin_holds_for_a_buyer_and_nobody_else_does() {
    let world = World::new().await;
    let (event, ann, bob) = (festival(&world, json!({})).await, world.buyer("ann"), world.buyer("bob"));
    for (path, mut fields) in both(json!(2)) {
        fields["userId"] = json!(ann.sub);
        hold(&bob, &event, (path, fields.clone())).await.refused(403, "forbidden");
        hold(&world.admin(), &event, (path, fields.clone())).await.ok();
        hold(&ann, &event, (path, fields)).await.ok();
    }
    assert_eq!((ann.held_seats(&event).await.len(), bob.held_seats(&event).await.len()), (8, 0));
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_changes_nothing() {
    let world = World::new().await;
    let (event, admin) = (festival(&world, json!({})).await, world.admin());
    for (path, fields) in both(json!(2)) {
        let (ann, key, body) = (world.buyer("ann"), fresh_id(), about(&event, fields));
        let answers = join_all((0..8).map(|_| ann.post_with_key(path, &key, &body))).await;
        let first = answers[0].clone().ok();
        let before = (admin.map(&event).await, ann.held_seats(&event).await);
        assert_eq!(before.1.len(), 2, "{path}: one effect");
        for again in answers.into_iter().chain([ann.post_with_key(path, &key, &body).await]) {
            assert_eq!((again.status, &again.body), (200, &first.body), "{}", again.story("the first answer again"));
        }
        unchanged(&before.0, &admin.map(&event).await, path);
        assert_eq!(ann.held_seats(&event).await, before.1);
        ann.post_with_key(path, &fresh_id(), &body).await.ok();
        assert_eq!(ann.held_seats(&event).await.len(), 4, "another key asks for more");
    }
    // A refusal is given again too, though places are free by then.
    let (ann, bob, key) = (world.buyer("ann"), world.buyer("bob"), fresh_id());
    bob.hold_area(&event, "pit", 5).await.ok();
    let body = about(&event, json!({"areaId": "pit", "quantity": 1}));
    let first = ann.post_with_key("/hold-area", &key, &body).await.refused(409, "sold_out");
    bob.release_with(&event, json!({})).await.ok();
    assert_eq!(ann.post_with_key("/hold-area", &key, &body).await.body, first.body);
    ann.post("/hold-area", &body).await.ok();
}

#[tokio::test]
async fn one_buyer_who_asks_ten_times_at_once_has_ten_seats_in_one_hold() {
    let world = World::new().await;
    let (event, hall) = (festival(&world, json!({})).await, Hall::open(&world, &["............"], 5).await);
    for (event, request) in [(&event, both(json!(1))[0].clone()), (&hall.event, both(json!(1))[1].clone())] {
        let ann = world.buyer("ann");
        let answers = join_all((0..10).map(|_| hold(&ann, event, request.clone()))).await;
        let first = answers[0].clone().ok();
        let mut seats: Vec<String> = Vec::new();
        for answer in answers {
            let answer =
                answer.ok().has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
            seats.extend(answer.strings("heldSeats"));
        }
        seats.sort_unstable();
        assert_eq!(ann.held_seats(event).await, seats);
        seats.dedup();
        assert_eq!(seats.len(), 10, "{}: each another one", request.0);
    }
}

#[tokio::test]
async fn who_asks_again_in_a_rush_gets_other_seats_than_those_that_are_held_already() {
    let world = World::new().await;
    let (event, buyers) = (world.event(fixture::grid(8, 50)).await, world.buyers(60));
    let visits = buyers.iter().map(|buyer| async {
        for held in [2, 4] {
            let answer = buyer.hold_best(&event, json!({"quantity": 2})).await.ok();
            let seats = buyer.held_seats(&event).await;
            assert_eq!(seats.len(), held, "{}", answer.story(&format!("two more, not of {seats:?}")));
        }
    });
    join_all(visits).await;
    world.admin().stats(&event).await.ok().has("heldSeats", 4 * buyers.len());
}

#[tokio::test]
async fn who_chooses_while_others_do_is_never_told_that_a_seat_is_locked() {
    let world = World::new().await;
    let hall = Hall::open(&world, &[".........."; 5], 5).await;
    let buyers = world.buyers(30);
    let answers = join_all(buyers.iter().map(|buyer| buyer.hold_best(&hall.event, json!({"quantity": 1})))).await;
    let mut seats: Vec<String> = answers.into_iter().flat_map(|answer| answer.ok().strings("heldSeats")).collect();
    seats.sort_unstable();
    seats.dedup();
    assert_eq!(seats.len(), 30, "one each, and no seat twice");

    // Of forty more, of whom each wants two of the twenty that are left, nobody is refused for another's write either.
    let buyers = world.buyers(40);
    let pair = json!({"quantity": 2, "together": false});
    let answers = join_all(buyers.iter().map(|buyer| buyer.hold_best(&hall.event, pair.clone()))).await;
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    answers.into_iter().filter(|answer| answer.status != 200).for_each(|answer| drop(answer.refused(409, "sold_out")));
    let free = world.anyone().map(&hall.event).await.values().filter(|seat| seat["status"] == "available").count();
    assert_eq!((served, free), (10, 0));
}
