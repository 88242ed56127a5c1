//! Ticket types: adult, child, … with prices of their own.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::person::{Person, about};
use crate::world::{Event, World, event_document, known_everywhere};

/// Adults pay the category's price; children 20 for a VIP seat, 10.50 for a standard one; seniors 60 for a standard one.
fn types() -> Value {
    json!([
        {"id": "adult", "name": "Adult"},
        {"id": "child", "name": "Child", "prices": {"vip": 20, "Standard": 10.5}},
        {"id": "senior", "name": "Senior", "prices": {"standard": 60}},
    ])
}

async fn theatre(world: &World) -> Event {
    world.event_with(fixture::theatre(), json!({"ticketTypes": types()})).await
}

async fn change(world: &World, event: &Event, fields: Value) -> Answer {
    world.admin().put_event(&event.id, &event_document(&event.layout_id, fields)).await
}

async fn hold_as(person: &Person, event: &Event, types: Value) -> Answer {
    let seats: Vec<&String> = types.as_object().unwrap().keys().collect();
    person.post("/hold-seats", &about(event, json!({"seatIds": seats, "ticketTypes": types}))).await
}

/// What each seat of the caller's only hold is held as, and at what price.
async fn held(person: &Person, event: &Event) -> Vec<(String, Option<String>, f64)> {
    let holds = person.holds(event).await;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let one =
        |seat: &Value| (text(&seat["seatId"]).unwrap(), text(&seat["ticketTypeId"]), seat["price"].as_f64().unwrap());
    let mut seats: Vec<_> = holds[0]["seats"].as_array().unwrap().iter().map(one).collect();
    seats.sort_by(|a, b| a.0.cmp(&b.0));
    seats
}

fn line(seat: &str, id: &str, price: f64) -> (String, Option<String>, f64) {
    (seat.to_owned(), Some(id.to_owned()), price)
}

#[tokio::test]
async fn each_type_has_its_price_and_what_it_does_not_list_costs_the_categorys() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    let wanted = json!({"seat_A1": "child", "seat_A2": "senior", "seat_B1": "child", "seat_B2": "senior"});
    hold_as(&ann, &event, wanted).await.ok().has("totalAmount", 20.0 + 150.0 + 10.5 + 60.0);
    ann.hold(&event, &["seat_B3"]).await.ok().has("totalAmount", 75);
    let expected = [
        line("seat_A1", "child", 20.0),
        line("seat_A2", "senior", 150.0),
        line("seat_B1", "child", 10.5),
        line("seat_B2", "senior", 60.0),
        line("seat_B3", "adult", 75.0),
    ];
    assert_eq!(held(&ann, &event).await, expected);
}

#[tokio::test]
async fn holding_again_as_another_type_changes_it_to_todays_price_and_not_the_timer() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    let first = hold_as(&ann, &event, json!({"seat_A1": "adult", "seat_A2": "child"})).await.ok();
    let mut dearer = types();
    dearer[1]["prices"]["vip"] = json!(30);
    change(&world, &event, json!({"ticketTypes": dearer})).await.ok();
    known_everywhere().await;
    let again = hold_as(&ann, &event, json!({"seat_A1": "child"})).await.ok();
    again.has("totalAmount", 30).has("expiresAt", first["expiresAt"].clone()).has("holdId", first["holdId"].clone());
    let expected = [line("seat_A1", "child", 30.0), line("seat_A2", "child", 20.0)];
    assert_eq!(held(&ann, &event).await, expected, "the other child keeps the price it was held at");
    // Without a type, and with the one that it has, a seat stays what it is.
    ann.hold(&event, &["seat_A2"]).await.ok().has("totalAmount", 20);
    hold_as(&ann, &event, json!({"seat_A2": "child"})).await.ok().has("totalAmount", 20);
    assert_eq!(held(&ann, &event).await, expected);
}

