//! Rows to domain values and back: the names of attributes live here.

use crate::key::{self, Key};
use crate::packed;
use crate::{Item, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::booking::{Booking, BookingStatus, Details, Payment};
use domain::clock::Moment;
use domain::hold::Hold;
use domain::limits::HOLD_ROW_KEPT_SECONDS;
use domain::money::{Currency, Minor};
use domain::name::{BookingId, BuyerId, CategoryId, EventId, HoldId, OrderId, SeatId, TicketTypeId};
use domain::order::FailedOrder;
use domain::seat::PricedSeat;
use domain::tally::{Counted, Tally};
use serde::{Deserialize, Serialize};

/// Text attribute.
#[must_use]
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Number attribute.
#[must_use]
pub fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// An item that starts with its keys.
#[must_use]
pub fn keyed(key: &Key) -> Item {
    Item::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

/// Reads attributes of one row; what is missing or of another type is a fault, named in the log.
pub(crate) struct Reader<'a>(pub &'a Item);

impl<'a> Reader<'a> {
    /// Text, if there.
    #[must_use]
    pub fn maybe(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(|v| v.as_s().ok()).map(String::as_str)
    }

    /// Number, if there.
    #[must_use]
    pub fn maybe_number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok())
    }

    /// Text.
    pub fn text(&self, name: &'static str) -> Result<&'a str, StoreError> {
        self.maybe(name).ok_or_else(|| bad_row(name, "missing"))
    }

    /// Number.
    pub fn number(&self, name: &'static str) -> Result<i64, StoreError> {
        self.maybe_number(name).ok_or_else(|| bad_row(name, "missing"))
    }

    /// Text that [`packed::pack`] wrote.
    pub fn packed(&self, name: &'static str) -> Result<String, StoreError> {
        let value = self.0.get(name).ok_or_else(|| bad_row(name, "missing"))?;
        packed::unpack(value).map_err(|e| bad_row(name, &e))
    }
}

/// Logs a row that cannot be read. The attribute is named, its value is not: it may be personal.
pub(crate) fn bad_row(attribute: &str, why: &str) -> StoreError {
    tracing::error!(attribute, why, "row cannot be read");
    StoreError::Fault
}

pub(crate) fn name<N>(attribute: &'static str, parsed: Result<N, String>) -> Result<N, StoreError> {
    parsed.map_err(|e| bad_row(attribute, &e))
}

/// The row that says which booking a payment has paid for.
pub fn payment_guard(payment: &Payment, booking: &BookingId) -> Item {
    let mut item = keyed(&key::payment(&payment.gateway, &payment.transaction));
    item.insert("bookingId".to_owned(), text(booking.as_str()));
    item
}

/// The booking that a payment's guard names.
pub fn guarded_booking(guard: &Item) -> Result<BookingId, StoreError> {
    name("bookingId", BookingId::stored(Reader(guard).text("bookingId")?))
}

/// Writes a hold row. Its `ttl` lies a day after its expiry, so that a late payment can still be told what happened.
#[must_use]
pub fn of_hold(hold: &Hold) -> Item {
    let mut item = keyed(&key::hold(&hold.buyer, &hold.event));
    item.insert("holdId".to_owned(), text(hold.id.as_str()));
    item.insert("revision".to_owned(), number(hold.revision));
    item.extend(hold.started_at.map(|at| ("startedAt".to_owned(), number(at.0))));
    if hold.of_session {
        item.insert(OF_SESSION.to_owned(), AttributeValue::Bool(true));
    }
    item.insert("expiresAt".to_owned(), number(hold.expires_at.0));
    item.insert("currency".to_owned(), text(hold.currency.code()));
    item.insert("seats".to_owned(), packed::pack(&seats_text(&hold.seats)));
    item.insert("ttl".to_owned(), number(hold.expires_at.seconds() + HOLD_ROW_KEPT_SECONDS));
    item
}

