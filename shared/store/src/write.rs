//! The steps of each verb: every condition that keeps a seat from being sold twice stands in this file.

use crate::key::{self, Key};
use crate::row::{cancelled_text, keyed, number, of_booking, of_hold, text};
use crate::step::{Step, Subject};
use crate::{Item, Store};
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use domain::booking::{Booking, Payment};
use domain::clock::Moment;
use domain::event::Event;
use domain::hold::{Hold, Taking};
use domain::name::{BookingId, HoldId, SeatId};
use domain::seat::{PricedSeat, free_before};
use std::collections::HashMap;

/// A seat is free when it never changed, when it says so, when its hold is over for every clock, or when it is in this
/// very hold already. A hold that is over is no different for the buyer who had it: nobody keeps seats by asking first.
const SEAT_IS_FREE: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND (expiresAt < :freeBefore OR holdId = :hold))";
/// A seat belongs to this hold, whose time is not over.
const SEAT_IS_MINE_IN_TIME: &str = "#status = :held AND holdId = :hold AND expiresAt >= :now";
/// A seat belongs to this hold.
const SEAT_IS_MINE: &str = "#status = :held AND holdId = :hold";
/// A seat is still this hold's, which is over for every clock.
const SEAT_IS_LEFT_OVER: &str = "#status = :held AND holdId = :hold AND expiresAt < :freeBefore";
/// A seat belongs to this booking.
const SEAT_IS_BOOKED: &str = "#status = :booked AND bookingId = :booking";
/// The buyer has no hold in the event, or one that ended before this was decided. One that was given up before its end
/// is replaced by its revision instead: this very request, late on its way to the table, may have been what began it, and
/// must not begin it again.
const NO_LIVE_HOLD: &str = "attribute_not_exists(pk) OR expiresAt < :now";
/// The hold is still as it was when this was decided.
const HOLD_IS_UNCHANGED: &str = "holdId = :hold AND revision = :revision";

/// Nobody has the seat, so that it may leave the event with a change of layout.
pub(super) const SEAT_MAY_GO: &str = "attribute_not_exists(pk) OR #status = :available \
    OR (#status = :held AND expiresAt < :freeBefore) OR attribute_exists(withdrawn)";
/// The seat is out of sale by this change.
pub(super) const SEAT_IS_WITHDRAWN: &str = "withdrawn = :change";

impl Store {
    /// Takes seats for a hold. Seats come first: somebody else's seat is the better answer than a moved hold row.
    #[must_use]
    pub fn hold_steps(&self, now: Moment, event: &Event, taking: &Taking) -> Vec<Step> {
        let after = &taking.after;
        let mut steps: Vec<Step> = taking.taken.iter().map(|seat| self.take_seat(now, event, after, seat)).collect();
        steps.push(match &taking.before {
            None => self.put_hold(after, NO_LIVE_HOLD, [(":now", number(now.0))]),
            Some(before) => self.replace_hold(before, after),
        });
        steps
    }

    /// Books held seats.
    #[must_use]
    pub fn confirm_steps(
        &self,
        now: Moment,
        event: &Event,
        hold: &Hold,
        booking: &Booking,
        payment: Option<&Payment>,
    ) -> Vec<Step> {
        let mut steps = Vec::with_capacity(booking.seats.len() + 3);
        steps.extend(payment.map(|payment| self.guard_payment(payment, booking)));
        steps.extend(booking.seats.iter().map(|seat| self.book_seat(now, event, hold, seat, &booking.id)));
        steps.push(self.replace_hold(hold, &hold.without(&booking.seats)));
        steps.push(self.put_new(Subject::Booking, of_booking(booking, event.lanes)));
        steps
    }

    /// Gives held seats back.
    #[must_use]
    pub fn release_steps(&self, event: &Event, hold: &Hold, seats: &[PricedSeat]) -> Vec<Step> {
        let mut steps: Vec<Step> = seats
            .iter()
            .map(|seat| {
                let values = [(":hold", text(hold.id.as_str())), (":held", text("held"))];
                self.free_seat(event, &seat.id, SEAT_IS_MINE, values)
            })
            .collect();
        steps.push(self.replace_hold(hold, &hold.without(seats)));
        steps
    }

