//! Watchers that read the availability: whatever the stream dropped, and however they joined, they come to show what the table
//! holds.

use crate::scenes::{Scene, end_if_broken, play};
use serde_json::{Value, json};
use service::settings::Settings;
use simulation::availability::{read, refresh};
use simulation::call::Who;
use simulation::fault::Fault;
use simulation::fleet::Function;
use simulation::stream::{READERS, SHARDS};
use simulation::token::token;
use simulation::venue::SHOWS;
use simulation::watcher;
use std::time::Duration;
use support::events;
use support::http::Http;
use support::people::Role;

const LINE: &str = "line";
const EVENT: &str = SHOWS[0].event;
/// Longer than one reading serves.
const A_READING: Duration = Duration::from_millis(1_001);
const A_MINUTE: Duration = Duration::from_secs(60);

async fn connect(scene: &Scene, line: &str) {
    assert!(watcher::connect(&scene.stage, line, EVENT, "ann", &token("ann", Role::Buyer)).await);
}

/// Takes whatever has changed out of the stream; a batch for each shard and reader.
fn batches(scene: &Scene) -> Vec<(Function, Vec<Value>)> {
    let functions = [Function::Broadcast, Function::Outbox];
    let all = (0..READERS.len()).flat_map(|reader| (0..SHARDS).map(move |shard| (reader, shard)));
    all.map(|(reader, shard)| (functions[reader], scene.stage.world.stream().take(reader, shard, 1_000))).collect()
}

/// Hands every reader of the stream what has changed.
async fn tell(scene: &Scene) {
    for (function, batch) in batches(scene).into_iter().filter(|(_, batch)| !batch.is_empty()) {
        scene.stage.fleet.invoke(function, Who::System, events::batch(&batch)).await;
    }
}

fn shown(scene: &Scene, line: &str, seat: &str) -> String {
    let gateway = scene.stage.world.gateway();
    gateway.lines[line].screen.seats.get(seat).map_or("available", |shown| shown.status.as_str()).to_owned()
}

/// The line shows this of a seat, or invariant 10 is broken.
fn must_show(scene: &Scene, line: &str, seat: &str, status: &str, when: &str) {
    let shown = shown(scene, line, seat);
    if shown != status {
        panic!("invariant 10: {line} shows {seat} as {shown}, where it is {status}: {when}");
    }
}

#[test]
fn a_change_at_any_moment_of_a_join_without_a_snapshot_is_seen() {
    for moment_ms in (0..4_000).step_by(100) {
        play(|scene| async move {
            // Clocks of functions are apart; a reading is kept that knows nothing of the change.
            scene.stage.world.faults().always(&[(Fault::ClockJumped, 1.0)]);
            connect(&scene, LINE).await;
            read(&scene.stage, EVENT, None).await.expect("a reading");
            let change = async {
                tokio::time::sleep(Duration::from_millis(moment_ms)).await;
                assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
                tell(&scene).await;
            };
            let join = async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                watcher::join_without_snapshot(&scene.stage, LINE, EVENT).await;
            };
            tokio::join!(change, join);
            end_if_broken(&scene.stage);
            must_show(&scene, LINE, "seat_0_1", "held", &format!("the change after {moment_ms} ms"));
        });
    }
}

#[test]
fn what_the_stream_dropped_is_seen_within_a_minute() {
    play(|scene| async move {
        connect(&scene, LINE).await;
        watcher::join(&scene.stage, LINE, EVENT).await;
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        drop(batches(&scene));
        tokio::time::sleep(A_MINUTE).await;
        assert_eq!(shown(&scene, LINE, "seat_0_1"), "available", "no frame came");
        refresh(&scene.stage, LINE).await;
        end_if_broken(&scene.stage);
        must_show(&scene, LINE, "seat_0_1", "held", "it was read a minute after");
        // A frame of the next change goes on from there.
        assert_eq!(scene.release("buyer-1").await.status, 200);
        tell(&scene).await;
        must_show(&scene, LINE, "seat_0_1", "available", "a frame says so");
    });
}

#[test]
fn a_watcher_that_lost_every_frame_of_a_minute_shows_what_is_so_after_it() {
    play(|scene| async move {
        connect(&scene, LINE).await;
        watcher::join(&scene.stage, LINE, EVENT).await;
        scene.stage.world.faults().always(&[(Fault::FramesLost, 1.0)]);
        for seat in 1..=3 {
            assert_eq!(scene.hold(&format!("buyer-{seat}"), &format!("seat_0_{seat}")).await.status, 200);
            tell(&scene).await;
            tokio::time::sleep(A_MINUTE / 4).await;
        }
        assert_eq!(scene.release("buyer-2").await.status, 200);
        tell(&scene).await;
        scene.stage.world.faults().always(&[]);
        assert_eq!(shown(&scene, LINE, "seat_0_1"), "available", "nothing came");
        tokio::time::sleep(A_MINUTE / 4).await;
        refresh(&scene.stage, LINE).await;
        end_if_broken(&scene.stage);
        for (seat, status) in [("seat_0_1", "held"), ("seat_0_2", "available"), ("seat_0_3", "held")] {
            must_show(&scene, LINE, seat, status, "it was read after the minute");
        }
    });
}

/// Every way to look at seat `seat_0_1` says this of it, or invariant 10 is broken.
async fn must_be_in_every_read(scene: &Scene, status: &str) {
    let read = in_every_read(scene).await;
    if read.iter().any(|said| said != status) {
        panic!("invariant 10: it is {status}, and layout, availability, its count, statistics and a join say {read:?}");
    }
}

