//! How each write of a transaction is sent: this file has every condition that keeps a seat from being sold twice.

use crate::key::{self, Key};
use crate::row::{number, of_booking, of_failed_order, of_hold, payment_guard, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use domain::clock::Moment;
use domain::event::Event;
use domain::hold::{Due, Hold};
use domain::money::Minor;
use domain::name::{BookingId, BuyerId, HoldId, SeatId, TicketTypeId};
use domain::seat::{PricedSeat, free_before};
use domain::write::Write;
use std::collections::HashMap;

/// A seat is free for a hold if it has no row, is available, belongs to a hold that ended longer ago than clocks can
/// differ, or is in this hold already. The buyer of an ended hold waits out the clock skew like everyone else: nobody
/// keeps seats by asking first.
const SEAT_IS_FREE: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND (expiresAt < :freeBefore OR holdId = :hold))";
/// A seat is free to be booked at once if it has no row, is available, or belongs to a hold that ended longer ago than
/// clocks can differ. Of a live hold, the buyer's own too, a seat is booked by its hold (`SEAT_IS_MINE_IN_TIME`).
const SEAT_IS_NOBODYS: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND expiresAt < :freeBefore)";
/// The seat belongs to this hold, whose time is not over.
const SEAT_IS_MINE_IN_TIME: &str = "#status = :held AND holdId = :hold AND expiresAt >= :now";
/// The seat belongs to this hold.
const SEAT_IS_MINE: &str = "#status = :held AND holdId = :hold";
/// The seat is still this hold's, and the hold ended longer ago than clocks can differ.
const SEAT_IS_LEFT_OVER: &str = "#status = :held AND holdId = :hold AND expiresAt < :freeBefore";
/// The seat belongs to this booking.
const SEAT_IS_BOOKED: &str = "#status = :booked AND bookingId = :booking";
/// The buyer has no hold row in the event, or one whose hold has expired. The row of a hold that was released before
/// its expiry is replaced by its revision instead (`HOLD_IS_UNCHANGED`): otherwise a delayed attempt of the request
/// that began this hold could begin it again after the release.
const NO_LIVE_HOLD: &str = "attribute_not_exists(pk) OR expiresAt < :now";
/// The hold row is as the plan saw it.
const HOLD_IS_UNCHANGED: &str = "holdId = :hold AND revision = :revision";

/// The outbox has not written the due row anew with other seats.
pub(crate) const DUE_IS_UNCHANGED: &str = "revision = :revision";
/// The event's row still names this change, so that a delayed withdrawal of a change that was undone writes nothing. No
/// buyer's request looks at this row.
const CHANGE_STANDS: &str = "taking = :change";
/// There is no such row.
const IS_NEW: &str = "attribute_not_exists(pk)";

/// Nobody has the seat, so that it may leave the event with a change of layout.
const SEAT_MAY_GO: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND expiresAt < :freeBefore) OR attribute_exists(withdrawn)";
/// The seat was withdrawn by this change.
pub(crate) const SEAT_IS_WITHDRAWN: &str = "withdrawn = :change";

