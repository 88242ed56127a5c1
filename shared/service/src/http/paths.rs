//! Every path of the HTTP API with the methods that it takes, as `infra/template.yaml` has them: what `Allow` lists.

use std::str::FromStr;

/// The paths, as the template spells them. Whatever answers GET answers HEAD.
const PATHS: [(&str, &[&str]); 40] = [
    ("/seat-booking/hold-seats", &["POST"]),
    ("/seat-booking/hold-table", &["POST"]),
    ("/seat-booking/hold-area", &["POST"]),
    ("/seat-booking/best-available", &["POST"]),
    ("/seat-booking/extend", &["POST"]),
    ("/seat-booking/holds", &["GET", "HEAD"]),
    ("/seat-booking/confirm", &["POST"]),
    ("/seat-booking/book", &["POST"]),
    ("/seat-booking/bookings", &["GET", "HEAD"]),
    ("/seat-booking/bookings/{bookingId}", &["GET", "HEAD"]),
    ("/seat-booking/release", &["POST"]),
    ("/seat-booking/bookings/{bookingId}/cancel", &["POST"]),
    ("/seat-booking/orders", &["GET", "HEAD"]),
    ("/seat-booking/session/end", &["POST"]),
    ("/seat-booking/layout/{eventId}", &["GET", "HEAD"]),
    ("/seat-booking/plans/{layoutId}/{version}", &["GET", "HEAD"]),
    ("/seat-booking/availability/{eventId}", &["GET", "HEAD"]),
    ("/seat-booking/stats/{eventId}", &["GET", "HEAD"]),
    ("/seat-booking/health", &["GET", "HEAD"]),
    ("/seat-booking/admin/layouts/{layoutId}", &["PUT"]),
    ("/seat-booking/admin/events/{eventId}", &["GET", "HEAD", "PUT"]),
    ("/seat-booking/admin/events", &["GET", "HEAD"]),
    ("/seat-booking/admin/events/{eventId}/bookings", &["GET", "HEAD"]),
    ("/seat-booking/queue/{eventId}", &["DELETE", "GET", "HEAD", "POST"]),
    ("/seat-booking/queue/{eventId}/line", &["GET", "HEAD"]),
    ("/seat-booking/queue/{eventId}/draw/{page}", &["GET", "HEAD"]),
    ("/seat-booking/queue/{eventId}/stats", &["GET", "HEAD"]),
    ("/api/seat-reservations/queue-stats/{screeningId}", &["GET", "HEAD"]),
    ("/api/booking/trips/{tripId}/seats", &["GET", "HEAD"]),
    ("/api/booking/trips/{tripId}/seats/{seatLabel}/hold", &["DELETE", "POST"]),
    ("/api/booking/confirm", &["POST"]),
    ("/api/booking/holds", &["GET", "HEAD"]),
    ("/api/booking/health", &["GET", "HEAD"]),
    ("/api/lock", &["POST"]),
    ("/api/confirm", &["POST"]),
    ("/api/cancel-lock", &["POST"]),
    ("/api/seats/{eventID}", &["GET", "HEAD"]),
    ("/book", &["POST"]),
    ("/bookings/{userId}", &["GET", "HEAD"]),
    ("/events", &["GET", "HEAD"]),
];

/// The methods that a path takes, as `Allow` lists them; empty for a path that is none.
#[must_use]
pub fn allowed(path: &str) -> String {
    PATHS.iter().find(|(known, _)| *known == path).map(|(_, methods)| methods.join(", ")).unwrap_or_default()
}

/// A number as a part of a path, written as it is shown and in no other way: one thing has one path.
///
/// # Errors
/// The text is no such number.
pub fn path_number<N: FromStr + ToString>(text: &str) -> Result<N, String> {
    text.parse().ok().filter(|number: &N| number.to_string() == text).ok_or_else(|| "is no number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_methods_and_head_beside_get() {
        assert_eq!(allowed("/seat-booking/hold-seats"), "POST");
        assert_eq!(allowed("/seat-booking/admin/events/{eventId}"), "GET, HEAD, PUT");
        assert_eq!(allowed("/nothing"), "");
        for (path, methods) in PATHS {
            assert_eq!(methods.contains(&"GET"), methods.contains(&"HEAD"), "{path}");
        }
    }
}
