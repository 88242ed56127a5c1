//! Holding seats.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::person::{refs, unchanged};
use crate::world::World;

#[tokio::test]
async fn a_hold_answers_with_everything_the_contract_names() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &["seat_A1", "seat_B1"]).await.ok().says("Successfully held 2 seats");
    let held =
        held.has("eventId", event.id.clone()).has("heldSeats", json!(["seat_A1", "seat_B1"])).has("totalAmount", 225);
    let held = held.has("currency", "USD").has("conflictingSeats", json!([])).has("conflicts", json!([]));
    assert!(!held.text("holdId").is_empty());
    let end = held.text("expiresAt");
    assert!(
        end.len() == 24 && end.ends_with('Z') && end.as_bytes()[19] == b'.',
        "{}",
        held.story("milliseconds in UTC")
    );
}

#[tokio::test]
async fn a_hold_and_the_list_of_holds_say_the_servers_time() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let time = |answer: &Answer, field: &str| answer.text(field).parse::<Timestamp>().expect("a time");
    for held in [ann.hold(&event, &["seat_A1"]).await.ok(), ann.hold_table(&event, "table_VIP_001").await.ok()] {
        let left = time(&held, "expiresAt").duration_since(time(&held, "serverTime"));
        assert!((580..=600).contains(&left.as_secs()), "{}", held.story("ten minutes less what has passed"));
        assert_eq!(held.text("serverTime").len(), 24, "{}", held.story("milliseconds in UTC"));
    }
    for path in ["/holds".to_owned(), format!("/holds?eventId={}", event.id)] {
        let (before, list) = (Timestamp::now(), ann.get(&path).await.ok());
        let apart = time(&list, "serverTime").duration_since(before);
        assert!(apart.abs() < SignedDuration::from_secs(30), "{}", list.story("the time of the answer"));
    }
}

#[tokio::test]
async fn a_hold_lasts_as_long_as_was_asked() {
    let world = World::new().await;
    let event = world.theatre().await;
    for (seat, minutes, seconds) in [("seat_A1", 1.0, 60), ("seat_A2", 1.5, 90), ("seat_A3", 30.0, 1_800)] {
        lasts(&world.buyer("ann").hold_for(&event, &[seat], minutes).await.ok(), seconds);
    }
    lasts(&world.buyer("ann").hold(&event, &["seat_A4"]).await.ok(), 600);
}

#[tokio::test]
async fn the_event_says_how_long_a_hold_lasts_and_may_last() {
    let world = World::new().await;
    let event = world.event_with(fixture::theatre(), json!({"rules": {"holdMinutes": 4, "maxHoldMinutes": 5}})).await;
    lasts(&world.buyer("ann").hold(&event, &["seat_A1"]).await.ok(), 240);
    lasts(&world.buyer("bob").hold_for(&event, &["seat_A2"], 5.0).await.ok(), 300);
    world.buyer("cid").hold_for(&event, &["seat_A3"], 5.5).await.refused(400, "invalid_data");
}

/// The hold ends this many seconds from now, give or take a slow machine.
#[track_caller]
fn lasts(held: &Answer, seconds: i64) {
    let end: Timestamp = held.text("expiresAt").parse().expect("a time");
    let left = end.duration_since(Timestamp::now());
    let wanted = SignedDuration::from_secs(seconds);
    let slack = SignedDuration::from_secs(30);
    assert!(wanted - slack <= left && left <= wanted + slack, "{}", held.story(&format!("{seconds} s, not {left:#}")));
}

#[tokio::test]
async fn a_hold_shows_in_the_layout_at_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let held = ann.hold(&event, &["seat_A1"]).await.ok();
    let seat = ann.seat(&event, "seat_A1").await;
    assert_eq!((&seat["status"], &seat["holdExpiresAt"]), (&json!("held"), &held["expiresAt"]));
    assert_eq!((&seat["heldByMe"], &seat["heldBy"], &seat["version"]), (&json!(true), &json!(ann.sub), &json!(1)));
}

