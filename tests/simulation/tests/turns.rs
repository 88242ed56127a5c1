//! A few buyers before a door at which nothing fails but what a test says.

use crate::metrics::Log;
use crate::scenes::{end_if_broken, on_a_stage};
use domain::limits::{JOINS_PER_SHARD, SOCKET_SEEN_MS};
use domain::name::BuyerId;
use domain::waiting_room::{Mode, WaitingRoom};
use futures::future::join_all;
use serde_json::{Value, json};
use service::settings::Settings;
use simulation::call::Who;
use simulation::door::Rules;
use simulation::fault::{Fault, Faults};
use simulation::fleet::Function;
use simulation::house::{Habits, House, Told};
use simulation::queuer::Queuer;
use simulation::stage::Stage;
use simulation::watcher;
use std::sync::Arc;
use std::time::Duration;
use support::events;
use support::http::Http;

const IDLE: Habits = Habits { leave: 0, hold: 0, book: 0, socket: 0, return_: 0 };

/// An event whose room lets in so many a minute, and so many at once.
async fn open(stage: &Arc<Stage>, event: &str, rate: u32, max_active: Option<u64>) -> House {
    open_for(stage, event, (rate, 1), max_active).await
}

async fn open_for(stage: &Arc<Stage>, event: &str, (rate, minutes): (u32, i64), max_active: Option<u64>) -> House {
    let rules = Rules { pass_ms: minutes * 60_000, max_active, is_auto: false, draws_at: None };
    stage.world.door().watch(event, rules);
    let room = json!({ "mode": "on", "admitPerMinute": rate, "maxActive": max_active, "passMinutes": minutes });
    House::open(stage, event, 100, &room, IDLE).await.unwrap()
}

/// So many buyers, each with a place, in this order.
async fn come(house: &House, count: u64) -> Vec<Queuer<'_>> {
    let mut all = Vec::new();
    for number in 0..count {
        let queuer = Queuer::new(house, number, "default", fastrand::Rng::with_seed(number));
        let place = queuer.ask("POST").await.unwrap();
        assert_eq!(place["number"], number + 1, "{place}");
        all.push(queuer);
    }
    all
}

/// A minute with a doorkeeper.
async fn minute(stage: &Stage) {
    stage.fleet.invoke(Function::Doorkeeper, Who::System, events::schedule()).await;
}

