//! A table that hardly answers. Whatever a client asks for, the answer is the product's own, and comes before Lambda would
//! end the function.

use crate::scenes::{Scene, play};
use domain::limits::{ANSWER_MARGIN_MS, REQUEST_MS};
use serde_json::{Value, json};
use simulation::fault::Fault;
use simulation::fleet::Function;
use simulation::judge::Verb;
use simulation::stage::{Order, Way};
use simulation::token::token;
use simulation::venue::SHOWS;
use simulation::watcher;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

const BUYER: &str = "buyer-1";
const EVENT: &str = SHOWS[0].event;
/// Long enough for whatever an instance remembers to be out of date.
const LATER: Duration = Duration::from_secs(60);

/// A table that is away; one that is slow and full of conflicts; one whose every second answer is lost.
const BROWNOUTS: [&[(Fault, f64)]; 3] = [
    &[(Fault::RequestLost, 1.0)],
    &[(Fault::Slow, 0.5), (Fault::TransactionConflict, 1.0)],
    &[(Fault::AnswerLost, 0.5), (Fault::Slow, 0.5)],
];

fn order(verb: Verb, is_admin: bool, way: Way) -> Order {
    let who = if is_admin { "admin" } else { BUYER };
    Order { who: who.to_owned(), is_admin, verb, event: EVENT.to_owned(), key: None, payment: None, way }
}

fn http(verb: Verb, is_admin: bool, function: Function, http: Http) -> Order {
    order(verb, is_admin, Way::Http(function, http))
}

fn orders(connection: &str) -> Vec<Order> {
    let (buyer, admin) = (token(BUYER, Role::Buyer), token("admin", Role::Admin));
    let post = |path: &str, body: Value| Http::new(&format!("POST /seat-booking/{path}")).token(&buyer).json(&body);
    let get =
        |path: &str, token: &str| Http::new(&format!("GET /seat-booking/{path}")).token(token).path("eventId", EVENT);
    let all = json!({ "eventId": EVENT });
    let seats = json!({ "eventId": EVENT, "seatIds": ["seat_0_1", "seat_0_2"] });
    let message = |verb: Verb, action: &str| {
        let message = json!({ "action": action, "eventId": EVENT, "seatIds": ["seat_0_1"] });
        order(verb, false, Way::Socket(connection.to_owned(), message))
    };
    let settings = SHOWS[0].document(&[("front", Some(1_000)), ("back", Some(500))], 2, 2, None, 0);
    let put =
        Http::new("PUT /seat-booking/admin/events/{eventId}").token(&admin).path("eventId", EVENT).json(&settings);
    vec![
        http(Verb::Hold, false, Function::Hold, post("hold-seats", seats)),
        http(Verb::Confirm, false, Function::Confirm, post("confirm", all.clone())),
        http(Verb::Release, false, Function::Release, post("release", all)),
        http(Verb::Holds, false, Function::Hold, get("holds", &buyer)),
        http(Verb::Layout, false, Function::Layout, get("layout/{eventId}", &buyer)),
        http(Verb::Read, false, Function::Layout, get("availability/{eventId}", &buyer)),
        http(Verb::Read, true, Function::Stats, get("stats/{eventId}", &admin)),
        http(Verb::Read, true, Function::Admin, get("admin/events/{eventId}/bookings", &admin)),
        http(Verb::Settings, true, Function::Admin, put),
        message(Verb::Hold, "seat:hold"),
        message(Verb::Confirm, "booking:confirm"),
        message(Verb::Release, "seat:release"),
        order(Verb::Holds, false, Way::Socket(connection.to_owned(), json!({ "action": "holds:get" }))),
    ]
}

async fn is_answered_in_time(scene: &Scene, order: &Order, brownout: &[(Fault, f64)]) {
    tokio::time::sleep(LATER).await;
    let world = &scene.stage.world;
    world.faults().always(brownout);
    let from = tokio::time::Instant::now();
    let reply = scene.stage.send(order).await;
    let took = from.elapsed();
    world.faults().always(&[]);
    let reply = reply.unwrap_or_else(|| panic!("{brownout:?}: {:?} got no answer", order.way));
    assert!(took <= Duration::from_millis(REQUEST_MS + ANSWER_MARGIN_MS), "{:?} took {took:?}", order.way);
    assert_ne!(reply.status, 500, "{:?}: {}", order.way, reply.body);
    if brownout[0] == (Fault::RequestLost, 1.0) {
        assert_eq!((reply.status, &reply.body["code"]), (503, &json!("throttled")), "{:?}", order.way);
    }
    assert!(world.goes_on(), "{:?}", world.failure().map(|failure| failure.violation));
}

#[test]
fn a_table_that_hardly_answers_leaves_no_request_to_the_functions_limit() {
    for brownout in BROWNOUTS {
        play(|scene| async move {
            assert!(watcher::connect(&scene.stage, "line", EVENT, BUYER, &token(BUYER, Role::Buyer)).await);
            for order in orders("line") {
                is_answered_in_time(&scene, &order, brownout).await;
            }
        });
    }
}