/// Reads a hold row.
pub fn hold(item: &Item) -> Result<Hold, StoreError> {
    let row = Reader(item);
    let buyer = row.text("pk")?.strip_prefix(key::BUYER).ok_or_else(|| bad_row("pk", "not a buyer"))?;
    let event = row.text("sk")?.strip_prefix(key::HOLD).ok_or_else(|| bad_row("sk", "not a hold"))?;
    Ok(Hold {
        id: name("holdId", HoldId::stored(row.text("holdId")?))?,
        event: name("sk", EventId::stored(event))?,
        buyer: name("pk", BuyerId::stored(buyer))?,
        revision: u64::try_from(row.number("revision")?).map_err(|_| bad_row("revision", "negative"))?,
        started_at: row.maybe_number("startedAt").map(Moment),
        of_session: item.contains_key(OF_SESSION),
        expires_at: Moment(row.number("expiresAt")?),
        currency: name("currency", Currency::parse(row.text("currency")?))?,
        seats: read_seats(&row.packed("seats")?)?,
    })
}

/// The attribute of a hold that ends with its buyer's session; it is there or not.
const OF_SESSION: &str = "ofSession";
/// The attribute with what a booking counts for among its buyer's limits.
const COUNTED: &str = "counted";
/// The attribute with what a seat is held or sold as.
pub const TICKET_TYPE: &str = "ticketType";
/// The attribute with the cancelled seats of a booking that stands.
pub const CANCELLED_SEATS: &str = "cancelledSeats";

/// What a booking says, in one attribute so that it deflates well.
#[derive(Serialize, Deserialize)]
struct Record {
    seats: String,
    details: Details,
}

/// Writes a booking. Its id, buyer and event stand in its keys and nowhere else.
#[must_use]
pub fn of_booking(booking: &Booking, lanes: u32) -> Item {
    let mut item = keyed(&key::booking(&booking.id));
    let lane = crc32fast::hash(booking.id.as_str().as_bytes()) % lanes;
    item.insert("buyerKey".to_owned(), text(key::buyer(&booking.buyer)));
    item.insert("eventKey".to_owned(), text(key::bookings_of_event(&booking.event, lane)));
    item.insert("sortKey".to_owned(), text(key::by_time(booking.created_at, booking.id.as_str())));
    item.insert("status".to_owned(), text(booking.status.as_str()));
    item.insert("currency".to_owned(), text(booking.currency.code()));
    item.insert("createdAt".to_owned(), number(booking.created_at.0));
    item.extend(counted_text(booking.counted).map(|word| (COUNTED.to_owned(), text(word))));
    let record = Record { seats: seats_text(&booking.seats), details: booking.details.clone() };
    item.insert("record".to_owned(), packed::pack(&serde_json::to_string(&record).unwrap_or_default()));
    item
}

/// Reads a booking.
pub fn booking(item: &Item) -> Result<Booking, StoreError> {
    let row = Reader(item);
    let status = match row.text("status")? {
        "confirmed" => BookingStatus::Confirmed,
        "cancelled" => BookingStatus::Cancelled,
        _ => return Err(bad_row("status", "unknown")),
    };
    let (seats, details) = read_record(&row.packed("record")?)?;
    let seats = read_seats(&seats)?;
    let (id, event, buyer) = key::parse_booking(row.text("pk")?, row.text("eventKey")?, row.text("buyerKey")?)
        .ok_or_else(|| bad_row("pk", "not a booking's keys"))?;
    Ok(Booking {
        id,
        event,
        buyer,
        status,
        cancelled: match status {
            BookingStatus::Confirmed => read_cancelled(&row)?,
            BookingStatus::Cancelled => seats.iter().map(|seat| seat.id.clone()).collect(),
        },
        seats,
        currency: name("currency", Currency::parse(row.text("currency")?))?,
        details,
        counted: match row.maybe(COUNTED) {
            None => Counted::No,
            Some("seats") => Counted::Seats,
            Some("only") => Counted::SeatsAndOnly,
            Some(_) => return Err(bad_row(COUNTED, "unknown")),
        },
        created_at: Moment(row.number("createdAt")?),
        cancelled_at: row.maybe_number("cancelledAt").map(Moment),
    })
}

