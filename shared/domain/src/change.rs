//! A seat's change as watchers are told of it. It names nobody.

use crate::clock::Moment;
use crate::name::SeatId;
use crate::seat::Status;
use std::collections::BTreeMap;

/// A seat's state as watchers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatChange {
    /// The seat.
    pub seat: SeatId,
    /// Its status.
    pub status: Status,
    /// The end of its hold, while held.
    pub expires_at: Option<Moment>,
    /// One more with each change.
    pub version: u64,
}

impl SeatChange {
    /// The same seat as it is at `now`: a hold that is over keeps it no more.
    #[must_use]
    pub fn at(self, now: Moment) -> Self {
        let status = self.status.at(self.expires_at, now);
        Self { status, expires_at: self.expires_at.filter(|_| status == Status::Held), ..self }
    }
}

/// Keeps the newest state of each seat.
#[must_use]
pub fn coalesce(changes: impl IntoIterator<Item = SeatChange>) -> Vec<SeatChange> {
    let mut newest: BTreeMap<SeatId, SeatChange> = BTreeMap::new();
    for change in changes {
        match newest.get(&change.seat) {
            Some(known) if known.version >= change.version => {}
            _ => {
                newest.insert(change.seat.clone(), change);
            }
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn change(seat: &str, version: u64, status: Status) -> SeatChange {
        SeatChange { seat: SeatId::parse(seat).unwrap(), status, expires_at: None, version }
    }

    #[test]
    fn a_hold_that_is_over_keeps_its_seat_no_more() {
        let held = SeatChange { expires_at: Some(Moment(10_000)), ..change("a", 3, Status::Held) };
        assert_eq!(held.clone().at(Moment(12_000)), held, "nobody may take it before the clocks' skew has passed");
        assert_eq!(held.at(Moment(12_001)), change("a", 3, Status::Available));
        let booked = change("a", 4, Status::Booked);
        assert_eq!(booked.clone().at(Moment(i64::MAX)), booked);
    }

    #[test]
    fn the_newest_state_of_each_seat_is_kept_whatever_the_order() {
        let (old, new) = (change("a", 1, Status::Held), change("a", 2, Status::Available));
        let other = change("b", 1, Status::Booked);
        for order in [[&old, &new, &other], [&new, &old, &other], [&other, &new, &old]] {
            assert_eq!(coalesce(order.into_iter().cloned()), [new.clone(), other.clone()]);
        }
    }
}
