//! Two hours without the table, rehearsed: buyers hold and pay before, everybody asks meanwhile, functions, schedules
//! and the stream's readers go on, and then the table is back. docs/operations.md says what an operator does of it.

use crate::scenes::{Scene, end_if_broken, on_a_stage};
use fastrand::Rng;
use futures::future::join_all;
use serde_json::{Value, json};
use simulation::admin::Admin;
use simulation::buyer::Buyer;
use simulation::door::Rules;
use simulation::fault::Fault;
use simulation::fleet::Function;
use simulation::house::{Habits, House};
use simulation::judge::{Reply, Verb};
use simulation::machinery::{self, Machinery, replay};
use simulation::queuer::Queuer;
use simulation::run;
use simulation::stage::{Order, Stage, Way};
use simulation::token::token;
use simulation::venue::{GATEWAY, SHOWS, places};
use simulation::watcher;
use simulation::world::EPOCH_MS;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

const EVENT: &str = SHOWS[0].event;
const OUTAGE: Duration = Duration::from_secs(2 * 60 * 60);
const LINES: [&str; 3] = ["line-1", "line-2", "line-3"];
const LINES_AFTERWARDS: [&str; 3] = ["line-4", "line-5", "line-6"];
/// Buyers whose confirm is under way when the outage begins.
const CUT: u64 = 16;
/// Buyers who hold a seat each just before the outage.
const LATE: u64 = 8;
/// After this every change is in some batch.
const READ_BY_NOW: Duration = Duration::from_millis(400);
/// Buyers who only come to buy something, as everybody does.
const CROWD: u64 = 8;
/// Buyers who wait for their turn in a waiting room, far more than come in before the outage.
const IN_LINE: u64 = 24;
/// Until when everybody in the line has come in, since the beginning, in ms: half an hour after the table is back.
const LONGEST_WAIT_MS: i64 = 155 * 60 * 1_000;
/// Longer than the sweep, the doorkeeper and the stream take to notice that the table is back: an attempt that hangs, and a pause.
const NOTICED: Duration = Duration::from_secs(15);
/// After this every run of a schedule has found that the table is away.
const BEGUN: Duration = Duration::from_secs(10);
/// After this every schedule has run anew.
const NEXT_RUN: Duration = Duration::from_secs(75);

/// A buyer who holds one seat, and pays for it.
#[derive(Clone)]
struct Payer {
    name: String,
    seat: String,
}

impl Payer {
    /// Holds some seat that is free, from the back.
    async fn new(scene: &Scene, name: String) -> Self {
        for seat in SHOWS[0].seats().into_iter().rev() {
            if scene.hold(&name, &seat).await.status == 200 {
                return Self { name, seat };
            }
        }
        panic!("no seat is left for {name}");
    }

    fn payment(&self) -> Value {
        json!({ "gateway": GATEWAY, "transactionId": format!("paid-by-{}", self.name) })
    }

    async fn confirm(&self, scene: &Scene) -> Reply {
        scene.confirm(&self.name, self.payment(), None).await
    }

    /// The booking that its payment has paid for, by the table.
    fn booking(&self, stage: &Stage) -> Option<String> {
        let paid = stage.world.ledger().paid_by(&format!("paid-by-{}", self.name))?;
        Some(paid.1.booking)
    }

    /// Asks again and again, as a shop's server does that was paid.
    async fn insist(&self, scene: &Scene, mut rng: Rng, until: i64) {
        while scene.stage.world.now() < until {
            self.confirm(scene).await;
            tokio::time::sleep(Duration::from_secs(rng.u64(60..180))).await;
        }
    }
}

fn booking(reply: &Reply) -> Option<String> {
    reply.body["data"]["bookingId"].as_str().map(str::to_owned)
}

/// Does what buyers do, with minutes in between.
async fn act(stage: &Stage, mut rng: Rng, name: String, connection: Option<String>, until: i64) {
    let mut buyer = Buyer::new(stage, rng.fork(), name);
    buyer.connection = connection;
    while stage.world.now() < until && stage.world.goes_on() {
        buyer.act().await;
        tokio::time::sleep(Duration::from_secs(rng.u64(60..240))).await;
    }
}

