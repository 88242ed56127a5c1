//! Orders: what became of each payment. A paid one is a view of its booking; a failed one is a row of its own.

use crate::booking::{Booking, Payment};
use crate::clock::Moment;
use crate::money::{Currency, Minor};
use crate::name::{BookingId, BuyerId, EventId, HoldId, OrderId};
use crate::seat::total;

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// It paid for a booking; that the booking is cancelled later changes nothing.
    Paid,
    /// Its payment failed.
    Failed,
}

impl OrderStatus {
    /// The word that clients read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Paid => "paid",
            OrderStatus::Failed => "failed",
        }
    }
}

/// One order, as its buyer reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Follows from the payment, so that a payment which failed first and succeeds then is one order.
    pub id: OrderId,
    /// What seats were to be bought for.
    pub event: EventId,
    /// What it paid for.
    pub booking: Option<BookingId>,
    /// Its amount.
    pub amount: Minor,
    /// The currency of its amount.
    pub currency: Currency,
    /// What became of it.
    pub status: OrderStatus,
    /// When the booking was made, or when the payment failed for the first time.
    pub created_at: Moment,
}

impl Order {
    /// The order that a booking is. Its amount is what was paid, cancelled seats included.
    #[must_use]
    pub fn of_booking(booking: &Booking) -> Self {
        Self {
            id: booking.order_id(),
            event: booking.event.clone(),
            booking: Some(booking.id.clone()),
            amount: total(&booking.seats),
            currency: booking.currency,
            status: OrderStatus::Paid,
            created_at: booking.created_at,
        }
    }
}

/// A payment that failed, as it goes on record.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedOrder {
    /// Follows from the payment; where none is named, from the hold that it was to pay for.
    pub id: OrderId,
    /// Whose order it is.
    pub buyer: BuyerId,
    /// What seats were to be bought for.
    pub event: EventId,
    /// The payment's gateway and id, where it is named: a guard under them says that it was paid after all.
    pub payment: Option<(String, String)>,
    /// The amount of the hold; 0 where there was none.
    pub amount: Minor,
    /// The currency of the amount.
    pub currency: Currency,
    /// When it failed for the first time.
    pub created_at: Moment,
}

impl From<FailedOrder> for Order {
    fn from(failed: FailedOrder) -> Self {
        let FailedOrder { id, event, amount, currency, created_at, .. } = failed;
        Self { id, event, booking: None, amount, currency, status: OrderStatus::Failed, created_at }
    }
}

impl OrderId {
    /// The order of a payment.
    #[must_use]
    pub fn of_payment(gateway: &str, transaction: &str) -> Self {
        Self::derived(&["order", gateway, transaction])
    }

    /// The order of a booking that no payment is named for.
    #[must_use]
    pub fn of_booking(booking: &BookingId) -> Self {
        Self::derived(&["order of booking", booking.as_str()])
    }

    /// The order of a payment that failed and was not named.
    #[must_use]
    pub fn of_failure(payment: Option<&Payment>, buyer: &BuyerId, event: &EventId, hold: Option<&HoldId>) -> Self {
        match payment {
            Some(payment) => Self::of_payment(&payment.gateway, &payment.transaction),
            None => {
                let hold = hold.map(HoldId::as_str).unwrap_or_default();
                Self::derived(&["order of hold", buyer.as_str(), event.as_str(), hold])
            }
        }
    }
}
