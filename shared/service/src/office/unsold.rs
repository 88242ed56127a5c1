//! Seats that are asked for by name and are not for sale: what each of them really is, for somebody may have them since
//! they had a price.

use super::Office;
use super::conflict::{self, Conflict};
use domain::clock::Moment;
use domain::event::Event;
use domain::hold::{Ask, Hold};
use domain::layout::Layout;
use domain::name::{BuyerId, SeatId};
use domain::refusal::Refusal;
use domain::seat::{Seat, Status};
use domain::unsold::Unsold;
use store::key;
use store::row;

/// The rows of what was asked for.
pub(super) struct Found {
    /// The buyer's hold row, live or not.
    pub hold: Option<Hold>,
    seats: Vec<Seat>,
}

impl Office {
    /// Reads the rows of all seats that were asked for; the buyer's hold row was read before.
    pub(super) async fn look_at(
        &self,
        event: &Event,
        layout: &Layout,
        ask: &Ask,
        hold: Option<Hold>,
    ) -> Result<Found, Refusal> {
        let keys = asked(layout, ask).map(|(_, id)| key::seat(&event.id, event.lane(id), id)).collect();
        let items = self.store.batch_get(keys).await?;
        Ok(Found { hold, seats: items.iter().map(row::seat).collect::<Result<_, _>>()? })
    }
}

impl Found {
    /// The refusal that names each seat with its own code: booked, held by somebody else, and the rest that is not for
    /// sale as blocked.
    pub fn told_apart(&self, now: Moment, event: &Event, layout: &Layout, ask: &Ask) -> Refusal {
        let unsold = Unsold::of(event, layout);
        let hold = self.hold.as_ref().filter(|hold| hold.is_live(now));
        let found = |(at, id): (u32, &SeatId)| {
            if hold.is_some_and(|hold| hold.has(id)) {
                return None;
            }
            let row = self.seats.iter().find(|seat| seat.id == *id);
            Some((id.clone(), conflict(row, unsold.has(at), &ask.buyer, now)?))
        };
        let conflicts: Vec<(SeatId, Conflict)> = asked(layout, ask).filter_map(found).collect();
        match conflicts.is_empty() {
            // The buyer has come to hold all of them since: another request of theirs is under way.
            true => super::own_haste(),
            false => conflict::refusal(&conflicts),
        }
    }
}

/// The seats that are meant, each by its index and its own id.
fn asked<'l>(layout: &'l Layout, ask: &'l Ask) -> impl Iterator<Item = (u32, &'l SeatId)> {
    let places = ask.seats.iter().filter_map(|named| layout.find_seat(named));
    places.map(|at| (at, &layout.seats()[at as usize].id))
}

/// What stands in the way of holding a seat that is not in a live hold of the buyer's own.
fn conflict(row: Option<&Seat>, is_unsold: bool, me: &BuyerId, now: Moment) -> Option<Conflict> {
    let unsold = is_unsold.then_some(Conflict::Blocked);
    let Some(seat) = row else { return unsold };
    match seat.status_at(now) {
        Status::Booked => Some(Conflict::Booked),
        Status::Blocked => Some(Conflict::Blocked),
        // A hold of the buyer's own that has just ended keeps nobody else's seat.
        Status::Held if seat.holder.as_ref() == Some(me) => unsold.or(Some(Conflict::JustEnded)),
        Status::Held => Some(Conflict::Held),
        Status::Available => unsold,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "unsold_tests.rs"]
mod tests;
