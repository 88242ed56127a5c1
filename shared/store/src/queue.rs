//! The rows of waiting rooms: which there are, each one's line, the counters that give its numbers, the places in it, and the
//! numbers that are out. Rows of connections that wait are in `waiting_sockets`, those of draws in `draw`. All but the list of rooms
//! and the counters carry `ttl`: a counter that began again would give numbers twice.
//!
//! A buyer writes the buyer's own place and one counter; only the doorkeeper writes the line.

use crate::key;
use crate::packed;
use crate::row::{Reader, bad_row, keyed, name, number, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{NUMBERS_SKIPPED_MAX, QUEUE_ROW_KEPT_SECONDS};
use domain::name::{BuyerId, EventId, PriorityName};
use domain::queue::line::Line;
use domain::queue::place::{self, By, Entry, Place};
use domain::queue::stats::Outs;
use domain::waiting_room::WaitingRoom;
use futures::FutureExt;
use futures::future::try_join_all;
use std::collections::BTreeMap;

/// An event in the list of waiting rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The event.
    pub event: EventId,
    /// The revision of the event's row with which it was listed.
    pub revision: u64,
}

/// Why a number is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// Its buyer has booked.
    Booked,
    /// Its buyer left before the turn.
    Left,
}

impl Out {
    fn as_str(self) -> &'static str {
        match self {
            Out::Booked => "booked",
            Out::Left => "left",
        }
    }
}

/// What came of the wish for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The place is the buyer's.
    Yes,
    /// Another request of the buyer's was faster, with this place.
    Before(Entry),
}

impl Store {
    /// Lists an event's waiting room for the doorkeeper.
    pub(crate) async fn note_room(&self, event: &Event) -> Result<(), StoreError> {
        let mut item = keyed(&key::room(&event.id));
        item.insert("revision".to_owned(), number(event.revision));
        self.put_row(item).await
    }

