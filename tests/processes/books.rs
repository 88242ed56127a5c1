//! The checker over the table's rows: its invariants hold, and every booking that was acknowledged is in them.

use audit::{Books, Moment, Promise, Row};

use crate::ledger::Ledger;
use crate::world::Event;

/// Clocks of one machine: those who wrote the rows and whoever reads them agree.
const CLOCKS_APART_MS: i64 = 0;

/// The rows of a dump agree among themselves.
pub(crate) fn are_sound(dump: &str) -> Books {
    let rows: Vec<Row> = dump.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!rows.is_empty(), "a dump without rows");
    let books = Books::from_rows(rows);
    let moment = Moment { at: jiff::Timestamp::now().as_millisecond(), apart: CLOCKS_APART_MS };
    let violations = books.audit(&moment);
    assert!(violations.is_empty(), "{violations:#?}");
    books
}

/// They agree, and keep what the buyers were promised.
pub(crate) fn keep(dump: &str, event: &Event, ledger: &Ledger) {
    let books = are_sound(dump);
    for sale in ledger.sales() {
        let promise = Promise::Booked {
            booking: sale.id.clone(),
            buyer: sale.buyer.clone(),
            event: event.id.clone(),
            seats: sale.seats.iter().map(|(seat, price)| (seat.clone(), price.to_string())).collect(),
            total: sale.total.to_string(),
            may_be_cancelled: sale.cancelled,
        };
        let broken = books.kept(&promise);
        assert!(broken.is_none(), "{sale:?}: {broken:#?}");
    }
}
