//! The venues and events that `make up` loads, as the documents an admin would PUT.

mod arena;
mod bus;
mod cinema;
mod document;
mod hundred;
mod rows;
mod theatre;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

/// Every demo layout: its id and its PUT document.
#[must_use]
pub fn layouts() -> Vec<(String, Value)> {
    [
        (theatre::LAYOUT, theatre::layout()),
        (bus::LAYOUT, bus::layout()),
        (cinema::LAYOUT, cinema::layout()),
        (hundred::LAYOUT, hundred::layout()),
        (arena::LAYOUT, arena::layout()),
    ]
    .map(|(id, layout)| (id.to_owned(), layout.into_document()))
    .into()
}

/// Every demo event: its id and its PUT document.
#[must_use]
pub fn events() -> Vec<(String, Value)> {
    [
        (theatre::LAYOUT, event("Grand Theater Main Hall", theatre::LAYOUT, "2031-05-17T18:30:00.000Z", "USD")),
        ("trip123", event("Nairobi – Mombasa, 08:00", bus::LAYOUT, "2031-06-02T05:00:00.000Z", "KES")),
        ("screening-42", event("Screen 7, the late show", cinema::LAYOUT, "2031-05-23T20:15:00.000Z", "EUR")),
        ("hundred", event("A hall of one hundred", hundred::LAYOUT, "2031-09-12T17:00:00.000Z", "USD")),
        ("arena", event("Arena concert in the round", arena::LAYOUT, "2032-07-10T18:00:00.000Z", "USD")),
    ]
    .map(|(id, event)| (id.to_owned(), event))
    .into()
}

fn event(name: &str, layout_id: &str, starts_at: &str, currency: &str) -> Value {
    json!({
        "name": name,
        "layoutId": layout_id,
        "startsAt": starts_at,
        "currency": currency,
        "rules": { "holdMinutes": 10, "maxHoldMinutes": 30 },
    })
}
