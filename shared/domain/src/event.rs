//! An event: what seats are sold for, with its prices, its rules and its sales window.

use crate::clock::Moment;
use crate::limits::{self, CHANGE_QUIET_MS};
use crate::money::{Currency, Minor};
use crate::name::{CategoryId, EventId, LayoutId, SeatId, TicketTypeId};
use crate::refusal::{Code, Refusal};
use crate::ticket_type::TicketType;
use crate::time_zone::TimeZone;
use crate::waiting_room::{Mode, WaitingRoom};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;

/// One published version of a layout: enough to find its pieces in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayoutVersion {
    /// The layout.
    pub layout_id: LayoutId,
    /// Counted from 1.
    pub version: u32,
    /// SHA-256 of the layout's canonical form, in hex.
    pub hash: String,
    /// Number of stored pieces.
    pub chunks: u32,
    /// Number of seats, tables' seats included.
    pub seats: u32,
}

/// What a buyer may do in the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// A hold's length where the buyer does not ask for one, in minutes.
    pub hold_minutes: u32,
    /// The longest hold a buyer may ask for, in minutes.
    pub max_hold_minutes: u32,
    /// Seats in one hold at most.
    pub max_seats_per_hold: usize,
    /// Seats that one buyer may hold and have booked together; none does not limit them.
    #[serde(default)]
    pub max_seats_per_buyer: Option<usize>,
    /// Whether one buyer may have one booking only.
    #[serde(default)]
    pub one_booking_per_buyer: bool,
    /// After how many seconds without an open connection of its buyer's a hold that was begun over a socket is given
    /// up; none leaves it to its own end.
    #[serde(default)]
    pub session_grace_seconds: Option<u32>,
    /// Who may confirm.
    #[serde(default)]
    pub confirm_by: ConfirmBy,
}

impl Rules {
    /// A hold's usual length in milliseconds.
    #[must_use]
    pub fn hold_ms(&self) -> i64 {
        i64::from(self.hold_minutes) * 60_000
    }

    /// A hold's longest life in milliseconds, extensions included.
    #[must_use]
    pub fn max_hold_ms(&self) -> i64 {
        i64::from(self.max_hold_minutes) * 60_000
    }

    /// Whether these rules allow a buyer less than `before`.
    #[must_use]
    pub fn limit_more_than(&self, before: &Rules) -> bool {
        let most = |rules: &Rules| rules.max_seats_per_buyer.unwrap_or(usize::MAX);
        most(self) < most(before) || (self.one_booking_per_buyer && !before.one_booking_per_buyer)
    }
}

/// Who may confirm what a buyer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfirmBy {
    /// The buyer: that the payment is paid is taken on the client's word.
    #[default]
    Buyer,
    /// An admin for the buyer: the shop's server, after it has seen the payment.
    Admin,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            hold_minutes: limits::HOLD_MINUTES_DEFAULT,
            max_hold_minutes: limits::HOLD_MINUTES_MAX_DEFAULT,
            max_seats_per_hold: limits::SEATS_PER_REQUEST_MAX,
            max_seats_per_buyer: None,
            one_booking_per_buyer: false,
            session_grace_seconds: None,
            confirm_by: ConfirmBy::Buyer,
        }
    }
}

/// A change of an event's layout that is under way; see `office/change.rs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Its id, which the rows of the seats carry that it has withdrawn.
    pub id: String,
    /// When it began.
    pub started_at: Moment,
    /// How far it is.
    pub phase: Phase,
}

/// How far a change is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Seats that the new layout lacks are being withdrawn; until all are, the event is sold from the old layout.
    #[serde(rename = "taking")] // as it is stored
    Withdrawing {
        /// The new layout.
        layout: LayoutVersion,
    },
    /// Somebody has one of those seats, or the change died: the seats that it had withdrawn come back.
    Undoing {
        /// The layout that the event would have had.
        layout: LayoutVersion,
    },
    /// The event has its new layout, and seats of it that an earlier change had withdrawn come back.
    Returning,
}

/// An event's settings, as they are stored and cached.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its name.
    pub name: String,
    /// The layout version that its seats are sold from.
    pub layout: LayoutVersion,
    /// When it starts.
    pub starts_at: Moment,
    /// When it ends, if that is known.
    pub ends_at: Option<Moment>,
    /// Where it is, if that is known.
    pub time_zone: Option<TimeZone>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Holds are taken from here on.
    pub sales_open_at: Option<Moment>,
    /// Holds are taken until here; where it is not given, until [`Event::last_sale`].
    pub sales_close_at: Option<Moment>,
    /// What the event's document said of prices.
    pub own_prices: BTreeMap<CategoryId, Option<Number>>,
    /// The price of each category: the event's own, else the layout's; none is not for sale.
    pub prices: BTreeMap<CategoryId, Option<Minor>>,
    /// What a seat can be sold as; empty where every seat costs its category's price. A seat for which nothing is said
    /// is of the first type.
    pub ticket_types: Vec<TicketType>,
    /// What a buyer may do.
    pub rules: Rules,
    /// The waiting room before its door; none is as one that is switched off.
    pub waiting_room: Option<WaitingRoom>,
    /// Partitions that its seats are spread over; fixed while the event can be on sale.
    pub lanes: u32,
    /// When it was created.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When its lanes last changed. Nothing is sold for [`CHANGE_QUIET_MS`] after that: a function that still remembers
    /// the old lanes would look for the seats under other keys.
    pub lanes_changed_at: Option<Moment>,
    /// One more with each change of its row; 0 where an earlier version of the product wrote it.
    pub revision: u64,
    /// A change of its layout that is under way, or died in the middle.
    pub change: Option<Change>,
}