fn counted_text(counted: Counted) -> Option<&'static str> {
    match counted {
        Counted::No => None,
        Counted::Seats => Some("seats"),
        Counted::SeatsAndOnly => Some("only"),
    }
}

/// Reads what a buyer has booked in an event.
pub fn tally(item: &Item) -> Result<Tally, StoreError> {
    let row = Reader(item);
    Ok(Tally {
        booked: usize::try_from(row.number("booked")?).map_err(|_| bad_row("booked", "negative"))?,
        only: row.maybe("bookingId").map(|id| name("bookingId", BookingId::stored(id))).transpose()?,
    })
}

/// Writes a payment that failed.
#[must_use]
pub fn of_failed_order(order: &FailedOrder) -> Item {
    let mut item = keyed(&key::failed_order(&order.buyer, &order.id));
    item.insert("buyerKey".to_owned(), text(key::failed_orders(&order.buyer)));
    item.insert("sortKey".to_owned(), text(key::by_time(order.created_at, order.id.as_str())));
    item.insert("eventId".to_owned(), text(order.event.as_str()));
    item.insert("amount".to_owned(), number(order.amount.0));
    item.insert("currency".to_owned(), text(order.currency.code()));
    item.insert("createdAt".to_owned(), number(order.created_at.0));
    if let Some((gateway, transaction)) = &order.payment {
        item.insert("gateway".to_owned(), text(gateway));
        item.insert("transactionId".to_owned(), text(transaction));
    }
    item
}

/// Reads a payment that failed.
pub fn failed_order(item: &Item) -> Result<FailedOrder, StoreError> {
    let row = Reader(item);
    let buyer = row.text("pk")?.strip_prefix(key::BUYER).ok_or_else(|| bad_row("pk", "not a buyer"))?;
    let id = row.text("sk")?.strip_prefix(key::ORDER).ok_or_else(|| bad_row("sk", "not an order"))?;
    Ok(FailedOrder {
        id: name("sk", OrderId::stored(id))?,
        buyer: name("pk", BuyerId::stored(buyer))?,
        event: name("eventId", EventId::stored(row.text("eventId")?))?,
        payment: row.maybe("gateway").zip(row.maybe("transactionId")).map(|(g, t)| (g.to_owned(), t.to_owned())),
        amount: Minor(row.number("amount")?),
        currency: name("currency", Currency::parse(row.text("currency")?))?,
        created_at: Moment(row.number("createdAt")?),
    })
}

/// The seats and the details of a record. Details that cannot be read (earlier versions of the product took JSON of any
/// depth) are logged and left out, so that the seats can still be shown.
fn read_record(text: &str) -> Result<(String, Details), StoreError> {
    #[derive(Deserialize)]
    struct Seats {
        seats: String,
    }
    if let Ok(record) = serde_json::from_str::<Record>(text) {
        return Ok((record.seats, record.details));
    }
    // `serde_json` skips a field that `Seats` does not have, however deep its value is.
    let record: Seats = serde_json::from_str(text).map_err(|_| bad_row("record", "not a booking's record"))?;
    tracing::error!("the details of a booking cannot be read");
    Ok((record.seats, Details::default()))
}

/// The cancelled seats of a booking, one a line: names hold no control characters.
#[must_use]
pub fn cancelled_text(seats: &[SeatId]) -> String {
    seats.iter().map(|seat| format!("{seat}\n")).collect()
}

fn read_cancelled(row: &Reader<'_>) -> Result<Vec<SeatId>, StoreError> {
    let text = row.maybe(CANCELLED_SEATS).unwrap_or_default();
    text.lines().map(|id| name(CANCELLED_SEATS, SeatId::stored(id))).collect()
}

