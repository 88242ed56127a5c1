//! Holding seats.
//!
//! The first round assumes that the buyer has no live hold. Where there is one, the refused write brings its row along,
//! and the next round joins the seats to it.

use super::asked::AskedSeats;
use super::{Found, Look, Next, Plan, Refused, Seen, Transaction, Verb};
use crate::answer::Answer;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::name::{HoldId, TableId};
use crate::refusal::{Code, Refusal};
use crate::seat::{PricedSeat, named};
use crate::tally::{too_many_for_buyer, too_many_held};
use crate::write::Write;

/// Seats that a buyer wants to hold.
#[derive(Clone, Debug)]
pub struct HoldSeats {
    /// The seats, and who is to hold them.
    pub asked: AskedSeats,
    /// The table whose seats they are, where a table was asked for.
    pub table: Option<TableId>,
    /// How they are to be held.
    pub terms: HoldTerms,
}

/// How seats are to be held.
#[derive(Clone, Debug)]
pub struct HoldTerms {
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
            Err(_) if seen.hold.is_none() => return Plan::Look(self.asked.hold_row()),
            // Some seats have no price. Somebody may have them all the same, so their rows are read.
            Err(refusal) if refusal.code == Code::SeatBlocked => {
                return match &seen.seats {
                    None => Plan::Look(Look::Seats(self.asked.event.clone(), self.asked.own_ids())),
                    Some(rows) => Plan::refuse(self.asked.told_apart(now, known, rows)),
                };
            }
            Err(refusal) => return Plan::refuse(refusal),
        };
        held.plan(&self.asked, known, self.table.clone(), None, now)
    }

    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        if let Some(next) = beyond_limit(&self.asked, now, seen, tried, refused) {
            return next;
        }
        match self.asked.in_the_way(now, refused) {
            Some(refusal) => Next::Answer(Err(refusal)),
            None => Next::Again,
        }
    }
}

/// What follows where the seats are more than one buyer may have; none where they are not, or where the hold row is in the way
/// too: the next round counts what it has. The hold row may have been passed over, as where it was throttled, so it is read
/// before it is said how many seats the buyer holds.
pub(super) fn beyond_limit(
    asked: &AskedSeats,
    now: Moment,
    seen: &Seen,
    tried: &Transaction,
    refused: &Refused,
) -> Option<Next> {
    let (Some(Found::Row(tally)), None) = (&refused.tally, &refused.hold) else { return None };
    let Some(hold) = &seen.hold else { return Some(Next::Look(asked.hold_row())) };
    let held = hold.as_ref().filter(|hold| hold.is_live(now)).map_or(0, |hold| hold.seats.len());
    let was_unknown = tried.writes.iter().any(|write| matches!(write, Write::BeginHold(_)));
    if was_unknown && held > 0 {
        return Some(Next::Again);
    }
    let (most, booked) = (asked.event.rules.max_seats_per_buyer, tally.clone().unwrap_or_default().booked);
    Some(Next::Answer(Err(too_many_for_buyer(most.unwrap_or_default(), held, booked))))
}

/// Seats that can be held, as far as is known before the write.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
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
    /// What is to be written for this hold; `known` is the buyer's row as the decision saw it.
    pub(super) fn plan(
        self,
        asked: &AskedSeats,
        known: Option<&Hold>,
        table: Option<TableId>,
        together: Option<bool>,
        now: Moment,
    ) -> Plan {
        let writes = self.writes(known, asked.event.rules.max_seats_per_buyer);
        let answer = Answer::Held { hold: self.hold, seats: self.asked, table, together, now };
        match writes.is_empty() {
            true => Plan::Answer(Ok(answer)),
            false => Plan::Commit(Transaction { event: asked.event.clone(), writes, answer: Ok(answer) }),
        }
    }

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
    pub(super) fn decide(&self, now: Moment, known: Option<&Hold>) -> Result<Held, Refusal> {
        let asked = &self.asked;
        asked.types.check_seats(&asked.seats)?;
        let live = known.filter(|hold| hold.is_live(now));
        if let Some(held) = self.held_already(live) {
            return Ok(held);
        }
        let event = &asked.event;
        event.check_on_sale(now)?;
        let most = event.rules.max_seats_per_hold;
        if asked.seats.len() > most {
            return Err(Refusal::too_many_seats(most));
        }
        let wanted = asked.find()?;
        let length_ms = self.terms.length(event)?;
        let mut hold = match live {
            Some(hold) => Hold { revision: hold.revision + 1, ..hold.clone() },
            None => self.begun(now, length_ms, known),
        };
        let (priced, written) = asked.price(&wanted, &hold.seats)?;
        if !written.is_empty() && hold.currency != event.currency {
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
        if let Some(most) = event.rules.max_seats_per_buyer.filter(|most| is_more && hold.seats.len() > *most) {
            return Err(too_many_held(most, before));
        }
        Ok(Held { hold, asked: priced, written, is_more })
    }

    /// A request for nothing but seats that the buyer holds, as what they are held, succeeds, whatever rules, layout and
    /// prices say by now.
    fn held_already(&self, live: Option<&Hold>) -> Option<Held> {
        let hold = live?;
        let held = |id| named(&hold.seats, id).filter(|held| self.asked.stays(held)).cloned();
        let asked: Vec<PricedSeat> = self.asked.seats.iter().map(held).collect::<Option<_>>()?;
        Some(Held { hold: hold.clone(), asked, written: Vec::new(), is_more: false })
    }

    /// A new hold, without seats yet. Its id is derived from the request and from the id of the hold that it replaces:
    /// a repeat of the request arrives at the id of the hold that its first attempt began, and after that hold was
    /// released at a new one.
    fn begun(&self, now: Moment, length_ms: i64, replaced: Option<&Hold>) -> Hold {
        let replaced = replaced.map(|hold| hold.id.as_str()).unwrap_or_default();
        let AskedSeats { event, buyer, .. } = &self.asked;
        let parts = ["hold", event.id.as_str(), buyer.as_str(), &self.terms.request_id, replaced];
        Hold {
            id: HoldId::derived(&parts),
            event: event.id.clone(),
            buyer: buyer.clone(),
            revision: 1,
            started_at: Some(now),
            of_session: self.terms.over_socket,
            expires_at: now.plus(length_ms),
            currency: event.currency,
            seats: Vec::new(),
        }
    }
}

impl HoldTerms {
    /// The hold's length in milliseconds.
    ///
    /// # Errors
    /// `invalid_data`: longer than the event allows.
    pub(super) fn length(&self, event: &Event) -> Result<i64, Refusal> {
        let rules = &event.rules;
        match self.length_ms {
            None => Ok(rules.hold_ms()),
            Some(ms) if ms <= rules.max_hold_ms() => Ok(ms),
            Some(_) => {
                let most = rules.max_hold_minutes;
                Err(Refusal::invalid(format!("holdDurationMinutes must be at most {most} for this event")))
            }
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
