//! The reads, each by the key that [`crate::key`] names for it. There is no scan.

use crate::event_text;
use crate::key::{self, Key};
use crate::row::{self, Reader, text};
use crate::seat_row;
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity, Select};
use domain::booking::Booking;
use domain::change::SeatChange;
use domain::clock::Moment;
use domain::event::Event;
use domain::hold::Hold;
use domain::limits::{BATCH_GET_ATTEMPTS, BATCH_GET_KEYS_MAX};
use domain::name::{BookingId, BuyerId, EventId, SeatId};
use domain::seat::Seat;
use domain::tally::Tally;
use futures::FutureExt;
use futures::future::try_join_all;

/// What of a seat's row is shown to those who may see it.
const SHOWN_OF_A_SEAT: &str = "sk, #status, version, holder, expiresAt, price, ticketType, bookedAt, withdrawn";

fn read_event(item: &Item) -> Result<Event, StoreError> {
    event_text::from_text(&Reader(item).packed("document")?).map_err(|e| row::bad_row("document", &e))
}

/// One page of a listing.
#[derive(Debug)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next page starts; none after the last.
    pub next: Option<Position>,
}

/// A place in a listing: one of its partitions, and the sort key of the last row seen there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Index of the partition, for listings that are spread.
    pub lane: u32,
    /// Sort key of the last row seen; empty at a partition's start.
    pub after: String,
}

impl Position {
    /// The start of a listing.
    #[must_use]
    pub fn start() -> Self {
        Self { lane: 0, after: String::new() }
    }

    /// Right behind a booking, in the listing of its buyer's.
    #[must_use]
    pub fn behind(booking: &Booking) -> Self {
        Self { lane: 0, after: key::by_time(booking.created_at, booking.id.as_str()) }
    }
}

/// A listing: an index, its partitions in order, and what its rows are.
struct Listing {
    index: &'static str,
    attribute: &'static str,
    partitions: Vec<String>,
    newest_first: bool,
    /// The row that an index sort key stands for; none for a text that is no such key.
    row: fn(&str) -> Option<Key>,
}

fn booking_row(after: &str) -> Option<Key> {
    let (_, id) = after.split_once('#').filter(|(time, _)| time.len() == 15 && time.parse::<u64>().is_ok())?;
    BookingId::stored(id).ok().map(|id| key::booking(&id))
}

fn event_row(after: &str) -> Option<Key> {
    EventId::stored(after).ok().map(|id| key::event(&id))
}

impl Store {
    /// One row, by a strongly consistent read.
    pub(crate) async fn get(&self, at: &Key) -> Result<Option<Item>, StoreError> {
        self.get_item(at, true).await
    }

    /// One row, by an eventually consistent read, for rows that never change: half the price, and any replica serves
    /// it.
    pub(crate) async fn get_from_any_replica(&self, at: &Key) -> Result<Option<Item>, StoreError> {
        self.get_item(at, false).await
    }

    async fn get_item(&self, at: &Key, consistent: bool) -> Result<Option<Item>, StoreError> {
        self.meter.count_request();
        let request = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", text(&at.pk))
            .key("sk", text(&at.sk))
            .consistent_read(consistent)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = request.send().boxed().await.map_err(|e| StoreError::of("GetItem", &e))?;
        self.meter.count_units(output.consumed_capacity());
        Ok(output.item)
    }

    /// An event's settings.
    pub async fn event(&self, event: &EventId) -> Result<Option<Event>, StoreError> {
        let item = self.get(&key::event(event)).await?;
        item.as_ref().map(read_event).transpose()
    }

    /// The buyer's hold row in an event, live or not.
    pub async fn hold(&self, buyer: &BuyerId, event: &EventId) -> Result<Option<Hold>, StoreError> {
        let item = self.get(&key::hold(buyer, event)).await?;
        item.as_ref().map(row::hold).transpose()
    }

