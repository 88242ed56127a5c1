//! Buyers' requests: hold, confirm, release, cancel. What is wrong is refused with `invalid_data`, another buyer's
//! `userId` with `forbidden`, and an event id that no event could have with `not_found`.

use super::payment;
use crate::admission::{Admission, Arrival};
use crate::fields::{EVENT_FIELDS, Fields};
use crate::office::cancel::CancelRequest;
use crate::office::confirm::ConfirmRequest;
use crate::office::extend::ExtendRequest;
use crate::office::hold::{HoldRequest, Wanted};
use crate::office::release::ReleaseRequest;
use domain::booking::Details;
use domain::limits::{DETAILS_BYTES_MAX, NOTE_CHARS_MAX, OWN_JSON_DEPTH_MAX, SEATS_PER_REQUEST_MAX, SHOWN_CHARS_MAX};
use domain::name::shown;
use domain::name::{BookingId, SeatId, TableId, TicketTypeId, one_form};
use domain::refusal::Refusal;
use domain::selection::Selection;
use domain::ticket_type::TypesBySeat;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Fields with a list of seats, and fields with a single id that stand for a list of one.
pub(super) const SEAT_FIELDS: [&str; 6] = ["seatIds", "seatLabels", "seat_ids", "seatIDs", "seatId", "seatLabel"];
const TABLE_FIELDS: [&str; 2] = ["tableIds", "tableId"];
/// What a hold may say beside event, seats or table. Clients of the older systems send a reason.
pub(super) const HOLD_FIELDS: [&str; 3] = ["holdDurationMinutes", "ticketTypes", "reason"];
pub(super) const CONFIRM_FIELDS: [&str; 6] =
    ["contactInfo", "paymentInfo", "passengers", "notes", "specialRequests", "reason"];

/// Reads a request to hold seats.
pub fn hold_seats(body: &Value, arrival: Arrival) -> Result<HoldRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &SEAT_FIELDS, &HOLD_FIELDS])?;
    let seats = some_seats(&fields)?.ok_or_else(|| Refusal::invalid("seatIds is missing"))?;
    hold(&fields, Wanted::Seats(seats), admission)
}

/// Reads a request to hold a table.
pub fn hold_table(body: &Value, arrival: Arrival) -> Result<HoldRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &["tableId"], &HOLD_FIELDS])?;
    let id = fields.get("tableId").ok_or_else(|| Refusal::invalid("tableId is missing"))?;
    let id = id.as_str().ok_or_else(|| fields.refuse("tableId", "must be a string"))?;
    let table = TableId::parse(id).map_err(|why| fields.refuse("tableId", why))?;
    hold(&fields, Wanted::Table(table), admission)
}

fn hold(fields: &Fields<'_>, wanted: Wanted, admission: Admission) -> Result<HoldRequest, Refusal> {
    let (event, types, length_ms) = (fields.event_id()?, types_by_seat(fields)?, length(fields)?);
    Ok(HoldRequest { event, wanted, types, length_ms, admission })
}

/// What seats are to be held as: an object of seat and ticket type.
pub(super) fn types_by_seat(fields: &Fields<'_>) -> Result<TypesBySeat, Refusal> {
    let name = "ticketTypes";
    let mut types = BTreeMap::new();
    let Some(value) = fields.get(name) else { return Ok(TypesBySeat(types)) };
    let object = value.as_object().ok_or_else(|| fields.refuse(name, "must be an object of seat: ticket type"))?;
    for (seat, id) in object {
        let refuse = |why: &str| fields.refuse(&format!("{name}.{}", shown(seat, SHOWN_CHARS_MAX)), why);
        let seat = SeatId::parse(seat).map_err(|why| refuse(&format!("is no seat: a seat's id {why}")))?;
        let id = id.as_str().ok_or_else(|| refuse("must be the id of a ticket type"))?;
        let id = TicketTypeId::parse(id).map_err(|why| refuse(&why))?;
        if types.insert(seat, id.clone()).is_some_and(|before| before != id) {
            return Err(refuse("is named twice, with two ticket types"));
        }
    }
    Ok(TypesBySeat(types))
}

