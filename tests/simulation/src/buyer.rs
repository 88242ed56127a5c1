//! Buyers: they all want the front rows, change their minds, pay, pay twice, and come back too late.

use crate::fleet::Function;
use crate::judge::{Reply, Verb};
use crate::ledger::broken;
use crate::stage::{Order, Stage, Way};
use crate::token::token;
use crate::venue::{AREA, CATEGORIES, GATEWAY, SEATS_PER_HOLD, SHOWS, Show, TABLE, TYPES};
use fastrand::Rng;
use serde_json::{Value, json};
use std::time::Duration;
use support::http::Http;
use support::people::Role;

/// What a buyer does before leaving, at most.
const ACTS: std::ops::Range<u32> = 2..9;
/// Between two acts, in ms; sometimes longer than any hold.
const THINKING_MS: std::ops::Range<u64> = 20..2_500;
const DAWDLING_MS: std::ops::Range<u64> = 50_000..80_000;

/// What gateways say of a payment, now and then: two of them that it is paid.
const WORDS: [&str; 5] = ["paid", "captured", "failed", "declined", "requires_action"];

/// One buyer at one event.
pub struct Buyer<'a> {
    stage: &'a Stage,
    rng: Rng,
    name: String,
    token: String,
    show: Show,
    seats: Vec<String>,
    /// The connection that requests go over, instead of HTTP.
    pub connection: Option<String>,
    is_holding: bool,
    bookings: Vec<String>,
    repeatable: Vec<Order>,
}

impl<'a> Buyer<'a> {
    /// A buyer of this name.
    #[must_use]
    pub fn new(stage: &'a Stage, mut rng: Rng, name: String) -> Self {
        let show = SHOWS[[0, 0, 0, 0, 1, 1, 2][rng.usize(0..7)]];
        let token = token(&name, Role::Buyer);
        let (seats, bookings, repeatable) = (show.seats(), Vec::new(), Vec::new());
        Self { stage, rng, name, token, show, seats, connection: None, is_holding: false, bookings, repeatable }
    }

    /// The same buyer in another tab.
    #[must_use]
    pub fn tab(&mut self) -> Self {
        Self {
            rng: self.rng.fork(),
            name: self.name.clone(),
            token: self.token.clone(),
            seats: self.seats.clone(),
            connection: None,
            bookings: Vec::new(),
            repeatable: Vec::new(),
            ..*self
        }
    }

