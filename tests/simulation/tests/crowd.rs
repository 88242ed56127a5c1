//! Many who have seats chosen at the same moment, each by a function instance of its own, which knows nothing of the others:
//! as on Lambda, where the first answer of a rush is no help to the second.

use crate::scenes::{Scene, play};
use futures::future::join_all;
use serde_json::{Value, json};
use simulation::call::Who;
use simulation::fleet::Function;
use simulation::token::token;
use std::collections::HashSet;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

const EVENT: &str = "crowd";
const BUYERS: u64 = 300;

/// Transactions that a buyer may need on average who comes while others do, over a second; and where all come at the very
/// same moment, so that nobody can have read of the others.
const OVER_A_SECOND: f64 = 1.5;
const AT_ONCE: f64 = 6.0;
/// The same for four places of an area of which one in ten is left.
const NEARLY_FULL: f64 = 1.3;

async fn put(scene: &Scene, route: &str, name: (&str, &str), document: &Value) {
    let http = Http::new(route).token(&token("admin", Role::Admin)).path(name.0, name.1).json(document);
    let (_, answer) = scene.stage.fleet.invoke(Function::Admin, Who::Admin, http.payload("put")).await;
    assert_eq!(answer.unwrap()["status"], 200);
}

/// A house of a thousand seats, and a floor of two thousand places.
async fn open(scene: &Scene) {
    let seat = |at: usize| {
        json!({
            "id": format!("s{at}"), "position": { "x": 30 * (at % 50), "y": 30 * (at / 50) }, "categoryId": "all",
            "rowLabel": (at / 50).to_string(), "seatNumber": at % 50,
        })
    };
    let layout = json!({
        "name": EVENT, "canvasW": 1500, "canvasH": 1000, "focus": { "x": 750, "y": 0 },
        "categories": [{ "id": "all", "name": "All", "color": "#101010", "price": 10 }],
        "seats": (0..1_000).map(seat).collect::<Vec<_>>(),
        "areas": [{
            "id": "floor", "name": "Floor", "capacity": 2_000, "categoryId": "all",
            "shape": { "x": 0, "y": 700, "width": 1500, "height": 300 },
        }],
    });
    put(scene, "PUT /seat-booking/admin/layouts/{layoutId}", ("layoutId", EVENT), &layout).await;
    let event = json!({
        "name": EVENT, "layoutId": EVENT, "startsAt": "2031-01-01T19:30:00.000Z", "currency": "EUR",
    });
    put(scene, "PUT /seat-booking/admin/events/{eventId}", ("eventId", EVENT), &event).await;
}

/// A buyer's request, sent after a while; the seats that it got.
async fn ask(scene: &Scene, number: u64, route: &str, body: &Value, after_ms: u64) -> Vec<String> {
    tokio::time::sleep(Duration::from_millis(after_ms)).await;
    let buyer = format!("buyer-{number}");
    let http = Http::new(route).token(&token(&buyer, Role::Buyer)).json(body);
    let payload = http.payload_at(scene.stage.world.now(), &format!("r{number}"));
    let (_, answer) = scene.stage.fleet.invoke(Function::Hold, Who::Buyer(buyer), payload).await;
    let answer = answer.unwrap();
    assert_eq!(answer["status"], 200, "{answer}");
    let seats = answer["body"]["data"]["heldSeats"].as_array().unwrap();
    seats.iter().map(|seat| seat.as_str().unwrap().to_owned()).collect()
}

/// How many transactions each buyer needed on average who wants this, where they come over so many milliseconds.
async fn transactions_each(
    scene: &Scene,
    buyers: std::ops::Range<u64>,
    route: &str,
    body: &Value,
    over_ms: u64,
) -> f64 {
    let count = buyers.end - buyers.start;
    scene.stage.world.meter().begin();
    let all = buyers.clone().map(|number| ask(scene, number, route, body, (number - buyers.start) * over_ms / count));
    let held: Vec<String> = join_all(all).await.into_iter().flatten().collect();
    assert_eq!(held.iter().collect::<HashSet<_>>().len(), held.len(), "no seat twice");
    assert!(scene.stage.world.goes_on(), "{:?}", scene.stage.world.failure().map(|failure| failure.violation));
    #[allow(clippy::cast_precision_loss)] // some hundred
    let each = f64::from(scene.stage.world.meter().transactions()) / count as f64;
    each
}

const BEST: &str = "POST /seat-booking/best-available";

#[test]
fn who_comes_while_others_choose_is_served_although_no_instance_knows_of_another() {
    play(|scene| async move {
        open(&scene).await;
        let best = json!({ "eventId": EVENT, "quantity": 2 });
        let each = transactions_each(&scene, 0..BUYERS, BEST, &best, 1_000).await;
        println!("300 ask for the best 2 of 1,000 within a second: {each:.2} transactions each");
        assert!(each <= OVER_A_SECOND, "{each}");
    });
}

#[test]
fn who_comes_at_the_very_same_moment_is_served_too() {
    play(|scene| async move {
        open(&scene).await;
        let best = json!({ "eventId": EVENT, "quantity": 2 });
        let each = transactions_each(&scene, 0..BUYERS, BEST, &best, 0).await;
        println!("300 ask for the best 2 of 1,000 at the same moment: {each:.2} transactions each");
        assert!(each <= AT_ONCE, "{each}");
    });
}

#[test]
fn places_of_an_area_that_is_nearly_full_are_rarely_drawn_twice() {
    play(|scene| async move {
        open(&scene).await;
        let area = |quantity: usize| json!({ "eventId": EVENT, "areaId": "floor", "quantity": quantity });
        let route = "POST /seat-booking/hold-area";
        transactions_each(&scene, 0..36, route, &area(50), 10_000).await;
        let each = transactions_each(&scene, 100..120, route, &area(4), 250).await;
        println!(
            "20 ask for 4 places within a quarter of a second, 200 of 2,000 are left: {each:.2} transactions each"
        );
        assert!(each <= NEARLY_FULL, "{each}");
        let last = transactions_each(&scene, 200..230, route, &area(4), 500).await;
        println!(
            "30 ask for the last 120 places within half a second: {last:.2} transactions each, and all are served"
        );
    });
}
