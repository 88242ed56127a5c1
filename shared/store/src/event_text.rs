//! An event as it lies in the table: one JSON text, so that a setting that is added later needs no attribute of its
//! own.

use domain::clock::Moment;
use domain::event::{Change, Event, LayoutVersion, Rules};
use domain::money::{Currency, Minor};
use domain::name::{CategoryId, EventId, TicketTypeId};
use domain::ticket_type::TicketType;
use domain::time_zone::TimeZone;
use domain::waiting_room::WaitingRoom;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;

/// The form in which an event lies in the table, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    id: EventId,
    name: String,
    layout: LayoutVersion,
    starts_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_zone: Option<TimeZone>,
    currency: String,
    sales_open_at: Option<i64>,
    sales_close_at: Option<i64>,
    own_prices: BTreeMap<CategoryId, Option<Number>>,
    prices: BTreeMap<CategoryId, Option<i64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ticket_types: Vec<StoredType>,
    rules: Rules,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting_room: Option<WaitingRoom>,
    lanes: u32,
    created_at: i64,
    updated_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lanes_changed_at: Option<Moment>,
    #[serde(default)]
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

/// A ticket type in that form.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredType {
    id: TicketTypeId,
    name: String,
    prices: BTreeMap<CategoryId, i64>,
}

impl StoredType {
    fn of(known: &TicketType) -> Self {
        let prices = known.prices.iter().map(|(category, price)| (category.clone(), price.0)).collect();
        Self { id: known.id.clone(), name: known.name.clone(), prices }
    }

    fn read(self) -> TicketType {
        let prices = self.prices.into_iter().map(|(category, price)| (category, Minor(price))).collect();
        TicketType { id: self.id, name: self.name, prices }
    }
}

/// The event as stored text.
pub(crate) fn to_text(event: &Event) -> String {
    let stored = Stored {
        id: event.id.clone(),
        name: event.name.clone(),
        layout: event.layout.clone(),
        starts_at: event.starts_at.0,
        ends_at: event.ends_at.map(|t| t.0),
        time_zone: event.time_zone.clone(),
        currency: event.currency.code().to_owned(),
        sales_open_at: event.sales_open_at.map(|t| t.0),
        sales_close_at: event.sales_close_at.map(|t| t.0),
        own_prices: event.own_prices.clone(),
        prices: event.prices.iter().map(|(c, p)| (c.clone(), p.map(|p| p.0))).collect(),
        ticket_types: event.ticket_types.iter().map(StoredType::of).collect(),
        rules: event.rules,
        waiting_room: event.waiting_room.clone(),
        lanes: event.lanes,
        created_at: event.created_at.0,
        updated_at: event.updated_at.0,
        lanes_changed_at: event.lanes_changed_at,
        revision: event.revision,
        change: event.change.clone(),
    };
    serde_json::to_string(&stored).unwrap_or_default()
}

/// Reads stored text back.
///
/// # Errors
/// The text was not written by [`to_text`].
pub(crate) fn from_text(text: &str) -> Result<Event, String> {
    let stored: Stored = serde_json::from_str(text).map_err(|e| format!("event row: {e}"))?;
    Ok(Event {
        id: stored.id,
        name: stored.name,
        layout: stored.layout,
        starts_at: Moment(stored.starts_at),
        ends_at: stored.ends_at.map(Moment),
        time_zone: stored.time_zone,
        currency: Currency::parse(&stored.currency)?,
        sales_open_at: stored.sales_open_at.map(Moment),
        sales_close_at: stored.sales_close_at.map(Moment),
        own_prices: stored.own_prices,
        prices: stored.prices.into_iter().map(|(c, p)| (c, p.map(Minor))).collect(),
        ticket_types: stored.ticket_types.into_iter().map(StoredType::read).collect(),
        rules: stored.rules,
        waiting_room: stored.waiting_room,
        lanes: stored.lanes,
        created_at: Moment(stored.created_at),
        updated_at: Moment(stored.updated_at),
        lanes_changed_at: stored.lanes_changed_at,
        revision: stored.revision,
        change: stored.change,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::samples::some_event;
    use serde_json::Value;

    #[test]
    fn an_event_comes_back_from_its_text() {
        assert_eq!(from_text(&to_text(&some_event())), Ok(some_event()));
    }

    #[test]
    fn an_event_that_an_earlier_version_stored_is_read() {
        let mut row: Value = serde_json::from_str(&to_text(&some_event())).unwrap();
        for newer in ["endsAt", "timeZone", "lanesChangedAt", "revision", "change"] {
            row.as_object_mut().unwrap().remove(newer);
        }
        let read = from_text(&row.to_string()).unwrap();
        assert_eq!(read, Event { revision: 0, ..some_event() });
        let ending = Event { ends_at: Some(Moment(4_000_000_000_001)), ..some_event() };
        assert_eq!(from_text(&to_text(&ending)), Ok(ending));
    }

    #[test]
    fn a_time_zone_is_stored_where_there_is_one() {
        assert!(!to_text(&some_event()).contains("timeZone"));
        let event = Event { time_zone: TimeZone::parse("Africa/Nairobi").ok(), ..some_event() };
        assert!(event.time_zone.is_some());
        assert_eq!(from_text(&to_text(&event)), Ok(event));
    }

    #[test]
    fn ticket_types_are_stored_in_their_order_with_the_prices_that_they_name() {
        let named = |id: &str| TicketType {
            id: TicketTypeId::parse(id).unwrap(),
            name: id.to_uppercase(),
            prices: [(CategoryId::parse("vip").unwrap(), Minor(7))].into(),
        };
        let event = Event { ticket_types: vec![named("b"), named("a")], ..some_event() };
        assert_eq!(from_text(&to_text(&event)), Ok(event));
    }

    #[test]
    fn a_category_without_a_price_is_stored_as_such() {
        let vip = CategoryId::parse("vip").unwrap();
        let mut event = some_event();
        assert!(event.sells_everything());
        event.prices.insert(vip.clone(), None);
        event.own_prices.insert(vip.clone(), None);
        assert!(!event.sells_everything());
        assert_eq!(event.price(&vip), None);
        assert_eq!(from_text(&to_text(&event)), Ok(event));
    }
}
