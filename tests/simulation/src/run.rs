//! One run: from an empty table to the last check, all of it from one seed.

use crate::admin::Admin;
use crate::buyer::Buyer;
use crate::fault::{Fault, Faults, RATES};
use crate::fleet::Function;
use crate::judge::Verb;
use crate::ledger::{Ledger, broken, moment};
use crate::machinery::{self, Machinery};
use crate::refusal::CODES;
use crate::stage::{Order, Stage, Way};
use crate::token::token;
use crate::venue::{AREA, HOLD_MINUTES_MAX, SHOWS};
use crate::virtual_time;
use crate::watcher;
use crate::world::{EPOCH_MS, Failure, World};
use audit::{Key, SeatView};
use domain::refusal::Code;
use fastrand::Rng;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

/// What a run is made from. The same plan gives the same run, step for step.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What everything drawn follows from.
    pub seed: u64,
    /// Requests of buyers, watchers and admins before the doors close.
    pub operations: u64,
    /// Faults that are left out.
    pub without: Vec<Fault>,
    /// Whether each step is printed.
    pub aloud: bool,
}

impl Plan {
    /// An ordinary run.
    #[must_use]
    pub fn new(seed: u64, operations: u64) -> Self {
        Self { seed, operations, without: Vec::new(), aloud: false }
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its plan.
    pub plan: Plan,
    /// Requests of buyers, watchers and admins.
    pub operations: u64,
    /// Buyers that came.
    pub buyers: u64,
    /// Requests to the table, answers, posts: everything that was noted.
    pub steps: u64,
    /// Batches of the stream.
    pub batches: u64,
    /// Runs of the schedules.
    pub runs: u64,
    /// Bookings in the table at the end.
    pub bookings: u64,
    /// The same for the same steps.
    pub fingerprint: u64,
    /// How often each fault struck.
    pub faults: Vec<(Fault, u64)>,
    /// How often each code refused something.
    pub refusals: Vec<(Code, u64)>,
    /// What was found.
    pub failure: Option<Failure>,
}

/// Buyers and watchers that are there at a time.
const BUYERS_AT_ONCE: u64 = 20;
const WATCHERS: u64 = 8;
/// Requests of one day; after each comes a night.
const DAY: u64 = 2_000;
/// As many places as one buyer may hold in every event.
const LAST_QUANTITY: usize = 6;
/// Long enough for every ttl to pass.
const NIGHT: Duration = Duration::from_secs(26 * 60 * 60);
/// How long everything may take to settle once nothing fails any more.
const SETTLING: Duration = Duration::from_secs(20 * 60);

/// Runs a plan.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    virtual_time::play(plan.seed, || play(plan)).unwrap_or_else(|error| Report::broken(plan, &error.to_string()))
}

async fn play(plan: &Plan) -> Report {
    let mut rng = Rng::with_seed(plan.seed);
    let mut faults = Faults::drawn(&mut rng);
    plan.without.iter().for_each(|fault| faults.without(*fault));
    let world = match World::new(plan.seed, faults) {
        Ok(world) => Arc::new(world),
        Err(error) => return Report::broken(plan, &error),
    };
    world.trace().aloud = plan.aloud;
    let stage = Arc::new(Stage::new(world.clone(), plan.operations));
    let machinery = Arc::new(Machinery::default());
    machinery::start(&stage, &machinery, rng.u8(0..4) > 0);
    let mut admin = Admin::new(&stage, rng.fork());
    if let Err(why) = admin.open().await {
        world.fail(broken(11, format!("the admin could not open: {why}")));
    }
    let mut buyers = 0;
    for day in 1.. {
        buyers += play_day(&stage, &mut admin, &mut rng, day * DAY, buyers).await;
        if !stage.is_open(u64::MAX) {
            break;
        }
        world.sleep_at_night(NIGHT).await;
    }
    calm_down(&stage).await;
    sell_the_last_places(&stage).await;
    settle(&stage, &machinery).await;
    check(&stage, &admin).await;
    let trace = world.trace();
    Report {
        plan: plan.clone(),
        operations: stage.asked(),
        buyers,
        steps: trace.steps,
        batches: machinery.batches.load(Ordering::SeqCst),
        runs: machinery.runs.load(Ordering::SeqCst),
        bookings: world.ledger().rows.rows().filter(|(key, _)| key.pk.starts_with("BOOKING#")).count() as u64,
        fingerprint: trace.fingerprint(),
        faults: world.faults().counts().collect(),
        refusals: world.promises().refusals().collect(),
        failure: world.failure(),
    }
}

