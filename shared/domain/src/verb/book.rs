//! Booking in one step, with no hold before: seats that are named, or chosen for the buyer.
//!
//! What comes first decides: the payment that has booked, then the one booking that the event allows a buyer, then the seats.
//! A seat that the buyer holds is booked out of the hold, at the price that it was held at.

use super::asked::AskedSeats;
use super::checkout::Checkout;
use super::chooser::{Chooser, Pending};
use super::{Look, Next, Plan, Refused, Seen, Transaction, Verb};
use crate::booking::Booking;
use crate::choice::wish::Named;
use crate::clock::Moment;
use crate::hold::Hold;
use crate::inventory::Inventory;
use crate::name::SeatId;
use crate::refusal::{Code, Refusal};
use crate::seat::PricedSeat;
use crate::ticket_type::TypesBySeat;
use crate::write::Write;
use std::sync::Arc;

/// Seats that a buyer books in one step.
#[derive(Clone, Debug)]
pub struct BookSeats {
    /// Who books, and with which payment.
    pub checkout: Checkout,
    /// What of the event's layout can be sold.
    pub inventory: Arc<Inventory>,
    /// Which seats.
    pub wanted: Wanted,
    /// What the booking's id is derived from: the same request gives the same id.
    pub request_id: String,
}

/// Which seats a buyer books.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// These, each once, not empty; and what they are to be sold as, where the request says so.
    Seats(Vec<SeatId>, TypesBySeat),
    /// The best.
    Best(Chooser, Named),
    /// Seats of a kind that the event does not have, as the refusal says.
    Unknown(Refusal),
}

/// Why nothing can be booked yet, or at all.
enum Stop {
    Look(Look),
    Refuse(Refusal),
    /// The same, unless the buyer has booked already.
    RefuseSeats(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl Verb for BookSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        if let Some(plan) = self.checkout.before_seats(now, seen) {
            return plan;
        }
        match self.transaction(now, seen) {
            Ok(transaction) => Plan::Commit(transaction),
            Err(Stop::Look(look)) => Plan::Look(look),
            Err(Stop::Refuse(refusal)) => self.checkout.unless_paid(now, seen, refusal).into(),
            Err(Stop::RefuseSeats(refusal)) => self.checkout.unless_booked(now, seen, refusal).into(),
        }
    }

    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        if let Some(conclusion) = self.checkout.refused(now, seen, tried, refused) {
            return conclusion.into();
        }
        let (seats, types) = match &self.wanted {
            Wanted::Seats(seats, types) => (seats, types),
            Wanted::Best(..) | Wanted::Unknown(_) => return Next::Again,
        };
        match self.asked(seats.clone(), types.clone()).in_the_way(now, refused) {
            Some(refusal) => Next::Answer(Err(refusal)),
            // Seats may be in a hold of the buyer's own.
            None if seen.hold.is_none() => Next::Look(self.checkout.hold_row()),
            None => Next::Again,
        }
    }

    /// An attempt of this request may be what the transaction conflicted with. Else others are writing these seats: of
    /// seats that are chosen, the next best will do.
    fn locked(&self, now: Moment, seen: &Seen, tried: &Transaction, refusal: Refusal) -> Next {
        match (self.checkout.made_unanswered(seen, tried), &self.wanted) {
            (Some(made), _) => made.into(),
            (None, Wanted::Best(..)) => Next::Again,
            (None, Wanted::Seats(..) | Wanted::Unknown(_)) => self.checkout.unless_paid(now, seen, refusal).into(),
        }
    }

    fn learn(&self, seen: &mut Seen, refused: &Refused) {
        if let Wanted::Best(chooser, _) = &self.wanted {
            chooser.learn(seen, refused);
        }
    }

    fn chooses(&self) -> bool {
        matches!(self.wanted, Wanted::Best(..))
    }
}

