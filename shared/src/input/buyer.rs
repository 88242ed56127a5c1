//! Buyers' requests: hold, confirm, release.

use super::Fields;
use crate::booking::{Details, Payment};
use crate::limits::{
    DETAILS_BYTES_MAX, NOTE_CHARS_MAX, PAYMENT_FIELD_BYTES_MAX, SEATS_PER_REQUEST_MAX, SHOWN_CHARS_MAX,
};
use crate::name::{BuyerId, SeatId, TableId};
use crate::office::confirm::ConfirmRequest;
use crate::office::hold::{HoldRequest, Wish};
use crate::office::release::ReleaseRequest;
use crate::refusal::{Refusal, shown};
use crate::release::Which;
use crate::table::idempotency::Idempotency;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Fields with a list, and fields with a single id that stand for a list of one.
const SEAT_FIELDS: Names =
    Names { many: &["seatIds", "seatLabels", "seat_ids", "seatIDs"], one: &["seatId", "seatLabel"] };
const TABLE_FIELDS: Names = Names { many: &["tableIds"], one: &["tableId"] };

struct Names {
    many: &'static [&'static str],
    one: &'static [&'static str],
}

/// Who sent a request, and how to know it again.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The token's buyer.
    pub buyer: BuyerId,
    /// The request's own id.
    pub origin: String,
    /// Its `Idempotency-Key`.
    pub idempotency: Option<Idempotency>,
}

/// Reads a request to hold seats.
///
/// # Errors
/// `invalid_data`, or `not_found` for an event id that no event could have.
pub fn hold_seats(body: &Value, sender: Sender) -> Result<HoldRequest, Refusal> {
    let fields = Fields::of(body)?;
    let seats = seats(&fields)?.ok_or_else(|| Refusal::invalid("seatIds is missing"))?;
    if seats.is_empty() {
        return Err(Refusal::invalid("seatIds must name at least one seat"));
    }
    hold(&fields, Wish::Seats(seats), sender)
}

/// Reads a request to hold a table.
///
/// # Errors
/// `invalid_data`, or `not_found` for an id that nothing could have.
pub fn hold_table(body: &Value, sender: Sender) -> Result<HoldRequest, Refusal> {
    let fields = Fields::of(body)?;
    let id = fields.get("tableId").ok_or_else(|| Refusal::invalid("tableId is missing"))?;
    let id = id.as_str().ok_or_else(|| fields.refuse("tableId", "must be a string"))?;
    let table = TableId::parse(id).map_err(|why| fields.refuse("tableId", why))?;
    hold(&fields, Wish::Table(table), sender)
}

fn hold(fields: &Fields<'_>, wish: Wish, sender: Sender) -> Result<HoldRequest, Refusal> {
    Ok(HoldRequest {
        buyer: sender.buyer,
        event: fields.event_id()?,
        wish,
        length_ms: length(fields)?,
        origin: sender.origin,
        idempotency: sender.idempotency,
    })
}

/// A hold's length in milliseconds.
#[allow(clippy::cast_possible_truncation)] // bounded before
fn length(fields: &Fields<'_>) -> Result<Option<i64>, Refusal> {
    let name = "holdDurationMinutes";
    let Some(value) = fields.get(name) else { return Ok(None) };
    let minutes = value.as_f64().filter(|m| *m > 0.0).ok_or_else(|| fields.refuse(name, "must be a number above 0"))?;
    Ok(Some((minutes.min(1e9) * 60_000.0).round() as i64))
}

/// Reads a request to release.
///
/// # Errors
/// `invalid_data`, or `not_found` for an event id that no event could have.
pub fn release(body: &Value, sender: Sender) -> Result<ReleaseRequest, Refusal> {
    let fields = Fields::of(body)?;
    Ok(ReleaseRequest {
        buyer: sender.buyer,
        event: fields.event_id()?,
        which: which(&fields)?,
        idempotency: sender.idempotency,
    })
}

/// Reads a request to confirm.
///
/// # Errors
/// `invalid_data`, or `not_found` for an event id that no event could have.
pub fn confirm(body: &Value, sender: Sender) -> Result<ConfirmRequest, Refusal> {
    let fields = Fields::of(body)?;
    let paid = fields.object("paymentInfo", "paymentInfo.")?.map(read_payment).transpose()?.unwrap_or_default();
    let details = Details {
        contact_info: object_or_null(&fields, "contactInfo")?,
        payment_info: paid.record,
        passengers: passengers(&fields)?,
        notes: note(&fields, "notes")?,
        special_requests: note(&fields, "specialRequests")?,
    };
    if serde_json::to_string(&details).map_or(0, |text| text.len()) > DETAILS_BYTES_MAX {
        let message = format!("What goes on record with a booking must be at most {DETAILS_BYTES_MAX} bytes in all");
        return Err(Refusal::invalid(message));
    }
    Ok(ConfirmRequest {
        buyer: sender.buyer,
        event: fields.event_id()?,
        which: which(&fields)?,
        payment: paid.payment,
        payment_failed: paid.failed,
        details,
        idempotency: sender.idempotency,
    })
}

