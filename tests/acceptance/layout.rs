//! The layout with live states.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture::{self, THEATRE_SEATS, grid_seat};
use crate::world::{World, fresh_id};

/// No row or column at all.
const NONE: std::ops::Range<usize> = 1..1;

fn ids(answer: &Answer, field: &str) -> BTreeSet<String> {
    answer.list(field).iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
}

fn count(answer: &Answer, status: &str) -> u64 {
    let stats = answer.list("stats").iter().find(|count| count["_id"] == status);
    stats.and_then(|count| count["count"].as_u64()).unwrap_or(0)
}

#[tokio::test]
async fn anyone_reads_every_seat_and_item_of_an_event() {
    let world = World::new().await;
    let event = world.theatre().await;
    let layout = world.anyone().layout(&event).await.ok();
    assert_eq!(
        ids(&layout, "seats"),
        event.seats.iter().cloned().collect(),
        "{}",
        layout.story("every seat, tables expanded")
    );
    assert_eq!(ids(&layout, "items").len(), 3, "{}", layout.story("two tables and the stage"));
    assert_eq!(count(&layout, "available"), THEATRE_SEATS as u64, "{}", layout.story("all available"));
    for seat in layout.list("seats") {
        assert_eq!((&seat["status"], &seat["version"]), (&json!("available"), &json!(0)), "{seat}");
        for field in ["bookedBy", "heldBy", "holdExpiresAt", "bookedAt", "bookedPrice"] {
            assert_eq!(seat.get(field), Some(&Value::Null), "{field} of {seat}");
        }
    }
}

#[tokio::test]
async fn holders_are_shown_to_themselves_and_to_admins_only() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &["seat_A1"]).await.ok();
    for (person, holder, mine) in [
        (&ann, json!(ann.sub), true),
        (&world.admin(), json!(ann.sub), false),
        (&world.buyer("bob"), Value::Null, false),
        (&world.anyone(), Value::Null, false),
    ] {
        let seat = person.seat(&event, "seat_A1").await;
        assert_eq!((&seat["heldBy"], seat["heldByMe"].as_bool().unwrap_or(false)), (&holder, mine), "{seat}");
        assert_eq!((&seat["status"], &seat["holdExpiresAt"]), (&json!("held"), &held["expiresAt"]), "{seat}");
    }
    let public = world.anyone().layout(&event).await.ok();
    assert!(!public.body.to_string().contains(&ann.sub), "{}", public.story("no name of a buyer"));
    assert!(!public.body.to_string().contains(&held.text("holdId")), "{}", public.story("no id of a hold"));
}

#[tokio::test]
async fn a_seats_version_grows_by_one_with_each_change() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let version = async |status: &str| {
        let seat = world.anyone().seat(&event, "seat_A1").await;
        assert_eq!(seat["status"], status, "{seat}");
        seat["version"].as_u64()
    };
    assert_eq!(version("available").await, Some(0));
    ann.hold(&event, &["seat_A1"]).await.ok();
    assert_eq!(version("held").await, Some(1));
    ann.release(&event, &["seat_A1"]).await.ok();
    assert_eq!(version("available").await, Some(2));
    let booking = ann.buy(&event, &["seat_A1"]).await;
    assert_eq!(version("booked").await, Some(4));
    ann.cancel(&booking).await.ok();
    assert_eq!(version("available").await, Some(5));
}

#[tokio::test]
async fn a_viewport_shows_exactly_what_it_intersects() {
    let world = World::new().await;
    // Seat r{r}c{c} covers 30c..30c+20 by 30r..30r+20.
    let event = world.event(fixture::grid(20, 20)).await;
    for (viewport, rows, columns, reason) in [
        ((100.0, 100.0, 100.0, 100.0), 3..7, 3..7, "seats cut by the edge are in"),
        ((30.0, 30.0, 20.0, 20.0), 1..2, 1..2, "exactly one seat"),
        ((31.0, 31.0, 1.0, 1.0), 1..2, 1..2, "within one seat"),
        ((50.0, 50.0, 10.0, 10.0), NONE, NONE, "only the gap: edges that touch do not intersect"),
        ((49.5, 49.5, 11.0, 11.0), 1..3, 1..3, "half a unit beyond the gap, on every side"),
        ((-500.0, -500.0, 530.0, 530.0), NONE, NONE, "ends where the first seat begins"),
        ((-500.0, -500.0, 531.0, 561.0), 1..3, 1..2, "from far outside"),
        ((0.0, 0.0, 1e6, 1e6), 1..21, 1..21, "everything"),
        ((1e6, 1e6, 10.0, 10.0), NONE, NONE, "nothing"),
    ] {
        let (x, y, width, height) = viewport;
        let wanted: BTreeSet<String> =
            rows.flat_map(|row| columns.clone().map(move |column| grid_seat(row, column))).collect();
        let viewport = json!({"x": x, "y": y, "width": width, "height": height}).to_string();
        let layout = world.anyone().viewport(&event, &viewport).await.ok();
        assert_eq!(ids(&layout, "seats"), wanted, "{reason}: {viewport}");
        assert_eq!(count(&layout, "available"), 400, "stats count the whole event: {}", layout.story(reason));
    }
}

