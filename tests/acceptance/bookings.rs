//! Reading bookings back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::fixture;
use crate::world::{World, fresh_id};

const FIELDS: [&str; 14] = [
    "bookingId",
    "eventId",
    "userId",
    "status",
    "seats",
    "totalAmount",
    "currency",
    "contactInfo",
    "paymentInfo",
    "passengers",
    "notes",
    "specialRequests",
    "createdAt",
    "cancelledAt",
];

fn ids(bookings: &[Value]) -> Vec<&str> {
    bookings.iter().filter_map(|booking| booking["bookingId"].as_str()).collect()
}

#[tokio::test]
async fn a_booking_reads_back_as_it_was_made() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let made = ann.confirm(&event, &["seat_A1"]).await.ok();
    let read = ann.booking(&made.text("bookingId")).await.ok();
    let booking = read["booking"].as_object().unwrap_or_else(|| panic!("{}", read.story("data.booking")));
    for field in FIELDS {
        assert!(booking.contains_key(field), "{}", read.story(&format!("the field {field}")));
    }
    for field in ["bookingId", "eventId", "status", "seats", "currency", "createdAt"] {
        assert_eq!(booking[field], made[field], "{}", read.story(&format!("{field} as the confirm answered")));
    }
    assert_eq!(
        (&booking["userId"], &booking["cancelledAt"]),
        (&json!(ann.sub), &Value::Null),
        "{}",
        read.story("mine, not cancelled")
    );
    assert_eq!(booking["contactInfo"]["name"], "John Smith", "{}", read.story("the contact"));
    assert_eq!(booking["totalAmount"].as_f64(), Some(150.0), "{}", read.story("150"));
}

#[tokio::test]
async fn my_bookings_are_listed_newest_first() {
    let world = World::new().await;
    let (event, bus, ann, bob) =
        (world.theatre().await, world.event(fixture::bus()).await, world.buyer("ann"), world.buyer("bob"));
    let first = ann.buy(&event, &["seat_A1"]).await;
    bob.buy(&event, &["seat_A2"]).await;
    let second = ann.buy(&bus, &["1A"]).await;
    let third = ann.buy(&event, &["seat_A3"]).await;
    let listed = ann.get("/bookings").await.ok();
    assert_eq!(ids(listed.list("bookings")), [third, second, first], "{}", listed.story("Ann's three, newest first"));
}

#[tokio::test]
async fn my_bookings_come_in_pages() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let mut made = Vec::new();
    for n in 1..=5 {
        made.insert(0, ann.buy(&event, &[&format!("seat_B{n}")]).await);
    }
    assert_eq!(ids(&ann.pages("/bookings", "bookings", 2).await), made);
    assert_eq!(ids(&ann.pages("/bookings", "bookings", 5).await), made);
    assert_eq!(ids(&ann.pages("/bookings", "bookings", 100).await), made);
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let world = World::new().await;
    let ann = world.buyer("ann");
    for (query, reason) in [
        ("limit=0", "a page has at least one"),
        ("limit=101", "a page has at most 100"),
        ("limit=-1", "a negative page"),
        ("limit=ten", "a page is counted in digits"),
        ("limit=1&cursor=nonsense", "a cursor that this API never gave"),
    ] {
        let answer = ann.get(&format!("/bookings?{query}")).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_data"), "{}", answer.story(reason));
    }
}

#[tokio::test]
async fn anothers_booking_is_not_found_and_an_admin_sees_anyones() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1"]).await;
    let refused = bob.booking(&id).await.refused(404, "not_found");
    assert!(!refused.body.to_string().contains("seat_A1"), "{}", refused.story("nothing about the booking"));
    bob.booking(&fresh_id()).await.refused(404, "not_found");
    world.anyone().booking(&id).await.refused(401, "unauthorized");
    let seen = world.admin().booking(&id).await.ok();
    assert_eq!(seen["booking"]["userId"], ann.sub.as_str(), "{}", seen.story("Ann's booking"));
    assert_eq!(bob.get("/bookings").await.ok().list("bookings").len(), 0);
}

#[tokio::test]
async fn an_admin_reads_every_booking_of_an_event_page_by_page() {
    let world = World::new().await;
    let event = world.theatre().await;
    let mut made = BTreeSet::new();
    for n in 1..=7 {
        made.insert(world.buyer("buyer").buy(&event, &[&format!("seat_C{n}")]).await);
    }
    let admin = world.admin();
    let path = format!("/admin/events/{}/bookings", event.id);
    for limit in [3, 100] {
        let all = admin.pages(&path, "bookings", limit).await;
        assert_eq!(all.len(), 7, "every booking once, with {limit} a page");
        assert_eq!(ids(&all).into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), made);
    }
    world.buyer("ann").get(&path).await.refused(403, "forbidden");
    admin.get(&format!("/admin/events/{}/bookings", fresh_id())).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_cursor_that_no_page_gave_is_refused() {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let world = World::new().await;
    let ann = world.buyer("ann");
    let long = format!("000000000000001#{}", "x".repeat(2_000));
    for (position, why) in [
        (json!({ "lane": 0, "after": "x" }), "no sort key"),
        (json!({ "lane": 0, "after": "000000000000001#" }), "no booking"),
        (json!({ "lane": 0, "after": long }), "too long for a key"),
        (json!({ "lane": u32::MAX, "after": "" }), "no such lane"),
        (json!({ "lane": -1, "after": "" }), "not a lane"),
        (json!({}), "empty"),
        (json!("text"), "not a position"),
    ] {
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(position.to_string());
        let answer = ann.get(&format!("/bookings?cursor={cursor}")).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_data"), "{}", answer.story(why));
    }
    ann.get("/bookings?cursor=%21%21").await.refused(400, "invalid_data");
}

#[tokio::test]
async fn an_events_bookings_over_several_lanes_come_in_pages_of_any_size() {
    let world = World::new().await;
    let (event, admin) = (world.event(fixture::grid(30, 60)).await, world.admin());
    let lanes = admin.get(&format!("/admin/events/{}", event.id)).await.ok()["event"]["lanes"].clone();
    assert_eq!(lanes, 4, "1,800 seats are spread over several lanes");
    let mut made = std::collections::BTreeSet::new();
    for (number, buyer) in world.buyers(14).iter().enumerate() {
        made.insert(buyer.buy(&event, &[&fixture::grid_seat(number + 1, 2 * number + 1)]).await);
    }
    let path = format!("/admin/events/{}/bookings", event.id);
    for limit in [1, 3, 5, 13, 14, 100] {
        let listed = admin.pages(&path, "bookings", limit).await;
        let ids: std::collections::BTreeSet<String> =
            listed.iter().filter_map(|booking| booking["bookingId"].as_str().map(str::to_owned)).collect();
        assert_eq!((listed.len(), &ids), (made.len(), &made), "pages of {limit}");
    }
}
