//! Gives seats back: releases holds, cancels bookings.

use holdfast::http::serve::{Answer, Routes};
use holdfast::http::{Call, Reply};
use holdfast::input::buyer::release;
use holdfast::name::BookingId;
use holdfast::refusal::Refusal;

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
        "POST /seat-booking/release" => seats(call).await,
        "POST /seat-booking/bookings/{bookingId}/cancel" => cancel(call).await,
        _ => return None,
    })
}

async fn seats(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller().await?;
    let request = release(&call.json()?, call.sender(&caller, "release")?)?;
    call.concerns(&request.event);
    Ok(call.office.release(&request).await.into())
}

async fn cancel(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.caller().await?;
    call.json_if_any()?;
    let id = call.named("bookingId", BookingId::parse, Refusal::no_booking)?;
    let idempotency = call.idempotency(&caller, "cancel")?;
    Ok(call.office.cancel(&caller, &id, idempotency.as_ref()).await.into())
}