    /// Cancels seats of a booking, which from `before` becomes `after`, and frees them. None where nothing changes.
    #[must_use]
    pub fn cancel_steps(&self, event: &Event, before: &Booking, after: &Booking) -> Vec<Step> {
        let freed = before.standing().into_iter().map(|seat| seat.id).filter(|id| after.cancelled.contains(id));
        let freed: Vec<SeatId> = freed.collect();
        if freed.is_empty() {
            return Vec::new();
        }
        let mut steps = vec![self.cancel_in_booking(before, after)];
        steps.extend(freed.iter().map(|seat| {
            let values = [(":booking", text(before.id.as_str())), (":booked", text("booked"))];
            self.free_seat(event, seat, SEAT_IS_BOOKED, values)
        }));
        steps
    }

    /// The booking's own row: as it was when this was decided, with the same seats cancelled and no others.
    fn cancel_in_booking(&self, before: &Booking, after: &Booking) -> Step {
        let mut values = vec![(":confirmed", text("confirmed"))];
        let condition = if before.cancelled.is_empty() {
            "#status = :confirmed AND attribute_not_exists(cancelledSeats)"
        } else {
            values.push((":before", text(cancelled_text(&before.cancelled))));
            "#status = :confirmed AND cancelledSeats = :before"
        };
        let update = if let Some(cancelled_at) = after.cancelled_at {
            values.extend([(":cancelled", text("cancelled")), (":now", number(cancelled_at.0))]);
            "SET #status = :cancelled, cancelledAt = :now"
        } else {
            values.push((":after", text(cancelled_text(&after.cancelled))));
            "SET cancelledSeats = :after"
        };
        self.update(Subject::Booking, &key::booking(&before.id), update, condition, values)
    }

    /// A row that must not be there yet.
    #[must_use]
    pub fn put_new(&self, subject: Subject, item: Item) -> Step {
        self.put(subject, item, "attribute_not_exists(pk)", [])
    }

    fn take_seat(&self, now: Moment, event: &Event, hold: &Hold, seat: &PricedSeat) -> Step {
        self.update(
            Subject::Seat(seat.id.clone()),
            &key::seat(&event.id, event.lane(&seat.id), &seat.id),
            "SET #status = :held, holdId = :hold, holder = :me, price = :price, expiresAt = :expiresAt, \
             version = if_not_exists(version, :zero) + :one",
            SEAT_IS_FREE,
            [
                (":available", text("available")),
                (":held", text("held")),
                (":freeBefore", number(free_before(now).0)),
                (":me", text(hold.buyer.as_str())),
                (":hold", text(hold.id.as_str())),
                (":price", number(seat.price.0)),
                (":expiresAt", number(hold.expires_at.0)),
                (":zero", number(0)),
                (":one", number(1)),
            ],
        )
    }

    fn book_seat(&self, now: Moment, event: &Event, hold: &Hold, seat: &PricedSeat, booking: &BookingId) -> Step {
        self.update(
            Subject::Seat(seat.id.clone()),
            &key::seat(&event.id, event.lane(&seat.id), &seat.id),
            "SET #status = :booked, bookingId = :booking, bookedAt = :now, version = version + :one \
             REMOVE expiresAt, holdId",
            SEAT_IS_MINE_IN_TIME,
            [
                (":held", text("held")),
                (":hold", text(hold.id.as_str())),
                (":now", number(now.0)),
                (":booked", text("booked")),
                (":booking", text(booking.as_str())),
                (":one", number(1)),
            ],
        )
    }

