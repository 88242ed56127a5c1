//! What the buyers were told, and whether layout, bookings and statistics say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::answer::same;
use crate::person::Person;
use crate::world::Event;

/// The paths whose requests are counted each on its own.
const PATHS: [&str; 3] = ["/hold-seats", "/confirm", "/release"];

/// A booking as its buyer was told of it.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) id: String,
    pub(crate) buyer: String,
    /// Seat and price.
    pub(crate) seats: Vec<(String, Value)>,
    pub(crate) total: Value,
    pub(crate) cancelled: bool,
}

/// What one buyer has.
#[derive(Default)]
struct Account {
    held: BTreeSet<String>,
    sales: Vec<Sale>,
}

#[derive(Default)]
pub(crate) struct Ledger {
    accounts: Mutex<BTreeMap<String, Account>>,
    under_way: [AtomicUsize; 4],
    answered: AtomicUsize,
    failed: AtomicUsize,
    broken_off: AtomicUsize,
    confirms_repeated: AtomicUsize,
}

/// Counts an attempt for as long as it is under way.
pub(crate) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

// ---- what happens to requests

impl Ledger {
    /// An attempt begins; it ends when what this returns is dropped.
    pub(crate) fn begin(&self, path: &str) -> UnderWay<'_> {
        let count = self.count_of(path);
        count.fetch_add(1, Ordering::Relaxed);
        UnderWay(count)
    }

    /// Attempts on a path that are under way.
    pub(crate) fn under_way(&self, path: &str) -> usize {
        self.count_of(path).load(Ordering::Relaxed)
    }

    fn count_of(&self, path: &str) -> &AtomicUsize {
        let known = PATHS.iter().position(|known| *known == path);
        &self.under_way[known.unwrap_or(PATHS.len())]
    }

    /// A request has its answer, after so many attempts that failed and so many that had none.
    pub(crate) fn answered(&self, path: &str, failed: usize, unanswered: usize) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(failed, Ordering::Relaxed);
        self.broken_off.fetch_add(unanswered, Ordering::Relaxed);
        if path == "/confirm" && failed + unanswered > 0 {
            self.confirms_repeated.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Confirms that were not acknowledged at once: an attempt before had failed or had had no answer.
    pub(crate) fn confirms_repeated(&self) -> usize {
        self.confirms_repeated.load(Ordering::Relaxed)
    }

    /// Attempts that were answered with a failure.
    pub(crate) fn failures(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    /// Attempts whose connection broke.
    pub(crate) fn broken_off(&self) -> usize {
        self.broken_off.load(Ordering::Relaxed)
    }

    pub(crate) fn summary(&self) -> String {
        format!(
            "{} requests answered, after {} failures and {} broken connections; {} bookings, {} of them not at once",
            self.answered.load(Ordering::Relaxed),
            self.failures(),
            self.broken_off(),
            self.sales().len(),
            self.confirms_repeated(),
        )
    }
}

// ---- what buyers are told

impl Ledger {
    pub(crate) fn held(&self, buyer: &str, seats: &[String]) {
        self.of(buyer, |account| account.held.extend(seats.iter().cloned()));
    }

    pub(crate) fn released(&self, buyer: &str, seats: &[String]) {
        self.of(buyer, |account| account.held.retain(|seat| !seats.contains(seat)));
    }

    pub(crate) fn booked(&self, sale: Sale) {
        self.of(&sale.buyer.clone(), |account| {
            account.held.retain(|held| sale.seats.iter().all(|(seat, _)| seat != held));
            account.sales.push(sale);
        });
    }

    pub(crate) fn cancelled(&self, buyer: &str, booking: &str) {
        let cancel = |sale: &mut Sale| sale.cancelled |= sale.id == booking;
        self.of(buyer, |account| account.sales.iter_mut().for_each(cancel));
    }

    pub(crate) fn holds(&self, buyer: &str, seat: &str) -> bool {
        self.of(buyer, |account| account.held.contains(seat))
    }

    fn of<T>(&self, buyer: &str, change: impl FnOnce(&mut Account) -> T) -> T {
        change(self.accounts.lock().unwrap().entry(buyer.to_owned()).or_default())
    }

    /// Every booking that was acknowledged until now.
    pub(crate) fn sales(&self) -> Vec<Sale> {
        self.accounts.lock().unwrap().values().flat_map(|account| account.sales.clone()).collect()
    }

    /// Who has which seat, and whether it is booked.
    fn owners(&self) -> BTreeMap<String, (String, &'static str)> {
        let mut owners = BTreeMap::new();
        let accounts = self.accounts.lock().unwrap();
        for (buyer, account) in accounts.iter() {
            let sold = account.sales.iter().filter(|sale| !sale.cancelled).flat_map(|sale| &sale.seats);
            let all = account.held.iter().map(|seat| (seat, "held")).chain(sold.map(|(seat, _)| (seat, "booked")));
            for (seat, status) in all {
                let before = owners.insert(seat.clone(), (buyer.clone(), status));
                assert_eq!(before, None, "{seat} was acknowledged twice, the second time to {buyer}");
            }
        }
        owners
    }
}

// ---- what the product says of it

impl Ledger {
    /// Everything that was acknowledged stands, and nothing else: to be asked when every request has its answer.
    pub(crate) async fn is_what(&self, admin: &Person, event: &Event) {
        let owners = self.owners();
        for (id, seat) in admin.map(event).await {
            let told = owners.get(&id).map_or(("", "available"), |(buyer, status)| (buyer.as_str(), *status));
            let owner = seat["heldBy"].as_str().or(seat["bookedBy"].as_str()).unwrap_or_default();
            let shown = (owner, seat["status"].as_str().unwrap_or_default());
            assert_eq!(shown, told, "{id}: the layout shows {seat}");
        }
        let (sales, bookings) = (self.sales(), admin.event_bookings(event).await);
        for sale in &sales {
            let record = bookings.iter().find(|booking| booking["bookingId"] == sale.id.as_str());
            sale.is_what(record.unwrap_or_else(|| panic!("the event's bookings lack {sale:?}")));
        }
        let known = |booking: &&Value| sales.iter().any(|sale| booking["bookingId"] == sale.id.as_str());
        let unknown: Vec<&Value> = bookings.iter().filter(|booking| !known(booking)).collect();
        assert!(unknown.is_empty(), "bookings that nobody was told of: {unknown:#?}");
        let count = |wanted: &str| owners.values().filter(|(_, status)| *status == wanted).count();
        admin.stats(event).await.ok().has("bookedSeats", count("booked")).has("heldSeats", count("held"));
    }
}

impl Sale {
    /// The record of the booking says what its buyer was told.
    pub(crate) fn is_what(&self, record: &Value) {
        let status = if self.cancelled { "cancelled" } else { "confirmed" };
        assert_eq!(record["status"], status, "{self:?}: {record}");
        self.stands_in(record);
    }

    /// The same, whatever became of the booking afterwards.
    pub(crate) fn stands_in(&self, record: &Value) {
        let seats = record["seats"].as_array().cloned().unwrap_or_default();
        let has = |(seat, price): &(String, Value)| {
            seats.iter().any(|there| there["seatId"] == seat.as_str() && same(&there["price"], price))
        };
        let whole = seats.len() == self.seats.len() && self.seats.iter().all(has);
        let of_buyer = record["bookingId"] == json!(self.id) && record["userId"] == json!(self.buyer);
        assert!(whole && of_buyer && same(&record["totalAmount"], &self.total), "{self:?}: {record}");
    }
}
