//! What a verb has done, as values. The service's `output` gives them the words that clients read.

use crate::booking::Booking;
use crate::clock::Moment;
use crate::hold::Hold;
use crate::name::{EventId, TableId};
use crate::seat::PricedSeat;

/// Something done.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Seats are held.
    Held {
        /// The hold that they are in.
        hold: Hold,
        /// The seats that were asked for, held already or not.
        seats: Vec<PricedSeat>,
        /// The table that was asked for, where it was one.
        table: Option<TableId>,
        /// Whether the seats are side by side, where they were chosen for the buyer.
        together: Option<bool>,
        /// The time of the decision, by which a client counts down.
        now: Moment,
    },
    /// A hold has more time, or as much as it had.
    Extended {
        /// The hold.
        hold: Hold,
        /// The time of the decision, by which a client counts down.
        now: Moment,
    },
    /// Seats are booked.
    Booked {
        /// The booking.
        booking: Booking,
        /// Whether the request asks to book in one step, with no hold before.
        in_one_step: bool,
    },
    /// Seats are free again that were held.
    Released {
        /// Their event.
        event: EventId,
        /// The seats.
        seats: Vec<PricedSeat>,
    },
    /// Seats of a booking are free again.
    Cancelled {
        /// The booking, without them.
        booking: Booking,
        /// How many of its seats this request has cancelled.
        seats: usize,
    },
}
