//! Sessions: a hold that its own buyer began over a socket ends, where the event says so, when the buyer has had no open
//! connection for a while.

use crate::clock::Moment;
use crate::event::Rules;
use crate::hold::Hold;
use crate::limits::CLOCK_SKEW_MS;
use crate::name::{BuyerId, EventId, HoldId};

/// A hold of a session whose buyer has no open connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The buyer.
    pub buyer: BuyerId,
    /// The event.
    pub event: EventId,
    /// The hold.
    pub hold: HoldId,
    /// Since when the buyer has no connection, as far as is known.
    pub since: Moment,
    /// When the hold is given up, unless the buyer comes back before.
    pub until: Moment,
}

impl Away {
    /// What becomes of a hold whose buyer has no connection from `now` on; none where it does not end with a session. One
    /// that ends by itself before is noted too: an older note of it would tell of an absence that is over.
    #[must_use]
    pub fn of(hold: &Hold, rules: &Rules, now: Moment) -> Option<Self> {
        let grace = rules.session_grace_seconds.filter(|_| hold.of_session && hold.is_live(now))?;
        Some(Self {
            buyer: hold.buyer.clone(),
            event: hold.event.clone(),
            hold: hold.id.clone(),
            since: now,
            until: now.plus(i64::from(grace) * 1_000),
        })
    }
}

impl Away {
    /// Whether the hold waits longer by now, for the event's rules have changed since this was noted.
    #[must_use]
    pub fn is_waiting(&self, rules: &Rules, now: Moment) -> bool {
        let grace = rules.session_grace_seconds;
        grace.is_some_and(|grace| now <= self.since.plus(i64::from(grace) * 1_000 + CLOCK_SKEW_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::some_hold;

    #[test]
    fn only_a_live_hold_of_a_session_waits_for_its_buyer_and_only_where_the_event_says_so() {
        let bound = Hold { of_session: true, expires_at: Moment(60_000), ..some_hold(1) };
        let rules = |seconds| Rules { session_grace_seconds: seconds, ..Rules::default() };
        let until = |hold: &Hold, seconds| Away::of(hold, &rules(seconds), Moment(1_000)).map(|away| away.until);
        assert_eq!(until(&bound, Some(30)), Some(Moment(31_000)));
        assert_eq!(until(&bound, None), None);
        assert_eq!(until(&Hold { of_session: false, ..bound.clone() }, Some(30)), None);
        assert_eq!(until(&Hold { expires_at: Moment(999), ..bound.clone() }, Some(30)), None, "it is over");
        assert_eq!(until(&bound, Some(59)), Some(Moment(60_000)), "it may have been noted before");
    }
}
