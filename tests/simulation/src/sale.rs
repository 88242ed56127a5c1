//! By which settings an event may be sold at a moment, and whether what was taken kept to them.

use crate::ledger::{Ledger, Settings, broken};
use crate::venue::{SHOWS, Show};
use crate::world::CLOCKS_APART_MS;
use audit::{Row, SeatView, Violation};

impl Ledger {
    /// Says which category a seat has.
    pub fn categorise(&mut self, event: &str, seat: &str, category: &str) {
        self.categories.insert((event.to_owned(), seat.to_owned()), category.to_owned());
    }

    /// Notes that an admin is about to sell an event at these prices, in minor units, from a moment on.
    pub fn announce(
        &mut self,
        now: i64,
        event: &str,
        prices: &[(&str, Option<i64>)],
        opens_at: Option<i64>,
        dearer: i64,
    ) {
        let prices = prices.iter().map(|(category, minor)| ((*category).to_owned(), *minor)).collect();
        self.settings.push(Settings { event: event.to_owned(), prices, opens_at, dearer, from: now, until: None });
    }

    /// Notes that an event's newest settings are written: some function may know those from before `since` until
    /// `until`.
    pub fn retire(&mut self, event: &str, until: i64, since: i64) {
        let old = self.settings.iter_mut().filter(|settings| settings.event == event && settings.from < since);
        for settings in old.filter(|settings| settings.until.is_none()) {
            settings.until = Some(until);
        }
    }

    /// The settings that some function may know at a moment of this stretch of time.
    fn settings(&self, event: &str, from: i64, to: i64) -> impl Iterator<Item = &Settings> {
        let is_known =
            move |settings: &&Settings| settings.from <= to && settings.until.is_none_or(|until| from <= until);
        self.settings.iter().filter(move |settings| settings.event == event).filter(is_known)
    }

    /// Whether sales of an event may have been closed at a moment of this stretch of time.
    #[must_use]
    pub fn may_be_closed(&self, event: &str, from: i64, to: i64) -> bool {
        let is_closed = |settings: &Settings| settings.opens_at.is_some_and(|opens| from < opens + CLOCKS_APART_MS);
        self.settings(event, from, to).any(is_closed)
    }

    /// Whether a seat's category may have had no price at a moment of this stretch of time.
    #[must_use]
    pub fn may_be_unsold(&self, event: &str, seat: &str, from: i64, to: i64) -> bool {
        let category = self.categories.get(&(event.to_owned(), seat.to_owned()));
        let has_none = |(id, price): &(String, Option<i64>)| Some(id) == category && price.is_none();
        self.settings(event, from, to).any(|settings| settings.prices.iter().any(has_none))
    }

    /// A seat that was taken costs what its event asked just then: the server prices. And its event was on sale.
    pub(crate) fn check_sale(&self, now: i64, seat: &SeatView, before: Option<&Row>) -> Option<Violation> {
        let was_held =
            before.is_some_and(|row| row.get("holdId").and_then(|id| id["S"].as_str()) == seat.hold.as_deref());
        let text = |name: &str| before.and_then(|row| row.get(name)?["S"].as_str());
        let is_taken = match seat.status.as_str() {
            "held" => !was_held || text("ticketType") != seat.ticket_type.as_deref(),
            // Sold at once, and not out of a hold.
            "booked" => text("holder") != seat.holder.as_deref(),
            _ => false,
        };
        if !is_taken {
            return None;
        }
        let has_types = SHOWS.iter().any(|show| show.event == seat.event && show.has_types());
        if seat.ticket_type.is_some() != has_types {
            return Some(broken(8, format!("{} {} was taken as {:?}", seat.event, seat.seat, seat.ticket_type)));
        }
        let category = self.categories.get(&(seat.event.clone(), seat.seat.clone()))?;
        let known: Vec<&Settings> = self.settings(&seat.event, now, now).collect();
        let ticket_type = seat.ticket_type.as_deref().unwrap_or_default();
        let asks = |settings: &&Settings| {
            let own = Show::own_price(category, ticket_type, settings.dearer);
            settings
                .prices
                .iter()
                .any(|(id, minor)| id == category && minor.map(|minor| own.unwrap_or(minor)) == seat.price)
        };
        if !known.iter().any(asks) {
            let what = format!("{} {} was taken at {:?}, which is not its price", seat.event, seat.seat, seat.price);
            return Some(broken(8, what));
        }
        let is_open = |settings: &&Settings| settings.opens_at.is_none_or(|opens| opens <= now + CLOCKS_APART_MS);
        let what = || format!("{} {} was taken before sales opened", seat.event, seat.seat);
        (!known.iter().any(is_open)).then(|| broken(4, what()))
    }
}
