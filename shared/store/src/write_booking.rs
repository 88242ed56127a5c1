//! How the writes of bookings, and of what limits their buyers, are sent, with their conditions.

use crate::Store;
use crate::key;
use crate::row::{cancelled_text, number, text};
use crate::write::owned;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use domain::booking::{Booking, BookingStatus};
use domain::event::Event;
use domain::name::BuyerId;
use domain::tally::Counted;

/// The booking stands, and no seat of it is cancelled.
const BOOKING_IS_WHOLE: &str = "#status = :confirmed AND attribute_not_exists(cancelledSeats)";
/// The booking stands, and the seats that are cancelled are those that the plan saw.
const BOOKING_IS_UNCHANGED: &str = "#status = :confirmed AND cancelledSeats = :before";
/// The buyer has at most so many seats booked in the event.
const BOOKED_AT_MOST: &str = "attribute_not_exists(pk) OR booked <= :most";
/// The same, and the buyer has no booking in the event.
const BOOKED_AT_MOST_AND_NO_OTHER: &str = "attribute_not_exists(pk) OR (booked <= :most AND \
    attribute_not_exists(bookingId))";
/// The buyer has no booking in the event.
const NO_OTHER_BOOKING: &str = "attribute_not_exists(bookingId)";

impl Store {
    pub(crate) fn check_tally(&self, event: &Event, buyer: &BuyerId, booked_at_most: usize) -> TransactWriteItem {
        self.check(&key::limit(buyer, &event.id), BOOKED_AT_MOST, [(":most", number(booked_at_most))])
    }

    /// The condition compares with what was booked before, so that two bookings at once cannot pass the limit together.
    pub(crate) fn add_to_tally(&self, booking: &Booking, booked_at_most: Option<usize>) -> TransactWriteItem {
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
    pub(crate) fn take_from_tally(&self, before: &Booking, after: &Booking) -> TransactWriteItem {
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

    pub(crate) fn cancel_in_booking(&self, before: &Booking, after: &Booking) -> TransactWriteItem {
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
}