#[tokio::test]
async fn a_hold_that_fails_for_one_seat_holds_none() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A2"]).await.ok();
    let before = world.admin().map(&event).await;
    let refused = bob.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.refused(409, "seat_held");
    refused
        .lists("conflictingSeats", &["seat_A2"])
        .has("conflicts", json!([{"seatId": "seat_A2", "code": "seat_held"}]));
    unchanged(&before, &world.admin().map(&event).await, "a hold with a conflict");
    assert_eq!(bob.held_seats(&event).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_failed_hold_lists_every_conflict_with_its_reason() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.buy(&event, &["seat_A1"]).await;
    ann.hold(&event, &["seat_A2", "seat_B1"]).await.ok();
    let refused = bob.hold(&event, &["seat_A1", "seat_A2", "seat_A3", "seat_B1"]).await.refused(409, "seat_held");
    let refused = refused.says("Some seats are already held by another user");
    let refused = refused.lists("conflictingSeats", &["seat_A1", "seat_A2", "seat_B1"]);
    for (seat, code) in [("seat_A1", "seat_booked"), ("seat_A2", "seat_held"), ("seat_B1", "seat_held")] {
        let conflict = json!({"seatId": seat, "code": code});
        assert!(
            refused.list("conflicts").contains(&conflict),
            "{}",
            refused.story(&format!("the conflict {conflict}"))
        );
    }
}

#[tokio::test]
async fn booked_seats_alone_are_refused_as_booked() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.buy(&event, &["seat_A1", "seat_A2"]).await;
    let refused = bob.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.refused(409, "seat_booked");
    refused.says("Some seats are already booked").lists("conflictingSeats", &["seat_A1", "seat_A2"]);
    ann.hold(&event, &["seat_A1"]).await.refused(409, "seat_booked");
}

#[tokio::test]
async fn holding_what_i_hold_succeeds_and_changes_nothing() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let first = ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    let again = ann.hold(&event, &["seat_A1", "seat_A2"]).await.ok();
    again.lists("heldSeats", &["seat_A1", "seat_A2"]).has("totalAmount", 300);
    let again = ann.hold_for(&event, &["seat_A1"], 25.0).await.ok();
    again.has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A2"]);
}

#[tokio::test]
async fn all_that_i_hold_in_an_event_shares_one_timer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let first = ann.hold_for(&event, &["seat_A1"], 5.0).await.ok();
    let more = ann.hold_for(&event, &["seat_A1", "seat_A2"], 20.0).await.ok();
    let more = more.has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
    // Seats and amount are those of this request.
    more.has("heldSeats", json!(["seat_A1", "seat_A2"])).has("totalAmount", 300);
    let table = ann.hold_table(&event, "table_VIP_001").await.ok();
    table.has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone()).has("totalAmount", 1200);

    let holds = ann.holds(&event).await;
    assert_eq!(holds.len(), 1, "one hold: {holds:?}");
    assert_eq!(holds[0]["totalAmount"].as_f64(), Some(1500.0), "{holds:?}");
    assert_eq!(ann.seat(&event, "seat_A2").await["holdExpiresAt"], first["expiresAt"]);
}

#[tokio::test]
async fn my_holds_are_listed_for_one_event_or_for_all() {
    let world = World::new().await;
    let (theatre, bus, ann) = (world.theatre().await, world.event(fixture::bus()).await, world.buyer("ann"));
    let held = ann.hold(&theatre, &["seat_A1", "seat_B1"]).await.ok();
    ann.hold(&bus, &["1A"]).await.ok();
    world.buyer("bob").hold(&theatre, &["seat_C1"]).await.ok();

    let here = ann.holds(&theatre).await;
    assert_eq!(here.len(), 1, "{here:?}");
    for (field, wanted) in [
        ("holdId", &held["holdId"]),
        ("expiresAt", &held["expiresAt"]),
        ("eventId", &json!(theatre.id)),
        ("currency", &json!("USD")),
    ] {
        assert_eq!(&here[0][field], wanted, "{field} of {here:?}");
    }
    let seats = here[0]["seats"].as_array().expect("seats");
    let first = seats.iter().find(|seat| seat["seatId"] == "seat_A1").expect("A1 among the seats");
    assert_eq!((&first["categoryId"], first["price"].as_f64()), (&json!("vip"), Some(150.0)), "{here:?}");
    assert_eq!(ann.held_seats(&theatre).await, ["seat_A1", "seat_B1"]);

    let all = ann.get("/holds").await.ok();
    let events: Vec<&Value> = all.list("holds").iter().map(|hold| &hold["eventId"]).collect();
    assert!(
        events.len() == 2 && events.contains(&&json!(bus.id)) && events.contains(&&json!(theatre.id)),
        "{}",
        all.story("both")
    );
}

