//! CPU time of the hold function for each choice of the best 2 seats in a house of 10,000, half of them sold.
//!
//! To choose, an instance reads every lane of the event, unless a reading that began after the request came tells of it
//! already. So two figures are measured: requests that come one after the other, each of which has the lanes read anew,
//! and requests that all came before the first was served and waited for this instance, which share that one reading.
//! The function's own log lines say which of both it was.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use domain::clock::Clock;
use domain::event::Event;
use domain::limits::CLOCK_SKEW_MS;
use serde_json::{Value, json};
use support::people::Role;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::figures::{float, median, rounded};
use crate::log;
use crate::packaged;
use crate::payload;
use crate::process::{Function, SECRET};
use crate::report::{Row, Verdict};

const ROUNDS: usize = 3;
const WARM: usize = 10;
/// All of one round are served within the 30 s that a function believes a request to have waited.
const CHOICES: usize = 150;
const SEATS: usize = 2;
const SOLD: usize = 5_000;
const SEATS_EACH_BOOKING: usize = 50;
/// What is sold is drawn from this, the same each time.
const SEED: u64 = 10_000;
const BUDGET_MS: f64 = 10.0;
/// Time for the last line to come through the pipe.
const LOG_DELAY: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lanes {
    Anew,
    Shared,
}

struct House<'a> {
    engine: &'a Engine,
    hold: PathBuf,
    confirm: PathBuf,
    lanes: f64,
}

pub async fn row(project: &Path) -> Result<Row> {
    let (hold, confirm) = (packaged::binary(project, "hold")?, packaged::binary(project, "confirm")?);
    let engine = Engine::start().await?;
    let lanes = f64::from(Event::lanes_for(engine.seats.len()));
    let house = House { engine: &engine, hold, confirm, lanes };
    let (mut anew, mut shared) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        anew.push(house.cost(&format!("choice-anew-{round}"), Lanes::Anew).await?);
        shared.push(house.cost(&format!("choice-shared-{round}"), Lanes::Shared).await?);
    }
    Ok(verdict(lanes, &anew, &shared))
}

fn verdict(lanes: f64, anew: &[f64], shared: &[f64]) -> Row {
    let (each, spared) = (median(anew), median(shared));
    let measured = format!(
        "{each:.1} ms where each request reads the {lanes} lanes anew, {spared:.2} ms where those that waited share a reading"
    );
    let figures = json!({
        "lanes": lanes, "sold": SOLD, "seats": SEATS, "choices": CHOICES,
        "anewMs": anew.iter().map(|ms| rounded(*ms, 3)).collect::<Vec<_>>(),
        "sharedMs": shared.iter().map(|ms| rounded(*ms, 3)).collect::<Vec<_>>(),
    });
    let what = "CPU in the hold function per best 2 of 10,000 seats, half sold, warm";
    Row::new(what, "≤ 10 ms, lanes read anew", measured, Verdict::of(each <= BUDGET_MS), figures)
}

impl House<'_> {
    /// Milliseconds of CPU for each choice, in an event of its own.
    async fn cost(&self, event: &str, lanes: Lanes) -> Result<f64> {
        self.engine.open(event).await?;
        self.sell(event).await?;
        let mut function = Function::start(&self.hold, &self.engine.table).await?;
        // As long before as the gateway's clock may be behind the function's: else a function cannot know.
        let before_all = Clock::System.now().0 - CLOCK_SKEW_MS - 1;
        let payload = |number| {
            let came_at = if lanes == Lanes::Anew { Clock::System.now().0 } else { before_all };
            let token = payload::token(SECRET, &format!("chooser-{number}"), Role::Buyer);
            let body = json!({ "eventId": event, "quantity": SEATS });
            payload::best_available(number, &token, &body, came_at)
        };
        let cost = function.cost_of((WARM, CHOICES), payload, ensure_served).await? / float(CHOICES);
        sleep(LOG_DELAY).await;
        self.check_reads(&function, lanes)?;
        drop(function);
        self.engine.check_held(event, (WARM + CHOICES) * SEATS).await?;
        Ok(cost)
    }

    /// Sells half of the house, drawn at random, with the function that books in one step.
    async fn sell(&self, event: &str) -> Result<()> {
        let mut seats = self.engine.seats.clone();
        fastrand::Rng::with_seed(SEED).shuffle(&mut seats);
        seats.truncate(SOLD);
        let mut function = Function::start(&self.confirm, &self.engine.table).await?;
        for (number, seats) in seats.chunks(SEATS_EACH_BOOKING).enumerate() {
            let token = payload::token(SECRET, &format!("owner-{number}"), Role::Buyer);
            let body = json!({ "eventId": event, "seatIds": seats });
            ensure_served(&function.api.invoke(payload::book(number, &token, &body)).await?)?;
        }
        self.engine.check_booked(event, SOLD).await
    }

    /// Checks that each measured choice had the lanes read as it should: beside them it reads the buyer's hold, and each
    /// round sends a transaction.
    fn check_reads(&self, function: &Function, lanes: Lanes) -> Result<()> {
        let lines: HashMap<String, log::Use> = function.log().iter().filter_map(|line| log::read(line)).collect();
        let wanted = if lanes == Lanes::Anew { self.lanes } else { 0.0 };
        for number in WARM..WARM + CHOICES {
            let used = lines.get(&payload::request_id(number)).context("a choice that the log does not tell of")?;
            let read = used.requests - used.rounds - 1.0;
            // Every 5 s the event is read again too. Conflicts, which have lanes read again, need a second buyer.
            ensure!([wanted, wanted + 1.0].contains(&read), "choice {number} has read {read} lanes, not {wanted}");
        }
        Ok(())
    }
}

fn ensure_served(answer: &[u8]) -> Result<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    ensure!(answer["statusCode"] == 200, "a request was refused: {answer}");
    Ok(())
}
