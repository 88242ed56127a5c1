//! A seat's state, and the arithmetic that ends a hold: no sweeper is needed for a hold to be over.

use crate::clock::Moment;
use crate::limits::CLOCK_SKEW_MS;
use crate::money::Minor;
use crate::name::{BookingId, BuyerId, CategoryId, HoldId, SeatId, TicketTypeId, one_form};
use serde::{Deserialize, Serialize};

/// What a seat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Anybody may take it.
    Available,
    /// One buyer holds it, until the hold's expiry.
    Held,
    /// Sold.
    Booked,
    /// Taken out of sale by the house.
    Blocked,
}

impl Status {
    /// The word that clients read and the table stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Available => "available",
            Status::Held => "held",
            Status::Booked => "booked",
            Status::Blocked => "blocked",
        }
    }

    /// What a seat with this status, and this end of its hold, is at `now`.
    #[must_use]
    pub fn at(self, expires_at: Option<Moment>, now: Moment) -> Status {
        match (self, expires_at) {
            (Status::Held, Some(end)) if end < free_before(now) => Status::Available,
            (status, _) => status,
        }
    }
}

/// A seat as the table knows it. A seat that never changed has no row: it is available at version 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Its id in the layout.
    pub id: SeatId,
    /// As last written; [`Seat::status_at`] says what it is now.
    pub status: Status,
    /// One more with each change.
    pub version: u64,
    /// The hold it belongs to, while held.
    pub hold: Option<HoldId>,
    /// The buyer who holds or booked it.
    pub holder: Option<BuyerId>,
    /// The end of its hold, while held.
    pub expires_at: Option<Moment>,
    /// What it costs its holder.
    pub price: Option<Minor>,
    /// What it is held or sold as, where its event has ticket types.
    pub ticket_type: Option<TicketTypeId>,
    /// The booking it belongs to, once booked.
    pub booking: Option<BookingId>,
    /// When it was booked.
    pub booked_at: Option<Moment>,
    /// The change of the event's layout that took it out of the event, while blocked by one.
    pub withdrawn: Option<String>,
}

impl Seat {
    /// What the seat is at `now`: a hold is over once its expiry and the clock skew have passed, which is when another
    /// buyer may take the seat.
    #[must_use]
    pub fn status_at(&self, now: Moment) -> Status {
        self.status.at(self.expires_at, now)
    }
}

/// A hold that ended before this moment is over by every instance's clock.
#[must_use]
pub fn free_before(now: Moment) -> Moment {
    now.plus(-CLOCK_SKEW_MS)
}

/// A seat with the price it was held at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedSeat {
    /// Its id in the layout.
    pub id: SeatId,
    /// Its category when it was held.
    pub category: CategoryId,
    /// Its price, frozen when it was held.
    pub price: Minor,
    /// What it was held as, where its event has ticket types.
    pub ticket_type: Option<TicketTypeId>,
}

/// The seat that a client names: by this id, else by an id in another form, which was stored before ids became NFC.
#[must_use]
pub fn named<'a>(seats: &'a [PricedSeat], id: &SeatId) -> Option<&'a PricedSeat> {
    let by_form = || seats.iter().find(|seat| one_form(seat.id.as_str()) == id.as_str());
    seats.iter().find(|seat| seat.id == *id).or_else(by_form)
}

/// The sum of the seats' prices.
#[must_use]
pub fn total(seats: &[PricedSeat]) -> Minor {
    seats.iter().map(|s| s.price).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn held_until(end: i64) -> Seat {
        Seat {
            id: SeatId::parse("a").unwrap(),
            status: Status::Held,
            version: 1,
            hold: None,
            holder: None,
            expires_at: Some(Moment(end)),
            price: None,
            ticket_type: None,
            booking: None,
            booked_at: None,
            withdrawn: None,
        }
    }

    #[test]
    fn a_hold_ends_by_the_clock_after_the_skew() {
        let seat = held_until(10_000);
        assert_eq!(seat.status_at(Moment(10_000)), Status::Held);
        assert_eq!(seat.status_at(Moment(12_000)), Status::Held);
        assert_eq!(seat.status_at(Moment(12_001)), Status::Available);
    }

    #[test]
    fn a_booking_never_ends_by_the_clock() {
        let seat = Seat { status: Status::Booked, expires_at: None, ..held_until(1) };
        assert_eq!(seat.status_at(Moment(i64::MAX)), Status::Booked);
    }
}
