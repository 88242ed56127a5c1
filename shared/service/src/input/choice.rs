//! Requests whose seats are chosen: places of an area, the best available, and booking in one step. What is wrong is refused
//! with `invalid_data`.

use super::buyer::{CONFIRM_FIELDS, HOLD_FIELDS, SEAT_FIELDS, details, length, some_seats, types_by_seat};
use super::payment;
use crate::admission::{Admission, Arrival};
use crate::fields::{EVENT_FIELDS, Fields, json};
use crate::office::book::{BookRequest, BookedSeats};
use crate::office::hold::HoldBestRequest;
use domain::choice::wish::Named;
use domain::limits::{SEATS_PER_REQUEST_MAX, SHOWN_CHARS_MAX, TEXT_CHARS_MAX};
use domain::name::{AreaId, TicketTypeId, shown};
use domain::refusal::Refusal;
use domain::ticket_type::TypesByCount;
use serde_json::Value;
use std::collections::BTreeMap;

/// What best-available may say of the seats.
const BEST_FIELDS: [&str; 5] = ["quantity", "categoryId", "areaId", "accessible", "together"];

/// Reads a request to hold places of an area.
pub fn hold_area(body: &Value, arrival: Arrival) -> Result<HoldBestRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &["areaId", "quantity"], &HOLD_FIELDS])?;
    let (quantity, types) = quantity_and_types(&fields)?;
    let area = area(&fields)?.ok_or_else(|| Refusal::invalid("areaId is missing"))?;
    let quantity = quantity.ok_or_else(|| Refusal::invalid("quantity is missing"))?;
    hold(&fields, Named { quantity, accessible: 0, category: None, area: Some(area), together: true, types }, admission)
}

/// Reads a request to hold the best seats.
pub fn best_available(body: &Value, arrival: Arrival) -> Result<HoldBestRequest, Refusal> {
    let fields = Fields::of(body)?;
    let admission = arrival.admit(&fields, &[&EVENT_FIELDS, &BEST_FIELDS, &HOLD_FIELDS])?;
    let named = best(&fields, None)?;
    hold(&fields, named, admission)
}

fn hold(fields: &Fields<'_>, named: Named, admission: Admission) -> Result<HoldBestRequest, Refusal> {
    Ok(HoldBestRequest { event: fields.event_id()?, named, length_ms: length(fields)?, admission })
}

/// Reads a request to book at once.
pub fn book(body: &Value, arrival: Arrival) -> Result<BookRequest, Refusal> {
    let fields = Fields::of(body)?;
    let known = [&EVENT_FIELDS[..], &SEAT_FIELDS, &BEST_FIELDS, &["ticketTypes"], &CONFIRM_FIELDS];
    let admission = arrival.admit(&fields, &known)?;
    let seats = match some_seats(&fields)? {
        None => BookedSeats::Best(best(&fields, Some(1))?),
        Some(seats) => {
            if let Some(name) = BEST_FIELDS.into_iter().find(|name| fields.get(name).is_some()) {
                return Err(fields.refuse(name, "is for seats that are to be chosen; it cannot stand beside seatIds"));
            }
            BookedSeats::Named(seats, types_by_seat(&fields)?)
        }
    };
    let paid = payment::read(&fields)?;
    Ok(BookRequest {
        event: fields.event_id()?,
        seats,
        payment: paid.payment,
        unpaid: paid.unpaid,
        details: details(&fields, paid.record)?,
        admission,
    })
}

/// What is to be chosen; `usual` is the quantity where none is named.
fn best(fields: &Fields<'_>, usual: Option<usize>) -> Result<Named, Refusal> {
    let (quantity, types) = quantity_and_types(fields)?;
    let quantity = quantity.or(usual).ok_or_else(|| Refusal::invalid("quantity is missing"))?;
    let accessible = whole(fields, "accessible", 0)?.unwrap_or_default();
    if accessible > quantity {
        return Err(fields.refuse("accessible", format!("must be at most the quantity, {quantity}")));
    }
    let area = area(fields)?;
    if accessible > 0 && area.is_some() {
        return Err(
            fields.refuse("accessible", "cannot stand beside areaId: places have no numbers, and none is accessible")
        );
    }
    let category = fields.text("categoryId", TEXT_CHARS_MAX)?.map(str::to_owned);
    let together = match fields.get("together") {
        None => true,
        Some(value) => value.as_bool().ok_or_else(|| fields.refuse("together", "must be true or false"))?,
    };
    Ok(Named { quantity, accessible, category, area, together, types })
}

fn area(fields: &Fields<'_>) -> Result<Option<AreaId>, Refusal> {
    let Some(value) = fields.get("areaId") else { return Ok(None) };
    let id = value.as_str().ok_or_else(|| fields.refuse("areaId", "must be a string"))?;
    AreaId::parse(id).map(Some).map_err(|why| fields.refuse("areaId", why))
}

/// How many seats are wanted, and how many of each ticket type: where types are named, their sum is the quantity.
fn quantity_and_types(fields: &Fields<'_>) -> Result<(Option<usize>, TypesByCount), Refusal> {
    let quantity = whole(fields, "quantity", 1)?;
    let types = types_by_count(fields)?;
    let Some(types) = types else { return Ok((quantity, Vec::new())) };
    let sum: usize = types.iter().map(|(_, count)| count).sum();
    match quantity {
        Some(quantity) if quantity != sum => {
            Err(fields.refuse("quantity", format!("must be the sum of ticketTypes, {sum}, or be left out")))
        }
        _ if sum > SEATS_PER_REQUEST_MAX => Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX)),
        _ => Ok((Some(sum), types)),
    }
}

/// How many seats are to be of each type: an object of ticket type and count.
fn types_by_count(fields: &Fields<'_>) -> Result<Option<TypesByCount>, Refusal> {
    let name = "ticketTypes";
    let Some(value) = fields.get(name) else { return Ok(None) };
    let object = value.as_object().ok_or_else(|| fields.refuse(name, "must be an object of ticket type: count"))?;
    let mut types: BTreeMap<TicketTypeId, usize> = BTreeMap::new();
    for (id, count) in object {
        let refuse = |why: &str| fields.refuse(&format!("{name}.{}", shown(id, SHOWN_CHARS_MAX)), why);
        let id = TicketTypeId::parse(id).map_err(|why| refuse(&format!("is no ticket type: its id {why}")))?;
        let count = json::whole(count).and_then(|count| usize::try_from(count).ok());
        let count = count.filter(|count| *count <= SEATS_PER_REQUEST_MAX);
        let count =
            count.ok_or_else(|| refuse(&format!("must be a whole number from 0 to {SEATS_PER_REQUEST_MAX}")))?;
        if types.insert(id, count).is_some() {
            return Err(refuse("is named twice"));
        }
    }
    match types.values().any(|count| *count > 0) {
        true => Ok(Some(types.into_iter().filter(|(_, count)| *count > 0).collect())),
        false => Err(fields.refuse(name, "must be of at least one seat")),
    }
}

/// A number of seats from `least` on.
fn whole(fields: &Fields<'_>, name: &'static str, least: u64) -> Result<Option<usize>, Refusal> {
    let most = SEATS_PER_REQUEST_MAX as u64;
    if fields.get(name).and_then(json::whole).is_some_and(|number| number > most) {
        return Err(Refusal::too_many_seats(SEATS_PER_REQUEST_MAX));
    }
    Ok(fields.whole(name, least..=most)?.and_then(|number| usize::try_from(number).ok()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "choice_tests.rs"]
mod tests;
