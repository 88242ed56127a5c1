//! Seats whose category has no price: not for sale, so they show as blocked wherever nobody has them.

use crate::change::SeatChange;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::seat::Status;

/// Which seats of an event are not for sale.
#[derive(Debug)]
pub struct Unsold<'i> {
    inventory: &'i Inventory,
    /// By the index of the category.
    categories: Vec<bool>,
}

impl<'i> Unsold<'i> {
    /// What of this event's inventory the event does not sell.
    #[must_use]
    pub fn of(event: &Event, inventory: &'i Inventory) -> Self {
        let categories = inventory.categories().iter().map(|category| event.price(&category.id).is_none()).collect();
        Self { inventory, categories }
    }

    /// Whether the seat with this index, which must be one of the inventory's, is not for sale.
    #[must_use]
    pub fn has(&self, seat: u32) -> bool {
        self.categories[usize::from(self.inventory.seats()[seat as usize].category)]
    }

    /// How many seats are not for sale, whoever has them.
    #[must_use]
    pub fn count(&self) -> usize {
        if !self.categories.contains(&true) {
            return 0;
        }
        self.inventory.seats().iter().filter(|seat| self.categories[usize::from(seat.category)]).count()
    }

    /// The status that the seat with this index shows, whose own status is `status`.
    #[must_use]
    pub fn shown(&self, seat: u32, status: Status) -> Status {
        match status {
            Status::Available if self.has(seat) => Status::Blocked,
            Status::Available | Status::Held | Status::Booked | Status::Blocked => status,
        }
    }

    /// A change as watchers see it. What the inventory does not have is told as it is.
    #[must_use]
    pub fn told(&self, change: SeatChange) -> SeatChange {
        match self.inventory.seat_index(change.seat.as_str()) {
            Some(seat) => SeatChange { status: self.shown(seat, change.status), ..change },
            None => change,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::name::{CategoryId, SeatId};
    use crate::samples::hall_layout;
    use crate::samples::some_event;

    /// The sample event without a price for the first two rows of its hall, and for the table.
    fn without_vip() -> Event {
        let mut event = some_event();
        event.prices.insert(CategoryId::parse("vip").unwrap(), None);
        event
    }

    #[test]
    fn a_seat_without_a_price_shows_as_blocked_while_nobody_has_it() {
        let layout = hall_layout(10, 10);
        let (unsold, all) =
            (Unsold::of(&without_vip(), layout.inventory()), Unsold::of(&some_event(), layout.inventory()));
        assert_eq!((unsold.count(), all.count()), (28, 0));
        for (status, shown) in [
            (Status::Available, Status::Blocked),
            (Status::Held, Status::Held),
            (Status::Booked, Status::Booked),
            (Status::Blocked, Status::Blocked),
        ] {
            assert_eq!(unsold.shown(0, status), shown);
            assert_eq!((unsold.shown(20, status), all.shown(0, status)), (status, status));
        }
    }

    #[test]
    fn a_change_is_told_as_blocked_at_its_own_version() {
        let layout = hall_layout(10, 10);
        let unsold = Unsold::of(&without_vip(), layout.inventory());
        let change = |seat: &str| SeatChange {
            seat: SeatId::parse(seat).unwrap(),
            status: Status::Available,
            expires_at: None,
            version: 7,
        };
        let told = unsold.told(change("seat_A1"));
        assert_eq!((told.status, told.version), (Status::Blocked, 7));
        assert_eq!(unsold.told(change("seat_C1")).status, Status::Available);
        assert_eq!(unsold.told(change("gone")).status, Status::Available);
    }
}