    /// Comes, does what buyers do, and leaves.
    pub async fn visit(&mut self, until: u64) {
        for _ in 0..self.rng.u32(ACTS) {
            if !self.stage.is_open(until) {
                return;
            }
            self.act().await;
            let pause = match self.rng.u8(0..40) {
                0 => self.rng.u64(DAWDLING_MS),
                _ => self.rng.u64(THINKING_MS),
            };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    /// One act, drawn.
    pub async fn act(&mut self) {
        // Mostly what makes sense, and now and then what does not.
        let wish = self.rng.u8(0..100) + if self.is_holding { 100 } else { 0 };
        match wish {
            0..36 | 100..119 => self.hold().await,
            36..44 | 119..121 => self.hold_area().await,
            44..52 | 121..123 => self.hold_best().await,
            52..60 | 123..125 => self.book().await,
            60..65 | 125..127 => self.hold_table().await,
            65..70 | 135..165 => self.confirm().await,
            127..135 => self.extend().await,
            70..73 | 165..178 => self.release().await,
            73..75 | 178..180 => self.end_session().await,
            75..78 | 180..182 => self.look().await,
            78..81 | 182..185 => self.holds().await,
            81..83 | 185..187 => self.orders().await,
            83..90 | 187..190 => self.cancel().await,
            _ => self.repeat().await,
        }
    }

    async fn hold(&mut self) {
        // Some want more than one may have, at once or in all.
        let count =
            if self.rng.u8(0..16) == 0 { self.rng.usize(5..=SEATS_PER_HOLD + 1) } else { self.rng.usize(1..=4) };
        // The front rows are what everybody wants.
        let most = self.seats.len() - count;
        let first = self.rng.usize(0..=most).min(self.rng.usize(0..=most)).min(self.rng.usize(0..=most));
        let mut body = json!({ "eventId": self.show.event, "seatIds": self.seats[first..first + count] });
        if self.rng.bool() {
            body["holdDurationMinutes"] = self.rng.u32(1..=2).into();
        }
        if self.show.has_types() && self.rng.bool() {
            // A type for some of the seats; the others are of the first, or stay what they are.
            let mut types = serde_json::Map::new();
            for seat in &self.seats[first..first + count] {
                if self.rng.u8(0..3) > 0 {
                    types.insert(seat.clone(), TYPES[self.rng.usize(0..TYPES.len())].into());
                }
            }
            body["ticketTypes"] = types.into();
        }
        let reply = self.post(Verb::Hold, "POST /seat-booking/hold-seats", Function::Hold, "seat:hold", body).await;
        self.is_holding |= reply.is_some_and(|reply| reply.status == 200);
    }

    async fn hold_table(&mut self) {
        let body = json!({ "eventId": self.show.event, "tableId": TABLE.0 });
        let http = Http::new("POST /seat-booking/hold-table").token(&self.token).json(&body);
        let order = self.order(Verb::Hold, Way::Http(Function::Hold, http));
        self.stage.ask(&order).await;
    }

    async fn hold_area(&mut self) {
        let mut body = json!({ "eventId": self.show.event, "areaId": AREA.0 });
        self.say_how_many(&mut body);
        let route = "POST /seat-booking/hold-area";
        let reply = self.post(Verb::HoldBest, route, Function::Hold, "area:hold", body).await;
        self.is_holding |= reply.is_some_and(|reply| reply.status == 200);
    }

    async fn hold_best(&mut self) {
        let mut body = json!({ "eventId": self.show.event });
        self.say_how_many(&mut body);
        self.say_which(&mut body);
        let route = "POST /seat-booking/best-available";
        let reply = self.post(Verb::HoldBest, route, Function::Hold, "best:hold", body).await;
        self.is_holding |= reply.is_some_and(|reply| reply.status == 200);
    }

    /// Books seats by name, or the best, in one step.
    async fn book(&mut self) {
        let mut body = json!({ "eventId": self.show.event });
        match self.rng.u8(0..3) {
            0 => {
                let count = self.rng.usize(1..=3);
                let first = self.rng.usize(0..=self.seats.len() - count);
                body["seatIds"] = self.seats[first..first + count].into();
            }
            1 => {
                self.say_how_many(&mut body);
                self.say_which(&mut body);
            }
            _ => {}
        }
        let payment = self.say_payment(&mut body);
        let order = self.make(Verb::Book, "POST /seat-booking/book", Function::Confirm, "booking:book", &body);
        let order = Order { payment, ..order };
        if let Some(reply) = self.stage.ask(&order).await.filter(|reply| reply.status == 200) {
            self.bookings.extend(reply.body["data"]["bookingId"].as_str().map(str::to_owned));
        }
        self.remember(order);
    }

    /// A quantity, or as many of each ticket type; now and then more than one may have.
    fn say_how_many(&mut self, body: &mut Value) {
        let count =
            if self.rng.u8(0..16) == 0 { self.rng.usize(5..=SEATS_PER_HOLD + 1) } else { self.rng.usize(1..=4) };
        if self.show.has_types() && self.rng.bool() {
            let children = self.rng.usize(0..=count);
            body["ticketTypes"] = json!({ TYPES[0]: count - children, TYPES[1]: children });
        } else {
            body["quantity"] = count.into();
        }
    }

    /// A category, the area, or seats that may be apart.
    fn say_which(&mut self, body: &mut Value) {
        match self.rng.u8(0..6) {
            0 => body["areaId"] = AREA.0.into(),
            1 => body["categoryId"] = CATEGORIES[self.rng.usize(0..CATEGORIES.len())].0.into(),
            2 => body["together"] = false.into(),
            _ => {}
        }
    }

    async fn confirm(&mut self) {
        let mut body = json!({ "eventId": self.show.event });
        let payment = self.say_payment(&mut body);
        let order = self.make(Verb::Confirm, "POST /seat-booking/confirm", Function::Confirm, "booking:confirm", &body);
        let order = Order { payment, ..order };
        if let Some(reply) = self.stage.ask(&order).await.filter(|reply| reply.status == 200) {
            self.is_holding = false;
            self.bookings.extend(reply.body["data"]["bookingId"].as_str().map(str::to_owned));
        }
        self.remember(order);
    }

    /// Names a payment, most of the time, and now and then what its gateway says of it.
    fn say_payment(&mut self, body: &mut Value) -> Option<String> {
        let mut payment = None;
        if self.rng.u8(0..5) > 0 {
            // Now and then one that somebody else may have used.
            let payer = if self.rng.u8(0..16) == 0 { "anybody" } else { self.name.trim_start_matches("buyer-") };
            let transaction = format!("tx-{payer}-{}", self.rng.u8(0..3));
            body["paymentInfo"] = json!({ "gateway": GATEWAY, "transactionId": transaction });
            payment = Some(transaction);
        }
        if let Some(word) = WORDS.get(self.rng.usize(0..30)) {
            body["paymentInfo"]["status"] = (*word).into();
        }
        payment
    }

    async fn release(&mut self) {
        let mut body = json!({ "eventId": self.show.event });
        if self.rng.u8(0..4) == 0 {
            body["seatIds"] = json!([self.seats[self.rng.usize(0..self.seats.len())]]);
        }
        let reply =
            self.post(Verb::Release, "POST /seat-booking/release", Function::Release, "seat:release", body).await;
        self.is_holding &= reply.is_none_or(|reply| reply.status != 200);
    }

    async fn extend(&mut self) {
        let body = json!({ "eventId": self.show.event });
        self.post(Verb::Extend, "POST /seat-booking/extend", Function::Hold, "hold:extend", body).await;
    }

    async fn end_session(&mut self) {
        let http = Http::new("POST /seat-booking/session/end").token(&self.token);
        let order = self.order(Verb::EndSession, Way::Http(Function::Release, http));
        let order = self.with_key(order, "");
        let reply = self.stage.ask(&order).await;
        self.is_holding &= reply.is_none_or(|reply| reply.status != 200);
        self.remember(order);
    }

    async fn orders(&mut self) {
        let http = Http::new("GET /seat-booking/orders").token(&self.token);
        let order = self.order(Verb::Orders, Way::Http(Function::Confirm, http));
        self.stage.ask(&order).await;
    }

    async fn look(&mut self) {
        let http = Http::new("GET /seat-booking/layout/{eventId}").token(&self.token).path("eventId", SHOWS[0].event);
        let order = self.order(Verb::Layout, Way::Http(Function::Layout, http));
        self.stage.ask(&Order { event: SHOWS[0].event.to_owned(), ..order }).await;
    }

    async fn holds(&mut self) {
        let way = match &self.connection {
            Some(connection) => Way::Socket(connection.clone(), json!({ "action": "holds:get" })),
            None => Way::Http(Function::Hold, Http::new("GET /seat-booking/holds").token(&self.token)),
        };
        let order = self.order(Verb::Holds, way);
        self.stage.ask(&order).await;
    }

    async fn cancel(&mut self) {
        let Some(booking) = self.bookings.pop() else {
            if let Some(booking) = self.somebody_elses_booking().filter(|_| self.rng.bool()) {
                let order = self.cancellation(&booking);
                self.stage.ask(&order).await;
                return;
            }
            let http = Http::new("GET /seat-booking/bookings").token(&self.token);
            let order = self.order(Verb::Read, Way::Http(Function::Confirm, http));
            self.stage.ask(&order).await;
            return;
        };
        self.stage.world.promises().cancelling.insert(booking.clone());
        let mut order = self.cancellation(&booking);
        // Half of those who cancel give up one seat, perhaps for the second time, and perhaps another one later.
        let seat = self.seat_of(&booking).filter(|_| self.rng.bool());
        if let Some(seat) = &seat {
            if let Way::Http(function, http) = order.way {
                order.way = Way::Http(function, http.json(&json!({ "seatIds": [seat] })));
            }
            self.bookings.push(booking.clone());
        }
        let order = self.with_key(order, &booking);
        if let Some(reply) = self.stage.ask(&order).await {
            self.check_cancelled(&booking, seat.as_deref(), &reply);
        }
        self.remember(order);
    }

    /// Checks that the answer calls cancelled what was asked for; `judge.rs` holds it against the table.
    fn check_cancelled(&self, booking: &str, seat: Option<&str>, reply: &Reply) {
        let told = &reply.body["data"]["booking"];
        let lists = |seat| told["cancelledSeats"].as_array().is_some_and(|seats| seats.contains(&Value::from(seat)));
        let is_done = told["status"] == "cancelled" || seat.is_some_and(lists);
        if reply.status == 200 && !is_done {
            let what = format!("{seat:?} of booking {booking} was to be cancelled, and {told} was the answer");
            self.stage.world.fail(broken(2, what));
        }
    }

    /// A seat that a booking had when it was made.
    fn seat_of(&mut self, booking: &str) -> Option<String> {
        let seats = self.stage.world.ledger().booking(booking)?.seats;
        self.rng.choice(seats).map(|listed| listed.seat)
    }

    fn cancellation(&self, booking: &str) -> Order {
        let route = "POST /seat-booking/bookings/{bookingId}/cancel";
        let http = Http::new(route).token(&self.token).path("bookingId", booking);
        self.order(Verb::Cancel, Way::Http(Function::Release, http))
    }

    /// The front-most booking that is somebody else's: an id that leaked must be of no use.
    fn somebody_elses_booking(&self) -> Option<String> {
        let ledger = self.stage.world.ledger();
        let now = |seat: &String| ledger.all(self.show.event, seat).last().map(|past| past.seat.clone());
        let mut others = self.seats.iter().filter_map(now).filter(|seat| seat.holder.as_deref() != Some(&self.name));
        others.find_map(|seat| seat.booking)
    }

    /// Sends an old request again: a client that was offline, a page that was reloaded.
    async fn repeat(&mut self) {
        if let Some(order) = self.rng.choice(&self.repeatable).cloned() {
            self.stage.ask(&order).await;
        }
    }

    /// Sends a request over HTTP or over the socket, perhaps with a key.
    async fn post(&mut self, verb: Verb, route: &str, function: Function, action: &str, body: Value) -> Option<Reply> {
        let order = self.make(verb, route, function, action, &body);
        let reply = self.stage.ask(&order).await;
        self.remember(order);
        reply
    }

    fn make(&mut self, verb: Verb, route: &str, function: Function, action: &str, body: &Value) -> Order {
        match self.connection.clone() {
            Some(connection) => {
                let mut message = body.clone();
                message["action"] = action.into();
                self.order(verb, Way::Socket(connection, message))
            }
            None => {
                let http = Http::new(route).token(&self.token).json(body);
                self.with_key(self.order(verb, Way::Http(function, http)), &body.to_string())
            }
        }
    }

    fn order(&self, verb: Verb, way: Way) -> Order {
        let (who, event) = (self.name.clone(), self.show.event.to_owned());
        Order { who, is_admin: false, verb, event, key: None, payment: None, way }
    }

    /// Gives two requests out of five a key.
    fn with_key(&mut self, order: Order, body: &str) -> Order {
        let Way::Http(function, http) = order.way.clone() else { return order };
        if self.rng.u8(0..5) > 1 {
            return order;
        }
        let key = format!("key-{:x}", self.rng.u64(..));
        let way = Way::Http(function, http.header("idempotency-key", &key));
        Order { key: Some((key, body.to_owned())), way, ..order }
    }

    /// Keeps an order with a key or a payment, which may be sent again at any time.
    fn remember(&mut self, order: Order) {
        if order.key.is_some() || order.payment.is_some() {
            self.repeatable.push(order);
        }
    }
}
