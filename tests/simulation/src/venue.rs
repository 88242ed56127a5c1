//! What is sold in every run: two small halls where everybody wants the same rows, and an arena of several lanes.

use serde_json::{Value, json};
use std::collections::HashSet;

/// One event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Show {
    /// Its id.
    pub event: &'static str,
    /// The layout that it is sold from.
    pub layout: &'static str,
    rows: u32,
    row_seats: u32,
}

/// The events, the most wanted first.
pub const SHOWS: [Show; 3] = [
    Show { event: "premiere", layout: "hall", rows: 6, row_seats: 10 },
    Show { event: "matinee", layout: "hall", rows: 6, row_seats: 10 },
    Show { event: "concert", layout: "arena", rows: 22, row_seats: 50 },
];
/// Versions of each layout.
pub const VERSIONS: std::ops::RangeInclusive<u64> = 1..=3;
/// Seats that one hold takes at most, in every event.
pub const SEATS_PER_HOLD: usize = 12;
/// The longest life of a hold, in every event, in minutes: short, so that extensions reach it.
pub const HOLD_MINUTES_MAX: u32 = 4;
/// The gateway of every payment.
pub const GATEWAY: &str = "bank";
/// The table of each layout, and its seats.
pub const TABLE: (&str, u32) = ("table_1", 6);
/// The area of each layout, and its places, of the second category.
pub const AREA: (&str, u32) = ("floor", 30);
/// Categories, each with its price when the run begins, in minor units.
pub const CATEGORIES: [(&str, i64); 2] = [("front", 12_050), ("back", 4_500)];

/// The ticket types of the events that have some: the second costs less at the back.
pub const TYPES: [&str; 2] = ["adult", "child"];
/// What a child's seat at the back costs when the run begins, in minor units.
const CHILD: (&str, i64) = ("back", 2_000);

impl Show {
    /// Seats that one buyer may hold and have booked together.
    #[must_use]
    pub fn most_for_buyer(&self) -> Option<usize> {
        (self.event == "matinee").then_some(6)
    }

    /// Whether one buyer may have one booking only.
    #[must_use]
    pub fn is_one_booking(&self) -> bool {
        self.event == "concert"
    }

    /// After how long without a connection a hold that was begun over a socket is given up, in seconds.
    #[must_use]
    pub fn grace_seconds(&self) -> Option<u32> {
        (self.event == "premiere").then_some(20)
    }

    /// Whether its seats are sold by ticket type.
    #[must_use]
    pub fn has_types(&self) -> bool {
        self.layout == "hall"
    }

    /// What a seat of a category costs as this type, where that is not the category's price, once everything has become
    /// dearer by so much; in minor units.
    #[must_use]
    pub fn own_price(category: &str, ticket_type: &str, dearer: i64) -> Option<i64> {
        (category == CHILD.0 && ticket_type == TYPES[1]).then_some(CHILD.1 + dearer)
    }

    /// The ids of its seats, the front row first; the table's seats are not among them.
    #[must_use]
    pub fn seats(&self) -> Vec<String> {
        let places = (0..self.rows).flat_map(|row| (1..=self.row_seats).map(move |number| (row, number)));
        places.map(|(row, number)| seat_id(row, number)).collect()
    }

    /// Every seat with its category.
    #[must_use]
    pub fn categories(&self) -> Vec<(String, &'static str)> {
        let table = (0..TABLE.1).map(|number| (table_seat(number), CATEGORIES[0].0));
        let category = |at: usize| if at < self.row_seats as usize * 2 { CATEGORIES[0].0 } else { CATEGORIES[1].0 };
        let places = places().into_iter().map(|place| (place, CATEGORIES[1].0));
        self.seats().into_iter().enumerate().map(|(at, seat)| (seat, category(at))).chain(table).chain(places).collect()
    }

    /// Whether seats are side by side, in this order: one number after the other in one row, and no aisle, which is in the
    /// middle of each row; or along the table; or all in the area, side by side or not.
    #[must_use]
    pub fn are_together(&self, seats: &[&str]) -> bool {
        let place =
            |seat: &str| Some((seat.rsplit_once('_')?.0.to_owned(), seat.rsplit_once('_')?.1.parse::<u32>().ok()?));
        let Some(places) = seats.iter().map(|seat| place(seat)).collect::<Option<Vec<_>>>() else { return false };
        let table = format!("seat_{}", TABLE.0);
        let is_next = |pair: &[(String, u32)]| {
            let ((row, number), (other, next)) = (&pair[0], &pair[1]);
            let is_aisle = *row != table && *number == self.row_seats / 2;
            row == other && number + 1 == *next && !is_aisle
        };
        places.iter().all(|(row, _)| *row == format!("place_{}", AREA.0)) || places.windows(2).all(is_next)
    }

