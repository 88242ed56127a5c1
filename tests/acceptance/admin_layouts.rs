//! Layouts: versions, faults named by path, 120,000 seats, pretix seating plans.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture::{self, THEATRE_SEATS};
use crate::world::{Engine, Event, World, event_document, fresh_id};

#[tokio::test]
async fn each_different_layout_is_a_new_version_and_the_same_is_none() {
    let world = World::new().await;
    let (admin, id, theatre) = (world.admin(), fresh_id(), fixture::theatre());
    let first = admin.put_layout(&id, &theatre).await.ok().has("layoutId", id.clone()).has("seats", THEATRE_SEATS);
    let first = first.has("changed", true).number("version");
    admin.put_layout(&id, &theatre).await.ok().has("version", first).has("changed", false);
    let mut smaller = theatre.clone();
    smaller["seats"].as_array_mut().expect("seats").truncate(10);
    let second = admin.put_layout(&id, &smaller).await.ok().has("version", first + 1.0).has("changed", true);
    second.has("seats", 10 + 14);
}

#[tokio::test]
async fn a_layout_that_is_published_twice_at_once_gets_one_version() {
    let world = World::new().await;
    let (admin, id, theatre) = (world.admin(), fresh_id(), fixture::theatre());
    let answers = futures::future::join_all((0..8).map(|_| admin.put_layout(&id, &theatre))).await;
    for answer in answers {
        answer.ok().has("version", 1);
    }
    admin.put_layout(&id, &theatre).await.ok().has("version", 1).has("changed", false);
}

#[tokio::test]
async fn a_new_version_leaves_running_events_as_they_are() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    let mut smaller = fixture::theatre();
    smaller["seats"].as_array_mut().expect("seats").truncate(1);
    admin.put_layout(&event.layout_id, &smaller).await.ok();
    assert_eq!(world.anyone().map(&event).await.len(), THEATRE_SEATS);
    world.buyer("ann").hold(&event, &["seat_F10"]).await.ok();

    let id = fresh_id();
    admin.put_event(&id, &event_document(&event.layout_id, json!({}))).await.ok();
    assert_eq!(world.anyone().layout_of(&id).await.ok().list("seats").len(), 1 + 14, "a new event has the new version");
}

/// The first path below the theatre that the answer must name, in either way of writing it.
#[track_caller]
fn names(answer: &Answer, path: &str, reason: &str) {
    let text = answer.body.to_string();
    let slashed = format!("/{}", path.replace('[', ".").replace(']', "").replace('.', "/"));
    assert!(text.contains(path) || text.contains(&slashed), "{}", answer.story(&format!("{reason}: the path {path}")));
}

#[tokio::test]
async fn faults_are_named_by_their_path_and_nothing_is_published() {
    let world = World::new().await;
    let (admin, id) = (world.admin(), fresh_id());
    for (pointer, value, path, reason) in [
        ("/seats/1/id", json!("seat_A1"), "seats[1].id", "a seat id twice"),
        ("/seats/2/id", json!(7), "seats[2].id", "an id that is a number"),
        ("/seats/2/id", json!(""), "seats[2].id", "an empty id"),
        ("/seats/3/categoryId", json!("balcony"), "seats[3].categoryId", "an unknown category"),
        ("/seats/4/position", json!({"x": 1}), "seats[4].position", "a position without y"),
        ("/seats/4/position/x", json!("1"), "seats[4].position.x", "a position in letters"),
        ("/seats/5/size/x", json!(-24), "seats[5].size", "a seat of negative size"),
        ("/categories/0/price", json!(-1), "categories[0].price", "a negative price"),
        ("/categories/1/id", json!("vip"), "categories[1].id", "a category id twice"),
        ("/items/0/id", json!("table_standard_002"), "items[1].id", "a table id twice"),
        ("/items/0/categoryId", json!("balcony"), "items[0].categoryId", "a table of an unknown category"),
        ("/items/0/type", json!("sofa"), "items[0].type", "an item of no known type"),
        ("/items/0/sc", json!(-1), "items[0].sc", "a table of negative seats"),
    ] {
        let mut layout = fixture::theatre();
        *layout.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer} in the theatre")) = value;
        let answer = admin.put_layout(&id, &layout).await.refused(400, "invalid_data");
        names(&answer, path, reason);
    }
    for (field, value, reason) in [
        ("name", json!(null), "no name"),
        ("seats", json!({}), "seats that are no list"),
        ("categories", json!("vip"), "categories that are no list"),
        ("canvasW", json!("wide"), "a width in letters"),
    ] {
        let mut layout = fixture::theatre();
        layout[field] = value;
        names(&admin.put_layout(&id, &layout).await.refused(400, "invalid_data"), field, reason);
    }
    let event = admin.put_event(&fresh_id(), &event_document(&id, json!({}))).await;
    assert_ne!(event.status, 200, "{}", event.story("no layout to have been published"));
}

