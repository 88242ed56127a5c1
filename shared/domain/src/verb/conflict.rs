//! Why seats cannot be held, and the refusal that says so.

use crate::name::SeatId;
use crate::refusal::{Code, Refusal};

/// The message to a buyer who asks for seats of their own hold within the clock skew after its end.
const JUST_ENDED: &str = "This hold has just ended; try again in 2 s";

/// Why a seat could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Another buyer holds it.
    Held,
    /// The buyer's own hold has it, and ended within the clock skew.
    JustEnded,
    /// It is sold.
    Booked,
    /// The house has taken it out of sale, or it has no price.
    Blocked,
    /// Another transaction was writing its row.
    Locked,
}

impl Conflict {
    fn code(self) -> Code {
        match self {
            Self::Held | Self::JustEnded => Code::SeatHeld,
            Self::Booked => Code::SeatBooked,
            Self::Blocked => Code::SeatBlocked,
            Self::Locked => Code::SeatLocked,
        }
    }
}

/// The refusal that names each seat with its own code. `conflicts` is not empty.
pub fn refusal(conflicts: &[(SeatId, Conflict)]) -> Refusal {
    let codes: Vec<(SeatId, Code)> = conflicts.iter().map(|(id, conflict)| (id.clone(), conflict.code())).collect();
    let mut refusal = Refusal::conflicts(&codes);
    let mut held = conflicts.iter().filter(|(_, conflict)| conflict.code() == Code::SeatHeld);
    if refusal.code == Code::SeatHeld && held.all(|(_, conflict)| *conflict == Conflict::JustEnded) {
        JUST_ENDED.clone_into(&mut refusal.message);
    }
    refusal
}
