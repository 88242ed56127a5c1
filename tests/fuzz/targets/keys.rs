//! Keys read back: seats and bookings out of the stream and listings, lagging watchers, holds that are due.

use crate::check::{is_key_part, is_label};
use crate::engine::{accepted, fuzz};
use store::key;

#[test]
fn a_key_that_is_read_back_names_what_it_was_made_of() {
    fuzz("keys", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let mut parts = text.split('\n');
        let [first, second, third] = [(); 3].map(|()| parts.next().unwrap_or_default());
        if let Some((event, seat)) = key::parse_seat(first, second) {
            accepted();
            assert!(is_key_part(event.as_str()) && is_label(seat.as_str()));
            let made = key::seat(&event, 7, &seat);
            assert_eq!((made.sk.as_str(), key::parse_seat(&made.pk, &made.sk)), (second, Some((event, seat))));
        }
        if let Some((booking, event, buyer)) = key::parse_booking(first, second, third) {
            accepted();
            assert!(is_key_part(booking.as_str()) && is_key_part(event.as_str()));
            let (at, event_key) = (key::booking(&booking), key::bookings_of_event(&event, 3));
            assert_eq!((at.pk.as_str(), key::buyer(&buyer).as_str()), (first, third));
            assert_eq!(key::parse_booking(&at.pk, &event_key, third), Some((booking, event, buyer)));
        }
        if let Some((event, connection)) = key::parse_lagging(first) {
            accepted();
            assert!(is_key_part(event.as_str()) && is_label(connection.as_str()));
            assert_eq!(key::lagging(&event, &connection).sk, first);
        }
        if let Some((expires_at, event, hold)) = key::parse_due(first) {
            accepted();
            assert!(is_key_part(event.as_str()) && is_key_part(hold.as_str()));
            let made = key::due(&hold, &event, expires_at).sk;
            assert_eq!(key::parse_due(&made), Some((expires_at, event, hold)));
        }
    });
}
