//! Holds that will end. The outbox writes a row for each hold, out of the stream and so off the write path, and the
//! sweep reads these rows in the order of expiry. Losing a row costs promptness, never correctness: the clock ends a
//! hold.

use crate::key;
use crate::packed;
use crate::row::{Reader, keyed, number, text};
use crate::write::DUE_IS_UNCHANGED;
use crate::{Item, Store, StoreError};
use domain::clock::Moment;
use domain::hold::Due;
use domain::limits::{DUE_SHARDS, HOLD_ROW_KEPT_SECONDS};
use domain::name::SeatId;
use futures::future::try_join_all;

impl Store {
    /// Notes when a hold will end.
    pub async fn note_due(&self, due: &Due) -> Result<(), StoreError> {
        let mut item = keyed(&key::due(&due.hold, &due.event, due.expires_at));
        let seats: String = due.seats.iter().map(|seat| format!("{seat}\n")).collect();
        item.insert("revision".to_owned(), number(due.revision));
        item.insert("seats".to_owned(), packed::pack(&seats));
        item.insert("ttl".to_owned(), number(due.expires_at.seconds() + HOLD_ROW_KEPT_SECONDS));
        self.put_row(item).await
    }

    /// Holds that end before `moment`, each shard in the order of expiry. A row that cannot be read is logged and left
    /// out, so that the others are still swept.
    pub async fn due_before(&self, moment: Moment) -> Result<Vec<Due>, StoreError> {
        let shards = try_join_all((0..DUE_SHARDS).map(|shard| self.due_in_shard(shard, moment))).await?;
        Ok(shards.into_iter().flatten().collect())
    }

    /// The earliest end of a noted hold at `moment` or later; none where no such hold is noted. Reads one row of each
    /// shard.
    pub async fn next_due(&self, moment: Moment) -> Result<Option<Moment>, StoreError> {
        let shards = try_join_all((0..DUE_SHARDS).map(|shard| self.next_in_shard(shard, moment))).await?;
        Ok(shards.into_iter().flatten().min())
    }

    async fn next_in_shard(&self, shard: u32, moment: Moment) -> Result<Option<Moment>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND sk >= :from")
            .expression_attribute_values(":pk", text(key::due_shard(shard)))
            .expression_attribute_values(":from", text(key::due_from(moment)))
            .projection_expression("sk")
            .limit(1);
        let output = self.send(query).await?;
        Ok(output.items().first().and_then(|item| key::parse_due(Reader(item).maybe("sk")?)).map(|(end, _, _)| end))
    }

    async fn due_in_shard(&self, shard: u32, moment: Moment) -> Result<Vec<Due>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND sk < :until")
            .expression_attribute_values(":pk", text(key::due_shard(shard)))
            .expression_attribute_values(":until", text(key::due_from(moment)));
        Ok(self.all(query).await?.iter().filter_map(|item| read(item).ok()).collect())
    }

    /// Deletes the row of a hold that has been dealt with, unless the outbox has written it anew with other seats.
    pub async fn forget_due(&self, due: &Due) -> Result<(), StoreError> {
        let delete = self
            .delete_item(&key::due(&due.hold, &due.event, due.expires_at))
            .condition_expression(DUE_IS_UNCHANGED)
            .expression_attribute_values(":revision", number(due.revision));
        self.send_delete(delete).await.map(drop)
    }
}

fn read(item: &Item) -> Result<Due, StoreError> {
    let row = Reader(item);
    let (expires_at, event, hold) =
        key::parse_due(row.text("sk")?).ok_or_else(|| crate::row::bad_row("sk", "not a due row"))?;
    let seats = row.packed("seats")?.lines().filter_map(|id| SeatId::stored(id).ok()).collect();
    let revision = u64::try_from(row.number("revision")?).map_err(|_| crate::row::bad_row("revision", "negative"))?;
    Ok(Due { hold, event, expires_at, revision, seats })
}