    /// The events that have a waiting room.
    pub async fn rooms(&self) -> Result<Vec<Listed>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::ROOMS))
            .consistent_read(true);
        let read = |item: &Item| {
            let row = Reader(item);
            let revision = row.maybe_number("revision").and_then(|revision| u64::try_from(revision).ok());
            Some(Listed { event: EventId::stored(row.maybe("sk")?).ok()?, revision: revision? })
        };
        Ok(self.all(query).await?.iter().filter_map(read).collect())
    }

    /// Takes a waiting room off the list, unless it was listed anew with a later revision of its event.
    pub async fn forget_room(&self, event: &EventId, revision: u64) -> Result<(), StoreError> {
        let delete = self
            .delete_item(&key::room(event))
            .condition_expression("revision <= :revision")
            .expression_attribute_values(":revision", number(revision));
        self.send_delete(delete).await.map(drop)
    }

    /// An event's line, as any replica has it: what it tells is true however old it is.
    pub async fn line(&self, event: &Event, room: &WaitingRoom) -> Result<Line, StoreError> {
        read_line(self.get_from_any_replica(&key::line(&event.id)).await?.as_ref(), event, room)
    }

    /// An event's line as it was told last.
    pub async fn line_now(&self, event: &Event, room: &WaitingRoom) -> Result<Line, StoreError> {
        read_line(self.get(&key::line(&event.id)).await?.as_ref(), event, room)
    }

    /// Tells a line, if nobody has told it since its revision before; says whether it did.
    pub async fn tell_line(&self, event: &Event, line: &Line) -> Result<bool, StoreError> {
        let json = serde_json::to_string(line).map_err(|error| bad_row("line", &error.to_string()))?;
        let mut item = keyed(&key::line(&event.id));
        item.insert("line".to_owned(), packed::pack(&json));
        item.insert("revision".to_owned(), number(line.revision));
        item.insert("ttl".to_owned(), ttl(event));
        let put = self
            .client
            .put_item()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR revision = :before")
            .expression_attribute_values(":before", number(line.revision.saturating_sub(1)));
        self.send_put(put).await
    }

    /// How far numbers have been given in order of arrival, by priority: the greatest of each.
    pub async fn given(&self, event: &EventId, room: &WaitingRoom) -> Result<BTreeMap<PriorityName, u64>, StoreError> {
        let shards = try_join_all((0..room.shards).map(|shard| self.counts(event, By::Arrival, shard))).await?;
        let mut given = BTreeMap::new();
        for (shard, counts) in (0..).zip(shards) {
            for (priority, count) in counts {
                let greatest: &mut u64 = given.entry(priority).or_default();
                *greatest = (*greatest).max(place::number(count, shard, room.shards));
            }
        }
        Ok(given)
    }

    /// How many places have been taken whose numbers are drawn, by priority.
    pub async fn entered(
        &self,
        event: &EventId,
        room: &WaitingRoom,
    ) -> Result<BTreeMap<PriorityName, u64>, StoreError> {
        let shards = try_join_all((0..room.shards).map(|shard| self.counts(event, By::Lot, shard))).await?;
        let mut entered: BTreeMap<PriorityName, u64> = BTreeMap::new();
        for (priority, count) in shards.into_iter().flatten() {
            *entered.entry(priority).or_default() += count;
        }
        Ok(entered)
    }

    async fn counts(&self, event: &EventId, by: By, shard: u32) -> Result<Vec<(PriorityName, u64)>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::counters(event, by, shard)))
            .consistent_read(true);
        let read = |item: &Item| {
            let row = Reader(item);
            let count =
                row.maybe_number("count").and_then(|count| u64::try_from(count).ok()).filter(|count| *count > 0);
            Some((PriorityName::stored(row.maybe("sk")?).ok()?, count?))
        };
        Ok(self.all(query).await?.iter().filter_map(read).collect())
    }

    /// Has a counter count one join more; says how many that makes.
    pub async fn count_join(
        &self,
        event: &EventId,
        by: By,
        shard: u32,
        priority: &PriorityName,
    ) -> Result<u64, StoreError> {
        self.meter.count_request();
        let update = self
            .update_item(&key::counter(event, by, shard, priority))
            .table_name(&self.name)
            .update_expression("ADD #count :one")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = update.send().boxed().await.map_err(|error| StoreError::of("UpdateItem", &error))?;
        self.meter.count_units(output.consumed_capacity());
        let counted = output.attributes().map(|item| Reader(item).number("count"));
        let counted = counted.ok_or_else(|| bad_row("count", "missing"))??;
        u64::try_from(counted).map_err(|_| bad_row("count", "negative"))
    }

    /// Has a counter that lags go on behind `count` joins, unless it has counted more by now.
    pub async fn raise_counter(
        &self,
        event: &EventId,
        shard: u32,
        priority: &PriorityName,
        count: u64,
    ) -> Result<(), StoreError> {
        let update = self
            .update_item(&key::counter(event, By::Arrival, shard, priority))
            .condition_expression("#count < :count")
            .update_expression("SET #count = :count")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":count", number(count));
        self.send_update(update).await.map(drop)
    }

    /// A buyer's place, given up or not.
    pub async fn entry(&self, event: &EventId, room: &WaitingRoom, of: &BuyerId) -> Result<Option<Entry>, StoreError> {
        self.get(&key::place(event, room.shard(of), of)).await?.as_ref().map(read_entry).transpose()
    }

    /// Gives a buyer a place, if the buyer still has no other than `before`.
    pub async fn take_place(
        &self,
        event: &Event,
        room: &WaitingRoom,
        of: &BuyerId,
        entry: &Entry,
        before: Option<&Entry>,
    ) -> Result<Taken, StoreError> {
        let mut item = keyed(&key::place(&event.id, room.shard(of), of));
        item.insert("priority".to_owned(), text(entry.priority.as_str()));
        item.insert("number".to_owned(), number(entry.number));
        item.insert("joinedAt".to_owned(), number(entry.joined_at.0));
        item.insert("ttl".to_owned(), ttl(event));
        if entry.by == By::Lot {
            item.insert("lot".to_owned(), AttributeValue::Bool(true));
        }
        if let Some(behind) = entry.behind {
            item.insert("behind".to_owned(), number(behind));
        }
        let put = self.client.put_item().set_item(Some(item));
        let put = match before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(before) => put
                .condition_expression(is_this(before.by))
                .expression_attribute_names("#number", "number")
                .expression_attribute_values(":number", number(before.number))
                .expression_attribute_values(":priority", text(before.priority.as_str())),
        };
        self.put_place(put).await
    }

    async fn put_place(&self, put: PutItemFluentBuilder) -> Result<Taken, StoreError> {
        self.meter.count_request();
        let put = put
            .table_name(&self.name)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        match put.send().boxed().await {
            Ok(output) => {
                self.meter.count_units(output.consumed_capacity());
                Ok(Taken::Yes)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let found = failed.item().ok_or_else(|| bad_row("pk", "a place that went away"))?;
                    Ok(Taken::Before(read_entry(found)?))
                }
                _ => Err(StoreError::of("PutItem", &error)),
            },
        }
    }

    /// Notes that a buyer has left the place with this number. A place that was taken since stays.
    pub async fn leave_place(
        &self,
        event: &EventId,
        room: &WaitingRoom,
        of: &BuyerId,
        entry: &Entry,
        now: Moment,
    ) -> Result<(), StoreError> {
        let update = self
            .update_item(&key::place(event, room.shard(of), of))
            .condition_expression(format!("{} AND attribute_not_exists(leftAt)", is_this(entry.by)))
            .update_expression("SET leftAt = :now")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":number", number(entry.number))
            .expression_attribute_values(":priority", text(entry.priority.as_str()))
            .expression_attribute_values(":now", number(now.0));
        self.send_update(update).await.map(drop)
    }

    /// Notes that a number is out. The row's key follows from the number, so noting it again changes nothing.
    pub async fn note_out(&self, event: &Event, place: &Place, why: Out) -> Result<(), StoreError> {
        let mut item = keyed(&key::out(&event.id, &place.priority, place.number));
        item.insert("why".to_owned(), text(why.as_str()));
        item.insert("ttl".to_owned(), ttl(event));
        self.put_row(item).await
    }

    /// How many numbers of a priority are out, behind the first and up to the second.
    pub async fn count_outs(
        &self,
        event: &EventId,
        priority: &PriorityName,
        (over, last): (u64, u64),
    ) -> Result<u64, StoreError> {
        if over >= last {
            return Ok(0);
        }
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", text(key::outs(event, priority)))
            .expression_attribute_values(":from", text(key::in_order(over + 1)))
            .expression_attribute_values(":to", text(key::in_order(last)));
        Ok(self.count(query).await? as u64)
    }

    /// How many of the very next numbers behind one have left, one after the other; a bounded number of them.
    pub async fn gone_behind(&self, event: &EventId, priority: &PriorityName, passed: u64) -> Result<u64, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND sk > :passed")
            .expression_attribute_values(":pk", text(key::outs(event, priority)))
            .expression_attribute_values(":passed", text(key::in_order(passed)))
            .projection_expression("sk")
            .limit(NUMBERS_SKIPPED_MAX);
        let output = self.send(query).await?;
        let numbers = output.items().iter().filter_map(|item| Reader(item).maybe("sk")?.parse::<u64>().ok());
        Ok((passed + 1..).zip(numbers).take_while(|(next, number)| next == number).count() as u64)
    }

    /// The numbers of a priority that are out.
    pub async fn outs(&self, event: &EventId, priority: &PriorityName) -> Result<Outs, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::outs(event, priority)))
            .projection_expression("sk, why");
        let mut outs = Outs::default();
        for item in self.all(query).await? {
            let row = Reader(&item);
            let Some(number) = row.maybe("sk").and_then(|sk| sk.parse().ok()) else { continue };
            match row.maybe("why") {
                Some(why) if why == Out::Left.as_str() => outs.left.push(number),
                _ => outs.booked.push(number),
            }
        }
        Ok(outs)
    }
}

