//! Load, and what must still be true after a rush. These tests have the floor to themselves.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;

use crate::answer::Answer;
use crate::fixture;
use crate::person::{Map, Person, refs};
use crate::world::{Event, World};

/// Requests in flight at once, where a test is about what they come to and not about how many they are.
const CONCURRENCY: usize = 64;
/// What an answer may take in a storm: half of what API Gateway waits, on a machine that has other things to do as well.
const ANSWER_MOST: Duration = Duration::from_secs(15);

/// How many requests are in flight, how many there ever were, and how long the slowest took.
#[derive(Default)]
struct Rush {
    now: AtomicUsize,
    most: AtomicUsize,
    slowest: Mutex<Duration>,
}

impl Rush {
    /// Waits for an answer, as one of those who do.
    async fn ask(&self, request: impl Future<Output = Answer>) -> Answer {
        self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let asked = Instant::now();
        let answer = request.await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = slowest.max(asked.elapsed());
        answer
    }
}

/// Makes room for open files: each request in flight is one, and where nobody asks there may be 1,024.
pub(crate) fn allow_open_files(count: u64) {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < count) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(count), ..limit }).expect("room for open files");
    }
}

/// What the buyers were told: seat → (owner, whether it is booked).
#[derive(Default)]
pub(crate) struct Told(BTreeMap<String, (String, bool)>);

impl Told {
    /// An acknowledged hold: none of the seats may be anyone else's.
    pub(crate) fn held(&mut self, person: &Person, seats: &[String]) {
        for seat in seats {
            let owner = self.0.entry(seat.clone()).or_insert_with(|| (person.sub.clone(), false));
            assert_eq!(owner.0, person.sub, "{seat} has two owners");
            assert!(!owner.1, "{seat} was held though it is booked");
        }
    }

    pub(crate) fn booked(&mut self, person: &Person, seats: &[String]) {
        for seat in seats {
            let owner = self.0.insert(seat.clone(), (person.sub.clone(), true)).expect("the seat was held");
            assert_eq!(owner, (person.sub.clone(), false), "{seat} was booked without its holder");
        }
    }

    pub(crate) fn count(&self, booked: bool) -> usize {
        self.0.values().filter(|(_, is_booked)| *is_booked == booked).count()
    }

    /// The seats that somebody holds, sorted.
    pub(crate) fn held_by(&self, sub: &str) -> Vec<String> {
        self.0.iter().filter(|(_, (owner, booked))| owner == sub && !booked).map(|(seat, _)| seat.clone()).collect()
    }

    /// The layout, as an admin sees it, shows what the buyers were told: no more, no less.
    fn is_what(&self, layout: &Map) {
        for (id, seat) in layout {
            let shown =
                (seat["status"].as_str().unwrap_or_default(), seat["heldBy"].as_str().or(seat["bookedBy"].as_str()));
            let told = match self.0.get(id) {
                None => ("available", None),
                Some((owner, false)) => ("held", Some(owner.as_str())),
                Some((owner, true)) => ("booked", Some(owner.as_str())),
            };
            assert_eq!(shown, told, "{id}: the layout shows {seat}");
        }
    }
}

/// A refusal in a storm is a conflict about seats that were asked for.
#[track_caller]
fn is_a_conflict(answer: &Answer, asked: &[String]) {
    let fits = answer.status == 409 && ["seat_held", "seat_booked", "seat_locked"].contains(&answer.code());
    assert!(fits, "{}", answer.story("200 or a conflict"));
    let conflicts = answer.strings("conflictingSeats");
    assert!(
        !conflicts.is_empty() && conflicts.iter().all(|seat| asked.contains(seat)),
        "{}",
        answer.story("conflicts among the seats asked for")
    );
}

/// `count` different seats.
fn some(rng: &mut Rng, seats: &[String], count: usize) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    while chosen.len() < count {
        let seat = &seats[rng.usize(..seats.len())];
        if !chosen.contains(seat) {
            chosen.push(seat.clone());
        }
    }
    chosen
}

/// One buyer's part: so many holds of 1 to 4 random seats, half of them confirmed.
async fn shop(person: &Person, event: &Event, holds: usize, seed: u64, told: &Mutex<Told>, rush: &Rush) {
    let mut rng = Rng::with_seed(seed);
    for _ in 0..holds {
        let count = rng.usize(1..=4);
        let seats = some(&mut rng, &event.seats, count);
        let held = rush.ask(person.hold(event, &refs(&seats))).await;
        if held.status != 200 {
            is_a_conflict(&held, &seats);
            continue;
        }
        let held = held.lists("heldSeats", &refs(&seats));
        told.lock().unwrap().held(person, &held.strings("heldSeats"));
        if rng.bool() {
            let booked = rush.ask(person.confirm(event, &refs(&seats))).await.ok();
            booked.says(&format!("Successfully booked {} seats", seats.len()));
            told.lock().unwrap().booked(person, &seats);
        }
    }
}

