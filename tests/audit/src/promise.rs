//! What an acknowledged answer promised, and whether the table still keeps it.

use crate::books::Books;
use crate::money::minor;
use crate::view::BookingView;
use crate::violation::Violation;

/// What an answer promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A confirm was answered with a booking.
    Booked {
        /// The booking.
        booking: String,
        /// The buyer.
        buyer: String,
        /// The event.
        event: String,
        /// Each seat with its price as the text of the answer's JSON number: `150` or `12.5`.
        seats: Vec<(String, String)>,
        /// The sum, in the same form.
        total: String,
        /// Whether somebody may have asked for its cancellation, acknowledged or not.
        may_be_cancelled: bool,
    },
}

impl Books {
    /// Whether an acknowledged answer still stands in the table.
    #[must_use]
    pub fn kept(&self, promise: &Promise) -> Option<Violation> {
        let Promise::Booked { booking: id, buyer, event, seats, total, may_be_cancelled } = promise;
        let broken = |invariant, why: &str| {
            Some(Violation { invariant, what: format!("booking {id} of buyer {buyer} was acknowledged, but {why}") })
        };
        let Some(booking) = self.booking(id) else { return broken(7, "is not in the table") };
        if booking.buyer != *buyer || booking.event != *event {
            return broken(1, &format!("the table has {booking}"));
        }
        if !booking.is_confirmed() && !may_be_cancelled {
            return broken(7, "is cancelled, for which nobody asked");
        }
        let mut told: Vec<(&str, Option<i64>)> =
            seats.iter().map(|(seat, price)| (seat.as_str(), minor(price, &booking.currency))).collect();
        // Who asks again after some seats were cancelled is told of the others.
        let is_told =
            |seat: &str| !booking.cancelled.iter().any(|c| c == seat) || seats.iter().any(|(told, _)| told == seat);
        let written = booking.seats.iter().filter(|listed| is_told(&listed.seat));
        let mut written: Vec<(&str, Option<i64>)> =
            written.map(|listed| (listed.seat.as_str(), Some(listed.price))).collect();
        told.sort_unstable();
        written.sort_unstable();
        if told != written {
            return broken(8, &format!("seats and prices were {told:?} then and are {written:?} now"));
        }
        if minor(total, &booking.currency) != told.iter().map(|(_, price)| *price).sum() {
            return broken(8, &format!("the total of {total} is not the sum of its prices"));
        }
        if !booking.cancelled.is_empty() && !may_be_cancelled {
            return broken(7, "has cancelled seats, for which nobody asked");
        }
        let lost = booking.seats.iter().find(|listed| booking.stands(&listed.seat) && !self.has(booking, &listed.seat));
        lost.and_then(|lost| broken(2, &format!("seat {} is not booked by it", lost.seat)))
    }

    fn has(&self, booking: &BookingView, seat: &str) -> bool {
        let row = self.seat(&booking.event, seat);
        row.is_some_and(|row| row.status == "booked" && row.booking.as_ref() == Some(&booking.booking))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOW, book, booking, cancelled, event, table};

    fn promise() -> Promise {
        Promise::Booked {
            booking: "b1".into(),
            buyer: "ann".into(),
            event: "e1".into(),
            seats: vec![("b".into(), "1.5".into()), ("a".into(), "1.50".into())],
            total: "3".into(),
            may_be_cancelled: false,
        }
    }

    fn sold() -> Books {
        let seats = ["a", "b"];
        table(
            seats
                .map(|seat| book(seat, 2, "b1", "ann"))
                .into_iter()
                .chain([event(), booking("b1", "ann", &seats, None)]),
        )
    }

    fn broken(books: &Books, change: fn(&mut Promise)) -> Option<u8> {
        let mut promise = promise();
        change(&mut promise);
        books.kept(&promise).map(|violation| violation.invariant)
    }

    #[test]
    fn a_booking_that_stands_is_kept() {
        assert_eq!(sold().kept(&promise()), None);
    }

    #[test]
    fn an_answer_that_the_table_does_not_keep_is_found() {
        assert_eq!(Books::new().kept(&promise()).map(|v| v.invariant), Some(7));
        assert_eq!(broken(&sold(), |Promise::Booked { buyer, .. }| *buyer = "bob".into()), Some(1));
        assert_eq!(broken(&sold(), |Promise::Booked { seats, .. }| drop(seats.pop())), Some(8));
        assert_eq!(broken(&sold(), |Promise::Booked { seats, .. }| seats[0].1 = "1.51".into()), Some(8));
        assert_eq!(broken(&sold(), |Promise::Booked { total, .. }| *total = "3.01".into()), Some(8));
        let seatless = table([event(), booking("b1", "ann", &["a", "b"], None)]);
        assert_eq!(broken(&seatless, |_| ()), Some(2));
    }

    #[test]
    fn a_booking_is_cancelled_only_if_somebody_may_have_asked() {
        let books = table([event(), cancelled(booking("b1", "ann", &["a", "b"], None), NOW)]);
        assert_eq!(broken(&books, |_| ()), Some(7));
        assert_eq!(broken(&books, |Promise::Booked { may_be_cancelled, .. }| *may_be_cancelled = true), None);
    }
}
