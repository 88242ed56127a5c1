//! Booking in one step, with no hold before: what is booked, and what stands in the way.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::hall::Hall;
use crate::person::{about, unchanged};
use crate::world::{World, event_document, fresh_id, known_everywhere};

/// The seats of a booking, in its order.
#[track_caller]
fn seats(booked: &Answer) -> Vec<String> {
    booked.list("seats").iter().filter_map(|seat| seat["seatId"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn named_seats_are_booked_at_once_and_the_answer_is_that_of_a_confirm() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let details = json!({
        "seatIds": ["seat_A1", "seat_B1"], "contactInfo": {"name": "Ann"}, "notes": "by the aisle",
        "passengers": [{"name": "Ann"}], "specialRequests": "none",
        "paymentInfo": {"gateway": "stripe", "transactionId": fresh_id(), "status": "paid"},
    });
    let booked = ann.book(&event, details).await.ok().says("Booking Successful").has("totalAmount", 225);
    let booked = booked.has("currency", "USD").has("eventId", event.id.clone()).has("status", "confirmed");
    let booked = booked.has(
        "seats",
        json!([
            {"seatId": "seat_A1", "categoryId": "vip", "price": 150},
            {"seatId": "seat_B1", "categoryId": "standard", "price": 75},
        ]),
    );
    let record = ann.booking(&booked.text("bookingId")).await.ok();
    let record = &record["booking"];
    assert_eq!((&record["userId"], &record["contactInfo"]["name"]), (&json!(ann.sub), &json!("Ann")), "{record}");
    assert_eq!((&record["notes"], &record["orderId"]), (&json!("by the aisle"), &booked["orderId"]), "{record}");
    assert!(ann.holds(&event).await.is_empty(), "a booking is no hold");
    let orders = ann.get("/orders").await.ok();
    let order = &orders.list("orders")[0];
    assert_eq!((&order["status"], &order["bookingId"]), (&json!("paid"), &booked["bookingId"]), "{order}");

    let seat = ann.seat(&event, "seat_A1").await;
    assert_eq!((&seat["status"], &seat["version"]), (&json!("booked"), &json!(1)), "one change: {seat}");
    assert_eq!((&seat["bookedBy"], &seat["bookedPrice"]), (&json!(ann.sub), &json!(150)), "{seat}");
    world.admin().stats(&event).await.ok().has("bookedSeats", 2).has("heldSeats", 0).has("revenue", 225);
}

#[tokio::test]
async fn watchers_see_what_is_booked_in_one_step() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut watcher = world.buyer("watcher").watch(&event).await;
    ann.book(&event, json!({"seatIds": ["seat_A1"]})).await.ok();
    watcher.until_seat_is("seat_A1", "booked").await;
    watcher.until("A1 among the booked seats", |watcher| watcher.booked.contains("seat_A1")).await;
    watcher.agrees_with(&ann.map(&event).await).await;
}

#[tokio::test]
async fn without_seats_the_best_are_booked_and_one_where_nothing_is_said() {
    let world = World::new().await;
    let (hall, ann) = (Hall::open(&world, &["ac....", "(...)"], 3).await, world.buyer("ann"));
    let one = ann.book(&hall.event, json!({})).await.ok().says("Booking Successful").has("totalAmount", 10);
    assert_eq!(seats(&one).len(), 1, "{}", one.story("one seat"));
    let hall = Hall::open(&world, &["ac....", "(...)"], 3).await;
    for (wish, after) in [
        (json!({"quantity": 2}), ["acXX..", "(...)"]),
        (json!({"quantity": 2, "accessible": 1}), ["XX....", "(...)"]),
        (json!({"quantity": 3, "together": true}), ["ac....", "(XXX)"]),
        (json!({"quantity": 2, "together": true, "categoryId": "Seat"}), ["ac..XX", "(...)"]),
    ] {
        let booked = ann.book(&hall.event, wish.clone()).await.ok();
        assert_eq!(hall.with(&seats(&booked)), after, "{wish}");
    }
    ann.book(&hall.event, json!({})).await.refused(409, "sold_out").says("Sold Out");
    let (split, bob) = (Hall::open(&world, &[".#."], 0).await, world.buyer("bob"));
    bob.book(&split.event, json!({"quantity": 2})).await.refused(409, "not_together");
    bob.book(&split.event, json!({"quantity": 2, "together": false})).await.ok();
}

#[tokio::test]
async fn places_of_an_area_are_booked_by_their_count_and_by_their_id() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let booked = ann.book(&event, json!({"areaId": "pit", "quantity": 3})).await.ok().has("totalAmount", 135);
    assert!(seats(&booked).iter().all(|id| id.starts_with("place_pit_")), "{}", booked.story("places of the pit"));
    ann.book(&event, json!({"seatIds": ["place_floor_29"]})).await.ok().has("totalAmount", 25);
    ann.book(&event, json!({"areaId": "pit", "quantity": 3})).await.refused(409, "sold_out").says("Sold Out");
    ann.book(&event, json!({"areaId": "attic"})).await.refused(404, "not_found");
    let layout = ann.layout(&event).await.ok();
    let booked: Vec<&Value> = layout.list("areas").iter().map(|area| &area["booked"]).collect();
    assert_eq!(booked, [1, 3], "{}", layout.story("one on the floor, three in the pit"));
}

