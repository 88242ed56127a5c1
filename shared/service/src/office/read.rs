//! What can be looked up: holds, bookings, statistics, events, the live seats of an event.

use super::Office;
use crate::output;
use crate::output::layout::View;
use domain::booking::Booking;
use domain::caller::Caller;
use domain::change::SeatChange;
use domain::clock::Moment;
use domain::count::Count;
use domain::event::Event;
use domain::layout::viewport::Viewport;
use domain::limits::{PAGE_ROWS_MAX, PAGES_LOOKED_THROUGH};
use domain::money::Minor;
use domain::name::{BuyerId, EventId};
use domain::order::Order;
use domain::outcome::{Done, Outcome};
use domain::refusal::Refusal;
use domain::seat::{Seat, Status};
use domain::unsold::Unsold;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::read::{Page, Position};

impl Office {
    /// A buyer's live holds, in one event or in all, with the time of the reading.
    ///
    /// # Errors
    /// `not_found` for an event that is named and does not exist.
    pub async fn holds(&self, buyer: &BuyerId, event: Option<&EventId>) -> Outcome {
        let found = match event {
            Some(id) => {
                let event = self.event(id).await?;
                self.store.hold(buyer, &event.id).await?.into_iter().collect()
            }
            None => self.store.holds(buyer).await?,
        };
        let now = self.clock.now();
        let holds: Vec<Value> = found.iter().filter(|hold| hold.is_live(now)).map(output::hold::hold).collect();
        Ok(Done { message: String::new(), data: json!({ "holds": holds, "serverTime": now.rfc3339() }) })
    }

    /// A page of a buyer's bookings, newest first.
    pub async fn bookings_of_buyer(
        &self,
        buyer: &BuyerId,
        limit: usize,
        from: &Position,
    ) -> Result<Page<Booking>, Refusal> {
        self.store.bookings_of_buyer(buyer, limit, from).await?.ok_or_else(bad_cursor)
    }

