//! The writes that a transaction is made of, each with the values that its condition compares. The conditions stand in
//! one file of the store (`write.rs`); how a verb arrives at its writes stands in [`crate::verb`].
//!
//! The order of the writes is the order of precedence of their refusals.

use crate::booking::{Booking, Payment};
use crate::clock::Moment;
use crate::hold::{Due, Hold};
use crate::money::Minor;
use crate::name::{BookingId, BuyerId, EventId, HoldId, SeatId, TicketTypeId};
use crate::order::FailedOrder;
use crate::seat::PricedSeat;

/// One conditional write.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Takes a free seat into a hold.
    HoldSeat {
        /// The seat at its price.
        seat: PricedSeat,
        /// The hold.
        hold: HoldId,
        /// Whose hold it is.
        buyer: BuyerId,
        /// The end of the hold.
        expires_at: Moment,
    },
    /// Books a seat of a live hold.
    BookSeat {
        /// The seat.
        seat: SeatId,
        /// The hold that it is in.
        hold: HoldId,
        /// The booking that it becomes part of.
        booking: BookingId,
    },
    /// Books a seat of a live hold as another ticket type than it was held as.
    BookSeatAs {
        /// The seat.
        seat: SeatId,
        /// The type that it is sold as.
        ticket_type: TicketTypeId,
        /// Its price as this type today.
        price: Minor,
        /// The hold that it is in.
        hold: HoldId,
        /// The booking that it becomes part of.
        booking: BookingId,
    },
    /// Books a free seat at once, with no hold before.
    BookFreeSeat {
        /// The seat at its price.
        seat: PricedSeat,
        /// The buyer.
        buyer: BuyerId,
        /// The booking that it becomes part of.
        booking: BookingId,
    },
    /// Gives a seat of a live hold a later end.
    ExtendSeat {
        /// The seat.
        seat: SeatId,
        /// The hold that it is in.
        hold: HoldId,
        /// The hold's new end.
        expires_at: Moment,
    },
    /// Frees a seat of a hold that its buyer gives up.
    ReleaseSeat {
        /// The seat.
        seat: SeatId,
        /// The hold that it is in.
        hold: HoldId,
    },
    /// Frees a seat of a booking.
    CancelSeat {
        /// The seat.
        seat: SeatId,
        /// The booking that it is in.
        booking: BookingId,
    },
    /// Frees a seat of a hold that ended longer ago than clocks can differ.
    ExpireSeat {
        /// The seat.
        seat: SeatId,
        /// The hold that it was in.
        hold: HoldId,
    },
    /// Takes a seat that nobody has out of its event, for a change of the event's layout.
    WithdrawSeat {
        /// The seat.
        seat: SeatId,
        /// The change.
        change: String,
    },
    /// Writes the row of a new hold, where the buyer has no hold row in the event or an expired one.
    BeginHold(Box<Hold>),
    /// Writes a hold row over the one that the plan saw.
    ReplaceHold {
        /// As it was seen, live or not.
        before: Box<Hold>,
        /// As it is to be.
        after: Box<Hold>,
    },
    /// Checks that the buyer's hold row is as the plan saw it; writes nothing.
    CheckHold {
        /// The buyer.
        buyer: BuyerId,
        /// The event.
        event: EventId,
        /// As it was seen; none: no row, or one whose hold has expired.
        seen: Option<Box<Hold>>,
    },
    /// Notes that a payment has paid for a booking, which it can do once.
    GuardPayment {
        /// The payment.
        payment: Payment,
        /// What it pays for.
        booking: BookingId,
    },
    /// Puts a booking on record.
    AddBooking(Box<Booking>),
    /// Notes in a booking which of its seats are cancelled.
    CancelInBooking {
        /// As it was seen.
        before: Box<Booking>,
        /// As it is to be.
        after: Box<Booking>,
    },
    /// Checks that a buyer has at most so many seats booked in the event; writes nothing.
    CheckTally {
        /// The buyer.
        buyer: BuyerId,
        /// So many.
        booked_at_most: usize,
    },
    /// Counts a booking among its buyer's limits.
    AddToTally {
        /// The booking.
        booking: Box<Booking>,
        /// How many seats the buyer may have booked before; none does not limit them.
        booked_at_most: Option<usize>,
    },
    /// Counts cancelled seats of a booking no more.
    TakeFromTally {
        /// The booking, with them.
        before: Box<Booking>,
        /// The booking, without them.
        after: Box<Booking>,
    },
    /// Checks that a payment has paid for nothing; writes nothing.
    CheckUnpaid(Payment),
    /// Puts a failed order on record, where it is not yet.
    AddFailedOrder(Box<FailedOrder>),
    /// Deletes a due row, unless the outbox has written it anew.
    ForgetDue(Due),
    /// Checks that a change of the event's layout still stands; writes nothing.
    CheckChange(String),
}
