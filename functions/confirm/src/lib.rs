//! Books what a buyer holds, or seats in one step, and reads bookings and orders back.

use domain::name::BookingId;
use domain::outcome::Done;
use domain::refusal::Refusal;
use serde_json::json;
use service::http::call::{ReadBody, listing};
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::input::buyer::confirm;
use service::input::choice::book;
use service::output;
use service::seeds::five;

/// The function's routes.
pub struct Confirm;

impl Routes for Confirm {
    fn name(&self) -> &'static str {
        "confirm"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "POST /seat-booking/confirm" => confirm_held(call, "confirm", |call| call.json()).await,
        "POST /seat-booking/book" => book_at_once(call).await,
        "GET /seat-booking/bookings" => bookings(call).await,
        "GET /seat-booking/bookings/{bookingId}" => booking(call).await,
        "GET /seat-booking/orders" => orders(call).await,
        "POST /api/booking/confirm" => confirm_held(call, "trip-confirm", |call| call.json_of_any_type()).await,
        "POST /api/confirm" => confirm_held(call, "lock-confirm", |call| call.json_of_any_type()).await,
        "POST /book" => five::book(call).await,
        "GET /bookings/{userId}" => five::bookings(call).await,
        _ => return None,
    })
}

async fn book_at_once(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("book").await?;
    let request = book(&call.json()?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.book(&request).await.into())
}

async fn confirm_held(call: &Call<'_>, action: &str, body: ReadBody) -> Result<Reply, Refusal> {
    let arrival = call.arrival(action).await?;
    let request = confirm(&body(call)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.confirm(&request).await.into())
}

async fn bookings(call: &Call<'_>) -> Result<Reply, Refusal> {
    let reader = call.reader().await?;
    let (from, limit) = call.page()?;
    let page = call.office.bookings_of_buyer(&reader.buyer, limit, &from).await?;
    Ok(Reply::done(&listing("bookings", page, output::booking::record)))
}

async fn orders(call: &Call<'_>) -> Result<Reply, Refusal> {
    let reader = call.reader().await?;
    let (from, limit) = call.page()?;
    let page = call.office.orders(&reader.buyer, limit, &from).await?;
    Ok(Reply::done(&listing("orders", page, output::order::order)))
}

async fn booking(call: &Call<'_>) -> Result<Reply, Refusal> {
    let reader = call.reader().await?;
    let id = call.named("bookingId", BookingId::parse, Refusal::no_booking)?;
    let booking = call.office.booking_for(&reader, &id).await?;
    call.note_event(&booking.event);
    Ok(Reply::done(&Done { message: String::new(), data: json!({ "booking": output::booking::record(&booking) }) }))
}
