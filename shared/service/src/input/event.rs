//! The event document of admins.

use super::room;
use crate::fields::{Fields, json};
use crate::office::admin::{EventDocument, WantedVersion};
use domain::clock::Moment;
use domain::event::{ConfirmBy, Rules};
use domain::limits::{
    HOLD_MINUTES_MAX, SEATS_PER_BUYER_MAX, SEATS_PER_REQUEST_MAX, SESSION_GRACE_SECONDS, SHOWN_CHARS_MAX,
    TEXT_CHARS_MAX, TICKET_TYPES_MAX, TIME_CHARS_MAX,
};
use domain::money::Currency;
use domain::name::{LayoutId, TicketTypeId, shown};
use domain::prices::NamedType;
use domain::refusal::Refusal;
use domain::time_zone::TimeZone;
use serde_json::{Number, Value};
use std::collections::BTreeMap;

const FIELDS: [&str; 15] = [
    "id",
    "eventId",
    "name",
    "layoutId",
    "layoutVersion",
    "startsAt",
    "endsAt",
    "timeZone",
    "currency",
    "salesOpenAt",
    "salesCloseAt",
    "prices",
    "ticketTypes",
    "rules",
    "waitingRoom",
];
const RULES: [&str; 7] = [
    "holdMinutes",
    "maxHoldMinutes",
    "maxSeatsPerHold",
    "maxSeatsPerBuyer",
    "oneBookingPerBuyer",
    "sessionGraceSeconds",
    "confirmBy",
];

/// Reads an event document.
///
/// # Errors
/// `invalid_data`, naming the field.
pub fn document(body: &Value) -> Result<EventDocument, Refusal> {
    let fields = Fields::of(body)?;
    fields.only(&FIELDS)?;
    let document = EventDocument {
        name: required(&fields, "name")?.to_owned(),
        layout: LayoutId::parse(required(&fields, "layoutId")?).map_err(|why| fields.refuse("layoutId", why))?,
        layout_version: layout_version(&fields)?,
        starts_at: time(&fields, "startsAt")?.ok_or_else(|| Refusal::invalid("startsAt is missing"))?,
        ends_at: time(&fields, "endsAt")?,
        time_zone: time_zone(&fields)?,
        currency: Currency::parse(required(&fields, "currency")?).map_err(|why| fields.refuse("currency", why))?,
        sales_open_at: time(&fields, "salesOpenAt")?,
        sales_close_at: time(&fields, "salesCloseAt")?,
        prices: prices(&fields)?,
        ticket_types: ticket_types(&fields)?,
        rules: fields.object("rules", "rules.")?.map(rules).transpose()?.unwrap_or_default(),
        waiting_room: room::waiting_room(&fields)?,
        draw: room::draw(&fields)?,
    };
    if document.ends_at.is_some_and(|end| end < document.starts_at) {
        return Err(Refusal::invalid("endsAt must not lie before startsAt"));
    }
    if document.sales_open_at.zip(document.sales_close_at).is_some_and(|(open, close)| open >= close) {
        return Err(Refusal::invalid("salesCloseAt must lie after salesOpenAt"));
    }
    Ok(document)
}

fn layout_version(fields: &Fields<'_>) -> Result<Option<WantedVersion>, Refusal> {
    match fields.get("layoutVersion") {
        None => Ok(None),
        Some(value) if value == "newest" => Ok(Some(WantedVersion::Newest)),
        Some(value) => match json::whole(value).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0) {
            Some(number) => Ok(Some(WantedVersion::Numbered(number))),
            None => Err(fields.refuse("layoutVersion", "must be a whole number from 1 on, or \"newest\"")),
        },
    }
}

fn required<'a>(fields: &Fields<'a>, name: &'static str) -> Result<&'a str, Refusal> {
    let text = fields.text(name, TEXT_CHARS_MAX)?.ok_or_else(|| fields.refuse(name, "is missing"))?;
    if text.trim().is_empty() { Err(fields.refuse(name, "must not be empty")) } else { Ok(text) }
}

fn time(fields: &Fields<'_>, name: &'static str) -> Result<Option<Moment>, Refusal> {
    let text = fields.text(name, TIME_CHARS_MAX)?;
    text.map(|text| Moment::parse(text).map_err(|why| fields.refuse(name, why))).transpose()
}

fn time_zone(fields: &Fields<'_>) -> Result<Option<TimeZone>, Refusal> {
    let name = fields.text("timeZone", TIME_CHARS_MAX)?;
    name.map(|name| TimeZone::parse(name).map_err(|why| fields.refuse("timeZone", why))).transpose()
}

