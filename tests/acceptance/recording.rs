//! What a recording leaves out. No deployment is asked.

use jiff::{SignedDuration, Timestamp};

use crate::mask::masked;

#[test]
fn what_differs_from_run_to_run_is_masked_and_nothing_else() {
    let now = Timestamp::now() + SignedDuration::from_secs(600);
    for (text, wanted) in [
        (r#"{"id":"0123456789abcdef01234567","n":450.0}"#.to_owned(), r#"{"id":"<id>","n":450.0}"#),
        (format!(r#"{{"expiresAt":"{now:.3}"}}"#), r#"{"expiresAt":"<time>"}"#),
        (r#"{"startsAt":"2031-05-01T19:30:00.000Z"}"#.to_owned(), r#"{"startsAt":"2031-05-01T19:30:00.000Z"}"#),
        (r#"{"nextCursor":"eyJhIjoxfQ","limit":2}"#.to_owned(), r#"{"nextCursor":"…","limit":2}"#),
        ("/bookings?cursor=abc&limit=2".to_owned(), "/bookings?cursor=…&limit=2"),
        ("ann-0123456789abcdef01234567 holds seat_A1".to_owned(), "ann-<id> holds seat_A1"),
        (format!("/layout/{}", "%61%33".repeat(12)), "/layout/<escaped id>"),
        (format!("/layout/{}/x", "%2561%2533".repeat(12)), "/layout/<escaped id>/x"),
        ("#FFD700 für 75,00 €".to_owned(), "#FFD700 für 75,00 €"),
    ] {
        assert_eq!(masked(&text), wanted);
    }
}
