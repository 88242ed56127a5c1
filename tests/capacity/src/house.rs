//! Three houses that sell, by how much they sell and when. What buyers do beyond that is the same everywhere.

use crate::rush::SEATS_EACH;
use domain::event::Event;

/// Holds that are made for each order: half of the buyers try once more, or think better of it.
pub const HOLDS_FOR_AN_ORDER: f64 = 1.5;
/// Of the holds that become no order, how many are given up by their buyer; the others run out.
pub const GIVEN_UP: f64 = 0.5;
/// Routes that a buyer's browser asks about before it calls them for the first time (CORS), for an order.
pub const PREFLIGHTS: f64 = 2.0;
/// How long rows of sold seats are kept, in months.
pub const KEPT_MONTHS: f64 = 12.0;
/// Minutes of a month.
pub const MONTH_MINUTES: f64 = 730.0 * 60.0;

/// A house.
#[derive(Clone, Debug)]
pub struct House {
    /// What it is.
    pub name: &'static str,
    /// What it sells, for people.
    pub sells: &'static str,
    /// Seats that it sells in a month.
    pub seats: f64,
    /// Minutes of the month in which people buy; what they buy is spread evenly over these.
    pub minutes: f64,
    /// The largest event's seats.
    pub venue: usize,
    /// Of its calls, how many meet an instance that has to start.
    pub starts: f64,
}

impl House {
    /// Orders in a month.
    #[must_use]
    pub fn orders(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // two
        let seats = SEATS_EACH as f64;
        self.seats / seats
    }

    /// Holds in a month.
    #[must_use]
    pub fn holds(&self) -> f64 {
        self.orders() * HOLDS_FOR_AN_ORDER
    }

    /// Holds in each minute in which people buy.
    #[must_use]
    pub fn holds_a_minute(&self) -> f64 {
        self.holds() / self.minutes
    }

    /// Lanes of its largest event.
    #[must_use]
    pub fn lanes(&self) -> u32 {
        Event::lanes_for(self.venue)
    }
}

/// The houses of docs/capacity.md.
pub const HOUSES: [House; 3] = [
    House {
        name: "small theatre",
        sells: "20 evenings a month, 180 of 300 seats each; people buy on 12 hours of the day",
        seats: 20.0 * 180.0,
        minutes: 30.0 * 12.0 * 60.0,
        venue: 300,
        starts: 0.9,
    },
    House {
        name: "chain of cinemas",
        sells: "20 houses of 8 screens, 5 shows a day, 40 of 150 seats each; people buy on 14 hours of the day",
        seats: 20.0 * 8.0 * 5.0 * 30.0 * 40.0,
        minutes: 30.0 * 14.0 * 60.0,
        venue: 150,
        starts: 0.02,
    },
    House {
        name: "arena on-sale",
        sells: "20,000 seats within 30 minutes, and nothing else in the month",
        seats: 20_000.0,
        minutes: 30.0,
        venue: 20_000,
        starts: 0.02,
    },
];
