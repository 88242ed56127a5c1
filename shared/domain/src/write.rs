//! The writes that a transaction is made of, each with the values that its condition compares. The conditions stand in
//! one file of the store (`write.rs`); how a verb arrives at its writes stands in [`crate::verb`].
//!
//! The order of the writes is the order of precedence of their refusals.

use crate::booking::{Booking, Payment};
use crate::clock::Moment;
use crate::hold::{Due, Hold};
use crate::name::{BookingId, BuyerId, HoldId, SeatId};
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
    /// Deletes a due row, unless the outbox has written it anew.
    ForgetDue(Due),
    /// Checks that a change of the event's layout still stands; writes nothing.
    CheckChange(String),
}