impl BookSeats {
    fn transaction(&self, now: Moment, seen: &Seen) -> Result<Transaction, Stop> {
        let event = &self.checkout.event;
        event.check_on_sale(now)?;
        // What the buyer holds counts among the limits, and must not change meanwhile.
        let is_limited = event.rules.max_seats_per_buyer.is_some();
        if is_limited && seen.hold.is_none() {
            return Err(Stop::Look(self.checkout.hold_row()));
        }
        let live = seen.known_hold().filter(|hold| hold.is_live(now));
        let held = live.map(|hold| hold.seats.as_slice()).unwrap_or_default();
        let priced = self.priced(now, seen, held)?;
        let booked = Booking::in_one_step(
            event,
            &self.checkout.buyer,
            &self.request_id,
            priced,
            self.checkout.details.clone(),
            now,
        );
        let booking = Booking { counted: self.checkout.counted(), ..booked };
        let out_of_hold: Vec<PricedSeat> =
            booking.seats.iter().filter(|seat| held.iter().any(|held| held.id == seat.id)).cloned().collect();
        if let Some(hold) = live.filter(|hold| !out_of_hold.is_empty() && hold.currency != event.currency) {
            let message = format!("You hold these seats in {}; confirm what you hold", hold.currency.code());
            return Err(Refusal::new(Code::SalesClosed, message).into());
        }
        let mut writes = self.checkout.guards(&booking, held.len(), held.len() - out_of_hold.len())?;
        writes.extend(booking.seats.iter().map(|seat| {
            let (id, booking) = (seat.id.clone(), booking.id.clone());
            match (live.filter(|hold| hold.has(&id)), seat.ticket_type.clone()) {
                (Some(hold), Some(ticket_type)) if !held.contains(seat) => {
                    Write::BookSeatAs { seat: id, ticket_type, price: seat.price, hold: hold.id.clone(), booking }
                }
                (Some(hold), _) => Write::BookSeat { seat: id, hold: hold.id.clone(), booking },
                (None, _) => Write::BookFreeSeat { seat: seat.clone(), buyer: self.checkout.buyer.clone(), booking },
            }
        }));
        writes.extend(match live.filter(|_| !out_of_hold.is_empty()) {
            Some(hold) => {
                Some(Write::ReplaceHold { before: Box::new(hold.clone()), after: Box::new(hold.without(&out_of_hold)) })
            }
            None => is_limited.then(|| self.unchanged_hold(seen.known_hold())),
        });
        writes.push(Write::AddBooking(Box::new(booking.clone())));
        Ok(Transaction { event: event.clone(), writes, answer: Ok(self.checkout.booked(booking)) })
    }

    /// The seats that are to be booked, at their prices.
    fn priced(&self, now: Moment, seen: &Seen, held: &[PricedSeat]) -> Result<Vec<PricedSeat>, Stop> {
        let most = self.checkout.event.rules.max_seats_per_hold;
        let asked = match &self.wanted {
            Wanted::Unknown(refusal) => return Err(Stop::Refuse(refusal.clone())),
            Wanted::Seats(seats, types) => self.asked(seats.clone(), types.clone()),
            Wanted::Best(chooser, named) => {
                if named.quantity > most {
                    return Err(Refusal::too_many_seats(most).into());
                }
                let choice = chooser.choose(now, seen).map_err(|pending| match pending {
                    Pending::Look(look) => Stop::Look(look),
                    Pending::Short(short) => Stop::RefuseSeats(short.refusal()),
                })?;
                AskedSeats::chosen(&chooser.event, &chooser.inventory, &self.checkout.buyer, &choice.seats, named)
            }
        };
        asked.types.check_seats(&asked.seats)?;
        if asked.seats.len() > most {
            return Err(Refusal::too_many_seats(most).into());
        }
        let wanted = asked.find()?;
        match asked.price(&wanted, held) {
            Ok((priced, _)) => Ok(priced),
            Err(refusal) if refusal.code == Code::SeatBlocked => Err(match (&seen.hold, &seen.seats) {
                // The buyer may hold them from when they had a price; else somebody may have them.
                (None, _) => Stop::Look(self.checkout.hold_row()),
                (Some(_), None) => Stop::Look(Look::Seats(asked.event.clone(), asked.own_ids())),
                (Some(hold), Some(rows)) => Stop::RefuseSeats(asked.told_apart(now, hold.as_ref(), rows)),
            }),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn asked(&self, seats: Vec<SeatId>, types: TypesBySeat) -> AskedSeats {
        let Checkout { event, buyer, .. } = &self.checkout;
        AskedSeats { event: event.clone(), inventory: self.inventory.clone(), buyer: buyer.clone(), seats, types }
    }

    fn unchanged_hold(&self, seen: Option<&Hold>) -> Write {
        let Checkout { event, buyer, .. } = &self.checkout;
        Write::CheckHold { buyer: buyer.clone(), event: event.id.clone(), seen: seen.cloned().map(Box::new) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "book_tests.rs"]
mod tests;