/// What a request says of its payment.
#[derive(Default)]
struct Paid {
    payment: Option<Payment>,
    failed: bool,
    record: Value,
}

/// Keeps the payment's ids and nothing else: card data that a client sends by mistake must not be stored.
fn read_payment(fields: Fields<'_>) -> Result<Paid, Refusal> {
    let read = |name| match fields.text(name, PAYMENT_FIELD_BYTES_MAX)? {
        Some(text) if text.len() > PAYMENT_FIELD_BYTES_MAX => {
            Err(fields.refuse(name, format!("must have at most {PAYMENT_FIELD_BYTES_MAX} bytes")))
        }
        text => Ok(text),
    };
    let transaction = match read("transactionId")? {
        Some(id) => Some(id),
        None => read("paymentId")?,
    };
    let gateway = read("gateway")?.filter(|gateway| !gateway.is_empty()).unwrap_or("default");
    let known = [
        ("method", read("method")?),
        ("transactionId", transaction),
        ("gateway", Some(gateway)),
        ("status", read("status")?),
    ];
    let record: Map<String, Value> = known.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?.into()))).collect();
    if transaction.is_some_and(str::is_empty) {
        return Err(fields.refuse("transactionId", "must not be empty; leave it out where there is no payment"));
    }
    let payment = transaction.map(|id| Payment { gateway: gateway.to_owned(), transaction: id.to_owned() });
    Ok(Paid {
        payment,
        failed: read("status")?.is_some_and(|status| status.eq_ignore_ascii_case("failed")),
        record: Value::Object(record),
    })
}

fn object_or_null(fields: &Fields<'_>, name: &'static str) -> Result<Value, Refusal> {
    match fields.get(name) {
        None => Ok(Value::Null),
        Some(value) if value.is_object() => Ok(value.clone()),
        Some(_) => Err(fields.refuse(name, "must be an object")),
    }
}

fn passengers(fields: &Fields<'_>) -> Result<Value, Refusal> {
    let Some(value) = fields.get("passengers") else { return Ok(Value::Null) };
    let list = value.as_array().filter(|list| list.len() <= SEATS_PER_REQUEST_MAX && list.iter().all(Value::is_object));
    match list {
        Some(_) => Ok(value.clone()),
        None => Err(fields.refuse("passengers", format!("must be a list of at most {SEATS_PER_REQUEST_MAX} objects"))),
    }
}

fn note(fields: &Fields<'_>, name: &'static str) -> Result<Value, Refusal> {
    Ok(fields.text(name, NOTE_CHARS_MAX)?.map_or(Value::Null, Value::from))
}

/// The seats and tables that a request names. A list that is there but empty is a client's mistake, and must not be
/// taken for the whole hold.
fn which(fields: &Fields<'_>) -> Result<Which, Refusal> {
    let (seats, tables) = (seats(fields)?, tables(fields)?);
    let is_named = seats.is_some() || tables.is_some();
    let which = Which { seats: seats.unwrap_or_default(), tables: tables.unwrap_or_default() };
    if is_named && which.is_whole_hold() {
        return Err(Refusal::invalid("seatIds must name at least one seat; leave it out to mean everything you hold"));
    }
    Ok(which)
}

fn seats(fields: &Fields<'_>) -> Result<Option<Vec<SeatId>>, Refusal> {
    let Some((name, raw)) = strings(fields, &SEAT_FIELDS)? else { return Ok(None) };
    if raw.len() > SEATS_PER_REQUEST_MAX {
        return Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX));
    }
    let wrong: Vec<&str> = raw.iter().copied().filter(|id| SeatId::parse(id).is_err()).collect();
    if !wrong.is_empty() {
        return Err(Refusal::unknown_seats(&wrong));
    }
    once(fields, name, &raw)?;
    Ok(Some(raw.iter().filter_map(|id| SeatId::parse(id).ok()).collect()))
}

fn tables(fields: &Fields<'_>) -> Result<Option<Vec<TableId>>, Refusal> {
    let Some((name, raw)) = strings(fields, &TABLE_FIELDS)? else { return Ok(None) };
    if raw.len() > SEATS_PER_REQUEST_MAX {
        return Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX));
    }
    once(fields, name, &raw)?;
    let parse = |id: &&str| TableId::parse(id).map_err(|why| fields.refuse(name, why));
    raw.iter().map(parse).collect::<Result<_, _>>().map(Some)
}

