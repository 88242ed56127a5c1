//! The rows of a table as they are now, read once each, with the one index that the checks need.

use crate::Row;
use crate::key::Key;
use crate::reach::reach;
use crate::record::Record;
use crate::transitions::Commit;
use crate::view::{BookingView, EventView, HoldView, PricedSeat, SeatView, TallyView};
use crate::violation::{Actor, Findings, Moment, Violation};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A row with what it says, or why nobody can read it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) row: Row,
    pub(crate) record: Result<Record, String>,
}

impl Entry {
    pub(crate) fn new(key: &Key, row: Row) -> Self {
        Self { record: Record::read(key, &row), row }
    }

    /// What it says, if it can be read.
    pub(crate) fn known(&self) -> Option<&Record> {
        self.record.as_ref().ok()
    }
}

/// The rows of a table as they are now.
#[derive(Clone, Debug, Default)]
pub struct Books {
    rows: HashMap<Key, Entry>,
    /// Where each seat's row is, by event and seat: holds and bookings name seats without their lane.
    seats: HashMap<String, HashMap<String, Key>>,
    /// The bookings of each buyer in each event.
    bookings: HashMap<(String, String), HashSet<Key>>,
}

impl Books {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A table with these rows, taken as they are. What has no keys can be no row and is left out.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut books = Self::new();
        for row in rows {
            if let Some(key) = Key::of(&row) {
                let entry = Entry::new(&key, row);
                books.put(key, Some(entry));
            }
        }
        books
    }

    /// A row.
    #[must_use]
    pub fn row(&self, key: &Key) -> Option<&Row> {
        self.entry(key).map(|entry| &entry.row)
    }

    /// All rows, in no order.
    pub fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.rows.iter().map(|(key, entry)| (key, &entry.row))
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows there are of each kind; seats and bookings by status.
    #[must_use]
    pub fn summary(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.rows.values() {
            *counts.entry(entry.known().map_or("unreadable", Record::kind)).or_insert(0) += 1;
        }
        counts
    }

    /// Takes over what one request wrote, all of it at one moment: for each key, named once, the row afterwards (none:
    /// deleted). Returns what the change broke: transitions, and the relations of every row that it touched.
    pub fn commit(&mut self, moment: &Moment, actor: &Actor<'_>, changes: Vec<(Key, Option<Row>)>) -> Vec<Violation> {
        let mut out = Findings::default();
        let after: HashMap<Key, Option<Entry>> = changes
            .into_iter()
            .map(|(key, row)| {
                let entry = row.map(|row| Entry::new(&key, row));
                (key, entry)
            })
            .collect();
        reach(actor, after.keys(), &mut out);
        Commit { moment, actor, before: self, after: &after }.check(&mut out);
        // Rows that were or are named by a changed row may have lost their partner, though nobody touched them.
        let mut concerned: HashSet<Key> = after.keys().flat_map(|key| self.named_by(key)).collect();
        for (key, entry) in after {
            self.put(key.clone(), entry);
            concerned.extend(self.named_by(&key));
            concerned.insert(key);
        }
        for key in &concerned {
            self.relations(moment, key, &mut out);
        }
        out.sorted()
    }

    /// Everything that the rows alone can show.
    #[must_use]
    pub fn audit(&self, moment: &Moment) -> Vec<Violation> {
        let mut out = Findings::default();
        for key in self.rows.keys() {
            self.relations(moment, key, &mut out);
        }
        self.sold_once(&mut out);
        out.sorted()
    }

    pub(crate) fn entry(&self, key: &Key) -> Option<&Entry> {
        self.rows.get(key)
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.rows.values().filter_map(Entry::known)
    }

    pub(crate) fn record(&self, key: &Key) -> Option<&Record> {
        self.entry(key)?.known()
    }

    /// Where a seat's row is.
    pub(crate) fn seat_key(&self, event: &str, seat: &str) -> Option<&Key> {
        self.seats.get(event)?.get(seat)
    }

    pub(crate) fn seat(&self, event: &str, seat: &str) -> Option<&SeatView> {
        match self.record(self.seat_key(event, seat)?)? {
            Record::Seat(seat) => Some(seat),
            _ => None,
        }
    }

    pub(crate) fn hold(&self, buyer: &str, event: &str) -> Option<&HoldView> {
        match self.record(&Key::hold(buyer, event))? {
            Record::Hold(hold) => Some(hold),
            _ => None,
        }
    }

    pub(crate) fn booking(&self, booking: &str) -> Option<&BookingView> {
        match self.record(&Key::booking(booking))? {
            Record::Booking(booking) => Some(booking),
            _ => None,
        }
    }

    pub(crate) fn tally(&self, buyer: &str, event: &str) -> Option<&TallyView> {
        match self.record(&Key::tally(buyer, event))? {
            Record::Tally(tally) => Some(tally),
            _ => None,
        }
    }

    /// The bookings of a buyer in an event.
    pub(crate) fn bookings_of(&self, buyer: &str, event: &str) -> impl Iterator<Item = &BookingView> {
        let keys = self.bookings.get(&(buyer.to_owned(), event.to_owned())).into_iter().flatten();
        keys.filter_map(|key| match self.record(key)? {
            Record::Booking(booking) => Some(booking),
            _ => None,
        })
    }

    /// Whether any seat of the event has a row.
    pub(crate) fn has_seats(&self, event: &str) -> bool {
        self.seats.get(event).is_some_and(|seats| !seats.is_empty())
    }

    /// The layout that an event is sold from, and its version.
    #[must_use]
    pub fn layout_of(&self, event: &str) -> Option<(String, u64)> {
        self.event(event)?.layout.clone()
    }

    pub(crate) fn event(&self, event: &str) -> Option<&EventView> {
        match self.record(&Key::event(event))? {
            Record::Event(event) => Some(event),
            _ => None,
        }
    }

    fn put(&mut self, key: Key, entry: Option<Entry>) {
        let Some(entry) = entry else {
            if let Some(Entry { record: Ok(Record::Seat(seat)), .. }) = self.rows.remove(&key)
                && let Some(seats) = self.seats.get_mut(&seat.event)
                && seats.get(&seat.seat) == Some(&key)
            {
                seats.remove(&seat.seat);
            }
            return;
        };
        if let Ok(Record::Seat(seat)) = &entry.record
            && self.seat_key(&seat.event, &seat.seat).is_none()
        {
            self.seats.entry(seat.event.clone()).or_default().insert(seat.seat.clone(), key.clone());
        }
        if let Ok(Record::Booking(booking)) = &entry.record {
            self.bookings.entry((booking.buyer.clone(), booking.event.clone())).or_default().insert(key.clone());
        }
        self.rows.insert(key, entry);
    }

    /// The rows that a row names.
    fn named_by(&self, key: &Key) -> Vec<Key> {
        let seats = |event: &str, seats: &[PricedSeat]| -> Vec<Key> {
            seats.iter().filter_map(|listed| self.seat_key(event, &listed.seat).cloned()).collect()
        };
        match self.record(key) {
            Some(Record::Seat(seat)) => {
                let hold = seat.holder.as_ref().filter(|_| seat.hold.is_some());
                let hold = hold.map(|buyer| Key::hold(buyer, &seat.event));
                hold.into_iter().chain(seat.booking.as_deref().map(Key::booking)).collect()
            }
            Some(Record::Hold(hold)) => {
                seats(&hold.event, &hold.seats).into_iter().chain([Key::tally(&hold.buyer, &hold.event)]).collect()
            }
            Some(Record::Tally(tally)) => vec![Key::hold(&tally.buyer, &tally.event)],
            Some(Record::Booking(booking)) => {
                let guard = booking.payment.as_ref().map(|(gateway, transaction)| Key::payment(gateway, transaction));
                let tally = Key::tally(&booking.buyer, &booking.event);
                seats(&booking.event, &booking.seats).into_iter().chain(guard).chain([tally]).collect()
            }
            Some(Record::Payment(payment)) => vec![Key::booking(&payment.booking)],
            _ => Vec::new(),
        }
    }
}