pub(crate) async fn totals_agree(world: &World, event: &Event, told: &Told) {
    let admin = world.admin();
    let bookings = admin.event_bookings(event).await;
    let sum: f64 = bookings.iter().filter_map(|booking| booking["totalAmount"].as_f64()).sum();
    let seats: usize = bookings.iter().filter_map(|booking| booking["seats"].as_array()).map(Vec::len).sum();
    let stats = admin.stats(event).await.ok().has("revenue", sum).has("bookedSeats", seats);
    let (held, booked) = (told.count(false), told.count(true));
    stats.has("bookedSeats", booked).has("heldSeats", held).has("availableSeats", event.seats.len() - held - booked);
    for booking in &bookings {
        for seat in booking["seats"].as_array().into_iter().flatten() {
            let owner = told.0.get(seat["seatId"].as_str().unwrap_or_default());
            let fits = owner.is_some_and(|(owner, booked)| booking["userId"] == owner.as_str() && *booked);
            assert!(fits, "a booking that nobody was told of: {booking}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_buyers_shop_in_an_arena_of_10000_seats() {
    let world = World::alone().await;
    let (event, total) = (world.event(fixture::grid(100, 100)).await, world.load(2_000));
    let buyers = world.buyers(total.min(500));
    let (each, seed) = (total.div_ceil(buyers.len()), fastrand::u64(..));
    eprintln!("seed {seed}: {} buyers with {each} holds each", buyers.len());
    let (told, rush) = (Mutex::new(Told::default()), Rush::default());

    let watchers = Mutex::new(Vec::new());
    let one_more = async |name: &str| {
        let watcher = world.buyer(name).watch(&event).await;
        watchers.lock().unwrap().push(watcher);
    };
    one_more("early").await;
    one_more("early").await;
    stream::iter(buyers.iter().enumerate())
        .for_each_concurrent(CONCURRENCY, async |(n, buyer)| {
            // Three more join in the middle of it.
            if n % (buyers.len() / 4).max(1) == buyers.len() / 8 {
                one_more("late").await;
            }
            shop(buyer, &event, each, seed.wrapping_add(n as u64), &told, &rush).await;
        })
        .await;
    one_more("last").await;

    let layout = world.admin().map(&event).await;
    let told = told.into_inner().unwrap();
    told.is_what(&layout);
    totals_agree(&world, &event, &told).await;
    for watcher in &mut watchers.into_inner().unwrap() {
        watcher.agrees_with(&layout).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_buyers_storm_a_hundred_seats() {
    let world = World::alone().await;
    let (event, buyers, seed) =
        (world.event(fixture::grid(10, 10)).await, world.buyers(world.load(1_000)), fastrand::u64(..));
    eprintln!("seed {seed}: {} buyers", buyers.len());
    allow_open_files(2 * buyers.len() as u64);
    let (told, rush) = (Mutex::new(Told::default()), Rush::default());
    let mut watcher = world.buyer("watcher").watch(&event).await;
    let visits = buyers.iter().enumerate();
    join_all(visits.map(|(n, buyer)| shop(buyer, &event, 1, seed.wrapping_add(n as u64), &told, &rush))).await;
    assert_eq!(rush.most.into_inner(), buyers.len(), "all of them ask at once");
    let slowest = rush.slowest.into_inner().unwrap();
    assert!(slowest <= ANSWER_MOST, "an answer took {slowest:?}");
    let layout = world.admin().map(&event).await;
    let told = told.into_inner().unwrap();
    told.is_what(&layout);
    totals_agree(&world, &event, &told).await;
    watcher.agrees_with(&layout).await;
}

/// One buyer who changes their mind: holds, then gives up, books, or books and cancels.
async fn waver(person: &Person, event: &Event, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    for _ in 0..4 {
        let count = rng.usize(1..=3);
        let seats = some(&mut rng, &event.seats, count);
        let held = person.hold(event, &refs(&seats)).await;
        if held.status != 200 {
            is_a_conflict(&held, &seats);
            continue;
        }
        match rng.u8(0..4) {
            0 => {}
            1 => drop(person.release(event, &refs(&seats)).await.ok()),
            2 => drop(person.confirm(event, &refs(&seats)).await.ok()),
            _ => {
                let id = person.confirm(event, &refs(&seats)).await.ok().text("bookingId");
                person.cancel(&id).await.ok();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_converge_when_seats_come_and_go() {
    let world = World::alone().await;
    let (event, buyers, seed) =
        (world.event(fixture::grid(6, 10)).await, world.buyers(world.load(160)), fastrand::u64(..));
    eprintln!("seed {seed}: {} buyers", buyers.len());
    let mut early = world.buyer("early").watch(&event).await;
    let rush = stream::iter(buyers.iter().enumerate())
        .for_each_concurrent(CONCURRENCY, |(n, buyer)| waver(buyer, &event, seed.wrapping_add(n as u64)));
    let join_late = async { world.buyer("late").watch(&event).await };
    let ((), mut late) = futures::future::join(rush, join_late).await;

    let admin = world.admin();
    let layout = admin.map(&event).await;
    early.agrees_with(&layout).await;
    late.agrees_with(&layout).await;
    let confirmed: Vec<Value> =
        admin.event_bookings(&event).await.into_iter().filter(|booking| booking["status"] == "confirmed").collect();
    let seats: usize = confirmed.iter().filter_map(|booking| booking["seats"].as_array()).map(Vec::len).sum();
    let sum: f64 = confirmed.iter().filter_map(|booking| booking["totalAmount"].as_f64()).sum();
    let held: usize = layout.values().filter(|seat| seat["status"] == "held").count();
    admin.stats(&event).await.ok().has("bookedSeats", seats).has("revenue", sum).has("heldSeats", held);
}
