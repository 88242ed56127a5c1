//! Places over HTTP, and what everyone may see of the line.

use domain::name::EventId;
use domain::refusal::Refusal;
use service::admission::USER_FIELD;
use service::http::paths::path_number;
use service::http::reply::Caching;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::input::queue;
use service::office::draw::DrawPage;
use service::office::queue::QueueRequest;
use service::seeds::three;

/// The function's routes.
pub struct Places;

impl Routes for Places {
    fn name(&self) -> &'static str {
        "queue"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "POST /seat-booking/queue/{eventId}" => take(call).await,
        "GET /seat-booking/queue/{eventId}" => look(call).await,
        "DELETE /seat-booking/queue/{eventId}" => leave(call).await,
        "GET /seat-booking/queue/{eventId}/line" => line(call).await,
        "GET /seat-booking/queue/{eventId}/draw/{page}" => entrants(call).await,
        "GET /seat-booking/queue/{eventId}/stats" => stats(call).await,
        "GET /api/seat-reservations/queue-stats/{screeningId}" => three::queue_stats(call).await,
        _ => return None,
    })
}

async fn take(call: &Call<'_>) -> Result<Reply, Refusal> {
    let request = request(call, "queue-join").await?;
    Ok(call.office.take_place(&request).await.into())
}

async fn look(call: &Call<'_>) -> Result<Reply, Refusal> {
    let reader = call.reader().await?;
    let event = call.path_event()?;
    Ok(Reply::done(&call.office.my_place(&reader.buyer, &event).await?.done))
}

async fn leave(call: &Call<'_>) -> Result<Reply, Refusal> {
    let request = request(call, "queue-leave").await?;
    Ok(call.office.leave_line(&request).await.into())
}

async fn request(call: &Call<'_>, action: &str) -> Result<QueueRequest, Refusal> {
    let arrival = call.arrival(action).await?;
    let event: EventId = call.path_event()?;
    queue::of_path(event, call.json_if_any()?, call.query(USER_FIELD), arrival)
}

/// The same for everyone, so no token is looked at.
async fn line(call: &Call<'_>) -> Result<Reply, Refusal> {
    let event = call.path_event()?;
    let done = call.office.line_shown(&event).await?;
    let caching = Caching::of_a_second(call, String::new(), None);
    Ok(Reply::cached(call, caching, || Reply::done(&done)))
}

/// Who takes part in the draw: the same for everyone, and for ever.
async fn entrants(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (event, page) = (call.path_event()?, call.named("page", path_number, Refusal::no_page)?);
    let DrawPage { commitment, lasts, page: read } = call.office.draw_page(&event, page).await?;
    let caching = match lasts {
        true => Caching::for_ever(format!(r#"W/"{commitment}{page:x}""#)),
        false => Caching::of_a_second(call, String::new(), None),
    };
    let (zipped, plain) = (|| read.zipped.clone(), || read.text.clone());
    Ok(Reply::cached(call, caching, || Reply::kept(call, zipped, plain)))
}

async fn stats(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let event = call.path_event()?;
    Ok(call.office.line_stats(&event).await.into())
}