#[tokio::test]
async fn a_hold_never_grows_beyond_the_limit() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &refs(&event.seats[..48])).await.ok();
    let before = world.admin().map(&event).await;
    ann.hold(&event, &refs(&event.seats[48..51])).await.refused(409, "limit_exceeded");
    unchanged(&before, &world.admin().map(&event).await, "a hold that would be of 51 seats");
    ann.hold(&event, &refs(&event.seats[48..50])).await.ok();
    // What is held already does not count twice.
    ann.hold(&event, &refs(&event.seats[..50])).await.ok();
    ann.hold(&event, &refs(&event.seats[50..51])).await.refused(409, "limit_exceeded");
}

#[tokio::test]
async fn an_event_may_allow_fewer_seats_in_a_hold() {
    let world = World::new().await;
    let (event, ann) =
        (world.event_with(fixture::theatre(), json!({"rules": {"maxSeatsPerHold": 4}})).await, world.buyer("ann"));
    let refused = ann.hold(&event, &refs(&event.seats[..5])).await.refused(400, "invalid_data");
    refused.says("Cannot hold more than 4 seats at once");
    ann.hold(&event, &refs(&event.seats[..4])).await.ok();
    ann.hold(&event, &refs(&event.seats[4..5])).await.refused(409, "limit_exceeded");
}

#[tokio::test]
async fn seats_are_held_only_within_the_sales_window() {
    let world = World::new().await;
    let window = |opens: &str, closes: &str| json!({"salesOpenAt": opens, "salesCloseAt": closes});
    let (past, future, far) = ("2020-01-01T00:00:00.000Z", "2040-01-01T00:00:00.000Z", "2041-01-01T00:00:00.000Z");
    for (opens, closes, open) in [(past, future, true), (future, far, false), ("2019-01-01T00:00:00.000Z", past, false)]
    {
        let event = world.event_with(fixture::theatre(), window(opens, closes)).await;
        let (seat, table) = (
            world.buyer("ann").hold(&event, &["seat_A1"]).await,
            world.buyer("bob").hold_table(&event, "table_VIP_001").await,
        );
        if open {
            seat.ok();
            table.ok();
        } else {
            seat.refused(409, "sales_closed");
            table.refused(409, "sales_closed");
            assert_eq!(world.anyone().seat(&event, "seat_A1").await["status"], "available");
        }
    }
}

#[tokio::test]
async fn the_same_seat_id_in_two_events_is_two_seats() {
    let world = World::new().await;
    let (here, there, ann, bob) =
        (world.theatre().await, world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&here, &["seat_A1"]).await.ok();
    bob.hold(&there, &["seat_A1"]).await.ok();
    ann.confirm(&there, &["seat_A1"]).await.refused(409, "not_held");
    bob.confirm(&there, &["seat_A1"]).await.ok();
    assert_eq!(world.anyone().seat(&here, "seat_A1").await["status"], "held");
}

#[tokio::test]
async fn other_names_for_event_and_seats_are_understood() {
    let world = World::new().await;
    let event = world.theatre().await;
    for name in ["eventId", "tripId", "screeningId", "screening_id", "eventID"] {
        let ann = world.buyer("ann");
        ann.post("/hold-seats", &json!({name: event.id, "seatIds": ["seat_A1"]})).await.ok();
        ann.post("/release", &json!({name: event.id})).await.ok().lists("releasedSeats", &["seat_A1"]);
    }
    for name in ["seatIds", "seatLabels", "seat_ids", "seatIDs"] {
        let ann = world.buyer("ann");
        ann.post("/hold-seats", &json!({"eventId": event.id, name: ["seat_B1", "seat_B2"]})).await.ok();
        ann.post("/confirm", &json!({"eventId": event.id, name: ["seat_B9"]})).await.refused(409, "not_held");
        ann.post("/release", &json!({"eventId": event.id, name: ["seat_B1", "seat_B2"]})).await.ok();
    }
    let one = json!({"tripId": event.id, "seatLabel": "seat_C1"});
    world.buyer("ann").post("/hold-seats", &one).await.ok().has("heldSeats", json!(["seat_C1"]));
}
