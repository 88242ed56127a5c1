//! What admins do: publish layouts, create and change events.

use super::Office;
use crate::output;
use domain::beacon::BeaconRound;
use domain::clock::Moment;
use domain::event::{Event, LayoutVersion, Rules};
use domain::layout::Layout;
use domain::limits::{CHANGE_ATTEMPTS, CHANGE_PATIENCE_MS, FAULTS_SHOWN};
use domain::money::Currency;
use domain::name::{EventId, LayoutId, SeatId};
use domain::outcome::{Done, Outcome};
use domain::prices::{self, NamedType, Prices};
use domain::refusal::{Code, Refusal};
use domain::seat::{Seat, Status};
use domain::ticket_type::TicketType;
use domain::time_zone::TimeZone;
use domain::waiting_room::WaitingRoom;
use serde_json::{Number, json};
use std::collections::BTreeMap;
use store::layouts::Published;

/// An event document, read and checked for form.
#[derive(Clone, Debug)]
pub struct EventDocument {
    /// Its name.
    pub name: String,
    /// The layout that its seats are sold from.
    pub layout: LayoutId,
    /// Which version of it; none leaves an event where it is.
    pub layout_version: Option<WantedVersion>,
    /// When it starts.
    pub starts_at: Moment,
    /// When it ends, if that is known.
    pub ends_at: Option<Moment>,
    /// Where it is, if that is known.
    pub time_zone: Option<TimeZone>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Holds are taken from here on.
    pub sales_open_at: Option<Moment>,
    /// Holds are taken until here.
    pub sales_close_at: Option<Moment>,
    /// Prices that differ from the layout's, each under the document's own word for its category, an id or a name. None
    /// takes the category out of sale.
    pub prices: BTreeMap<String, Option<Number>>,
    /// What a seat can be sold as.
    pub ticket_types: Vec<NamedType>,
    /// What a buyer may do.
    pub rules: Rules,
    /// The waiting room before its door, without its draw.
    pub waiting_room: Option<WaitingRoom>,
    /// The draw among those who come before it opens.
    pub draw: Option<WantedDraw>,
}

/// The draw that an event is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedDraw {
    /// The round of public randomness that is to decide with the seed.
    pub beacon: Option<BeaconRound>,
}

/// Which version of a layout an event is to be sold from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedVersion {
    /// This one, counted from 1.
    Numbered(u32),
    /// The newest.
    Newest,
}

impl Office {
    /// Publishes a layout: a new version each time it differs from the newest.
    pub async fn publish_layout(&self, id: &LayoutId, layout: &Layout) -> Outcome {
        let Published { version, is_new } = self.store.publish_layout(id, layout).await?;
        let message = match is_new {
            true => format!("Published version {} with {} seats", version.version, version.seats),
            false => format!("Version {} has this content already", version.version),
        };
        let data = json!({
            "layoutId": id.as_str(), "version": version.version, "seats": version.seats, "changed": is_new,
        });
        Ok(Done { message, data })
    }

    /// Creates or changes an event. A new one is sold from the newest version of its layout; an event stays on its
    /// version unless the document moves it.
    ///
    /// # Errors
    /// `invalid_data`: an unknown layout or category, a price the currency does not have, another currency, or a layout
    /// that lacks seats which are held or booked.
    pub async fn put_event(&self, id: &EventId, document: EventDocument) -> Outcome {
        self.check_room(&document)?;
        let mut attempts = 0;
        while attempts < CHANGE_ATTEMPTS {
            let before = self.store.event(id).await?;
            if let Some(before) = before.as_ref().filter(|before| before.change.is_some()) {
                match self.is_young(before) {
                    // Another request is at work on this change. The wait ends with this request's deadline, or when
                    // the change is old.
                    true => self.store.pause_for_change().await,
                    false => self.settle(before).await?,
                }
                continue;
            }
            attempts += 1;
            let version = self.wanted_version(&document, before.as_ref()).await?;
            let venue = self.venue(&version).await?;
            let inventory = venue.layout.inventory();
            let prices = prices::decide(&document.prices, inventory, document.currency)?;
            let types = prices::of_types(&document.ticket_types, inventory, document.currency)?;
            let draw = self.draw_of(id, &document, before.as_ref()).await?;
            let room = self.room_of(&document, draw, before.as_ref());
            let event = self.event_of(id, &document, &version, (prices, types, room), before.as_ref());
            let stands = match &before {
                None => self.store.create_event(&event).await?,
                Some(before) => {
                    check_currency(before, &document)?;
                    self.check_limits(before, &event).await?;
                    self.check_line(before, &event).await?;
                    self.replace_event(before, event).await?
                }
            };
            if stands {
                self.forget_event(id);
                let message = if before.is_some() { "Event changed" } else { "Event created" };
                let event = self.event(id).await?;
                return Ok(Done {
                    message: message.to_owned(),
                    data: json!({ "event": output::event::event(&event) }),
                });
            }
            self.store.pause_for_change().await;
        }
        // Each attempt met another change of the event.
        Err(Refusal::throttled())
    }

