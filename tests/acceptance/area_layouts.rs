//! Areas as layouts describe them: in the document, in the layout answer and in the statistics.

use serde_json::{Value, json};

use crate::answer::{Answer, same};
use crate::fixture::{self, FLOOR, PIT, places};
use crate::person::refs;
use crate::world::{Event, World, event_document, fresh_id, known_everywhere};

/// Seats and places of the festival.
const ALL: usize = 6 + FLOOR + PIT;

/// What the answer lists of an area.
#[track_caller]
fn area<'a>(layout: &'a Answer, id: &str) -> &'a Value {
    let mut areas = layout.list("areas").iter();
    areas.find(|area| area["id"] == id).unwrap_or_else(|| panic!("{}", layout.story(&format!("the area {id}"))))
}

fn area_ids(layout: &Answer) -> Vec<&str> {
    layout.list("areas").iter().filter_map(|area| area["id"].as_str()).collect()
}

#[track_caller]
fn counts_all(layout: &Answer, wanted: [(&str, usize); 4]) {
    for (status, count) in wanted {
        let count = json!({"_id": status, "count": count});
        assert!(layout.list("stats").contains(&count), "{}", layout.story(&format!("{count} in stats")));
    }
}

#[tokio::test]
async fn the_layout_lists_areas_with_their_counts_and_leaves_places_out_of_the_seats() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let untouched = world.anyone().layout(&event).await.ok();
    let expected = json!({
        "id": "pit", "name": "Pit", "categoryId": "front", "capacity": PIT,
        "shape": {"x": 300, "y": 100, "width": 200, "height": 100},
        "available": PIT, "held": 0, "booked": 0, "blocked": 0, "heldByMe": 0,
    });
    assert_eq!(area(&untouched, "pit"), &expected, "{}", untouched.story("the pit"));
    assert_eq!(area_ids(&untouched), ["floor", "pit"]);
    let theatre = world.theatre().await;
    assert!(ann.layout(&theatre).await.ok().list("areas").is_empty(), "a theatre has none");
    counts_all(&untouched, [("available", ALL), ("held", 0), ("booked", 0), ("blocked", 0)]);

    let held = ann.hold_area(&event, "floor", 6).await.ok().strings("heldSeats");
    ann.confirm(&event, &refs(&held[..2])).await.ok();
    ann.hold(&event, &["stand_1"]).await.ok();
    let bob = world.buyer("bob");
    bob.hold_area(&event, "floor", 1).await.ok();
    for (person, mine) in [(&ann, 4), (&bob, 1), (&world.anyone(), 0), (&world.admin(), 0)] {
        let layout = person.layout(&event).await.ok();
        let seats: Vec<&str> = layout.list("seats").iter().filter_map(|seat| seat["id"].as_str()).collect();
        assert_eq!(seats, ["stand_1", "stand_2", "stand_3", "stand_4", "stand_5", "stand_6"]);
        let floor = area(&layout, "floor");
        let said = ["available", "held", "booked", "heldByMe"].map(|field| floor[field].as_u64());
        assert_eq!(said, [Some(23), Some(5), Some(2), Some(mine)], "{}", layout.story("the floor as it is"));
        counts_all(&layout, [("available", ALL - 8), ("held", 6), ("booked", 2), ("blocked", 0)]);
    }
}

#[tokio::test]
async fn a_viewport_shows_the_areas_that_it_intersects() {
    let world = World::new().await;
    let event = world.event(fixture::festival()).await;
    world.buyer("ann").hold_area(&event, "floor", 2).await.ok();
    // The floor covers 200..600 by 250..450, the pit 300..500 by 100..200.
    for (viewport, wanted) in [
        ([0, 0, 800, 700], vec!["floor", "pit"]),
        ([450, 150, 100, 200], vec!["floor", "pit"]),
        ([590, 440, 100, 100], vec!["floor"]),
        ([350, 120, 10, 10], vec!["pit"]),
        ([0, 200, 800, 50], vec![]),
        ([600, 0, 100, 700], vec![]),
    ] {
        let [x, y, width, height] = viewport;
        let text = json!({"x": x, "y": y, "width": width, "height": height}).to_string();
        let layout = world.anyone().viewport(&event, &text).await.ok();
        assert_eq!(area_ids(&layout), wanted, "{text}: edges that touch do not intersect");
        counts_all(&layout, [("available", ALL - 2), ("held", 2), ("booked", 0), ("blocked", 0)]);
        if wanted.contains(&"floor") {
            assert_eq!(area(&layout, "floor")["held"], 2, "all places count, wherever the viewport is");
        }
    }
}

