//! Buyers before an event that has a waiting room: they take a place, look at it, leave, and go in with their pass to hold and to
//! book. Every answer is judged by what the rows say ([`crate::door`]).

use crate::call::Who;
use crate::fault::Fault;
use crate::fleet::Function;
use crate::house::{House, Told};
use crate::ledger::broken;
use crate::token::SECRET;
use crate::watcher;
use fastrand::Rng;
use jwt::Algorithm;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::events;
use support::http::Http;
use support::people::Role;
use support::tokens::{self, NEVER};

const PLACE: &str = "/seat-booking/queue/{eventId}";
/// Of the time that a buyer is told to wait most let so many hundredths pass before they look again; one in so many looks as often
/// as the answers say.
const PATIENCE: u64 = 60;
const IMPATIENT_ONE_IN: u64 = 50;
/// How long anybody waits at most before the run is given up.
const LONGEST_WAIT_MS: i64 = 3 * 60 * 60 * 1_000;

/// One buyer.
pub struct Queuer<'a> {
    /// Where.
    pub house: &'a House,
    /// The buyer's `sub`.
    pub name: String,
    /// Its token.
    pub token: String,
    rng: Rng,
    patience: u64,
    connection: Option<String>,
}

impl<'a> Queuer<'a> {
    /// A buyer of a priority.
    #[must_use]
    pub fn new(house: &'a House, number: u64, priority: &str, mut rng: Rng) -> Self {
        let name = format!("buyer-{number}");
        let mut claims = tokens::claims(&name, Role::Buyer, NEVER);
        claims["priority"] = priority.into();
        let patience = if rng.u64(0..IMPATIENT_ONE_IN) == 0 { 0 } else { PATIENCE };
        let token = tokens::sign(&claims, Algorithm::HS256, SECRET);
        Self { house, token, name, rng, patience, connection: None }
    }

    fn draws(&mut self, thousandths: u64) -> bool {
        self.rng.u64(0..1_000) < thousandths
    }

    /// As whom the buyer is served.
    #[must_use]
    pub fn who(&self) -> Who {
        Who::Buyer(self.name.clone())
    }

    /// A request about the place.
    #[must_use]
    pub fn place(&self, method: &str) -> Http {
        Http::new(&format!("{method} {PLACE}")).token(&self.token).path("eventId", &self.house.event)
    }

    /// Asks about the place, and has the answer judged; none without an answer.
    pub async fn ask(&self, method: &str) -> Option<Value> {
        let told = self.house.ask(Function::Queue, &self.who(), &self.place(method)).await?;
        self.house.looks.fetch_add(1, Ordering::SeqCst);
        match method {
            "DELETE" => Some(told.body),
            _ => Some(self.house.judge_place(&self.name, &told)),
        }
    }

    /// A request to hold or to book, with a pass if there is one.
    #[must_use]
    pub fn entry(&self, path: &str, body: &Value, pass: Option<&str>) -> Http {
        let http = Http::new(&format!("POST /seat-booking/{path}")).token(&self.token).json(body);
        match pass {
            Some(pass) => http.header("holdfast-pass", pass),
            None => http,
        }
    }

    /// Holds or books with a pass, if there is one.
    pub async fn enter(&self, path: &str, body: &Value, pass: Option<&str>) -> Option<Told> {
        let http = self.entry(path, body, pass);
        let function = if path == "confirm" || path == "book" { Function::Confirm } else { Function::Hold };
        let told = self.house.ask(function, &self.who(), &http).await?;
        if path != "confirm" && path != "extend" {
            self.house.judge_entry(&self.name, &told, pass);
        }
        Some(told)
    }

    /// Comes, waits, and does what buyers do.
    pub async fn come(mut self) {
        let from = self.house.stage.world.now();
        while let Some(data) = self.take().await {
            let leaves = self.draws(self.house.habits.leave);
            let Some(data) = self.wait(data, leaves, from).await else { return };
            if data["status"] == "done" {
                self.house.late.fetch_add(1, Ordering::SeqCst);
            } else {
                self.go_in(&data).await;
            }
            if !self.draws(self.house.habits.return_) {
                return;
            }
            tokio::time::sleep(Duration::from_secs(self.rng.u64(60..150))).await;
        }
    }

    /// Takes a place: one way or another, some twice at once.
    async fn take(&mut self) -> Option<Value> {
        if self.draws(self.house.habits.socket)
            && let Some(data) = self.take_by_socket().await
        {
            return Some(data);
        }
        if self.house.stage.world.strikes(Fault::ClickedTwice) {
            let (first, second) = tokio::join!(self.ask("POST"), self.ask("POST"));
            return first.or(second);
        }
        self.ask("POST").await
    }

