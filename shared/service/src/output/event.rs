//! Events as admins read them.

use super::draw;
use domain::clock::Moment;
use domain::event::Event;
use domain::money::Minor;
use domain::name::CategoryId;
use domain::ticket_type::TicketType;
use domain::waiting_room::Mode;
use serde_json::{Map, Value, json};

/// What a seat can be sold as, with the prices that differ from the categories'.
#[must_use]
pub fn ticket_types(event: &Event) -> Vec<Value> {
    let money = |(category, price): (&CategoryId, &Minor)| (category.to_string(), event.currency.number(*price).into());
    let one = |known: &TicketType| {
        let prices: Map<String, Value> = known.prices.iter().map(money).collect();
        json!({ "id": known.id.as_str(), "name": known.name, "prices": prices })
    };
    event.ticket_types.iter().map(one).collect()
}

/// The waiting room of an event, as its document has it.
fn waiting_room(event: &Event) -> Value {
    let Some(room) = &event.waiting_room else { return json!({ "mode": Mode::Off.as_str() }) };
    let weights: Map<String, Value> =
        room.priorities.iter().map(|priority| (priority.name.to_string(), priority.weight.into())).collect();
    #[allow(clippy::cast_precision_loss)] // two hours at most
    let pass_minutes = room.pass_ms as f64 / 60_000.0;
    let mut document = json!({
        "mode": room.mode.as_str(),
        "admitPerMinute": room.admit_per_minute,
        "maxActive": room.max_active,
        "opensAt": room.opens_at.map(Moment::rfc3339),
        "passMinutes": shortest(pass_minutes),
        "priorities": weights,
    });
    if let Some(draw) = &room.draw {
        document["draw"] = draw::document(draw);
    }
    document
}

/// A number, without a point where it is whole.
#[allow(clippy::cast_possible_truncation)] // checked
fn shortest(number: f64) -> Value {
    if number.fract() == 0.0 { json!(number as i64) } else { json!(number) }
}

/// The settings of an event.
#[must_use]
pub fn event(event: &Event) -> Value {
    let prices: Map<String, Value> = event
        .prices
        .iter()
        .map(|(category, price)| (category.to_string(), json!(price.map(|price| event.currency.number(price)))))
        .collect();
    json!({
        "eventId": event.id.as_str(),
        "name": event.name,
        "layoutId": event.layout.layout_id.as_str(),
        "layoutVersion": event.layout.version,
        "totalSeats": event.layout.seats,
        "startsAt": event.starts_at.rfc3339(),
        "endsAt": event.ends_at.map(Moment::rfc3339),
        "timeZone": event.time_zone,
        "currency": event.currency.code(),
        "salesOpenAt": event.sales_open_at.map(Moment::rfc3339),
        "salesCloseAt": event.sales_close_at.map(Moment::rfc3339),
        "prices": prices,
        "ticketTypes": ticket_types(event),
        "rules": event.rules,
        "waitingRoom": waiting_room(event),
        "lanes": event.lanes,
        "createdAt": event.created_at.rfc3339(),
        "updatedAt": event.updated_at.rfc3339(),
    })
}
