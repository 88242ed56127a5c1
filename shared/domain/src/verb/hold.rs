//! Holding seats.
//!
//! The first round assumes that the buyer has no live hold. Where there is one, the refused write brings its row along,
//! and the next round joins the seats to it.

use super::conflict::{self, Conflict};
use super::{Found, Look, Next, Plan, Refused, Seen, Transaction, Verb, another_request_under_way};
use crate::answer::Answer;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::inventory::{self, Inventory};
use crate::name::{BuyerId, HoldId, SeatId, TableId};
use crate::refusal::{Code, Refusal};
use crate::seat::{PricedSeat, Seat, Status, named};
use crate::tally::{too_many_for_buyer, too_many_held};
use crate::ticket_type::{TicketType, TypesBySeat};
use crate::unsold::Unsold;
use crate::write::Write;
use std::sync::Arc;

/// Seats that a buyer wants to hold.
#[derive(Clone, Debug)]
pub struct HoldSeats {
    /// The event.
    pub event: Arc<Event>,
    /// What of its layout can be sold.
    pub inventory: Arc<Inventory>,
    /// Who is to hold them.
    pub buyer: BuyerId,
    /// The seats, each once, not empty.
    pub seats: Vec<SeatId>,
    /// The table whose seats they are, where a table was asked for.
    pub table: Option<TableId>,
    /// What seats are to be held as, where the request says so.
    pub types: TypesBySeat,
    /// The hold's length in milliseconds; none asks for the event's usual.
    pub length_ms: Option<i64>,
    /// Whether the buyer asks over a socket: then the hold that this begins is one of the buyer's session.
    pub over_socket: bool,
    /// What the hold's id is derived from: the same request gives the same id.
    pub request_id: String,
}

impl Verb for HoldSeats {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let known = seen.known_hold();
        let held = match self.decide(now, known) {
            Ok(held) => held,
            // A buyer who holds the seats already may hold them again, whatever rules and prices say by now.
            Err(_) if seen.hold.is_none() => return Plan::Look(Look::Hold(self.buyer.clone(), self.event.id.clone())),
            // Some seats have no price. Somebody may have them all the same, so their rows are read.
            Err(refusal) if refusal.code == Code::SeatBlocked => {
                return match &seen.seats {
                    None => Plan::Look(Look::Seats(self.event.clone(), self.own_ids())),
                    Some(rows) => Plan::refuse(self.told_apart(now, known, rows)),
                };
            }
            Err(refusal) => return Plan::refuse(refusal),
        };
        let writes = held.writes(known, self.event.rules.max_seats_per_buyer);
        let answer = Answer::Held { hold: held.hold, seats: held.asked, table: self.table.clone(), now };
        match writes.is_empty() {
            true => Plan::Answer(Ok(answer)),
            false => Plan::Commit(Transaction { event: self.event.clone(), writes, answer: Ok(answer) }),
        }
    }

    fn refused(&self, now: Moment, seen: &Seen, _: &Transaction, refused: &Refused) -> Next {
        // Where the hold row is in the way too, the next round counts what it has.
        if let (Some(Found::Row(tally)), None) = (&refused.tally, &refused.hold) {
            let (most, held) =
                (self.event.rules.max_seats_per_buyer, seen.known_hold().filter(|hold| hold.is_live(now)));
            let (held, tally) = (held.map_or(0, |hold| hold.seats.len()), tally.clone().unwrap_or_default());
            return Next::Answer(Err(too_many_for_buyer(most.unwrap_or_default(), held, tally.booked)));
        }
        match self.in_the_way(now, refused) {
            Some(refusal) => Next::Answer(Err(refusal)),
            None => Next::Again,
        }
    }
}

/// Seats that can be held, as far as is known before the write.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    /// The hold with them.
    hold: Hold,
    /// The seats that were asked for, held already or not.
    asked: Vec<PricedSeat>,
    /// Those of them that must be written: taken, or held already with another ticket type.
    written: Vec<PricedSeat>,
    /// Whether the hold has more seats than before.
    is_more: bool,
}

impl Held {
    /// What limits the buyer comes first, then the seats: "somebody else has this seat" is a better answer than "your
    /// hold row has changed". Only more seats than before need a look at what the buyer has booked.
    fn writes(&self, known: Option<&Hold>, most_for_buyer: Option<usize>) -> Vec<Write> {
        if self.written.is_empty() {
            return Vec::new();
        }
        let hold = &self.hold;
        let take = |seat: &PricedSeat| Write::HoldSeat {
            seat: seat.clone(),
            hold: hold.id.clone(),
            buyer: hold.buyer.clone(),
            expires_at: hold.expires_at,
        };
        let row = match known {
            None => Write::BeginHold(Box::new(hold.clone())),
            Some(before) => Write::ReplaceHold { before: Box::new(before.clone()), after: Box::new(hold.clone()) },
        };
        let buyer = || hold.buyer.clone();
        let check = most_for_buyer
            .filter(|_| self.is_more)
            .map(|most| Write::CheckTally { buyer: buyer(), booked_at_most: most.saturating_sub(hold.seats.len()) });
        check.into_iter().chain(self.written.iter().map(take)).chain([row]).collect()
    }
}

