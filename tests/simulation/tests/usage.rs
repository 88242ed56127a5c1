//! What each verb uses of the table, as the table of budgets has it: not a request and not a unit more or less.

use crate::scenes::{Scene, play};
use serde_json::{Value, json};
use simulation::budget::{BUDGETS, Budget};
use simulation::call::Who;
use simulation::fleet::Function;
use simulation::token::token;
use simulation::venue::{AREA, TABLE};
use simulation::watcher;
use support::events::message;
use support::http::Http;
use support::people::Role;

const EVENT: &str = "usage";
/// The same hall, in which buyers are limited.
const LIMITED: &str = "usage-within-limits";
/// What nobody gets, and costs no more than what one gets.
const TAKEN: &str = "a seat that somebody else has";

/// What is refused, and goes on record.
const FAILED: &str = "a payment that failed";

/// In the first round functions come to remember the event and its layout.
const MEASURED: u32 = 2;

/// Who asks: the admin by that name, else a buyer.
fn role(name: &str) -> Role {
    if name == "admin" { Role::Admin } else { Role::Buyer }
}

/// Everything that can be done, once, by buyers who have done nothing yet.
struct Round<'a> {
    scene: &'a Scene,
    number: u32,
    seats: std::ops::RangeFrom<u32>,
    used: Vec<Budget>,
}