#[tokio::test]
async fn ticket_types_are_named_by_seat_or_by_count() {
    let world = World::new().await;
    let types = json!([{"id": "adult", "name": "Adult"}, {"id": "child", "name": "Child", "prices": {"vip": 20}}]);
    let event = world.event_with(fixture::theatre(), json!({"ticketTypes": types})).await;
    let ann = world.buyer("ann");
    let by_seat = json!({"seatIds": ["seat_A1", "seat_A2"], "ticketTypes": {"seat_A2": "child"}});
    let booked = ann.book(&event, by_seat).await.ok().has("totalAmount", 170);
    let told: Vec<&Value> = booked.list("seats").iter().map(|seat| &seat["ticketTypeId"]).collect();
    assert_eq!(told, ["adult", "child"], "{}", booked.story("each seat's type"));
    let by_count = json!({"categoryId": "vip", "ticketTypes": {"adult": 1, "child": 1}});
    ann.book(&event, by_count).await.ok().has("totalAmount", 170);
    let alone = json!({"categoryId": "vip", "ticketTypes": {"child": 1}, "quantity": 1});
    ann.book(&event, alone).await.ok().has("totalAmount", 20);
    for (wrong, why) in [
        (json!({"quantity": 3, "ticketTypes": {"adult": 2}}), "quantity must be the sum of ticketTypes, 2"),
        (json!({"ticketTypes": {"senior": 2}}), "ticketTypes: this event has no ticket type senior"),
        (json!({"seatIds": ["seat_B1"], "ticketTypes": {"adult": 1}}), "ticketTypes"),
        (json!({"seatIds": ["seat_B1"], "ticketTypes": {"seat_B2": "adult"}}), "ticketTypes names seats"),
    ] {
        let refused = ann.book(&event, wrong).await.refused(400, "invalid_data");
        assert!(refused.message().starts_with(why), "{}", refused.story(why));
    }
}

#[tokio::test]
async fn seats_that_others_have_are_named_with_what_became_of_each_and_none_is_booked() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    bob.hold(&event, &["seat_A1"]).await.ok();
    bob.book(&event, json!({"seatIds": ["seat_A2"]})).await.ok();
    let before = world.admin().map(&event).await;
    let wanted = json!({"seatIds": ["seat_A1", "seat_A2", "seat_A3"]});
    let refused = ann.book(&event, wanted).await.refused(409, "seat_held");
    let refused = refused.says("Some seats are already held by another user");
    refused.lists("conflictingSeats", &["seat_A1", "seat_A2"]).has(
        "conflicts",
        json!([{"seatId": "seat_A1", "code": "seat_held"}, {"seatId": "seat_A2", "code": "seat_booked"}]),
    );
    let refused = ann.book(&event, json!({"seatIds": ["seat_A3", "seat_A2"]})).await.refused(409, "seat_booked");
    refused.says("Some seats are already booked").has("conflictingSeats", json!(["seat_A2"]));
    unchanged(&before, &world.admin().map(&event).await, "bookings with a conflict");
    // One's own are no exception.
    bob.book(&event, json!({"seatIds": ["seat_A2"]})).await.refused(409, "seat_booked");
    let invalid = ann.book(&event, json!({"seatIds": ["seat_A3", "seat_Z9"]})).await.refused(400, "invalid_data");
    invalid.says("Invalid seat IDs: seat_Z9");
}

#[tokio::test]
async fn seats_of_a_category_without_a_price_are_blocked_by_name_and_sold_out_by_count() {
    let world = World::new().await;
    let event = world.event_with(fixture::theatre(), json!({"prices": {"vip": null}})).await;
    let ann = world.buyer("ann");
    let refused = ann.book(&event, json!({"seatIds": ["seat_A5", "seat_A1"]})).await.refused(409, "seat_blocked");
    refused.has("conflicts", json!([{"seatId": "seat_A1", "code": "seat_blocked"}]));
    ann.book(&event, json!({"categoryId": "vip"})).await.refused(409, "sold_out");
    ann.book(&event, json!({"quantity": 2})).await.ok().has("totalAmount", 150);
}

#[tokio::test]
async fn what_one_holds_is_booked_out_of_the_hold_at_the_price_it_was_held_at() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let dearer = event_document(&event.layout_id, json!({"prices": {"vip": 200}}));
    world.admin().put_event(&event.id, &dearer).await.ok();
    known_everywhere().await;
    ann.book(&event, json!({"seatIds": ["seat_A1", "seat_A3"]})).await.ok().has("totalAmount", 350);
    let left = ann.holds(&event).await;
    assert_eq!((left.len(), &left[0]["holdId"], &left[0]["seatIds"]), (1, &held["holdId"], &json!(["seat_A2"])));
    assert_eq!(left[0]["expiresAt"], held["expiresAt"], "the rest of the hold is as it was");
    ann.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
    // Seats that are chosen are others than those that one holds.
    let best = ann.book(&event, json!({"categoryId": "vip", "quantity": 1})).await.ok();
    assert_ne!(seats(&best), ["seat_A2"]);
    ann.confirm(&event, &["seat_A2"]).await.ok().has("totalAmount", 150);
}

