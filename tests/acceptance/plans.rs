//! The plan: what of a layout never changes, at an address of its own.

use reqwest::Method;
use serde_json::Value;

use crate::answer::{Answer, same, without_body};
use crate::fixture;
use crate::person::by_id;
use crate::world::{Event, World, fresh_id};

/// What of a seat in the layout answer is about this event, or this moment.
const LIVE: [&str; 8] =
    ["status", "bookedBy", "heldBy", "heldByMe", "holdExpiresAt", "bookedAt", "bookedPrice", "version"];

fn path(event: &Event, version: u32) -> String {
    format!("/plans/{}/{version}", event.layout_id)
}

/// The value without what may change.
fn lasting(value: &Value, fields: &[&str]) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        fields.iter().for_each(|field| drop(object.remove(*field)));
    }
    value
}

#[tokio::test]
async fn a_plan_is_the_layout_without_prices_states_and_counts() {
    let world = World::new().await;
    for layout in [fixture::theatre(), fixture::festival()] {
        let event = world.event(layout).await;
        let (layout, plan) =
            (world.anyone().layout(&event).await.ok(), world.anyone().get(&path(&event, 1)).await.ok());
        let shown = by_id(layout.list("seats"));
        for seat in plan.list("seats") {
            let id = seat["id"].as_str().unwrap_or_default();
            assert_eq!(*seat, lasting(&shown[id], &LIVE), "{id}");
        }
        assert_eq!(plan.list("seats").len(), shown.len(), "every seat");
        assert!(same(&plan["items"], &layout["items"]), "{}", plan.story("the layout's items"));
        let areas = layout.list("areas").iter();
        let areas: Vec<Value> =
            areas.map(|area| lasting(area, &["available", "held", "booked", "blocked", "heldByMe"])).collect();
        assert_eq!(*plan.list("areas"), areas);
        let (of_plan, of_layout) = (&plan["layout"], &layout["layout"]);
        for field in ["id", "version", "name", "canvasW", "canvasH", "focus"] {
            assert!(same(&of_plan[field], &of_layout[field]), "{field} of {of_plan}");
        }
        for (category, priced) in
            of_plan["categories"].as_array().into_iter().flatten().zip(of_layout["categories"].as_array().unwrap())
        {
            assert_eq!(*category, lasting(priced, &["price"]));
        }
        assert!(of_plan.get("currency").is_none() && of_plan.get("ticketTypes").is_none(), "{of_plan}");
    }
}

#[tokio::test]
async fn a_plan_may_be_kept_for_ever_and_asked_for_by_its_etag() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    let plan = anyone.get(&path(&event, 1)).await.ok();
    assert_eq!(plan.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let etag = plan.header("etag").expect("an ETag").to_owned();
    let again = anyone.request(Method::GET, &path(&event, 1)).header("if-none-match", &etag);
    let (status, headers) = without_body(again).await;
    assert_eq!((status, headers["etag"].to_str().ok()), (304, Some(etag.as_str())));
    let zipped = anyone.request(Method::GET, &path(&event, 1)).header("accept-encoding", "gzip");
    let zipped = Answer::of(zipped).await.ok();
    assert_eq!(
        (zipped.header("content-encoding"), zipped.header("vary")),
        (Some("gzip"), Some("accept-encoding, origin"))
    );
    assert_eq!(zipped.body, plan.body);
}

#[tokio::test]
async fn a_version_keeps_its_plan_when_another_is_published() {
    let world = World::new().await;
    let (event, admin, anyone) = (world.theatre().await, world.admin(), world.anyone());
    let first = anyone.get(&path(&event, 1)).await.ok();
    let mut layout = fixture::theatre();
    layout["name"] = "The theatre, rebuilt".into();
    admin.put_layout(&event.layout_id, &layout).await.ok();
    let second = anyone.get(&path(&event, 2)).await.ok();
    assert_eq!(second["layout"]["name"], "The theatre, rebuilt");
    assert_eq!(anyone.get(&path(&event, 1)).await.ok().body, first.body);
    assert_ne!(second.header("etag"), first.header("etag"));
}

#[tokio::test]
async fn a_plan_has_one_address_and_others_are_not_found() {
    let world = World::new().await;
    let (event, anyone) = (world.theatre().await, world.anyone());
    for version in ["0", "2", "01", "+1", "1.0", "-1", "newest", "4294967296", "99999999999999999999"] {
        let answer = anyone.get(&format!("/plans/{}/{version}", event.layout_id)).await.refused(404, "not_found");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.story("it may be published later"));
    }
    anyone.get(&format!("/plans/{}/1", fresh_id())).await.refused(404, "not_found");
    anyone.get("/plans/%00/1").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_plan_asks_for_no_token() {
    let world = World::new().await;
    let event = world.theatre().await;
    world.bearer("not-a-token").get(&path(&event, 1)).await.ok();
}