    /// The seats that a version of its layout lacks: the first has all, the second lacks rows at the back (in the arena
    /// so many that it would have fewer lanes), the third the row that everybody wants.
    #[must_use]
    pub fn lacks(&self, version: u64) -> HashSet<String> {
        let rows = match version {
            2 => self.rows - self.rows.div_ceil(8)..self.rows,
            3 => 0..1,
            _ => return HashSet::new(),
        };
        rows.flat_map(|row| (1..=self.row_seats).map(move |number| seat_id(row, number))).collect()
    }

    /// The version that it goes on sale with.
    #[must_use]
    pub fn first_version(&self) -> u64 {
        if self.layout == "arena" { 2 } else { 1 }
    }

    /// Whether it is put up some time before its sales open.
    #[must_use]
    pub fn opens_late(&self) -> bool {
        self.layout == "arena"
    }

    /// The document of a version of its layout.
    #[must_use]
    pub fn layout_document(&self, version: u64) -> Value {
        let lacks = self.lacks(version);
        let seat = |(at, id): (usize, String)| {
            let (row, number) = (at / self.row_seats as usize, at % self.row_seats as usize);
            json!({
                "id": id,
                // Behind the middle of each row is an aisle.
                "position": { "x": 30 * number + if number < self.row_seats as usize / 2 { 0 } else { 60 }, "y": 30 * row },
                "size": { "x": 24, "y": 24 },
                "categoryId": if row < 2 { CATEGORIES[0].0 } else { CATEGORIES[1].0 },
                "rowLabel": row.to_string(), "seatNumber": number,
            })
        };
        let category =
            |(id, minor): (&str, i64)| json!({ "id": id, "name": id, "color": "#101010", "price": major(minor) });
        json!({
            "name": self.layout, "canvasW": 2_000, "canvasH": 1_000,
            "categories": CATEGORIES.map(category),
            "seats": self.seats().into_iter().enumerate().filter(|(_, id)| !lacks.contains(id)).map(seat).collect::<Value>(),
            "items": [{
                "id": TABLE.0, "type": "table", "pos": { "x": 1_700, "y": 10 }, "size": { "x": 60, "y": 60 }, "rot": 0,
                "lbl": "1", "shp": "round", "sc": TABLE.1, "categoryId": CATEGORIES[0].0,
            }],
            "areas": [{
                "id": AREA.0, "name": "Floor", "capacity": AREA.1, "categoryId": CATEGORIES[1].0,
                "shape": { "x": 0, "y": 800, "width": 900, "height": 150 },
            }],
        })
    }

    /// The event document, with prices in minor units; none for what is not for sale.
    #[must_use]
    pub fn document(
        &self,
        prices: &[(&str, Option<i64>)],
        hold_minutes: u32,
        layout_version: u64,
        opens_at: Option<i64>,
        dearer: i64,
    ) -> Value {
        let own =
            |id: &str| Self::own_price(CHILD.0, id, dearer).map(|minor| (CHILD.0.to_owned(), major(minor).into()));
        let ticket_type = |id: &&str| {
            let prices: serde_json::Map<String, Value> = own(id).into_iter().collect();
            json!({ "id": id, "name": id, "prices": prices })
        };
        let types: Vec<Value> = TYPES.iter().filter(|_| self.has_types()).map(ticket_type).collect();
        let prices: serde_json::Map<String, Value> =
            prices.iter().map(|(id, minor)| ((*id).to_owned(), minor.map(major).into())).collect();
        json!({
            "name": self.event, "layoutId": self.layout, "startsAt": "2031-01-01T19:30:00.000Z", "currency": "EUR",
            "layoutVersion": layout_version, "salesOpenAt": opens_at.map(|at| domain::clock::Moment(at).rfc3339()),
            "prices": prices, "ticketTypes": types, "rules": {
                "holdMinutes": hold_minutes, "maxHoldMinutes": HOLD_MINUTES_MAX, "maxSeatsPerHold": SEATS_PER_HOLD,
                "maxSeatsPerBuyer": self.most_for_buyer(), "oneBookingPerBuyer": self.is_one_booking(),
                "sessionGraceSeconds": self.grace_seconds(),
            },
        })
    }
}

/// The id of a seat at the table.
#[must_use]
pub fn table_seat(number: u32) -> String {
    format!("seat_{}_{number}", TABLE.0)
}

/// The ids of the area's places.
#[must_use]
pub fn places() -> Vec<String> {
    (0..AREA.1).map(|number| format!("place_{}_{number}", AREA.0)).collect()
}

fn seat_id(row: u32, number: u32) -> String {
    format!("seat_{row}_{number}")
}

#[allow(clippy::cast_precision_loss)] // far below 2^53
fn major(minor: i64) -> f64 {
    minor as f64 / 100.0
}