/// Priced seats as text, one a line: names hold no control characters, so tab and line feed separate them. The ticket
/// type stands last, where there is one.
fn seats_text(seats: &[PricedSeat]) -> String {
    let one = |seat: &PricedSeat| {
        let ticket_type = seat.ticket_type.as_ref().map(|id| format!("\t{id}")).unwrap_or_default();
        format!("{}\t{}\t{}{ticket_type}\n", seat.id, seat.category, seat.price.0)
    };
    seats.iter().map(one).collect()
}

fn read_seats(text: &str) -> Result<Vec<PricedSeat>, StoreError> {
    text.lines().map(read_seat).collect()
}

fn read_seat(line: &str) -> Result<PricedSeat, StoreError> {
    let mut fields = line.split('\t');
    let mut field = || fields.next().ok_or_else(|| bad_row("seats", "too few fields"));
    Ok(PricedSeat {
        id: name("seats", SeatId::stored(field()?))?,
        category: name("seats", CategoryId::stored(field()?))?,
        price: Minor(field()?.parse().map_err(|_| bad_row("seats", "price"))?),
        ticket_type: fields.next().map(|id| name("seats", TicketTypeId::stored(id))).transpose()?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::samples::some_hold;

    #[test]
    fn a_hold_comes_back_from_its_row() {
        for seats in [0, 1, 50] {
            assert_eq!(hold(&of_hold(&some_hold(seats))), Ok(some_hold(seats)));
        }
        let bound = Hold { started_at: Some(Moment(7)), of_session: true, ..some_hold(1) };
        assert_eq!(hold(&of_hold(&bound)), Ok(bound));
    }

    #[test]
    fn seats_with_and_without_a_ticket_type_come_back() {
        let mut held = some_hold(2);
        held.seats[1].ticket_type = Some(TicketTypeId::parse("Enfant à 2 €").unwrap());
        assert_eq!(hold(&of_hold(&held)), Ok(held));
    }

    #[test]
    fn rows_of_before_ids_had_one_form_are_read_as_they_are() {
        let mut old = some_hold(2);
        old.seats[0].id = SeatId::stored("Cafe\u{301}").unwrap();
        old.seats[1].id = SeatId::stored("A\u{200b}1").unwrap();
        old.seats[1].category = CategoryId::stored("\u{202e}vip").unwrap();
        assert_eq!(hold(&of_hold(&old)), Ok(old.clone()));
        for priced in &old.seats {
            let mut item = keyed(&key::seat(&old.event, 3, &priced.id));
            item.insert("status".to_owned(), text("booked"));
            item.insert("version".to_owned(), number(2));
            assert_eq!(crate::seat_row::seat(&item).map(|seat| seat.id), Ok(priced.id.clone()));
        }
    }

    #[test]
    fn a_booking_comes_back_from_its_row() {
        let details = Details { notes: serde_json::json!("Birthday"), ..Details::default() };
        let held = some_hold(4);
        let made = Booking::of_hold(&held, held.seats.clone(), details, Moment(7));
        for counted in [Counted::No, Counted::Seats, Counted::SeatsAndOnly] {
            let made = Booking { counted, ..made.clone() };
            assert_eq!(booking(&of_booking(&made, 4)), Ok(made));
        }
    }

    #[test]
    fn a_failed_order_comes_back_from_its_row_with_and_without_a_payment() {
        let order = FailedOrder {
            id: OrderId::of_payment("stripe", "t1"),
            buyer: some_hold(1).buyer,
            event: some_hold(1).event,
            payment: Some(("stripe".into(), "t1".into())),
            amount: Minor(15_000),
            currency: some_hold(1).currency,
            created_at: Moment(7),
        };
        for order in [FailedOrder { payment: None, ..order.clone() }, order] {
            assert_eq!(failed_order(&of_failed_order(&order)), Ok(order));
        }
    }

    #[test]
    fn ttl_is_in_seconds_and_a_day_behind_the_expiry() {
        let item = of_hold(&some_hold(1));
        assert_eq!(Reader(&item).number("ttl"), Ok(1 + 86_400));
    }
}