/// Everybody comes until the day's requests are used up; says how many buyers came.
async fn play_day(stage: &Arc<Stage>, admin: &mut Admin<'_>, rng: &mut Rng, until: u64, before: u64) -> u64 {
    let next = Arc::new(std::sync::atomic::AtomicU64::new(before));
    let queue = |mut rng: Rng| {
        let next = next.clone();
        async move {
            while stage.is_open(until) {
                let number = next.fetch_add(1, Ordering::SeqCst) + 1;
                let mut buyer = Buyer::new(stage, rng.fork(), format!("buyer-{number}"));
                // One in six has a second tab open.
                let mut tab = number.is_multiple_of(6).then(|| buyer.tab());
                let other = async {
                    if let Some(tab) = &mut tab {
                        tab.visit(until).await;
                    }
                };
                tokio::join!(buyer.visit(until), other);
            }
        }
    };
    let queues: Vec<_> = (0..BUYERS_AT_ONCE).map(|_| queue(rng.fork())).collect();
    let watchers: Vec<_> = (0..WATCHERS)
        .map(|number| watcher::watch(stage, rng.fork(), format!("buyer-w{number}-{before}"), until))
        .collect();
    tokio::join!(futures::future::join_all(queues), futures::future::join_all(watchers), admin.work(until));
    next.load(Ordering::SeqCst) - before
}

/// Lets nothing fail any more; what was delayed arrives.
async fn calm_down(stage: &Arc<Stage>) {
    stage.world.faults().on = false;
    tokio::time::sleep(Duration::from_secs(15)).await;
    watcher::join_all(stage).await;
}

/// Waits until everything that was under way has arrived.
pub async fn settle(stage: &Arc<Stage>, machinery: &Machinery) {
    let world = &stage.world;
    let started = tokio::time::Instant::now();
    let mut quiet = 0;
    while world.goes_on() && quiet < 3 {
        // The schedules serve lagging watchers within a minute.
        tokio::time::sleep(Duration::from_secs(61)).await;
        if world.faults().lose_frames() {
            watcher::check_all(stage).await;
        }
        let is_quiet = world.stream().is_empty() && machinery.busy.load(Ordering::SeqCst) == 0;
        quiet = if is_quiet { quiet + 1 } else { 0 };
        if started.elapsed() > SETTLING {
            world.fail(broken(10, "the stream does not come to rest"));
        }
    }
}

/// Once nobody holds anything any more, buyers come for every place that is left, one after the other, until they are told
/// that there is none: that is judged like every answer, so no place may be left over.
async fn sell_the_last_places(stage: &Stage) {
    tokio::time::sleep(Duration::from_secs(u64::from(HOLD_MINUTES_MAX) * 60 + 10)).await;
    for show in SHOWS {
        let mut quantity = LAST_QUANTITY;
        for number in 0..2 * AREA.1 {
            let name = format!("buyer-last-{number}");
            let body = json!({ "eventId": show.event, "areaId": AREA.0, "quantity": quantity });
            let http = Http::new("POST /seat-booking/hold-area").token(&token(&name, Role::Buyer)).json(&body);
            let (event, way) = (show.event.to_owned(), Way::Http(Function::Hold, http));
            let order =
                Order { who: name, is_admin: false, verb: Verb::HoldBest, event, key: None, payment: None, way };
            match stage.ask(&order).await {
                Some(reply) if reply.status == 200 => {}
                Some(_) if quantity > 1 => quantity = 1,
                _ => break,
            }
        }
    }
}

