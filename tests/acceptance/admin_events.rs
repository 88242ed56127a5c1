//! Events: create, change, read back, refuse.

use serde_json::json;

use crate::fixture;
use crate::world::{World, event_document, fresh_id};

#[tokio::test]
async fn an_event_reads_back_as_it_was_put() {
    let world = World::new().await;
    let admin = world.admin();
    let fields = json!({"salesOpenAt": "2020-01-01T00:00:00.000Z", "salesCloseAt": "2031-05-01T18:00:00.000Z",
                        "timeZone": "America/New_York",
                        "prices": {"vip": 200},
                        "rules": {"holdMinutes": 8, "maxHoldMinutes": 20, "maxSeatsPerHold": 6}});
    let event = world.event_with(fixture::theatre(), fields).await;
    let read = admin.get(&format!("/admin/events/{}", event.id)).await.ok();
    let shown = &read["event"];
    for (field, wanted) in [
        ("eventId", json!(event.id)),
        ("name", json!("Opening night")),
        ("layoutId", json!(event.layout_id)),
        ("currency", json!("USD")),
        ("startsAt", json!("2031-05-01T19:30:00.000Z")),
        ("salesOpenAt", json!("2020-01-01T00:00:00.000Z")),
        ("salesCloseAt", json!("2031-05-01T18:00:00.000Z")),
        ("timeZone", json!("America/New_York")),
    ] {
        assert_eq!(shown[field], wanted, "{}", read.story(field));
    }
    let rules = &shown["rules"];
    let numbers = ["holdMinutes", "maxHoldMinutes", "maxSeatsPerHold"].map(|rule| rules[rule].as_f64());
    assert_eq!(numbers, [Some(8.0), Some(20.0), Some(6.0)], "{}", read.story("the rules"));
    assert_eq!(shown["prices"]["vip"].as_f64(), Some(200.0), "{}", read.story("the price"));
}

#[tokio::test]
async fn rules_that_are_not_put_are_the_contracts() {
    let world = World::new().await;
    let event = world.theatre().await;
    let read = world.admin().get(&format!("/admin/events/{}", event.id)).await.ok();
    let rules = &read["event"]["rules"];
    let numbers = ["holdMinutes", "maxHoldMinutes", "maxSeatsPerHold"].map(|rule| rules[rule].as_f64());
    assert_eq!(numbers, [Some(10.0), Some(30.0), Some(50.0)], "{}", read.story("10, 30, 50"));
}

#[tokio::test]
async fn an_event_is_changed_by_putting_it_again() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    ann.buy(&event, &["seat_A1"]).await;
    let renamed =
        admin.put_event(&event.id, &event_document(&event.layout_id, json!({"name": "Second night"}))).await.ok();
    assert_eq!(renamed["event"]["name"], "Second night", "{}", renamed.story("the new name"));
    let read = admin.get(&format!("/admin/events/{}", event.id)).await.ok();
    assert_eq!(read["event"]["name"], "Second night", "{}", read.story("the new name"));
    assert_eq!(ann.seat(&event, "seat_A1").await["status"], "booked", "what was sold stays sold");
}

#[tokio::test]
async fn a_time_zone_comes_and_goes_with_the_document() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    for (said, kept) in [
        (json!({"timeZone": "Africa/Nairobi"}), json!("Africa/Nairobi")),
        (json!({"timeZone": "Asia/Kolkata"}), json!("Asia/Kolkata")),
        (json!({"timeZone": null}), json!(null)),
        (json!({"timeZone": "UTC"}), json!("UTC")),
        (json!({}), json!(null)),
    ] {
        let answer = admin.put_event(&event.id, &event_document(&event.layout_id, said)).await.ok();
        assert_eq!(answer["event"]["timeZone"], kept, "{}", answer.story("what was put"));
        let read = admin.get(&format!("/admin/events/{}", event.id)).await.ok();
        assert_eq!(read["event"]["timeZone"], kept, "{}", read.story("what was put"));
    }
    let expected =
        "timeZone must be a name of the IANA time zone database, such as Europe/Berlin; it has no \"Nairobi\"";
    let wrong = event_document(&event.layout_id, json!({"timeZone": "Nairobi"}));
    admin.put_event(&event.id, &wrong).await.refused(400, "invalid_data").says(expected);
}

#[tokio::test]
async fn every_event_is_in_the_list() {
    let world = World::new().await;
    let (first, second) = (world.theatre().await, world.event(fixture::bus()).await);
    let all = world.admin().pages("/admin/events", "events", 50).await;
    for event in [first, second] {
        let listed: Vec<_> = all.iter().filter(|listed| listed["eventId"] == event.id.as_str()).collect();
        assert_eq!(listed.len(), 1, "{} is listed once", event.id);
        assert_eq!(listed[0]["name"], "Opening night");
    }
}