/// Each price under the document's own word for its category, an id or a name, which the layout resolves.
fn prices(fields: &Fields<'_>) -> Result<BTreeMap<String, Option<Number>>, Refusal> {
    let Some(value) = fields.get("prices") else { return Ok(BTreeMap::new()) };
    let object = value.as_object().ok_or_else(|| fields.refuse("prices", "must be an object of category: price"))?;
    let one = |(category, price): (&String, &Value)| {
        let name = || format!("prices.{}", shown(category, SHOWN_CHARS_MAX));
        let is_price = price.is_null() || price.is_number();
        if !is_price {
            return Err(fields.refuse(&name(), "must be a number, or null for what is not for sale"));
        }
        Ok((category.clone(), price.as_number().cloned()))
    };
    object.iter().map(one).collect()
}

fn ticket_types(fields: &Fields<'_>) -> Result<Vec<NamedType>, Refusal> {
    let name = "ticketTypes";
    let Some(value) = fields.get(name) else { return Ok(Vec::new()) };
    let list = value.as_array().filter(|list| list.len() <= TICKET_TYPES_MAX);
    let list =
        list.ok_or_else(|| fields.refuse(name, format!("must be a list of at most {TICKET_TYPES_MAX} types")))?;
    let mut types: Vec<NamedType> = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        let path = format!("{name}[{at}].");
        let read = ticket_type(
            Fields::at(value, &path)
                .ok_or_else(|| fields.refuse(&format!("{name}[{at}]"), "must be an object of id, name and prices"))?,
        )?;
        if types.iter().any(|known| known.id == read.id) {
            return Err(fields.refuse(&format!("{path}id"), "is another type's already"));
        }
        types.push(read);
    }
    Ok(types)
}

fn ticket_type(fields: Fields<'_>) -> Result<NamedType, Refusal> {
    fields.only(&["id", "name", "prices"])?;
    let id = TicketTypeId::parse(required(&fields, "id")?).map_err(|why| fields.refuse("id", why))?;
    let name = required(&fields, "name")?.to_owned();
    let price = |(category, price): (&String, &Value)| {
        let path = || format!("prices.{}", shown(category, SHOWN_CHARS_MAX));
        let price = price.as_number().ok_or_else(|| fields.refuse(&path(), "must be a number"))?;
        Ok((category.clone(), price.clone()))
    };
    let prices = match fields.get("prices") {
        None => BTreeMap::new(),
        Some(Value::Object(prices)) => prices.iter().map(price).collect::<Result<_, Refusal>>()?,
        Some(_) => return Err(fields.refuse("prices", "must be an object of category: price")),
    };
    Ok(NamedType { id, name, prices })
}

