//! Every example of seeds/1, with its own words. The theatre is a copy under an id of its own, except in the last test.

use std::collections::BTreeSet;

use futures::future::join;
use serde_json::{Value, json};

use crate::fixture::{THEATRE_SEATS, vip_table};
use crate::person::{about, refs};
use crate::world::{Engine, Event, World, fresh_id};

#[tokio::test]
async fn example_1_individual_seats_are_held_then_booked() {
    let world = World::new().await;
    let (event, john) = (world.theatre().await, world.buyer("john"));
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1", "seat_A2", "seat_A3"],
                      "holdDurationMinutes": 10, "reason": "payment_processing"});

    let held = john.post("/hold-seats", &body).await.ok().says("Successfully held 3 seats");
    held.has("heldSeats", json!(["seat_A1", "seat_A2", "seat_A3"]))
        .has("conflictingSeats", json!([]))
        .has("totalAmount", 450.00);

    let transaction = format!("stripe_tx_{}", fresh_id());
    let confirm = json!({
        "seatIds": ["seat_A1", "seat_A2", "seat_A3"],
        "contactInfo": {"name": "John Smith", "email": "john.smith@email.com", "phone": "+1234567890"},
        "paymentInfo": {"method": "card", "transactionId": transaction, "gateway": "stripe"},
        "notes": "Birthday celebration booking",
    });
    let booked = john.confirm_with(&event, confirm).await;
    let booked = booked.ok().says("Successfully booked 3 seats").has("totalAmount", 450.00);
    assert!(!booked.text("bookingId").is_empty());
}

#[tokio::test]
async fn example_2_a_table_is_held_then_booked() {
    let world = World::new().await;
    let (event, team) = (world.theatre().await, world.buyer("team"));
    let hold = json!({"tableId": "table_VIP_001", "holdDurationMinutes": 15, "reason": "payment_processing"});

    let held = team
        .post("/hold-table", &about(&event, hold))
        .await
        .ok()
        .says("Successfully held table table_VIP_001 with 8 seats");
    held.has("heldSeats", json!(vip_table())).has("conflictingSeats", json!([])).has("totalAmount", 1200.00);

    let transaction = format!("wire_transfer_{}", fresh_id());
    let confirm = json!({
        "tableIds": ["table_VIP_001"],
        "contactInfo": {"name": "Corporate Event Team", "email": "events@company.com", "phone": "+1987654321"},
        "paymentInfo": {"method": "bank_transfer", "transactionId": transaction, "gateway": "internal"},
        "specialRequests": "Need wheelchair accessibility",
    });
    let booked = team.confirm_with(&event, confirm).await;
    booked.ok().says("Successfully booked 8 seats").has("totalAmount", 1200.00);
}

#[tokio::test]
async fn example_3_seats_and_a_table_are_booked_together() {
    let world = World::new().await;
    let (event, party) = (world.theatre().await, world.buyer("party"));
    party.hold(&event, &["seat_B5", "seat_B6"]).await.ok();
    party.hold_table(&event, "table_standard_002").await.ok();

    let confirm = json!({
        "seatIds": ["seat_B5", "seat_B6"], "tableIds": ["table_standard_002"],
        "contactInfo": {"name": "Wedding Party", "email": "wedding@example.com", "phone": "+1555000123"},
        "notes": "Bride's family table plus extra seats",
    });
    let booked = party.confirm_with(&event, confirm).await;
    booked.ok().says("Successfully booked 8 seats").has("totalAmount", 600.00);
}

#[tokio::test]
async fn example_4_the_layout_describes_hall_categories_and_tables() {
    let world = World::new().await;
    let event = world.theatre().await;
    let layout = world.anyone().layout(&event).await.ok();
    let head = &layout["layout"];
    shows(head, &json!({"name": "Grand Theater Main Hall", "canvasW": 1200, "canvasH": 800}));
    let vip = json!({"name": "VIP", "color": "#FFD700", "price": 150.00});
    shows(with_id(&head["categories"], "vip"), &vip);
    let standard = json!({"name": "Standard", "color": "#4CAF50", "price": 75.00});
    shows(with_id(&head["categories"], "standard"), &standard);
    let table = json!({"type": "table", "pos": {"x": 600, "y": 100}, "size": {"x": 80, "y": 80}, "rot": 0,
                       "lbl": "VIP Table 1", "shp": "round", "sc": 8});
    shows(with_id(&layout["items"], "table_VIP_001"), &table);
}

