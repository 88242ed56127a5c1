//! One JSON line for each request. No token, no personal data, and nothing that links a seat to a person.

use domain::refusal::Refusal;
use std::time::Instant;
use store::Store;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

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
    /// `ok`, or the refusal's code.
    pub code: &'a str,
    /// The HTTP status; for sockets, 200 or 0.
    pub status: u16,
    /// When it came in.
    pub started: Instant,
}

impl Line<'_> {
    /// Writes the line, with what the request used of the table.
    pub fn write(&self, store: &Store) {
        let ms = self.started.elapsed().as_secs_f64() * 1_000.0;
        tracing::info!(
            function = self.function,
            request_id = self.request_id,
            route = self.route,
            event_id = self.event_id,
            code = self.code,
            status = self.status,
            ms = (ms * 100.0).round() / 100.0,
            rounds = store.rounds(),
            dynamodb_requests = store.requests(),
            consumed_units = store.units(),
            "request"
        );
    }
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
    let filter = Targets::new().with_default(level).with_targets(quiet.map(|target| (target, LevelFilter::WARN)));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false);
    // A second call finds a subscriber in place: fine.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
}