#[tokio::test]
async fn of_twenty_who_book_one_seat_at_once_one_has_it() {
    let world = World::new().await;
    let (event, buyers) = (world.theatre().await, world.buyers(20));
    let answers = join_all(buyers.iter().map(|buyer| buyer.book(&event, json!({"seatIds": ["seat_A5"]})))).await;
    let winners: Vec<usize> = (0..20).filter(|n| answers[*n].status == 200).collect();
    assert_eq!(winners.len(), 1, "the winners: {winners:?}");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        let fits = answer.status == 409 && ["seat_booked", "seat_locked"].contains(&answer.code());
        assert!(fits, "{}", answer.story("a conflict"));
        answer.lists("conflictingSeats", &["seat_A5"]);
    }
    assert_eq!(world.admin().seat(&event, "seat_A5").await["bookedBy"], buyers[winners[0]].sub.as_str());
}

#[tokio::test]
async fn what_is_wrong_with_a_booking_is_refused_by_name_and_nothing_changes() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let before = world.admin().map(&event).await;
    for (fields, why) in [
        (json!({"seats": ["seat_A1"]}), "seats is not a known"),
        (json!({"seatIds": ["seat_A1"], "tableIds": ["table_VIP_001"]}), "tableIds is not a known"),
        (json!({"seatIds": ["seat_A1"], "holdDurationMinutes": 5}), "holdDurationMinutes is not a known"),
        (json!({"seatIds": ["seat_A1"], "quantity": 1}), "quantity"),
        (json!({"seatIds": []}), "seatIds"),
        (json!({"seatIds": ["seat_A1", "seat_A1"]}), "seatIds"),
        (json!({"seatIds": &event.seats[..51]}), "Cannot hold more than 50 seats at once"),
        (json!({"quantity": 0}), "quantity must be a whole number from 1 to 50"),
        (json!({"quantity": 51}), "Cannot hold more than 50 seats at once"),
        (json!({"contactInfo": "Ann"}), "contactInfo"),
        (json!({"paymentInfo": "stripe"}), "paymentInfo"),
        (json!({"paymentInfo": {"status": "who knows"}}), "paymentInfo.status"),
    ] {
        let refused = ann.book(&event, fields).await.refused(400, "invalid_data");
        assert!(refused.message().starts_with(why), "{}", refused.story(why));
    }
    let nowhere = json!({"eventId": fresh_id(), "quantity": 1});
    ann.post("/book", &nowhere).await.refused(404, "not_found");
    ann.post("/book", &json!({"quantity": 1})).await.refused(400, "invalid_data");
    world.anyone().book(&event, json!({})).await.refused(401, "unauthorized");
    unchanged(&before, &world.admin().map(&event).await, "bookings that cannot be");
}

#[tokio::test]
async fn nothing_is_booked_outside_the_sales_window() {
    let world = World::new().await;
    let past = json!({"salesOpenAt": "2019-01-01T00:00:00.000Z", "salesCloseAt": "2020-01-01T00:00:00.000Z"});
    let event = world.event_with(fixture::theatre(), past).await;
    for fields in [json!({}), json!({"seatIds": ["seat_A1"]})] {
        world.buyer("ann").book(&event, fields).await.refused(409, "sales_closed");
    }
    assert!(world.admin().event_bookings(&event).await.is_empty());
}

#[tokio::test]
async fn an_admin_books_for_a_buyer_and_nobody_else_does() {
    let world = World::new().await;
    let (event, shop, ann, bob) = (world.theatre().await, world.admin(), world.buyer("ann"), world.buyer("bob"));
    let for_ann = json!({"seatIds": ["seat_A1"], "userId": ann.sub});
    bob.book(&event, for_ann.clone()).await.refused(403, "forbidden");
    let booked = shop.book(&event, for_ann).await.ok();
    assert_eq!(ann.booking(&booked.text("bookingId")).await.ok()["booking"]["userId"], ann.sub.as_str());
    ann.book(&event, json!({"userId": ann.sub})).await.ok();

    // Where the shop's server decides what is paid, it alone books.
    let rules = json!({"rules": {"confirmBy": "admin"}});
    let event = world.event_with(fixture::theatre(), rules).await;
    for fields in [json!({}), json!({"seatIds": ["seat_A1"]}), json!({"userId": ann.sub})] {
        ann.book(&event, fields).await.refused(403, "forbidden");
    }
    let paid = json!({"userId": ann.sub, "paymentInfo": {"transactionId": fresh_id(), "status": "paid"}});
    shop.post("/book", &about(&event, paid)).await.ok().says("Booking Successful");
    let bookings = world.admin().event_bookings(&event).await;
    assert_eq!((bookings.len(), &bookings[0]["userId"]), (1, &json!(ann.sub)));
}