#[tokio::test]
async fn example_4_the_layout_shows_an_available_a_held_and_a_booked_seat() {
    let world = World::new().await;
    let (event, holder, owner) = (world.theatre().await, world.buyer("holder"), world.buyer("owner"));
    let expires_at = holder.hold(&event, &["seat_A2"]).await.ok().text("expiresAt");
    owner.buy(&event, &["seat_A3"]).await;

    let layout = world.admin().layout(&event).await.ok();
    let free = json!({"position": {"x": 100, "y": 50}, "size": {"x": 24, "y": 24}, "categoryId": "vip", "rotation": 0,
                      "rowLabel": "A", "seatNumber": 1, "status": "available", "bookedBy": null, "heldBy": null,
                      "holdExpiresAt": null, "bookedAt": null, "bookedPrice": null});
    shows(with_id(&layout["seats"], "seat_A1"), &free);
    let held = json!({"status": "held", "bookedBy": null, "heldBy": holder.sub, "holdExpiresAt": expires_at,
                      "bookedAt": null, "bookedPrice": null});
    shows(with_id(&layout["seats"], "seat_A2"), &held);
    let booked = json!({"status": "booked", "bookedBy": owner.sub, "heldBy": null, "holdExpiresAt": null,
                        "bookedPrice": 150.00});
    let seat = with_id(&layout["seats"], "seat_A3");
    shows(seat, &booked);
    assert!(seat["bookedAt"].is_string(), "{seat}");
    for (status, count) in [("available", THEATRE_SEATS - 2), ("booked", 1), ("held", 1)] {
        let count = json!({"_id": status, "count": count});
        assert!(layout.list("stats").contains(&count), "{}", layout.story(&format!("{count}")));
    }
}

#[tokio::test]
async fn example_4_the_viewport_is_taken_as_the_seed_writes_it() {
    let world = World::new().await;
    let event = world.theatre().await;
    let path = format!(r#"/layout/{}?viewport={{"x":0,"y":0,"width":175,"height":80}}"#, event.id);
    let layout = world.anyone().get(&path).await.ok();
    let ids: Vec<&str> = layout.list("seats").iter().filter_map(|seat| seat["id"].as_str()).collect();
    assert_eq!(ids, ["seat_A1", "seat_A2", "seat_A3"], "{}", layout.story("A1 to A3"));
}

#[tokio::test]
async fn example_4_the_seeds_own_viewport_shows_the_seats_and_tables_within_it() {
    let world = World::new().await;
    let event = world.theatre().await;
    let path = format!(r#"/layout/{}?viewport={{"x":0,"y":0,"width":800,"height":600}}"#, event.id);
    let (all, part) = (world.anyone().layout(&event).await.ok(), world.anyone().get(&path).await.ok());
    assert_eq!(part["layout"], all["layout"], "{}", part.story("the same head"));
    assert_eq!(part["stats"], all["stats"], "{}", part.story("the whole event counted"));
    let ids =
        |list: &Value| -> Vec<Value> { list.as_array().into_iter().flatten().map(|one| one["id"].clone()).collect() };
    assert_eq!(ids(&part["items"]), ["table_VIP_001", "stage"], "{}", part.story("what lies left of 800"));
    let (shown, every) = (ids(&part["seats"]), ids(&all["seats"]));
    assert_eq!(shown[..60], every[..60], "{}", part.story("all rows"));
    assert!(shown.contains(&json!("seat_table_VIP_001_0")), "{}", part.story("the seats of the table"));
}

#[tokio::test]
async fn example_5_of_two_buyers_who_race_for_a_seat_one_wins() {
    let world = World::new().await;
    let (event, a, b) = (world.theatre().await, world.buyer("a"), world.buyer("b"));
    let (first, second) = join(a.hold(&event, &["seat_A5"]), b.hold(&event, &["seat_A5"])).await;
    let (winner, loser) = if first.status == 200 { (first, second) } else { (second, first) };

    winner.ok().says("Successfully held 1 seats").has("heldSeats", json!(["seat_A5"])).has("totalAmount", 75.00);
    let loser = loser.refused(409, "seat_held").says("Some seats are already held by another user");
    loser.has("conflictingSeats", json!(["seat_A5"]));
}

#[tokio::test]
async fn example_7_an_invalid_seat_id_is_named() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let answer = ann.hold(&event, &["seat_INVALID1", "seat_INVALID2"]).await;
    answer.refused(400, "invalid_data").says("Invalid seat IDs: seat_INVALID1, seat_INVALID2");
}

#[tokio::test]
async fn example_7_seats_no_longer_held_are_named() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    ann.release_with(&event, json!({})).await.ok();
    let answer = ann.confirm(&event, &["seat_A1", "seat_A2"]).await;
    answer.refused(409, "not_held").says("User does not hold all required seats: seat_A1, seat_A2");
}