/// A hold's length in milliseconds.
#[allow(clippy::cast_possible_truncation)] // bounded before
pub(super) fn length(fields: &Fields<'_>) -> Result<Option<i64>, Refusal> {
    let name = "holdDurationMinutes";
    let Some(value) = fields.get(name) else { return Ok(None) };
    let minutes = value.as_f64().filter(|m| *m > 0.0).ok_or_else(|| fields.refuse(name, "must be a number above 0"))?;
    Ok(Some((minutes.min(1e9) * 60_000.0).round() as i64))
}

/// Reads a request to extend a hold.
pub fn extend(body: &Value, arrival: Arrival) -> Result<ExtendRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &["reason"]])?;
    Ok(ExtendRequest { event: fields.event_id()?, admission })
}

/// Reads a request to end a session. It may come without a body.
pub fn end_session(body: Option<&Value>, arrival: Arrival) -> Result<Admission, Refusal> {
    let Some(body) = body else { return end_session(Some(&json!({})), arrival) };
    arrival.admit(&Fields::of(body)?, &[&["reason"]])
}

/// Reads a request to release.
pub fn release(body: &Value, arrival: Arrival) -> Result<ReleaseRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &SEAT_FIELDS, &TABLE_FIELDS, &["reason"]])?;
    Ok(ReleaseRequest { event: fields.event_id()?, selection: selection(&fields)?, admission })
}

/// Reads a request to confirm.
pub fn confirm(body: &Value, arrival: Arrival) -> Result<ConfirmRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &SEAT_FIELDS, &TABLE_FIELDS, &CONFIRM_FIELDS])?;
    let paid = payment::read(&fields)?;
    let details = details(&fields, paid.record)?;
    Ok(ConfirmRequest {
        event: fields.event_id()?,
        selection: selection(&fields)?,
        payment: paid.payment,
        unpaid: paid.unpaid,
        details,
        admission,
    })
}

/// Reads a request to cancel a booking, or some seats of it. It may come without a body.
pub fn cancel(booking: BookingId, body: Option<&Value>, arrival: Arrival) -> Result<CancelRequest, Refusal> {
    let Some(body) = body else { return cancel(booking, Some(&json!({})), arrival) };
    let fields = Fields::of(body)?;
    let admission = arrival.about(booking.as_str()).admit(&fields, &[&SEAT_FIELDS, &["reason"]])?;
    let seats = seats(&fields)?;
    if seats.as_ref().is_some_and(Vec::is_empty) {
        return Err(Refusal::invalid("seatIds must name at least one seat; leave it out to cancel the whole booking"));
    }
    // Where an admin names no buyer, the buyer is known only once the booking is read.
    let is_limited = !admission.sees_all;
    Ok(CancelRequest { booking, seats, admission: Admission { is_limited, ..admission } })
}

/// What goes on record with a booking; `payment` is what is recorded of its payment.
pub(super) fn details(fields: &Fields<'_>, payment: Value) -> Result<Details, Refusal> {
    let details = Details {
        contact_info: object_or_null(fields, "contactInfo")?,
        payment_info: payment,
        passengers: passengers(fields)?,
        notes: note(fields, "notes")?,
        special_requests: note(fields, "specialRequests")?,
    };
    if serde_json::to_string(&details).map_or(0, |text| text.len()) > DETAILS_BYTES_MAX {
        let message = format!("What goes on record with a booking must be at most {DETAILS_BYTES_MAX} bytes in all");
        return Err(Refusal::invalid(message));
    }
    Ok(details)
}

fn object_or_null(fields: &Fields<'_>, name: &'static str) -> Result<Value, Refusal> {
    match fields.get(name) {
        None => Ok(Value::Null),
        Some(value) if value.is_object() => {
            fields.shallow(name, OWN_JSON_DEPTH_MAX)?;
            Ok(value.clone())
        }
        Some(_) => Err(fields.refuse(name, "must be an object")),
    }
}

