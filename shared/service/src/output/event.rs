//! Events as admins read them.

use domain::clock::Moment;
use domain::event::Event;
use serde_json::{Map, Value, json};

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
        "currency": event.currency.code(),
        "salesOpenAt": event.sales_open_at.map(Moment::rfc3339),
        "salesCloseAt": event.sales_close_at.map(Moment::rfc3339),
        "prices": prices,
        "rules": event.rules,
        "waitingRoom": { "mode": "off" },
        "lanes": event.lanes,
        "createdAt": event.created_at.rfc3339(),
        "updatedAt": event.updated_at.rfc3339(),
    })
}
