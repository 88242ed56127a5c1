//! DynamoDB requests and write units of booking in one step, warm, as the functions' own log lines count them.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use simulation::budget::{self, BUDGETS};

use crate::live::{ARENA_LAYOUT, Live, confirmation};
use crate::log::{Samples, Use, middle};
use crate::report::{Row, Verdict};

const EVENT: &str = "bench-book";
const SAMPLES: usize = 9;
const SEATS: [&str; 4] = ["1 seat", "1 seat, paid", "best 2", "best 2, paid"];
/// Just before each booking of the best, so that the lanes cost it the same.
const READING: [&str; 2] = ["lanes before best 2", "lanes before best 2, paid"];
/// Of the budgets of `make test`, which the other bookings' budgets follow from.
const PAID: &str = "booking of 1 seat at once with a payment";

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    live.open(EVENT, ARENA_LAYOUT).await?;
    // From the back, so that the best are free.
    let mut seats = live.seats(EVENT).await?.into_iter().rev();
    let mut samples = Samples::default();
    for number in 0..SAMPLES {
        live.warm("/confirm", EVENT).await?;
        sample(live, &mut samples, &mut seats, number).await?;
    }
    let used = without_reading(samples.used(live).await?)?;
    Ok(vec![requests(&used), units(&used)?])
}

async fn sample(
    live: &Live,
    samples: &mut Samples,
    seats: &mut impl Iterator<Item = String>,
    number: usize,
) -> Result<()> {
    let token = live.token(&format!("bench-book-{number}"));
    let paid = |verb: usize, fields: &Value| with(confirmation(EVENT, &format!("book-{verb}-{number}")), fields);
    let plain = |fields: &Value| with(json!({ "eventId": EVENT }), fields);
    let best = json!({ "quantity": 2 });
    let [one, one_paid, two, two_paid] = SEATS;
    let mut named = || json!({ "seatIds": seats.by_ref().take(1).collect::<Vec<_>>() });
    samples.note(one, live.post("/book", &token, &plain(&named())).await?)?;
    samples.note(one_paid, live.post("/book", &token, &paid(1, &named())).await?)?;
    let lanes = format!("/layout/{EVENT}");
    samples.note(READING[0], live.get_zipped(&lanes, &token).await?)?;
    samples.note(two, live.post("/book", &token, &plain(&best)).await?)?;
    samples.note(READING[1], live.get_zipped(&lanes, &token).await?)?;
    samples.note(two_paid, live.post("/book", &token, &paid(3, &best)).await?)?;
    Ok(())
}

/// A body with further fields.
fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

/// The middle of each booking's samples; of the units only those of what is written.
fn without_reading(mut used: HashMap<&'static str, Vec<Use>>) -> Result<HashMap<&'static str, Use>> {
    for (verb, reading) in SEATS[2..].iter().zip(READING) {
        let read = used.remove(reading).context(reading)?;
        for (booking, read) in used.get_mut(verb).context(*verb)?.iter_mut().zip(read) {
            booking.units -= read.units;
        }
    }
    Ok(used.into_iter().map(|(verb, samples)| (verb, middle(&samples))).collect())
}

fn requests(used: &HashMap<&'static str, Use>) -> Row {
    let lanes = domain::event::Event::lanes_for(10_000);
    let choice = lanes + 1;
    let found = SEATS.map(|verb| used.get(verb).map_or(f64::NAN, |used| used.requests));
    let budgets = [1, 1, choice, choice].map(f64::from);
    let measured = format!("{} ({lanes} lanes, one query each, in one round)", list(&found));
    row("DynamoDB requests, warm", found, budgets, measured)
}

fn units(used: &HashMap<&'static str, Use>) -> Result<Row> {
    let paid = BUDGETS.iter().find(|budget| budget.verb == PAID).context(PAID)?;
    let guard = paid.units - budget::book(1);
    let found = SEATS.map(|verb| used.get(verb).map_or(f64::NAN, |used| used.units));
    let budgets = [budget::book(1), paid.units, budget::book(2), budget::book(2) + guard].map(f64::from);
    Ok(row("write units", found, budgets, list(&found)))
}

fn row(of: &str, found: [f64; 4], budgets: [f64; 4], measured: String) -> Row {
    let met = found.iter().zip(budgets).all(|(found, budget)| *found <= budget);
    let checks = SEATS.iter().zip(found).zip(budgets);
    let figures = json!(
        checks
            .map(|((what, used), budget)| json!({ "what": what, "used": used, "budget": budget }))
            .collect::<Vec<_>>()
    );
    let what = format!("booking in one step, {of}: {}", SEATS.join(" · "));
    Row::new(&what, &format!("≤ {}", list(&budgets)), measured, Verdict::of(met), figures)
}

fn list(numbers: &[f64]) -> String {
    numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(" · ")
}
