//! Connections end without a good-bye: watchers' in the middle of frames, buyers' in the middle of requests.

use std::time::Duration;

use futures::future::join_all;
use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::stack::Stack;
use crate::storm::Storm;
use crate::watch::Watcher;
use crate::{FLOOR, books};

const WATCHERS: usize = 8;
const CUTS: usize = 48;
const BETWEEN_CUTS: Duration = Duration::from_millis(120);
/// Of a hundred attempts, those that the buyer breaks off.
const IMPATIENCE: u8 = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_and_buyers_whose_connections_are_cut_end_up_with_the_truth() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let event = stack.hall(60, 50).await;
    let people: Vec<_> = (0..WATCHERS).map(|n| stack.buyer(&format!("watcher{n}"))).collect();
    let mut watchers: Vec<Watcher> = join_all(people.iter().map(|person| person.watch(&event))).await;
    let mut storm = Storm::begin(&stack, &event, IMPATIENCE);
    storm.sells(5).await;
    for cut in 0..CUTS {
        // The first one keeps its connection and has to learn everything from frames.
        let at = 1 + cut % (WATCHERS - 1);
        // A dropped connection is closed by the operating system, with no close frame. Whoever comes back knows nothing
        // but the snapshot and the frames after it.
        drop(watchers.remove(at));
        watchers.insert(at, people[at].watch(&event).await);
        sleep(BETWEEN_CUTS).await;
    }
    storm.sells(5).await;
    let ledger = storm.end().await;
    assert!(ledger.broken_off() > 0, "no request was cut, so nothing was tested");

    let admin = stack.admin();
    ledger.is_what(&admin, &event).await;
    let layout = admin.map(&event).await;
    for watcher in &mut watchers {
        watcher.agrees_with(&layout).await;
    }
    block_in_place(|| stack.stop());
    books::keep(&stack.dump(), &event, &ledger);
}
