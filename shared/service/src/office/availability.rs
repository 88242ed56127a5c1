//! Availability, read once a second for everyone who asks.
//!
//! The reading is strongly consistent, and every request of the next second is answered from it; those that come while it is
//! under way wait for it. So what a crowd at the map costs an instance is one reading of the event a second.

use super::Office;
use super::availability_cache::serves;
use crate::output::availability::Availability;
use domain::name::EventId;
use domain::refusal::Refusal;
use std::sync::Arc;

impl Office {
    /// An event's availability, at most a second old.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn availability(&self, id: &EventId) -> Result<Arc<Availability>, Refusal> {
        let event = self.event(id).await?;
        let slot = self.availabilities.slot(&event.id, self.clock.now());
        let mut last = slot.lock().await;
        if let Some(read) = last.as_ref().filter(|read| serves(read, self.clock.now())) {
            return Ok(read.clone());
        }
        let read = Arc::new(self.read_availability(&event.id).await?);
        *last = Some(read.clone());
        Ok(read)
    }

    async fn read_availability(&self, id: &EventId) -> Result<Availability, Refusal> {
        let (event, venue) = self.event_and_venue(id).await?;
        let as_of = self.clock.now();
        let states = self.store.seat_states(&event).await?;
        let inventory = venue.layout.inventory();
        let mut seats = self.told(&event, states.into_iter().map(|seat| seat.at(as_of)).collect()).await?;
        // In the layout's order neighbours are much the same, which gzip makes the most of.
        seats.sort_by_cached_key(|seat| inventory.seat_index(seat.seat.as_str()).unwrap_or(u32::MAX));
        Ok(Availability::new(event, venue, as_of, seats))
    }
}