/// Opens the map now and then, and tries to connect to it.
async fn look(stage: &Stage, mut rng: Rng, until: i64) {
    let buyer = token("buyer-looks", Role::Buyer);
    let mut tried = 0;
    while stage.world.now() < until && stage.world.goes_on() {
        let http = Http::new("GET /seat-booking/availability/{eventId}").token(&buyer).path("eventId", EVENT);
        let (who, event, way) = ("buyer-looks".to_owned(), EVENT.to_owned(), Way::Http(Function::Layout, http));
        let order = Order { who, is_admin: false, verb: Verb::Read, event, key: None, payment: None, way };
        stage.send(&order).await;
        tried += 1;
        let line = format!("refused-{tried}");
        assert!(!watcher::connect(stage, &line, EVENT, "buyer-looks", &buyer).await, "connected without a table");
        tokio::time::sleep(Duration::from_secs(rng.u64(60..240))).await;
    }
}

/// Waits in a line until the turn comes, a look a minute.
async fn wait_in_line(house: &House, number: u64) {
    let world = &house.stage.world;
    let queuer = Queuer::new(house, number, "public", Rng::with_seed(number));
    while world.goes_on() {
        let was_away = world.faults().away_since.is_some();
        let told = house.send(Function::Queue, &queuer.who(), &queuer.place("POST")).await.expect("an answer");
        let is_away = was_away && world.faults().away_since.is_some();
        match told.status {
            200 if !is_away => {
                if house.judge_place(&queuer.name, &told)["status"] == "admitted" {
                    return;
                }
            }
            status => assert_eq!(status, 503, "invariant 11: {}", told.body),
        }
        assert!(world.now() - EPOCH_MS < LONGEST_WAIT_MS, "invariant 12: {} waits for ever", queuer.name);
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// What somebody has of every seat, as the table has it.
fn seats_with(stage: &Stage, status: &str) -> BTreeSet<(String, String)> {
    let ledger = stage.world.ledger();
    let all = SHOWS.iter().flat_map(|show| {
        let seats = show.categories().into_iter().map(|(seat, _)| seat).chain(places());
        seats.map(|seat| (show.event.to_owned(), seat))
    });
    let is_so = |(event, seat): &(String, String)| {
        ledger.all(event, seat).last().is_some_and(|past| past.seat.status == status)
    };
    all.filter(is_so).collect()
}

/// Who holds what when the table goes away.
struct Holders {
    /// Paid meanwhile, and the seat is free afterwards.
    lucky: Payer,
    /// Paid meanwhile, and somebody else is quicker afterwards.
    unlucky: Payer,
    /// Held last, with the stream's batches late, so that the ends of some are never noted.
    late: Vec<Payer>,
    /// Were being booked when the table went away.
    cut: Vec<Payer>,
}

/// Clients that watch the event.
async fn open_lines(stage: &Stage, lines: [&str; 3]) {
    for (number, line) in lines.into_iter().enumerate() {
        let who = format!("buyer-w{number}");
        assert!(watcher::connect(stage, line, EVENT, &who, &token(&who, Role::Buyer)).await);
        watcher::join(stage, line, EVENT).await;
    }
}

/// Everything that goes on before the table goes away.
async fn before(scene: &Scene, rng: &mut Rng) -> Holders {
    let stage = &scene.stage;
    open_lines(stage, LINES).await;
    let crowd = (0..CROWD).map(|number| {
        let mut buyer = Buyer::new(stage, rng.fork(), format!("buyer-{number}"));
        async move { buyer.visit(u64::MAX).await }
    });
    join_all(crowd).await;
    let early = Payer::new(scene, "buyer-early".to_owned()).await;
    assert_eq!(early.confirm(scene).await.status, 200);
    let lucky = Payer::new(scene, "buyer-lucky".to_owned()).await;
    let unlucky = Payer::new(scene, "buyer-unlucky".to_owned()).await;
    let mut cut = Vec::new();
    for number in 0..CUT {
        cut.push(Payer::new(scene, format!("buyer-cut-{number}")).await);
    }
    // What was held until here is noted by the outbox.
    tokio::time::sleep(Duration::from_secs(5)).await;
    stage.world.faults().always(&[(Fault::BatchLate, 1.0)]);
    let mut late = Vec::new();
    for number in 0..LATE {
        late.push(Payer::new(scene, format!("buyer-late-{number}")).await);
    }
    tokio::time::sleep(READ_BY_NOW).await;
    Holders { lucky, unlucky, late, cut }
}

/// Two hours in which everybody goes on asking.
async fn meanwhile(scene: &Scene, machinery: &Machinery, holders: &Holders, rng: &mut Rng) {
    let stage = &scene.stage;
    let confirms = join_all(holders.cut.iter().map(|payer| payer.confirm(scene)));
    let (told, ()) = tokio::join!(confirms, stage.world.take_table_away());
    for reply in told {
        assert!(reply.status == 200 || reply.status == 503, "{}", reply.body);
    }
    let until = stage.world.now() + i64::try_from(OUTAGE.as_millis()).unwrap();
    let payers = holders.cut.iter().take(4).chain([&holders.lucky, &holders.unlucky]);
    let payers: Vec<_> = payers.map(|payer| payer.insist(scene, rng.fork(), until)).collect();
    let crowd: Vec<_> =
        (0..CROWD).map(|number| act(stage, rng.fork(), format!("buyer-{number}"), None, until)).collect();
    let over_sockets: Vec<_> = LINES
        .into_iter()
        .enumerate()
        .map(|(number, line)| act(stage, rng.fork(), format!("buyer-w{number}"), Some(line.to_owned()), until))
        .collect();
    tokio::join!(join_all(payers), join_all(crowd), join_all(over_sockets), look(stage, rng.fork(), until));
    end_if_broken(stage);
    // The runs that see the table again are those that have seen it away: the next ones begin most of a minute later.
    let runs = machinery.runs.load(Ordering::SeqCst);
    while machinery.runs.load(Ordering::SeqCst) == runs {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    tokio::time::sleep(BEGUN).await;
    stage.world.give_table_back();
    // API Gateway has closed every connection by now, for none lasts longer than two hours. Clients come back at once.
    let now = stage.world.now();
    stage.world.gateway().lines.values_mut().for_each(|line| line.close(now));
    open_lines(stage, LINES_AFTERWARDS).await;
}

/// What was held has ended meanwhile: what the outbox had noted is free at once, the rest once an operator has handed
/// over what the readers gave up.
async fn seats_come_free(scene: &Scene, machinery: &Machinery, holders: &Holders) {
    let stage = &scene.stage;
    tokio::time::sleep(NOTICED).await;
    let noted = [&holders.lucky.seat, &holders.unlucky.seat];
    let held: Vec<_> = noted.into_iter().filter(|seat| scene.seat(seat) != "available").collect();
    assert!(held.is_empty(), "invariant 10: the holds of {held:?} are over, and were not freed in {NOTICED:?}");
    let given_up = machinery.given_up().len();
    assert!(given_up > 0, "the readers gave nothing up");
    let unnoted = holders.late.iter().filter(|payer| scene.seat(&payer.seat) == "held").count();
    assert!(unnoted > 0, "the ends of all holds were noted, however late");
    assert_eq!(replay(stage, machinery).await, given_up);
    assert_eq!(replay(stage, machinery).await, 0, "nothing is handed over twice");
    tokio::time::sleep(NEXT_RUN).await;
    let held = seats_with(stage, "held");
    assert!(held.is_empty(), "invariant 10: the holds of {held:?} are over, and were not freed");
}

/// The shop books what was paid: its seat where it is free, and nothing where it is gone.
async fn shop_books(scene: &Scene, holders: &Holders) {
    let Holders { lucky, unlucky, cut, .. } = holders;
    let told = lucky.confirm(scene).await;
    assert_eq!((told.status, &told.body["code"]), (409, &json!("not_held")), "{}", told.body);
    let rival = Payer { name: "buyer-rival".to_owned(), seat: unlucky.seat.clone() };
    assert_eq!(scene.hold(&rival.name, &rival.seat).await.status, 200);
    assert_eq!(rival.confirm(scene).await.status, 200);
    let told = scene.book_for(&lucky.name, &lucky.seat, &lucky.payment()).await;
    assert_eq!((told.status, scene.seat(&lucky.seat).as_str()), (200, "booked"), "{}", told.body);
    let again = scene.book_for(&lucky.name, &lucky.seat, &lucky.payment()).await;
    let asked = lucky.confirm(scene).await;
    assert_eq!((booking(&again), booking(&asked)), (booking(&told), booking(&told)), "one payment, one booking");
    for _ in 0..2 {
        let told = scene.book_for(&unlucky.name, &unlucky.seat, &unlucky.payment()).await;
        assert_eq!((told.status, &told.body["code"]), (409, &json!("seat_booked")), "{}", told.body);
    }
    assert_eq!(unlucky.booking(&scene.stage), None, "what the shop pays back has booked nothing");
    let (done, undone): (Vec<&Payer>, Vec<&Payer>) =
        cut.iter().partition(|payer| payer.booking(&scene.stage).is_some());
    assert!(!done.is_empty() && !undone.is_empty(), "{} were booked before anybody was told", done.len());
    for payer in done {
        let before = payer.booking(&scene.stage);
        let told = scene.book_for(&payer.name, &payer.seat, &payer.payment()).await;
        let asked = payer.confirm(scene).await;
        assert_eq!((booking(&told), booking(&asked)), (before.clone(), before), "{}", told.body);
    }
    for payer in undone {
        assert_eq!(payer.confirm(scene).await.body["code"], "not_held");
        let told = scene.book_for(&payer.name, &payer.seat, &payer.payment()).await;
        assert_eq!((told.status, payer.booking(&scene.stage)), (200, booking(&told)), "{}", told.body);
    }
}

#[test]
fn two_hours_without_the_table_tell_no_lie_and_leave_everything_to_be_sold_and_booked() {
    on_a_stage(20, |stage| async move {
        let (machinery, mut rng) = (Arc::new(Machinery::as_deployed()), Rng::with_seed(20));
        let mut admin = Admin::new(&stage, rng.fork());
        admin.open().await.unwrap();
        machinery::start(&stage, &machinery, true);
        let room = json!({ "mode": "on", "admitPerMinute": 6, "maxActive": 4, "passMinutes": 1 });
        let rules = Rules { pass_ms: 60_000, max_active: Some(4), is_auto: false, draws_at: None };
        stage.world.door().watch("rush", rules);
        let habits = Habits { leave: 0, hold: 0, book: 0, socket: 0, return_: 0 };
        let house = House::open(&stage, "rush", 40, &room, habits).await.unwrap();
        machinery::keep_doors(&stage, &machinery);
        let scene = Scene { stage: stage.clone() };
        let line = join_all((0..IN_LINE).map(|number| wait_in_line(&house, 1_000 + number)));
        let rest = async {
            let holders = before(&scene, &mut rng).await;
            meanwhile(&scene, &machinery, &holders, &mut rng).await;
            seats_come_free(&scene, &machinery, &holders).await;
            run::settle(&stage, &machinery).await;
            run::check(&stage, &admin).await;
            shop_books(&scene, &holders).await;
        };
        tokio::join!(line, rest);
        run::settle(&stage, &machinery).await;
        run::check(&stage, &admin).await;
        end_if_broken(&stage);
        let steps = stage.world.trace().steps;
        println!("{} requests, {steps} steps, {} batches", stage.asked(), machinery.batches.load(Ordering::SeqCst));
    });
}
