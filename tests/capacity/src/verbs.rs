//! What the verbs write: the product's own plans, and the rows that the store makes of them. No formula stands here.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::answer::Answer;
use domain::booking::{Details, Payment};
use domain::clock::Moment;
use domain::digest::Digest;
use domain::event::Event;
use domain::hold::{Due, Hold};
use domain::inventory::{Inventory, Seat};
use domain::name::{BuyerId, SeatId};
use domain::samples::{hall_layout, some_event};
use domain::ticket_type::TypesBySeat;
use domain::verb::asked::AskedSeats;
use domain::verb::checkout::Checkout;
use domain::verb::confirm::ConfirmSeats;
use domain::verb::hold::{HoldSeats, HoldTerms};
use domain::verb::{Plan, Seen, Transaction, Verb};
use domain::write::Write;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Store, key};

/// Units of a row of one KB that is written alone, and in a transaction.
const ALONE: u32 = 1;
/// See [`ALONE`]: the look before the write, and the write.
const IN_TRANSACTION: u32 = 2;

/// A row that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it lies in the table.
    pub position: u64,
    /// Its lane, for a seat's row.
    pub partition_key: String,
    /// Units of the table.
    pub units: u32,
    /// Its size in bytes, or more.
    pub bytes: usize,
    /// Where it lies in the index by buyer and in the index by event, for a row that is in them; one unit each.
    pub in_indexes: Vec<u64>,
}

/// What a buyer's request writes, all of it or nothing.
#[derive(Clone, Debug)]
pub struct Written {
    /// The rows, the kept answer among them.
    pub rows: Vec<Row>,
    /// The buyer's hold after it.
    pub hold: Option<Hold>,
    /// Seats that it books.
    pub booked: Vec<SeatId>,
}

/// An event on sale, with what its verbs need.
pub struct Sale {
    event: Arc<Event>,
    inventory: Arc<Inventory>,
    store: Store,
    seed: u64,
}

/// A hall of so many rows of so many seats.
#[must_use]
pub fn hall(rows: u32, seats_in_row: u32) -> Arc<Inventory> {
    hall_layout(rows, seats_in_row).inventory().clone()
}

fn in_rows(hall: &Inventory) -> impl Iterator<Item = &Seat> {
    hall.seats().iter().filter(|seat| seat.table.is_none())
}

impl Sale {
    /// An event in this hall. `seed` says where DynamoDB puts keys, which nobody knows.
    #[must_use]
    pub fn new(hall: &Arc<Inventory>, seed: u64) -> Self {
        // The sample has a table besides, which is not sold here.
        let lanes = Event::lanes_for(in_rows(hall).count());
        let event = Arc::new(Event { lanes, ..some_event() });
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12());
        let store = Store::new(config, "capacity".to_owned(), Some(seed));
        Self { event, inventory: hall.clone(), store, seed }
    }

    /// The lanes of the event.
    #[must_use]
    pub fn lanes(&self) -> u32 {
        self.event.lanes
    }

    /// Its seats, in the order of the layout.
    #[must_use]
    pub fn seats(&self) -> Vec<SeatId> {
        in_rows(&self.inventory).map(|seat| seat.id.clone()).collect()
    }

    /// What a first hold of these seats writes; none where the verb refuses.
    #[must_use]
    pub fn hold(&self, now: Moment, buyer: &BuyerId, seats: &[SeatId]) -> Option<Written> {
        let asked = AskedSeats {
            event: self.event.clone(),
            inventory: self.inventory.clone(),
            buyer: buyer.clone(),
            seats: seats.to_vec(),
            types: TypesBySeat::default(),
        };
        let terms = HoldTerms { length_ms: None, over_socket: false, request_id: "first".into() };
        self.written(now, buyer, "hold", &HoldSeats { asked, table: None, terms }, &Seen::default())
    }

    /// What a confirm of the whole hold writes, with a payment; none where the verb refuses, as when the hold is over.
    #[must_use]
    pub fn confirm(&self, now: Moment, hold: &Hold) -> Option<Written> {
        let payment =
            Payment { gateway: "stripe".into(), transaction: format!("pi_{}", hold.id), gateway_as_sent: None };
        let checkout = Checkout {
            event: self.event.clone(),
            buyer: hold.buyer.clone(),
            by_admin: false,
            in_one_step: false,
            payment: Some(payment),
            unpaid: None,
            details: Details::default(),
        };
        let seen = Seen { hold: Some(Some(hold.clone())), ..Seen::default() };
        self.written(now, &hold.buyer, "confirm", &ConfirmSeats { checkout, seats: None }, &seen)
    }

    /// The row in which the outbox notes when a hold will end.
    #[must_use]
    pub fn note(&self, hold: &Hold) -> Row {
        let due = Due::of(hold);
        let key = key::due(&due.hold, &due.event, due.expires_at);
        self.row((&key.pk, &key.sk), ALONE, 0, Vec::new())
    }

    fn written(&self, now: Moment, buyer: &BuyerId, route: &str, verb: &dyn Verb, seen: &Seen) -> Option<Written> {
        let Plan::Commit(Transaction { event, writes, answer }) = verb.plan(now, seen) else { return None };
        let hold = match answer.ok()? {
            Answer::Held { hold, .. } => Some(hold),
            _ => None,
        };
        let booked = writes.iter().filter_map(|write| match write {
            Write::BookSeat { seat, .. } => Some(seat.clone()),
            _ => None,
        });
        let kept = key::idempotency(buyer, None, route, &format!("{route}-{buyer}"));
        let kept = self.row((&kept.pk, &kept.sk), IN_TRANSACTION, 0, Vec::new());
        let sent = writes.iter().filter_map(|write| self.sent(&self.store.sent(now, &event, write)));
        Some(Written { rows: std::iter::once(kept).chain(sent).collect(), hold, booked: booked.collect() })
    }

    fn sent(&self, item: &TransactWriteItem) -> Option<Row> {
        if let Some(put) = item.put() {
            let text = |name: &str| put.item().get(name).and_then(|value| value.as_s().ok());
            let in_indexes = ["buyerKey", "eventKey"].iter().filter_map(|name| text(name));
            let in_indexes = in_indexes.map(|key| self.position(key, text("sortKey").map_or("", String::as_str)));
            return Some(self.row((text("pk")?, text("sk")?), IN_TRANSACTION, size(put.item()), in_indexes.collect()));
        }
        let update = item.update()?;
        let text = |name: &str| update.key().get(name).and_then(|value| value.as_s().ok());
        let values = update.expression_attribute_values().map_or(0, size);
        let bytes = size(update.key()) + values + update.update_expression().len();
        Some(self.row((text("pk")?, text("sk")?), IN_TRANSACTION, bytes, Vec::new()))
    }

    fn row(&self, (pk, sk): (&str, &str), units: u32, bytes: usize, in_indexes: Vec<u64>) -> Row {
        Row { position: self.position(pk, sk), partition_key: pk.to_owned(), units, bytes, in_indexes }
    }

    /// Where a key lies: by a hash of its partition key, and within that by its sort key.
    fn position(&self, pk: &str, sk: &str) -> u64 {
        let hash = |text: &str| {
            let Digest([a, b, c, d, ..]) = Digest::of(&[&self.seed.to_be_bytes(), text.as_bytes()]);
            u64::from(u32::from_be_bytes([a, b, c, d]))
        };
        hash(pk) << 32 | hash(sk)
    }
}

