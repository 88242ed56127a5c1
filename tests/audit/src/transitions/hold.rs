//! How a buyer's hold may change: seats come and go, their prices stay with their types, its end comes no earlier.

use super::Commit;
use crate::view::{HoldView, PricedSeat};
use crate::violation::{Actor, Findings};

impl Commit<'_> {
    /// Checks a change of a hold's row. Whose request it may be is told by the key.
    pub(super) fn hold(&self, before: &HoldView, after: &HoldView, out: &mut Findings) {
        let may = *self.actor != Actor::Sweep || (before.of_session && after.seats.len() < before.seats.len());
        out.demand(may, 3, || format!("{:?} wrote {after}, which no session leaves behind", self.actor));
        if before.hold != after.hold {
            let is_over = before.seats.is_empty() || self.moment.may_be_past(before.expires_at);
            return out.demand(is_over, 5, || {
                format!("{after} replaced {}, which ends at {}", before.hold, before.expires_at)
            });
        }
        out.demand(before.expires_at <= after.expires_at, 5, || {
            format!("{after} ended at {} and now ends at {}", before.expires_at, after.expires_at)
        });
        out.demand(before.started_at == after.started_at, 5, || format!("{after} began at another time"));
        out.demand(before.of_session || !after.of_session, 5, || format!("{after} joined a session"));
        if before.expires_at != after.expires_at {
            self.extended(before, after, out);
        }
        out.demand(before.currency == after.currency, 8, || format!("{after} was in {}", before.currency));
        out.demand(after.revision == before.revision.saturating_add(1), 7, || {
            format!("{after} went from revision {} to {}", before.revision, after.revision)
        });
        for now in &after.seats {
            // Another ticket type comes at its price of today.
            let is_same = |was: &PricedSeat| was.ticket_type != now.ticket_type || was.price == now.price;
            out.demand(before.listed(&now.seat).is_none_or(is_same), 8, || {
                format!("{after} changed the price of seat {} to {}", now.seat, now.price)
            });
        }
    }

    /// Its own buyer gives it more time, never beyond the longest that its event allows.
    fn extended(&self, before: &HoldView, after: &HoldView, out: &mut Findings) {
        out.demand(self.is_by(&after.buyer), 1, || format!("{:?} extended {after}", self.actor));
        let holds = !before.seats.is_empty() && !after.seats.is_empty();
        out.demand(holds, 5, || format!("{after} was extended, and holds nothing"));
        let most = self.before.event(&after.event).and_then(|event| event.max_hold_ms);
        let is_within = most.zip(after.started_at).is_none_or(|(most, start)| after.expires_at <= start + most);
        out.demand(is_within, 5, || {
            format!("{after} began at {:?} and ends at {}: longer than {most:?} ms", after.started_at, after.expires_at)
        });
    }
}