impl Round<'_> {
    /// Seats that nobody has asked for.
    fn seats(&mut self, count: usize) -> Value {
        let ids = self.seats.by_ref().take(count).map(|at| format!("seat_{}_{}", at / 50, at % 50 + 1));
        json!({ "eventId": EVENT, "seatIds": ids.collect::<Vec<_>>() })
    }

    fn name(&self, buyer: &str) -> String {
        format!("buyer-{buyer}-{}", self.number)
    }

    /// A route, asked by a buyer of this round.
    fn route(&self, buyer: &str, route: &str) -> Http {
        Http::new(route).token(&token(&self.name(buyer), role(buyer))).path("eventId", EVENT)
    }

    /// Sends a request, and notes what it used.
    async fn ask(&mut self, verb: &'static str, buyer: &str, function: Function, http: Http) -> Value {
        self.scene.stage.world.meter().begin();
        let answer = self.send(buyer, function, http).await;
        self.used.push(self.scene.stage.world.meter().read(verb));
        let wanted = if [TAKEN, FAILED].contains(&verb) { 409 } else { 200 };
        assert_eq!(answer["status"], wanted, "{verb}: {answer}");
        answer["body"]["data"].clone()
    }

    async fn send(&self, buyer: &str, function: Function, http: Http) -> Value {
        let who = if buyer == "admin" { Who::Admin } else { Who::Buyer(self.name(buyer)) };
        let request_id = format!("{}{buyer}{}", self.number, self.used.len());
        let payload = http.payload_at(self.scene.stage.world.now(), &request_id);
        let (_, answer) = self.scene.stage.fleet.invoke(function, who, payload).await;
        answer.unwrap()
    }

    async fn post(&mut self, verb: &'static str, buyer: &str, path: &str, body: &Value) -> Value {
        let function = match path {
            "hold-seats" | "hold-table" | "hold-area" | "best-available" | "extend" => Function::Hold,
            "confirm" | "book" => Function::Confirm,
            _ => Function::Release,
        };
        let http = self.route(buyer, &format!("POST /seat-booking/{path}")).json(body);
        self.ask(verb, buyer, function, with_key(verb, http)).await
    }

    async fn cancel(&mut self, verb: &'static str, buyer: &str, booking: &Value, seats: &Value) {
        let http = self.route(buyer, "POST /seat-booking/bookings/{bookingId}/cancel");
        let http = http.path("bookingId", booking["bookingId"].as_str().unwrap());
        let http = if seats.is_null() { http } else { http.json(&json!({ "seatIds": [seats] })) };
        self.ask(verb, buyer, Function::Release, with_key(verb, http)).await;
    }

    /// A call of the socket API.
    async fn call(&mut self, verb: &'static str, action: Value) {
        let (connection, stage) = (self.connection(), &self.scene.stage);
        let event = message(&connection, &action.to_string(), verb);
        stage.world.meter().begin();
        stage.fleet.invoke(Function::Socket, Who::Buyer(self.name("socket")), event).await;
        self.used.push(stage.world.meter().read(verb));
        let answers = std::mem::take(&mut stage.world.gateway().lines.get_mut(&connection).unwrap().answers);
        let is_right = |frame: &Value| frame["type"] != "error" && !frame["type"].to_string().contains("failed");
        assert!(!answers.is_empty() && answers.iter().all(is_right), "{verb}: {answers:?}");
    }

    fn connection(&self) -> String {
        format!("line{}", self.number)
    }

    async fn holds(&mut self) {
        let (first, more, four, fifty, keyed) =
            (self.seats(1), self.seats(1), self.seats(4), self.seats(50), self.seats(1));
        self.post("first hold, of 1 seat", "ann", "hold-seats", &first).await;
        self.post("1 seat more", "ann", "hold-seats", &more).await;
        self.post("the same seat again", "ann", "hold-seats", &first).await;
        self.post(TAKEN, "bob", "hold-seats", &first).await;
        self.post("first hold, of 4 seats", "cem", "hold-seats", &four).await;
        self.post("first hold, of 50 seats", "dan", "hold-seats", &fifty).await;
        // There is one, so that it is measured with the functions that the other holds have warmed.
        if self.number == MEASURED {
            let table = json!({ "eventId": EVENT, "tableId": TABLE.0 });
            self.post("first hold, of a table of 6", "eve", "hold-table", &table).await;
        }
        self.post("first hold, of 1 seat, with a key", "fay", "hold-seats", &keyed).await;
        self.post("the same request again, with a key", "fay", "hold-seats", &keyed).await;
        let every = self.route("cem", "GET /seat-booking/holds");
        let one = every.clone().query("eventId", EVENT);
        self.ask("holds in one event", "cem", Function::Hold, one).await;
        self.ask("holds in all events", "cem", Function::Hold, every).await;
    }

    async fn releases(&mut self) {
        let all = json!({ "eventId": EVENT });
        self.post("release of 4 seats", "cem", "release", &all).await;
        self.post("release of nothing", "cem", "release", &all).await;
        self.post("release of 50 seats", "dan", "release", &all).await;
        self.post("release of 1 seat, with a key", "fay", "release", &all).await;
    }

    async fn bookings(&mut self) {
        for (buyer, count) in [("gus", 1), ("hal", 4), ("ida", 50), ("jan", 1)] {
            let http = self.route(buyer, "POST /seat-booking/hold-seats").json(&self.seats(count));
            assert_eq!(self.send(buyer, Function::Hold, http).await["status"], 200);
        }
        let number = self.number;
        let pay = |payment: &str| {
            let payment = json!({ "gateway": "bank", "transactionId": format!("{payment}-{number}") });
            json!({ "eventId": EVENT, "paymentInfo": payment })
        };
        self.post("confirm of 1 seat", "gus", "confirm", &pay("one")).await;
        self.post("the same payment again", "gus", "confirm", &pay("one")).await;
        let four = self.post("confirm of 4 seats", "hal", "confirm", &pay("four")).await;
        self.post("confirm of 50 seats", "ida", "confirm", &pay("fifty")).await;
        let keyed = self.post("confirm of 1 seat, with a key", "jan", "confirm", &pay("keyed")).await;
        let unpaid = json!({ "eventId": EVENT });
        self.post("confirm of 2 seats without a payment", "ann", "confirm", &unpaid).await;
        let list = self.route("hal", "GET /seat-booking/bookings");
        self.ask("a page of a buyer's bookings", "hal", Function::Confirm, list).await;
        let one = self.route("hal", "GET /seat-booking/bookings/{bookingId}");
        let one = one.path("bookingId", four["bookingId"].as_str().unwrap());
        self.ask("one booking", "hal", Function::Confirm, one).await;
        let seat = &four["seats"][0]["seatId"];
        self.cancel("cancel of 1 seat of 4", "hal", &four, seat).await;
        self.cancel("the same cancel again", "hal", &four, seat).await;
        self.cancel("cancel of the 3 that are left", "hal", &four, &Value::Null).await;
        self.cancel("cancel of 1 seat, with a key", "jan", &keyed, &Value::Null).await;
    }

    async fn looks(&mut self) {
        let layout = self.route("ann", "GET /seat-booking/layout/{eventId}");
        let viewport = json!({ "x": 0, "y": 0, "width": 100, "height": 100 }).to_string();
        let part = layout.clone().query("viewport", &viewport);
        self.ask("layout", "ann", Function::Layout, layout).await;
        self.ask("layout in a viewport", "ann", Function::Layout, part).await;
        let availability = self.route("ann", "GET /seat-booking/availability/{eventId}");
        self.ask("availability", "ann", Function::Layout, availability.clone()).await;
        self.ask("availability within the second", "ann", Function::Layout, availability).await;
        let stats = self.route("admin", "GET /seat-booking/stats/{eventId}");
        self.ask("statistics", "admin", Function::Stats, stats).await;
        let bookings = self.route("admin", "GET /seat-booking/admin/events/{eventId}/bookings");
        self.ask("a page of an event's bookings", "admin", Function::Admin, bookings).await;
    }

    async fn socket(&mut self) {
        let (connection, stage) = (self.connection(), &self.scene.stage);
        stage.world.meter().begin();
        assert!(
            watcher::connect(
                stage,
                &connection,
                EVENT,
                &self.name("socket"),
                &token(&self.name("socket"), Role::Buyer)
            )
            .await
        );
        self.used.push(stage.world.meter().read("socket: connect"));
        let does = |action: &str| json!({ "action": action, "eventId": EVENT, "requestId": 1 });
        let mut hold = does("seat:hold");
        hold["seatIds"] = self.seats(1)["seatIds"].take();
        self.call("socket: join", does("join")).await;
        self.call("socket: first hold, of 1 seat", hold).await;
        self.call("socket: holds in one event", does("holds:get")).await;
        self.call("socket: release of 1 seat", does("seat:release")).await;
        self.call("socket: leave", does("leave")).await;
    }

    async fn more_time_and_no_payment(&mut self) {
        let held = self.route("kim", "POST /seat-booking/hold-seats").json(&self.seats(4));
        assert_eq!(self.send("kim", Function::Hold, held).await["status"], 200);
        // Held for as long as usual a moment ago, so the clock has to move for more.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        self.post("extend of 4 seats", "kim", "extend", &json!({ "eventId": EVENT })).await;
        self.post("end of a session with 4 seats", "kim", "session/end", &json!({})).await;
        let payment =
            json!({ "gateway": "bank", "transactionId": format!("failed-{}", self.number), "status": "failed" });
        let unpaid = json!({ "eventId": EVENT, "paymentInfo": payment });
        self.post(FAILED, "hal", "confirm", &unpaid).await;
        let list = self.route("hal", "GET /seat-booking/orders");
        self.ask("a page of a buyer's orders", "hal", Function::Confirm, list).await;
    }

    async fn limits(&mut self) {
        let mut seat = self.seats(1);
        seat["eventId"] = LIMITED.into();
        self.post("first hold, of 1 seat, within a limit", "lia", "hold-seats", &seat).await;
        let payment = json!({ "gateway": "bank", "transactionId": format!("limited-{}", self.number) });
        let pay = json!({ "eventId": LIMITED, "paymentInfo": payment });
        let booked = self.post("confirm of 1 seat, within a limit", "lia", "confirm", &pay).await;
        self.cancel("cancel of 1 seat, within a limit", "lia", &booked, &Value::Null).await;
    }

    async fn choices(&mut self) {
        let best = json!({ "eventId": EVENT, "quantity": 2 });
        let places = json!({ "eventId": EVENT, "areaId": AREA.0, "quantity": 1 });
        self.post("best available, 2 seats", "mia", "best-available", &best).await;
        self.post("1 place of an area", "ned", "hold-area", &places).await;
        let (two, paid, keyed) = (self.seats(2), self.seats(1), self.seats(1));
        self.post("booking of 2 seats in one step", "ole", "book", &two).await;
        self.post("booking of the best 2 in one step", "pia", "book", &best).await;
        let mut paid = paid;
        paid["paymentInfo"] = json!({ "gateway": "bank", "transactionId": format!("at-once-{}", self.number) });
        self.post("booking of 1 seat at once with a payment", "quo", "book", &paid).await;
        self.post("booking of 1 seat at once, with a key", "ray", "book", &keyed).await;
        let mut limited = self.seats(1);
        limited["eventId"] = LIMITED.into();
        self.post("booking of 1 seat at once, within a limit", "sue", "book", &limited).await;
    }
}

