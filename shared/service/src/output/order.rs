//! Orders as their buyers read them.

use domain::order::Order;
use serde_json::{Value, json};

/// An order in a list. Only a paid one names its booking.
#[must_use]
pub fn order(order: &Order) -> Value {
    let mut told = json!({
        "orderId": order.id.as_str(),
        "eventId": order.event.as_str(),
        "amount": order.currency.number(order.amount),
        "currency": order.currency.code(),
        "status": order.status.as_str(),
        "createdAt": order.created_at.rfc3339(),
    });
    if let Some(booking) = &order.booking {
        told["bookingId"] = booking.as_str().into();
    }
    told
}
