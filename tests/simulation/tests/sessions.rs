//! Holds of sessions: a buyer who comes back and goes again has the whole grace once more, whenever that is and whatever
//! fails meanwhile.

use crate::scenes::{Scene, play};
use serde_json::json;
use simulation::call::Who;
use simulation::fault::Fault;
use simulation::fleet::Function;
use simulation::judge::Verb;
use simulation::stage::{Order, Way};
use simulation::token::token;
use simulation::venue::SHOWS;
use simulation::watcher;
use std::time::Duration;
use support::events;
use support::people::Role;

const EVENT: &str = SHOWS[0].event;
/// How long a buyer may be gone, with the clocks of functions that differ.
const GRACE: Duration = Duration::from_secs(23);

impl Scene {
    async fn come(&self, buyer: &str, line: &str) {
        assert!(watcher::connect(&self.stage, line, EVENT, buyer, &token(buyer, Role::Buyer)).await);
    }

    /// Holds a seat for a minute, over a socket.
    async fn hold_over(&self, line: &str, buyer: &str, seat: &str) {
        let message = json!({ "action": "seat:hold", "eventId": EVENT, "seatIds": [seat], "holdDurationMinutes": 1 });
        let way = Way::Socket(line.to_owned(), message);
        let (who, event) = (buyer.to_owned(), EVENT.to_owned());
        let order = Order { who, is_admin: false, verb: Verb::Hold, event, key: None, payment: None, way };
        let held = self.stage.send(&order).await.expect("an answer");
        assert_eq!(held.status, 200, "{}", held.body);
    }

    /// Ann holds a seat, is gone for longer than the grace, and is back. No sweep has run: the schedule may be late.
    async fn ann_is_back(&self) {
        self.come("ann", "first").await;
        self.hold_over("first", "ann", "seat_0_1").await;
        self.go("first").await;
        tokio::time::sleep(GRACE).await;
        self.come("ann", "second").await;
    }

    async fn go(&self, line: &str) {
        watcher::leave(&self.stage, line).await;
    }

    /// A run of the sweep gives up what is due: not this hold, which is there while the run goes on.
    async fn sweep_spares(&self, buyer: &str, when: &str) {
        let run = self.stage.fleet.invoke(Function::Sweep, Who::Sweep, events::schedule());
        let look = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            self.ask(buyer, Verb::Holds, "GET /seat-booking/holds", json!({}), None).await
        };
        let (_, holds) = tokio::join!(run, look);
        self.check();
        assert_eq!(holds.body["data"]["holds"].as_array().map(Vec::len), Some(1), "{when}: {}", holds.body);
    }
}

#[test]
fn who_was_back_and_goes_again_shortly_before_the_hold_ends_is_not_taken_for_gone_since_the_first_time() {
    play(|scene| async move {
        scene.ann_is_back().await;
        tokio::time::sleep(Duration::from_secs(27)).await;
        scene.go("second").await;
        scene.sweep_spares("ann", "gone for a moment").await;
    });
}

#[test]
fn a_note_that_was_not_written_costs_nobody_a_hold() {
    for (after, lasts) in (0..28).step_by(4).flat_map(|after| (1..=10).map(move |lasts| (after, lasts * 40))) {
        play(|scene| async move {
            scene.ann_is_back().await;
            let fails = async {
                tokio::time::sleep(Duration::from_millis(after)).await;
                scene.stage.world.faults().always(&[(Fault::InternalBefore, 1.0)]);
                tokio::time::sleep(Duration::from_millis(lasts)).await;
                scene.stage.world.give_table_back();
            };
            tokio::join!(scene.go("second"), fails);
            scene.sweep_spares("ann", &format!("the table failed after {after} ms for {lasts} ms")).await;
        });
    }
}
