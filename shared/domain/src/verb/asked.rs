//! Seats that a buyer asks for by name, to hold them or to book them at once: what they cost, and what stands in the way.

use super::conflict::{self, Conflict};
use super::{Found, Look, Refused, another_request_under_way};
use crate::choice::wish::Named;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::inventory::{self, Inventory};
use crate::name::{BuyerId, SeatId};
use crate::refusal::{Code, Refusal};
use crate::seat::{PricedSeat, Seat, Status};
use crate::ticket_type::{TicketType, TypesBySeat};
use crate::unsold::Unsold;
use std::sync::Arc;

/// Seats of an event that somebody asks for.
#[derive(Clone, Debug)]
pub struct AskedSeats {
    /// The event.
    pub event: Arc<Event>,
    /// What of its layout can be sold.
    pub inventory: Arc<Inventory>,
    /// Who is to have them.
    pub buyer: BuyerId,
    /// The seats, each once, not empty.
    pub seats: Vec<SeatId>,
    /// What seats are to be held or sold as, where the request says so.
    pub types: TypesBySeat,
}

impl AskedSeats {
    /// Seats that were chosen, by their indexes, for what a request names.
    pub(super) fn chosen(
        event: &Arc<Event>,
        inventory: &Arc<Inventory>,
        buyer: &BuyerId,
        chosen: &[u32],
        named: &Named,
    ) -> Self {
        let seats: Vec<SeatId> = chosen.iter().map(|at| inventory.seats()[*at as usize].id.clone()).collect();
        let types = named.types_of(event, &seats);
        Self { event: event.clone(), inventory: inventory.clone(), buyer: buyer.clone(), seats, types }
    }

    /// What tells whether the buyer has a live hold in the event.
    pub(super) fn hold_row(&self) -> Look {
        Look::Hold(self.buyer.clone(), self.event.id.clone())
    }

    /// Whether a seat that is held stays what it is: the request names no ticket type for it, or the one that it has.
    pub(super) fn stays(&self, held: &PricedSeat) -> bool {
        self.types.of(&held.id).is_none_or(|wanted| held.ticket_type.as_ref() == Some(wanted))
    }

    /// The seats that the request names.
    pub(super) fn find(&self) -> Result<Vec<&inventory::Seat>, Refusal> {
        let mut unknown = Vec::new();
        let mut found: Vec<&inventory::Seat> = Vec::with_capacity(self.seats.len());
        for named in &self.seats {
            let Some(index) = self.inventory.find_seat(named) else {
                unknown.push(named.as_str());
                continue;
            };
            let seat = &self.inventory.seats()[index as usize];
            if found.iter().any(|other| other.id == seat.id) {
                return Err(Refusal::invalid(format!("The request names {} more than once", seat.id)));
            }
            found.push(seat);
        }
        if unknown.is_empty() { Ok(found) } else { Err(Refusal::unknown_seats(&unknown)) }
    }

    /// The wanted seats at their prices, and those of them that must be written. A seat that is held already keeps the
    /// price it was held at, also where its category has none any more, unless its ticket type is to change; clients
    /// never name a price.
    pub(super) fn price(
        &self,
        wanted: &[&inventory::Seat],
        held: &[PricedSeat],
    ) -> Result<(Vec<PricedSeat>, Vec<PricedSeat>), Refusal> {
        let mut asked = Vec::with_capacity(wanted.len());
        let mut written = Vec::new();
        let mut unsold = Vec::new();
        for seat in wanted {
            if let Some(held) = held.iter().find(|held| held.id == seat.id && self.stays(held)) {
                asked.push(held.clone());
                continue;
            }
            let ticket_type = self.ticket_type(&seat.id)?;
            let category = &self.inventory.categories()[usize::from(seat.category)].id;
            match self.event.price_as(category, ticket_type) {
                Some(price) => {
                    let (id, category) = (seat.id.clone(), category.clone());
                    let priced =
                        PricedSeat { id, category, price, ticket_type: ticket_type.map(|known| known.id.clone()) };
                    asked.push(priced.clone());
                    written.push(priced);
                }
                None => unsold.push((seat.id.clone(), Code::SeatBlocked)),
            }
        }
        if unsold.is_empty() { Ok((asked, written)) } else { Err(Refusal::conflicts(&unsold)) }
    }

