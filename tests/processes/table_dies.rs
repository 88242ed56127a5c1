//! The process that has the table, the embedded engine inside `local up`, is killed in the middle of everything and
//! started again on its file.

use futures::stream::{self, StreamExt};
use tokio::task::block_in_place;

use crate::ledger::Sale;
use crate::person::Person;
use crate::stack::Stack;
use crate::storm::Storm;
use crate::{FLOOR, books};

const DEATHS: usize = 3;
/// Bookings before each death, and after the last.
const BOOKINGS: usize = 30;
/// Confirms that are under way when it dies.
const CONFIRMS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_the_process_of_the_table() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let event = stack.hall(60, 50).await;
    let mut storm = Storm::begin(&stack, &event, 0);
    for _ in 0..DEATHS {
        storm.sells(BOOKINGS).await;
        storm.has_under_way("/confirm", CONFIRMS).await;
        let acknowledged = storm.ledger.sales();
        block_in_place(|| {
            stack.kill();
            // What the file says now is what the stack will find.
            books::are_sound(&stack.dump());
            stack.start_again();
        });
        still_stand(&stack.admin(), &acknowledged).await;
    }
    storm.sells(BOOKINGS).await;
    let ledger = storm.end().await;
    let repeated = ledger.confirms_repeated();
    assert!(repeated > 0, "no confirm lost its answer, so nothing was tested");

    let admin = stack.admin();
    ledger.is_what(&admin, &event).await;
    let layout = admin.map(&event).await;
    stack.buyer("watcher").watch(&event).await.agrees_with(&layout).await;
    block_in_place(|| stack.stop());
    books::keep(&stack.dump(), &event, &ledger);
}

/// Each of these bookings is on record, though its buyer may be cancelling it at this moment.
async fn still_stand(admin: &Person, sales: &[Sale]) {
    stream::iter(sales)
        .for_each_concurrent(4, async |sale| {
            let record = admin.booking(&sale.id).await.ok();
            sale.stands_in(&record["booking"]);
        })
        .await;
}
