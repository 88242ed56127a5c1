//! Rows of seats, holds, bookings, payments and events as values. A view holds what the row says; whether that fits the
//! other rows is for [`crate::relations`].

use crate::Row;
use crate::attributes::Attributes;
use crate::key::{Key, Place};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;

/// A seat in a hold or booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedSeat {
    /// The seat.
    pub seat: String,
    /// Its category.
    pub category: String,
    /// What it was held at, in minor units of the event's currency.
    pub price: i64,
    /// What it was held as, where its event has ticket types.
    pub ticket_type: Option<String>,
}

/// A seat's row. What is optional is there or not as the status demands; [`crate::Books`] says whether it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatView {
    /// The event.
    pub event: String,
    /// The partition.
    pub lane: u32,
    /// The seat.
    pub seat: String,
    /// `available`, `held`, `booked` or `blocked`, as last written.
    pub status: String,
    /// One more with each change.
    pub version: u64,
    /// The hold it belongs to.
    pub hold: Option<String>,
    /// The buyer who holds or booked it.
    pub holder: Option<String>,
    /// The end of its hold, in milliseconds.
    pub expires_at: Option<i64>,
    /// What it costs its holder, in minor units.
    pub price: Option<i64>,
    /// What it is held or sold as.
    pub ticket_type: Option<String>,
    /// The booking it belongs to.
    pub booking: Option<String>,
    /// When it was booked, in milliseconds.
    pub booked_at: Option<i64>,
    /// The change of the event's layout that took it out, while blocked.
    pub withdrawn: Option<String>,
}

/// A buyer's one hold in an event, live or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldView {
    /// The buyer.
    pub buyer: String,
    /// The event.
    pub event: String,
    /// The hold.
    pub hold: String,
    /// One more with each change.
    pub revision: u64,
    /// When it began, in milliseconds; none where an earlier version wrote it.
    pub started_at: Option<i64>,
    /// Whether it ends with its buyer's session.
    pub of_session: bool,
    /// Its end, in milliseconds.
    pub expires_at: i64,
    /// The three-letter code of the currency of its prices.
    pub currency: String,
    /// Its seats, each once.
    pub seats: Vec<PricedSeat>,
    /// When DynamoDB may delete the row, in seconds.
    pub ttl: i64,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingView {
    /// The booking.
    pub booking: String,
    /// The event.
    pub event: String,
    /// The buyer.
    pub buyer: String,
    /// `confirmed` or `cancelled`.
    pub status: String,
    /// The currency's three-letter code.
    pub currency: String,
    /// When it was made, in milliseconds.
    pub created_at: i64,
    /// When it was cancelled, in milliseconds.
    pub cancelled_at: Option<i64>,
    /// Its seats, each once, cancelled ones included.
    pub seats: Vec<PricedSeat>,
    /// Those of them that were cancelled while it stood.
    pub cancelled: Vec<String>,
    /// Gateway and transaction that paid for it.
    pub payment: Option<(String, String)>,
    /// What it counts for among its buyer's limits: `seats`, or `only` where it is the buyer's one booking as well.
    pub counted: Option<String>,
}

impl BookingView {
    /// Whether a seat of it is still its buyer's.
    #[must_use]
    pub fn stands(&self, seat: &str) -> bool {
        self.is_confirmed() && !self.cancelled.iter().any(|cancelled| cancelled == seat)
    }
}

impl fmt::Display for SeatView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seat {} of event {}", self.seat, self.event)
    }
}

impl fmt::Display for HoldView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hold {} of buyer {} in event {}", self.hold, self.buyer, self.event)
    }
}

impl fmt::Display for BookingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "booking {} of buyer {} for event {}", self.booking, self.buyer, self.event)
    }
}

impl HoldView {
    /// A seat in this hold.
    pub(crate) fn listed(&self, seat: &str) -> Option<&PricedSeat> {
        listed(&self.seats, seat)
    }
}

impl BookingView {
    /// A seat in this booking.
    pub(crate) fn listed(&self, seat: &str) -> Option<&PricedSeat> {
        listed(&self.seats, seat)
    }

    /// Whether it stands.
    pub(crate) fn is_confirmed(&self) -> bool {
        self.status == "confirmed"
    }
}