    /// What a seat is to be held as; none where the event has no ticket types.
    fn ticket_type(&self, seat: &SeatId) -> Result<Option<&TicketType>, Refusal> {
        match self.types.of(seat) {
            Some(wanted) => self.event.known_type(wanted).map(Some),
            None => Ok(self.event.ticket_type(None)),
        }
    }

    /// The refusal of seats that cannot be held, each with its own code. None where every refused seat met a conflict
    /// or is in a live hold of the buyer's own: then the next round decides by the hold row that came along.
    pub(super) fn in_the_way(&self, now: Moment, refused: &Refused) -> Option<Refusal> {
        let conflict = |found: &Found<Seat>| match found {
            Found::Row(Some(seat)) => self.taken_by(seat, now),
            Found::Row(None) | Found::Conflict => Some(Conflict::Locked),
        };
        let conflicts: Vec<(SeatId, Conflict)> =
            refused.seats.iter().filter_map(|(id, found)| Some((id.clone(), conflict(found)?))).collect();
        match conflicts.iter().all(|(_, conflict)| *conflict == Conflict::Locked) {
            true => None,
            false => Some(conflict::refusal(&conflicts)),
        }
    }

    /// Why a seat could not be taken; none where it is in a live hold of the buyer's own.
    fn taken_by(&self, seat: &Seat, now: Moment) -> Option<Conflict> {
        match seat.status {
            Status::Booked => Some(Conflict::Booked),
            Status::Blocked => Some(Conflict::Blocked),
            Status::Held if seat.holder.as_ref() != Some(&self.buyer) => Some(Conflict::Held),
            Status::Held if seat.expires_at.is_some_and(|end| end >= now) => None,
            Status::Held => Some(Conflict::JustEnded),
            Status::Available => Some(Conflict::Held),
        }
    }

    /// The ids, as the inventory has them, of the seats that were asked for.
    pub(super) fn own_ids(&self) -> Vec<SeatId> {
        let places = self.seats.iter().filter_map(|named| self.inventory.find_seat(named));
        places.map(|at| self.inventory.seats()[at as usize].id.clone()).collect()
    }

    /// The refusal where some seats have no price, with each seat's own code: booked or held where somebody has it (it
    /// had a price once), else blocked.
    pub(super) fn told_apart(&self, now: Moment, known: Option<&Hold>, rows: &[Seat]) -> Refusal {
        let unsold = Unsold::of(&self.event, &self.inventory);
        let hold = known.filter(|hold| hold.is_live(now));
        let conflict = |id: &SeatId| {
            let is_unsold = self.inventory.seat_index(id.as_str()).is_some_and(|at| unsold.has(at));
            match hold.and_then(|hold| hold.seats.iter().find(|held| held.id == *id)) {
                // Its own seat is in nobody's way, unless it is to change to a type of what is not for sale.
                Some(held) => (is_unsold && !self.stays(held)).then_some(Conflict::Blocked),
                None => self.unsold_or_taken(rows.iter().find(|row| row.id == *id), is_unsold, now),
            }
        };
        let conflicts: Vec<(SeatId, Conflict)> =
            self.own_ids().into_iter().filter_map(|id| conflict(&id).map(|conflict| (id, conflict))).collect();
        match conflicts.is_empty() {
            // By now nothing stands in the way.
            true => another_request_under_way(),
            false => conflict::refusal(&conflicts),
        }
    }

    /// What stands in the way of holding a seat that is not in a live hold of the buyer's own.
    fn unsold_or_taken(&self, row: Option<&Seat>, is_unsold: bool, now: Moment) -> Option<Conflict> {
        let unsold = is_unsold.then_some(Conflict::Blocked);
        let Some(seat) = row else { return unsold };
        match seat.status_at(now) {
            Status::Booked => Some(Conflict::Booked),
            Status::Blocked => Some(Conflict::Blocked),
            // The buyer's own hold, which has just ended. A seat without a price is blocked for its late holder too.
            Status::Held if seat.holder.as_ref() == Some(&self.buyer) => unsold.or(Some(Conflict::JustEnded)),
            Status::Held => Some(Conflict::Held),
            Status::Available => unsold,
        }
    }
}
