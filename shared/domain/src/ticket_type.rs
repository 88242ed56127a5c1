//! Ticket types: what one seat of an event is sold as (adult, child, …), each with prices of its own.

use crate::money::Minor;
use crate::name::{CategoryId, SeatId, TicketTypeId, one_form};
use crate::refusal::Refusal;
use std::collections::BTreeMap;

/// One of an event's ticket types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketType {
    /// Its id, unique in the event.
    pub id: TicketTypeId,
    /// What people call it.
    pub name: String,
    /// Its price in the categories where it has one of its own; in the others it costs the category's price.
    pub prices: BTreeMap<CategoryId, Minor>,
}

/// How many seats are to be of each ticket type.
pub type TypesByCount = Vec<(TicketTypeId, usize)>;

/// The ticket types that a request names, by seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypesBySeat(pub BTreeMap<SeatId, TicketTypeId>);

impl TypesBySeat {
    /// The type that the request names for a seat. The seat's own id may be in another form, which was stored before
    /// ids became NFC.
    #[must_use]
    pub fn of(&self, seat: &SeatId) -> Option<&TicketTypeId> {
        self.0.get(one_form(seat.as_str()).as_ref())
    }

    /// Checks that only seats which the request asks for have a type here.
    ///
    /// # Errors
    /// `invalid_data`, with the other seats.
    pub fn check_seats(&self, asked: &[SeatId]) -> Result<(), Refusal> {
        let is_asked = |named: &SeatId| asked.iter().any(|seat| one_form(seat.as_str()) == named.as_str());
        let strange: Vec<&str> = self.0.keys().filter(|named| !is_asked(named)).map(SeatId::as_str).collect();
        match strange.is_empty() {
            true => Ok(()),
            false => {
                Err(Refusal::invalid(format!("ticketTypes names seats that are not asked for: {}", strange.join(", "))))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn types(seats: &[&str]) -> TypesBySeat {
        let child = TicketTypeId::parse("child").unwrap();
        TypesBySeat(seats.iter().map(|seat| (SeatId::parse(seat).unwrap(), child.clone())).collect())
    }

    #[test]
    fn a_seat_that_was_stored_in_another_form_has_the_type_that_is_named_for_it() {
        let stored = SeatId::stored("Cafe\u{301}").unwrap();
        for sent in ["Caf\u{e9}", "Cafe\u{301}"] {
            assert!(types(&[sent]).of(&stored).is_some(), "{sent}");
            assert!(types(&[sent]).check_seats(std::slice::from_ref(&stored)).is_ok(), "{sent}");
        }
        assert!(types(&["a"]).of(&stored).is_none());
    }

    #[test]
    fn a_type_for_a_seat_that_is_not_asked_for_is_refused_by_name() {
        let asked = [SeatId::parse("a").unwrap()];
        assert!(types(&["a"]).check_seats(&asked).is_ok());
        let refusal = types(&["a", "b", "c"]).check_seats(&asked).unwrap_err();
        assert_eq!(refusal.message, "ticketTypes names seats that are not asked for: b, c");
    }
}
