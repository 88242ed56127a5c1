//! Holding, releasing, booking and failing over the socket: the same rules as over HTTP.

use serde_json::{Value, json};

use crate::person::unchanged;
use crate::world::{Event, World, fresh_id};

fn act(action: &str, event: &Event, fields: Value) -> Value {
    let mut message = crate::person::about(event, fields);
    message["action"] = json!(action);
    message
}

#[tokio::test]
async fn a_hold_over_the_socket_is_a_hold() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let mut socket = ann.connect().await;
    let message = act("seat:hold", &event, json!({"seatIds": ["seat_A1", "seat_B1"], "holdDurationMinutes": 5}));
    let held = socket.ask_for("seat:hold:success", message).await;
    let data = &held["data"];
    assert_eq!((&held["eventId"], &data["eventId"]), (&json!(event.id), &json!(event.id)), "{held}");
    assert_eq!(
        (&data["heldSeats"], data["totalAmount"].as_f64(), &data["currency"]),
        (&json!(["seat_A1", "seat_B1"]), Some(225.0), &json!("USD")),
        "{held}"
    );
    let listed = ann.holds(&event).await;
    assert_eq!((&listed[0]["holdId"], &listed[0]["expiresAt"]), (&data["holdId"], &data["expiresAt"]), "{held}");
    bob.hold(&event, &["seat_A1"]).await.refused(409, "seat_held");
    // One buyer, one hold: over HTTP it goes on.
    assert_eq!(ann.hold(&event, &["seat_C1"]).await.ok()["holdId"], data["holdId"]);
    let one = socket.ask_for("seat:hold:success", act("seat:hold", &event, json!({"seatId": "seat_D1"}))).await;
    assert_eq!(
        (&one["data"]["heldSeats"], &one["data"]["expiresAt"]),
        (&json!(["seat_D1"]), &data["expiresAt"]),
        "{one}"
    );
}

#[tokio::test]
async fn a_conflict_over_the_socket_names_every_seat() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    bob.buy(&event, &["seat_A1"]).await;
    bob.hold(&event, &["seat_A2"]).await.ok();
    let before = world.admin().map(&event).await;
    let mut socket = ann.connect().await;
    let failed = socket
        .ask_for("seat:hold:failed", act("seat:hold", &event, json!({"seatIds": ["seat_A1", "seat_A2", "seat_A3"]})))
        .await;
    let data = &failed["data"];
    assert_eq!(
        (&data["code"], data["conflictingSeats"].as_array().map(Vec::len)),
        (&json!("seat_held"), Some(2)),
        "{failed}"
    );
    assert!(data["message"].is_string() && data["conflicts"].is_array(), "{failed}");
    unchanged(&before, &world.admin().map(&event).await, "a conflict over the socket");
}

