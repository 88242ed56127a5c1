//! Publishes layouts, creates and changes events, reads events and their bookings back. It also answers `$default`:
//! whatever no other route takes.

use domain::layout::Layout;
use domain::limits::LAYOUT_BODY_BYTES_MAX;
use domain::name::{EventId, LayoutId};
use domain::outcome::Done;
use domain::refusal::Refusal;
use serde_json::json;
use service::fields::Fields;
use service::http::call::listing;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::input;
use service::output;

/// The function's routes.
pub struct Admin;

impl Routes for Admin {
    fn name(&self) -> &'static str {
        "admin"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "PUT /seat-booking/admin/layouts/{layoutId}" => put_layout(call).await,
        "PUT /seat-booking/admin/events/{eventId}" => put_event(call).await,
        "GET /seat-booking/admin/events" => events(call).await,
        "GET /seat-booking/admin/events/{eventId}" => event(call).await,
        "GET /seat-booking/admin/events/{eventId}/bookings" => bookings(call).await,
        _ => return None,
    })
}

async fn put_layout(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let body = call.json_within(LAYOUT_BODY_BYTES_MAX)?;
    let id = LayoutId::parse(call.path("layoutId")).map_err(|why| Refusal::invalid(format!("layoutId {why}")))?;
    // A body that is no object is refused below, as a fault of the document.
    if let Ok(fields) = Fields::of(&body) {
        fields.agrees_with("path", id.as_str(), &["id"])?;
    }
    let layout = Layout::from_document(&body).map_err(Refusal::from)?;
    Ok(call.office.publish_layout(&id, &layout).await.into())
}

async fn put_event(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let body = call.json()?;
    let id = EventId::parse(call.path("eventId")).map_err(|why| Refusal::invalid(format!("eventId {why}")))?;
    call.note_event(&id);
    Fields::of(&body)?.agrees_with("path", id.as_str(), &["id", "eventId"])?;
    let document = input::event::document(&body)?;
    Ok(call.office.put_event(&id, document).await.into())
}

async fn events(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let (from, limit) = call.page()?;
    let page = call.office.events(limit, &from).await?;
    Ok(Reply::done(&listing("events", page, output::event::event)))
}

async fn event(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let event = call.office.event_now(&call.path_event()?).await?;
    Ok(Reply::done(&Done { message: String::new(), data: json!({ "event": output::event::event(&event) }) }))
}

async fn bookings(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let event = call.path_event()?;
    let (from, limit) = call.page()?;
    let page = call.office.bookings_of_event(&event, limit, &from).await?;
    Ok(Reply::done(&listing("bookings", page, output::booking::record)))
}