#[tokio::test]
async fn the_statistics_count_places_in_all_by_category_and_by_area() {
    let world = World::new().await;
    let (event, ann, admin) = (world.event(fixture::festival()).await, world.buyer("ann"), world.admin());
    ann.buy(&event, &["place_floor_0", "place_pit_0", "place_pit_1", "stand_1"]).await;
    ann.hold_area(&event, "floor", 5).await.ok();
    let stats = admin.stats(&event).await.ok().has("totalSeats", ALL).has("bookedSeats", 4).has("heldSeats", 5);
    let stats = stats.has("availableSeats", ALL - 9).has("revenue", 25 + 2 * 45 + 60);
    for (breakdown, part, total, booked, revenue) in [
        ("categoryBreakdown", "standing", FLOOR, 1, 25),
        ("categoryBreakdown", "front", PIT, 2, 90),
        ("categoryBreakdown", "stand", 6, 1, 60),
        ("areaBreakdown", "floor", FLOOR, 1, 25),
        ("areaBreakdown", "pit", PIT, 2, 90),
    ] {
        let said = &stats[breakdown][part];
        for (field, wanted) in [("total", total), ("booked", booked), ("revenue", revenue)] {
            assert!(
                same(&said[field], &json!(wanted)),
                "{}",
                stats.story(&format!("{breakdown}.{part}.{field} {wanted}"))
            );
        }
    }
}

#[tokio::test]
async fn a_venue_may_have_areas_alone() {
    let world = World::new().await;
    let mut layout = fixture::festival();
    for field in ["seats", "items"] {
        layout[field] = json!([]);
    }
    let (event, ann) = (world.event(layout).await, world.buyer("ann"));
    assert!(ann.layout(&event).await.ok().list("seats").is_empty());
    ann.hold_area(&event, "floor", FLOOR).await.ok();
    ann.confirm_with(&event, json!({})).await.ok().has("totalAmount", FLOOR * 25);
}

#[tokio::test]
async fn a_field_of_120000_places_is_sold_like_a_small_one() {
    let world = World::new().await;
    let mut layout = fixture::festival();
    layout["seats"] = json!([]);
    layout["areas"][0]["capacity"] = json!(120_000 - PIT);
    let (event, ann) = (world.event(layout.clone()).await, world.buyer("ann"));
    let held = ann.hold_area(&event, "floor", 50).await.ok().says("Successfully held 50 seats");
    ann.confirm(&event, &refs(&held.strings("heldSeats"))).await.ok().has("totalAmount", 50 * 25);
    ann.book(&event, json!({"areaId": "floor", "quantity": 50})).await.ok().has("totalAmount", 50 * 25);
    ann.hold(&event, &[&format!("place_floor_{}", 120_000 - PIT - 1)]).await.ok();
    let shown = ann.layout(&event).await.ok();
    let floor = area(&shown, "floor");
    assert_eq!((&floor["available"], &floor["booked"]), (&json!(120_000 - PIT - 101), &json!(100)), "{floor}");
    assert!(shown.size < 10_000, "places are counted, not listed: {} bytes", shown.size);
    layout["areas"][0]["capacity"] = json!(120_001 - PIT);
    names(&world.admin().put_layout(&fresh_id(), &layout).await.refused(400, "invalid_data"), "areas[1].capacity");
}

/// The first path of a fault that the answer must name.
#[track_caller]
fn names(answer: &Answer, path: &str) {
    assert!(answer.message().contains(&format!("{path}: ")), "{}", answer.story(&format!("the path {path}")));
}

