//! Holds whose buyer has no open connection, where they end with the buyer's session. Losing a row costs promptness,
//! never correctness: the clock ends a hold.

use crate::key;
use crate::row::{Reader, bad_row, keyed, number, text};
use crate::{Item, Store, StoreError};
use domain::clock::Moment;
use domain::limits::{AWAY_ROW_KEPT_SECONDS, AWAY_SHARDS, CLOCK_SKEW_MS};
use domain::name::HoldId;
use domain::session::Away;
use futures::future::try_join_all;

impl Store {
    /// Notes since when the buyer of a hold may have no open connection, unless a later moment is noted already. One that
    /// lies further ahead than clocks can differ is from before the clock was set back.
    pub async fn note_away(&self, away: &Away) -> Result<(), StoreError> {
        let mut item = keyed(&key::away(&away.buyer, &away.event));
        item.insert("holdId".to_owned(), text(away.hold.as_str()));
        item.insert("since".to_owned(), number(away.since.0));
        item.insert("until".to_owned(), number(away.until.0));
        item.insert("ttl".to_owned(), number(away.since.seconds() + AWAY_ROW_KEPT_SECONDS));
        let put = self
            .client
            .put_item()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR since < :since OR since > :ahead")
            .expression_attribute_values(":since", number(away.since.0))
            .expression_attribute_values(":ahead", number(away.since.plus(CLOCK_SKEW_MS).0));
        self.send_put(put).await.map(drop)
    }

    /// All holds that are noted so. A row that cannot be read is logged and left out.
    pub async fn away(&self) -> Result<Vec<Away>, StoreError> {
        let shards = try_join_all((0..AWAY_SHARDS).map(|shard| self.away_in_shard(shard))).await?;
        Ok(shards.into_iter().flatten().collect())
    }

    async fn away_in_shard(&self, shard: u32) -> Result<Vec<Away>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::away_shard(shard)));
        Ok(self.all(query).await?.iter().filter_map(|item| read(item).ok()).collect())
    }

    /// Whether a note is still the newest of its hold.
    pub async fn is_still_away(&self, away: &Away) -> Result<bool, StoreError> {
        let row = self.get(&key::away(&away.buyer, &away.event)).await?;
        Ok(row.as_ref().map(read).transpose()?.as_ref() == Some(away))
    }

    /// Forgets the note, unless the buyer has come and gone again meanwhile.
    pub async fn forget_away(&self, away: &Away) -> Result<(), StoreError> {
        let delete = self
            .delete_item(&key::away(&away.buyer, &away.event))
            .condition_expression("since = :since")
            .expression_attribute_values(":since", number(away.since.0));
        self.send_delete(delete).await.map(drop)
    }
}

fn read(item: &Item) -> Result<Away, StoreError> {
    let row = Reader(item);
    let (event, buyer) = key::parse_away(row.text("sk")?).ok_or_else(|| bad_row("sk", "not an away row"))?;
    Ok(Away {
        buyer,
        event,
        hold: HoldId::stored(row.text("holdId")?).map_err(|why| bad_row("holdId", &why))?,
        since: Moment(row.number("since")?),
        until: Moment(row.number("until")?),
    })
}
