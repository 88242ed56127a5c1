//! A doorkeeper that dies in the middle of a draw, at each of its requests: the lot is drawn once, among those who were there.

use crate::scenes::{end_if_broken, on_a_stage};
use domain::clock::Moment;
use fastrand::Rng;
use serde_json::{Value, json};
use simulation::beacon::{CHAIN, chain};
use simulation::call::{Death, LastRequest, Who};
use simulation::door::Rules;
use simulation::fleet::Function;
use simulation::house::{Habits, House};
use simulation::queuer::Queuer;
use simulation::stage::Stage;
use simulation::world::EPOCH_MS;
use std::sync::Arc;
use std::time::Duration;
use support::events;

const BUYERS: u64 = 9;
const OPENS_AT: i64 = EPOCH_MS + 20_000;
/// Longer than it takes until another doorkeeper has drawn.
const AFTER_THE_DRAW_MS: u64 = 60_000;
/// More requests than a doorkeeper makes for a draw.
const REQUESTS_MAX: u32 = 200;
const HABITS: Habits = Habits { leave: 0, hold: 0, book: 0, socket: 0, return_: 0 };

async fn until(stage: &Stage, at: i64) {
    let left = at - stage.world.now();
    tokio::time::sleep(Duration::from_millis(left.max(0).unsigned_abs())).await;
}

/// Buyers of two priorities who have come before the opening, of whom the first has left again, and two who will come later.
async fn come(house: &House) -> Vec<Queuer<'_>> {
    let mut rng = Rng::with_seed(3);
    let mut queuer = |number: u64| Queuer::new(house, number, ["fans", "public"][(number % 2) as usize], rng.fork());
    let queuers: Vec<Queuer<'_>> = (0..BUYERS + 2).map(&mut queuer).collect();
    for queuer in &queuers[..BUYERS as usize] {
        queuer.ask("POST").await.unwrap();
    }
    queuers[0].ask("DELETE").await.unwrap();
    queuers
}

/// Buyers come before the opening, two of them leave, one comes while the entrants are read and one later; a doorkeeper dies at one of
/// its requests, and the next one goes on. Says whether that was in the middle of the draw.
async fn draw_with_a_death(stage: Arc<Stage>, draw: &Value, death: Death) -> bool {
    let rules = Rules { pass_ms: 60_000, max_active: None, is_auto: false, draws_at: Some(OPENS_AT) };
    stage.world.door().watch("gala", rules);
    let room = json!({
        "mode": "on", "admitPerMinute": 600, "passMinutes": 1, "opensAt": Moment(OPENS_AT).rfc3339(), "draw": draw,
        "priorities": { "fans": 2, "public": 1 },
    });
    let house = House::open(&stage, "gala", 20, &room, HABITS).await.unwrap();
    let queuers = come(&house).await;
    until(&stage, OPENS_AT - 2_000).await;
    let dying = async {
        let has_died = stage.fleet.invoke_to_die(Function::Doorkeeper, Who::System, events::schedule(), death).await;
        has_died && !stage.world.door().is_settled("gala")
    };
    let others = async {
        until(&stage, OPENS_AT + 2_100).await;
        queuers[BUYERS as usize].ask("POST").await.unwrap();
        queuers[1].ask("DELETE").await.unwrap();
        until(&stage, OPENS_AT + 30_000).await;
        queuers[BUYERS as usize + 1].ask("POST").await.unwrap();
    };
    let (in_the_middle, ()) = futures::join!(dying, others);
    for _ in 0..3 {
        stage.fleet.invoke(Function::Doorkeeper, Who::System, events::schedule()).await;
    }
    for queuer in &queuers[2..] {
        let place = queuer.ask("GET").await;
        end_if_broken(&stage);
        let place = place.unwrap();
        let is_in = matches!(place["status"].as_str(), Some("admitted" | "done"));
        assert!(is_in, "{death:?}: {} is told {place}", queuer.name);
    }
    assert!((7..=9).contains(&stage.world.door().entrants("gala")), "{death:?}: those who did not leave took part");
    end_if_broken(&stage);
    in_the_middle
}

fn dies_at_each_request(draw: &Value, last_requests: &[LastRequest]) {
    for request in last_requests {
        let mut at_request = 1;
        loop {
            let mut in_the_middle = false;
            let death = Death { at_request, request: *request };
            on_a_stage(u64::from(at_request), |stage| async {
                in_the_middle = draw_with_a_death(stage, draw, death).await;
            });
            if !in_the_middle {
                break;
            }
            // While it waits for a beacon, one request is as another.
            at_request += if at_request < 70 { 1 } else { 9 };
            assert!(at_request < REQUESTS_MAX, "a draw of {BUYERS} does not end");
        }
        println!("a doorkeeper that draws dies at any of its {at_request} requests until all is drawn");
        assert!(at_request > 30, "only {at_request} requests");
    }
}

#[test]
fn a_doorkeeper_that_dies_at_any_request_of_a_draw_leaves_one_draw_with_nobody_missing() {
    dies_at_each_request(&true.into(), &[LastRequest::Lost, LastRequest::Done]);
}

#[test]
fn what_a_dead_doorkeeper_has_sent_changes_nothing_where_it_arrives_after_the_draw_of_another() {
    dies_at_each_request(&true.into(), &[LastRequest::Late(AFTER_THE_DRAW_MS)]);
}

#[test]
fn so_does_one_that_waits_for_a_beacon() {
    let round = chain().unwrap().round_due_from(Moment(OPENS_AT + 60_000));
    dies_at_each_request(
        &json!({ "beacon": { "chain": domain::hex::encode(&CHAIN), "round": round } }),
        &[LastRequest::Lost, LastRequest::Done],
    );
}
