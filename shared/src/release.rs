//! Which of a buyer's held seats a request means: the decision that releasing and confirming share.

use crate::clock::Ms;
use crate::hold::Hold;
use crate::layout::Layout;
use crate::name::{SeatId, TableId};
use crate::refusal::Refusal;
use crate::seat::PricedSeat;

/// Seats that a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Seats by id, each once.
    pub seats: Vec<SeatId>,
    /// Tables, each for all of its seats.
    pub tables: Vec<TableId>,
}

impl Which {
    /// Whether nothing is named, which means the whole hold.
    #[must_use]
    pub fn is_whole_hold(&self) -> bool {
        self.seats.is_empty() && self.tables.is_empty()
    }

    /// The named seats with the tables' seats, each once.
    ///
    /// # Errors
    /// `not_found` for a table and `invalid_data` for seats that the layout does not have.
    pub fn expand(&self, layout: &Layout) -> Result<Vec<SeatId>, Refusal> {
        let unknown: Vec<&str> =
            self.seats.iter().map(SeatId::as_str).filter(|id| layout.seat_index(id).is_none()).collect();
        if !unknown.is_empty() {
            return Err(Refusal::unknown_seats(&unknown));
        }
        let mut seats = self.seats.clone();
        for table in &self.tables {
            for seat in table_seats(layout, table)? {
                if !seats.contains(&seat) {
                    seats.push(seat);
                }
            }
        }
        Ok(seats)
    }
}

/// The seats of a table.
///
/// # Errors
/// `not_found` for a table that the layout does not have, or one without seats.
pub fn table_seats(layout: &Layout, table: &TableId) -> Result<Vec<SeatId>, Refusal> {
    layout.table_seat_ids(table.as_str()).ok_or_else(|| Refusal::no_table(table))
}

/// Picks the named seats from the hold; none named means all of them.
///
/// # Errors
/// `not_held`, with the named seats that the buyer does not hold at `now`.
pub fn pick(now: Ms, hold: Option<&Hold>, named: Option<&[SeatId]>) -> Result<Vec<PricedSeat>, Refusal> {
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
