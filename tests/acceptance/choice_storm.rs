//! Load on seats that are chosen: standing room to its last place, the best seats for everyone at once, and a hundred
//! seats that a thousand buyers book in one step. These tests have the floor to themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::answer::Answer;
use crate::fixture::{self, places};
use crate::hall::Hall;
use crate::person::{Person, about};
use crate::storm::{Told, allow_open_files, totals_agree};
use crate::world::{Event, World, fresh_id};

/// Buyers who want standing room at once, and for how many places each asks first: together all that there are.
const CROWD: usize = 500;
const EACH: usize = 40;
/// Requests of theirs in flight at once. A machine sells so many places within some twenty seconds, and whoever waits
/// longer than API Gateway does gets no answer.
const CROWD_IN_FLIGHT: usize = 128;
/// What one hold may be of.
const HOLD: usize = 50;
/// What an answer to the last buyers may take: ten times what it should on a machine that has nothing else to do.
const LAST_ANSWER_MOST: Duration = Duration::from_secs(20);

/// How many of the crowd may be told to try later: a busy machine has none or one.
const PUT_OFF_MOST: usize = 5;

/// What the crowd was told.
struct Crowd {
    turns: Semaphore,
    told: Mutex<Told>,
    /// Who was told that nothing is left: when they asked, and when they had the answer.
    sold_out: Mutex<Vec<(Instant, Instant)>>,
    /// How often somebody was told to try later.
    put_off: AtomicUsize,
}

impl Crowd {
    fn new() -> Crowd {
        let (told, sold_out, put_off) = (Mutex::default(), Mutex::default(), AtomicUsize::default());
        Crowd { turns: Semaphore::new(CROWD_IN_FLIGHT), told, sold_out, put_off }
    }

    /// One buyer asks for many places until it is sold out, then for one by one until that is. Half of the buyers book
    /// what they get and ask on; the others hold as much as one may.
    async fn push(&self, person: &Person, event: &Event, books: bool) {
        let (mut quantity, mut held) = (EACH, BTreeSet::new());
        while held.len() < HOLD {
            let wanted = quantity.min(HOLD - held.len());
            let body = about(event, json!({"areaId": "floor", "quantity": wanted}));
            let turn = self.turns.acquire().await.expect("a turn");
            let asked = Instant::now();
            let (answer, put_off) = Answer::served(|| person.request(Method::POST, "/hold-area").json(&body)).await;
            self.put_off.fetch_add(put_off, Ordering::Relaxed);
            if answer.status != 200 {
                answer.refused(409, "sold_out").says("Sold Out");
                self.sold_out.lock().unwrap().push((asked, Instant::now()));
                if quantity == 1 {
                    return;
                }
                quantity = 1;
                continue;
            }
            let places = answer.strings("heldSeats");
            assert_eq!(places.len(), wanted, "{}", answer.story(&format!("{wanted} places")));
            self.told.lock().unwrap().held(person, &places);
            if books {
                let booked = person.confirm_with(event, json!({})).await.ok();
                drop(turn);
                booked.says(&format!("Successfully booked {wanted} seats"));
                self.told.lock().unwrap().booked(person, &places);
            } else {
                for place in places {
                    assert!(held.insert(place), "{}", answer.story("places that this buyer does not hold yet"));
                }
            }
        }
    }

    /// How long each of the last buyers waited to be told that nothing is left, sorted. What they waited while places
    /// were still sold says how many requests the machine serves, and does not count.
    fn waits(&self) -> Vec<Duration> {
        let told = self.sold_out.lock().unwrap();
        let first = told.iter().map(|(_, answered)| *answered).min().expect("somebody was told");
        let mut waits: Vec<Duration> = told.iter().map(|(asked, answered)| *answered - first.max(*asked)).collect();
        waits.sort_unstable();
        waits
    }
}

