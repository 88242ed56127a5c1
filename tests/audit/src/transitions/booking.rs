//! How a booking comes about, and the one thing that may happen to it.

use super::Commit;
use crate::books::Entry;
use crate::view::{BookingView, PricedSeat};
use crate::violation::{Actor, Findings};

impl Commit<'_> {
    /// Checks that a booking is made by its buyer, and of what the buyer held at the prices and in the currency of the hold.
    /// Seats that were nobody's are sold at once; what they cost is told by their rows. That all its seats come with it is a
    /// relation of its row.
    pub(super) fn new_booking(&self, booking: &BookingView, out: &mut Findings) {
        out.demand(self.is_by(&booking.buyer), 1, || format!("{:?} made {booking}", self.actor));
        out.demand(booking.is_confirmed(), 2, || format!("{booking} began as {}", booking.status));
        let hold = self.before.hold(&booking.buyer, &booking.event);
        let is_held = |sold: &&PricedSeat| {
            let seat = self.before.seat(&booking.event, &sold.seat);
            seat.is_some_and(|seat| seat.status == "held" && self.is_out_of_hold(seat))
        };
        for sold in booking.seats.iter().filter(is_held) {
            out.demand(hold.is_none_or(|hold| hold.currency == booking.currency), 8, || {
                format!("{booking} is in {}, unlike the hold that it comes from", booking.currency)
            });
            let held = hold.and_then(|hold| hold.listed(&sold.seat));
            let is_so = held.is_some_and(|held| held.price == sold.price || held.ticket_type != sold.ticket_type);
            out.demand(is_so, 8, || format!("{booking} sells {sold:?}, which was held as {held:?}"));
        }
    }

    /// Checks that a booking, or seats of it, were cancelled by who may do so; `same` says whether all else stayed as
    /// it was. What was cancelled stays so.
    pub(super) fn changed_booking(&self, before: &BookingView, after: &BookingView, same: bool, out: &mut Findings) {
        let is_less = before.seats.iter().any(|listed| before.stands(&listed.seat) && !after.stands(&listed.seat));
        let is_more = before.seats.iter().any(|listed| !before.stands(&listed.seat) && after.stands(&listed.seat));
        let is_cancelled = before.is_confirmed() && is_less && !is_more;
        out.demand(is_cancelled && same, 2, || format!("{after} was {} and its record was rewritten", before.status));
        let may = *self.actor == Actor::Admin || self.is_by(&before.buyer);
        out.demand(may, 1, || format!("{:?} changed {after}", self.actor));
    }
}

/// Whether two rows of a booking differ in nothing but its cancellation.
pub(super) fn is_same_record(before: &Entry, after: &Entry) -> bool {
    let record = |entry: &Entry| {
        let mut row = entry.row.clone();
        row.retain(|name, _| !["status", "cancelledAt", "cancelledSeats"].contains(&name.as_str()));
        row
    };
    record(before) == record(after)
}