impl Event {
    /// Lanes for an event of that many seats.
    #[must_use]
    pub fn lanes_for(seats: usize) -> u32 {
        let wanted = seats.div_ceil(limits::SEATS_PER_LANE);
        u32::try_from(wanted).unwrap_or(limits::LANES_MAX).clamp(1, limits::LANES_MAX)
    }

    /// The lane of a seat. Neighbours land on different lanes, so that a rush on the front rows is spread.
    #[must_use]
    pub fn lane(&self, seat: &SeatId) -> u32 {
        crc32fast::hash(seat.as_str().as_bytes()) % self.lanes
    }

    /// The price of a category; a category without one is not for sale.
    #[must_use]
    pub fn price(&self, category: &CategoryId) -> Option<Minor> {
        self.prices.get(category).copied().flatten()
    }

    /// The ticket type with this id; with none, the first. None where the event does not have it, or has no types.
    #[must_use]
    pub fn ticket_type(&self, id: Option<&TicketTypeId>) -> Option<&TicketType> {
        match id {
            Some(id) => self.ticket_types.iter().find(|known| known.id == *id),
            None => self.ticket_types.first(),
        }
    }

    /// The ticket type with this id.
    ///
    /// # Errors
    /// `invalid_data`: the event does not have it.
    pub fn known_type(&self, id: &TicketTypeId) -> Result<&TicketType, Refusal> {
        let unknown = || Refusal::invalid(format!("ticketTypes: this event has no ticket type {id}"));
        self.ticket_type(Some(id)).ok_or_else(unknown)
    }

    /// The price of a category as this type: the type's own, else the category's. A type never opens a category that is
    /// not for sale.
    #[must_use]
    pub fn price_as(&self, category: &CategoryId, ticket_type: Option<&TicketType>) -> Option<Minor> {
        let usual = self.price(category)?;
        Some(ticket_type.and_then(|known| known.prices.get(category)).copied().unwrap_or(usual))
    }

    /// Whether every category is for sale, as in most events: then no seat's category has to be looked up.
    #[must_use]
    pub fn sells_everything(&self) -> bool {
        self.prices.values().all(Option::is_some)
    }

    /// Whether holds are taken at `now`.
    ///
    /// # Errors
    /// `sales_closed`, with the moment sales open where they have not opened yet.
    pub fn check_on_sale(&self, now: Moment) -> Result<(), Refusal> {
        let lanes_changed_at = self.lanes_changed_at.filter(|changed| now.apart(*changed) < CHANGE_QUIET_MS);
        let lanes_are_known = lanes_changed_at.map(|changed| changed.plus(CHANGE_QUIET_MS));
        if let Some(open) = self.sales_open_at.max(lanes_are_known).filter(|open| now < *open) {
            return Err(Refusal::new(Code::SalesClosed, format!("Sales open at {}", open.rfc3339())));
        }
        if now > self.last_sale() {
            return Err(Refusal::new(Code::SalesClosed, "Sales are closed"));
        }
        Ok(())
    }

    /// The last moment at which holds are taken: the end of sales, else the end of the event, else its start.
    #[must_use]
    pub fn last_sale(&self) -> Moment {
        self.sales_close_at.or(self.ends_at).unwrap_or(self.starts_at)
    }

    /// The event's waiting room, where it has one that is not switched off.
    #[must_use]
    pub fn room(&self) -> Option<&WaitingRoom> {
        self.waiting_room.as_ref().filter(|room| room.mode != Mode::Off)
    }

    /// When the waiting room lets in the first: when it says, and never before sales open. None: at once.
    #[must_use]
    pub fn room_opens_at(&self) -> Option<Moment> {
        let room = self.waiting_room.as_ref()?;
        room.opens_at.max(self.sales_open_at)
    }

    /// Whether no function can be selling: these settings say that sales are closed, and were written so long ago that
    /// no function remembers others.
    #[must_use]
    pub fn is_quiet(&self, now: Moment) -> bool {
        self.is_closed(now) && self.updated_at < now.plus(-CHANGE_QUIET_MS)
    }

    /// Whether these settings say that sales have been closed for [`CHANGE_QUIET_MS`], or stay closed for as long.
    #[must_use]
    pub fn is_closed(&self, now: Moment) -> bool {
        let (since, until) = (now.plus(-CHANGE_QUIET_MS), now.plus(CHANGE_QUIET_MS));
        self.last_sale() < since || self.sales_open_at.is_some_and(|open| open > until)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "event_tests.rs"]
mod tests;
