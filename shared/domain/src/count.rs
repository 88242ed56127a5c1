//! How many seats of an event are free, held, sold and blocked.

use crate::seat::Status;
use crate::unsold::Unsold;

/// Seats by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All seats of the layout.
    pub total: usize,
    /// Held now.
    pub held: usize,
    /// Sold.
    pub booked: usize,
    /// Taken out of sale, or without a price and nobody's.
    pub blocked: usize,
}

impl Count {
    /// Counts the seats of the layout; `changed` are those that ever changed, with what they are now. The others are available,
    /// or not for sale.
    pub fn of(total: usize, changed: impl Iterator<Item = (u32, Status)>, unsold: &Unsold<'_>) -> Self {
        let mut count = Count { total, ..Count::default() };
        let mut unsold_and_had = 0;
        for (index, status) in changed {
            let had = match status {
                Status::Held => &mut count.held,
                Status::Booked => &mut count.booked,
                Status::Blocked => &mut count.blocked,
                Status::Available => continue,
            };
            *had += 1;
            unsold_and_had += usize::from(unsold.has(index));
        }
        count.blocked += unsold.count().saturating_sub(unsold_and_had);
        count
    }

    /// Seats that anybody may take.
    #[must_use]
    pub fn available(self) -> usize {
        self.total.saturating_sub(self.held + self.booked + self.blocked)
    }
}