#[tokio::test]
async fn a_release_over_the_socket_frees_the_seats() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1", "seat_A2", "seat_A3"]).await.ok();
    let mut socket = ann.connect().await;
    let released =
        socket.ask_for("seat:release:success", act("seat:release", &event, json!({"seatId": "seat_A1"}))).await;
    assert_eq!(released["data"]["releasedSeats"], json!(["seat_A1"]), "{released}");
    bob.hold(&event, &["seat_A1"]).await.ok();
    let failed = socket
        .ask_for("seat:release:failed", act("seat:release", &event, json!({"seatIds": ["seat_A1", "seat_A2"]})))
        .await;
    assert_eq!(failed["data"]["code"], "not_held", "{failed}");
    let rest = socket.ask_for("seat:release:success", act("seat:release", &event, json!({}))).await;
    assert_eq!(rest["data"]["releasedSeats"].as_array().map(Vec::len), Some(2), "{rest}");
    assert_eq!(ann.holds(&event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_booking_over_the_socket_is_a_booking() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.hold_table(&event, "table_VIP_001").await.ok();
    let mut socket = ann.connect().await;
    let confirm = act(
        "booking:confirm",
        &event,
        json!({
            "seatIds": ["seat_A1"], "tableIds": ["table_VIP_001"],
            "contactInfo": {"name": "Ann"}, "paymentInfo": {"transactionId": fresh_id(), "gateway": "stripe"},
        }),
    );
    let booked = socket.ask_for("booking:success", confirm.clone()).await;
    assert_eq!(
        (booked["data"]["totalAmount"].as_f64(), &booked["data"]["status"]),
        (Some(1350.0), &json!("confirmed")),
        "{booked}"
    );
    let id = booked["data"]["bookingId"].as_str().expect("bookingId");
    assert_eq!(ann.booking(id).await.ok()["booking"]["seats"].as_array().map(Vec::len), Some(9));
    // The same payment again, over the socket and over HTTP, is the same booking.
    let again = socket.ask_for("booking:success", confirm.clone()).await;
    assert_eq!(again["data"]["bookingId"], id, "{again}");
    ann.post("/confirm", &crate::person::about(&event, confirm_body(&confirm))).await.ok().has("bookingId", id);
}

/// The message without what only the socket needs.
fn confirm_body(message: &Value) -> Value {
    let mut body = message.clone();
    let _ = body.as_object_mut().map(|fields| fields.remove("action"));
    body
}

#[tokio::test]
async fn holds_are_listed_for_one_event_or_all() {
    let world = World::new().await;
    let (here, there, ann) = (world.theatre().await, world.theatre().await, world.buyer("ann"));
    ann.hold(&here, &["seat_A1"]).await.ok();
    ann.hold(&there, &["seat_A2"]).await.ok();
    let mut socket = ann.connect().await;
    let one = socket.ask_for("holds", act("holds:get", &here, json!({}))).await;
    assert_eq!(one["data"]["holds"], json!(ann.holds(&here).await), "{one}");
    let all = socket.ask_for("holds", json!({"action": "holds:get"})).await;
    assert_eq!(all["data"]["holds"].as_array().map(Vec::len), Some(2), "{all}");
}

#[tokio::test]
async fn messages_that_cannot_be_get_an_answer_and_the_connection_stays() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let before = world.admin().map(&event).await;
    let mut socket = ann.connect().await;
    let seats = |seats: Value| act("seat:hold", &event, json!({"seatIds": seats}));
    let stranger = json!({"action": "seat:hold", "eventId": fresh_id(), "seatId": "seat_A1"});
    let release = act("seat:release", &event, json!({"seatId": "seat_A1"}));
    let confirm = |seats: Value| act("booking:confirm", &event, json!({"seatIds": seats}));
    let mut wrong = Vec::new();
    for (message, answered, reason) in [
        (json!({"action": "fly"}), "error invalid_data", "an unknown action"),
        (json!({"action": 5}), "error invalid_data", "an action that is a number"),
        (json!({}), "error invalid_data", "no action"),
        (json!({"action": "join"}), "error invalid_data", "a join of nothing"),
        (json!({"action": "join", "eventId": 7}), "error invalid_data", "an event that is a number"),
        (seats(json!([])), "seat:hold:failed invalid_data", "no seats"),
        (seats(json!("seat_A1")), "seat:hold:failed invalid_data", "seats as a string"),
        (seats(json!(["seat_A1", "seat_A1"])), "seat:hold:failed invalid_data", "the same seat twice"),
        (seats(json!(["seat_A1", "seat_Z99"])), "seat:hold:failed invalid_data", "an unknown seat"),
        (seats(json!(&event.seats[..51])), "seat:hold:failed invalid_data", "51 seats"),
        (stranger, "seat:hold:failed not_found", "an unknown event"),
        (release, "seat:release:failed not_held", "a seat I do not hold"),
        (confirm(json!(["seat_A1"])), "booking:failed not_held", "nothing held"),
        (confirm(json!([1])), "booking:failed invalid_data", "a seat that is a number"),
    ] {
        let answer = socket.ask(message.clone()).await;
        let (kind, data) = (answer["type"].as_str().unwrap_or_default(), &answer["data"]);
        let got = format!("{kind} {}", data["code"].as_str().unwrap_or_default());
        if got != answered || !data["message"].is_string() {
            wrong.push(format!("\n{reason}: expected {answered} with a message\n  said {message}\n  got {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
    unchanged(&before, &world.admin().map(&event).await, "bad messages");
}

#[tokio::test]
async fn frames_that_are_no_messages_get_an_error_and_the_connection_stays() {
    let world = World::new().await;
    let mut socket = world.buyer("ann").connect().await;
    let large = json!({"action": "ping", "padding": "x".repeat(33 * 1024)}).to_string();
    for (text, reason) in [
        ("{", "broken JSON"),
        ("", "nothing"),
        ("hello", "words"),
        ("[]", "a list"),
        ("null", "null"),
        ("\"ping\"", "a string"),
        (large.as_str(), "more than 32 KB"),
    ] {
        socket.say_raw(text).await;
        let error = socket.frame_of("error").await;
        assert_eq!(error["data"]["code"], "invalid_data", "{reason}: {error}");
        socket.ask_for("pong", json!({"action": "ping"})).await;
    }
}