/// The last checks, with nothing under way: all rows and promises, every screen, and what statistics say.
pub async fn check(stage: &Arc<Stage>, admin: &Admin<'_>) {
    let world = &stage.world;
    if !world.goes_on() {
        return;
    }
    let now = world.now();
    let mirrored = {
        let ledger = world.ledger();
        let mut rows: Vec<(Key, Value)> =
            ledger.rows.rows().map(|(key, row)| (key.clone(), Value::Object(row.clone()))).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    let scanned: Vec<Value> = world.engine.rows().into_iter().map(Value::Object).collect();
    if mirrored != scanned {
        world.fail(broken(2, "the table holds something that no request wrote"));
    }
    let found = world.ledger().rows.audit(&moment(now));
    world.fail_for(found);
    world.check_promises();
    check_screens(world);
    for show in SHOWS {
        check_money(world, admin.stats(&show).await, show.event);
    }
}

/// What is held may be over, and what is free was told as blocked if it was not for sale just then: prices are not pushed.
fn is_shown_rightly(ledger: &Ledger, held: &SeatView, shown: &str, now: i64) -> bool {
    let was_unsold = || ledger.may_be_unsold(&held.event, &held.seat, EPOCH_MS, now);
    match held.status.as_str() {
        status if status == shown => true,
        "held" => shown == "available" || (shown == "blocked" && was_unsold()),
        "available" => shown == "blocked" && was_unsold(),
        _ => false,
    }
}

/// Every client that is still connected shows what the table holds.
fn check_screens(world: &World) {
    let now = world.now();
    let (ledger, gateway) = (world.ledger(), world.gateway());
    let mut found = Vec::new();
    for (connection, line) in gateway.lines.iter().filter(|(_, line)| line.is_open && line.screen.is_complete) {
        let event = SHOWS.iter().find(|show| show.event == line.screen.event);
        for (seat, _) in event.into_iter().flat_map(crate::venue::Show::categories) {
            let held = ledger.all(&line.screen.event, &seat).last().map(|past| &past.seat);
            let shown = line.screen.seats.get(&seat);
            let is_same = match (held, shown) {
                (None, None) => true,
                (Some(held), Some(shown)) => {
                    held.version == shown.version && is_shown_rightly(&ledger, held, &shown.status, now)
                }
                _ => false,
            };
            if !is_same {
                found.push(broken(10, format!("{connection} shows {seat} as {shown:?}; the table has {held:?}")));
            }
        }
    }
    drop((ledger, gateway));
    world.fail_for(found);
}

/// Statistics say what the bookings add up to.
fn check_money(world: &World, stats: Option<Value>, event: &str) {
    let sum: i64 = {
        let ledger = world.ledger();
        let bookings = ledger.rows.rows().filter_map(|(key, row)| audit::booking(key, row).ok());
        let standing = |booking: audit::BookingView| {
            let seats = booking.seats.clone();
            seats.into_iter().filter(move |listed| booking.stands(&listed.seat)).map(|listed| listed.price)
        };
        bookings.filter(|booking| booking.event == event).flat_map(standing).sum()
    };
    let told = stats.as_ref().and_then(|stats| stats["revenue"].as_f64()).map(|revenue| (revenue * 100.0).round());
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    if told != Some(sum as f64) {
        world.fail(broken(8, format!("{event} was sold for {sum}; the statistics say {stats:?}")));
    }
}

impl Report {
    fn broken(plan: &Plan, why: &str) -> Self {
        let failure = Failure { violation: broken(11, why), step: 0, end: String::new() };
        Self {
            plan: plan.clone(),
            operations: 0,
            buyers: 0,
            steps: 0,
            batches: 0,
            runs: 0,
            bookings: 0,
            fingerprint: 0,
            faults: RATES.iter().map(|(fault, _)| (*fault, 0)).collect(),
            refusals: CODES.map(|code| (code, 0)).to_vec(),
            failure: Some(failure),
        }
    }
}