/// When a row of an event's waiting room may go: long after its sales are over, for an event may be put off while people wait.
pub(crate) fn ttl(event: &Event) -> AttributeValue {
    number(event.last_sale().seconds() + QUEUE_ROW_KEPT_SECONDS)
}

/// The line of a row; where no doorkeeper has told one yet, the line as it begins.
fn read_line(item: Option<&Item>, event: &Event, room: &WaitingRoom) -> Result<Line, StoreError> {
    let Some(item) = item else { return Ok(Line::of(event, room)) };
    let json = Reader(item).packed("line")?;
    serde_json::from_str(&json).map_err(|error| bad_row("line", &error.to_string()))
}

/// That a buyer's row is of a place that was read before.
fn is_this(by: By) -> &'static str {
    match by {
        By::Arrival => "#number = :number AND priority = :priority AND attribute_not_exists(lot)",
        By::Lot => "#number = :number AND priority = :priority AND attribute_exists(lot)",
    }
}

pub(crate) fn read_entry(item: &Item) -> Result<Entry, StoreError> {
    let row = Reader(item);
    Ok(Entry {
        priority: name("priority", PriorityName::stored(row.text("priority")?))?,
        number: u64::try_from(row.number("number")?)
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| bad_row("number", "none"))?,
        by: if item.contains_key("lot") { By::Lot } else { By::Arrival },
        behind: row.maybe_number("behind").and_then(|behind| u64::try_from(behind).ok()),
        joined_at: Moment(row.number("joinedAt")?),
        left_at: row.maybe_number("leftAt").map(Moment),
    })
}
