//! Areas by what shows of their places: counted, never listed one by one.

use domain::inventory::Inventory;
use domain::seat::Status;
use domain::unsold::Unsold;

/// Places of an area by what they show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaCount {
    /// Anybody may take them.
    pub available: usize,
    /// Held by somebody.
    pub held: usize,
    /// Sold.
    pub booked: usize,
    /// Not for sale.
    pub blocked: usize,
    /// Held by the caller.
    pub held_by_me: usize,
}

impl AreaCount {
    fn add(&mut self, shown: Status, count: usize) {
        match shown {
            Status::Available => self.available += count,
            Status::Held => self.held += count,
            Status::Booked => self.booked += count,
            Status::Blocked => self.blocked += count,
        }
    }

    fn counted(self) -> usize {
        self.available + self.held + self.booked + self.blocked
    }
}

/// The count of each area, in the inventory's order. `changed` are the seats and places that ever changed, with what they are
/// now and whether the caller holds them.
pub fn counts(
    inventory: &Inventory,
    unsold: &Unsold<'_>,
    changed: impl Iterator<Item = (u32, Status, bool)>,
) -> Vec<AreaCount> {
    let mut counts = vec![AreaCount::default(); inventory.areas().len()];
    for (index, status, is_mine) in changed {
        if let Some(count) = inventory.area_of(index).and_then(|area| counts.get_mut(area)) {
            count.add(unsold.shown(index, status), 1);
            count.held_by_me += usize::from(is_mine);
        }
    }
    for (area, count) in inventory.areas().iter().zip(&mut counts) {
        // What never changed is free, or not for sale.
        let untouched = area.capacity().saturating_sub(count.counted());
        count.add(unsold.shown(area.places.start, Status::Available), untouched);
    }
    counts
}
