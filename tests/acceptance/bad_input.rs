//! What is refused, with the reason, and that nothing changed.

use serde_json::{Value, json};

use crate::person::{Person, refs, unchanged};
use crate::world::{Event, World, fresh_id};

/// One million bytes.
const MEGABYTE: usize = 1_000_000;

struct Scene {
    world: World,
    event: Event,
    ann: Person,
}

impl Scene {
    /// Ann holds a seat and a table and owns another seat, so that there is something to spoil.
    async fn new() -> Scene {
        let world = World::new().await;
        let (event, ann) = (world.theatre().await, world.buyer("ann"));
        ann.buy(&event, &["seat_F1"]).await;
        ann.hold(&event, &["seat_F2"]).await.ok();
        ann.hold_table(&event, "table_standard_002").await.ok();
        Scene { world, event, ann }
    }

    /// Ann posts each body; each is refused for its reason; afterwards the layout is what it was.
    async fn refuses(&self, path: &str, rows: &[(Value, u16, &str, &str)]) {
        let before = self.world.admin().map(&self.event).await;
        let mut wrong = Vec::new();
        for (body, status, code, reason) in rows {
            let answer = self.ann.post(path, body).await;
            if (answer.status, answer.code()) != (*status, *code) {
                wrong.push(answer.story(&format!("{status} {code}: {reason}")));
            }
        }
        assert!(wrong.is_empty(), "{} of {} rows:{}", wrong.len(), rows.len(), wrong.concat());
        unchanged(&before, &self.world.admin().map(&self.event).await, path);
    }
}

// One row for each kind of mistake: every shape that a body may wrongly have is told by the unit tests of
// `service::input`, and that nothing changes whatever is wrong, by `tests/fuzz`. What only the event and its layout can
// tell stands here alone.

#[tokio::test]
async fn holds_that_cannot_be_are_refused() {
    let scene = Scene::new().await;
    let id = &scene.event.id;
    let with = |fields: Value| crate::person::about(&scene.event, fields);
    let seats = |seats: Value| with(json!({"seatIds": seats}));
    let minutes = |minutes: Value| with(json!({"seatIds": ["seat_A1"], "holdDurationMinutes": minutes}));
    let rows = [
        (json!([]), 400, "invalid_data", "no object"),
        (json!({"seatIds": ["seat_A1"]}), 400, "invalid_data", "no event"),
        (json!({"eventId": id}), 400, "invalid_data", "no seats"),
        (seats(json!([])), 400, "invalid_data", "an empty list of seats"),
        (seats(json!("seat_A1")), 400, "invalid_data", "seats as a string"),
        (seats(json!(["seat_A1", "seat_A1"])), 400, "invalid_data", "the same seat twice"),
        (seats(json!(&scene.event.seats[..51])), 400, "invalid_data", "51 seats"),
        (seats(json!(["seat_A1", "x".repeat(5_000)])), 400, "invalid_data", "a very long seat id"),
        (minutes(json!(-1)), 400, "invalid_data", "a hold of negative length"),
        // What only the event and its layout can tell.
        (seats(json!(["seat_A1", "seat_Z99"])), 400, "invalid_data", "one unknown seat among known ones"),
        (seats(json!(["seat_A1", "seat_a1"])), 400, "invalid_data", "ids are case sensitive"),
        (seats(json!(["seat_A1", " seat_A2"])), 400, "invalid_data", "a blank before the id"),
        (seats(json!(["seat_A1", "table_VIP_001"])), 400, "invalid_data", "a table is no seat"),
        (seats(json!(["seat_table_VIP_001_8"])), 400, "invalid_data", "a ninth seat at a table of eight"),
        (minutes(json!(0.0001)), 400, "invalid_data", "a hold shorter than any deployment allows"),
        (minutes(json!(31)), 400, "invalid_data", "longer than the event allows"),
        (json!({"eventId": fresh_id(), "seatIds": ["seat_A1"]}), 404, "not_found", "an unknown event"),
    ];
    scene.refuses("/hold-seats", &rows).await;
    assert_eq!(scene.ann.held_seats(&scene.event).await.len(), 7);
}

#[tokio::test]
async fn table_holds_that_cannot_be_are_refused() {
    let scene = Scene::new().await;
    let table = |table: Value| crate::person::about(&scene.event, json!({"tableId": table}));
    let rows = [
        (table(json!(null)), 400, "invalid_data", "no table"),
        (table(json!(1)), 400, "invalid_data", "a table that is a number"),
        (json!({"eventId": fresh_id(), "tableId": "table_VIP_001"}), 404, "not_found", "an unknown event"),
    ];
    scene.refuses("/hold-table", &rows).await;
}

