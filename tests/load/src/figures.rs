//! Numbers as people read them, and percentiles.

use std::time::Duration;

/// Milliseconds of microseconds.
#[allow(clippy::cast_precision_loss)] // far below 2^53
pub fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000.0
}

/// A count as a number that can be divided.
#[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
pub fn float(count: usize) -> f64 {
    count as f64
}

/// The value that this share (0 to 1) of the sorted values keep to; none of none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of the number of values
pub fn percentile<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (float(sorted.len()) * share).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// `12345` as `12,345`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds with as many digits as say something: `4.2 ms`, `187 ms`, `2.31 s`.
pub fn shown_ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1_000.0),
    }
}

/// Seconds of a run as minutes and seconds: `1:07`.
pub fn shown_time(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// `1 buyer was`, `2 buyers were`: a count with the word that goes with it.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let values: Vec<u32> = (1..=100).collect();
        assert_eq!([0.0, 0.5, 0.95, 0.99, 1.0].map(|share| percentile(&values, share)), [1, 50, 95, 99, 100].map(Some));
        assert_eq!((percentile(&[7], 0.5), percentile(&[7], 1.0)), (Some(7), Some(7)));
        assert_eq!(percentile::<u32>(&[], 0.5), None);
    }

    #[test]
    fn figures_are_shown_with_their_units() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.04, 9.96, 187.4, 2_314.0].map(shown_ms), ["0.0 ms", "10.0 ms", "187 ms", "2.31 s"]);
        assert_eq!(shown_time(Duration::from_secs(67)), "1:07");
        assert_eq!(
            (counted(1, "buyer", "buyers"), counted(1_500, "buyer", "buyers")),
            ("1 buyer".to_owned(), "1,500 buyers".to_owned())
        );
    }
}
