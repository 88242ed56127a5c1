//! How a buyer's hold may change: seats come and go, its end and their prices stay.

use super::Commit;
use crate::view::{HoldView, PricedSeat};
use crate::violation::Findings;

impl Commit<'_> {
    /// Checks a change of a hold's row. Whose request it may be is told by the key.
    pub(super) fn hold(&self, before: &HoldView, after: &HoldView, out: &mut Findings) {
        if before.hold != after.hold {
            let is_over = before.seats.is_empty() || self.moment.may_be_past(before.expires_at);
            return out.demand(is_over, 5, || {
                format!("{after} replaced {}, which ends at {}", before.hold, before.expires_at)
            });
        }
        out.demand(before.expires_at == after.expires_at, 5, || {
            format!("{after} ended at {} and now ends at {}", before.expires_at, after.expires_at)
        });
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
}