    async fn take_by_socket(&mut self) -> Option<Value> {
        let (stage, world) = (&self.house.stage, &self.house.stage.world);
        let connection = format!("{}x{:x}", self.name.replace('-', "x"), self.rng.u32(..));
        if !watcher::connect(stage, &connection, &self.house.event, &self.name, &self.token).await {
            return None;
        }
        let message = json!({ "action": "queue:join", "eventId": self.house.event, "requestId": "join" }).to_string();
        let from = world.now();
        stage.fleet.invoke(Function::Queue, self.who(), events::message(&connection, &message, "join")).await;
        self.connection = Some(connection);
        let frame = self.frame("queue:place")?;
        let told = Told { status: 200, body: frame, from, to: world.now() };
        Some(self.house.judge_place(&self.name, &told))
    }

    /// A frame of this kind that has come over the socket.
    fn frame(&self, kind: &str) -> Option<Value> {
        let mut gateway = self.house.stage.world.gateway();
        let answers = &mut gateway.lines.get_mut(self.connection.as_ref()?)?.answers;
        let at = answers.iter().position(|frame| frame["type"] == kind)?;
        Some(answers.swap_remove(at))
    }

    /// Waits for the turn; none where the buyer leaves, or is told nothing any more.
    async fn wait(&mut self, mut data: Value, leaves: bool, since: i64) -> Option<Value> {
        let mut looks = 0;
        loop {
            match data["status"].as_str() {
                Some("waiting" | "early") => {}
                Some(_) if data["number"].is_null() => return None,
                _ => return Some(data),
            }
            if leaves && looks > 1 {
                let is_gone = self.ask("DELETE").await.is_some();
                self.house.left.fetch_add(u64::from(is_gone), Ordering::SeqCst);
                return None;
            }
            let world = &self.house.stage.world;
            if world.now() - since > LONGEST_WAIT_MS {
                world.fail(broken(12, format!("{} waits for ever: {data}", self.name)));
                return None;
            }
            let least = data["pollAfterSeconds"].as_u64().unwrap_or(30) * 1_000;
            let told = data["estimatedWaitSeconds"].as_u64().unwrap_or_default() * 10 * self.patience;
            tokio::time::sleep(Duration::from_millis(least.max(told) + self.rng.u64(0..500))).await;
            looks += 1;
            data = match self.frame("queue:admitted") {
                Some(frame) => {
                    self.house.called.fetch_add(1, Ordering::SeqCst);
                    let told = Told { status: 200, body: frame, from: since, to: world.now() };
                    self.house.judge_place(&self.name, &told)
                }
                None => self.ask("GET").await?,
            };
        }
    }

    /// Is inside: holds, books, or lets the pass run out.
    async fn go_in(&mut self, data: &Value) {
        let (house, pass) = (self.house, data["pass"].as_str());
        let counter = if data["status"] == "open" { &house.walked_in } else { &house.admitted };
        counter.fetch_add(1, Ordering::SeqCst);
        if !self.draws(house.habits.hold) {
            return;
        }
        let pause = self.rng.u64(500..20_000);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let seat = house.next_seat.fetch_add(1, Ordering::SeqCst) % house.seats;
        let body = json!({ "eventId": house.event, "seatIds": [format!("s{seat}")] });
        let Some(told) = self.enter("hold-seats", &body, pass).await else { return };
        if told.status != 200 {
            return;
        }
        house.held.fetch_add(1, Ordering::SeqCst);
        let pause = self.rng.u64(1_000..30_000);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let event = json!({ "eventId": house.event });
        // These need no pass, whatever has become of it and of the room.
        if self.draws(200) {
            self.must_go_on("extend", &event).await;
        }
        if self.draws(house.habits.book) {
            self.must_go_on("confirm", &event).await;
            house.booked.fetch_add(1, Ordering::SeqCst);
        }
    }

    async fn must_go_on(&self, path: &str, body: &Value) {
        let Some(told) = self.enter(path, body, None).await else { return };
        // An extension may have nothing to gain, and a repeat of a confirm whose answer was lost finds no hold any more.
        let fine = told.status == 200 || told.status == 409;
        if !fine || told.body["code"] == "queue_required" {
            let what = format!("{} was inside, and {path} was answered {}", self.name, told.body);
            self.house.stage.world.fail(broken(12, what));
        }
    }
}
