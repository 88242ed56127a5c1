//! What a request was measured by, as CloudWatch's embedded metric format has it: a part of the request's line of log, of which
//! CloudWatch makes metrics, with no call and no wait.
//!
//! The format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use domain::clock::Moment;
use domain::refusal::Code;
use serde_json::{Value, json};
use store::meter::Reading;

/// One measure of a request: the name of its metric, and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    name: &'static str,
    unit: &'static str,
    value: f64,
}

impl Measure {
    /// So many.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    pub fn count(name: &'static str, value: u64) -> Self {
        Self { name, unit: "Count", value: value as f64 }
    }

    /// So long ago, in milliseconds.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    pub fn since(name: &'static str, moment: Moment, now: Moment) -> Self {
        Self { name, unit: "Milliseconds", value: now.0.saturating_sub(moment.0).max(0) as f64 }
    }

    /// The name of its metric.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}

/// What a request did to the table, and what its answer says of the sale: only what there was, since a metric that a line does not
/// name costs nothing.
pub fn of_request(used: &Reading, code: &str) -> impl Iterator<Item = Measure> {
    [
        ("Holds", used.holds),
        ("Confirms", used.confirms),
        ("Expiries", used.expiries),
        ("TransactionConflicts", used.conflicts),
        ("Conflicts", u64::from(is_one_of(code, &TAKEN))),
        ("RefusedAdmissions", u64::from(is_one_of(code, &NOT_LET_IN))),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| Measure::count(name, count))
}

/// What a refusal is measured by beside its word, which a buyer who asks too often shares with a busy table.
#[must_use]
pub fn of_refusal(refused: Option<Code>) -> Vec<Measure> {
    let is_too_often = refused == Some(Code::TooMany);
    is_too_often.then(|| Measure::count("RefusedAdmissions", 1)).into_iter().collect()
}

/// Somebody else has a seat, or was faster.
const TAKEN: [Code; 3] = [Code::SeatHeld, Code::SeatBooked, Code::SeatLocked];

/// Nobody looked at what was wanted: who asked may not, or not yet.
const NOT_LET_IN: [Code; 3] = [Code::Unauthorized, Code::Forbidden, Code::QueueRequired];

fn is_one_of(code: &str, codes: &[Code]) -> bool {
    codes.iter().any(|one| one.as_str() == code)
}

/// The object `_aws` that says which fields of its line are metrics. They have no dimensions: each stack has a namespace.
pub(crate) fn directive(namespace: &str, now: Moment, measures: &[Measure]) -> Value {
    let metrics: Vec<Value> = measures.iter().map(|of| json!({ "Name": of.name, "Unit": of.unit })).collect();
    json!({
        "Timestamp": now.0,
        "CloudWatchMetrics": [{ "Namespace": namespace, "Dimensions": [[]], "Metrics": metrics }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(used: &Reading, code: &str) -> Vec<(&'static str, f64)> {
        of_request(used, code).map(|measure| (measure.name(), measure.value())).collect()
    }

    #[test]
    fn a_request_is_measured_by_what_it_wrote_and_by_what_it_was_answered() {
        let used = Reading { holds: 1, conflicts: 3, ..Reading::default() };
        assert_eq!(names(&used, "ok"), [("Holds", 1.0), ("TransactionConflicts", 3.0)]);
        for code in ["seat_held", "seat_booked", "seat_locked"] {
            assert_eq!(names(&Reading::default(), code), [("Conflicts", 1.0)], "{code}");
        }
        for code in ["unauthorized", "forbidden", "queue_required"] {
            assert_eq!(names(&Reading::default(), code), [("RefusedAdmissions", 1.0)], "{code}");
        }
    }

    #[test]
    fn a_buyer_who_asks_too_often_is_refused_and_a_busy_table_refuses_nobody() {
        assert_eq!(names(&Reading::default(), "throttled"), []);
        assert_eq!((of_refusal(Some(Code::Throttled)), of_refusal(None)), (vec![], vec![]));
        assert_eq!(of_refusal(Some(Code::TooMany)), [Measure::count("RefusedAdmissions", 1)]);
    }

    #[test]
    fn what_did_not_happen_is_no_metric() {
        let used = Reading { requests: 2, rounds: 1, units: 4.0, ..Reading::default() };
        for code in ["ok", "not_found", "invalid_data", "server_error"] {
            assert_eq!(names(&used, code), [], "{code}");
        }
    }

    #[test]
    fn the_directive_names_each_field_that_is_a_metric() {
        let said = directive(
            "Holdfast/s",
            Moment(1_700_000_000_000),
            &[Measure::count("Holds", 1), Measure::since("FanOutLagMs", Moment(3), Moment(10))],
        );
        assert_eq!(
            said,
            json!({
                "Timestamp": 1_700_000_000_000_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Holdfast/s",
                    "Dimensions": [[]],
                    "Metrics": [
                        { "Name": "Holds", "Unit": "Count" },
                        { "Name": "FanOutLagMs", "Unit": "Milliseconds" },
                    ],
                }],
            })
        );
    }
}
