//! Holding seats that are chosen for the buyer: the best of a house, or places of an area. Where somebody else is faster, the
//! next best are held.

use super::asked::AskedSeats;
use super::chooser::{Chooser, Pending};
use super::hold::{HoldSeats, HoldTerms, beyond_limit};
use super::{Found, Next, Plan, Refused, Seen, Transaction, Verb};
use crate::answer::Answer;
use crate::choice::house::Choice;
use crate::choice::wish::Named;
use crate::clock::Moment;
use crate::hold::Hold;
use crate::name::BuyerId;
use crate::refusal::Refusal;

/// Seats that a buyer wants to have chosen and held.
#[derive(Clone, Debug)]
pub struct HoldBest {
    /// Chooses them.
    pub chooser: Chooser,
    /// What the request names.
    pub named: Named,
    /// Who is to hold them.
    pub buyer: BuyerId,
    /// How they are to be held.
    pub terms: HoldTerms,
}

impl Verb for HoldBest {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        if let Err(refusal) = self.may_hold(now) {
            return Plan::refuse(refusal);
        }
        let Some(known) = &seen.hold else { return Plan::Look(self.asked(&[]).hold_row()) };
        let choice = match self.chooser.choose(now, seen) {
            Ok(choice) => choice,
            Err(Pending::Look(look)) => return Plan::Look(look),
            Err(Pending::Short(short)) => return Plan::refuse(short.refusal()),
        };
        self.hold(now, known.as_ref(), &choice)
    }

    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        if seen.is_unanswered {
            return is_written(tried, refused);
        }
        beyond_limit(&self.asked(&[]), now, seen, tried, refused).unwrap_or(Next::Again)
    }

    /// Others are writing these seats: the next best will do.
    fn locked(&self, _: Moment, seen: &Seen, _: &Transaction, _: Refusal) -> Next {
        if seen.is_unanswered { Next::Answer(Err(Refusal::throttled())) } else { Next::Again }
    }

    fn learn(&self, seen: &mut Seen, refused: &Refused) {
        self.chooser.learn(seen, refused);
    }

    fn chooses(&self) -> bool {
        true
    }
}

impl HoldBest {
    /// What can be said before anything is read.
    ///
    /// # Errors
    /// The event does not allow such a hold, or none now.
    pub fn may_hold(&self, now: Moment) -> Result<(), Refusal> {
        let event = &self.chooser.event;
        self.terms.length(event)?;
        event.check_on_sale(now)?;
        let most = event.rules.max_seats_per_hold;
        if self.named.quantity > most { Err(Refusal::too_many_seats(most)) } else { Ok(()) }
    }

    fn hold(&self, now: Moment, known: Option<&Hold>, choice: &Choice) -> Plan {
        let asked = self.asked(&choice.seats);
        let verb = HoldSeats { asked, table: None, terms: self.terms.clone() };
        match verb.decide(now, known) {
            Ok(held) => held.plan(&verb.asked, known, None, Some(choice.together), now),
            Err(refusal) => Plan::refuse(refusal),
        }
    }

    fn asked(&self, chosen: &[u32]) -> AskedSeats {
        let Chooser { event, inventory, .. } = &self.chooser;
        AskedSeats::chosen(event, inventory, &self.buyer, chosen, &self.named)
    }
}

/// An attempt that was never answered may have held what it chose, or may yet do so: then this request chooses nothing else.
fn is_written(tried: &Transaction, refused: &Refused) -> Next {
    match (&refused.hold, &tried.answer) {
        (Some(Found::Row(Some(found))), Ok(Answer::Held { hold, .. })) if found == hold => {
            Next::Answer(tried.answer.clone())
        }
        _ => Next::Answer(Err(Refusal::throttled())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "hold_best_tests.rs"]
mod tests;
