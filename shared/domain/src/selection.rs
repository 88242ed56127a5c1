//! The part of a hold that a release or a confirm is about.

use crate::clock::Moment;
use crate::hold::Hold;
use crate::inventory::Inventory;
use crate::limits::SEATS_PER_REQUEST_MAX;
use crate::name::{SeatId, TableId};
use crate::refusal::Refusal;
use crate::seat::{self, PricedSeat};

/// Seats that a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Seats by id, each once.
    pub seats: Vec<SeatId>,
    /// Tables, each for all of its seats.
    pub tables: Vec<TableId>,
}

impl Selection {
    /// Whether nothing is named, which means the whole hold.
    #[must_use]
    pub fn is_whole_hold(&self) -> bool {
        self.seats.is_empty() && self.tables.is_empty()
    }

    /// The named seats with the tables' seats, each once. A seat of the buyer's hold is known even if this layout lacks
    /// it: the event's layout may have changed a moment ago.
    ///
    /// # Errors
    /// `not_found` for a table and `invalid_data` for seats that neither layout nor hold have, or for more of them than
    /// a hold may have.
    pub fn expand(&self, inventory: &Inventory, hold: Option<&Hold>) -> Result<Vec<SeatId>, Refusal> {
        let mut seats: Vec<SeatId> = Vec::with_capacity(self.seats.len());
        let mut unknown = Vec::new();
        for named in &self.seats {
            match own_id(named, inventory, hold) {
                Some(seat) if seats.contains(seat) => {}
                Some(seat) => seats.push(seat.clone()),
                None => unknown.push(named.as_str()),
            }
        }
        if !unknown.is_empty() {
            return Err(Refusal::unknown_seats(&unknown));
        }
        for table in &self.tables {
            for seat in table_seats(inventory, table)? {
                if !seats.contains(&seat) {
                    seats.push(seat);
                }
            }
            if seats.len() > SEATS_PER_REQUEST_MAX {
                return Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX));
            }
        }
        Ok(seats)
    }
}

/// The stored id of a seat that a client names: a layout or hold that was stored before ids became NFC may have the id
/// in another form.
fn own_id<'a>(named: &SeatId, inventory: &'a Inventory, hold: Option<&'a Hold>) -> Option<&'a SeatId> {
    let in_inventory = || inventory.find_seat(named).map(|at| &inventory.seats()[at as usize].id);
    let in_hold = hold.and_then(|hold| seat::named(&hold.seats, named)).map(|seat| &seat.id);
    in_hold.or_else(in_inventory)
}

/// The seats of a table.
///
/// # Errors
/// `not_found` for a table that the layout does not have, or one without seats.
pub fn table_seats(inventory: &Inventory, table: &TableId) -> Result<Vec<SeatId>, Refusal> {
    inventory.table_seat_ids(table.as_str()).ok_or_else(|| Refusal::no_table(table))
}

/// Picks the named seats from the hold; none named means all of them.
///
/// # Errors
/// `not_held`, with the named seats that the buyer does not hold at `now`.
pub fn pick(now: Moment, hold: Option<&Hold>, named: Option<&[SeatId]>) -> Result<Vec<PricedSeat>, Refusal> {
    let live = hold.filter(|hold| hold.is_live(now));
    let Some(named) = named else {
        return Ok(live.map(|hold| hold.seats.clone()).unwrap_or_default());
    };
    let Some(hold) = live else { return Err(Refusal::not_held(named)) };
    let missing: Vec<SeatId> = named.iter().filter(|seat| !hold.has(seat)).cloned().collect();
    if !missing.is_empty() {
        return Err(Refusal::not_held(&missing));
    }
    Ok(hold.seats.iter().filter(|s| named.contains(&s.id)).cloned().collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::hold::ids;
    use crate::refusal::Code;
    use crate::samples::some_hold;
    use crate::samples::{hall_layout, older_hall};

    fn seats(ids: &[&str]) -> Vec<SeatId> {
        ids.iter().map(|id| SeatId::parse(id).unwrap()).collect()
    }

    #[test]
    fn nothing_named_means_the_whole_live_hold() {
        let hold = some_hold(3);
        assert_eq!(pick(Moment(1_000), Some(&hold), None).unwrap().len(), 3);
        assert_eq!(pick(Moment(1_001), Some(&hold), None).unwrap().len(), 0, "its time is over");
        assert_eq!(pick(Moment(0), None, None).unwrap().len(), 0);
    }

    #[test]
    fn the_holder_may_act_until_the_very_expiry() {
        let named = seats(&["seat_0"]);
        assert!(pick(Moment(1_000), Some(&some_hold(1)), Some(&named)).is_ok());
        assert_eq!(pick(Moment(1_001), Some(&some_hold(1)), Some(&named)).unwrap_err().code, Code::NotHeld);
    }

    #[test]
    fn a_seat_that_is_not_held_is_named_and_nothing_is_picked() {
        let refusal = pick(Moment(0), Some(&some_hold(2)), Some(&seats(&["seat_1", "seat_7", "seat_8"]))).unwrap_err();
        assert_eq!(refusal.message, "User does not hold all required seats: seat_7, seat_8");
    }

    #[test]
    fn tables_stand_for_their_seats_once() {
        let table = TableId::parse("table_VIP_001").unwrap();
        let selection = Selection { seats: seats(&["seat_table_VIP_001_3", "seat_A1"]), tables: vec![table] };
        let expanded = selection.expand(hall_layout(1, 1).inventory(), None).unwrap();
        assert_eq!(expanded.len(), 9);
        assert_eq!(ids(&pick(Moment(0), Some(&some_hold(2)), Some(&seats(&["seat_1"]))).unwrap()), ["seat_1"]);
    }

    #[test]
    fn a_seat_of_the_hold_is_known_whatever_layout_the_function_remembers() {
        let selection = Selection { seats: seats(&["seat_0"]), tables: vec![] };
        assert_eq!(selection.expand(hall_layout(1, 1).inventory(), Some(&some_hold(1))).unwrap(), seats(&["seat_0"]));
    }

    #[test]
    fn a_seat_that_was_stored_in_another_form_is_found_by_either() {
        let (stored, mut hold) = (SeatId::stored("Cafe\u{301}").unwrap(), some_hold(1));
        let selection = |form: &str| Selection { seats: seats(&[form, "Caf\u{e9}"]), tables: vec![] };
        let in_layout = selection("Cafe\u{301}").expand(older_hall("Cafe\u{301}", "t").inventory(), None);
        assert_eq!(in_layout, Ok(vec![stored.clone()]), "both names mean it");
        hold.seats[0].id = stored.clone();
        let in_hold = selection("Caf\u{e9}").expand(hall_layout(1, 1).inventory(), Some(&hold));
        assert_eq!(in_hold, Ok(vec![stored]));
    }

    #[test]
    fn unknown_tables_and_seats_are_told_apart() {
        let unknown_table = Selection { seats: vec![], tables: vec![TableId::parse("nope").unwrap()] };
        assert_eq!(unknown_table.expand(hall_layout(1, 1).inventory(), None).unwrap_err().code, Code::NotFound);
        let unknown_seat = Selection { seats: seats(&["nope"]), tables: vec![] };
        assert_eq!(
            unknown_seat.expand(hall_layout(1, 1).inventory(), None).unwrap_err().message,
            "Invalid seat IDs: nope"
        );
    }
}