#[tokio::test]
async fn confirms_that_cannot_be_are_refused() {
    let scene = Scene::new().await;
    let with = |fields: Value| crate::person::about(&scene.event, fields);
    let rows = [
        (json!({"seatIds": ["seat_F2"]}), 400, "invalid_data", "no event"),
        (with(json!({"seatIds": "seat_F2"})), 400, "invalid_data", "seats as a string"),
        (with(json!({"seatIds": ["seat_F2"], "contactInfo": "John"})), 400, "invalid_data", "a contact as a string"),
        (with(json!({"seatIds": ["seat_F2"], "paymentInfo": "stripe"})), 400, "invalid_data", "a payment as a string"),
        // What only the event and its layout can tell.
        (with(json!({"seatIds": ["seat_Z99"]})), 400, "invalid_data", "an unknown seat"),
        (with(json!({"seatIds": ["seat_F2", "seat_A1"]})), 409, "not_held", "one seat not held"),
        (json!({"eventId": fresh_id(), "seatIds": ["seat_F2"]}), 404, "not_found", "an unknown event"),
    ];
    scene.refuses("/confirm", &rows).await;
    assert_eq!(scene.world.admin().event_bookings(&scene.event).await.len(), 1);
}

#[tokio::test]
async fn releases_that_cannot_be_are_refused() {
    let scene = Scene::new().await;
    let with = |fields: Value| crate::person::about(&scene.event, fields);
    let rows = [
        (json!({}), 400, "invalid_data", "no event"),
        (with(json!({"tableIds": {}})), 400, "invalid_data", "tables as an object"),
        // What only the event and its layout can tell.
        (with(json!({"seatIds": ["seat_F2", "seat_Z99"]})), 400, "invalid_data", "an unknown seat"),
        (json!({"eventId": fresh_id()}), 404, "not_found", "an unknown event"),
    ];
    scene.refuses("/release", &rows).await;
    assert_eq!(scene.ann.held_seats(&scene.event).await.len(), 7);
}