    /// All hold rows of a buyer, live or not.
    pub async fn holds(&self, buyer: &BuyerId) -> Result<Vec<Hold>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :hold)")
            .expression_attribute_values(":pk", text(key::buyer(buyer)))
            .expression_attribute_values(":hold", text(key::HOLD))
            .consistent_read(true);
        Ok(readable(&self.all(query).await?, row::hold))
    }

    /// Every seat of the event that ever changed, by one strongly consistent query for each lane, all in parallel. A
    /// row that cannot be read is logged and left out, so that the other seats can still be shown.
    pub async fn seats(&self, event: &Event) -> Result<Vec<Seat>, StoreError> {
        Ok(readable(&self.lanes(event, SHOWN_OF_A_SEAT).await?, seat_row::seat))
    }

    /// Every seat of the event that ever changed, as its row has it and as watchers are told of it: read as [`Self::seats`] are,
    /// and less of each comes over the wire.
    pub async fn seat_states(&self, event: &Event) -> Result<Vec<SeatChange>, StoreError> {
        Ok(readable(&self.lanes(event, "sk, #status, version, expiresAt").await?, seat_row::seat_state))
    }

    /// As [`Self::seats`], but a row that cannot be read is an error: for decisions that must not miss a seat.
    pub async fn every_seat(&self, event: &Event) -> Result<Vec<Seat>, StoreError> {
        self.lanes(event, SHOWN_OF_A_SEAT).await?.iter().map(seat_row::seat).collect()
    }

    /// When each seat of a lane that ever changed is free again, strongly consistent. Only that comes over the wire; the read is
    /// paid for whole rows. A row that cannot be read keeps its seat for ever.
    pub async fn lane_ends(&self, event: &Event, lane: u32) -> Result<Vec<(SeatId, Moment)>, StoreError> {
        let query = self.lane_query(event, lane).projection_expression("sk, #status, expiresAt");
        Ok(self.all(query).await?.iter().filter_map(seat_row::seat_end).collect())
    }

    /// The rows of some seats of an event; a seat that never changed has none. A row that cannot be read is an error.
    pub async fn seats_named(&self, event: &Event, seats: &[SeatId]) -> Result<Vec<Seat>, StoreError> {
        self.seat_rows(event, seats).await?.iter().map(seat_row::seat).collect()
    }

    /// As [`Self::seats_named`], but a row that cannot be read is logged and left out.
    pub async fn readable_seats_named(&self, event: &Event, seats: &[SeatId]) -> Result<Vec<Seat>, StoreError> {
        Ok(readable(&self.seat_rows(event, seats).await?, seat_row::seat))
    }

    async fn seat_rows(&self, event: &Event, seats: &[SeatId]) -> Result<Vec<Item>, StoreError> {
        self.batch_get(seats.iter().map(|seat| key::seat(&event.id, event.lane(seat), seat)).collect()).await
    }

    /// The booking that a payment has paid for.
    pub async fn paid_booking(&self, gateway: &str, transaction: &str) -> Result<Option<BookingId>, StoreError> {
        let guard = self.get(&key::payment(gateway, transaction)).await?;
        guard.as_ref().map(row::guarded_booking).transpose()
    }

    /// These attributes of every seat of the event that ever changed: one query for each lane, all in parallel.
    async fn lanes(&self, event: &Event, attributes: &str) -> Result<Vec<Item>, StoreError> {
        let queries = (0..event.lanes).map(|lane| self.lane_query(event, lane).projection_expression(attributes));
        Ok(try_join_all(queries.map(|query| self.all(query))).await?.into_iter().flatten().collect())
    }

    fn lane_query(&self, event: &Event, lane: u32) -> QueryFluentBuilder {
        self.query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :seat)")
            .expression_attribute_values(":pk", text(key::lane(&event.id, lane)))
            .expression_attribute_values(":seat", text(key::SEAT))
            .expression_attribute_names("#status", "status")
            .consistent_read(true)
    }

    /// What a buyer has booked in an event that limits buyers; none where nothing is counted yet.
    pub async fn tally(&self, buyer: &BuyerId, event: &EventId) -> Result<Option<Tally>, StoreError> {
        let item = self.get(&key::limit(buyer, event)).await?;
        item.as_ref().map(row::tally).transpose()
    }

    /// A booking.
    pub async fn booking(&self, booking: &BookingId) -> Result<Option<Booking>, StoreError> {
        let item = self.get(&key::booking(booking)).await?;
        item.as_ref().map(row::booking).transpose()
    }

    /// A page of a buyer's bookings, newest first; none for a position that is not in this listing.
    pub async fn bookings_of_buyer(
        &self,
        buyer: &BuyerId,
        limit: usize,
        from: &Position,
    ) -> Result<Option<Page<Booking>>, StoreError> {
        let listing = Listing {
            index: "byBuyer",
            attribute: "buyerKey",
            partitions: vec![key::buyer(buyer)],
            newest_first: true,
            row: booking_row,
        };
        self.page(&listing, limit, from, row::booking).await
    }

    /// A page of an event's bookings; none for a position that is not in this listing. Lane after lane: within one,
    /// newest first.
    pub async fn bookings_of_event(
        &self,
        event: &Event,
        limit: usize,
        from: &Position,
    ) -> Result<Option<Page<Booking>>, StoreError> {
        let listing = Listing {
            index: "byEvent",
            attribute: "eventKey",
            partitions: (0..event.lanes).map(|lane| key::bookings_of_event(&event.id, lane)).collect(),
            newest_first: true,
            row: booking_row,
        };
        self.page(&listing, limit, from, row::booking).await
    }

    /// A page of all events, by id; none for a position that is not in this listing.
    pub async fn events(&self, limit: usize, from: &Position) -> Result<Option<Page<Event>>, StoreError> {
        let listing = Listing {
            index: "byEvent",
            attribute: "eventKey",
            partitions: vec![key::EVENTS.to_owned()],
            newest_first: false,
            row: event_row,
        };
        self.page(&listing, limit, from, read_event).await
    }

    /// Up to `limit` rows of a listing, over its partitions one after the other.
    async fn page<T>(
        &self,
        listing: &Listing,
        limit: usize,
        from: &Position,
        read: fn(&Item) -> Result<T, StoreError>,
    ) -> Result<Option<Page<T>>, StoreError> {
        if from.lane as usize >= listing.partitions.len()
            || !(from.after.is_empty() || (listing.row)(&from.after).is_some())
        {
            return Ok(None);
        }
        let mut keys = Vec::new();
        let mut at = from.clone();
        let mut next = None;
        while let Some(partition) = listing.partitions.get(at.lane as usize) {
            let output = self.send(self.listing_query(listing, partition, limit - keys.len(), &at.after)).await?;
            for item in output.items() {
                at.after = Reader(item).text("sortKey")?.to_owned();
                keys.extend((listing.row)(&at.after));
            }
            let has_more = output.last_evaluated_key().is_some();
            if keys.len() >= limit && (has_more || (at.lane as usize) + 1 < listing.partitions.len()) {
                next = Some(at);
                break;
            }
            if !has_more {
                at = Position { lane: at.lane + 1, ..Position::start() };
            }
        }
        let items = self.batch_get(keys).await?;
        Ok(Some(Page { rows: readable(&items, read), next }))
    }

    fn listing_query(&self, listing: &Listing, partition: &str, limit: usize, after: &str) -> QueryFluentBuilder {
        let query = self
            .query()
            .index_name(listing.index)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", listing.attribute)
            .expression_attribute_values(":partition", text(partition))
            .scan_index_forward(!listing.newest_first)
            .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX));
        match (listing.row)(after) {
            None => query,
            Some(row) => query
                .exclusive_start_key(listing.attribute, text(partition))
                .exclusive_start_key("sortKey", text(after))
                .exclusive_start_key("pk", text(row.pk))
                .exclusive_start_key("sk", text(row.sk)),
        }
    }

    /// Rows by key, in the order of the keys. A row that has gone meanwhile is left out.
    pub(crate) async fn batch_get(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        let mut found: std::collections::HashMap<Key, Item> = std::collections::HashMap::with_capacity(keys.len());
        for batch in keys.chunks(BATCH_GET_KEYS_MAX) {
            let mut wanted: Vec<Item> = batch.iter().map(row::keyed).collect();
            for attempt in 1..=BATCH_GET_ATTEMPTS {
                if wanted.is_empty() {
                    break;
                }
                if attempt > 1 {
                    tokio::time::sleep(self.draw(domain::limits::CONFLICT_WAIT_MS)).await;
                }
                self.meter.count_request();
                let asked = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
                let request = self
                    .client
                    .batch_get_item()
                    .set_request_items(asked.ok().map(|asked| [(self.name.clone(), asked)].into()))
                    .return_consumed_capacity(ReturnConsumedCapacity::Total);
                let output = request.send().boxed().await.map_err(|e| StoreError::of("BatchGetItem", &e))?;
                self.meter.count_units(output.consumed_capacity());
                for item in output.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                    let read = Reader(&item);
                    let key = Key { pk: read.text("pk")?.to_owned(), sk: read.text("sk")?.to_owned() };
                    found.insert(key, item);
                }
                let left = output.unprocessed_keys.and_then(|mut left| left.remove(&self.name));
                wanted = left.map(|left| left.keys).unwrap_or_default();
            }
            if !wanted.is_empty() {
                return Err(StoreError::Unavailable);
            }
        }
        Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
    }

    /// A query on this table that reports what it consumed.
    pub(crate) fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name).return_consumed_capacity(ReturnConsumedCapacity::Total)
    }

    pub(crate) async fn send(&self, query: QueryFluentBuilder) -> Result<QueryOutput, StoreError> {
        self.meter.count_request();
        let output = query.send().boxed().await.map_err(|e| StoreError::of("Query", &e))?;
        self.meter.count_units(output.consumed_capacity());
        Ok(output)
    }

    /// Every row of a query.
    pub(crate) async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, StoreError> {
        Ok(self.pages(query).await?.into_iter().flat_map(|page| page.items.unwrap_or_default()).collect())
    }

    /// How many rows a query finds.
    pub(crate) async fn count(&self, query: QueryFluentBuilder) -> Result<usize, StoreError> {
        let pages = self.pages(query.select(Select::Count)).await?;
        Ok(pages.iter().filter_map(|page| usize::try_from(page.count()).ok()).sum())
    }

    /// What a query answers, page after page (a page is 1 MB).
    async fn pages(&self, query: QueryFluentBuilder) -> Result<Vec<QueryOutput>, StoreError> {
        let mut pages = Vec::new();
        let mut start = None;
        loop {
            let output = self.send(query.clone().set_exclusive_start_key(start)).await?;
            start = output.last_evaluated_key.clone();
            pages.push(output);
            if start.is_none() {
                return Ok(pages);
            }
        }
    }

    /// Whether the table answers.
    pub async fn answers(&self) -> bool {
        self.get(&key::health()).await.is_ok()
    }

    /// Opens the connection to DynamoDB (TCP and TLS) before the first request needs it.
    pub async fn warm_up(&self) {
        let _ = self.answers().await;
    }
}
/// The rows that can be read. The others are logged and left out: one bad row must not take a whole listing away.
fn readable<T>(items: &[Item], read: fn(&Item) -> Result<T, StoreError>) -> Vec<T> {
    items.iter().filter_map(|item| read(item).ok()).collect()
}
