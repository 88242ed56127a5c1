//! Serves the layout with the live state of every seat.

use domain::layout::viewport::Viewport;
use domain::refusal::Refusal;
use flate2::Compression;
use flate2::write::GzEncoder;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use std::io::Write;

/// At this level 10,000 seats in curved rows come to some 140 KB; at level 2 they missed the budget of 150 KB (`make
/// bench`).
const GZIP_LEVEL: u32 = 4;

/// The function's routes.
pub struct Layout;

impl Routes for Layout {
    fn name(&self) -> &'static str {
        "layout"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "GET /seat-booking/layout/{eventId}" => layout(call).await,
        _ => return None,
    })
}

async fn layout(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.maybe_reader().await?;
    let event = call.path_event()?;
    let viewport = call.query("viewport").map(Viewport::parse).transpose().map_err(Refusal::invalid)?;
    let text = call.office.layout_answer(&event, viewport.as_ref(), caller.as_ref()).await?;
    if !call.takes_gzip() {
        return Ok(Reply::ready(text.into_bytes(), None));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::new(GZIP_LEVEL));
    let zipped = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    Ok(Reply::ready(zipped.map_err(|e| service::log::fault(&e))?, Some("gzip")))
}