    fn free_seat<const N: usize>(
        &self,
        event: &Event,
        seat: &SeatId,
        when: &str,
        values: [(&'static str, AttributeValue); N],
    ) -> Step {
        let at = key::seat(&event.id, event.lane(seat), seat);
        let mut step = self.update(Subject::Seat(seat.clone()), &at, FREE_SEAT, when, values);
        if let Some(update) = &mut step.write.update {
            let values = update.expression_attribute_values.get_or_insert_default();
            values.insert(":available".to_owned(), text("available"));
            values.insert(":one".to_owned(), number(1));
        }
        step
    }

    fn guard_payment(&self, payment: &Payment, booking: &Booking) -> Step {
        let mut item = keyed(&key::payment(&payment.gateway, &payment.transaction));
        item.insert("bookingId".to_owned(), text(booking.id.as_str()));
        self.put_new(Subject::Payment, item)
    }

    fn replace_hold(&self, before: &Hold, after: &Hold) -> Step {
        let values = [(":hold", text(before.id.as_str())), (":revision", number(before.revision))];
        self.put_hold(after, HOLD_IS_UNCHANGED, values)
    }

    fn put_hold<const N: usize>(&self, hold: &Hold, when: &str, values: [(&'static str, AttributeValue); N]) -> Step {
        self.put(Subject::Hold, of_hold(hold), when, values)
    }

    fn put<const N: usize>(
        &self,
        subject: Subject,
        item: Item,
        when: &str,
        values: [(&'static str, AttributeValue); N],
    ) -> Step {
        let values = Some(owned(values)).filter(|values| !values.is_empty());
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(when)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        Step { subject, write: TransactWriteItem::builder().set_put(put.ok()).build() }
    }

    pub(super) fn update(
        &self,
        subject: Subject,
        at: &Key,
        update: &str,
        when: &str,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> Step {
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
        Step { subject, write: TransactWriteItem::builder().set_update(update.ok()).build() }
    }

    /// Frees seats whose hold is over.
    #[must_use]
    pub fn expiry_steps(&self, now: Moment, event: &Event, hold: &HoldId, seats: &[SeatId]) -> Vec<Step> {
        let free = |seat| self.free_seat(event, seat, SEAT_IS_LEFT_OVER, left_over(now, hold));
        seats.iter().map(free).collect()
    }

    /// Frees one seat whose hold is over, outside any transaction, whatever becomes of the hold's others. Says whether it
    /// was still that hold's.
    ///
    /// # Errors
    /// The table is busy or away, or the seat is being written at this moment.
    pub async fn free_expired(
        &self,
        now: Moment,
        event: &Event,
        seat: &SeatId,
        hold: &HoldId,
    ) -> Result<bool, crate::StoreError> {
        let update = self
            .update_item(&key::seat(&event.id, event.lane(seat), seat))
            .update_expression(FREE_SEAT)
            .condition_expression(SEAT_IS_LEFT_OVER)
            .expression_attribute_names("#status", "status")
            .set_expression_attribute_values(Some(owned(left_over(now, hold))))
            .expression_attribute_values(":available", text("available"))
            .expression_attribute_values(":one", number(1))
            .return_consumed_capacity(aws_sdk_dynamodb::types::ReturnConsumedCapacity::Total);
        self.send_update(update).await
    }
}

/// A seat that is nobody's any more. Who had it is not kept: the booking is the record.
pub(super) const FREE_SEAT: &str = "SET #status = :available, version = version + :one \
    REMOVE holdId, holder, price, expiresAt, bookingId, bookedAt, withdrawn";
/// A seat that is part of its event no more, for the functions that do not know it yet.
pub(super) const WITHDRAW_SEAT: &str = "SET #status = :blocked, withdrawn = :change, \
    version = if_not_exists(version, :zero) + :one REMOVE holdId, holder, price, expiresAt";

/// The values of [`SEAT_IS_LEFT_OVER`].
fn left_over(now: Moment, hold: &HoldId) -> [(&'static str, AttributeValue); 3] {
    let free_before = number(free_before(now).0);
    [(":held", text("held")), (":hold", text(hold.as_str())), (":freeBefore", free_before)]
}

fn owned(values: impl IntoIterator<Item = (&'static str, AttributeValue)>) -> HashMap<String, AttributeValue> {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The booking that a payment's guard names.
#[must_use]
pub fn guarded_booking(guard: &Item) -> Option<BookingId> {
    crate::row::Reader(guard).maybe("bookingId").and_then(|id| BookingId::stored(id).ok())
}
