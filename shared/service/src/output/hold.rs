//! Holds as their buyers read them.

use domain::clock::Moment;
use domain::hold::{Hold, ids};
use domain::money::Currency;
use domain::name::TableId;
use domain::outcome::Done;
use domain::seat::{PricedSeat, total};
use serde_json::{Value, json};

/// Seats that are held now. The time of the decision is said with them, so that a browser whose clock is wrong counts
/// down rightly.
pub(super) fn held(
    hold: &Hold,
    seats: &[PricedSeat],
    table: Option<&TableId>,
    together: Option<bool>,
    now: Moment,
) -> Done {
    let message = match table {
        None => format!("Successfully held {} seats", seats.len()),
        Some(table) => format!("Successfully held table {table} with {} seats", seats.len()),
    };
    let mut data = json!({
        "holdId": hold.id.as_str(),
        "eventId": hold.event.as_str(),
        "heldSeats": ids(seats),
        "conflictingSeats": [],
        "conflicts": [],
        "totalAmount": hold.currency.number(total(seats)),
        "currency": hold.currency.code(),
        "expiresAt": hold.expires_at.rfc3339(),
        "serverTime": now.rfc3339(),
    });
    if let Some(together) = together {
        data["together"] = together.into();
        data["seats"] = priced(seats, hold.currency).into();
    }
    Done { message, data }
}

/// A hold with more time.
pub(super) fn extended(hold: &Hold, now: Moment) -> Done {
    let mut data = self::hold(hold);
    data["serverTime"] = now.rfc3339().into();
    Done { message: format!("Your hold ends at {}", hold.expires_at.rfc3339()), data }
}

/// A hold in a list.
#[must_use]
pub fn hold(hold: &Hold) -> Value {
    json!({
        "holdId": hold.id.as_str(),
        "eventId": hold.event.as_str(),
        "expiresAt": hold.expires_at.rfc3339(),
        "seatIds": ids(&hold.seats),
        "seats": priced(&hold.seats, hold.currency),
        "totalAmount": hold.currency.number(total(&hold.seats)),
        "currency": hold.currency.code(),
    })
}

/// Seats with category, price and, where there is one, ticket type.
pub(super) fn priced(seats: &[PricedSeat], currency: Currency) -> Vec<Value> {
    let one = |seat: &PricedSeat| {
        let price = currency.number(seat.price);
        let mut told = json!({ "seatId": seat.id.as_str(), "categoryId": seat.category.as_str(), "price": price });
        if let Some(id) = &seat.ticket_type {
            told["ticketTypeId"] = id.as_str().into();
        }
        told
    };
    seats.iter().map(one).collect()
}
