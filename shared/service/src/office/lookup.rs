//! Events and layouts by id, from memory where an instance has them.

use super::Office;
use crate::output::venue::Venue;
use domain::event::{Event, LayoutVersion};
use domain::name::{EventId, LayoutId};
use domain::refusal::{Code, Refusal};
use std::sync::Arc;

impl Office {
    /// An event's settings, at most 5 s old.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn event(&self, id: &EventId) -> Result<Arc<Event>, Refusal> {
        let now = self.clock.now();
        if let Some(event) = self.events.event(id, now) {
            return Ok(event);
        }
        let event = Arc::new(self.store.event(id).await?.ok_or_else(Refusal::no_event)?);
        self.events.keep_event(event.clone(), now);
        Ok(event)
    }

    /// An event's settings, at most 5 s old; none where there is no such event.
    pub(super) async fn event_if_any(&self, id: &EventId) -> Result<Option<Arc<Event>>, Refusal> {
        match self.event(id).await {
            Ok(event) => Ok(Some(event)),
            Err(refusal) if refusal.code == Code::NotFound => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// An event with the layout that its seats are sold from.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn event_and_venue(&self, id: &EventId) -> Result<(Arc<Event>, Arc<Venue>), Refusal> {
        let event = self.event(id).await?;
        let venue = self.venue(&event.layout).await?;
        Ok((event, venue))
    }

    /// A layout version; it never changes, so it is read once in the life of the function.
    pub async fn venue(&self, version: &LayoutVersion) -> Result<Arc<Venue>, Refusal> {
        if let Some(venue) = self.events.venue(version) {
            return Ok(venue);
        }
        let venue = Arc::new(Venue::new(self.store.layout(version).await?));
        self.events.keep_venue(version, venue.clone());
        Ok(venue)
    }

    /// A version of a layout by its number.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn published(&self, id: &LayoutId, number: u32) -> Result<(LayoutVersion, Arc<Venue>), Refusal> {
        if let Some(known) = self.events.venue_numbered(id, number) {
            return Ok(known);
        }
        let version = self.store.layout_version(id, number).await?.ok_or_else(Refusal::no_layout)?;
        let venue = self.venue(&version).await?;
        Ok((version, venue))
    }

    /// Forgets an event's settings, after this instance has changed them.
    pub(super) fn forget_event(&self, id: &EventId) {
        self.events.forget_event(id);
    }
}
