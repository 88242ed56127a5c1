//! A hold: what one buyer holds in one event, with one timer. The first seat starts it, further seats join it, and only
//! its buyer's word for more time extends it.

use crate::clock::Moment;
use crate::event::Rules;
use crate::money::Currency;
use crate::name::{BuyerId, EventId, HoldId, SeatId};
use crate::seat::PricedSeat;

/// What one buyer holds in one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Derived from the request that started it.
    pub id: HoldId,
    /// The event.
    pub event: EventId,
    /// The buyer.
    pub buyer: BuyerId,
    /// One more with each change; a write is on condition of the revision that its plan saw.
    pub revision: u64,
    /// When it began; none where an earlier version of the product wrote it.
    pub started_at: Option<Moment>,
    /// Whether it ends with its buyer's session, where the event says so: the buyer began it over a socket.
    pub of_session: bool,
    /// The holder may confirm until here.
    pub expires_at: Moment,
    /// The currency of its prices: the event's when the hold began.
    pub currency: Currency,
    /// The seats, in the order in which they were held.
    pub seats: Vec<PricedSeat>,
}

impl Hold {
    /// Whether it holds anything at `now`.
    #[must_use]
    pub fn is_live(&self, now: Moment) -> bool {
        !self.seats.is_empty() && now <= self.expires_at
    }

    /// When it began. One that an earlier version of the product wrote began its event's usual length before its end.
    #[must_use]
    pub fn begun(&self, rules: &Rules) -> Moment {
        self.started_at.unwrap_or(self.expires_at.plus(-rules.hold_ms()))
    }

    /// Whether `seat` is among its seats.
    #[must_use]
    pub fn has(&self, seat: &SeatId) -> bool {
        self.seats.iter().any(|s| s.id == *seat)
    }

    /// Adds a seat, or puts it in the place of the same seat as it was held before.
    pub fn put(&mut self, seat: PricedSeat) {
        match self.seats.iter_mut().find(|held| held.id == seat.id) {
            Some(held) => *held = seat,
            None => self.seats.push(seat),
        }
    }

    /// The same hold without `seats`, one revision on.
    #[must_use]
    pub fn without(&self, seats: &[PricedSeat]) -> Hold {
        let kept = self.seats.iter().filter(|s| !seats.iter().any(|gone| gone.id == s.id));
        Hold { seats: kept.cloned().collect(), revision: self.revision + 1, ..self.clone() }
    }
}

/// A due row: when a hold will end, noted when the hold began or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The hold.
    pub hold: HoldId,
    /// Its event.
    pub event: EventId,
    /// Its end.
    pub expires_at: Moment,
    /// Its revision when this was noted.
    pub revision: u64,
    /// The seats it had then.
    pub seats: Vec<SeatId>,
}

impl Due {
    /// The due row of a hold as it is now.
    #[must_use]
    pub fn of(hold: &Hold) -> Self {
        Self {
            hold: hold.id.clone(),
            event: hold.event.clone(),
            expires_at: hold.expires_at,
            revision: hold.revision,
            seats: hold.seats.iter().map(|seat| seat.id.clone()).collect(),
        }
    }
}

/// The seats' ids.
#[must_use]
pub fn ids(seats: &[PricedSeat]) -> Vec<&str> {
    seats.iter().map(|s| s.id.as_str()).collect()
}
