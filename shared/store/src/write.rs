//! How each write of a transaction is sent: this file has every condition that keeps a seat from being sold twice.

use crate::key::{self, Key};
use crate::row::{cancelled_text, keyed, number, of_booking, of_failed_order, of_hold, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use domain::booking::{Booking, BookingStatus, Payment};
use domain::clock::Moment;
use domain::event::Event;
use domain::hold::{Due, Hold};
use domain::name::{BookingId, BuyerId, HoldId, SeatId};
use domain::seat::{PricedSeat, free_before};
use domain::tally::Counted;
use domain::write::Write;
use std::collections::HashMap;

/// A seat is free for a hold if it has no row, is available, belongs to a hold that ended longer ago than clocks can
/// differ, or is in this hold already. The buyer of an ended hold waits out the clock skew like everyone else: nobody
/// keeps seats by asking first.
const SEAT_IS_FREE: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND (expiresAt < :freeBefore OR holdId = :hold))";
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

/// The booking stands, and no seat of it is cancelled.
const BOOKING_IS_WHOLE: &str = "#status = :confirmed AND attribute_not_exists(cancelledSeats)";
/// The booking stands, and the seats that are cancelled are those that the plan saw.
const BOOKING_IS_UNCHANGED: &str = "#status = :confirmed AND cancelledSeats = :before";
/// The outbox has not written the due row anew with other seats.
pub(crate) const DUE_IS_UNCHANGED: &str = "revision = :revision";
/// The event's row still names this change, so that a delayed withdrawal of a change that was undone writes nothing. No
/// buyer's request looks at this row.
const CHANGE_STANDS: &str = "taking = :change";
/// The buyer has at most so many seats booked in the event.
const BOOKED_AT_MOST: &str = "attribute_not_exists(pk) OR booked <= :most";
/// The same, and the buyer has no booking in the event.
const BOOKED_AT_MOST_AND_NO_OTHER: &str = "attribute_not_exists(pk) OR (booked <= :most AND \
    attribute_not_exists(bookingId))";
/// The buyer has no booking in the event.
const NO_OTHER_BOOKING: &str = "attribute_not_exists(bookingId)";
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
            Write::BookSeat { seat, hold, booking } => self.book_seat(now, event, seat, hold, booking),
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
            Write::GuardPayment { payment, booking } => self.put_new(guard(payment, booking)),
            Write::AddBooking(booking) => self.put_new(of_booking(booking, event.lanes)),
            Write::CancelInBooking { before, after } => self.cancel_in_booking(before, after),
            Write::CheckTally { buyer, booked_at_most } => {
                let values = [(":most", number(booked_at_most))];
                self.check(&key::limit(buyer, &event.id), BOOKED_AT_MOST, values)
            }
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
        seat: &SeatId,
        hold: &HoldId,
        booking: &BookingId,
    ) -> TransactWriteItem {
        self.update(
            &key::seat(&event.id, event.lane(seat), seat),
            "SET #status = :booked, bookingId = :booking, bookedAt = :now, version = version + :one \
             REMOVE expiresAt, holdId",
            SEAT_IS_MINE_IN_TIME,
            [
                (":held", text("held")),
                (":hold", text(hold.as_str())),
                (":now", number(now.0)),
                (":booked", text("booked")),
                (":booking", text(booking.as_str())),
                (":one", number(1)),
            ],
        )
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

    /// The condition compares with what was booked before, so that two bookings at once cannot pass the limit together.
    fn add_to_tally(&self, booking: &Booking, booked_at_most: Option<usize>) -> TransactWriteItem {
        let is_only = booking.counted == Counted::SeatsAndOnly;
        let condition = match (booked_at_most, is_only) {
            (Some(_), true) => Some(BOOKED_AT_MOST_AND_NO_OTHER),
            (Some(_), false) => Some(BOOKED_AT_MOST),
            (None, true) => Some(NO_OTHER_BOOKING),
            (None, false) => None,
        };
        let mut values = vec![(":seats", number(booking.seats.len()))];
        values.extend(booked_at_most.map(|most| (":most", number(most))));
        values.extend(is_only.then(|| (":booking", text(booking.id.as_str()))));
        let update = if is_only { "SET bookingId = :booking ADD booked :seats" } else { "ADD booked :seats" };
        self.change_tally(booking, update, condition, values)
    }

    /// Has no condition: the booking's row says what it counts for, and is written in the same transaction.
    fn take_from_tally(&self, before: &Booking, after: &Booking) -> TransactWriteItem {
        let gone = before.standing().len() - after.standing().len();
        let is_over = after.status == BookingStatus::Cancelled && before.counted == Counted::SeatsAndOnly;
        let update = if is_over { "REMOVE bookingId ADD booked :seats" } else { "ADD booked :seats" };
        self.change_tally(before, update, None, [(":seats", number(format_args!("-{gone}")))])
    }

    fn change_tally(
        &self,
        booking: &Booking,
        update: &str,
        when: Option<&str>,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> TransactWriteItem {
        let at = key::limit(&booking.buyer, &booking.event);
        let update = Update::builder()
            .table_name(&self.name)
            .key("pk", text(at.pk))
            .key("sk", text(at.sk))
            .update_expression(update)
            .set_condition_expression(when.map(str::to_owned))
            .set_expression_attribute_values(Some(owned(values)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        TransactWriteItem::builder().set_update(update.ok()).build()
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
        let values = [(":hold", text(before.id.as_str())), (":revision", number(before.revision))];
        self.put(of_hold(after), HOLD_IS_UNCHANGED, values)
    }

    fn cancel_in_booking(&self, before: &Booking, after: &Booking) -> TransactWriteItem {
        let mut values = vec![(":confirmed", text("confirmed"))];
        let condition = if before.cancelled.is_empty() {
            BOOKING_IS_WHOLE
        } else {
            values.push((":before", text(cancelled_text(&before.cancelled))));
            BOOKING_IS_UNCHANGED
        };
        let update = if let Some(cancelled_at) = after.cancelled_at {
            values.extend([(":cancelled", text("cancelled")), (":now", number(cancelled_at.0))]);
            "SET #status = :cancelled, cancelledAt = :now"
        } else {
            values.push((":after", text(cancelled_text(&after.cancelled))));
            "SET cancelledSeats = :after"
        };
        self.update(&key::booking(&before.id), update, condition, values)
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
    fn check<const N: usize>(
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

    fn update(
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

fn owned(values: impl IntoIterator<Item = (&'static str, AttributeValue)>) -> HashMap<String, AttributeValue> {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The row that says which booking a payment has paid for.
fn guard(payment: &Payment, booking: &BookingId) -> Item {
    let mut item = keyed(&key::payment(&payment.gateway, &payment.transaction));
    item.insert("bookingId".to_owned(), text(booking.as_str()));
    item
}