#[tokio::test]
async fn an_unknown_event_is_not_found() {
    let world = World::new().await;
    world.admin().get(&format!("/admin/events/{}", fresh_id())).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_event_that_cannot_be_is_refused_and_not_created() {
    let world = World::new().await;
    let (layout, admin) = (world.theatre().await.layout_id, world.admin());
    for (field, value, reason) in [
        ("name", json!(null), "no name"),
        ("name", json!(5), "a name that is a number"),
        ("layoutId", json!(null), "no layout"),
        ("startsAt", json!("tomorrow"), "a start that is no time"),
        ("startsAt", json!(null), "no start"),
        ("currency", json!("XXXX"), "a currency of four letters"),
        ("currency", json!("ZZZ"), "no such currency"),
        ("currency", json!(null), "no currency"),
        ("salesOpenAt", json!("2020"), "an opening that is no time"),
        ("salesCloseAt", json!(12), "a close that is a number"),
        ("timeZone", json!("Mars/Olympus_Mons"), "a place without clocks"),
        ("timeZone", json!("america/new_york"), "another spelling"),
        ("timeZone", json!("+02:00"), "an offset"),
        ("timeZone", json!(2), "a number"),
        ("rules", json!({"holdMinutes": 0}), "a hold of no length"),
        ("rules", json!({"holdMinutes": -5}), "a hold of negative length"),
        ("rules", json!({"holdMinutes": "10"}), "minutes as a string"),
        ("rules", json!({"maxSeatsPerHold": 0}), "a hold of no seats"),
        ("rules", json!({"maxSeatsPerHold": 51}), "more than a transaction takes"),
        ("rules", json!([]), "rules as a list"),
    ] {
        let id = fresh_id();
        let mut document = event_document(&layout, json!({}));
        document[field] = value;
        let answer = admin.put_event(&id, &document).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_data"), "{}", answer.story(reason));
        assert!(answer.body.to_string().contains(field), "{}", answer.story(&format!("{reason}: the path {field}")));
        admin.get(&format!("/admin/events/{id}")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn an_event_needs_a_layout_that_exists() {
    let world = World::new().await;
    let answer = world.admin().put_event(&fresh_id(), &event_document(&fresh_id(), json!({}))).await;
    assert!(
        matches!((answer.status, answer.code()), (400, "invalid_data") | (404, "not_found")),
        "{}",
        answer.story("400 or 404")
    );
}

#[tokio::test]
async fn only_an_admin_puts_and_lists_events() {
    let world = World::new().await;
    let (layout, ann, id) = (world.theatre().await.layout_id, world.buyer("ann"), fresh_id());
    let document = event_document(&layout, json!({}));
    ann.put_event(&id, &document).await.refused(403, "forbidden");
    world.anyone().put_event(&id, &document).await.refused(401, "unauthorized");
    ann.get("/admin/events").await.refused(403, "forbidden");
    ann.get(&format!("/admin/events/{id}")).await.refused(403, "forbidden");
    world.admin().get(&format!("/admin/events/{id}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn times_are_rfc3339_and_nothing_else() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    let put = async |field: &str, time: &str| {
        let mut document = event_document(&event.layout_id, json!({"salesCloseAt": "9999-12-31T23:59:59Z"}));
        document[field] = json!(time);
        admin.put_event(&event.id, &document).await
    };
    for (time, shown) in [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
        ("2031-05-01t19:30:00.25z", "2031-05-01T19:30:00.250Z"),
        ("2031-05-01T19:30:00+23:59", "2031-04-30T19:31:00.000Z"),
    ] {
        for field in ["startsAt", "salesCloseAt"] {
            let answer = put(field, time).await.ok();
            assert_eq!(answer["event"][field], shown, "{}", answer.story(field));
        }
    }
    for time in [
        "2027-06-01T18:00:00+25:00",
        "2027-06-01T18:00:00+02:60",
        "2027-06-01T18:00Z",
        "2027-06-01T18:00:00",
        "2027-06-01 18:00:00Z",
        "2027-W22-2T18:00:00Z",
        "2027-06-01T18:00:00+02:00[Europe/Berlin]",
        "9999-12-31T23:59:59-01:00",
    ] {
        for field in ["startsAt", "salesOpenAt", "salesCloseAt"] {
            let expected = format!("{field} must be a time such as 2026-01-31T19:30:00.000Z");
            put(field, time).await.refused(400, "invalid_data").says(&expected);
        }
    }
}
