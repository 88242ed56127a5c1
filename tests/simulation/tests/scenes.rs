//! A buyer and a rival on a stage on which nothing fails but what a test says: for what a seed meets too rarely.

use serde_json::{Value, json};
use simulation::admin::Admin;
use simulation::fault::{Fault, Faults};
use simulation::fleet::Function;
use simulation::judge::{Reply, Verb, time};
use simulation::stage::{Order, Stage, Way};
use simulation::token::token;
use simulation::venue::{AREA, SHOWS};
use simulation::virtual_time;
use simulation::world::World;
use std::sync::Arc;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

/// A buyer on a stage on which nothing fails but what a test says.
pub struct Scene {
    /// Where it plays.
    pub stage: Arc<Stage>,
}

/// A stage on which nothing fails yet.
pub fn on_a_stage<F: Future<Output = ()>>(seed: u64, scene: impl FnOnce(Arc<Stage>) -> F + Send) {
    let played = virtual_time::play(seed, || async {
        let world = Arc::new(World::new(seed, Faults::none()).unwrap());
        scene(Arc::new(Stage::new(world, u64::MAX))).await;
    });
    played.unwrap();
}

/// Ends the test if anything is broken.
pub fn end_if_broken(stage: &Stage) {
    if let Some(failure) = stage.world.failure() {
        panic!("{}\n{}", failure.violation, failure.end);
    }
}

/// Plays a scene from its beginning: events on sale, nothing held.
pub fn play<F: Future<Output = ()>>(scene: impl FnOnce(Scene) -> F + Send) {
    on_a_stage(1, |stage| async move {
        Admin::new(&stage, fastrand::Rng::with_seed(1)).open().await.unwrap();
        scene(Scene { stage }).await;
    });
}

impl Scene {
    /// What the next transactions meet, with the delay of each that comes late, in ms.
    pub fn script(&self, faults: &[Option<(Fault, u64)>]) {
        self.stage.world.faults().script.extend(faults);
    }

    /// A request of this buyer, judged like every other.
    pub async fn ask(&self, buyer: &str, verb: Verb, route: &str, body: Value, key: Option<&str>) -> Reply {
        // A cancel names its booking in the path, and comes without a body where it means all of it.
        let mut http = Http::new(route).token(&token(buyer, Role::Buyer));
        http = match (body["bookingId"].as_str(), &body["seatIds"]) {
            (Some(booking), Value::Null) => http.path("bookingId", booking),
            (Some(booking), seats) => http.path("bookingId", booking).json(&json!({ "seatIds": seats })),
            (None, _) => http.json(&body),
        };
        if let Some(key) = key {
            http = http.header("idempotency-key", key);
        }
        let function = match verb {
            Verb::Hold | Verb::HoldBest | Verb::Extend | Verb::Holds => Function::Hold,
            Verb::Confirm | Verb::Book => Function::Confirm,
            _ => Function::Release,
        };
        let order = Order {
            who: buyer.to_owned(),
            is_admin: false,
            verb,
            event: body["eventId"].as_str().unwrap_or(SHOWS[0].event).to_owned(),
            key: key.map(|key| (key.to_owned(), body.to_string())),
            payment: None,
            way: Way::Http(function, http),
        };
        let reply = self.stage.send(&order).await.expect("an answer");
        end_if_broken(&self.stage);
        reply
    }

    /// Sees that everything that was told still stands, whatever has come late.
    pub fn check(&self) {
        self.stage.world.check_promises();
        end_if_broken(&self.stage);
    }

    /// Holds a seat.
    pub async fn hold(&self, buyer: &str, seat: &str) -> Reply {
        let body = json!({ "eventId": SHOWS[0].event, "seatIds": [seat] });
        self.ask(buyer, Verb::Hold, "POST /seat-booking/hold-seats", body, None).await
    }

    /// Holds a seat that is free; gives the moment at which the hold ends, in ms.
    pub async fn hold_until(&self, buyer: &str, seat: &str) -> i64 {
        let held = self.hold(buyer, seat).await;
        assert_eq!(held.status, 200, "{}", held.body);
        time(&held.body["data"]["expiresAt"]).expect("the end of the hold")
    }

    /// Sleeps until this moment, in ms; not at all when it has passed.
    pub async fn sleep_until(&self, moment: i64) {
        let left = moment - self.stage.world.now();
        tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or_default())).await;
    }

    /// Holds so many places of the area.
    pub async fn hold_places(&self, buyer: &str, quantity: usize) -> Reply {
        let body = json!({ "eventId": SHOWS[0].event, "areaId": AREA.0, "quantity": quantity });
        self.ask(buyer, Verb::HoldBest, "POST /seat-booking/hold-area", body, None).await
    }

    /// Books in one step.
    pub async fn book(&self, buyer: &str, body: Value, key: Option<&str>) -> Reply {
        self.ask(buyer, Verb::Book, "POST /seat-booking/book", body, key).await
    }

    /// Gives everything up.
    pub async fn release(&self, buyer: &str) -> Reply {
        let body = json!({ "eventId": SHOWS[0].event });
        self.ask(buyer, Verb::Release, "POST /seat-booking/release", body, None).await
    }

    /// Books a seat for a buyer, as the shop does. It is judged as the buyer's own request would be: it may touch no rows but
    /// the buyer's, and say nothing of others.
    pub async fn book_for(&self, buyer: &str, seat: &str, payment: &Value) -> Reply {
        let event = SHOWS[0].event;
        let body = json!({ "eventId": event, "seatIds": [seat], "userId": buyer, "paymentInfo": payment });
        let http = Http::new("POST /seat-booking/book").token(&token("admin", Role::Admin)).json(&body);
        let (who, event, way) = (buyer.to_owned(), event.to_owned(), Way::Http(Function::Confirm, http));
        let order = Order { who, is_admin: false, verb: Verb::Book, event, key: None, payment: None, way };
        let reply = self.stage.send(&order).await.expect("an answer");
        end_if_broken(&self.stage);
        reply
    }

    /// Books everything.
    pub async fn confirm(&self, buyer: &str, payment: Value, key: Option<&str>) -> Reply {
        let body = json!({ "eventId": SHOWS[0].event, "paymentInfo": payment });
        self.ask(buyer, Verb::Confirm, "POST /seat-booking/confirm", body, key).await
    }

    /// What the table says of a seat.
    pub fn seat(&self, seat: &str) -> String {
        let ledger = self.stage.world.ledger();
        ledger.all(SHOWS[0].event, seat).last().map_or("available".to_owned(), |past| past.seat.status.clone())
    }
}

/// A transaction that arrives when its attempt has been given up long since.
pub const LATE: Option<(Fault, u64)> = Some((Fault::Delayed, 3_000));