#[tokio::test]
async fn example_7_more_than_50_seats_are_too_many() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let answer = ann.hold(&event, &refs(&event.seats[..51])).await;
    answer.refused(400, "invalid_data").says("Cannot hold more than 50 seats at once");
}

#[tokio::test]
async fn example_8_up_to_50_seats_are_held_in_one_call() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &refs(&event.seats[..50])).await.ok().says("Successfully held 50 seats");
    assert_eq!(held.strings("heldSeats").len(), 50);
}

#[tokio::test]
async fn example_8_a_group_of_seats_is_held_in_one_call_that_names_its_user() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let body = json!({"eventId": event.id, "seatIds": ["seat_A1", "seat_A2", "seat_B1", "seat_B2"],
                      "userId": ann.sub, "holdDurationMinutes": 10});
    let held = ann.post("/hold-seats", &body).await.ok().says("Successfully held 4 seats");
    held.has("heldSeats", body["seatIds"].clone()).has("conflictingSeats", json!([])).has("totalAmount", 450);
}

#[tokio::test]
async fn example_9_the_statistics_count_seats_and_revenue() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.buy(&event, &["seat_A1", "seat_B1", "seat_B2"]).await;
    bob.hold(&event, &["seat_A2"]).await.ok();

    let stats = world.admin().stats(&event).await.ok().has("eventId", event.id.clone());
    let stats = stats.has("totalSeats", THEATRE_SEATS).has("bookedSeats", 3).has("heldSeats", 1);
    let stats = stats.has("availableSeats", THEATRE_SEATS - 4).has("revenue", 300.00);
    shows(&stats["categoryBreakdown"]["vip"], &json!({"total": 12, "booked": 1, "revenue": 150}));
    shows(&stats["categoryBreakdown"]["standard"], &json!({"total": THEATRE_SEATS - 12, "booked": 2, "revenue": 150}));
}

#[tokio::test]
async fn the_demo_theatre_is_there_with_its_500_seats() {
    let world = World::new().await;
    let id = "64f123456789abcd12345678".to_owned();
    let demo = Event { id: id.clone(), layout_id: String::new(), seats: Vec::new() };
    let layout = world.anyone().layout(&demo).await;
    if world.engine == Engine::Other && layout.status == 404 {
        return; // Demo data is not part of every deployment.
    }
    let layout = layout.ok();
    assert_eq!((&layout["layout"]["name"], &layout["layout"]["id"]), (&json!("Grand Theater Main Hall"), &json!(id)));
    assert_eq!(
        layout.list("stats").iter().filter_map(|s| s["count"].as_u64()).sum::<u64>(),
        500,
        "{}",
        layout.story("500")
    );
    let ids: BTreeSet<&str> = layout.list("seats").iter().filter_map(|seat| seat["id"].as_str()).collect();
    let documented = [
        "seat_A1",
        "seat_A2",
        "seat_A3",
        "seat_A5",
        "seat_B1",
        "seat_B2",
        "seat_B5",
        "seat_B6",
        "seat_table_VIP_001_7",
    ];
    for seat in documented {
        assert!(ids.contains(seat), "the demo theatre has no {seat}");
    }
    for table in ["table_VIP_001", "table_standard_002"] {
        assert!(layout.list("items").iter().any(|item| item["id"] == table), "the demo theatre has no {table}");
    }
    let hold_nothing = about(&demo, json!({"seatIds": ["seat_INVALID1"]}));
    world
        .buyer("ann")
        .post("/hold-seats", &hold_nothing)
        .await
        .refused(400, "invalid_data")
        .says("Invalid seat IDs: seat_INVALID1");
}

#[track_caller]
fn with_id<'a>(list: &'a Value, id: &str) -> &'a Value {
    let mut all = list.as_array().into_iter().flatten();
    all.find(|one| one["id"] == id).unwrap_or_else(|| panic!("no {id} in {list}"))
}

/// The value has these fields, with numbers of equal worth.
#[track_caller]
fn shows(got: &Value, fields: &Value) {
    for (field, wanted) in fields.as_object().expect("fields") {
        let same = crate::answer::same(&got[field], wanted) || points_agree(&got[field], wanted);
        assert!(same, "{field} should be {wanted} in {got}");
    }
}

/// Points are equal when both numbers are worth the same.
fn points_agree(a: &Value, b: &Value) -> bool {
    ["x", "y"].iter().all(|axis| a[axis].is_number() && crate::answer::same(&a[axis], &b[axis]))
}