/// What attributes take, as DynamoDB counts; numbers by their digits, which is more.
fn size(attributes: &HashMap<String, AttributeValue>) -> usize {
    let of = |value: &AttributeValue| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        _ => 1,
    };
    attributes.iter().map(|(name, value)| name.len() + of(value)).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::limits::{HOLD_MINUTES_DEFAULT, LANES_MAX};
    use simulation::budget;
    use std::collections::HashSet;

    const NOW: Moment = Moment(1_000_000);

    fn buyer() -> BuyerId {
        BuyerId::parse("ann").unwrap()
    }

    fn units(written: &Written) -> u32 {
        written.rows.iter().map(|row| row.units + u32::try_from(row.in_indexes.len()).unwrap()).sum()
    }

    #[test]
    fn rows_take_the_units_that_the_functions_were_measured_with() {
        let sale = Sale::new(&hall(4, 25), 1);
        for seats in [1, 2, 4, 50] {
            let held = sale.hold(NOW, &buyer(), &sale.seats()[..seats]).unwrap();
            let many = u32::try_from(seats).unwrap();
            assert_eq!(units(&held), budget::hold(many) + budget::KEY);
            let confirmed = sale.confirm(NOW, held.hold.as_ref().unwrap()).unwrap();
            assert_eq!(units(&confirmed), budget::confirm(many) + budget::KEY);
            assert_eq!(confirmed.booked, sale.seats()[..seats]);
        }
    }

    #[test]
    fn no_row_of_a_usual_order_is_larger_than_one_unit_writes() {
        let sale = Sale::new(&hall(10, 50), 1);
        let held = sale.hold(NOW, &buyer(), &sale.seats()[..10]).unwrap();
        let confirmed = sale.confirm(NOW, held.hold.as_ref().unwrap()).unwrap();
        for row in held.rows.iter().chain(&confirmed.rows) {
            assert!(row.bytes <= 1_024, "{row:?}");
        }
    }

    #[test]
    fn a_hold_that_is_over_confirms_nothing() {
        let sale = Sale::new(&hall(2, 10), 1);
        let hold = sale.hold(NOW, &buyer(), &sale.seats()[..2]).unwrap().hold.unwrap();
        assert!(sale.confirm(NOW.plus(i64::from(HOLD_MINUTES_DEFAULT) * 60_000), &hold).is_some());
        assert!(sale.confirm(NOW.plus(i64::from(HOLD_MINUTES_DEFAULT) * 60_000 + 1), &hold).is_none());
    }

    #[test]
    fn a_larger_event_writes_to_more_lanes_up_to_a_bound() {
        let lanes = |rows, in_row| {
            let sale = Sale::new(&hall(rows, in_row), 1);
            let seats = sale.seats();
            let held = seats.chunks(50).filter_map(|seats| sale.hold(NOW, &buyer(), seats));
            let keys: HashSet<String> = held
                .flat_map(|held| held.rows)
                .map(|row| row.partition_key)
                .filter(|key| key.starts_with("EVENT#"))
                .collect();
            assert_eq!(keys.len(), sale.lanes() as usize, "every lane has seats");
            sale.lanes()
        };
        assert_eq!((lanes(10, 49), lanes(20, 49)), (1, 2), "twice the seats, twice the lanes");
        assert_eq!(lanes(400, 90), LANES_MAX);
    }
}