/// Standing room of so many places, and nothing else.
fn standing_room(capacity: usize) -> Value {
    let mut layout = fixture::festival();
    layout["seats"] = json!([]);
    layout["areas"].as_array_mut().unwrap().truncate(1);
    layout["areas"][0]["capacity"] = json!(capacity);
    layout
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standing_room_is_sold_to_the_last_place_and_no_place_twice() {
    let world = World::alone().await;
    let buyers = world.buyers(world.load(CROWD));
    let capacity = EACH * buyers.len();
    let event = world.event(standing_room(capacity)).await;
    let event = Event { seats: places("floor", capacity), ..event };
    allow_open_files(4 * buyers.len() as u64);
    let (crowd, began) = (Crowd::new(), Instant::now());
    join_all(buyers.iter().enumerate().map(|(n, buyer)| crowd.push(buyer, &event, n.is_multiple_of(2)))).await;

    let (took, waits) = (began.elapsed(), crowd.waits());
    let (told, put_off) = (crowd.told.into_inner().unwrap(), crowd.put_off.into_inner());
    let [p50, p99, most] = [50, 99, 100].map(|percent| waits[(waits.len() - 1) * percent / 100]);
    eprintln!("{capacity} places sold to {} buyers within {took:?}; {put_off} times told to try later", buyers.len());
    eprintln!("{} times told that nothing is left: p50 {p50:?}, p99 {p99:?}, at most {most:?}", waits.len());
    let layout = world.admin().layout(&event).await.ok();
    let floor = &layout.list("areas")[0];
    let said = ["available", "held", "booked", "blocked"].map(|status| floor[status].as_u64().unwrap() as usize);
    assert_eq!(said, [0, told.count(false), told.count(true), 0], "{}", layout.story("every place is somebody's"));
    assert_eq!(said.iter().sum::<usize>(), capacity);
    totals_agree(&world, &event, &told).await;
    for buyer in &buyers {
        assert_eq!(buyer.held_seats(&event).await, told.held_by(&buyer.sub), "what {} was told", buyer.sub);
    }
    let watcher = world.buyer("late").watch(&event).await;
    let taken = event.seats.iter().filter(|place| ["held", "booked"].contains(&watcher.sees(place).status.as_str()));
    assert_eq!(taken.count(), capacity, "the snapshot shows every place");
    assert!(most <= LAST_ANSWER_MOST, "an answer to the last buyers took {most:?}");
    assert!(put_off <= PUT_OFF_MOST, "whoever wants places gets them, or is told that nothing is left: {put_off}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_who_want_the_best_two_at_once_all_get_two_that_are_together() {
    let world = World::alone().await;
    let (event, buyers) = (world.event(fixture::grid(20, 50)).await, world.buyers(world.load(300)));
    allow_open_files(4 * buyers.len() as u64);
    let began = Instant::now();
    let answers =
        join_all(buyers.iter().map(|buyer| buyer.hold_best(&event, json!({"quantity": 2, "together": true})))).await;
    eprintln!("{} buyers served within {:?}", buyers.len(), began.elapsed());
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (buyer, answer) in buyers.iter().zip(answers) {
        let answer = answer.ok().has("together", true);
        let seats = answer.strings("heldSeats");
        let mut stand: Vec<(usize, usize)> = seats.iter().map(|seat| row_and_column(seat)).collect();
        stand.sort_unstable();
        let beside = stand.len() == 2 && stand[0].0 == stand[1].0 && stand[0].1 + 1 == stand[1].1;
        assert!(beside, "{}", answer.story("two seats side by side"));
        for seat in seats {
            assert_eq!(owners.insert(seat.clone(), buyer.sub.clone()), None, "{seat} has two owners");
        }
    }
    let map = world.admin().map(&event).await;
    for (id, seat) in &map {
        assert_eq!(seat["heldBy"].as_str(), owners.get(id).map(String::as_str), "{id}: {seat}");
    }
}

/// Where a seat of the grid is.
fn row_and_column(seat: &str) -> (usize, usize) {
    let (row, column) = seat[1..].split_once('c').expect("a seat of the grid");
    (row.parse().unwrap(), column.parse().unwrap())
}

/// Requests in flight at once, of all buyers.
const IN_FLIGHT: usize = 1_000;
/// How often each buyer asks.
const TIMES: usize = 5;

/// One buyer's five requests: at once or one after the other, with one payment, with one each, or with none.
async fn insist(person: &Person, event: &Event, nth: usize, turns: &Semaphore) -> Vec<(Answer, usize)> {
    let payment = fresh_id();
    let ask = async |time: usize| {
        let body = match nth % 3 {
            0 => json!({}),
            1 => json!({"paymentInfo": {"transactionId": payment}}),
            _ => json!({"paymentInfo": {"transactionId": format!("{payment}-{time}")}}),
        };
        let _turn = turns.acquire().await.expect("a turn");
        Answer::served(|| person.request(Method::POST, "/book").json(&about(event, body.clone()))).await
    };
    if nth.is_multiple_of(2) {
        return join_all((0..TIMES).map(ask)).await;
    }
    let mut answers = Vec::new();
    for time in 0..TIMES {
        answers.push(ask(time).await);
    }
    answers
}

/// The booking that the answers tell of, if they do: one, or none and then all of them say that nothing is left.
#[track_caller]
fn one_booking(answers: &[(Answer, usize)]) -> Option<String> {
    let told = |(answer, _): &(Answer, usize)| match (answer.status, answer.code(), answer.message()) {
        (200, _, "Booking Successful") | (409, "already_booked", "Already Booked") => Some(answer.text("bookingId")),
        (409, "sold_out", "Sold Out") => None,
        _ => panic!("{}", answer.story("a booking, `Already Booked` or `Sold Out`")),
    };
    let ids: BTreeSet<Option<String>> = answers.iter().map(told).collect();
    assert_eq!(ids.len(), 1, "one buyer, one booking, and then no answer that nothing is left: {answers:#?}");
    ids.into_iter().next().flatten()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_buyers_who_book_five_times_each_a_hundred_have_one_seat_each() {
    let world = World::alone().await;
    let rules = json!({"rules": {"oneBookingPerBuyer": true}});
    let hall = Hall::open_with(&world, &["..... ....."; 10], 5, rules).await;
    let (event, buyers) = (&hall.event, world.buyers(world.load(1_000).max(200)));
    allow_open_files(2 * IN_FLIGHT as u64);
    let (turns, began) = (Semaphore::new(IN_FLIGHT), Instant::now());
    let answers = join_all(buyers.iter().enumerate().map(|(nth, buyer)| insist(buyer, event, nth, &turns))).await;
    let put_off: usize = answers.iter().flatten().map(|(_, put_off)| put_off).sum();
    eprintln!(
        "{} requests of {} buyers answered within {:?}; {put_off} times told to try later",
        TIMES * buyers.len(),
        buyers.len(),
        began.elapsed()
    );

    let told: BTreeMap<String, String> = buyers
        .iter()
        .zip(&answers)
        .filter_map(|(buyer, answers)| Some((buyer.sub.clone(), one_booking(answers)?)))
        .collect();
    assert_eq!(told.len(), 100, "buyers who were told of a booking");
    let bookings = world.admin().event_bookings(event).await;
    let mut seats = BTreeSet::new();
    for booking in &bookings {
        let owner = booking["userId"].as_str().unwrap();
        assert_eq!(booking["bookingId"].as_str(), told.get(owner).map(String::as_str), "what {owner} was told");
        seats.extend(booking["seats"].as_array().unwrap().iter().map(|seat| seat["seatId"].to_string()));
    }
    assert_eq!((bookings.len(), seats.len()), (100, 100), "a hundred bookings of a hundred seats");
    let stats = world.admin().stats(event).await.ok();
    stats.has("bookedSeats", 100).has("heldSeats", 0).has("availableSeats", 0).has("revenue", 1_000);
}
