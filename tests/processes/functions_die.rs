//! Functions' processes are killed again and again while buyers shop.

use std::time::Duration;

use rustix::process::Signal;
use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::stack::Stack;
use crate::storm::Storm;
use crate::{FLOOR, books};

/// Who dies, in turn, and the requests in the middle of which it dies: mostly those that write, and now and then those
/// that tell the watchers, note the holds and end them. A stream gives up on a batch after some failures, so the broadcaster lives
/// longer than those take: a watcher is promised no more than the stream delivers.
const VICTIMS: [(&str, Option<&str>); 9] = [
    ("hold", Some("/hold-seats")),
    ("confirm", Some("/confirm")),
    ("release", Some("/release")),
    ("confirm", Some("/confirm")),
    ("broadcast", None),
    ("hold", Some("/hold-seats")),
    ("confirm", Some("/confirm")),
    ("outbox", None),
    ("sweep", None),
];
const ROUNDS: usize = 4;
/// As many requests as there are instances of a function: then the one that dies is likely to work on one.
const UNDER_WAY: usize = 2;
const BETWEEN_KILLS: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_stands_while_functions_die() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let event = stack.hall(60, 50).await;
    let mut watcher = stack.buyer("watcher").watch(&event).await;
    let mut storm = Storm::begin(&stack, &event, 0);
    storm.sells(10).await;

    let mut killed = 0;
    for round in 0..ROUNDS {
        for (victim, path) in VICTIMS {
            if let Some(path) = path {
                storm.has_under_way(path, UNDER_WAY).await;
            }
            let instances: Vec<_> = stack.functions().into_iter().filter(|(name, _)| name == victim).collect();
            let instance = instances.get(fastrand::usize(..instances.len().max(1)));
            killed += usize::from(instance.is_some_and(|(_, process)| process.signal(Signal::KILL)));
            sleep(BETWEEN_KILLS).await;
        }
        if round == ROUNDS / 2 {
            // A transaction is in a copy whole or not at all, so the rows agree in the middle of it, too.
            books::are_sound(&block_in_place(|| stack.dump()));
        }
    }
    storm.sells(10).await;
    let ledger = storm.end().await;
    eprintln!("{killed} processes killed");
    // The others were just being started again.
    assert!(killed > ROUNDS * VICTIMS.len() / 2, "only {killed} processes were there to be killed");
    assert!(ledger.failures() > 0, "no request was hit, so nothing was tested");

    let admin = stack.admin();
    ledger.is_what(&admin, &event).await;
    let layout = admin.map(&event).await;
    watcher.agrees_with(&layout).await;
    stack.buyer("late").watch(&event).await.agrees_with(&layout).await;
    block_in_place(|| stack.stop());
    books::keep(&stack.dump(), &event, &ledger);
}