impl Store {
    /// A write as a part of a transaction. Public for the benchmark alone, which sends the same writes through the bare
    /// SDK.
    #[doc(hidden)]
    #[must_use]
    pub fn sent(&self, now: Moment, event: &Event, write: &Write) -> TransactWriteItem {
        match write {
            Write::HoldSeat { seat, hold, buyer, expires_at } => {
                self.hold_seat(now, event, seat, (hold, buyer, *expires_at))
            }
            Write::BookSeat { seat, hold, booking } => self.book_seat(now, event, (seat, hold, booking), None),
            Write::BookSeatAs { seat, ticket_type, price, hold, booking } => {
                self.book_seat(now, event, (seat, hold, booking), Some((ticket_type, *price)))
            }
            Write::BookFreeSeat { seat, buyer, booking } => self.book_free_seat(now, event, seat, buyer, booking),
            Write::ExtendSeat { seat, hold, expires_at } => self.extend_seat(now, event, seat, hold, *expires_at),
            Write::ReleaseSeat { seat, hold } => {
                let values = [(":hold", text(hold.as_str())), (":held", text("held"))];
                self.free_seat(event, seat, SEAT_IS_MINE, values)
            }
            Write::CancelSeat { seat, booking } => {
                let values = [(":booking", text(booking.as_str())), (":booked", text("booked"))];
                self.free_seat(event, seat, SEAT_IS_BOOKED, values)
            }
            Write::ExpireSeat { seat, hold } => self.free_seat(event, seat, SEAT_IS_LEFT_OVER, left_over(now, hold)),
            Write::WithdrawSeat { seat, change } => self.withdraw_seat(now, event, seat, change),
            Write::BeginHold(hold) => self.put(of_hold(hold), NO_LIVE_HOLD, [(":now", number(now.0))]),
            Write::ReplaceHold { before, after } => self.replace_hold(before, after),
            Write::CheckHold { buyer, event, seen } => self.check_hold(now, &key::hold(buyer, event), seen.as_deref()),
            Write::GuardPayment { payment, booking } => self.put_new(payment_guard(payment, booking)),
            Write::AddBooking(booking) => self.put_new(of_booking(booking, event.lanes)),
            Write::CancelInBooking { before, after } => self.cancel_in_booking(before, after),
            Write::CheckTally { buyer, booked_at_most } => self.check_tally(event, buyer, *booked_at_most),
            Write::AddToTally { booking, booked_at_most } => self.add_to_tally(booking, *booked_at_most),
            Write::TakeFromTally { before, after } => self.take_from_tally(before, after),
            Write::CheckUnpaid(payment) => {
                self.check(&key::payment(&payment.gateway, &payment.transaction), IS_NEW, [])
            }
            Write::AddFailedOrder(order) => self.put_new(of_failed_order(order)),
            Write::ForgetDue(due) => self.forget_due_in_transaction(due),
            Write::CheckChange(change) => {
                self.check(&key::event(&event.id), CHANGE_STANDS, [(":change", text(change))])
            }
        }
    }

    fn hold_seat(
        &self,
        now: Moment,
        event: &Event,
        seat: &PricedSeat,
        (hold, buyer, expires_at): (&HoldId, &BuyerId, Moment),
    ) -> TransactWriteItem {
        let mut values = vec![
            (":available", text("available")),
            (":held", text("held")),
            (":freeBefore", number(free_before(now).0)),
            (":me", text(buyer.as_str())),
            (":hold", text(hold.as_str())),
            (":price", number(seat.price.0)),
            (":expiresAt", number(expires_at.0)),
            (":zero", number(0)),
            (":one", number(1)),
        ];
        values.extend(seat.ticket_type.as_ref().map(|id| (":ticketType", text(id.as_str()))));
        let update = if seat.ticket_type.is_some() { HOLD_SEAT_AS } else { HOLD_SEAT };
        self.update(&key::seat(&event.id, event.lane(&seat.id), &seat.id), update, SEAT_IS_FREE, values)
    }

    fn book_seat(
        &self,
        now: Moment,
        event: &Event,
        (seat, hold, booking): (&SeatId, &HoldId, &BookingId),
        sold_as: Option<(&TicketTypeId, Minor)>,
    ) -> TransactWriteItem {
        let mut values = vec![
            (":held", text("held")),
            (":hold", text(hold.as_str())),
            (":now", number(now.0)),
            (":booked", text("booked")),
            (":booking", text(booking.as_str())),
            (":one", number(1)),
        ];
        if let Some((ticket_type, price)) = sold_as {
            values.extend([(":ticketType", text(ticket_type.as_str())), (":price", number(price.0))]);
        }
        let update = if sold_as.is_some() { BOOK_SEAT_AS } else { BOOK_SEAT };
        self.update(&key::seat(&event.id, event.lane(seat), seat), update, SEAT_IS_MINE_IN_TIME, values)
    }

