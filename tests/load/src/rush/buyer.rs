//! One buyer of a load test: looks at the map, holds seats that look free, and pays, gives up, or walks away.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep_until;

use super::log::{Answered, Change, Held, Log, Outcome, RefusedPayment, Step, ids};
use crate::client::{Answer, Asked, Client, With};
use crate::figures::float;
use crate::limits::{ATTEMPT_PAUSE, ATTEMPTS, SEATS_EACH};
use crate::people::Person;
use crate::stage::Event;

/// How long a buyer thinks before a click, in milliseconds.
const THINK_MS: std::ops::Range<u64> = 500..2_500;
/// Holds that a buyer tries before giving up; from the second on it takes the best that are left.
const HOLDS: usize = 3;
/// Of a hundred buyers, how many ask for the best at once; the others click seats on the map.
const ASK_FOR_THE_BEST: u8 = 40;
/// Of a hundred who hold, how many give the seats up, and how many walk away.
const RELEASE: u8 = 7;
const WALK_AWAY: u8 = 3;
/// The shortest hold there is, in minutes, so that those of buyers who walk away are soon free again.
const HOLD_MINUTES: u8 = 1;
/// How long a map that was read serves other buyers of this process: what is read is parsed once, as often as it changes.
const MAP_KEPT: Duration = Duration::from_secs(1);

/// Where all buyers of a run go.
pub struct Rush {
    pub client: Client,
    pub event: Event,
    pub log: Log,
    pub map: Map,
}

/// The seats that are not free, as somebody read them last.
#[derive(Default)]
pub struct Map {
    latest: Mutex<Option<(Instant, Arc<HashSet<String>>)>>,
}

/// A buyer on the way.
pub struct Buyer<'a> {
    pub rush: &'a Rush,
    pub person: Person,
    pub rng: Rng,
}

/// How a buyer goes on after a request.
type Next<T> = Result<T, Outcome>;

