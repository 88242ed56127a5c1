//! An event's line: what everyone may see of it, what an admin is told, and the seats that are left.

use super::Office;
use crate::output;
use domain::event::Event;
use domain::limits::LINE_KEPT_MS;
use domain::name::{EventId, PriorityName};
use domain::outcome::Outcome;
use domain::queue::line::Line;
use domain::queue::stats::Outs;
use domain::refusal::Refusal;
use domain::waiting_room::{Mode, WaitingRoom};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Office {
    /// What everyone may see of an event's line: it names nobody.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn line_shown(&self, id: &EventId) -> Outcome {
        let event = self.event(id).await?;
        // What was drawn stays for everyone to check, also where the room is switched off since.
        let has_a_line = |room: &&WaitingRoom| room.mode != Mode::Off || room.draw.is_some();
        let line = match event.waiting_room.as_ref().filter(has_a_line) {
            Some(room) => Some(self.line(&event, room, LINE_KEPT_MS).await?),
            None => None,
        };
        let seats_left = self.seats_left(&event, line.as_deref().filter(|_| event.room().is_some())).await?;
        Ok(output::queue::line(&event, line.as_deref(), seats_left, self.clock.now()))
    }

    /// How many are where in an event's line, and how long they waited.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn line_stats(&self, id: &EventId) -> Outcome {
        let event = self.event(id).await?;
        let Some(room) = &event.waiting_room else { return Ok(output::queue::no_stats()) };
        let line = self.store.line_now(&event, room).await?;
        let mut given = self.store.given(id, room).await?;
        for priority in room.priorities.iter().map(|priority| &priority.name) {
            let by_lot = self.by_lot(id, room, &line, priority).await?;
            *given.entry(priority.clone()).or_default() += by_lot;
        }
        let mut outs: BTreeMap<PriorityName, Outs> = BTreeMap::new();
        for priority in line.tracks.keys().chain(given.keys()) {
            if !outs.contains_key(priority) {
                outs.insert(priority.clone(), self.store.outs(id, priority).await?);
            }
        }
        Ok(output::queue::stats(&event, room, &line, (&given, &outs), self.clock.now()))
    }

    /// An event's line, read at most so many milliseconds ago.
    pub(super) async fn line(&self, event: &Event, room: &WaitingRoom, kept_ms: i64) -> Result<Arc<Line>, Refusal> {
        let slot = self.lines.slot(&event.id);
        let mut last = slot.lock().await;
        let now = self.clock.now();
        if let Some((line, _)) = last.as_ref().filter(|(_, read_at)| now.apart(*read_at) < kept_ms) {
            return Ok(line.clone());
        }
        let line = Arc::new(self.store.line(event, room).await?);
        *last = Some((line.clone(), now));
        Ok(line)
    }

    /// Seats that nobody has booked, held ones included: as the doorkeeper counted them last, else as availability has them.
    pub(super) async fn seats_left(&self, event: &Event, line: Option<&Line>) -> Result<u64, Refusal> {
        match line.and_then(|line| line.seats_left) {
            Some(seats) => Ok(seats),
            None => self.unbooked_seats(&event.id).await,
        }
    }

    /// Seats that nobody has booked, held ones included, as they were at most a second ago.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn unbooked_seats(&self, event: &EventId) -> Result<u64, Refusal> {
        let count = self.availability(event).await?.count();
        Ok((count.available() + count.held) as u64)
    }

    /// How many have a number of a priority by lot, or will have one as it looks now.
    async fn by_lot(
        &self,
        event: &EventId,
        room: &WaitingRoom,
        line: &Line,
        priority: &PriorityName,
    ) -> Result<u64, Refusal> {
        if !line.awaits_lot(room) {
            return Ok(line.drawn(room, priority));
        }
        let entered = self.store.entered(event, room).await?.get(priority).copied().unwrap_or_default();
        Ok(entered.saturating_sub(self.store.count_left(event, priority).await?))
    }
}