impl HoldSeats {
    /// Decides by the buyer's hold row `known`. None assumes that the buyer has no live hold, which the write's
    /// condition checks.
    ///
    /// # Errors
    /// `sales_closed`, `invalid_data` (unknown or too many seats, an unknown ticket type, too long a hold),
    /// `limit_exceeded`; and `seat_blocked` where seats have no price that `known` does not hold as they are asked for,
    /// whoever has them.
    fn decide(&self, now: Moment, known: Option<&Hold>) -> Result<Held, Refusal> {
        self.types.check_seats(&self.seats)?;
        let live = known.filter(|hold| hold.is_live(now));
        if let Some(held) = self.held_already(live) {
            return Ok(held);
        }
        self.event.check_on_sale(now)?;
        let most = self.event.rules.max_seats_per_hold;
        if self.seats.len() > most {
            return Err(Refusal::too_many_seats(most));
        }
        let wanted = self.find()?;
        let length_ms = self.length()?;
        let mut hold = match live {
            Some(hold) => Hold { revision: hold.revision + 1, ..hold.clone() },
            None => self.begun(now, length_ms, known),
        };
        let (asked, written) = self.price(&wanted, &hold)?;
        if !written.is_empty() && hold.currency != self.event.currency {
            let message = "The event is sold in another currency now; confirm or release what you hold first";
            return Err(Refusal::new(Code::SalesClosed, message));
        }
        let before = hold.seats.len();
        for seat in &written {
            hold.put(seat.clone());
        }
        let is_more = hold.seats.len() > before;
        if is_more && hold.seats.len() > most {
            let message = format!("One hold takes at most {most} seats; {before} are held already");
            return Err(Refusal::new(Code::LimitExceeded, message));
        }
        if let Some(most) = self.event.rules.max_seats_per_buyer.filter(|most| is_more && hold.seats.len() > *most) {
            return Err(too_many_held(most, before));
        }
        Ok(Held { hold, asked, written, is_more })
    }

    /// A request for nothing but seats that the buyer holds, as what they are held, succeeds, whatever rules, layout and
    /// prices say by now.
    fn held_already(&self, live: Option<&Hold>) -> Option<Held> {
        let hold = live?;
        let held = |id| named(&hold.seats, id).filter(|held| self.stays(held)).cloned();
        let asked: Vec<PricedSeat> = self.seats.iter().map(held).collect::<Option<_>>()?;
        Some(Held { hold: hold.clone(), asked, written: Vec::new(), is_more: false })
    }

    /// Whether a seat that is held stays what it is: the request names no ticket type for it, or the one that it has.
    fn stays(&self, held: &PricedSeat) -> bool {
        self.types.of(&held.id).is_none_or(|wanted| held.ticket_type.as_ref() == Some(wanted))
    }

    /// The seats that the request names.
    fn find(&self) -> Result<Vec<&inventory::Seat>, Refusal> {
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

    fn length(&self) -> Result<i64, Refusal> {
        let rules = &self.event.rules;
        match self.length_ms {
            None => Ok(rules.hold_ms()),
            Some(ms) if ms <= rules.max_hold_ms() => Ok(ms),
            Some(_) => {
                let most = rules.max_hold_minutes;
                Err(Refusal::invalid(format!("holdDurationMinutes must be at most {most} for this event")))
            }
        }
    }

    /// A new hold, without seats yet. Its id is derived from the request and from the id of the hold that it replaces:
    /// a repeat of the request arrives at the id of the hold that its first attempt began, and after that hold was
    /// released at a new one.
    fn begun(&self, now: Moment, length_ms: i64, replaced: Option<&Hold>) -> Hold {
        let replaced = replaced.map(|hold| hold.id.as_str()).unwrap_or_default();
        let parts = ["hold", self.event.id.as_str(), self.buyer.as_str(), &self.request_id, replaced];
        Hold {
            id: HoldId::derived(&parts),
            event: self.event.id.clone(),
            buyer: self.buyer.clone(),
            revision: 1,
            started_at: Some(now),
            of_session: self.over_socket,
            expires_at: now.plus(length_ms),
            currency: self.event.currency,
            seats: Vec::new(),
        }
    }

    /// The wanted seats at their prices, and those of them that must be written. A seat that is held already keeps the
    /// price it was held at, also where its category has none any more, unless its ticket type is to change; clients
    /// never name a price.
    fn price(&self, wanted: &[&inventory::Seat], hold: &Hold) -> Result<(Vec<PricedSeat>, Vec<PricedSeat>), Refusal> {
        let mut asked = Vec::with_capacity(wanted.len());
        let mut written = Vec::new();
        let mut unsold = Vec::new();
        for seat in wanted {
            if let Some(held) = hold.seats.iter().find(|held| held.id == seat.id && self.stays(held)) {
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
        let wanted = self.types.of(seat);
        match (wanted, self.event.ticket_type(wanted)) {
            (Some(unknown), None) => {
                Err(Refusal::invalid(format!("ticketTypes: this event has no ticket type {unknown}")))
            }
            (_, known) => Ok(known),
        }
    }

    /// The refusal of seats that cannot be held, each with its own code. None where every refused seat met a conflict
    /// or is in a live hold of the buyer's own: then the next round decides by the hold row that came along.
    fn in_the_way(&self, now: Moment, refused: &Refused) -> Option<Refusal> {
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
    fn own_ids(&self) -> Vec<SeatId> {
        let places = self.seats.iter().filter_map(|named| self.inventory.find_seat(named));
        places.map(|at| self.inventory.seats()[at as usize].id.clone()).collect()
    }

    /// The refusal where some seats have no price, with each seat's own code: booked or held where somebody has it (it
    /// had a price once), else blocked.
    fn told_apart(&self, now: Moment, known: Option<&Hold>, rows: &[Seat]) -> Refusal {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "hold_tests.rs"]
mod tests;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "hold_terms_tests.rs"]
mod terms_tests;