fn listed<'a>(seats: &'a [PricedSeat], seat: &str) -> Option<&'a PricedSeat> {
    seats.iter().find(|listed| listed.seat == seat)
}

/// What a buyer has booked in an event that limits buyers.
#[derive(Clone, Debug)]
pub(crate) struct TallyView {
    pub(crate) buyer: String,
    pub(crate) event: String,
    pub(crate) booked: i64,
    pub(crate) only: Option<String>,
}

/// The guard of a payment.
#[derive(Clone, Debug)]
pub(crate) struct PaymentView {
    pub(crate) gateway: String,
    pub(crate) transaction: String,
    pub(crate) booking: String,
}

/// What an event's row says of its seats and amounts.
#[derive(Clone, Debug)]
pub(crate) struct EventView {
    pub(crate) event: String,
    pub(crate) lanes: u32,
    pub(crate) prices: Vec<i64>,
    /// The layout that its seats are sold from, and the version.
    pub(crate) layout: Option<(String, u64)>,
    /// Seats that one buyer may hold and have booked together.
    pub(crate) max_seats_per_buyer: Option<i64>,
    /// Whether one buyer may have one booking only.
    pub(crate) one_booking_per_buyer: bool,
    /// A hold's longest life, in milliseconds.
    pub(crate) max_hold_ms: Option<i64>,
}

/// Reads a seat's row.
///
/// # Errors
/// The key is none of a seat, or an attribute is missing or cannot be read.
pub fn seat(key: &Key, row: &Row) -> Result<SeatView, String> {
    let Some(Place::Seat { event, lane, seat }) = key.place() else { return Err("the key names no seat".to_owned()) };
    let row = Attributes(row);
    let text = |name| row.maybe_text(name).map(|text| text.map(str::to_owned));
    Ok(SeatView {
        event: event.to_owned(),
        lane,
        seat: seat.to_owned(),
        status: status(&row, &["available", "held", "booked", "blocked"])?,
        version: row.number("version")?,
        hold: text("holdId")?,
        holder: text("holder")?,
        expires_at: row.maybe_number("expiresAt")?,
        price: row.maybe_number("price")?,
        ticket_type: text("ticketType")?,
        booking: text("bookingId")?,
        booked_at: row.maybe_number("bookedAt")?,
        withdrawn: text("withdrawn")?,
    })
}

/// Reads a hold's row.
///
/// # Errors
/// The key is none of a hold, or an attribute is missing or cannot be read.
pub fn hold(key: &Key, row: &Row) -> Result<HoldView, String> {
    let Some(Place::Hold { buyer, event }) = key.place() else { return Err("the key names no hold".to_owned()) };
    let row = Attributes(row);
    let seats = priced_seats(&row.packed("seats")?)?;
    Ok(HoldView {
        buyer: buyer.to_owned(),
        event: event.to_owned(),
        hold: row.text("holdId")?.to_owned(),
        revision: row.number("revision")?,
        started_at: row.maybe_number("startedAt")?,
        of_session: row.maybe("ofSession", "BOOL")?.is_some(),
        expires_at: row.number("expiresAt")?,
        currency: row.text("currency")?.to_owned(),
        seats,
        ttl: row.number("ttl")?,
    })
}

/// Reads a booking's row.
///
/// # Errors
/// The key is none of a booking, or an attribute is missing or cannot be read.
pub fn booking(key: &Key, row: &Row) -> Result<BookingView, String> {
    let Some(Place::Booking { booking }) = key.place() else { return Err("the key names no booking".to_owned()) };
    let row = Attributes(row);
    let event = row.text("eventKey")?.strip_prefix("BOOKINGS#").and_then(|rest| rest.split_once('#'));
    let (event, _lane) = event.ok_or("eventKey names no event")?;
    let buyer = row.text("buyerKey")?.strip_prefix("BUYER#").ok_or("buyerKey names no buyer")?;
    let record = row.document("record")?;
    let seats = record.get("seats").and_then(Value::as_str).ok_or("record lists no seats")?;
    let paid = |name: &str| {
        let value = record.pointer("/details/paymentInfo")?.get(name)?.as_str()?;
        Some(value.to_owned())
    };
    let payment = paid("transactionId").map(|id| (paid("gateway").unwrap_or_else(|| "default".to_owned()), id));
    Ok(BookingView {
        booking: booking.to_owned(),
        event: event.to_owned(),
        buyer: buyer.to_owned(),
        status: status(&row, &["confirmed", "cancelled"])?,
        currency: row.text("currency")?.to_owned(),
        created_at: row.number("createdAt")?,
        cancelled_at: row.maybe_number("cancelledAt")?,
        seats: priced_seats(seats)?,
        cancelled: row.maybe_text("cancelledSeats")?.unwrap_or_default().lines().map(str::to_owned).collect(),
        payment,
        counted: row.maybe_text("counted")?.map(str::to_owned),
    })
}