/// The ids under the first of these names that is there.
fn strings<'a>(fields: &Fields<'a>, names: &Names) -> Result<Option<(&'static str, Vec<&'a str>)>, Refusal> {
    if let Some((name, value)) = fields.any(names.many) {
        let list = value.as_array().ok_or_else(|| fields.refuse(name, "must be a list of strings"))?;
        let text = |(at, value): (usize, &'a Value)| {
            value.as_str().ok_or_else(|| fields.refuse(&format!("{name}[{at}]"), "must be a string"))
        };
        return Ok(Some((name, list.iter().enumerate().map(text).collect::<Result<_, _>>()?)));
    }
    let Some((name, value)) = fields.any(names.one) else { return Ok(None) };
    let one = value.as_str().ok_or_else(|| fields.refuse(name, "must be a string"))?;
    Ok(Some((name, vec![one])))
}

fn once(fields: &Fields<'_>, name: &str, ids: &[&str]) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    match ids.iter().find(|id| !seen.insert(**id)) {
        Some(twice) => Err(fields.refuse(name, format!("names {} more than once", shown(twice, SHOWN_CHARS_MAX)))),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sender() -> Sender {
        Sender { buyer: BuyerId::parse("ann").unwrap(), origin: "r1".into(), idempotency: None }
    }

    fn refusal(body: Value) -> String {
        hold_seats(&body, sender()).unwrap_err().message
    }

    #[test]
    fn every_alias_of_the_seeds_names_event_and_seats() {
        for event in ["eventId", "tripId", "screeningId", "screening_id", "eventID"] {
            for seats in ["seatIds", "seatLabels", "seat_ids", "seatIDs"] {
                let read = hold_seats(&json!({ event: "e1", seats: ["1A"] }), sender()).unwrap();
                assert_eq!(read.event.as_str(), "e1");
                assert!(matches!(read.wish, Wish::Seats(seats) if seats[0].as_str() == "1A"));
            }
        }
        assert!(hold_seats(&json!({ "tripId": "e1", "seatLabel": "1A" }), sender()).is_ok());
    }

    #[test]
    fn bad_holds_are_refused_with_a_reason() {
        let many: Vec<String> = (0..51).map(|i| format!("s{i}")).collect();
        for (body, reason) in [
            (json!([]), "The body must be a JSON object"),
            (json!({ "seatIds": ["a"] }), "eventId is missing"),
            (json!({ "eventId": 7, "seatIds": ["a"] }), "eventId must be a non-empty string"),
            (json!({ "eventId": "e" }), "seatIds is missing"),
            (json!({ "eventId": "e", "seatIds": null }), "seatIds is missing"),
            (json!({ "eventId": "e", "seatIds": [] }), "seatIds must name at least one seat"),
            (json!({ "eventId": "e", "seatIds": [1] }), "seatIds[0] must be a string"),
            (json!({ "eventId": "e", "seatIds": {} }), "seatIds must be a list of strings"),
            (json!({ "eventId": "e", "seatIds": "a" }), "seatIds must be a list of strings"),
            (json!({ "eventId": "e", "seatLabel": ["a"] }), "seatLabel must be a string"),
            (json!({ "eventId": "e", "seatIds": ["a", "a"] }), "seatIds names a more than once"),
            (json!({ "eventId": "e", "seatIds": ["", "b\u{7}"] }), "Invalid seat IDs: , b\u{fffd}"),
            (json!({ "eventId": "e", "seatIds": many }), "Cannot hold more than 50 seats at once"),
            (
                json!({ "eventId": "e", "seatIds": ["a"], "holdDurationMinutes": 0 }),
                "holdDurationMinutes must be a number above 0",
            ),
            (
                json!({ "eventId": "e", "seatIds": ["a"], "holdDurationMinutes": "10" }),
                "holdDurationMinutes must be a number above 0",
            ),
        ] {
            assert_eq!(refusal(body), reason);
        }
    }

    #[test]
    fn a_confirm_keeps_no_card_data() {
        let body = json!({ "eventId": "e", "paymentInfo": { "paymentId": "p1", "cardNumber": "4111111111111111" } });
        let read = confirm(&body, sender()).unwrap();
        assert_eq!(read.payment, Some(Payment { gateway: "default".into(), transaction: "p1".into() }));
        assert_eq!(read.details.payment_info, json!({ "transactionId": "p1", "gateway": "default" }));
    }

    #[test]
    fn an_empty_list_is_not_the_whole_hold() {
        assert!(release(&json!({ "eventId": "e", "seatIds": [] }), sender()).is_err());
        assert!(release(&json!({ "eventId": "e" }), sender()).unwrap().which.is_whole_hold());
        assert!(
            !release(&json!({ "eventId": "e", "seatIds": [], "tableIds": ["t"] }), sender())
                .unwrap()
                .which
                .is_whole_hold()
        );
    }
}