/// A key is the buyer's own and the path's, so that all may be the same.
fn with_key(verb: &str, http: Http) -> Http {
    if verb.ends_with("with a key") { http.header("idempotency-key", "key") } else { http }
}

/// An event in the arena with the usual rules, so that 50 seats may be held at once, and with these.
async fn open(scene: &Scene, event: &str, rules: Value) {
    let document = json!({
        "name": event, "layoutId": "arena", "layoutVersion": 1, "startsAt": "2031-01-01T19:30:00.000Z", "currency": "EUR",
        "rules": rules,
    });
    let route = "PUT /seat-booking/admin/events/{eventId}";
    let http = Http::new(route).token(&token("admin", Role::Admin)).path("eventId", event).json(&document);
    let (_, answer) = scene.stage.fleet.invoke(Function::Admin, Who::Admin, http.payload("open")).await;
    assert_eq!(answer.unwrap()["status"], 200);
}

#[test]
fn every_verb_uses_of_the_table_what_its_budget_says() {
    play(|scene| async move {
        open(&scene, EVENT, json!({})).await;
        open(&scene, LIMITED, json!({ "maxSeatsPerBuyer": 4, "oneBookingPerBuyer": true })).await;
        let (mut seats, mut used) = (0.., Vec::new());
        for number in 1..=MEASURED {
            let mut round = Round { scene: &scene, number, seats, used: Vec::new() };
            round.holds().await;
            round.releases().await;
            round.bookings().await;
            round.looks().await;
            round.socket().await;
            round.more_time_and_no_payment().await;
            round.limits().await;
            round.choices().await;
            (seats, used) = (round.seats, round.used);
        }
        assert!(scene.stage.world.goes_on(), "{:?}", scene.stage.world.failure().map(|failure| failure.violation));
        for (used, budget) in used.iter().zip(&BUDGETS) {
            assert_eq!(used, budget);
        }
        assert_eq!(used.len(), BUDGETS.len(), "every verb has its budget, and is played");
    });
}
