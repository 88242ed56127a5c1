//! Seats that are asked for by name and are not for sale: what each of them really is, for somebody may have them since
//! they had a price.

use super::Office;
use crate::clock::Ms;
use crate::event::Event;
use crate::hold::{Ask, Hold};
use crate::key;
use crate::layout::Layout;
use crate::name::{BuyerId, SeatId};
use crate::refusal::{Code, Refusal};
use crate::seat::{Seat, Status};
use crate::table::row::{self, Reader};
use crate::unsold::Unsold;

/// The rows of what was asked for.
pub(super) struct Found {
    /// The buyer's hold row, live or not.
    pub hold: Option<Hold>,
    seats: Vec<Seat>,
}

impl Office {
    /// Reads the rows of all seats that were asked for, and the buyer's own hold.
    pub(super) async fn look_at(&self, event: &Event, layout: &Layout, ask: &Ask) -> Result<Found, Refusal> {
        let seats = asked(layout, ask).map(|(_, id)| key::seat(&event.id, event.lane(id), id));
        let keys = std::iter::once(key::hold(&ask.buyer, &event.id)).chain(seats).collect();
        let items = self.table.batch_get(keys).await?;
        let is_seat = |sk: &str| sk.starts_with(key::SEAT);
        let (seats, holds): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| Reader(item).maybe("sk").is_some_and(is_seat));
        Ok(Found {
            hold: holds.into_iter().next().map(row::hold).transpose()?,
            seats: seats.into_iter().map(row::seat).collect::<Result<_, _>>()?,
        })
    }
}

impl Found {
    /// The refusal that names each seat with its own code: booked, held by somebody else, and the rest that is not for
    /// sale as blocked.
    pub fn told_apart(&self, now: Ms, event: &Event, layout: &Layout, ask: &Ask) -> Refusal {
        let unsold = Unsold::of(event, layout);
        let code = |(at, id): (u32, &SeatId)| {
            let hold = self.hold.as_ref().filter(|hold| hold.is_live(now));
            if hold.is_some_and(|hold| hold.has(id)) {
                return None;
            }
            let row = self.seats.iter().find(|seat| seat.id == *id);
            Some((id.clone(), conflict(row, unsold.has(at), &ask.buyer, now)?))
        };
        let conflicts: Vec<(SeatId, Code)> = asked(layout, ask).filter_map(code).collect();
        if conflicts.is_empty() {
            // The buyer has come to hold all of them since: another request of theirs is under way.
            return super::own_haste();
        }
        let mut refusal = Refusal::conflicts(&conflicts);
        let is_own =
            |id: &SeatId| self.seats.iter().any(|seat| seat.id == *id && seat.holder.as_ref() == Some(&ask.buyer));
        if refusal.code == Code::SeatHeld
            && conflicts.iter().filter(|(_, code)| *code == Code::SeatHeld).all(|(id, _)| is_own(id))
        {
            super::JUST_ENDED.clone_into(&mut refusal.message);
        }
        refusal
    }
}

/// The seats that are meant, each by its index and its own id.
fn asked<'l>(layout: &'l Layout, ask: &'l Ask) -> impl Iterator<Item = (u32, &'l SeatId)> {
    let places = ask.seats.iter().filter_map(|named| layout.find_seat(named));
    places.map(|at| (at, &layout.seats()[at as usize].id))
}

/// What stands in the way of holding a seat that is not in a live hold of the buyer's own.
fn conflict(row: Option<&Seat>, is_unsold: bool, me: &BuyerId, now: Ms) -> Option<Code> {
    let unsold = is_unsold.then_some(Code::SeatBlocked);
    let Some(seat) = row else { return unsold };
    match seat.status_at(now) {
        Status::Booked => Some(Code::SeatBooked),
        Status::Blocked => Some(Code::SeatBlocked),
        // A hold of the buyer's own that has just ended keeps nobody else's seat.
        Status::Held if seat.holder.as_ref() == Some(me) => unsold.or(Some(Code::SeatHeld)),
        Status::Held => Some(Code::SeatHeld),
        Status::Available => unsold,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "unsold_tests.rs"]
mod tests;
