//! Buyers by the thousand before a door, through the real functions and the table, with everything that fails: the waiting room
//! stays fair.

use crate::scenes::{end_if_broken, on_a_stage};
use domain::beacon::BeaconRound;
use domain::clock::Moment;
use fastrand::Rng;
use serde_json::{Value, json};
use simulation::beacon::chain;
use simulation::call::Who;
use simulation::door::Rules;
use simulation::fault::Faults;
use simulation::fleet::Function;
use simulation::house::{Habits, House};
use simulation::machinery::{self, Machinery};
use simulation::queuer::Queuer;
use simulation::stage::Stage;
use simulation::world::World;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::events;
use tokio::task::spawn_local;

const MINUTE_MS: u64 = 60_000;
/// Buyers who come when a rush is over.
const LATECOMERS: u64 = 20;
const HABITS: Habits = Habits { leave: 80, hold: 250, book: 400, socket: 20, return_: 30 };

/// One run before one door.
struct Plan {
    seed: u64,
    buyers: u64,
    /// Over how long they come, in ms.
    ramp_ms: u64,
    seats: u64,
    room: Value,
    rules: Rules,
    /// Minutes in which no doorkeeper is started.
    away: &'static [u64],
    habits: Habits,
}

fn play(plan: Plan) {
    on_a_stage(plan.seed, |stage| async move {
        let world = stage.world.clone();
        world.door().watch("rush", plan.rules.clone());
        let house = House::open(&stage, "rush", plan.seats, &plan.room, plan.habits).await.unwrap();
        *world.faults() = Faults::usual();
        let (started, machinery) = (Instant::now(), Arc::new(Machinery::default()));
        machinery::start(&stage, &machinery, true);
        spawn_local(keep_the_door(stage.clone(), plan.away));
        let mut rng = Rng::with_seed(plan.seed);
        come(&house, &mut rng, 0..plan.buyers, plan.ramp_ms).await;
        if plan.rules.is_auto {
            // The rush is over: the door opens again, and whoever comes now walks in.
            tokio::time::sleep(Duration::from_millis(4 * MINUTE_MS)).await;
            come(&house, &mut rng, plan.buyers..plan.buyers + LATECOMERS, MINUTE_MS).await;
        }
        println!(
            "{} buyers in {} min: {}; {} steps; {:.1} s",
            plan.buyers,
            (world.now() - simulation::world::EPOCH_MS) / 60_000,
            house.summary(),
            world.trace().steps,
            started.elapsed().as_secs_f64(),
        );
        end_if_broken(&stage);
        if plan.rules.draws_at.is_some() {
            let entrants = world.door().entrants("rush");
            println!("{entrants} had a number by lot");
            assert!(entrants as u64 > plan.buyers / 3, "many came before the room opened");
        }
        let struck = world.faults().counts().filter(|(_, count)| *count > 0).count();
        assert!(struck > 20, "only {struck} kinds of faults struck");
        tell_of_auto(&world, &plan);
    });
}

/// These buyers come within a time, and go.
async fn come(house: &House, rng: &mut Rng, numbers: std::ops::Range<u64>, ramp_ms: u64) {
    let each = numbers.map(|number| {
        let priority = ["fans", "members", "public", "public"][rng.usize(0..4)];
        let (after, queuer) = (rng.u64(0..ramp_ms), Queuer::new(house, number, priority, rng.fork()));
        async move {
            tokio::time::sleep(Duration::from_millis(after)).await;
            queuer.come().await;
        }
    });
    futures::future::join_all(each).await;
}

/// Starts the doorkeeper each minute but some; in one of three two at once, as the schedule may.
async fn keep_the_door(stage: Arc<Stage>, away: &'static [u64]) {
    for minute in 0.. {
        for _ in 0..if minute % 3 == 2 { 2 } else { 1 } {
            if !away.contains(&minute) {
                let stage = stage.clone();
                spawn_local(async move {
                    stage.fleet.invoke(Function::Doorkeeper, Who::System, events::schedule()).await;
                });
            }
        }
        tokio::time::sleep(Duration::from_millis(MINUTE_MS)).await;
        if !stage.world.goes_on() {
            return;
        }
    }
}

/// An automatic room has closed its door and opened it again.
fn tell_of_auto(world: &World, plan: &Plan) {
    if plan.rules.is_auto {
        let turns = world.door().turns_of_the_key("rush");
        // One that draws is shut from the start.
        let least = if plan.rules.draws_at.is_some() { 1 } else { 2 };
        assert!(turns >= least, "the room closed and opened again: {turns}");
    }
}

fn with_buyers(buyers: u64) -> Plan {
    let max_active = buyers / 8;
    Plan {
        seed: 12,
        buyers,
        ramp_ms: 3 * MINUTE_MS,
        seats: buyers / 2,
        room: json!({
            "mode": "on", "admitPerMinute": buyers / 4, "maxActive": max_active, "passMinutes": 1,
            "priorities": { "fans": 6, "members": 3, "public": 1 },
        }),
        rules: Rules { pass_ms: 60_000, max_active: Some(max_active), is_auto: false, draws_at: None },
        away: &[3, 6],
        habits: HABITS,
    }
}

#[test]
fn thousands_come_in_one_after_the_other_and_never_too_many_whatever_fails() {
    play(with_buyers(4_000));
}

#[test]
fn twenty_thousand_come_in_one_after_the_other() {
    play(with_buyers(20_000));
}

#[test]
fn an_automatic_room_closes_in_a_rush_and_opens_again_and_who_is_inside_notices_nothing() {
    play(Plan {
        seed: 13,
        buyers: 600,
        ramp_ms: MINUTE_MS,
        seats: 400,
        room: json!({ "mode": "auto", "admitPerMinute": 200, "maxActive": 120, "passMinutes": 1 }),
        rules: Rules { pass_ms: 60_000, max_active: Some(120), is_auto: true, draws_at: None },
        away: &[4],
        // Some come again when the rush is over.
        habits: Habits { hold: 500, return_: 300, ..HABITS },
    });
}

/// A room that opens when three in five have come, and draws their numbers.
fn with_a_draw(seed: u64, buyers: u64, draw: Value) -> Plan {
    let usual = with_buyers(buyers);
    let opens_at = simulation::world::EPOCH_MS + 2 * 60_000;
    let mut room = usual.room.clone();
    room["opensAt"] = Moment(opens_at).rfc3339().into();
    room["draw"] = draw;
    Plan { seed, room, rules: Rules { draws_at: Some(opens_at), ..usual.rules }, ..usual }
}

#[test]
fn who_comes_before_the_opening_gets_a_number_by_lot_and_nobody_is_forgotten_whatever_fails() {
    play(with_a_draw(14, 1_200, true.into()));
}

#[test]
fn a_draw_with_a_beacon_waits_for_its_round_and_lets_nobody_in_before() {
    let round = chain().unwrap().round_due_from(Moment(simulation::world::EPOCH_MS + 3 * 60_000 + 15_000));
    let named = BeaconRound { chain: simulation::beacon::CHAIN, round };
    play(with_a_draw(15, 400, json!({ "beacon": named })));
}

#[test]
fn an_automatic_room_draws_too_and_lets_in_by_number_who_came_early() {
    let mut plan = with_a_draw(16, 400, true.into());
    plan.room["mode"] = "auto".into();
    plan.rules.is_auto = true;
    play(plan);
}
