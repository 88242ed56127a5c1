//! A buyer in the line of a waiting room: what the tests of it speak through.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::answer::Answer;
use crate::fixture;
use crate::person::{Person, about};
use crate::world::{Event, World};

/// How long a turn may take that nothing keeps back: the doorkeeper makes its rounds every other second.
const TURN: Duration = Duration::from_secs(30);

impl World {
    /// A grid of seats with this waiting room.
    pub(crate) async fn guarded(&self, rows: usize, columns: usize, room: Value) -> Event {
        self.event_with(fixture::grid(rows, columns), json!({ "waitingRoom": room })).await
    }
}

impl Person {
    pub(crate) async fn join(&self, event: &Event) -> Answer {
        Answer::of(self.request(Method::POST, &format!("/queue/{}", event.id))).await
    }

    pub(crate) async fn place(&self, event: &Event) -> Answer {
        self.get(&format!("/queue/{}", event.id)).await
    }

    pub(crate) async fn leave_line(&self, event: &Event) -> Answer {
        Answer::of(self.request(Method::DELETE, &format!("/queue/{}", event.id))).await
    }

    pub(crate) async fn line(&self, event: &Event) -> Answer {
        self.get(&format!("/queue/{}/line", event.id)).await
    }

    pub(crate) async fn queue_stats(&self, event: &Event) -> Answer {
        self.get(&format!("/queue/{}/stats", event.id)).await
    }

    /// Asks for the place until it has this status.
    pub(crate) async fn placed(&self, world: &World, event: &Event, status: &str) -> Answer {
        let deadline = Instant::now() + TURN + world.sweep_period();
        loop {
            let place = self.place(event).await.ok();
            if place["status"] == status {
                return place;
            }
            assert!(Instant::now() < deadline, "{}", place.story(&format!("the status {status}")));
            sleep(Duration::from_millis(300)).await;
        }
    }

    /// Joins, and waits for the pass.
    pub(crate) async fn admitted(&self, world: &World, event: &Event) -> String {
        self.join(event).await.ok();
        self.placed(world, event, "admitted").await.text("pass")
    }

    /// A POST with a pass.
    pub(crate) async fn post_with_pass(&self, path: &str, pass: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).header("holdfast-pass", pass).json(body)).await
    }

    pub(crate) async fn hold_with(&self, event: &Event, pass: &str, seats: &[&str]) -> Answer {
        self.post_with_pass("/hold-seats", pass, &about(event, json!({ "seatIds": seats }))).await
    }
}

/// A room that is always on, and lets in quickly.
pub(crate) fn quick(fields: Value) -> Value {
    let mut room = json!({ "mode": "on", "admitPerMinute": 600 });
    for (field, value) in fields.as_object().into_iter().flatten() {
        room[field] = value.clone();
    }
    room
}
