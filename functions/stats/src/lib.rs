//! Totals, revenue and the breakdown by category; whether the service is well.

use domain::outcome::Done;
use domain::refusal::Refusal;
use serde_json::json;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};

/// The function's routes.
pub struct Stats;

impl Routes for Stats {
    fn name(&self) -> &'static str {
        "stats"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "GET /seat-booking/stats/{eventId}" => stats(call).await,
        "GET /seat-booking/health" | "GET /api/booking/health" => health(call).await,
        _ => return None,
    })
}

async fn stats(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let event = call.path_event()?;
    Ok(call.office.stats(&event).await.into())
}

async fn health(call: &Call<'_>) -> Result<Reply, Refusal> {
    match call.office.store.answers().await {
        true => Ok(Reply::done(&Done { message: "ok".to_owned(), data: json!({ "ok": true, "table": "ok" }) })),
        false => Err(Refusal { data: json!({ "ok": false, "table": "away" }), ..Refusal::throttled() }),
    }
}