#[tokio::test]
async fn a_viewport_filters_items_and_seats_at_tables_too() {
    let world = World::new().await;
    let event = world.theatre().await;
    let layout = world.anyone().viewport(&event, r#"{"x":590,"y":90,"width":100,"height":100}"#).await.ok();
    assert_eq!(ids(&layout, "items"), ["table_VIP_001".to_owned()].into(), "{}", layout.story("the VIP table"));
    let other = ids(&layout, "seats").into_iter().filter(|seat| !seat.starts_with("seat_table_VIP_001_")).count();
    assert_eq!(other, 0, "{}", layout.story("no seat but the table's"));
}

#[tokio::test]
async fn a_viewport_shows_live_states() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1", "seat_F10"]).await.ok();
    let layout = ann.viewport(&event, r#"{"x":90,"y":40,"width":20,"height":20}"#).await.ok();
    assert_eq!(ids(&layout, "seats"), ["seat_A1".to_owned()].into());
    assert_eq!(layout.list("seats")[0]["status"], "held", "{}", layout.story("held"));
    assert_eq!(count(&layout, "held"), 2, "{}", layout.story("both holds counted"));
}

#[tokio::test]
async fn a_viewport_that_is_none_is_refused() {
    let world = World::new().await;
    let event = world.theatre().await;
    for (viewport, reason) in [
        ("{", "broken JSON"),
        ("[]", "a list"),
        ("null", "null"),
        (r#"{"x":0,"y":0,"width":100}"#, "no height"),
        (r#"{"x":"0","y":0,"width":100,"height":100}"#, "a string for a number"),
        (r#"{"x":0,"y":0,"width":-1,"height":100}"#, "a negative width"),
        (r#"{"x":1e999,"y":0,"width":1,"height":1}"#, "a number that is none"),
    ] {
        let answer = world.anyone().viewport(&event, viewport).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid_data"), "{}", answer.story(reason));
    }
}

#[tokio::test]
async fn an_unknown_event_has_no_layout() {
    let world = World::new().await;
    world.anyone().layout_of(&fresh_id()).await.refused(404, "not_found");
    world.admin().layout_of(&fresh_id()).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_layout_of_10000_seats_is_whole_and_small_when_packed() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::grid(100, 100)).await, world.buyer("ann"));
    let mine: Vec<String> = (1..=50).map(|n| grid_seat(n, n)).collect();
    ann.hold(&event, &crate::person::refs(&mine)).await.ok();

    let layout = ann.layout(&event).await.ok();
    assert_eq!(layout.header("content-encoding"), Some("gzip"), "a client that takes gzip gets gzip");
    assert!(layout.size <= 150_000, "10,000 seats in {} bytes", layout.size);
    assert_eq!(ids(&layout, "seats").len(), 10_000);
    assert_eq!((count(&layout, "held"), count(&layout, "available")), (50, 9_950));
    let held: BTreeSet<String> = layout
        .list("seats")
        .iter()
        .filter(|seat| seat["heldByMe"] == true)
        .filter_map(|seat| seat["id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(held, mine.into_iter().collect());
}

#[tokio::test]
async fn without_accept_encoding_the_layout_is_plain() {
    let world = World::new().await;
    let event = world.theatre().await;
    let layout = world.anyone().get(&format!("/layout/{}", event.id)).await.ok();
    assert_eq!(layout.header("content-encoding"), None);
    assert_eq!(layout.list("seats").len(), THEATRE_SEATS);
}