async fn in_every_read(scene: &Scene) -> Vec<String> {
    let stage = &scene.stage;
    let get = |function, http: Http| async move {
        let payload = http.path("eventId", EVENT).payload_at(stage.world.now(), "look");
        stage.fleet.invoke(function, Who::System, payload).await.1.expect("an answer")["body"]["data"].clone()
    };
    let status = |seats: &Value, id: &str| {
        let seat = seats.as_array().into_iter().flatten().find(|seat| seat[id] == "seat_0_1");
        seat.and_then(|seat| seat["status"].as_str()).unwrap_or("available").to_owned()
    };
    let layout = get(Function::Layout, Http::new("GET /seat-booking/layout/{eventId}")).await;
    let availability = get(Function::Layout, Http::new("GET /seat-booking/availability/{eventId}")).await;
    let admin = Http::new("GET /seat-booking/stats/{eventId}").token(&token("admin", Role::Admin));
    let stats = get(Function::Stats, admin).await;
    connect(scene, "another").await;
    watcher::join(stage, "another", EVENT).await;
    let counted = |held: &Value| if *held == json!(0) { "available" } else { "held" }.to_owned();
    vec![
        status(&layout["seats"], "id"),
        status(&availability["seats"], "seatId"),
        counted(&availability["held"]),
        counted(&stats["heldSeats"]),
        shown(scene, "another", "seat_0_1"),
    ]
}

#[test]
fn a_hold_that_was_never_noted_shows_as_free_in_every_read_once_it_is_over() {
    play(|scene| async move {
        connect(&scene, LINE).await;
        let ends = scene.hold_until("buyer-1", "seat_0_1").await;
        drop(batches(&scene));
        refresh(&scene.stage, LINE).await;
        assert_eq!(shown(&scene, LINE, "seat_0_1"), "held");
        must_be_in_every_read(&scene, "held").await;
        scene.sleep_until(ends + 2_001).await;
        scene.stage.fleet.invoke(Function::Sweep, Who::Sweep, events::schedule()).await;
        assert_eq!(scene.seat("seat_0_1"), "held", "nobody has touched its row");
        must_be_in_every_read(&scene, "available").await;
        refresh(&scene.stage, LINE).await;
        assert_eq!(
            shown(&scene, LINE, "seat_0_1"),
            "available",
            "invariant 10: also for who asks by the ETag of before"
        );
        end_if_broken(&scene.stage);
    });
}

#[test]
fn a_crowd_costs_an_instance_one_reading_a_second() {
    play(|scene| async move {
        read(&scene.stage, EVENT, None).await.expect("a reading");
        for _ in 0..3 {
            tokio::time::sleep(A_READING).await;
            scene.stage.world.meter().begin();
            let mut etag = None;
            for _ in 0..50 {
                let answer = read(&scene.stage, EVENT, etag.as_deref()).await.expect("an answer");
                assert_eq!(answer.data.is_some(), etag.is_none(), "it is sent once, and known by its ETag then");
                etag = Some(answer.etag);
            }
            let used = scene.stage.world.meter().read("availability");
            assert_eq!((used.requests, used.rounds), (1, 1), "the hall has one lane");
        }
    });
}

#[test]
fn whoever_comes_beyond_the_deployments_number_follows_the_availability() {
    play(|scene| async move {
        scene.stage.fleet.set(Settings { watchers_per_event: 2, ..Settings::default() });
        for line in ["first", "second", "third", "fourth"] {
            connect(&scene, line).await;
            watcher::join(&scene.stage, line, EVENT).await;
        }
        let follows = |line: &str| scene.stage.world.gateway().lines[line].screen.follows_availability;
        let told = ["first", "second", "third", "fourth"].map(follows);
        if told != [false, false, true, true] {
            panic!("invariant 10: two may watch, and of four these are told to follow: {told:?}");
        }
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        tell(&scene).await;
        let seen = ["first", "second", "third", "fourth"].map(|line| shown(&scene, line, "seat_0_1"));
        assert_eq!(seen, ["held", "held", "available", "available"], "no frames for those who follow");
        tokio::time::sleep(A_READING).await;
        refresh(&scene.stage, "third").await;
        assert_eq!(shown(&scene, "third", "seat_0_1"), "held");
        // Who watches already goes on, and who joins without a snapshot is told as well.
        watcher::join(&scene.stage, "first", EVENT).await;
        assert!(!follows("first"));
        connect(&scene, "fifth").await;
        watcher::join_without_snapshot(&scene.stage, "fifth", EVENT).await;
        assert!(follows("fifth"));
        end_if_broken(&scene.stage);
    });
}

#[test]
fn instances_that_know_nothing_of_each_other_do_not_let_everybody_in() {
    play(|scene| async move {
        const MOST: u32 = 6;
        scene.stage.fleet.set(Settings { watchers_per_event: MOST, ..Settings::default() });
        let lines: Vec<String> = (0..16).map(|number| format!("line{number}")).collect();
        for line in &lines {
            connect(&scene, line).await;
        }
        // Four at a time, so four instances; everybody comes within the time that a count serves.
        for four in lines.chunks(4) {
            futures::future::join_all(four.iter().map(|line| watcher::join(&scene.stage, line, EVENT))).await;
        }
        let gateway = scene.stage.world.gateway();
        let watching = lines.iter().filter(|line| !gateway.lines[*line].screen.follows_availability).count();
        let most = MOST as usize;
        assert!((most..most + 4).contains(&watching), "{watching} watch, where {most} may");
    });
}