impl Buyer<'_> {
    /// Comes at this moment, and does whatever comes of it.
    pub async fn shop(mut self, arrival: Instant) {
        let outcome = self.visit(arrival).await.unwrap_or_else(|outcome| outcome);
        self.rush.log.ended(outcome);
    }

    async fn visit(&mut self, arrival: Instant) -> Next<Outcome> {
        let taken = self.look(arrival).await?;
        let seats = self.hold(&taken).await?;
        let kind = self.rng.u8(..100);
        if kind < WALK_AWAY {
            return Ok(Outcome::WalkedAway);
        }
        let due = self.think();
        match kind < WALK_AWAY + RELEASE {
            true => self.release(due, seats).await,
            false => self.confirm(due).await,
        }
    }

    /// Reads which seats are taken.
    async fn look(&self, due: Instant) -> Next<Arc<HashSet<String>>> {
        let path = format!("/availability/{}", self.rush.event.id);
        let (rush, map) = (self.rush, &self.rush.map);
        sleep_until(due.into()).await;
        let request = rush.log.asks(Step::Look, due);
        let fetched = rush.client.fetch(&path).await;
        let (asked, text) = match fetched {
            Ok((answer, text)) => (Ok(answer), text),
            Err(why) => (Err(why), Vec::new()),
        };
        rush.log.asked(request, &asked);
        match asked {
            Ok(answer) if answer.is_ok() => Ok(map.learn(&text)),
            _ => Err(Outcome::Lost),
        }
    }

    /// Holds seats; the ids of what is held then.
    async fn hold(&mut self, taken: &HashSet<String>) -> Next<Vec<String>> {
        let (event, count) = (&self.rush.event.id, self.rng.usize(SEATS_EACH));
        let best =
            json!({ "eventId": event, "quantity": count, "together": false, "holdDurationMinutes": HOLD_MINUTES });
        let picked = match self.rng.u8(..100) < ASK_FOR_THE_BEST {
            true => None,
            false => pick(&self.rush.event.seats, taken, count, &mut self.rng),
        };
        let named =
            picked.map(|seats| json!({ "eventId": event, "seatIds": seats, "holdDurationMinutes": HOLD_MINUTES }));
        let mut is_at_least = false;
        for attempt in 0..HOLDS {
            let due = self.think();
            let (path, body) = match (&named, attempt) {
                (Some(named), 0) => ("/hold-seats", named),
                _ => ("/best-available", &best),
            };
            let (held, is_in_doubt) = self.insist(Step::Hold, due, path, body).await;
            is_at_least |= is_in_doubt;
            let held = held.map_err(|_| Outcome::Lost)?;
            if held.is_ok() {
                let seats = ids(&held.data["heldSeats"], None);
                self.note_hold(&held, &seats, is_at_least);
                self.note(&held, seats.clone(), "held");
                return Ok(seats);
            }
            match (held.status, held.code.as_str()) {
                (409, "sold_out") => return Err(Outcome::SoldOut),
                (409, _) => {}
                _ => return Err(Outcome::Lost),
            }
        }
        Err(Outcome::TooLate)
    }

    async fn confirm(&self, due: Instant) -> Next<Outcome> {
        let body = json!({
            "eventId": self.rush.event.id,
            "contactInfo": { "name": "A Buyer", "email": "buyer@load.invalid" },
            "paymentInfo": { "gateway": "load", "transactionId": format!("tx-{}", self.person.sub) },
        });
        let (log, buyer) = (&self.rush.log, &self.person.sub);
        // Before it is sent: whoever is broken off in it does not know either.
        log.knows(buyer, false);
        let (confirmed, is_in_doubt) = self.insist(Step::Confirm, due, "/confirm", &body).await;
        let confirmed = match confirmed {
            Ok(answer) if answer.is_ok() => answer,
            // One of the attempts may have booked, whatever the last was answered.
            _ if is_in_doubt => return Err(Outcome::Lost),
            Ok(answer) => {
                log.knows(buyer, true);
                if answer.status != 429 {
                    let (why, answered) = (format!("{} {}", answer.status, answer.code), answer.sent + answer.took);
                    log.refused_payment(RefusedPayment { buyer: buyer.clone(), why, answered });
                }
                return Err(Outcome::Lost);
            }
            Err(_) => return Err(Outcome::Lost),
        };
        log.knows(buyer, true);
        log.keeps_until(buyer, None);
        let seats = ids(&confirmed.data["seats"], Some("seatId"));
        self.rush.log.booked(Answered {
            booking: confirmed.text("bookingId").unwrap_or_default().to_owned(),
            buyer: self.person.sub.clone(),
            seats: seats.iter().cloned().collect(),
            amount: confirmed.data["totalAmount"].to_string(),
        });
        self.note(&confirmed, seats, "booked");
        Ok(Outcome::Booked)
    }

    async fn release(&self, due: Instant, seats: Vec<String>) -> Next<Outcome> {
        let body = json!({ "eventId": self.rush.event.id });
        // From when it is due the seats may be others'.
        self.rush.log.keeps_until(&self.person.sub, Some(due));
        let released = self.insist(Step::Release, due, "/release", &body).await.0.map_err(|_| Outcome::Lost)?;
        if !released.is_ok() {
            return Err(Outcome::Lost);
        }
        self.note(&released, seats, "available");
        Ok(Outcome::Released)
    }

    /// Sends a request when it is due, and again, as a request of its own, where the answer is "busy" or none comes. A payment
    /// books once, however often it is sent. Says besides whether any attempt was answered with 5xx or nothing, and so may have
    /// done its work.
    async fn insist(&self, step: Step, due: Instant, path: &str, body: &Value) -> (Asked, bool) {
        let (mut due, mut pause, mut attempt, mut is_in_doubt) = (due, ATTEMPT_PAUSE, 1, false);
        loop {
            sleep_until(due.into()).await;
            let with = With { body: Some(body), pass: None };
            let request = self.rush.log.asks(step, due);
            let asked = self.rush.client.ask(Some(&self.person), Method::POST, path, with).await;
            self.rush.log.asked(request, &asked);
            is_in_doubt |= asked.as_ref().map_or(true, |answer| answer.status >= 500);
            if attempt == ATTEMPTS || asked.as_ref().is_ok_and(|answer| !answer.asks_for_another_try()) {
                return (asked, is_in_doubt);
            }
            due = Instant::now() + pause;
            pause *= 2;
            attempt += 1;
        }
    }

    fn note_hold(&self, answer: &Answer, seats: &[String], is_at_least: bool) {
        self.rush.log.held(Held {
            buyer: self.person.sub.clone(),
            seats: seats.iter().cloned().collect(),
            sent: answer.sent,
            answered: answer.sent + answer.took,
            until: hold_end(answer),
            is_at_least,
        });
    }

    /// When the next click is due, counted from now.
    fn think(&mut self) -> Instant {
        Instant::now() + Duration::from_millis(self.rng.u64(THINK_MS))
    }

    fn note(&self, answer: &Answer, seats: Vec<String>, status: &'static str) {
        self.rush.log.changed(Change { seats, status, sent: answer.sent, answered: answer.sent + answer.took });
    }
}

