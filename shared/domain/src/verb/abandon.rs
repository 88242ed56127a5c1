//! Abandoning: what a buyer holds is given up because the session that it belongs to is over.

use super::release::{self, freed};
use super::{Next, Plan, Refused, Seen, Transaction, Verb};
use crate::answer::Answer;
use crate::clock::Moment;
use crate::event::Event;
use crate::name::HoldId;
use std::sync::Arc;

/// A hold whose buyer is gone. [`Seen`] has the buyer's hold row from the start.
#[derive(Clone, Debug)]
pub struct AbandonHold {
    /// The event.
    pub event: Arc<Event>,
    /// The hold that belonged to the session. Another one that the buyer has begun since stays.
    pub hold: HoldId,
}

impl Verb for AbandonHold {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let is_meant = |hold: &&crate::hold::Hold| hold.id == self.hold && hold.of_session && hold.is_live(now);
        match seen.known_hold().filter(is_meant) {
            Some(hold) => Plan::Commit(Transaction {
                event: self.event.clone(),
                writes: release::writes(hold, &hold.seats),
                answer: Ok(freed(&self.event, hold.seats.clone())),
            }),
            None => Plan::Answer(Ok(freed(&self.event, Vec::new()))),
        }
    }

    /// The buyer came back and did something with the hold, or its time is over.
    fn refused(&self, _: Moment, _: &Seen, _: &Transaction, refused: &Refused) -> Next {
        match refused.hold {
            Some(_) => Next::Again,
            None => Next::Answer(Ok(Answer::Released { event: self.event.id.clone(), seats: Vec::new() })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hold::Hold;
    use crate::samples::{some_event, some_hold};

    const NOW: Moment = Moment(500);

    fn plan(hold: Hold) -> Plan {
        let verb = AbandonHold { event: Arc::new(some_event()), hold: some_hold(1).id };
        verb.plan(NOW, &Seen { hold: Some(Some(hold)), ..Seen::default() })
    }

    #[test]
    fn only_a_live_hold_of_the_session_is_given_up() {
        let bound = Hold { of_session: true, ..some_hold(2) };
        assert!(matches!(plan(bound.clone()), Plan::Commit(_)));
        let left = Hold { of_session: false, ..bound.clone() };
        let over = Hold { expires_at: Moment(499), ..bound.clone() };
        let another = Hold { id: HoldId::derived(&["another"]), ..bound };
        for kept in [left, over, another] {
            assert!(matches!(plan(kept), Plan::Answer(Ok(Answer::Released { seats, .. })) if seats.is_empty()));
        }
    }
}