/// What each is told of the place.
async fn statuses(all: &[Queuer<'_>]) -> Vec<String> {
    let places = join_all(all.iter().map(|queuer| queuer.ask("GET"))).await;
    all.iter().take(1).for_each(|queuer| end_if_broken(&queuer.house.stage));
    places.into_iter().map(|place| place.unwrap()["status"].as_str().unwrap_or("none").to_owned()).collect()
}

fn count(statuses: &[String], wanted: &[&str]) -> usize {
    statuses.iter().filter(|status| wanted.contains(&status.as_str())).count()
}

async fn sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

#[test]
fn each_who_is_let_in_is_counted_once_and_who_waits_at_every_look() {
    on_a_stage(1, |stage| async move {
        let log = Log::default();
        let _here = tracing::subscriber::set_default(log.clone());
        let names = ["PeopleWaiting", "PeopleAdmitted"];
        let house = open(&stage, "gala", 30, None).await;
        minute(&stage).await;
        assert_eq!(log.sums(&names), [0.0, 0.0], "nobody has come");
        come(&house, 100).await;
        let (mut waited, mut let_in) = (Vec::new(), 0.0);
        for _ in 0..6 {
            minute(&stage).await;
            let [waiting, admitted] = log.sums(&names)[..] else { unreachable!() };
            waited.push(waiting);
            let_in += admitted;
        }
        assert!(waited[0] > waited[1] && waited[1] > waited[2] && waited[0] < 100.0, "{waited:?}");
        assert_eq!((waited.last(), let_in), (Some(&0.0), 100.0), "{waited:?}");
    });
}

#[test]
fn a_line_whose_doorkeeper_is_away_for_a_minute_stands_and_goes_on_and_nobody_loses_a_place() {
    on_a_stage(1, |stage| async move {
        let house = open(&stage, "gala", 30, None).await;
        let all = come(&house, 100).await;
        minute(&stage).await;
        sleep(5_000).await;
        let stood = count(&statuses(&all).await, &["admitted", "done"]);
        assert!((29..=35).contains(&stood), "{stood}");
        sleep(60_000).await;
        assert_eq!(count(&statuses(&all).await, &["admitted", "done"]), stood, "it stands");
        minute(&stage).await;
        let after = count(&statuses(&all).await, &["admitted", "done"]);
        assert!((stood + 28..=stood + 34).contains(&after), "{stood} and then {after}: no burst");
        for (number, queuer) in (1..).zip(&all) {
            assert_eq!(queuer.ask("GET").await.unwrap()["number"], number);
        }
        end_if_broken(&stage);
    });
}

#[test]
fn two_doorkeepers_at_once_let_in_no_more_than_one() {
    on_a_stage(2, |stage| async move {
        let house = open(&stage, "gala", 30, None).await;
        let all = come(&house, 60).await;
        tokio::join!(minute(&stage), minute(&stage), minute(&stage));
        let came_in = count(&statuses(&all).await, &["admitted", "done"]);
        assert!((29..=35).contains(&came_in), "{came_in}");
        end_if_broken(&stage);
    });
}

#[test]
fn a_join_whose_answer_was_lost_is_one_place() {
    on_a_stage(3, |stage| async move {
        let house = open(&stage, "gala", 30, None).await;
        for number in 0..40 {
            let queuer = Queuer::new(&house, number, "default", fastrand::Rng::with_seed(number));
            stage.world.faults().always(&[(Fault::KilledAfter, 1.0)]);
            let (first, second) = tokio::join!(post(&house, &queuer), post(&house, &queuer));
            *stage.world.faults() = Faults::none();
            // Nor are two that come at the very same moment two places.
            tokio::join!(post(&house, &queuer), post(&house, &queuer));
            end_if_broken(&stage);
            let told = queuer.ask("POST").await.unwrap();
            assert_eq!(told["number"], queuer.ask("POST").await.unwrap()["number"], "{first:?} {second:?}");
        }
        assert_eq!(stage.world.door().places("gala"), 40, "one place for each");
        end_if_broken(&stage);
    });
}

async fn post(house: &House, queuer: &Queuer<'_>) -> Option<Told> {
    house.send(Function::Queue, &queuer.who(), &queuer.place("POST")).await
}

#[test]
fn who_leaves_before_the_turn_makes_room_for_the_next() {
    on_a_stage(4, |stage| async move {
        let house = open(&stage, "gala", 600, Some(3)).await;
        let all = come(&house, 10).await;
        let run = minute(&stage);
        let look = async {
            sleep(20_000).await;
            assert_eq!(count(&statuses(&all).await, &["admitted"]), 3);
            assert_eq!(all[3].ask("DELETE").await.unwrap()["data"]["left"], true);
        };
        tokio::join!(run, look);
        let run = minute(&stage);
        let look = async {
            sleep(30_000).await;
            let told = statuses(&all).await;
            assert_eq!(told[..3], ["done", "done", "done"], "{told:?}");
            assert_eq!(told[3..7], ["none", "admitted", "admitted", "admitted"], "{told:?}");
            assert_eq!(count(&told, &["waiting"]), 3, "{told:?}");
        };
        tokio::join!(run, look);
        end_if_broken(&stage);
    });
}

#[test]
fn who_leaves_after_the_turn_is_inside_until_the_pass_runs_out() {
    on_a_stage(8, |stage| async move {
        let house = open(&stage, "gala", 600, Some(3)).await;
        let all = come(&house, 10).await;
        let look = async {
            sleep(10_000).await;
            for queuer in &all[..3] {
                assert_eq!(queuer.ask("GET").await.unwrap()["status"], "admitted");
                queuer.ask("DELETE").await;
            }
            sleep(30_000).await;
            end_if_broken(&stage);
            assert_eq!(count(&statuses(&all).await, &["waiting"]), 7, "nobody else has come in");
        };
        tokio::join!(minute(&stage), look);
        end_if_broken(&stage);
    });
}

#[test]
fn a_counter_that_few_ask_goes_on_behind_what_the_line_has_passed() {
    on_a_stage(9, |stage| async move {
        let settings = Settings { joins_per_second: 3 * JOINS_PER_SHARD, ..Settings::default() };
        stage.fleet.set(settings);
        let house = open(&stage, "gala", 600, None).await;
        let shard = |number: &u64| shard_of(&format!("buyer-{number}"));
        let (few, many): (Vec<u64>, Vec<u64>) = (0..60).partition(|number| shard(number) == 0);
        for number in many {
            Queuer::new(&house, number, "default", fastrand::Rng::with_seed(number)).ask("POST").await.unwrap();
        }
        minute(&stage).await;
        sleep(15_000).await;
        let late = Queuer::new(&house, few[0], "default", fastrand::Rng::with_seed(1)).ask("POST").await.unwrap();
        end_if_broken(&stage);
        assert!(late["number"].as_u64().unwrap() > 30, "{late}");
    });
}

/// The counter that a buyer asks follows from this.
fn shard_of(buyer: &str) -> u32 {
    let room = WaitingRoom {
        draw: None,
        mode: Mode::On,
        admit_per_minute: 1,
        max_active: None,
        opens_at: None,
        pass_ms: 1,
        priorities: Vec::new(),
        shards: 3,
    };
    room.shard(&BuyerId::parse(buyer).unwrap())
}

/// A wish to hold a seat, and how it is answered.
async fn hold(house: &House, queuer: &Queuer<'_>, seat: u32, pass: Option<&str>) -> (u16, Value) {
    let body = json!({ "eventId": house.event, "seatIds": [format!("s{seat}")] });
    let told = queuer.enter("hold-seats", &body, pass).await;
    end_if_broken(&house.stage);
    let told = told.unwrap();
    (told.status, told.body["data"]["reason"].clone())
}

#[test]
fn a_pass_of_somebody_else_of_another_event_forged_or_over_is_refused_with_its_reason() {
    on_a_stage(5, |stage| async move {
        let (house, other) = (open(&stage, "gala", 600, None).await, open(&stage, "encore", 600, None).await);
        let (ann, there) = (come(&house, 2).await, come(&other, 1).await);
        let pass_of = |place: Value| place["pass"].as_str().expect("a pass").to_owned();
        let look = async {
            sleep(10_000).await;
            let (mine, hers) = (pass_of(ann[0].ask("GET").await.unwrap()), pass_of(ann[1].ask("GET").await.unwrap()));
            let of_other = pass_of(there[0].ask("GET").await.unwrap());
            let forged = format!("{}x", &mine[..mine.len() - 1]);
            assert_eq!(hold(&house, &ann[0], 1, None).await, (403, "missing".into()));
            for pass in [&hers, &of_other, &forged] {
                assert_eq!(hold(&house, &ann[0], 1, Some(pass)).await, (403, "not_yours".into()), "{pass}");
            }
            let body = json!({ "eventId": "gala", "seatIds": ["s1"] });
            let keyed = ann[0].entry("hold-seats", &body, Some(&mine)).header("idempotency-key", "once");
            let first = house.ask(Function::Hold, &ann[0].who(), &keyed).await.unwrap();
            assert_eq!(first.status, 200, "{}", first.body);
            sleep(60_000).await;
            assert_eq!(hold(&house, &ann[0], 2, Some(&mine)).await, (403, "expired".into()));
            let again = house.ask(Function::Hold, &ann[0].who(), &keyed).await.unwrap();
            assert_eq!((again.status, &again.body), (200, &first.body), "a kept answer comes before the pass");
        };
        tokio::join!(minute(&stage), look);
        end_if_broken(&stage);
    });
}

/// Requests to the table, and units of writes, of one request.
async fn cost(house: &House, function: Function, queuer: &Queuer<'_>, http: Http) -> (u32, u32) {
    house.stage.world.meter().begin();
    let told = house.ask(function, &queuer.who(), &http).await.unwrap();
    assert_eq!(told.status, 200, "{}", told.body);
    let used = house.stage.world.meter().read("place");
    (used.requests, used.units)
}

#[test]
fn a_place_costs_three_requests_to_take_and_one_to_see() {
    on_a_stage(6, |stage| async move {
        let house = open(&stage, "gala", 600, None).await;
        let all = come(&house, 5).await;
        minute(&stage).await;
        let late = Queuer::new(&house, 100, "default", fastrand::Rng::with_seed(1));
        // Warm: the line was read within the second.
        all[0].ask("GET").await;
        let place = |method: &str| late.place(method);
        assert_eq!(cost(&house, Function::Queue, &late, place("POST")).await, (3, 2), "look, count, write");
        assert_eq!(cost(&house, Function::Queue, &late, place("POST")).await, (1, 0), "the same again");
        assert_eq!(cost(&house, Function::Queue, &late, place("GET")).await, (1, 0), "a look");
        sleep(1_001).await;
        assert_eq!(cost(&house, Function::Queue, &late, place("GET")).await, (2, 0), "and the line once a second");
        end_if_broken(&stage);
    });
}

#[test]
fn a_hold_with_a_pass_is_still_one_request() {
    on_a_stage(7, |stage| async move {
        let house = open_for(&stage, "gala", (600, 10), None).await;
        let all = come(&house, 2).await;
        // When the doorkeeper's minute is over, nothing else uses the table.
        minute(&stage).await;
        let mut passes = Vec::new();
        for queuer in &all {
            passes.push(queuer.ask("GET").await.unwrap()["pass"].as_str().unwrap().to_owned());
        }
        assert_eq!(hold(&house, &all[0], 1, Some(&passes[0])).await.0, 200, "the function is warm now");
        let body = json!({ "eventId": "gala", "seatIds": ["s2"] });
        let http = all[1].entry("hold-seats", &body, Some(&passes[1]));
        house.stage.world.meter().begin();
        let told = house.ask(Function::Hold, &all[1].who(), &http).await.unwrap();
        let used = house.stage.world.meter().read("hold");
        assert_eq!((told.status, used.requests), (200, 1), "{}", told.body);
        end_if_broken(&stage);
    });
}

/// The rooms that a doorkeeper would look after.
fn rooms(stage: &Stage) -> usize {
    stage.world.engine.rows().iter().filter(|row| row["pk"]["S"] == "ROOMS").count()
}

#[test]
fn a_room_that_was_switched_off_is_looked_after_no_more() {
    on_a_stage(7, |stage| async move {
        let house = open(&stage, "gala", 30, None).await;
        minute(&stage).await;
        assert_eq!(rooms(&stage), 1);
        house.set_room(&json!({ "mode": "off" })).await.unwrap();
        minute(&stage).await;
        assert_eq!(rooms(&stage), 0);
        end_if_broken(&stage);
    });
}

#[test]
fn a_message_about_a_place_is_a_sign_of_life_of_its_connection() {
    on_a_stage(8, |stage| async move {
        let house = open(&stage, "gala", 1, None).await;
        let queuer = Queuer::new(&house, 0, "default", fastrand::Rng::with_seed(1));
        assert!(watcher::connect(&stage, "line1", &house.event, &queuer.name, &queuer.token).await);
        let seen_at = || {
            let rows = stage.world.engine.rows();
            let row = rows.into_iter().find(|row| row["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("SOCKETS#")));
            row.expect("the connection counts").get("seenAt").cloned()
        };
        let first = seen_at();
        let say = |action: &str| {
            let message = json!({ "action": action, "eventId": house.event }).to_string();
            events::message("line1", &message, action)
        };
        for action in ["queue:join", "queue:status"] {
            sleep(SOCKET_SEEN_MS.unsigned_abs()).await;
            stage.fleet.invoke(Function::Queue, queuer.who(), say(action)).await;
        }
        assert_ne!(seen_at(), first, "whoever only waits must not be taken for gone");
        end_if_broken(&stage);
    });
}