#[tokio::test]
async fn a_listed_seat_with_the_name_of_a_tables_seat_is_not_there_twice() {
    let world = World::new().await;
    let mut layout = fixture::theatre();
    layout["seats"][0]["id"] = json!("seat_table_VIP_001_0");
    // Either it says where that seat stands, or it is a duplicate.
    let answer = world.admin().put_layout(&fresh_id(), &layout).await;
    if answer.status == 200 {
        answer.has("seats", THEATRE_SEATS - 1);
    } else {
        names(&answer.refused(400, "invalid_data"), "seat_table_VIP_001_0", "the duplicate");
    }
}

#[tokio::test]
async fn the_first_ten_faults_are_named() {
    let world = World::new().await;
    let mut layout = fixture::theatre();
    for seat in layout["seats"].as_array_mut().expect("seats").iter_mut().take(15) {
        seat["categoryId"] = json!("balcony");
    }
    let answer = world.admin().put_layout(&fresh_id(), &layout).await.refused(400, "invalid_data");
    for n in 0..10 {
        names(&answer, &format!("seats[{n}].categoryId"), "one of the first ten");
    }
    let text = answer.body.to_string();
    assert!(!text.contains("seats[10].") && !text.contains("/seats/10/"), "{}", answer.story("no more than ten"));
}

#[tokio::test]
async fn only_an_admin_publishes_layouts() {
    let world = World::new().await;
    let id = fresh_id();
    world.buyer("ann").put_layout(&id, &fixture::theatre()).await.refused(403, "forbidden");
    world.anyone().put_layout(&id, &fixture::theatre()).await.refused(401, "unauthorized");
    world.admin().put_layout(&id, &fixture::theatre()).await.ok().has("version", 1);
}

