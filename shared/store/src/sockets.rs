//! Which sockets a buyer has open, so that one buyer cannot use up everybody's. The rows carry `ttl`, and the row of a
//! socket that has been silent does not count: `$disconnect` may never have come for it.

use crate::key;
use crate::row::{Reader, keyed, number, text};
use crate::{Item, Store, StoreError};
use domain::clock::Moment;
use domain::limits::{CONNECTION_SECONDS_MAX, SOCKET_SILENCE_MS};
use domain::name::{BuyerId, ConnectionId};

impl Store {
    /// Notes a socket that a buyer opens; says whether it is among the `most` that a buyer may have open. Its row is
    /// written before the others are counted, and sockets opened earlier come first: of many that open at once, `most`
    /// stay.
    pub async fn open_socket(
        &self,
        now: Moment,
        buyer: &BuyerId,
        connection: &ConnectionId,
        most: usize,
    ) -> Result<bool, StoreError> {
        let at = key::socket(buyer, connection);
        let mut item = keyed(&at);
        item.insert("openedAt".to_owned(), number(now.0));
        item.insert("seenAt".to_owned(), number(now.0));
        item.insert("ttl".to_owned(), number(now.seconds() + CONNECTION_SECONDS_MAX));
        self.put_row(item).await?;
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::sockets(buyer)))
            .projection_expression("sk, openedAt, seenAt")
            .consistent_read(true);
        let items = self.all(query).await?;
        Ok(items.iter().filter(|item| counts_before((now, &at.sk), item, now)).count() < most)
    }

    /// Whether a buyer has a socket open that was heard of lately.
    pub async fn has_open_socket(&self, buyer: &BuyerId, now: Moment) -> Result<bool, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::sockets(buyer)))
            .projection_expression("sk, seenAt")
            .consistent_read(true);
        Ok(self.all(query).await?.iter().any(|item| is_heard_of(item, now)))
    }

    /// Forgets a socket of a buyer's.
    pub async fn close_socket(&self, buyer: &BuyerId, connection: &ConnectionId) -> Result<(), StoreError> {
        self.delete_row(&key::socket(buyer, connection)).await
    }

    /// Notes a sign of life of a socket. A socket that was closed stays forgotten.
    pub async fn see_socket(&self, now: Moment, buyer: &BuyerId, connection: &ConnectionId) -> Result<(), StoreError> {
        let update = self
            .update_item(&key::socket(buyer, connection))
            .condition_expression("attribute_exists(pk)")
            .update_expression("SET seenAt = :now")
            .expression_attribute_values(":now", number(now.0));
        self.send_update(update).await.map(drop)
    }
}

/// Whether the socket of a row counts (it was heard of lately) and was opened before `mine`.
fn counts_before(mine: (Moment, &str), item: &Item, now: Moment) -> bool {
    let row = Reader(item);
    let Some(sk) = row.maybe("sk") else { return false };
    let opened_at = row.maybe_number("openedAt").map_or(Moment(0), Moment);
    is_heard_of(item, now) && (opened_at, sk) < mine
}

/// Whether the socket of a row was heard of lately.
fn is_heard_of(item: &Item, now: Moment) -> bool {
    let seen_at = Reader(item).maybe_number("seenAt").map_or(Moment(0), Moment);
    now.apart(seen_at) < SOCKET_SILENCE_MS
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_900_000_000_000);

    fn row(id: &str, opened_at: Moment, seen_at: Moment) -> Item {
        let at = key::socket(&BuyerId::parse("ann").unwrap(), &ConnectionId::parse(id).unwrap());
        let mut item = keyed(&at);
        item.insert("openedAt".to_owned(), number(opened_at.0));
        item.insert("seenAt".to_owned(), number(seen_at.0));
        item
    }

    #[test]
    fn a_socket_that_was_silent_for_ten_minutes_does_not_count() {
        let mine = (NOW, "z");
        let opened = NOW.plus(-3_600_000);
        assert!(counts_before(mine, &row("a", opened, NOW.plus(1 - SOCKET_SILENCE_MS)), NOW));
        assert!(!counts_before(mine, &row("a", opened, NOW.plus(-SOCKET_SILENCE_MS)), NOW));
        // Heard of before the clock was set back.
        assert!(!counts_before(mine, &row("a", opened, NOW.plus(SOCKET_SILENCE_MS)), NOW));
    }

    #[test]
    fn of_sockets_that_open_at_once_each_knows_its_place() {
        let rows: Vec<Item> = ["a", "b", "c"].iter().map(|id| row(id, NOW, NOW)).collect();
        for (place, id) in ["a", "b", "c"].into_iter().enumerate() {
            let before = rows.iter().filter(|item| counts_before((NOW, id), item, NOW)).count();
            assert_eq!(before, place);
        }
    }
}
