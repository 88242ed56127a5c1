//! What a request was measured by, as CloudWatch's embedded metric format has it: a part of the request's line of log, of which
//! CloudWatch makes metrics, with no call and no wait.
//!
//! The format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use domain::clock::Moment;
use domain::refusal::Code;
use serde::{Serialize, Serializer};
use store::meter::Reading;

/// One measure of a request: the name of its metric, and its value. It is serialized as the metric's declaration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Measure {
    name: &'static str,
    unit: &'static str,
    #[serde(skip)]
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
}

/// What a request did to the table, and what its answer says of the sale: only what there was, since a metric that a line does not
/// name costs nothing.
pub fn of_request(used: &Reading, refused: Option<Code>) -> impl Iterator<Item = Measure> {
    [
        ("Holds", used.holds),
        ("Confirms", used.confirms),
        ("Expiries", used.expiries),
        ("TransactionConflicts", used.conflicts),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(name, count)| Measure::count(name, count))
    .chain(refused.and_then(of_refusal).map(|name| Measure::count(name, 1)))
}

/// The metric that counts a refusal, where one does.
fn of_refusal(code: Code) -> Option<&'static str> {
    match code {
        // Somebody else has a seat, or was faster.
        Code::SeatHeld | Code::SeatBooked | Code::SeatLocked => Some("Conflicts"),
        // Nobody looked at what was wanted: who asked may not, not yet, or not so often.
        Code::Unauthorized | Code::Forbidden | Code::QueueRequired | Code::TooMany => Some("RefusedAdmissions"),
        Code::InvalidData
        | Code::NotFound
        | Code::SeatBlocked
        | Code::NotHeld
        | Code::SalesClosed
        | Code::LimitExceeded
        | Code::AlreadyBooked
        | Code::SoldOut
        | Code::NotTogether
        | Code::PaymentFailed
        | Code::Throttled
        | Code::ServerError => None,
    }
}

/// What a line of log has of its measures: `_aws`, which says which fields of the line are metrics, and these fields. The metrics
/// have no dimensions: each stack has a namespace.
#[derive(Serialize)]
pub(crate) struct Embedded<'a> {
    #[serde(rename = "_aws")]
    directive: Directive<'a>,
    #[serde(flatten)]
    values: Values<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    timestamp: i64,
    cloud_watch_metrics: [Metrics<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metrics<'a> {
    namespace: &'a str,
    dimensions: [[&'a str; 0]; 1],
    metrics: &'a [Measure],
}

struct Values<'a>(&'a [Measure]);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|measure| (measure.name, measure.value)))
    }
}

impl<'a> Embedded<'a> {
    /// These measures; none where there are none.
    pub(crate) fn of(namespace: &'a str, now: Moment, measures: &'a [Measure]) -> Option<Self> {
        let metrics = Metrics { namespace, dimensions: [[]], metrics: measures };
        let directive = Directive { timestamp: now.0, cloud_watch_metrics: [metrics] };
        (!measures.is_empty()).then_some(Self { directive, values: Values(measures) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn names(used: &Reading, refused: Option<Code>) -> Vec<(&'static str, f64)> {
        of_request(used, refused).map(|measure| (measure.name, measure.value)).collect()
    }

    #[test]
    fn a_request_is_measured_by_what_it_wrote_and_by_what_it_was_answered() {
        let used = Reading { holds: 1, conflicts: 3, ..Reading::default() };
        assert_eq!(names(&used, None), [("Holds", 1.0), ("TransactionConflicts", 3.0)]);
        for code in [Code::SeatHeld, Code::SeatBooked, Code::SeatLocked] {
            assert_eq!(names(&Reading::default(), Some(code)), [("Conflicts", 1.0)], "{code:?}");
        }
        for code in [Code::Unauthorized, Code::Forbidden, Code::QueueRequired] {
            assert_eq!(names(&Reading::default(), Some(code)), [("RefusedAdmissions", 1.0)], "{code:?}");
        }
    }

    #[test]
    fn a_buyer_who_asks_too_often_is_refused_and_a_busy_table_refuses_nobody() {
        assert_eq!(names(&Reading::default(), Some(Code::Throttled)), []);
        assert_eq!(names(&Reading::default(), Some(Code::TooMany)), [("RefusedAdmissions", 1.0)]);
    }

    #[test]
    fn what_did_not_happen_is_no_metric() {
        let used = Reading { requests: 2, rounds: 1, units: 4.0, ..Reading::default() };
        assert_eq!(names(&used, None), []);
        for code in [Code::NotFound, Code::InvalidData, Code::ServerError] {
            assert_eq!(names(&used, Some(code)), [], "{code:?}");
        }
    }

    #[test]
    fn the_directive_names_each_field_that_is_a_metric() {
        let measures = [Measure::count("Holds", 1), Measure::since("FanOutLagMs", Moment(3), Moment(10))];
        let said = |measures| serde_json::to_value(Embedded::of("Holdfast/s", Moment(1_700_000_000_000), measures));
        assert_eq!(
            said(&measures).ok(),
            Some(json!({
                "_aws": {
                    "Timestamp": 1_700_000_000_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Holdfast/s",
                        "Dimensions": [[]],
                        "Metrics": [
                            { "Name": "Holds", "Unit": "Count" },
                            { "Name": "FanOutLagMs", "Unit": "Milliseconds" },
                        ],
                    }],
                },
                "Holds": 1.0,
                "FanOutLagMs": 7.0,
            }))
        );
        assert_eq!(said(&[]).ok(), Some(Value::Null), "a line without a metric names none");
    }
}
