//! The writes of a change of an event's layout: the event's row, the list of changes under way, and the seats that are
//! withdrawn or returned.

use crate::commit::NotCommitted;
use crate::row::{Reader, keyed, number, text};
use crate::write::{FREE_SEAT, SEAT_IS_WITHDRAWN};
use crate::{Item, Store, StoreError};
use crate::{event_text, key};
use domain::clock::Moment;
use domain::event::{Change, Event, Phase};
use domain::limits::{CONFLICT_ATTEMPTS, CONFLICT_WAIT_MS};
use domain::name::{EventId, SeatId};
use domain::seat::Seat;
use domain::verb::Found;
use domain::write::Write;

/// What became of a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// Nobody had any of the seats; all are withdrawn, so that no later hold can take them.
    All,
    /// Somebody holds or has booked these seats; none was withdrawn.
    Taken(Vec<SeatId>),
    /// The event's row no longer names this change; no seat was withdrawn.
    Superseded,
}

/// An entry in the list of changes under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The event.
    pub event: EventId,
    /// The change's id.
    pub change: String,
    /// When it began.
    pub started_at: Moment,
}

impl Store {
    /// Creates an event; says whether there was none.
    pub async fn create_event(&self, event: &Event) -> Result<bool, StoreError> {
        if event.room().is_some() {
            self.note_room(event).await?;
        }
        self.put_if_absent(event_item(event)).await
    }

    /// Writes `after` over `before` on condition of `before`'s revision; says whether the row still had that revision.
    pub async fn replace_event(&self, before: &Event, after: &Event) -> Result<bool, StoreError> {
        let id = |event: &Event| event.change.as_ref().map(|change| change.id.clone());
        let is_new = |change: &&Change| id(before).as_ref() != Some(&change.id);
        // The sweep finds a change by its row in the list, so that row is written first: a change that is not listed
        // would wait for the next admin's PUT.
        if let Some(change) = after.change.as_ref().filter(is_new) {
            let mut item = keyed(&key::changing(&after.id));
            item.insert("change".to_owned(), text(&change.id));
            item.insert("startedAt".to_owned(), number(change.started_at.0));
            self.put_row(item).await?;
        }
        // The doorkeeper finds a waiting room by its row in the same way.
        let opens_anew = (&before.waiting_room, before.last_sale()) != (&after.waiting_room, after.last_sale());
        if after.room().is_some() && opens_anew {
            self.note_room(after).await?;
        }
        let stands = self.again(|| self.put_event_after(before, after)).await?;
        if let Some(change) = id(before).filter(|_| stands && after.change.is_none()) {
            self.forget_change(&after.id, &change).await?;
        }
        Ok(stands)
    }

    async fn put_event_after(&self, before: &Event, after: &Event) -> Result<bool, StoreError> {
        // A row of an earlier version of the product has no revision yet.
        let condition = match before.revision {
            0 => "attribute_exists(pk) AND attribute_not_exists(revision)",
            _ => "revision = :revision",
        };
        let mut put = self.client.put_item().set_item(Some(event_item(after))).condition_expression(condition);
        if before.revision > 0 {
            put = put.expression_attribute_values(":revision", number(before.revision));
        }
        self.send_put(put).await
    }

    /// Repeats a conditional write that ended in [`StoreError::Unavailable`]: it fails while a transaction writes the
    /// row (`TransactionConflictException`), and the SDK does not retry that.
    async fn again<F: Future<Output = Result<bool, StoreError>>>(
        &self,
        write: impl Fn() -> F,
    ) -> Result<bool, StoreError> {
        for _ in 1..CONFLICT_ATTEMPTS {
            match write().await {
                Err(StoreError::Unavailable) => tokio::time::sleep(self.draw(CONFLICT_WAIT_MS)).await,
                settled => return settled,
            }
        }
        write().await
    }

    /// Takes a change off the list of changes under way, unless the event is listed with another change by now.
    pub async fn forget_change(&self, event: &EventId, change: &str) -> Result<(), StoreError> {
        let request = self
            .delete_item(&key::changing(event))
            .condition_expression("change = :change")
            .expression_attribute_values(":change", text(change));
        self.send_delete(request).await.map(drop)
    }

    /// All listed changes: those under way, and those whose request died.
    pub async fn changes_under_way(&self) -> Result<Vec<Listed>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::CHANGING))
            .consistent_read(true);
        let read = |item: &Item| {
            let row = Reader(item);
            Some(Listed {
                event: EventId::stored(row.maybe("sk")?).ok()?,
                change: row.maybe("change")?.to_owned(),
                started_at: row.maybe_number("startedAt").map(Moment)?,
            })
        };
        Ok(self.all(query).await?.iter().filter_map(read).collect())
    }

    /// Takes seats out of sale for the change that the event's row names: all of them, or none. Where another
    /// transaction keeps writing one of the rows, this ends in [`StoreError::Unavailable`].
    pub async fn withdraw_seats(&self, now: Moment, event: &Event, seats: &[SeatId]) -> Result<Withdrawn, StoreError> {
        let Some(change) = &event.change else { return Ok(Withdrawn::Superseded) };
        let withdraw = |seat: &SeatId| Write::WithdrawSeat { seat: seat.clone(), change: change.id.clone() };
        let check = std::iter::once(Write::CheckChange(change.id.clone()));
        let writes: Vec<Write> = check.chain(seats.iter().map(withdraw)).collect();
        match self.commit(now, event, None, &writes).await {
            Ok(()) => Ok(Withdrawn::All),
            Err(NotCommitted::Failed(error)) => Err(error),
            // Without an `Idempotency-Key` there is no kept answer.
            Err(NotCommitted::Locked(_) | NotCommitted::Answered(_)) => Err(StoreError::Unavailable),
            Err(NotCommitted::Refused(refused)) if refused.is_superseded => Ok(Withdrawn::Superseded),
            Err(NotCommitted::Refused(refused)) => {
                let taken = refused.seats.into_iter().filter(|(_, found)| matches!(found, Found::Row(_)));
                Ok(Withdrawn::Taken(taken.map(|(seat, _)| seat).collect()))
            }
        }
    }

    /// Puts a withdrawn seat back on sale, unless another change has withdrawn it meanwhile.
    pub async fn return_seat(&self, event: &Event, seat: &Seat) -> Result<(), StoreError> {
        let Some(withdrawn) = &seat.withdrawn else { return Ok(()) };
        let at = key::seat(&event.id, event.lane(&seat.id), &seat.id);
        let update = || {
            let update = self
                .update_item(&at)
                .update_expression(FREE_SEAT)
                .condition_expression(SEAT_IS_WITHDRAWN)
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":available", text("available"))
                .expression_attribute_values(":change", text(withdrawn))
                .expression_attribute_values(":one", number(1));
            self.send_update(update)
        };
        self.again(update).await.map(drop)
    }
}

fn event_item(event: &Event) -> Item {
    let mut item = keyed(&key::event(&event.id));
    item.insert("eventKey".to_owned(), text(key::EVENTS));
    item.insert("sortKey".to_owned(), text(event.id.as_str()));
    item.insert("document".to_owned(), crate::packed::pack(&event_text::to_text(event)));
    item.insert("lanes".to_owned(), number(event.lanes));
    item.insert("revision".to_owned(), number(event.revision));
    if let Some(change) = event.change.as_ref().filter(|change| matches!(change.phase, Phase::Withdrawing { .. })) {
        item.insert("taking".to_owned(), text(&change.id));
    }
    item
}
