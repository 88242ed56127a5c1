//! One buyer of a crowd, who does what `docs/waiting-room.md` tells a client to do.

use std::time::{Duration, Instant};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::board::Board;
use super::life::State;
use super::line::{Line, look_after};
use super::show::Wish;
use crate::client::{Answer, Client, With};
use crate::limits::{LOOK_SECONDS, LOOKS_AT_THE_LINE, NEAR_SECONDS};
use crate::people::Person;
use crate::stage::Event;

/// Where all buyers of a run go.
pub struct Shop {
    pub client: Client,
    pub event: Event,
    pub board: Board,
}

/// A buyer on the way.
pub struct Buyer<'a> {
    pub shop: &'a Shop,
    /// Which one, on the board.
    pub at: usize,
    pub person: Person,
    pub wish: Wish,
    pub rng: Rng,
}

/// How waiting ends.
enum Turn {
    /// With a pass, or where none is needed.
    In(Option<String>),
    Out(State),
}

/// What ends a visit before its time, as the board shows it.
type Lost = String;

impl Buyer<'_> {
    /// Comes, who was due then, waits, and buys or does not.
    pub async fn visit(mut self, due: Instant) {
        self.shop.board.comes(self.at, due);
        let end = match self.wait().await {
            Ok(Turn::In(pass)) if self.wish.lets_pass_run_out => self.dawdle(pass).await,
            Ok(Turn::In(pass)) => self.buy(pass.as_deref()).await,
            Ok(Turn::Out(state)) => Ok(state),
            Err(why) => Err(why),
        };
        match end {
            // The booking has been noted with its time.
            Ok(State::Booked) => {}
            Ok(state) => self.shop.board.set(self.at, state),
            Err(why) => self.shop.board.lose(self.at, why),
        }
    }

    /// Takes a place and waits for the turn: far back by the cached line, near the turn by the place.
    async fn wait(&mut self) -> Result<Turn, Lost> {
        let came = Instant::now();
        let mut place = self.place(Method::POST).await?;
        loop {
            match place.text("status") {
                Some("admitted" | "open") => return Ok(Turn::In(place.text("pass").map(str::to_owned))),
                Some("done") => return Ok(Turn::Out(State::RanOut)),
                Some("early" | "waiting") => {}
                other => return Err(format!("a place with the status {other:?}")),
            }
            if place.data["seatsLeft"].as_u64() == Some(0) {
                return self.leave(State::WentHome).await;
            }
            if self.has_left(came, poll_after(&place)).await || self.is_far(came, &place).await {
                return self.leave(State::Left).await;
            }
            place = self.place(Method::GET).await?;
        }
    }

    /// Reads the line, as long as the turn is far by it. Says whether the buyer has lost patience.
    async fn is_far(&self, came: Instant, place: &Answer) -> bool {
        let (Some(number), Some(priority)) = (place.data["number"].as_u64(), place.text("priority")) else {
            return false;
        };
        if place.data["estimatedWaitSeconds"].as_f64().is_none_or(|seconds| seconds < NEAR_SECONDS) {
            return false;
        }
        for _ in 0..LOOKS_AT_THE_LINE {
            let path = format!("/queue/{}/line", self.shop.event.id);
            let asked = self.shop.client.ask(None, Method::GET, &path, With::default()).await;
            let Some(answer) = asked.ok().filter(Answer::is_ok) else { return false };
            let seconds =
                Line::of(&answer.data, priority).and_then(|line| line.seconds_to(number, self.shop.board.now_ms()));
            match seconds {
                Some(seconds) if seconds >= NEAR_SECONDS && answer.data["seatsLeft"].as_u64() != Some(0) => {
                    if self.has_left(came, Duration::from_secs_f64(look_after(seconds))).await {
                        return true;
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Sleeps, and says whether the buyer has lost patience meanwhile.
    async fn has_left(&self, came: Instant, pause: Duration) -> bool {
        let patience = self.wish.leaves_after.map(|after| after.saturating_sub(came.elapsed()));
        sleep(pause.min(patience.unwrap_or(Duration::MAX))).await;
        patience.is_some_and(|left| left <= pause)
    }

    /// The place, which is taken by POST.
    async fn place(&self, method: Method) -> Result<Answer, Lost> {
        let is_there = method == Method::GET;
        let place = self.send(method, &format!("/queue/{}", self.shop.event.id), With::default()).await?;
        if place.is_ok() {
            self.shop.board.told(self.at, &place);
            return Ok(place);
        }
        if is_there && place.status == 404 {
            self.shop.board.forgotten(self.at);
        }
        Err(unexpected("the line", &place))
    }

    async fn leave(&self, state: State) -> Result<Turn, Lost> {
        let left = self.send(Method::DELETE, &format!("/queue/{}", self.shop.event.id), With::default()).await?;
        if left.is_ok() { Ok(Turn::Out(state)) } else { Err(unexpected("leaving", &left)) }
    }

    /// Does nothing until the pass has run out, and sees that it has.
    async fn dawdle(&self, pass: Option<String>) -> Result<State, Lost> {
        if pass.is_none() {
            return Ok(State::Left);
        }
        self.shop.board.set(self.at, State::Idle);
        loop {
            sleep(Duration::from_secs_f64(*LOOK_SECONDS.start() * 2.0)).await;
            let place = self.place(Method::GET).await?;
            match place.text("status") {
                Some("done") => return Ok(State::RanOut),
                Some("admitted" | "open") => self.shop.board.set(self.at, State::Idle),
                other => return Err(format!("a pass, and then the status {other:?}")),
            }
        }
    }

    /// Chooses and pays.
    async fn buy(&mut self, pass: Option<&str>) -> Result<State, Lost> {
        let [before_choosing, before_paying] = self.wish.thinks;
        sleep(before_choosing).await;
        let held = self.hold(pass).await?;
        match (held.status, held.code.as_str()) {
            (200, _) => {}
            (409, "sold_out") => return Ok(State::WentHome),
            (403, "queue_required") => return Ok(State::RanOut),
            _ => return Err(unexpected("holding", &held)),
        }
        sleep(before_paying).await;
        let payment = json!({ "gateway": "crowd", "transactionId": format!("tx-{}", self.person.sub) });
        let body = json!({ "eventId": self.shop.event.id, "paymentInfo": payment });
        let confirmed = self.post("/confirm", &body, None).await?;
        if !confirmed.is_ok() {
            return Err(unexpected("paying", &confirmed));
        }
        self.shop.board.booked(self.at, &confirmed);
        Ok(State::Booked)
    }

    /// Holds seats by name, or else the best; whoever wanted some by name and was too late takes the best.
    async fn hold(&mut self, pass: Option<&str>) -> Result<Answer, Lost> {
        if self.wish.names_seats {
            let named = self.rng.choose_multiple(self.shop.event.seats.iter(), self.wish.seats);
            let body = json!({ "eventId": self.shop.event.id, "seatIds": named });
            let held = self.post("/hold-seats", &body, pass).await?;
            if held.status != 409 {
                return Ok(held);
            }
        }
        let body = json!({ "eventId": self.shop.event.id, "quantity": self.wish.seats, "together": false });
        let held = self.post("/best-available", &body, pass).await?;
        if held.code != "sold_out" || self.wish.seats == 1 {
            return Ok(held);
        }
        let one = json!({ "eventId": self.shop.event.id, "quantity": 1 });
        self.post("/best-available", &one, pass).await
    }

    async fn post(&self, path: &str, body: &Value, pass: Option<&str>) -> Result<Answer, Lost> {
        self.send(Method::POST, path, With { body: Some(body), pass }).await
    }

    async fn send(&self, method: Method, path: &str, with: With<'_>) -> Result<Answer, Lost> {
        self.shop.client.insist(&self.person, method, path, with).await
    }
}

/// When a place says that it is to be asked for again; with some spread, so that those who were told at once do not ask at
/// once.
fn poll_after(place: &Answer) -> Duration {
    let seconds = place.data["pollAfterSeconds"].as_f64().unwrap_or(*LOOK_SECONDS.start());
    let seconds = seconds.clamp(*LOOK_SECONDS.start(), *LOOK_SECONDS.end());
    Duration::from_secs_f64(seconds * (1.0 + fastrand::f64() / 4.0))
}

fn unexpected(doing: &str, answer: &Answer) -> Lost {
    format!("{doing}: {} {}", answer.status, answer.code)
}