#[tokio::test]
async fn unknown_seats_are_all_named() {
    let scene = Scene::new().await;
    let answer = scene.ann.hold(&scene.event, &["seat_X1", "seat_A1", "seat_X2"]).await;
    answer.refused(400, "invalid_data").says("Invalid seat IDs: seat_X1, seat_X2");
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused() {
    let scene = Scene::new().await;
    let before = scene.world.admin().map(&scene.event).await;
    let id = &scene.event.id;
    let whole = format!(r#"{{"eventId":"{id}","seatIds":["seat_A1"]}}"#);
    for (path, body, reason) in [
        ("/hold-seats", Vec::new(), "an empty body"),
        ("/hold-table", b"{".to_vec(), "cut off at once"),
        ("/confirm", whole.as_bytes()[..whole.len() - 1].to_vec(), "cut off at the end"),
        ("/release", format!("{whole}{whole}").into_bytes(), "two documents"),
        ("/hold-seats", b"eventId=1&seatIds=seat_A1".to_vec(), "a form"),
        ("/hold-seats", [whole.as_bytes(), &[0xff, 0xfe]].concat(), "bytes that are not UTF-8"),
        ("/hold-seats", vec![b'['; 20_000], "20,000 open brackets"),
    ] {
        let answer = scene.ann.post_raw(path, body).await;
        let got = (answer.status, answer.code());
        assert_eq!(got, (400, "invalid_data"), "{}", answer.story(&format!("{path}: {reason}")));
    }
    unchanged(&before, &scene.world.admin().map(&scene.event).await, "bodies that are not JSON");
}

#[tokio::test]
async fn bodies_over_64_kib_are_too_large() {
    let scene = Scene::new().await;
    let before = scene.world.admin().map(&scene.event).await;
    let hold = json!({"eventId": scene.event.id, "seatIds": ["seat_A1"]}).to_string();
    for (path, size) in [("/confirm", MEGABYTE), ("/hold-seats", 64 * 1024 + 1)] {
        let body = format!("{hold}{}", " ".repeat(size - hold.len()));
        let answer = scene.ann.post_raw(path, body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (413, "invalid_data"),
            "{}",
            answer.story(&format!("{size} bytes to {path}"))
        );
    }
    unchanged(&before, &scene.world.admin().map(&scene.event).await, "bodies that are too large");
    let full = format!("{hold}{}", " ".repeat(64 * 1024 - hold.len()));
    scene.ann.post_raw("/hold-seats", full).await.ok();
}

#[tokio::test]
async fn ids_in_addresses_may_be_anything_and_find_nothing() {
    let world = World::new().await;
    let (ann, admin) = (world.buyer("ann"), world.admin());
    let long = "x".repeat(2_000);
    for id in ["%00", "%20", "..%2f..%2fetc", "%F0%9F%8E%AD", "a%23b", "EVENT%231", "'", "%25", long.as_str()] {
        for answer in [
            ann.get(&format!("/layout/{id}")).await,
            ann.get(&format!("/bookings/{id}")).await,
            ann.get(&format!("/holds?eventId={id}")).await,
            admin.get(&format!("/stats/{id}")).await,
            admin.get(&format!("/admin/events/{id}")).await,
            admin.get(&format!("/admin/events/{id}/bookings")).await,
        ] {
            let none = answer.status == 200 && answer["holds"] == json!([]);
            assert!(none || matches!(answer.status, 400 | 404), "{}", answer.story("400, 404 or an empty list"));
        }
    }
}

#[tokio::test]
async fn another_buyers_seats_and_bookings_are_out_of_reach() {
    let scene = Scene::new().await;
    let mallory = scene.world.buyer("mallory");
    let before = scene.world.admin().map(&scene.event).await;
    let id =
        scene.ann.get("/bookings").await.ok().list("bookings")[0]["bookingId"].as_str().unwrap_or_default().to_owned();
    mallory.booking(&id).await.refused(404, "not_found");
    mallory.cancel(&id).await.refused(404, "not_found");
    mallory.confirm(&scene.event, &["seat_F2"]).await.refused(409, "not_held");
    mallory.release(&scene.event, &["seat_F2"]).await.refused(409, "not_held");
    mallory.release_with(&scene.event, json!({"tableIds": ["table_standard_002"]})).await.refused(409, "not_held");
    mallory.hold(&scene.event, &["seat_F2"]).await.refused(409, "seat_held");
    mallory.hold(&scene.event, &["seat_F1"]).await.refused(409, "seat_booked");
    unchanged(&before, &scene.world.admin().map(&scene.event).await, "what Mallory tried");
    assert_eq!(mallory.holds(&scene.event).await, Vec::<Value>::new());
    scene.ann.confirm(&scene.event, &refs(&["seat_F2".to_owned()])).await.ok();
}

#[tokio::test]
async fn a_misspelt_field_is_refused_by_name_and_never_means_everything() {
    let scene = Scene::new().await;
    let (ann, event) = (&scene.ann, &scene.event);
    let before = scene.world.admin().map(event).await;
    for (path, name) in
        [("/release", "seats"), ("/confirm", "seat_id"), ("/hold-seats", "seatids"), ("/hold-table", "tables")]
    {
        let body = crate::person::about(event, json!({name: ["seat_F2"]}));
        let refused = ann.post(path, &body).await.refused(400, "invalid_data");
        assert!(refused.message().starts_with(name), "{}", refused.story("the field by name"));
    }
    unchanged(&before, &scene.world.admin().map(event).await, "misspelt fields");
}

#[tokio::test]
async fn what_says_one_thing_twice_agrees_or_is_refused() {
    let scene = Scene::new().await;
    let id = &scene.event.id;
    let rows =
        [(json!({"eventId": id, "seatIds": ["seat_A3"], "seatLabels": ["1A"]}), 400, "invalid_data", "two lists")];
    scene.refuses("/hold-seats", &rows).await;
    let twice = format!(r#"{{"eventId":"{id}","seatIds":["seat_A3"],"seatIds":["seat_A4"]}}"#);
    scene.ann.post_raw("/hold-seats", twice).await.refused(400, "invalid_data");
    let agreed = json!({"eventId": id, "tripId": id, "seatIds": ["seat_A3"], "seatLabel": "seat_A3"});
    scene.ann.post("/hold-seats", &agreed).await.ok();
}

#[tokio::test]
async fn what_is_nested_too_deep_is_refused_and_spoils_no_booking() {
    let scene = Scene::new().await;
    let nested = |depth: usize| (1..depth).fold(json!({}), |inner, _| json!({"a": inner}));
    for depth in [17, 1_000] {
        let text = format!("{}{}", r#"{"a":"#.repeat(depth), "}".repeat(depth)).replace(":}", ":1}");
        let body = format!(r#"{{"eventId":"{}","contactInfo":{text}}}"#, scene.event.id);
        scene.ann.post_raw("/confirm", body).await.refused(400, "invalid_data");
    }
    let body = json!({"contactInfo": nested(16), "passengers": [nested(15)]});
    let booked = scene.ann.confirm_with(&scene.event, body).await.ok();
    let record = scene.ann.booking(&booked.text("bookingId")).await.ok();
    assert_eq!(record["booking"]["contactInfo"], nested(16), "{}", record.story("what was sent"));
    scene.ann.get("/bookings").await.ok();
    scene.world.admin().event_bookings(&scene.event).await;
}

#[tokio::test]
async fn a_request_id_that_cannot_come_back_is_refused() {
    let scene = Scene::new().await;
    let mut line = scene.ann.connect().await;
    for id in [json!("x".repeat(129)), json!({}), json!(["a"]), json!(true)] {
        line.say(&json!({"action": "holds:get", "requestId": id})).await;
        let frame = line.frame_of("error").await;
        assert_eq!(frame["data"]["code"], "invalid_data", "{frame}");
        let message = frame["data"]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("requestId"), "{frame}");
    }
    for id in [json!("ä".repeat(128)), json!(7), json!("")] {
        line.say(&json!({"action": "holds:get", "requestId": id})).await;
        assert_eq!(line.frame_of("holds").await["requestId"], id);
    }
    let unknown = json!({"action": "seat:release", "eventId": scene.event.id, "seats": ["seat_F2"]});
    assert_eq!(line.ask_for("seat:release:failed", unknown).await["data"]["code"], "invalid_data");
    let unknown = json!({"action": "join", "eventId": scene.event.id, "snapShot": false});
    assert_eq!(line.ask_for("error", unknown).await["data"]["code"], "invalid_data");
}