fn rules(fields: Fields<'_>) -> Result<Rules, Refusal> {
    fields.only(&RULES)?;
    let usual = Rules::default();
    let minutes = |name, usual: u32| {
        let given = fields.whole(name, 1..=u64::from(HOLD_MINUTES_MAX))?;
        Ok::<u32, Refusal>(given.and_then(|n| u32::try_from(n).ok()).unwrap_or(usual))
    };
    let most_seats = fields.whole("maxSeatsPerHold", 1..=SEATS_PER_REQUEST_MAX as u64)?;
    let max_hold_minutes = minutes("maxHoldMinutes", usual.max_hold_minutes)?;
    let rules = Rules {
        hold_minutes: minutes("holdMinutes", usual.hold_minutes.min(max_hold_minutes))?,
        max_hold_minutes,
        max_seats_per_hold: most_seats.and_then(|n| usize::try_from(n).ok()).unwrap_or(usual.max_seats_per_hold),
        max_seats_per_buyer: fields
            .whole("maxSeatsPerBuyer", 1..=SEATS_PER_BUYER_MAX)?
            .and_then(|n| usize::try_from(n).ok()),
        one_booking_per_buyer: match fields.get("oneBookingPerBuyer") {
            None => usual.one_booking_per_buyer,
            Some(value) => {
                value.as_bool().ok_or_else(|| fields.refuse("oneBookingPerBuyer", "must be true or false"))?
            }
        },
        session_grace_seconds: fields
            .whole("sessionGraceSeconds", SESSION_GRACE_SECONDS)?
            .and_then(|n| u32::try_from(n).ok()),
        confirm_by: match fields.text("confirmBy", SHOWN_CHARS_MAX)? {
            None => usual.confirm_by,
            Some("buyer") => ConfirmBy::Buyer,
            Some("admin") => ConfirmBy::Admin,
            Some(_) => return Err(fields.refuse("confirmBy", "must be \"buyer\" or \"admin\"")),
        },
    };
    match rules.hold_minutes > rules.max_hold_minutes {
        true => {
            Err(fields.refuse("holdMinutes", format!("must be at most maxHoldMinutes, {}", rules.max_hold_minutes)))
        }
        false => Ok(rules),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(field: &str, value: Value) -> Value {
        let mut body =
            json!({ "name": "Gala", "layoutId": "l1", "startsAt": "2030-01-01T19:30:00Z", "currency": "EUR" });
        body[field] = value;
        body
    }

    #[test]
    fn an_event_has_the_contracts_defaults() {
        let read = document(&with("rules", json!({}))).unwrap();
        assert_eq!((read.rules.hold_minutes, read.rules.max_hold_minutes, read.rules.max_seats_per_hold), (10, 30, 50));
        assert_eq!(document(&with("rules", json!({ "maxHoldMinutes": 5 }))).unwrap().rules.hold_minutes, 5);
    }

    #[test]
    fn an_event_may_say_when_it_ends() {
        assert_eq!(document(&with("rules", json!({}))).unwrap().ends_at, None);
        for end in ["2030-01-01T19:30:00Z", "2030-01-01T22:00:00Z"] {
            assert_eq!(document(&with("endsAt", json!(end))).unwrap().ends_at, Moment::parse(end).ok());
        }
    }

    #[test]
    fn an_event_may_say_where_its_clocks_are() {
        for none in [with("rules", json!({})), with("timeZone", json!(null))] {
            assert_eq!(document(&none).unwrap().time_zone, None);
        }
        let read = document(&with("timeZone", json!("Africa/Nairobi"))).unwrap();
        assert_eq!(read.time_zone, TimeZone::parse("Africa/Nairobi").ok());
    }

    #[test]
    fn a_bad_event_is_refused_by_its_field() {
        for (field, value, reason) in [
            ("name", json!(" "), "name must not be empty"),
            ("name", json!(null), "name is missing"),
            ("layoutId", json!("a#b"), "layoutId must be 1 to 128 letters, digits or -_.:~"),
            ("startsAt", json!("soon"), "startsAt must be a time such as 2026-01-31T19:30:00.000Z"),
            ("endsAt", json!("2030-01-01T19:29:59.999Z"), "endsAt must not lie before startsAt"),
            ("endsAt", json!(1), "endsAt must be a string"),
            (
                "timeZone",
                json!("Nairobi"),
                "timeZone must be a name of the IANA time zone database, such as Europe/Berlin; it has no \"Nairobi\"",
            ),
            ("timeZone", json!(3), "timeZone must be a string"),
            ("currency", json!("EURO"), "currency must be a currency code of ISO 4217, such as EUR"),
            ("prices", json!({ "vip": "10" }), "prices.vip must be a number, or null for what is not for sale"),
            ("rules", json!({ "holdMinutes": 0 }), "rules.holdMinutes must be a whole number from 1 to 1440"),
            ("rules", json!({ "holdMinutes": 31 }), "rules.holdMinutes must be at most maxHoldMinutes, 30"),
            ("rules", json!({ "maxSeatsPerHold": 51 }), "rules.maxSeatsPerHold must be a whole number from 1 to 50"),
            ("rules", json!({ "maxSeatPerHold": 5 }), "rules.maxSeatPerHold is not a known field here"),
            ("rules", json!({ "oneBookingPerBuyer": "yes" }), "rules.oneBookingPerBuyer must be true or false"),
            (
                "rules",
                json!({ "maxSeatsPerBuyer": 0 }),
                "rules.maxSeatsPerBuyer must be a whole number from 1 to 10000",
            ),
            (
                "rules",
                json!({ "sessionGraceSeconds": 0.5 }),
                "rules.sessionGraceSeconds must be a whole number from 1 to 86400",
            ),
            ("rules", json!({ "confirmBy": "shop" }), "rules.confirmBy must be \"buyer\" or \"admin\""),
            ("ticketTypes", json!({}), "ticketTypes must be a list of at most 50 types"),
            ("ticketTypes", json!(["adult"]), "ticketTypes[0] must be an object of id, name and prices"),
            ("ticketTypes", json!([{ "id": "a" }]), "ticketTypes[0].name is missing"),
            (
                "ticketTypes",
                json!([{ "id": "a", "name": "A", "price": 1 }]),
                "ticketTypes[0].price is not a known field here",
            ),
            (
                "ticketTypes",
                json!([{ "id": "a", "name": "A", "prices": { "vip": null } }]),
                "ticketTypes[0].prices.vip must be a number",
            ),
            (
                "ticketTypes",
                json!([{ "id": "a\u{301}", "name": "A" }, { "id": "\u{e1}", "name": "B" }]),
                "ticketTypes[1].id is another type's already",
            ),
            ("waitingRoom", json!({ "mode": "on" }), "waitingRoom.admitPerMinute is missing"),
            ("layoutVersion", json!(0), "layoutVersion must be a whole number from 1 on, or \"newest\""),
            ("venue", json!("x"), "venue is not a known field here"),
        ] {
            assert_eq!(document(&with(field, value)).unwrap_err().message, reason, "{field}");
        }
    }
}
