//! Many who have seats chosen at the same time: how many transactions each needs until it has some, since others may
//! have taken what was chosen for it.
//!
//! A hold of chosen seats sends one transaction in each round of planning and committing, and the functions' log lines
//! say how many rounds a request took.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::engine::grid;
use crate::figures::{float, percentile, rounded};
use crate::live::{Answer, Live};
use crate::log;
use crate::report::{Row, Verdict};

const FLOOR: &str = "bench-floor";
const PLACES: usize = 2_000;
const PLACES_SOLD: usize = 1_800;
const PLACES_EACH_BOOKING: usize = 50;
const BOOKINGS_AT_ONCE: usize = 4;
/// Twenty buyers are few: one transaction more or less is 0.05 of the average.
const HALLS: usize = 7;
const FLOOR_BUYERS: usize = 20;
const FLOOR_BUDGET: f64 = 1.3;

const HOUSE: &str = "bench-best-two";
const HOUSE_BUYERS: usize = 300;
const HOUSE_BUDGET: f64 = 1.5;

/// Over which time the buyers come.
const WITHIN: Duration = Duration::from_secs(1);

/// What a crowd was told.
struct Crowd {
    /// The answers, in the order in which the buyers came.
    answers: Vec<Answer>,
    /// Transactions of each request that was served.
    transactions: Vec<f64>,
}

pub async fn rows(live: &Live) -> Result<Vec<Row>> {
    Ok(vec![floor(live).await?, house(live).await?])
}

/// An area of which nine places in ten are sold.
async fn floor(live: &Live) -> Result<Row> {
    let mut layout = grid(2, 2);
    layout["areas"] = json!([{
        "id": "floor", "name": "Floor", "capacity": PLACES, "categoryId": "standard",
        "shape": { "x": 0, "y": 0, "width": 100, "height": 100 },
    }]);
    live.put_layout(FLOOR, &layout).await?;
    let ask = json!({ "areaId": "floor", "quantity": 4 });
    let (mut spread, mut at_once) = (Vec::new(), Vec::new());
    for hall in 0..HALLS {
        for (over, crowds) in [(WITHIN, &mut spread), (Duration::ZERO, &mut at_once)] {
            let event = format!("{FLOOR}-{hall}-{}", over.as_millis());
            sell(live, &event).await?;
            crowds.push(come(live, &event, "/hold-area", &ask, FLOOR_BUYERS, over).await?);
        }
    }
    Ok(floor_verdict(&spread, &at_once))
}

fn floor_verdict(spread: &[Crowd], at_once: &[Crowd]) -> Row {
    let each = |crowds: &[Crowd]| -> Vec<f64> { crowds.iter().map(Crowd::transactions_each).collect() };
    let (halls, halls_at_once) = (each(spread), each(at_once));
    let mean = |of: &[f64]| of.iter().sum::<f64>() / float(of.len());
    let (average, most) = (mean(&halls), percentile(&halls, 1.0));
    let unserved: usize = spread.iter().chain(at_once).map(Crowd::unserved).sum();
    let measured = format!(
        "{average:.2} on average, {most:.2} in the worst of {HALLS} halls; {:.2} where all come at once; {unserved} not served",
        mean(&halls_at_once)
    );
    let figures = json!({
        "average": rounded(average, 3), "halls": halls, "hallsAtOnce": halls_at_once, "buyers": FLOOR_BUYERS,
        "notServed": unserved,
    });
    let what =
        format!("hold of 4 places of 2,000, 90 % sold, {FLOOR_BUYERS} buyers within a second: transactions each");
    Row::new(&what, "≤ 1.3, all served", measured, Verdict::of(average <= FLOOR_BUDGET && unserved == 0), figures)
}

/// The best two seats of a house for everybody.
async fn house(live: &Live) -> Result<Row> {
    live.put_layout(HOUSE, &grid(20, 50)).await?;
    let ask = json!({ "quantity": 2 });
    let mut crowds = Vec::new();
    for over in [WITHIN, Duration::ZERO] {
        let event = format!("{HOUSE}-{}", over.as_millis());
        live.open(&event, HOUSE).await?;
        crowds.push(come(live, &event, "/best-available", &ask, HOUSE_BUYERS, over).await?);
    }
    let [spread, at_once] = crowds.as_slice() else { bail!("two crowds came") };
    Ok(house_verdict(spread, at_once))
}