/// When a hold ends at the earliest, by this machine's clock: what the deployment's clock leaves of it, from when the request was
/// sent. An answer that names no end promises none.
fn hold_end(held: &Answer) -> Option<Instant> {
    let left = held.moment("expiresAt").zip(held.moment("serverTime")).map_or(0, |(end, now)| end - now);
    Some(held.sent + Duration::from_millis(u64::try_from(left).unwrap_or_default()))
}

impl Map {
    /// Takes in an answer of `availability`, unless one was taken in just now.
    fn learn(&self, text: &[u8]) -> Arc<HashSet<String>> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, taken)) = &*latest
            && at.elapsed() < MAP_KEPT
        {
            return taken.clone();
        }
        let body: Value = serde_json::from_slice(text).unwrap_or_default();
        let seats = body["data"]["seats"].as_array().into_iter().flatten();
        let taken = seats.filter(|seat| seat["status"] != "available").filter_map(|seat| seat["seatId"].as_str());
        let taken = Arc::new(taken.map(str::to_owned).collect::<HashSet<String>>());
        *latest = Some((Instant::now(), taken.clone()));
        taken
    }
}

/// Seats beside each other that look free: from a place that is rather in front, where everybody wants to sit.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of the number of seats
fn pick(seats: &[String], taken: &HashSet<String>, count: usize, rng: &mut Rng) -> Option<Vec<String>> {
    let from = (float(seats.len()) * rng.f64().powi(2)) as usize;
    let is_free = |run: &&[String]| run.iter().all(|seat| !taken.contains(seat));
    let runs = |part: &[String]| part.windows(count).find(is_free).map(<[String]>::to_vec);
    runs(seats.get(from..)?).or_else(|| runs(seats))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn seats(count: usize) -> Vec<String> {
        (0..count).map(|seat| format!("s{seat:03}")).collect()
    }

    #[test]
    fn what_is_picked_looks_free_and_is_side_by_side() {
        let (seats, mut rng) = (seats(100), Rng::with_seed(4));
        let taken: HashSet<String> = seats.iter().step_by(3).cloned().collect();
        for _ in 0..200 {
            let picked = pick(&seats, &taken, 2, &mut rng).unwrap();
            let at = seats.iter().position(|seat| *seat == picked[0]).unwrap();
            assert_eq!(picked, seats[at..at + 2]);
            assert!(picked.iter().all(|seat| !taken.contains(seat)));
        }
        assert_eq!(pick(&seats, &taken, 3, &mut rng), None);
    }

    #[test]
    fn everybody_wants_to_sit_in_front() {
        let (seats, mut rng) = (seats(100), Rng::with_seed(5));
        let picks: Vec<String> =
            (0..1_000).filter_map(|_| pick(&seats, &HashSet::new(), 1, &mut rng)).flatten().collect();
        let front = picks.iter().filter(|seat| seat.as_str() < "s050").count();
        assert!((650..760).contains(&front), "{front}: half of the seats are the goal of seven buyers in ten");
    }

    #[test]
    fn a_map_is_taken_in_once_a_second() {
        let map = Map::default();
        let text = |seat: &str, status: &str| {
            json!({ "data": { "seats": [{ "seatId": seat, "status": status }] } }).to_string().into_bytes()
        };
        assert_eq!(map.learn(&text("a", "held")).iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(map.learn(&text("b", "booked")).iter().collect::<Vec<_>>(), ["a"]);
        let other = Map::default();
        assert!(other.learn(&text("a", "available")).is_empty());
    }
}
