//! What functions count themselves: CloudWatch's embedded metric format, in the lines of their log.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::sleep;

use super::meter::Meter;
use crate::tail::Tail;
use crate::template::Metric;

/// How soon a line of the log is read.
const POLL: Duration = Duration::from_millis(200);

/// A line with metrics in it: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_aws")]
    metadata: Metadata,
    /// Everything else, and among it the values.
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    cloud_watch_metrics: Vec<Directive>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: String,
    /// Each set of dimensions makes a metric of its own.
    dimensions: Vec<Vec<String>>,
    metrics: Vec<Definition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: String,
}

/// Reads the log for ever, from here on.
pub async fn follow(log: PathBuf, meter: Arc<Meter>) {
    let mut tail = Tail::from_end_of(log);
    loop {
        for (metric, value) in tail.lines().iter().flat_map(|line| read(line)) {
            meter.note(metric, value);
        }
        sleep(POLL).await;
    }
}

/// The values in a line; none where CloudWatch would find none.
fn read(line: &str) -> Vec<(Metric, f64)> {
    // Most lines have none, and need not be parsed to see it.
    if !line.contains("\"_aws\"") {
        return Vec::new();
    }
    let Ok(line) = serde_json::from_str::<Line>(line) else {
        return Vec::new();
    };
    line.metadata.cloud_watch_metrics.iter().flat_map(|directive| told(directive, &line.fields)).collect()
}

fn told(directive: &Directive, fields: &Map<String, Value>) -> Vec<(Metric, f64)> {
    let text = |name: &String| Some((name.clone(), fields.get(name)?.as_str()?.to_owned()));
    let mut all = Vec::new();
    for Definition { name } in &directive.metrics {
        let values = match fields.get(name) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        for value in values.iter().filter_map(Value::as_f64) {
            for names in &directive.dimensions {
                let (namespace, dimensions) = (directive.namespace.clone(), names.iter().filter_map(text).collect());
                all.push((Metric { namespace, name: name.clone(), dimensions }, value));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_metrics_is_counted_and_any_other_is_not() {
        let line = r#"{"level":"INFO","_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Holdfast/a","Dimensions":[[]],
            "Metrics":[{"Name":"Holds","Unit":"Count"},{"Name":"FanOutLagMs","Unit":"Milliseconds"},{"Name":"Absent"}]}]},
            "Holds":2,"FanOutLagMs":[5,7.5],"message":"request"}"#;
        let told: Vec<(String, String, f64)> =
            read(line).into_iter().map(|(metric, value)| (metric.namespace, metric.name, value)).collect();
        let of = |name: &str, value| ("Holdfast/a".to_owned(), name.to_owned(), value);
        assert_eq!(told, [of("Holds", 2.0), of("FanOutLagMs", 5.0), of("FanOutLagMs", 7.5)]);
        for other in ["", "text", r#"{"message":"request"}"#, r#"{"_aws":{}}"#, r#"say "_aws""#] {
            assert_eq!(read(other), [], "{other}");
        }
    }

    #[test]
    fn dimensions_are_fields_of_the_line() {
        let line = r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"Holdfast/a","Dimensions":[["event"],[]],
            "Metrics":[{"Name":"Holds"}]}]},"event":"e","Holds":1}"#;
        let dimensions: Vec<Vec<String>> =
            read(line).into_iter().map(|(metric, _)| metric.dimensions.into_values().collect()).collect();
        assert_eq!(dimensions, [vec!["e".to_owned()], vec![]]);
    }
}
