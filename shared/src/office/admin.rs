//! What admins do: publish layouts, create and change events.

use super::Office;
use crate::clock::Ms;
use crate::event::{Event, LayoutVersion, Rules};
use crate::layout::Layout;
use crate::limits::FAULTS_SHOWN;
use crate::money::{Currency, Minor};
use crate::name::{CategoryId, EventId, LayoutId};
use crate::outcome::{Done, Outcome};
use crate::refusal::Refusal;
use crate::seat::Status;
use crate::table::layouts::Published;
use serde_json::{Number, json};
use std::collections::BTreeMap;

/// An event document, read and checked for form.
#[derive(Clone, Debug)]
pub struct EventDocument {
    /// Its name.
    pub name: String,
    /// The layout whose newest version its seats are sold from.
    pub layout: LayoutId,
    /// When it starts.
    pub starts_at: Ms,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Holds are taken from here on.
    pub sales_open_at: Option<Ms>,
    /// Holds are taken until here.
    pub sales_close_at: Option<Ms>,
    /// Prices that differ from the layout's.
    pub prices: BTreeMap<CategoryId, Number>,
    /// What a buyer may do.
    pub rules: Rules,
}

impl Office {
    /// Publishes a layout: a new version each time it differs from the newest.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn publish_layout(&self, id: &LayoutId, layout: &Layout) -> Outcome {
        let Published { version, is_new } = self.table.publish_layout(id, layout).await?;
        let message = match is_new {
            true => format!("Published version {} with {} seats", version.version, version.seats),
            false => format!("Version {} has this content already", version.version),
        };
        let data = json!({
            "layoutId": id.as_str(), "version": version.version, "seats": version.seats, "changed": is_new,
        });
        Ok(Done { message, data })
    }

    /// Creates or changes an event. Its seats are sold from the newest version of its layout; lanes stay as created.
    ///
    /// # Errors
    /// `invalid_data`: an unknown layout or category, a price the currency does not have, or a layout that lacks seats
    /// which are held or booked.
    pub async fn put_event(&self, id: &EventId, document: EventDocument) -> Outcome {
        let newest = self.table.newest_layout(&document.layout).await?;
        let version =
            newest.ok_or_else(|| Refusal::invalid(format!("layoutId: there is no layout {}", document.layout)))?;
        let venue = self.venue(&version).await?;
        let prices = prices(&document, &venue.layout)?;
        // Two admins may create the event at once: whoever comes second takes the lanes of the first.
        let (before, event) = loop {
            let before = self.table.event(id).await?;
            if let Some(before) = &before {
                self.check_change(before, &document, &version, &venue.layout).await?;
            }
            let event = self.event_of(id, &document, &version, &prices, before.as_ref());
            if self.table.put_event(&event).await? {
                break (before, event);
            }
        };
        self.forget_event(id);
        let message = if before.is_some() { "Event changed" } else { "Event created" };
        Ok(Done { message: message.to_owned(), data: json!({ "event": event.answer() }) })
    }

    fn event_of(
        &self,
        id: &EventId,
        document: &EventDocument,
        version: &LayoutVersion,
        prices: &BTreeMap<CategoryId, Minor>,
        before: Option<&Event>,
    ) -> Event {
        let now = self.clock.now();
        Event {
            id: id.clone(),
            name: document.name.clone(),
            lanes: before.map_or_else(|| Event::lanes_for(version.seats as usize), |before| before.lanes),
            layout: version.clone(),
            starts_at: document.starts_at,
            currency: document.currency,
            sales_open_at: document.sales_open_at,
            sales_close_at: document.sales_close_at,
            own_prices: document.prices.clone(),
            prices: prices.clone(),
            rules: document.rules,
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
        }
    }

    /// While a seat is somebody's, it must not vanish with a change of layout, and its price must not change currency.
    async fn check_change(
        &self,
        before: &Event,
        document: &EventDocument,
        version: &LayoutVersion,
        layout: &Layout,
    ) -> Result<(), Refusal> {
        if before.layout == *version && before.currency == document.currency {
            return Ok(());
        }
        let now = self.clock.now();
        let seats = self.table.seats(before).await?;
        let taken: Vec<&str> =
            seats.iter().filter(|s| s.status_at(now) != Status::Available).map(|s| s.id.as_str()).collect();
        if before.currency != document.currency && !taken.is_empty() {
            return Err(Refusal::invalid("currency cannot change while seats are held or booked"));
        }
        let lost: Vec<&str> =
            taken.into_iter().filter(|id| layout.seat_index(id).is_none()).take(FAULTS_SHOWN).collect();
        if lost.is_empty() {
            return Ok(());
        }
        Err(Refusal::invalid(format!("layoutId: the layout lacks seats that are held or booked: {}", lost.join(", "))))
    }
}

/// The price of every category: the event's own, else the layout's, in the event's currency.
fn prices(document: &EventDocument, layout: &Layout) -> Result<BTreeMap<CategoryId, Minor>, Refusal> {
    let known = |id: &CategoryId| layout.categories().iter().any(|category| category.id == *id);
    if let Some(unknown) = document.prices.keys().find(|id| !known(id)) {
        return Err(Refusal::invalid(format!("prices.{unknown}: the layout has no such category")));
    }
    let price = |category: &crate::layout::Category| {
        let number = document.prices.get(&category.id).unwrap_or(&category.price);
        let minor = document.currency.minor(number);
        minor
            .map(|minor| (category.id.clone(), minor))
            .map_err(|why| Refusal::invalid(format!("prices.{} {why}", category.id)))
    };
    layout.categories().iter().map(price).collect()
}