#[tokio::test]
async fn a_booking_and_the_statistics_say_as_what_each_seat_was_sold() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    hold_as(&ann, &event, json!({"seat_A1": "child", "seat_B1": "adult"})).await.ok();
    let booked = ann.confirm_with(&event, json!({})).await.ok().has("totalAmount", 95);
    let told = |seats: &Value| -> Vec<Value> {
        seats.as_array().unwrap().iter().map(|seat| seat["ticketTypeId"].clone()).collect()
    };
    assert_eq!(told(&booked["seats"]), [json!("child"), json!("adult")]);
    let id = booked.text("bookingId");
    assert_eq!(told(&ann.booking(&id).await.ok()["booking"]["seats"]), [json!("child"), json!("adult")]);
    let seat = ann.seat(&event, "seat_A1").await;
    assert_eq!((&seat["ticketTypeId"], &seat["bookedPrice"]), (&json!("child"), &json!(20)));
    let stats = world.admin().stats(&event).await.ok();
    let expected = json!({
        "adult": {"booked": 1, "revenue": 75}, "child": {"booked": 1, "revenue": 20}, "senior": {"booked": 0, "revenue": 0},
    });
    assert_eq!(stats["ticketTypeBreakdown"], expected);
    ann.cancel(&id).await.ok();
    assert_eq!(ann.seat(&event, "seat_A1").await["ticketTypeId"], Value::Null);
}

#[tokio::test]
async fn a_type_never_opens_a_category_that_is_not_for_sale() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    change(&world, &event, json!({"ticketTypes": types(), "prices": {"vip": null}})).await.ok();
    known_everywhere().await;
    hold_as(&ann, &event, json!({"seat_A1": "child"})).await.refused(409, "seat_blocked");
}

#[tokio::test]
async fn a_table_is_held_with_a_type_for_each_of_its_seats() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    let body = json!({"tableId": "table_VIP_001", "ticketTypes": {"seat_table_VIP_001_0": "child"}});
    ann.post("/hold-table", &about(&event, body)).await.ok().has("totalAmount", 20 + 7 * 150);
}

#[tokio::test]
async fn what_is_wrong_with_a_type_is_refused_by_name_and_holds_nothing() {
    let world = World::new().await;
    let (event, plain, ann) = (theatre(&world).await, world.theatre().await, world.buyer("ann"));
    for (at, wrong, why) in [
        (&event, json!({"seat_A1": "pensioner"}), "ticketTypes: this event has no ticket type pensioner"),
        (&plain, json!({"seat_A1": "adult"}), "ticketTypes: this event has no ticket type adult"),
        (&event, json!({"seat_A2": "child"}), "ticketTypes names seats that are not asked for: seat_A2"),
        (&event, json!({"seat_A1": 7}), "ticketTypes.seat_A1 must be the id of a ticket type"),
        (&event, json!(["child"]), "ticketTypes must be an object of seat: ticket type"),
    ] {
        let body = about(at, json!({"seatIds": ["seat_A1"], "ticketTypes": wrong}));
        ann.post("/hold-seats", &body).await.refused(400, "invalid_data").says(why);
    }
    assert!(ann.held_seats(&event).await.is_empty());
}

#[tokio::test]
async fn an_events_types_are_read_back_and_shown_with_the_layout() {
    let world = World::new().await;
    let event = theatre(&world).await;
    let expected = json!([
        {"id": "adult", "name": "Adult", "prices": {}},
        {"id": "child", "name": "Child", "prices": {"standard": 10.5, "vip": 20}},
        {"id": "senior", "name": "Senior", "prices": {"standard": 60}},
    ]);
    let admin = world.admin();
    assert_eq!(admin.get(&format!("/admin/events/{}", event.id)).await.ok()["event"]["ticketTypes"], expected);
    assert_eq!(world.anyone().layout(&event).await.ok()["layout"]["ticketTypes"], expected);
    for (wrong, why) in [
        (
            json!([{"id": "a", "name": "A", "prices": {"box": 1}}]),
            "ticketTypes[0].prices.box: the layout has no such category",
        ),
        (json!([{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]), "ticketTypes[1].id is another type's already"),
        (json!([{"id": "a"}]), "ticketTypes[0].name is missing"),
        (json!([{"id": "a", "name": "A", "prices": {"vip": null}}]), "ticketTypes[0].prices.vip must be a number"),
    ] {
        change(&world, &event, json!({"ticketTypes": wrong})).await.refused(400, "invalid_data").says(why);
    }
}

#[tokio::test]
async fn types_are_named_over_the_socket_too() {
    let world = World::new().await;
    let (event, ann) = (theatre(&world).await, world.buyer("ann"));
    let mut socket = ann.connect().await;
    let message =
        json!({"action": "seat:hold", "eventId": event.id, "seatId": "seat_A1", "ticketTypes": {"seat_A1": "child"}});
    let frame = socket.ask_for("seat:hold:success", message).await;
    assert_eq!(frame["data"]["totalAmount"], json!(20));
}
