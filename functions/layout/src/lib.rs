//! Serves the layout with the live state of every seat; its plan, and the availability that a crowd at the map follows.

use domain::layout::viewport::Viewport;
use domain::name::LayoutId;
use domain::refusal::Refusal;
use service::http::paths::path_number;
use service::http::reply::Caching;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::seeds::{five, four, two};

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
        "GET /seat-booking/plans/{layoutId}/{version}" => plan(call).await,
        "GET /seat-booking/availability/{eventId}" => availability(call).await,
        "GET /api/booking/trips/{tripId}/seats" => two::seats(call).await,
        "GET /api/seats/{eventID}" => four::seats(call).await,
        "GET /events" => five::events(call).await,
        _ => return None,
    })
}

async fn layout(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.maybe_reader().await?;
    let event = call.path_event()?;
    let viewport = call.query("viewport").map(Viewport::parse).transpose().map_err(Refusal::invalid)?;
    let text = call.office.layout_answer(&event, viewport.as_ref(), caller.as_ref()).await?;
    Ok(Reply::text(text, call))
}

/// The same for everyone, so no token is looked at.
async fn plan(call: &Call<'_>) -> Result<Reply, Refusal> {
    let layout = call.named("layoutId", LayoutId::parse, Refusal::no_layout)?;
    let number = call.named("version", path_number, Refusal::no_layout)?;
    let (version, venue) = call.office.published(&layout, number).await?;
    let etag = format!(r#"W/"{}""#, version.hash);
    let caching = Caching::for_ever(etag);
    let (zipped, plain) = (|| venue.zipped_plan(&version).to_vec(), || venue.plan(&version));
    Ok(Reply::cached(call, caching, || Reply::kept(call, zipped, plain)))
}

/// A version's number in the one way in which it is written: there is one address for each plan.
/// The same for everyone, so no token is looked at.
async fn availability(call: &Call<'_>) -> Result<Reply, Refusal> {
    let event = call.path_event()?;
    let read = call.office.availability(&event).await?;
    let etag = read.answer().etag.clone();
    let caching = Caching::of_a_second(call, etag, Some(read.as_of));
    let (zipped, plain) = (|| read.zipped().to_vec(), || read.answer().text.clone());
    Ok(Reply::cached(call, caching, || Reply::kept(call, zipped, plain)))
}
