//! Extending: a live hold gets its usual length again from now on, up to the event's longest. Its seats and its row
//! change together.

use super::{Found, Next, Plan, Refused, Seen, Transaction, Verb, no_live_hold, no_longer_held};
use crate::answer::Answer;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::refusal::{Code, Refusal};
use crate::write::Write;
use std::sync::Arc;

/// More time for what a buyer holds. [`Seen`] has the buyer's hold row from the start.
#[derive(Clone, Debug)]
pub struct ExtendHold {
    /// The event.
    pub event: Arc<Event>,
    /// Whether the hold no longer ends with its buyer's session from here on.
    pub leaves_session: bool,
}

impl Verb for ExtendHold {
    fn plan(&self, now: Moment, seen: &Seen) -> Plan {
        let Some(before) = seen.known_hold().filter(|hold| hold.is_live(now)) else {
            return Plan::refuse(no_live_hold(seen.known_hold()));
        };
        let end = match self.event.check_on_sale(now).and_then(|()| self.end(now, before)) {
            Ok(end) => end,
            Err(refusal) => return Plan::refuse(refusal),
        };
        let after = Hold {
            expires_at: end,
            started_at: Some(before.begun(&self.event.rules)),
            of_session: before.of_session && !self.leaves_session,
            revision: before.revision + 1,
            ..before.clone()
        };
        if (after.expires_at, after.of_session) == (before.expires_at, before.of_session) {
            return Plan::Answer(Ok(Answer::Extended { hold: before.clone(), now }));
        }
        let answer = Ok(Answer::Extended { hold: after.clone(), now });
        Plan::Commit(Transaction { event: self.event.clone(), writes: writes(before, after), answer })
    }

    fn refused(&self, _: Moment, _: &Seen, tried: &Transaction, refused: &Refused) -> Next {
        match (&refused.hold, &tried.answer) {
            // An unanswered attempt of this request, or a repeat of it, has done exactly this.
            (Some(Found::Row(Some(found))), Ok(Answer::Extended { hold, .. })) if found == hold => {
                Next::Answer(tried.answer.clone())
            }
            (Some(_), _) => Next::Again,
            (None, _) => Next::Answer(Err(no_longer_held(refused))),
        }
    }
}

impl ExtendHold {
    /// When the hold is to end: its usual length from now on, but not beyond its longest, and never earlier than it
    /// does.
    fn end(&self, now: Moment, hold: &Hold) -> Result<Moment, Refusal> {
        let rules = &self.event.rules;
        let latest = hold.begun(rules).plus(rules.max_hold_ms());
        // What is gained where no time is: the hold outlives its buyer's session.
        let leaves = self.leaves_session && hold.of_session && rules.session_grace_seconds.is_some();
        if latest <= hold.expires_at && !leaves {
            let most = rules.max_hold_minutes;
            let end = hold.expires_at.rfc3339();
            let message = format!("A hold of this event lasts at most {most} minutes in all; yours ends at {end}");
            return Err(Refusal::new(Code::LimitExceeded, message));
        }
        Ok(now.plus(rules.hold_ms()).min(latest).max(hold.expires_at))
    }
}

