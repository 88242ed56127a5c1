//! Ticket types of what is chosen: named by their count, whose sum is the quantity.

use serde_json::{Value, json};

use crate::chosen_holds::{both, festival, hold};
use crate::person::about;
use crate::world::World;

/// Adults pay what the category costs, children 10 to stand and 30 to sit.
fn types() -> Value {
    let prices = json!({"standing": 10, "stand": 30});
    json!([{"id": "adult", "name": "Adult"}, {"id": "child", "name": "Child", "prices": prices}])
}

/// How many of the listed seats are of each type, and what they cost in all.
fn by_type(seats: &[Value]) -> (usize, usize, f64) {
    let of = |id: &str| seats.iter().filter(|seat| seat["ticketTypeId"] == id).count();
    (of("adult"), of("child"), seats.iter().filter_map(|seat| seat["price"].as_f64()).sum())
}

#[tokio::test]
async fn ticket_types_are_named_by_their_count_and_the_sum_is_the_quantity() {
    let world = World::new().await;
    let event = festival(&world, json!({"ticketTypes": types()})).await;
    for (path, fields, adult, child) in [
        ("/hold-area", json!({"areaId": "floor"}), 25.0, 10.0),
        ("/best-available", json!({"categoryId": "stand"}), 60.0, 30.0),
    ] {
        let ann = world.buyer("ann");
        let with = |more: Value| {
            let mut body = about(&event, fields.clone());
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let amount = adult + 2.0 * child;
        let held = ann.post(path, &with(json!({"ticketTypes": {"adult": 1, "child": 2}}))).await.ok();
        let held = held.has("totalAmount", amount);
        assert_eq!(by_type(held.list("seats")), (1, 2, amount), "{}", held.story("each seat with its type"));
        let named = with(json!({"quantity": 1, "ticketTypes": {"child": 1}}));
        ann.post(path, &named).await.ok().has("totalAmount", child);
        // Without a type a seat is of the first.
        ann.post(path, &with(json!({"quantity": 1}))).await.ok().has("totalAmount", adult);
        let listed = ann.holds(&event).await;
        let (adults, children, sum) = by_type(listed[0]["seats"].as_array().unwrap());
        assert_eq!((adults, children, sum), (2, 3, 2.0 * adult + 3.0 * child), "{listed:?}");
        let booked = ann.confirm_with(&event, json!({})).await.ok();
        assert_eq!(by_type(booked.list("seats")), (2, 3, sum), "{}", booked.story("the types of the hold"));
    }
    let stats = world.admin().stats(&event).await.ok();
    let sold = |id: &str| stats["ticketTypeBreakdown"][id]["booked"].as_u64();
    assert_eq!((sold("adult"), sold("child")), (Some(4), Some(6)), "{}", stats.story("four adults, six children"));
}

#[tokio::test]
async fn counts_of_ticket_types_that_do_not_fit_are_refused_by_name() {
    let world = World::new().await;
    let (event, ann) = (festival(&world, json!({"ticketTypes": types()})).await, world.buyer("ann"));
    let plain = festival(&world, json!({})).await;
    let sum = "quantity must be the sum of ticketTypes, 3, or be left out";
    for (at, quantity, types, why) in [
        (&event, json!(2), json!({"adult": 1, "child": 2}), sum),
        (&event, json!(null), json!({"adult": 30, "child": 21}), "Cannot hold more than 50 seats at once"),
        (&event, json!(1), json!({"senior": 1}), "ticketTypes: this event has no ticket type senior"),
        (&plain, json!(1), json!({"adult": 1}), "ticketTypes: this event has no ticket type adult"),
        (&event, json!(null), json!({"adult": -1}), "ticketTypes.adult must be a whole number from 0 to 50"),
        (&event, json!(null), json!({"adult": 0}), "ticketTypes must be of at least one seat"),
        // The form of hold-seats.
        (&event, json!(1), json!({"place_floor_1": "adult"}), "ticketTypes.place_floor_1 must be a whole number"),
        (&event, json!(1), json!(["adult"]), "ticketTypes must be an object"),
    ] {
        for (path, mut fields) in both(quantity) {
            fields["ticketTypes"] = types.clone();
            let refused = hold(&ann, at, (path, fields)).await.refused(400, "invalid_data");
            assert!(refused.message().starts_with(why), "{}", refused.story(why));
        }
    }
    assert!(ann.held_seats(&event).await.is_empty());
}
