//! A watcher that lags is brought up to date while seats change, moment by moment: whenever the change falls, the watcher
//! sees it.

use crate::scenes::{Scene, play};
use serde_json::Value;
use simulation::call::Who;
use simulation::fault::Fault;
use simulation::fleet::Function;
use simulation::stream::{READERS, Reader, SHARDS};
use simulation::token::token;
use simulation::venue::SHOWS;
use simulation::watcher;
use std::time::Duration;
use support::events;
use support::people::Role;

const LINE: &str = "line";
/// How long bringing up to date takes on a slow table, and how finely that time is divided.
const MOMENTS_MS: std::ops::Range<u64> = 0..4_000;
const STEP_MS: usize = 125;
/// Longer than a watcher that hung is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(6);

async fn broadcast(scene: &Scene, event: Value) {
    scene.stage.fleet.invoke(Function::Broadcast, Who::System, event).await;
}

/// Hands the broadcaster whatever has changed.
async fn tell(scene: &Scene) {
    let reader = READERS.iter().position(|(reader, ..)| matches!(reader, Reader::Broadcast)).unwrap();
    for shard in 0..SHARDS {
        let batch = scene.stage.world.stream().take(reader, shard, 100);
        if !batch.is_empty() {
            broadcast(scene, events::batch(&batch)).await;
        }
    }
}

async fn catch_up(scene: &Scene) {
    broadcast(scene, events::schedule()).await;
}

fn lags(scene: &Scene) -> bool {
    scene.stage.world.ledger().rows.rows().any(|(key, _)| key.pk.starts_with("LAGGING#"))
}

fn shown(scene: &Scene, seat: &str) -> Option<String> {
    let gateway = scene.stage.world.gateway();
    gateway.lines[LINE].screen.seats.get(seat).map(|shown| shown.status.clone())
}

fn with_a_change_after(moment_ms: u64, missed: Fault) {
    play(|scene| async move {
        assert!(watcher::connect(&scene.stage, LINE, SHOWS[0].event, "ann", &token("ann", Role::Buyer)).await);
        watcher::join(&scene.stage, LINE, SHOWS[0].event).await;
        // The watcher does not get its first frame, and lags from then on.
        assert_eq!(scene.hold("buyer-1", "seat_0_1").await.status, 200);
        scene.stage.world.faults().always(&[(missed, 1.0)]);
        tell(&scene).await;
        assert!(lags(&scene), "{missed}: whoever missed a frame lags");
        tokio::time::sleep(LEFT_ALONE).await;

        scene.stage.world.faults().always(&[(Fault::Slow, 1.0)]);
        let change = async {
            tokio::time::sleep(Duration::from_millis(moment_ms)).await;
            scene.stage.world.faults().always(&[]);
            assert_eq!(scene.hold("buyer-2", "seat_0_2").await.status, 200);
            tell(&scene).await;
        };
        tokio::join!(catch_up(&scene), change);
        // Whoever still lags is served now; whoever does not must have seen it all.
        tokio::time::sleep(LEFT_ALONE).await;
        catch_up(&scene).await;
        for seat in ["seat_0_1", "seat_0_2"] {
            let what = format!("invariant 10: {missed}, the change after {moment_ms} ms: {seat} is held");
            assert_eq!(shown(&scene, seat).as_deref(), Some("held"), "{what}");
        }
    });
}

#[test]
fn a_change_at_any_moment_of_catching_up_is_seen() {
    MOMENTS_MS.step_by(STEP_MS).for_each(|moment_ms| with_a_change_after(moment_ms, Fault::SocketHung));
}

#[test]
fn whatever_kept_a_frame_from_a_watcher_it_is_brought_up_to_date() {
    for missed in [Fault::SocketThrottled, Fault::SocketFailed] {
        with_a_change_after(0, missed);
    }
}
