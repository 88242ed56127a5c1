//! A hall with its seats' rows, for the tests of answers that show every seat.

use crate::output::layout::View;
use crate::output::venue::Venue;
use domain::caller::Caller;
use domain::clock::Moment;
use domain::name::{BuyerId, CategoryId, SeatId};
use domain::samples::{hall_layout, some_event};
use domain::seat::{Seat, Status};
use serde_json::Value;

/// A row at version 3, whose hold ends at 10,000 where it is held.
pub fn row(seat: &str, status: Status, holder: &str) -> Seat {
    Seat {
        id: SeatId::parse(seat).unwrap(),
        status,
        version: 3,
        hold: None,
        holder: Some(BuyerId::parse(holder).unwrap()),
        expires_at: (status == Status::Held).then_some(Moment(10_000)),
        price: None,
        ticket_type: None,
        booking: None,
        booked_at: None,
        withdrawn: None,
    }
}

/// What is rendered at a moment for this caller, of whom `admin` is one, of a hall of 100 seats and a table of 8 of which two rows
/// and the table are not for sale.
pub fn rendered(render: fn(&View<'_>, &[Seat]) -> String, seats: &[Seat], caller: Option<&str>, now: Moment) -> Value {
    let mut event = some_event();
    event.prices.insert(CategoryId::parse("vip").unwrap(), None);
    let venue = Venue::new(hall_layout(10, 10));
    let caller = caller.map(|sub| Caller {
        buyer: BuyerId::parse(sub).unwrap(),
        is_admin: sub == "admin",
        expires_at: Moment(i64::MAX),
        priority: None,
    });
    let view = View { event: &event, venue: &venue, caller: caller.as_ref(), now };
    serde_json::from_str(&render(&view, seats)).unwrap()
}