    fn book_free_seat(
        &self,
        now: Moment,
        event: &Event,
        seat: &PricedSeat,
        buyer: &BuyerId,
        booking: &BookingId,
    ) -> TransactWriteItem {
        let mut values = vec![
            (":available", text("available")),
            (":held", text("held")),
            (":freeBefore", number(free_before(now).0)),
            (":booked", text("booked")),
            (":me", text(buyer.as_str())),
            (":price", number(seat.price.0)),
            (":booking", text(booking.as_str())),
            (":now", number(now.0)),
            (":zero", number(0)),
            (":one", number(1)),
        ];
        values.extend(seat.ticket_type.as_ref().map(|id| (":ticketType", text(id.as_str()))));
        let update = if seat.ticket_type.is_some() { BOOK_FREE_SEAT_AS } else { BOOK_FREE_SEAT };
        self.update(&key::seat(&event.id, event.lane(&seat.id), &seat.id), update, SEAT_IS_NOBODYS, values)
    }

    fn check_hold(&self, now: Moment, at: &Key, seen: Option<&Hold>) -> TransactWriteItem {
        match seen {
            None => self.check(at, NO_LIVE_HOLD, [(":now", number(now.0))]),
            Some(hold) => self.check(at, HOLD_IS_UNCHANGED, unchanged(hold)),
        }
    }

    fn extend_seat(
        &self,
        now: Moment,
        event: &Event,
        seat: &SeatId,
        hold: &HoldId,
        expires_at: Moment,
    ) -> TransactWriteItem {
        self.update(
            &key::seat(&event.id, event.lane(seat), seat),
            "SET expiresAt = :expiresAt, version = version + :one",
            SEAT_IS_MINE_IN_TIME,
            [
                (":held", text("held")),
                (":hold", text(hold.as_str())),
                (":now", number(now.0)),
                (":expiresAt", number(expires_at.0)),
                (":one", number(1)),
            ],
        )
    }

