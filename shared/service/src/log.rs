//! One JSON line for each request. No token, no personal data, and nothing that links a seat to a person.

use crate::environment;
use crate::measure::{self, Embedded, Measure};
use crate::output;
use domain::clock::Moment;
use domain::refusal::{Code, Refusal};
use serde::Serialize;
use std::fmt;
use std::sync::LazyLock;
use std::time::Instant;
use store::Store;
use store::meter::Reading;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The lines of requests, which are JSON already.
const LINES: &str = "lines";

/// Bytes of a request's line, about.
const LINE_BYTES: usize = 1_024;

/// Where CloudWatch puts the metrics of this stack.
static NAMESPACE: LazyLock<String> = LazyLock::new(|| match environment::var("METRICS_NAMESPACE") {
    unset if unset.is_empty() => "Holdfast".to_owned(),
    named => named,
});

/// What is said about a request.
pub struct Line<'a> {
    /// The function that served it.
    pub function: &'static str,
    /// API Gateway's id of the request.
    pub request_id: &'a str,
    /// The route or action.
    pub route: &'a str,
    /// The event it was about; empty where none was named.
    pub event_id: String,
    /// Why it was refused, where it was.
    pub refused: Option<Code>,
    /// The HTTP status; for sockets, 200 or 0.
    pub status: u16,
    /// When it came in.
    pub started: Instant,
    /// What its function has measured, beside what is counted of each request.
    pub measures: Vec<Measure>,
}

impl Line<'_> {
    /// Writes the line at the end of a request, with what that used of the table, and what it is measured by.
    pub fn write(&self, now: Moment, store: &Store) {
        tracing::info!(target: LINES, "{}", self.text(&store.reading(), now, &NAMESPACE));
    }

    /// The line as JSON. It is written straight into text: each request has one.
    fn text(&self, used: &Reading, now: Moment, namespace: &str) -> String {
        let ms = self.started.elapsed().as_secs_f64() * 1_000.0;
        let measures: Vec<Measure> =
            measure::of_request(used, self.refused).chain(self.measures.iter().copied()).collect();
        let written = Written {
            timestamp: now.rfc3339(),
            level: "INFO",
            message: "request",
            function: self.function,
            request_id: self.request_id,
            route: self.route,
            event_id: &self.event_id,
            code: self.refused.map_or("ok", Code::as_str),
            status: self.status,
            ms: (ms * 100.0).round() / 100.0,
            rounds: used.rounds,
            dynamodb_requests: used.requests,
            consumed_units: used.units,
            embedded: Embedded::of(namespace, now, &measures),
        };
        output::text(&written, LINE_BYTES)
    }
}

/// A line as it is written.
#[derive(Serialize)]
struct Written<'a> {
    timestamp: String,
    level: &'a str,
    message: &'a str,
    function: &'a str,
    request_id: &'a str,
    route: &'a str,
    event_id: &'a str,
    code: &'a str,
    status: u16,
    ms: f64,
    rounds: u64,
    dynamodb_requests: u64,
    consumed_units: f64,
    #[serde(flatten)]
    embedded: Option<Embedded<'a>>,
}

/// Logs what must not happen, and makes it a refusal.
#[must_use]
pub fn fault(cause: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%cause, "fault");
    Refusal::fault()
}

/// Writes the log as JSON lines to standard output, from `RUST_LOG`'s level on (`info` without it). The SDK's own lines
/// are left out below warnings: they may carry headers.
pub fn init() {
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let quiet = [
        "aws_smithy_runtime",
        "aws_sdk_dynamodb",
        "aws_sdk_secretsmanager",
        "hyper",
        "hyper_util",
        "lambda_runtime",
        "rustls",
    ];
    let others = Targets::new()
        .with_default(level)
        .with_targets(quiet.map(|target| (target, LevelFilter::WARN)))
        .with_target(LINES, LevelFilter::OFF);
    let said = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false);
    let lines = tracing_subscriber::fmt::layer().event_format(AsItIs);
    let only_lines = Targets::new().with_target(LINES, level);
    // A second call finds a subscriber in place: fine.
    let _ =
        tracing_subscriber::registry().with(said.with_filter(others)).with(lines.with_filter(only_lines)).try_init();
}

/// Writes what is said and nothing around it: CloudWatch finds metrics only in a line that is one JSON object.
struct AsItIs;

impl<S, N> FormatEvent<S, N> for AsItIs
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut said = Said { writer: &mut writer, outcome: Ok(()) };
        event.record(&mut said);
        said.outcome?;
        writeln!(writer)
    }
}

struct Said<'a, 'w> {
    writer: &'a mut Writer<'w>,
    outcome: fmt::Result,
}

impl Visit for Said<'_, '_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.outcome = write!(self.writer, "{value:?}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn line(refused: Option<Code>, used: Reading, measures: Vec<Measure>) -> Value {
        let (function, route, event_id, started) = ("hold", "POST /hold", "e \"1\"\n".to_owned(), Instant::now());
        let line = Line { function, request_id: "r", route, event_id, refused, status: 200, started, measures };
        let text = line.text(&used, Moment(1_700_000_000_000), "Holdfast/s");
        assert!(!text.contains('\n'), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_line_is_one_object_whose_metrics_are_fields_of_their_own() {
        let line = line(
            None,
            Reading { holds: 1, ..Reading::default() },
            vec![Measure::since("FanOutLagMs", Moment(0), Moment(12))],
        );
        assert_eq!((&line["message"], &line["event_id"]), (&"request".into(), &"e \"1\"\n".into()));
        assert_eq!(line["timestamp"], "2023-11-14T22:13:20.000Z");
        assert_eq!((line["Holds"].as_f64(), line["FanOutLagMs"].as_f64()), (Some(1.0), Some(12.0)));
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_request_that_has_nothing_to_measure_costs_no_metric() {
        let line = line(Some(Code::NotFound), Reading { requests: 1, ..Reading::default() }, Vec::new());
        assert_eq!((line.get("_aws"), &line["dynamodb_requests"]), (None, &1.into()));
    }
}
