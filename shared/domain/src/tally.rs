//! What limits one buyer in an event whose rules do: how much the buyer has booked there. What the buyer holds is not
//! counted here, since the hold's row tells, and a hold that is over counts no more without a write.

use crate::name::BookingId;
use crate::refusal::{Code, Refusal};

/// A buyer's bookings in one event, as the row of the buyer's limits counts them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seats that are booked and not cancelled.
    pub booked: usize,
    /// The booking that stands, where the event allows one for each buyer.
    pub only: Option<BookingId>,
}

/// What a booking counts for in its buyer's [`Tally`]: cancelling it takes away exactly that, whatever the event's rules
/// say by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Nothing: the event limited nobody when the booking was made.
    #[default]
    No,
    /// Its seats.
    Seats,
    /// Its seats, and it is the one booking that its buyer may have.
    SeatsAndOnly,
}

/// The refusal of more seats in one hold than one buyer may have, whatever the buyer has booked.
#[must_use]
pub fn too_many_held(most: usize, held: usize) -> Refusal {
    let message = format!("One buyer may have at most {most} seats in this event; you hold {held} there");
    Refusal::new(Code::LimitExceeded, message)
}

/// The refusal of more seats than one buyer may have.
#[must_use]
pub fn too_many_for_buyer(most: usize, held: usize, booked: usize) -> Refusal {
    let message = format!(
        "One buyer may have at most {most} seats in this event; you hold {held} there and have booked {booked}"
    );
    Refusal::new(Code::LimitExceeded, message)
}