fn passengers(fields: &Fields<'_>) -> Result<Value, Refusal> {
    let Some(value) = fields.get("passengers") else { return Ok(Value::Null) };
    fields.shallow("passengers", OWN_JSON_DEPTH_MAX)?;
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
fn selection(fields: &Fields<'_>) -> Result<Selection, Refusal> {
    let (seats, tables) = (seats(fields)?, tables(fields)?);
    let is_named = seats.is_some() || tables.is_some();
    let selection = Selection { seats: seats.unwrap_or_default(), tables: tables.unwrap_or_default() };
    if is_named && selection.is_whole_hold() {
        return Err(Refusal::invalid("seatIds must name at least one seat; leave it out to mean everything you hold"));
    }
    Ok(selection)
}

/// The seats that a request names; a list without any is refused.
pub(super) fn some_seats(fields: &Fields<'_>) -> Result<Option<Vec<SeatId>>, Refusal> {
    match seats(fields)? {
        Some(seats) if seats.is_empty() => Err(Refusal::invalid("seatIds must name at least one seat")),
        seats => Ok(seats),
    }
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
    let seats: Vec<SeatId> = raw.iter().filter_map(|id| SeatId::parse(id).ok()).collect();
    each_once(fields, name, seats.iter().map(SeatId::as_str))?;
    Ok(Some(seats))
}

fn tables(fields: &Fields<'_>) -> Result<Option<Vec<TableId>>, Refusal> {
    let Some((name, raw)) = strings(fields, &TABLE_FIELDS)? else { return Ok(None) };
    if raw.len() > SEATS_PER_REQUEST_MAX {
        return Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX));
    }
    let parse = |id: &&str| TableId::parse(id).map_err(|why| fields.refuse(name, why));
    let tables: Vec<TableId> = raw.iter().map(parse).collect::<Result<_, _>>()?;
    each_once(fields, name, tables.iter().map(TableId::as_str))?;
    Ok(Some(tables))
}

/// The ids under any of these names, in the order of the first name that has them. Several names must list the same
/// ids, in any order. A singular name (`seatId`) stands for a list of one.
fn strings<'a>(fields: &Fields<'a>, names: &[&'static str]) -> Result<Option<(&'static str, Vec<&'a str>)>, Refusal> {
    let read = |name: &'static str, value: &'a Value| Ok(Listed(list(fields, name, value)?));
    Ok(fields.agreed(names, read)?.map(|(name, Listed(ids))| (name, ids)))
}

fn list<'a>(fields: &Fields<'a>, name: &'static str, value: &'a Value) -> Result<Vec<&'a str>, Refusal> {
    if matches!(name, "seatId" | "seatLabel" | "tableId") {
        let one = value.as_str().ok_or_else(|| fields.refuse(name, "must be a string"))?;
        return Ok(vec![one]);
    }
    let list = value.as_array().ok_or_else(|| fields.refuse(name, "must be a list of strings"))?;
    let text = |(at, value): (usize, &'a Value)| {
        value.as_str().ok_or_else(|| fields.refuse(&format!("{name}[{at}]"), "must be a string"))
    };
    list.iter().enumerate().map(text).collect()
}

/// Ids that mean the same in any order.
struct Listed<'a>(Vec<&'a str>);

impl PartialEq for Listed<'_> {
    fn eq(&self, other: &Self) -> bool {
        let ids = |listed: &Self| listed.0.iter().map(|id| one_form(id).into_owned()).collect::<BTreeSet<_>>();
        ids(self) == ids(other)
    }
}

fn each_once<'a>(fields: &Fields<'_>, name: &str, mut ids: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    match ids.find(|id| !seen.insert(*id)) {
        Some(twice) => Err(fields.refuse(name, format!("names {} more than once", shown(twice, SHOWN_CHARS_MAX)))),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "buyer_tests.rs"]
mod tests;
