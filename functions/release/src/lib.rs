//! Gives seats back: releases holds, ends sessions, cancels bookings.

use domain::name::BookingId;
use domain::refusal::Refusal;
use service::http::call::ReadBody;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::input::{self, buyer::release};
use service::seeds::two;

/// The function's routes.
pub struct Release;

impl Routes for Release {
    fn name(&self) -> &'static str {
        "release"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "POST /seat-booking/release" => seats(call, "release", |call| call.json()).await,
        "POST /seat-booking/bookings/{bookingId}/cancel" => cancel(call).await,
        "POST /seat-booking/session/end" => end(call).await,
        "DELETE /api/booking/trips/{tripId}/seats/{seatLabel}/hold" => two::release(call).await,
        "POST /api/cancel-lock" => seats(call, "cancel-lock", |call| call.json_of_any_type()).await,
        _ => return None,
    })
}

async fn seats(call: &Call<'_>, action: &str, body: ReadBody) -> Result<Reply, Refusal> {
    let arrival = call.arrival(action).await?;
    let request = release(&body(call)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.release(&request).await.into())
}

async fn end(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("session-end").await?;
    let admission = input::buyer::end_session(call.json_if_any()?.as_ref(), arrival)?;
    Ok(call.office.end_session(&admission).await.into())
}

async fn cancel(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("cancel").await?;
    let id = call.named("bookingId", BookingId::parse, Refusal::no_booking)?;
    let request = input::buyer::cancel(id, call.json_if_any()?.as_ref(), arrival)?;
    Ok(call.office.cancel(&request).await.into())
}