/// Reads what a buyer has booked in an event.
pub(crate) fn tally(key: &Key, row: &Row) -> Result<TallyView, String> {
    let Some(Place::Tally { buyer, event }) = key.place() else { return Err("the key names no limits".to_owned()) };
    let row = Attributes(row);
    let only = row.maybe_text("bookingId")?.map(str::to_owned);
    Ok(TallyView { buyer: buyer.to_owned(), event: event.to_owned(), booked: row.number("booked")?, only })
}

/// Reads a payment's guard.
pub(crate) fn payment(key: &Key, row: &Row) -> Result<PaymentView, String> {
    let Some(Place::Payment { gateway, transaction }) = key.place() else {
        return Err("the key names no payment".to_owned());
    };
    let booking = Attributes(row).text("bookingId")?.to_owned();
    Ok(PaymentView { gateway: gateway.to_owned(), transaction: transaction.to_owned(), booking })
}

/// Reads an event's settings.
pub(crate) fn event(key: &Key, row: &Row) -> Result<EventView, String> {
    let Some(Place::Event { event }) = key.place() else { return Err("the key names no event".to_owned()) };
    let row = Attributes(row);
    let document = row.document("document")?;
    let lanes: u32 = row.number("lanes")?;
    if lanes == 0 || document.get("lanes").and_then(Value::as_u64) != Some(u64::from(lanes)) {
        return Err("document and row name different lanes, or none".to_owned());
    }
    if document.get("id").and_then(Value::as_str) != Some(event) {
        return Err("document is another event's".to_owned());
    }
    let prices = document.get("prices").and_then(Value::as_object).ok_or("document has no prices")?;
    // What has none is not for sale.
    let prices: Option<Vec<i64>> = prices.values().filter(|price| !price.is_null()).map(Value::as_i64).collect();
    let rule = |name: &str| document.get("rules")?.get(name);
    let layout = document
        .get("layout")
        .and_then(|layout| Some((layout.get("layoutId")?.as_str()?.to_owned(), layout.get("version")?.as_u64()?)));
    Ok(EventView {
        event: event.to_owned(),
        layout,
        lanes,
        prices: prices.ok_or("document has a price that is no whole number")?,
        max_seats_per_buyer: rule("maxSeatsPerBuyer").and_then(Value::as_i64),
        one_booking_per_buyer: rule("oneBookingPerBuyer").and_then(Value::as_bool).unwrap_or_default(),
        max_hold_ms: rule("maxHoldMinutes").and_then(Value::as_i64).map(|minutes| minutes * 60_000),
    })
}

fn status(row: &Attributes<'_>, known: &[&str]) -> Result<String, String> {
    let status = row.text("status")?;
    if known.contains(&status) { Ok(status.to_owned()) } else { Err(format!("status is {status}")) }
}

/// A seat, its category, its price and, where there is one, its ticket type on each line, with tabs between.
fn priced_seats(text: &str) -> Result<Vec<PricedSeat>, String> {
    let mut seen = HashSet::new();
    let read = |line| {
        let mut fields = str::split(line, '\t');
        let mut next = || fields.next();
        let (Some(seat), Some(category), Some(price), ticket_type, None) = (next(), next(), next(), next(), next())
        else {
            return Err(format!("{line:?} is no seat with category and price"));
        };
        let price = price.parse().map_err(|_| format!("{line:?} has no price"))?;
        let ticket_type = ticket_type.map(str::to_owned);
        if seen.insert(seat) {
            Ok(PricedSeat { seat: seat.to_owned(), category: category.to_owned(), price, ticket_type })
        } else {
            Err(format!("seat {seat} is listed twice"))
        }
    };
    text.lines().map(read).collect()
}
