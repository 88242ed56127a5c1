//! The box office: what a buyer or an admin can have done, from a checked request to its answer. HTTP and WebSocket
//! call the same functions here.
//!
//! One file is one verb: what it reads to begin with, and the plan ([`domain::verb`]) that the one loop (`commit`)
//! carries out.

pub mod admin;
mod audience;
mod audience_cache;
mod availability;
mod availability_cache;
pub mod book;
pub mod cancel;
mod change;
mod commit;
pub mod confirm;
pub mod draw;
mod draw_cache;
mod event_cache;
pub mod extend;
pub mod hold;
mod lanes;
mod line;
mod line_cache;
mod lookup;
mod pass;
pub mod queue;
mod rate_limit;
pub mod read;
mod reading_cache;
pub mod release;
mod room;
pub mod session;

use crate::settings::Settings;
use audience_cache::AudienceCache;
use availability_cache::AvailabilityCache;
use domain::clock::Clock;
use domain::event::Event;
use domain::name::{BuyerId, EventId, SeatId};
use domain::refusal::Refusal;
use domain::selection::Selection;
use domain::verb::Seen;
use draw_cache::DrawCache;
use event_cache::EventCache;
use line_cache::LineCache;
use rate_limit::RateLimit;
use reading_cache::ReadingCache;
use std::sync::Arc;
use store::Store;

/// The box office of one function instance: the table, the clock, and what it remembers.
#[derive(Clone, Debug)]
pub struct Office {
    /// Reads and writes the table.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// How this deployment is set.
    pub settings: Settings,
    events: Arc<EventCache>,
    readings: Arc<ReadingCache>,
    availabilities: Arc<AvailabilityCache>,
    audiences: Arc<AudienceCache>,
    lines: Arc<LineCache>,
    draws: Arc<DrawCache>,
    rate_limit: Arc<RateLimit>,
}

impl Office {
    /// A box office that remembers nothing yet.
    #[must_use]
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        let rate_limit = Arc::new(RateLimit::new(settings.changes_at_once, settings.changes_per_second));
        Self {
            store,
            clock,
            settings,
            events: Arc::default(),
            readings: Arc::default(),
            availabilities: Arc::default(),
            audiences: Arc::default(),
            lines: Arc::default(),
            draws: Arc::default(),
            rate_limit,
        }
    }

    /// The same office for one request, with a meter of its own.
    #[must_use]
    pub fn metered(&self) -> Self {
        Self { store: self.store.metered(), ..self.clone() }
    }

    /// What confirming and releasing start from: the event, the seats that are named (none: the whole hold), and the
    /// buyer's hold row.
    async fn selected(
        &self,
        buyer: &BuyerId,
        event: &EventId,
        selection: &Selection,
    ) -> Result<(Arc<Event>, Option<Vec<SeatId>>, Seen), Refusal> {
        let (event, venue) = self.event_and_venue(event).await?;
        let hold = self.store.hold(buyer, &event.id).await?;
        let seats = match selection.is_whole_hold() {
            true => None,
            false => Some(selection.expand(venue.layout.inventory(), hold.as_ref())?),
        };
        Ok((event, seats, Seen { hold: Some(hold), ..Seen::default() }))
    }
}
