//! A buyer's orders: bookings and failed payments in one listing, newest first.

use crate::key::{self, Key};
use crate::read::{Page, Position};
use crate::row::{self, Reader, text};
use crate::{Item, Store, StoreError};
use domain::name::{BookingId, BuyerId, OrderId};
use domain::order::{FailedOrder, Order};
use std::collections::HashSet;

/// A row of the listing: its place in it, and where it lies.
struct Listed {
    sort_key: String,
    at: Key,
}

/// The id that a sort key of this listing ends with; none for a text that is no such key.
fn id_of(sort_key: &str) -> Option<&str> {
    let (time, id) = sort_key.split_once('#')?;
    (time.len() == 15 && time.parse::<u64>().is_ok() && OrderId::stored(id).is_ok()).then_some(id)
}

impl Store {
    /// A page of a buyer's orders, newest first; none for a position that is not in this listing. A payment that failed
    /// first and was paid then is the booking's order, and its failure is left out.
    pub async fn orders(
        &self,
        buyer: &BuyerId,
        limit: usize,
        from: &Position,
    ) -> Result<Option<Page<Order>>, StoreError> {
        if from.lane > 0 || !(from.after.is_empty() || id_of(&from.after).is_some()) {
            return Ok(None);
        }
        let booking = |id: &str| BookingId::stored(id).ok().map(|id| key::booking(&id));
        let failed = |id: &str| OrderId::stored(id).ok().map(|id| key::failed_order(buyer, &id));
        let (bookings, failures) = futures::future::try_join(
            self.listed(key::buyer(buyer), limit, &from.after, booking),
            self.listed(key::failed_orders(buyer), limit, &from.after, failed),
        )
        .await?;
        let mut listed: Vec<Listed> = bookings.into_iter().chain(failures).collect();
        listed.sort_by(|a, b| b.sort_key.cmp(&a.sort_key));
        let has_more = listed.len() > limit;
        listed.truncate(limit);
        let next = listed.last().filter(|_| has_more).map(|last| Position { lane: 0, after: last.sort_key.clone() });
        let items = self.batch_get(listed.into_iter().map(|row| row.at).collect()).await?;
        Ok(Some(Page { rows: self.read_orders(&items).await?, next }))
    }

    /// Up to one row more than `limit` of a partition of the index by buyer, before a place in it.
    async fn listed(
        &self,
        partition: String,
        limit: usize,
        before: &str,
        at: impl Fn(&str) -> Option<Key>,
    ) -> Result<Vec<Listed>, StoreError> {
        // `~` is behind every digit.
        let before = if before.is_empty() { "~" } else { before };
        let query = self
            .query()
            .index_name("byBuyer")
            .key_condition_expression("buyerKey = :buyer AND sortKey < :before")
            .expression_attribute_values(":buyer", text(partition))
            .expression_attribute_values(":before", text(before))
            .scan_index_forward(false)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX));
        let output = self.send(query).await?;
        let read = |item: &Item| {
            let sort_key = Reader(item).maybe("sortKey")?.to_owned();
            let at = at(id_of(&sort_key)?)?;
            Some(Listed { sort_key, at })
        };
        Ok(output.items().iter().filter_map(read).collect())
    }

    /// The orders that rows are. A row that cannot be read is logged and left out.
    async fn read_orders(&self, items: &[Item]) -> Result<Vec<Order>, StoreError> {
        let is_booking = |item: &Item| Reader(item).maybe("sk") == Some(key::BOOKING);
        let failed = |item: &Item| row::failed_order(item).ok();
        let failures: Vec<FailedOrder> = items.iter().filter(|item| !is_booking(item)).filter_map(failed).collect();
        let guard = |order: &FailedOrder| {
            order.payment.as_ref().map(|(gateway, transaction)| key::payment(gateway, transaction))
        };
        let guards = self.batch_get(failures.iter().filter_map(guard).collect()).await?;
        let paid: HashSet<&str> = guards.iter().filter_map(|guard| Reader(guard).maybe("pk")).collect();
        let is_paid = |order: &FailedOrder| guard(order).is_some_and(|guard| paid.contains(guard.pk.as_str()));
        let order = |item: &Item| match is_booking(item) {
            true => row::booking(item).ok().map(|booking| Order::of_booking(&booking)),
            false => failed(item).filter(|order| !is_paid(order)).map(Order::from),
        };
        Ok(items.iter().filter_map(order).collect())
    }
}
