//! The draws that are under way in a run, beside its rounds: a step of a large one takes longer than a round, and must not hold up the
//! other rooms.

use super::Doorkeeper;
use super::memory::Memory;
use domain::limits::DRAW_STEP_MS;
use domain::name::EventId;
use domain::refusal::Refusal;
use futures::stream::{FuturesUnordered, StreamExt};
use service::office::Office;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

impl Doorkeeper {
    /// Takes the steps that the rounds ask for, until there are no more rounds and none is under way.
    pub(super) async fn draw(&self, office: &Office, memory: &Memory, mut wanted: UnboundedReceiver<EventId>) {
        let mut under_way = FuturesUnordered::new();
        let mut has_more = true;
        while has_more || !under_way.is_empty() {
            tokio::select! {
                event = wanted.recv(), if has_more => match event {
                    Some(event) => under_way.push(self.draw_one(office, memory, event)),
                    None => has_more = false,
                },
                Some(event) = under_way.next() => {
                    memory.known().drawing.remove(&event);
                }
            }
        }
    }

    async fn draw_one(&self, office: &Office, memory: &Memory, event: EventId) -> EventId {
        let step = timeout(Duration::from_millis(DRAW_STEP_MS), self.step(office, memory, &event)).await;
        if let Err(refusal) = step.unwrap_or_else(|_| Err(Refusal::throttled())) {
            memory.known().trouble = Some(refusal.code);
        }
        event
    }
}