/// Where the end stays, as where only the session is left, no seat changes.
fn writes(before: &Hold, after: Hold) -> Vec<Write> {
    let is_longer = after.expires_at > before.expires_at;
    let seats = before.seats.iter().filter(|_| is_longer);
    let extend = seats.map(|seat| Write::ExtendSeat {
        seat: seat.id.clone(),
        hold: before.id.clone(),
        expires_at: after.expires_at,
    });
    let mut writes: Vec<Write> = extend.collect();
    writes.push(Write::ReplaceHold { before: Box::new(before.clone()), after: Box::new(after) });
    writes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{some_event, some_hold};

    const MINUTE: i64 = 60_000;

    fn verb() -> ExtendHold {
        ExtendHold { event: Arc::new(some_event()), leaves_session: true }
    }

    /// A hold of two seats that began at 0, for the usual ten minutes.
    fn hold() -> Hold {
        Hold { started_at: Some(Moment(0)), expires_at: Moment(10 * MINUTE), ..some_hold(2) }
    }

    fn plan(hold: &Hold, now: Moment) -> Plan {
        verb().plan(now, &Seen { hold: Some(Some(hold.clone())), ..Seen::default() })
    }

    fn tried(hold: &Hold, now: Moment) -> Transaction {
        match plan(hold, now) {
            Plan::Commit(transaction) => transaction,
            other => unreachable!("{other:?}"),
        }
    }

    fn extended(hold: &Hold, now: Moment) -> Moment {
        match tried(hold, now).answer {
            Ok(Answer::Extended { hold, .. }) => hold.expires_at,
            other => unreachable!("{other:?}"),
        }
    }

    fn refusal(hold: &Hold, now: Moment) -> Refusal {
        match plan(hold, now) {
            Plan::Answer(Err(refusal)) => refusal,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn a_hold_gets_its_usual_length_again_up_to_the_events_longest() {
        assert_eq!(extended(&hold(), Moment(4 * MINUTE)), Moment(14 * MINUTE));
        let long = Hold { expires_at: Moment(25 * MINUTE), ..hold() };
        assert_eq!(extended(&long, Moment(24 * MINUTE)), Moment(30 * MINUTE), "the longest counts from its start");
        let older = Hold { started_at: None, ..hold() };
        let Ok(Answer::Extended { hold: noted, .. }) = tried(&older, Moment(4 * MINUTE)).answer else { unreachable!() };
        assert_eq!(noted.started_at, Some(Moment(0)), "the longest counts from there for good");
        assert_eq!(extended(&older, Moment(4 * MINUTE)), Moment(14 * MINUTE), "began its usual length before its end");
    }

    #[test]
    fn a_hold_never_ends_earlier_than_it_did() {
        let long = Hold { expires_at: Moment(20 * MINUTE), of_session: false, ..hold() };
        let plan = plan(&long, Moment(MINUTE));
        assert!(matches!(plan, Plan::Answer(Ok(Answer::Extended { hold, .. })) if hold == long), "nothing to write");
    }

    #[test]
    fn where_the_longest_leaves_nothing_to_gain_the_hold_stays() {
        let full = Hold { expires_at: Moment(30 * MINUTE), ..hold() };
        assert_eq!(refusal(&full, Moment(29 * MINUTE)).code, Code::LimitExceeded);
    }

    #[test]
    fn what_is_over_is_not_extended_and_the_seats_are_named() {
        assert!(matches!(plan(&hold(), Moment(10 * MINUTE)), Plan::Commit(_)));
        let late = refusal(&hold(), Moment(10 * MINUTE + 1));
        assert_eq!(
            (late.code, late.message.as_str()),
            (Code::NotHeld, "User does not hold all required seats: seat_0, seat_1")
        );
    }

    #[test]
    fn after_the_sales_window_nothing_is_extended() {
        let closed =
            ExtendHold { event: Arc::new(Event { sales_close_at: Some(Moment(0)), ..some_event() }), ..verb() };
        let plan = closed.plan(Moment(1), &Seen { hold: Some(Some(hold())), ..Seen::default() });
        assert!(matches!(plan, Plan::Answer(Err(refusal)) if refusal.code == Code::SalesClosed));
    }

    #[test]
    fn every_seat_and_the_row_change_together_the_row_last() {
        let [Write::ExtendSeat { .. }, Write::ExtendSeat { .. }, Write::ReplaceHold { after, .. }] =
            &tried(&hold(), Moment(MINUTE)).writes[..]
        else {
            unreachable!("two seats and the row")
        };
        assert_eq!((after.expires_at, after.revision), (Moment(11 * MINUTE), hold().revision + 1));
    }

    #[test]
    fn a_hold_leaves_its_session_also_where_its_end_stays() {
        let bound = Hold { expires_at: Moment(20 * MINUTE), of_session: true, ..hold() };
        let [Write::ReplaceHold { after, .. }] = &tried(&bound, Moment(MINUTE)).writes[..] else {
            unreachable!("the row alone")
        };
        assert!(!after.of_session && after.expires_at == bound.expires_at);
        let full = Hold { expires_at: Moment(30 * MINUTE), ..bound.clone() };
        assert_eq!(refusal(&full, Moment(29 * MINUTE)).code, Code::LimitExceeded, "the event has no sessions");
        let mut event = some_event();
        event.rules.session_grace_seconds = Some(30);
        let with_sessions = ExtendHold { event: Arc::new(event), ..verb() };
        let plan = with_sessions.plan(Moment(29 * MINUTE), &Seen { hold: Some(Some(full)), ..Seen::default() });
        assert!(matches!(plan, Plan::Commit(_)), "it outlives its session, where no time is left to gain");
        let over_socket = ExtendHold { leaves_session: false, ..verb() };
        let plan = over_socket.plan(Moment(MINUTE), &Seen { hold: Some(Some(bound)), ..Seen::default() });
        assert!(matches!(plan, Plan::Answer(Ok(_))));
    }

    #[test]
    fn an_extension_that_its_twin_has_made_is_made() {
        let tried = tried(&hold(), Moment(MINUTE));
        let Ok(Answer::Extended { hold: after, .. }) = &tried.answer else { unreachable!("it is extended") };
        let next = |found: &Hold| {
            let refused = Refused { hold: Some(Found::Row(Some(found.clone()))), ..Refused::default() };
            verb().refused(Moment(MINUTE), &Seen::default(), &tried, &refused)
        };
        assert!(matches!(next(after), Next::Answer(Ok(_))));
        assert!(matches!(next(&Hold { revision: after.revision + 1, ..after.clone() }), Next::Again));
    }
}