    /// The layout version that the document asks for.
    async fn wanted_version(&self, document: &EventDocument, before: Option<&Event>) -> Result<LayoutVersion, Refusal> {
        let id = &document.layout;
        let stays = before.filter(|before| before.layout.layout_id == *id).map(|before| before.layout.clone());
        let found = match (document.layout_version, stays) {
            (Some(WantedVersion::Numbered(number)), _) => {
                let found = self.store.layout_version(id, number).await?;
                return found
                    .ok_or_else(|| Refusal::invalid(format!("layoutVersion: layout {id} has no version {number}")));
            }
            (None, Some(version)) => Some(version),
            (None, None) | (Some(WantedVersion::Newest), _) => self.store.newest_layout(id).await?,
        };
        found.ok_or_else(|| Refusal::invalid(format!("layoutId: there is no layout {id}")))
    }

    /// What limits a buyer is counted from the first hold on, so it is introduced or lowered only while nobody has a
    /// seat.
    async fn check_limits(&self, before: &Event, after: &Event) -> Result<(), Refusal> {
        if !after.rules.limit_more_than(&before.rules) {
            return Ok(());
        }
        let now = self.clock.now();
        let seats = self.store.every_seat(before).await?;
        let taken = |seat: &Seat| match seat.status_at(now) {
            Status::Held => Some((seat.id.clone(), Code::SeatHeld)),
            Status::Booked => Some((seat.id.clone(), Code::SeatBooked)),
            Status::Available | Status::Blocked => None,
        };
        let taken: Vec<(SeatId, Code)> = seats.iter().filter_map(taken).take(FAULTS_SHOWN).collect();
        if taken.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = taken.iter().map(|(seat, _)| seat.as_str()).collect();
        let message = format!(
            "rules: maxSeatsPerBuyer and oneBookingPerBuyer can be introduced or lowered only while no seat is held or \
             booked; these are: {}",
            names.join(", ")
        );
        Err(Refusal { message, ..Refusal::conflicts(&taken) })
    }

    fn event_of(
        &self,
        id: &EventId,
        document: &EventDocument,
        version: &LayoutVersion,
        (prices, ticket_types, waiting_room): (Prices, Vec<TicketType>, Option<WaitingRoom>),
        before: Option<&Event>,
    ) -> Event {
        let now = self.clock.now();
        Event {
            id: id.clone(),
            name: document.name.clone(),
            lanes: before.map_or_else(|| Event::lanes_for(version.seats as usize), |before| before.lanes),
            layout: version.clone(),
            starts_at: document.starts_at,
            ends_at: document.ends_at,
            time_zone: document.time_zone.clone(),
            currency: document.currency,
            sales_open_at: document.sales_open_at,
            sales_close_at: document.sales_close_at,
            own_prices: prices.own,
            prices: prices.all,
            ticket_types,
            rules: document.rules,
            waiting_room,
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
            lanes_changed_at: before.and_then(|before| before.lanes_changed_at),
            revision: before.map_or(1, |before| before.revision + 1),
            change: None,
        }
    }

    /// Whether the request that began this event's change may still be at work on it.
    fn is_young(&self, event: &Event) -> bool {
        let now = self.clock.now();
        event.change.as_ref().is_some_and(|change| now.apart(change.started_at) < CHANGE_PATIENCE_MS)
    }
}

/// Prices and bookings of an event are numbers of one currency, for ever.
fn check_currency(before: &Event, document: &EventDocument) -> Result<(), Refusal> {
    if before.currency == document.currency {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "currency: an event's currency never changes; this one sells in {}",
        before.currency.code()
    )))
}