/// 120,000 seats in few bytes. Where a request must fit into Lambda's 6 MB, half of them sit at tables.
fn stadium(seats: usize, tables: usize) -> String {
    let seat = |n: usize| {
        let (x, y) = (n % 400 * 9, n / 400 * 9);
        format!(r#"{{"id":"{n}","position":{{"x":{x},"y":{y}}},"categoryId":"c"}}"#)
    };
    let table = |n: usize| {
        let place = r#""type":"table","pos":{"x":0,"y":9000},"size":{"x":1,"y":1}"#;
        format!(r#"{{"id":"t{n}",{place},"sc":10,"categoryId":"c"}}"#)
    };
    let head = r##""name":"Stadium","canvasW":4000,"canvasH":9999"##;
    let categories = r##"{"id":"c","name":"C","color":"#fff","price":10}"##;
    let seats = (0..seats).map(seat).collect::<Vec<_>>().join(",");
    let items = (0..tables).map(table).collect::<Vec<_>>().join(",");
    format!(r#"{{{head},"categories":[{categories}],"seats":[{seats}],"items":[{items}]}}"#)
}

async fn put_raw(world: &World, id: &str, layout: String) -> Answer {
    let request = world.admin().request(Method::PUT, &format!("/admin/layouts/{id}"));
    Answer::of(request.header("content-type", "application/json").body(layout)).await
}

#[tokio::test]
async fn a_layout_of_120000_seats_is_accepted_and_read_back() {
    let world = World::new().await;
    let (layout_id, id, ann) = (fresh_id(), fresh_id(), world.buyer("ann"));
    let plain = world.engine != Engine::Other;
    let layout = if plain { stadium(120_000, 0) } else { stadium(60_000, 6_000) };
    put_raw(&world, &layout_id, layout).await.ok().has("seats", 120_000).has("version", 1);
    world.admin().put_event(&id, &event_document(&layout_id, json!({}))).await.ok();

    let event = Event { id, layout_id, seats: Vec::new() };
    ann.buy(&event, &["0", "59999"]).await;
    let seats = ann.map(&event).await;
    assert_eq!(seats.len(), 120_000);
    assert_eq!(seats.values().filter(|seat| seat["status"] == "booked").count(), 2);
    let corner = ann.viewport(&event, r#"{"x":0,"y":0,"width":5,"height":5}"#).await.ok();
    assert!(corner.list("seats").iter().any(|seat| seat["id"] == "0"), "{}", corner.story("the corner seat"));
    world.admin().stats(&event).await.ok().has("totalSeats", 120_000).has("bookedSeats", 2).has("revenue", 20);
}

#[tokio::test]
async fn more_than_120000_seats_are_refused() {
    let world = World::new().await;
    let id = fresh_id();
    put_raw(&world, &id, stadium(0, 12_001)).await.refused(400, "invalid_data");
    put_raw(&world, &id, stadium(1, 12_000)).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn a_layout_over_8_mib_is_too_large() {
    let world = World::new().await;
    let mut layout = stadium(10, 0);
    layout.push_str(&" ".repeat(8 * 1024 * 1024));
    put_raw(&world, &fresh_id(), layout).await.refused(413, "invalid_data");
}

/// A pretix seating plan with two zones; the second row of the first zone is curved.
fn pretix() -> Value {
    let seat = |guid: &str, x: f64, y: f64, category: &str| {
        let number = guid.rsplit('-').next();
        json!({"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": y}, "category": category})
    };
    let row = |number: &str, y: f64, seats: Value| {
        let position = json!({"x": 0, "y": y});
        json!({"row_number": number, "row_number_position": "both", "position": position, "seats": seats})
    };
    json!({
        "name": "Kleines Haus", "size": {"width": 600, "height": 400},
        "categories": [{"name": "Parkett", "color": "#7f4a91"}, {"name": "Rang", "color": "#004488"}],
        "zones": [
            {"name": "Ground", "zone_id": "ground", "position": {"x": 100, "y": 50}, "areas": [], "rows": [
                row("1", 0.0, json!([seat("p-1-1", 0.0, 0.0, "Parkett"), seat("p-1-2", 25.0, 0.0, "Parkett")])),
                row("2", 30.0, json!([seat("p-2-1", 0.0, 4.0, "Parkett"), seat("p-2-2", 25.0, 2.0, "Parkett")])),
            ]},
            {"name": "Balcony", "zone_id": "balcony", "position": {"x": 300, "y": 200}, "areas": [], "rows": [
                row("1", 0.0, json!([seat("r-1-1", 0.0, 0.0, "Rang")])),
            ]},
        ],
    })
}

#[tokio::test]
async fn a_pretix_seating_plan_is_a_layout() {
    let world = World::new().await;
    let (admin, ann, layout_id, id) = (world.admin(), world.buyer("ann"), fresh_id(), fresh_id());
    admin.put_layout(&layout_id, &pretix()).await.ok().has("seats", 5).has("version", 1);
    admin.put_event(&id, &event_document(&layout_id, json!({}))).await.ok();
    let event = Event { id, layout_id, seats: Vec::new() };

    let layout = ann.layout(&event).await.ok();
    assert_eq!(layout["layout"]["name"], "Kleines Haus", "{}", layout.story("the plan's name"));
    let seats = crate::person::by_id(layout.list("seats"));
    let ids: BTreeSet<&str> = seats.keys().map(String::as_str).collect();
    assert_eq!(
        ids,
        ["p-1-1", "p-1-2", "p-2-1", "p-2-2", "r-1-1"].into(),
        "{}",
        layout.story("seats by their seat_guid")
    );
    let offset = |a: &str, b: &str, axis: &str| {
        seats[b]["position"][axis].as_f64().unwrap() - seats[a]["position"][axis].as_f64().unwrap()
    };
    assert_eq!(
        (offset("p-1-1", "p-2-2", "x"), offset("p-1-1", "p-2-2", "y")),
        (25.0, 32.0),
        "row and seat positions add up"
    );
    let said = |id: &str| (seats[id]["section"].as_str(), seats[id]["rowLabel"].as_str());
    assert_eq!((said("p-1-1"), said("r-1-1")), ((Some("Ground"), Some("1")), (Some("Balcony"), Some("1"))));
    assert_eq!((offset("p-1-1", "r-1-1", "x"), offset("p-1-1", "r-1-1", "y")), (200.0, 150.0), "zone positions add up");
    ann.hold(&event, &["p-1-1"]).await.refused(409, "seat_blocked");

    let categories = layout["layout"]["categories"].as_array().expect("categories");
    let stalls = categories.iter().find(|category| category["name"] == "Parkett").expect("the category Parkett");
    for named in [stalls["id"].as_str().expect("its id"), "Parkett"] {
        let event = Event { id: fresh_id(), layout_id: event.layout_id.clone(), seats: Vec::new() };
        let prices = json!({"prices": {named: 12.5, "Rang": 0}});
        admin.put_event(&event.id, &event_document(&event.layout_id, prices)).await.ok();
        ann.hold(&event, &["p-1-1", "r-1-1"]).await.ok().has("totalAmount", 12.5);
    }
}

#[tokio::test]
async fn prices_of_a_pretix_plan_stay_with_their_categories_when_the_plan_lists_them_otherwise() {
    let world = World::new().await;
    let (admin, ann, layout_id, id) = (world.admin(), world.buyer("ann"), fresh_id(), fresh_id());
    let mut plan = pretix();
    for version in 1..=2 {
        admin.put_layout(&layout_id, &plan).await.ok().has("version", version);
        plan["categories"].as_array_mut().unwrap().reverse();
    }
    let fields = json!({"layoutVersion": "newest", "prices": {"Parkett": 50, "Rang": 90}});
    admin.put_event(&id, &event_document(&layout_id, fields)).await.ok();
    let event = Event { id, layout_id, seats: Vec::new() };
    ann.hold(&event, &["r-1-1"]).await.ok().has("totalAmount", 90);
}

#[tokio::test]
async fn a_pretix_plan_with_faults_is_refused_by_path() {
    let world = World::new().await;
    let mut plan = pretix();
    plan["zones"][0]["rows"][1]["seats"][0]["category"] = json!("Loge");
    let answer = world.admin().put_layout(&fresh_id(), &plan).await.refused(400, "invalid_data");
    names(&answer, "zones[0].rows[1].seats[0].category", "an unknown category");
    let mut plan = pretix();
    plan["zones"][1]["rows"][0]["seats"][0]["seat_guid"] = json!("p-1-1");
    let answer = world.admin().put_layout(&fresh_id(), &plan).await.refused(400, "invalid_data");
    names(&answer, "zones[1].rows[0].seats[0].seat_guid", "a seat_guid twice");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).and_then(|()| encoder.finish()).expect("gzip into memory")
}

#[tokio::test]
async fn a_gzip_body_is_read_to_its_end() {
    let world = World::new().await;
    let admin = world.admin();
    let document = fixture::theatre().to_string().into_bytes();
    let (whole, (head, rest)) = (gzip(&document), document.split_at(40));
    let put = async |body: Vec<u8>| {
        let request = admin.request(Method::PUT, &format!("/admin/layouts/{}", fresh_id()));
        let request = request.header("content-type", "application/json").header("content-encoding", "gzip");
        Answer::of(request.body(body)).await
    };
    put(whole.clone()).await.ok().has("seats", THEATRE_SEATS);
    put([gzip(head), gzip(rest)].concat()).await.ok().has("seats", THEATRE_SEATS);
    put([&whole, &b"junk"[..]].concat()).await.refused(400, "invalid_data").says("The body is not valid gzip");
    put([&whole, &[0][..]].concat()).await.refused(400, "invalid_data").says("The body is not valid gzip");
    put([whole.clone(), whole].concat()).await.refused(400, "invalid_data");
    put([gzip(&document), gzip(&vec![b' '; 8 * 1024 * 1024])].concat()).await.refused(413, "invalid_data");
}
