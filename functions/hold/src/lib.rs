//! Holds seats, tables, places of areas and the best that there are for a buyer, gives a hold more time, and lists the
//! buyer's live holds.

use domain::name::EventId;
use domain::refusal::Refusal;
use service::http::call::ReadBody;
use service::http::serve::{Answer, Routes};
use service::http::{Call, Reply};
use service::input::buyer::{extend, hold_seats, hold_table};
use service::input::choice::{best_available, hold_area};
use service::seeds::two;

/// The function's routes.
pub struct Hold;

impl Routes for Hold {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a> {
        Box::pin(answer(call))
    }
}

async fn answer(call: &Call<'_>) -> Option<Result<Reply, Refusal>> {
    Some(match call.route.as_str() {
        "POST /seat-booking/hold-seats" => seats(call, "hold-seats", |call| call.json()).await,
        "POST /seat-booking/hold-table" => table(call).await,
        "POST /seat-booking/hold-area" => area(call).await,
        "POST /seat-booking/best-available" => best(call).await,
        "POST /seat-booking/extend" => more_time(call).await,
        "GET /seat-booking/holds" | "GET /api/booking/holds" => holds(call).await,
        "POST /api/booking/trips/{tripId}/seats/{seatLabel}/hold" => two::hold(call).await,
        "POST /api/lock" => seats(call, "lock", |call| call.json_of_any_type()).await,
        _ => return None,
    })
}

async fn seats(call: &Call<'_>, action: &str, body: ReadBody) -> Result<Reply, Refusal> {
    let arrival = call.arrival(action).await?;
    let request = hold_seats(&body(call)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.hold(&request).await.into())
}

async fn table(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("hold-table").await?;
    let request = hold_table(&call.json()?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.hold(&request).await.into())
}

async fn area(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("hold-area").await?;
    let request = hold_area(&call.json()?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.hold_best(&request).await.into())
}

async fn best(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("best-available").await?;
    let request = best_available(&call.json()?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.hold_best(&request).await.into())
}

async fn more_time(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("extend").await?;
    let request = extend(&call.json()?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.extend(&request).await.into())
}

async fn holds(call: &Call<'_>) -> Result<Reply, Refusal> {
    let reader = call.reader().await?;
    let event = call.query_event()?.map(EventId::parse).transpose().map_err(|_| Refusal::no_event())?;
    if let Some(event) = &event {
        call.note_event(event);
    }
    Ok(call.office.holds(&reader.buyer, event.as_ref()).await.into())
}