    fn free_seat(
        &self,
        event: &Event,
        seat: &SeatId,
        when: &str,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> TransactWriteItem {
        let values = values.into_iter().chain([(":available", text("available")), (":one", number(1))]);
        self.update(&key::seat(&event.id, event.lane(seat), seat), FREE_SEAT, when, values)
    }

    fn withdraw_seat(&self, now: Moment, event: &Event, seat: &SeatId, change: &str) -> TransactWriteItem {
        let values = [
            (":available", text("available")),
            (":held", text("held")),
            (":freeBefore", number(free_before(now).0)),
            (":blocked", text("blocked")),
            (":change", text(change)),
            (":zero", number(0)),
            (":one", number(1)),
        ];
        self.update(&key::seat(&event.id, event.lane(seat), seat), WITHDRAW_SEAT, SEAT_MAY_GO, values)
    }

    fn replace_hold(&self, before: &Hold, after: &Hold) -> TransactWriteItem {
        self.put(of_hold(after), HOLD_IS_UNCHANGED, unchanged(before))
    }

    fn forget_due_in_transaction(&self, due: &Due) -> TransactWriteItem {
        let at = key::due(&due.hold, &due.event, due.expires_at);
        let delete = Delete::builder()
            .table_name(&self.name)
            .key("pk", text(at.pk))
            .key("sk", text(at.sk))
            .condition_expression(DUE_IS_UNCHANGED)
            .expression_attribute_values(":revision", number(due.revision))
            .build();
        TransactWriteItem::builder().set_delete(delete.ok()).build()
    }

    /// Checks a row without writing it.
    pub(crate) fn check<const N: usize>(
        &self,
        at: &Key,
        when: &str,
        values: [(&'static str, AttributeValue); N],
    ) -> TransactWriteItem {
        let values = Some(owned(values)).filter(|values| !values.is_empty());
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .key("pk", text(&at.pk))
            .key("sk", text(&at.sk))
            .condition_expression(when)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        TransactWriteItem::builder().set_condition_check(check.ok()).build()
    }

    /// A row that must not be there yet.
    pub(crate) fn put_new(&self, item: Item) -> TransactWriteItem {
        self.put(item, IS_NEW, [])
    }

    fn put<const N: usize>(
        &self,
        item: Item,
        when: &str,
        values: [(&'static str, AttributeValue); N],
    ) -> TransactWriteItem {
        let values = Some(owned(values)).filter(|values| !values.is_empty());
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(when)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        TransactWriteItem::builder().set_put(put.ok()).build()
    }

    pub(crate) fn update(
        &self,
        at: &Key,
        update: &str,
        when: &str,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> TransactWriteItem {
        let update = Update::builder()
            .table_name(&self.name)
            .key("pk", text(&at.pk))
            .key("sk", text(&at.sk))
            .update_expression(update)
            .condition_expression(when)
            .expression_attribute_names("#status", "status")
            .set_expression_attribute_values(Some(owned(values)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        TransactWriteItem::builder().set_update(update.ok()).build()
    }

    /// Frees one seat of a hold that is over, by a write of its own, whatever becomes of the hold's other seats. Says
    /// whether the seat was still that hold's. A seat that another transaction is writing counts as
    /// [`StoreError::Unavailable`].
    pub async fn free_expired(
        &self,
        now: Moment,
        event: &Event,
        seat: &SeatId,
        hold: &HoldId,
    ) -> Result<bool, StoreError> {
        let update = self
            .update_item(&key::seat(&event.id, event.lane(seat), seat))
            .update_expression(FREE_SEAT)
            .condition_expression(SEAT_IS_LEFT_OVER)
            .expression_attribute_names("#status", "status")
            .set_expression_attribute_values(Some(owned(left_over(now, hold))))
            .expression_attribute_values(":available", text("available"))
            .expression_attribute_values(":one", number(1))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        self.send_update(update).await
    }
}

/// Takes a seat into a hold, in an event without ticket types.
const HOLD_SEAT: &str = "SET #status = :held, holdId = :hold, holder = :me, price = :price, expiresAt = :expiresAt, \
    version = if_not_exists(version, :zero) + :one REMOVE ticketType";
/// Takes a seat into a hold as a ticket type.
const HOLD_SEAT_AS: &str = "SET #status = :held, holdId = :hold, holder = :me, price = :price, expiresAt = :expiresAt, \
    version = if_not_exists(version, :zero) + :one, ticketType = :ticketType";
/// Books a held seat.
const BOOK_SEAT: &str = "SET #status = :booked, bookingId = :booking, bookedAt = :now, version = version + :one \
    REMOVE expiresAt, holdId";
/// Books a held seat as another ticket type.
const BOOK_SEAT_AS: &str = "SET #status = :booked, bookingId = :booking, bookedAt = :now, version = version + :one, \
    price = :price, ticketType = :ticketType REMOVE expiresAt, holdId";
/// Books a free seat, in an event without ticket types.
const BOOK_FREE_SEAT: &str = "SET #status = :booked, holder = :me, price = :price, bookingId = :booking, bookedAt = :now, \
    version = if_not_exists(version, :zero) + :one REMOVE expiresAt, holdId, ticketType";
/// Books a free seat as a ticket type.
const BOOK_FREE_SEAT_AS: &str = "SET #status = :booked, holder = :me, price = :price, bookingId = :booking, \
    bookedAt = :now, version = if_not_exists(version, :zero) + :one, ticketType = :ticketType REMOVE expiresAt, holdId";
/// Frees a seat. The row forgets who had it: the booking is the record.
pub(crate) const FREE_SEAT: &str = "SET #status = :available, version = version + :one \
    REMOVE holdId, holder, price, ticketType, expiresAt, bookingId, bookedAt, withdrawn";
/// Withdraws a seat from its event, so that a function that still remembers the earlier layout cannot hold it.
const WITHDRAW_SEAT: &str = "SET #status = :blocked, withdrawn = :change, \
    version = if_not_exists(version, :zero) + :one REMOVE holdId, holder, price, ticketType, expiresAt";

/// The values of [`SEAT_IS_LEFT_OVER`].
fn left_over(now: Moment, hold: &HoldId) -> [(&'static str, AttributeValue); 3] {
    let free_before = number(free_before(now).0);
    [(":held", text("held")), (":hold", text(hold.as_str())), (":freeBefore", free_before)]
}

/// The values of [`HOLD_IS_UNCHANGED`].
fn unchanged(hold: &Hold) -> [(&'static str, AttributeValue); 2] {
    [(":hold", text(hold.id.as_str())), (":revision", number(hold.revision))]
}

pub(crate) fn owned(
    values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
) -> HashMap<String, AttributeValue> {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