fn house_verdict(spread: &Crowd, at_once: &Crowd) -> Row {
    let (each, most) = (spread.transactions_each(), percentile(&spread.transactions, 1.0));
    let (p50, longest) = (percentile(&spread.seconds(), 0.5), percentile(&spread.seconds(), 1.0));
    let broken = spread.broken() + at_once.broken();
    let unserved = spread.unserved() + at_once.unserved();
    let measured = format!(
        "{each:.2} on average, {most} at most, p50 {p50:.2} s, longest {longest:.2} s; {:.2} where all come at once, \
         {} at most, longest {:.2} s; {unserved} not served, {broken} × 5xx",
        at_once.transactions_each(),
        percentile(&at_once.transactions, 1.0),
        percentile(&at_once.seconds(), 1.0),
    );
    let figures = json!({ "withinASecond": spread.figures(), "atOnce": at_once.figures(), "buyers": HOUSE_BUYERS });
    let what = format!("{HOUSE_BUYERS} buyers ask for the best 2 of 1,000 within a second: transactions each");
    let met = each <= HOUSE_BUDGET && unserved == 0 && broken == 0;
    Row::new(&what, "≤ 1.5, all served, no 5xx", measured, Verdict::of(met), figures)
}

/// Opens an event and books nine places in ten.
async fn sell(live: &Live, event: &str) -> Result<()> {
    live.open(event, FLOOR).await?;
    let body = json!({ "eventId": event, "areaId": "floor", "quantity": PLACES_EACH_BOOKING });
    let bookings = (0..PLACES_SOLD / PLACES_EACH_BOOKING).map(|number| {
        let (token, body) = (live.token(&format!("floor-owner-{number}")), body.clone());
        async move { live.post("/book", &token, &body).await?.ok().map(drop) }
    });
    stream::iter(bookings).buffer_unordered(BOOKINGS_AT_ONCE).try_collect::<()>().await?;
    let stats = live.get_as_admin(&format!("/stats/{event}")).await?;
    ensure!(stats["data"]["bookedSeats"] == PLACES_SOLD, "{event}: not every place is booked: {stats}");
    Ok(())
}

/// Lets so many buyers ask for the same, one after the other over a while.
async fn come(live: &Live, event: &str, path: &str, ask: &Value, buyers: usize, over: Duration) -> Result<Crowd> {
    live.warm("/hold-seats", event).await?;
    let mut body = ask.clone();
    body["eventId"] = event.into();
    let each = over / u32::try_from(buyers)?;
    let asking = (0..buyers).map(|number| {
        let (token, body) = (live.token(&format!("crowd-{number}")), &body);
        async move {
            sleep(each * u32::try_from(number)?).await;
            live.post(path, &token, body).await
        }
    });
    let answers = try_join_all(asking).await?;
    let lines = log::of_stack(live).await?;
    let served = answers.iter().filter(|answer| answer.status == 200);
    let rounds = |answer: &Answer| lines.get(&answer.request_id).map(|used| used.rounds).context("no line in the log");
    let transactions = served.map(rounds).collect::<Result<Vec<_>>>()?;
    let crowd = Crowd { answers, transactions };
    let (wanted, given) = (ask["quantity"].as_u64().context("no quantity")?, crowd.seats()?.len());
    let served = crowd.transactions.len();
    ensure!(given as u64 == wanted * served as u64, "{event}: {given} seats for {served} buyers of {wanted} each");
    Ok(crowd)
}

impl Crowd {
    fn transactions_each(&self) -> f64 {
        self.transactions.iter().sum::<f64>() / float(self.transactions.len())
    }

    fn unserved(&self) -> usize {
        self.answers.len() - self.transactions.len()
    }

    fn broken(&self) -> usize {
        self.answers.iter().filter(|answer| answer.status >= 500).count()
    }

    fn seconds(&self) -> Vec<f64> {
        self.answers.iter().map(|answer| answer.took.as_secs_f64()).collect()
    }

    fn figures(&self) -> Value {
        let statuses = self.answers.iter().fold(BTreeMap::new(), |mut statuses: BTreeMap<u16, usize>, answer| {
            *statuses.entry(answer.status).or_default() += 1;
            statuses
        });
        json!({
            "average": rounded(self.transactions_each(), 3), "transactions": self.transactions, "statuses": statuses,
            "p50Seconds": rounded(percentile(&self.seconds(), 0.5), 3),
            "maxSeconds": rounded(percentile(&self.seconds(), 1.0), 3),
        })
    }

    /// The seats that were given away, each once.
    fn seats(&self) -> Result<HashSet<String>> {
        let mut seats = HashSet::new();
        for answer in self.answers.iter().filter(|answer| answer.status == 200) {
            let held = answer.json()?["data"]["heldSeats"].take();
            seats.extend(
                held.as_array().context("no heldSeats")?.iter().filter_map(|seat| Some(seat.as_str()?.to_owned())),
            );
        }
        Ok(seats)
    }
}