#[tokio::test]
async fn faults_of_areas_are_named_by_their_path_and_nothing_is_published() {
    let world = World::new().await;
    let (admin, id) = (world.admin(), fresh_id());
    for (pointer, value, path) in [
        ("/areas", json!({}), "areas"),
        ("/areas/0", json!("floor"), "areas[0]"),
        ("/areas/0/id", json!(""), "areas[0].id"),
        ("/areas/1/id", json!("floor"), "areas[1].id"),
        ("/areas/1/name", json!(7), "areas[1].name"),
        ("/areas/0/capacity", json!(0), "areas[0].capacity"),
        ("/areas/0/capacity", json!(-1), "areas[0].capacity"),
        ("/areas/0/capacity", json!(2.5), "areas[0].capacity"),
        ("/areas/0/capacity", json!("30"), "areas[0].capacity"),
        ("/areas/1/capacity", json!(120_000), "areas[1].capacity"),
        ("/areas/1/categoryId", json!("balcony"), "areas[1].categoryId"),
        ("/areas/1/shape", json!(null), "areas[1].shape"),
        ("/areas/1/shape/x", json!("300"), "areas[1].shape.x"),
        ("/areas/1/shape/width", json!(-200), "areas[1].shape.width"),
        ("/areas/1/shape/height", json!(null), "areas[1].shape.height"),
        // A seat that listed for itself would be a place of the floor.
        ("/seats/0/id", json!("place_floor_3"), "areas[0]"),
    ] {
        let mut layout = fixture::festival();
        *layout.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer} in the festival")) = value;
        names(&admin.put_layout(&id, &layout).await.refused(400, "invalid_data"), path);
    }
    let mut many = fixture::festival();
    let area = many["areas"][0].clone();
    many["areas"] = (0..12).map(|_| area.clone()).collect();
    let refused = admin.put_layout(&id, &many).await.refused(400, "invalid_data");
    (1..=10).for_each(|n| names(&refused, &format!("areas[{n}].id")));
    assert!(!refused.message().contains("areas[11]"), "{}", refused.story("no more than ten"));
    let event = admin.put_event(&fresh_id(), &event_document(&id, json!({}))).await;
    assert_ne!(event.status, 200, "{}", event.story("no layout to have been published"));
}

/// Publishes the festival with a floor of this capacity, and moves the event to it.
async fn resize_the_floor(world: &World, event: &Event, capacity: usize) -> Answer {
    let (admin, mut layout) = (world.admin(), fixture::festival());
    layout["areas"][0]["capacity"] = json!(capacity);
    admin.put_layout(&event.layout_id, &layout).await.ok();
    admin.put_event(&event.id, &event_document(&event.layout_id, json!({"layoutVersion": "newest"}))).await
}

#[tokio::test]
async fn an_area_shrinks_only_where_nobody_has_a_place_that_goes() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    ann.hold(&event, &["place_floor_10", "place_floor_25"]).await.ok();
    let refused = resize_the_floor(&world, &event, 20).await.refused(400, "invalid_data");
    refused.says("layoutId: the layout lacks seats that are held or booked: place_floor_25");
    assert_eq!(area(&ann.layout(&event).await.ok(), "floor")["capacity"], FLOOR, "the change leaves no trace");
    ann.confirm(&event, &["place_floor_25"]).await.ok();
    resize_the_floor(&world, &event, 25).await.refused(400, "invalid_data");

    resize_the_floor(&world, &event, 26).await.ok();
    known_everywhere().await;
    let floor = area(&ann.layout(&event).await.ok(), "floor").clone();
    let said = ["capacity", "available", "held", "booked"].map(|field| floor[field].as_u64());
    assert_eq!(said, [Some(26), Some(24), Some(1), Some(1)], "{floor}");
    let bob = world.buyer("bob");
    bob.hold(&event, &["place_floor_26"]).await.refused(400, "invalid_data");
    bob.hold_area(&event, "floor", 25).await.refused(409, "sold_out");
    bob.hold_area(&event, "floor", 24).await.ok();
}

#[tokio::test]
async fn an_area_that_grows_has_more_places_to_hold() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let all = places("floor", FLOOR);
    ann.hold(&event, &refs(&all)).await.ok();
    resize_the_floor(&world, &event, FLOOR + 3).await.ok();
    known_everywhere().await;
    let held = world.buyer("bob").hold_area(&event, "floor", 3).await.ok();
    held.lists("heldSeats", &["place_floor_30", "place_floor_31", "place_floor_32"]);
    ann.confirm(&event, &refs(&all)).await.ok();
}
