//! Bookings as their buyers and admins read them.

use super::hold::priced;
use domain::booking::Booking;
use domain::clock::Moment;
use domain::outcome::Done;
use domain::seat::total;
use serde_json::{Value, json};

/// A booking that was made now, or earlier by the same request or payment.
pub(super) fn booked(booking: &Booking, in_one_step: bool) -> Done {
    let seats = booking.listed();
    let data = json!({
        "bookingId": booking.id.as_str(),
        "orderId": booking.order_id().as_str(),
        "eventId": booking.event.as_str(),
        "status": booking.status.as_str(),
        "totalAmount": booking.currency.number(total(&seats)),
        "currency": booking.currency.code(),
        "seats": priced(&seats, booking.currency),
        "createdAt": booking.created_at.rfc3339(),
    });
    let message = match in_one_step {
        true => "Booking Successful".to_owned(),
        false => format!("Successfully booked {} seats", seats.len()),
    };
    Done { message, data }
}

/// A booking of which that many seats were cancelled now.
pub(super) fn cancelled(booking: &Booking, seats: usize) -> Done {
    let message = match seats {
        0 => "These seats were cancelled before".to_owned(),
        count => format!("Successfully cancelled {count} seats"),
    };
    Done { message, data: json!({ "booking": record(booking) }) }
}

/// The whole record.
#[must_use]
pub fn record(booking: &Booking) -> Value {
    let seats = booking.listed();
    json!({
        "bookingId": booking.id.as_str(),
        "orderId": booking.order_id().as_str(),
        "eventId": booking.event.as_str(),
        "userId": booking.buyer.as_str(),
        "status": booking.status.as_str(),
        "seats": priced(&seats, booking.currency),
        "cancelledSeats": booking.cancelled_ids(),
        "totalAmount": booking.currency.number(total(&seats)),
        "currency": booking.currency.code(),
        "contactInfo": booking.details.contact_info,
        "paymentInfo": booking.details.payment_info,
        "passengers": booking.details.passengers,
        "notes": booking.details.notes,
        "specialRequests": booking.details.special_requests,
        "createdAt": booking.created_at.rfc3339(),
        "cancelledAt": booking.cancelled_at.map(Moment::rfc3339),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::booking::Details;
    use domain::name::SeatId;
    use domain::samples::some_hold;

    #[test]
    fn a_partly_cancelled_booking_shows_what_is_left_with_its_amount() {
        let hold = some_hold(3);
        let before = Booking::of_hold(&hold, hold.seats.clone(), Details::default(), Moment(500));
        let after = before.without(Some(&[SeatId::parse("seat_1").unwrap()]), Moment(500)).unwrap();
        let shown = record(&after);
        assert_eq!(shown["cancelledSeats"], json!(["seat_1"]));
        assert_eq!(shown["totalAmount"], json!(300));
        assert_eq!(shown["seats"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_cancelled_booking_shows_what_it_was_worth() {
        let hold = some_hold(2);
        let all =
            Booking::of_hold(&hold, hold.seats.clone(), Details::default(), Moment(500)).without(None, Moment(500));
        let shown = record(&all.unwrap());
        assert_eq!((&shown["status"], &shown["totalAmount"]), (&json!("cancelled"), &json!(300)));
        assert_eq!(shown["cancelledSeats"].as_array().unwrap().len(), 2);
    }
}
