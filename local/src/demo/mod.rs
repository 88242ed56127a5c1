//! The venues and events that `make up` loads, as the documents an admin would PUT.

mod arena;
mod bus;
mod cinema;
mod document;
mod festival;
mod hundred;
mod rows;
mod theatre;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::{Value, json};

/// The demo event of requests that name none, where they need not.
pub const DEFAULT_EVENT: &str = "hundred";

/// The demo event that the demo shop sells.
pub const SOLD_BY_THE_SHOP: &str = "premiere";

/// The demo event whose buyers get their order by lot.
pub const DRAWN_BY_LOT: &str = "ballot";

/// Time enough to start a stack, to open its page and to join.
const BALLOT_OPENS_AFTER: SignedDuration = SignedDuration::from_mins(3);

/// Every demo layout: its id and its PUT document.
#[must_use]
pub fn layouts() -> Vec<(String, Value)> {
    [
        (theatre::LAYOUT, theatre::layout()),
        (bus::LAYOUT, bus::layout()),
        (cinema::LAYOUT, cinema::layout()),
        (hundred::LAYOUT, hundred::layout()),
        (arena::LAYOUT, arena::layout()),
        (festival::LAYOUT, festival::layout()),
    ]
    .map(|(id, layout)| (id.to_owned(), layout.into_document()))
    .into()
}

/// Every demo event: its id and its PUT document. They begin some weeks after `now` at the earliest, since an event
/// that has begun sells nothing.
#[must_use]
pub fn events(now: Timestamp) -> Vec<(String, Value)> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let event = |name, layout, weeks, time, place| event(name, layout, &starts_at(today, weeks, time), place);
    let new_york = ("America/New_York", "USD");
    [
        (theatre::LAYOUT, event("Grand Theater Main Hall", theatre::LAYOUT, 12, "23:30", new_york)),
        (
            SOLD_BY_THE_SHOP,
            theatre::sold_by_a_shop(event("Premiere at the Grand Theater", theatre::LAYOUT, 6, "23:30", new_york)),
        ),
        ("trip123", event("Nairobi – Mombasa, 08:00", bus::LAYOUT, 4, "05:00", ("Africa/Nairobi", "KES"))),
        (
            "screening-42",
            cinema::sold_by_type(event(
                "Screen 7, the late show",
                cinema::LAYOUT,
                3,
                "20:15",
                ("Europe/Berlin", "EUR"),
            )),
        ),
        (
            DEFAULT_EVENT,
            hundred::one_booking_each(event("A hall of one hundred", hundred::LAYOUT, 20, "23:00", new_york)),
        ),
        (
            "onsale",
            hundred::with_a_waiting_room(event(
                "On sale: one line, one hundred seats",
                hundred::LAYOUT,
                16,
                "03:00",
                ("America/Los_Angeles", "USD"),
            )),
        ),
        (
            DRAWN_BY_LOT,
            hundred::with_a_draw(
                event("By lot: whoever comes early has the same chance", hundred::LAYOUT, 24, "18:00", new_york),
                now + BALLOT_OPENS_AFTER,
            ),
        ),
        ("arena", event("Arena concert in the round", arena::LAYOUT, 40, "01:00", ("America/Chicago", "USD"))),
        ("festival", event("Open-air festival", festival::LAYOUT, 30, "14:00", ("Europe/London", "GBP"))),
    ]
    .map(|(id, event)| (id.to_owned(), event))
    .into()
}

fn starts_at(today: Date, weeks: i64, time: &str) -> String {
    format!("{}T{time}:00.000Z", today.saturating_add(Span::new().weeks(weeks)))
}

fn event(name: &str, layout_id: &str, starts_at: &str, (time_zone, currency): (&str, &str)) -> Value {
    json!({
        "name": name,
        "layoutId": layout_id,
        "startsAt": starts_at,
        "timeZone": time_zone,
        "currency": currency,
        "rules": { "holdMinutes": 10, "maxHoldMinutes": 30 },
    })
}