    /// A page of a buyer's bookings in one event, newest first. Those in other events are passed over, up to a number of them: then the
    /// page has fewer rows, and says where to go on.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn bookings_of_buyer_in(
        &self,
        buyer: &BuyerId,
        event: &EventId,
        limit: usize,
        from: &Position,
    ) -> Result<Page<Booking>, Refusal> {
        let event = self.event(event).await?;
        let (mut rows, mut left) = (Vec::new(), Some(from.clone()));
        for _ in 0..PAGES_LOOKED_THROUGH {
            let Some(from) = left.take_if(|_| rows.len() <= limit) else { break };
            let page = self.bookings_of_buyer(buyer, PAGE_ROWS_MAX, &from).await?;
            rows.extend(page.rows.into_iter().filter(|booking| booking.event == event.id));
            left = page.next;
        }
        if rows.len() > limit {
            rows.truncate(limit);
            left = rows.last().map(Position::behind);
        }
        Ok(Page { rows, next: left })
    }

    /// A page of a buyer's orders, newest first.
    pub async fn orders(&self, buyer: &BuyerId, limit: usize, from: &Position) -> Result<Page<Order>, Refusal> {
        self.store.orders(buyer, limit, from).await?.ok_or_else(bad_cursor)
    }

    /// A page of an event's bookings.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn bookings_of_event(
        &self,
        event: &EventId,
        limit: usize,
        from: &Position,
    ) -> Result<Page<Booking>, Refusal> {
        let event = self.event(event).await?;
        self.store.bookings_of_event(&event, limit, from).await?.ok_or_else(bad_cursor)
    }

    /// An event's settings as they are now, not from memory.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn event_now(&self, event: &EventId) -> Result<Event, Refusal> {
        self.store.event(event).await?.ok_or_else(Refusal::no_event)
    }

    /// A page of all events, by id.
    pub async fn events(&self, limit: usize, from: &Position) -> Result<Page<Event>, Refusal> {
        self.store.events(limit, from).await?.ok_or_else(bad_cursor)
    }

    /// The layout answer: everything, or what intersects the viewport.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn layout_answer(
        &self,
        id: &EventId,
        viewport: Option<&Viewport>,
        caller: Option<&Caller>,
    ) -> Result<String, Refusal> {
        self.seats_shown(id, caller, |view, seats| view.render(seats, viewport)).await
    }

    /// An answer about every seat of an event, made of what was read for it: strongly consistent, after the request came.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn seats_shown(
        &self,
        id: &EventId,
        caller: Option<&Caller>,
        render: impl FnOnce(&View<'_>, &[Seat]) -> String,
    ) -> Result<String, Refusal> {
        let (event, venue) = self.event_and_venue(id).await?;
        let seats = self.store.seats(&event).await?;
        let view = View { event: &event, venue: &venue, caller, now: self.clock.now() };
        Ok(render(&view, &seats))
    }

    /// An event's totals, revenue and breakdown by category, with everything that was acknowledged before.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn stats(&self, id: &EventId) -> Outcome {
        let (event, venue) = self.event_and_venue(id).await?;
        let now = self.clock.now();
        let seats = self.store.seats(&event).await?;
        let inventory = venue.layout.inventory();
        let known: Vec<(u32, &Seat)> =
            seats.iter().filter_map(|seat| Some((inventory.seat_index(seat.id.as_str())?, seat))).collect();
        let states = known.iter().map(|(index, seat)| (*index, seat.status_at(now)));
        let count = Count::of(inventory.seats().len(), states, &Unsold::of(&event, inventory));
        let mut parts: BTreeMap<&str, Part> =
            inventory.categories().iter().map(|category| (category.id.as_str(), Part::default())).collect();
        for index in 0..u32::try_from(inventory.seats().len()).unwrap_or(u32::MAX) {
            parts.entry(inventory.category_of(index).id.as_str()).or_default().total += 1;
        }
        let booked: Vec<(u32, &Seat)> =
            known.into_iter().filter(|(_, seat)| seat.status_at(now) == Status::Booked).collect();
        for (index, seat) in &booked {
            parts.entry(inventory.category_of(*index).id.as_str()).or_default().add(seat);
        }
        let mut areas: BTreeMap<&str, Part> = inventory
            .areas()
            .iter()
            .map(|area| (area.id.as_str(), Part { total: area.capacity() as u64, ..Part::default() }))
            .collect();
        for (index, seat) in &booked {
            if let Some(area) = inventory.area_of(*index) {
                areas.entry(inventory.areas()[area].id.as_str()).or_default().add(seat);
            }
        }
        let revenue: Minor = parts.values().map(|part| part.revenue).sum();
        let mut types: BTreeMap<&str, Part> =
            event.ticket_types.iter().map(|known| (known.id.as_str(), Part::default())).collect();
        for (seat, ticket_type) in booked.iter().filter_map(|(_, seat)| Some((seat, seat.ticket_type.as_ref()?))) {
            types.entry(ticket_type.as_str()).or_default().add(seat);
        }
        let money = |amount| Value::Number(event.currency.number(amount));
        let breakdown = |parts: BTreeMap<&str, Part>| -> Map<String, Value> {
            let one = |(id, part): (&str, Part)| {
                let revenue = money(part.revenue);
                (id.to_owned(), json!({ "total": part.total, "booked": part.booked, "revenue": revenue }))
            };
            parts.into_iter().map(one).collect()
        };
        let by_type: Map<String, Value> = types
            .into_iter()
            .map(|(id, part)| (id.to_owned(), json!({ "booked": part.booked, "revenue": money(part.revenue) })))
            .collect();
        let data = json!({
            "eventId": event.id.as_str(),
            "totalSeats": count.total,
            "bookedSeats": count.booked,
            "heldSeats": count.held,
            "blockedSeats": count.blocked,
            "availableSeats": count.available(),
            "revenue": money(revenue),
            "currency": event.currency.code(),
            "categoryBreakdown": breakdown(parts),
            "areaBreakdown": breakdown(areas),
            "ticketTypeBreakdown": by_type,
        });
        Ok(Done { message: String::new(), data })
    }

    /// Every seat of the event that ever changed, as watchers see it, and when this was read.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn live_seats(&self, id: &EventId) -> Result<(Vec<SeatChange>, Moment), Refusal> {
        let event = self.event(id).await?;
        let as_of = self.clock.now();
        let seats = self.store.seat_states(&event).await?;
        let changes = seats.into_iter().map(|seat| seat.at(as_of)).collect();
        Ok((self.told(&event, changes).await?, as_of))
    }

    /// Changes as watchers see them: what is not for sale is told as blocked. The event is read only where one of its
    /// seats came free, and the layout only where the event does not sell everything.
    pub async fn changes_told(&self, id: &EventId, changes: Vec<SeatChange>) -> Result<Vec<SeatChange>, Refusal> {
        if changes.iter().all(|change| change.status != Status::Available) {
            return Ok(changes);
        }
        match self.event_if_any(id).await? {
            Some(event) => self.told(&event, changes).await,
            None => Ok(changes),
        }
    }

    pub(super) async fn told(&self, event: &Event, changes: Vec<SeatChange>) -> Result<Vec<SeatChange>, Refusal> {
        if event.sells_everything() {
            return Ok(changes);
        }
        let venue = self.venue(&event.layout).await?;
        let unsold = Unsold::of(event, venue.layout.inventory());
        Ok(changes.into_iter().map(|change| unsold.told(change)).collect())
    }
}

fn bad_cursor() -> Refusal {
    Refusal::invalid("cursor must be a nextCursor of this listing")
}

/// The share of one category, or of one ticket type.
#[derive(Default)]
struct Part {
    total: u64,
    booked: u64,
    revenue: Minor,
}

impl Part {
    /// Counts a booked seat.
    fn add(&mut self, seat: &Seat) {
        self.booked += 1;
        self.revenue = self.revenue + seat.price.unwrap_or_default();
    }
}
