//! The paths of a bus company's booking system: trips, and seats by their labels.

use super::{body_with_path, event_of_path};
use crate::http::{Call, Reply};
use crate::input::buyer;
use crate::output::layout::View;
use crate::output::prefixes::quoted;
use domain::clock::Moment;
use domain::refusal::Refusal;
use domain::seat::Seat;
use serde_json::json;
use std::fmt::Write;

/// The variables of the path of a seat.
const SEAT: [&str; 2] = ["tripId", "seatLabel"];

/// Holds the seat that the path names.
///
/// # Errors
/// The contract's refusals.
pub async fn hold(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("trip-hold").await?;
    let request = buyer::hold_seats(&body_with_path(call, &SEAT)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.hold(&request).await.into())
}

/// Gives the seat up that the path names.
///
/// # Errors
/// The contract's refusals.
pub async fn release(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("trip-release").await?;
    let request = buyer::release(&body_with_path(call, &SEAT)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.release(&request).await.into())
}

/// Every seat of a trip with its live state.
///
/// # Errors
/// `unauthorized`, `forbidden` or `not_found`.
pub async fn seats(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.maybe_reader().await?;
    let trip = event_of_path(call, "tripId")?;
    Ok(Reply::text(call.office.seats_shown(&trip, caller.as_ref(), render).await?, call))
}

fn render(view: &View<'_>, seats: &[Seat]) -> String {
    let categories = view.venue.layout.inventory().categories().iter().map(|category| {
        let price = view.event.price(&category.id).map(|price| view.event.currency.number(price));
        format!(r#""categoryId":{},"price":{}"#, quoted(category.id.as_str()), json!(price))
    });
    let categories: Vec<String> = categories.collect();
    let trip = quoted(view.event.id.as_str());
    let mut out = format!(r#"{{"success":true,"message":"OK","data":{{"tripId":{trip},"seats":["#);
    for (at, seat) in view.numbered(seats).enumerate() {
        let _ = write!(
            out, // Writing to a string does not fail.
            r#"{}{{"seatLabel":{},"status":"{}","holdExpiresAt":{},"heldByMe":{},{},"version":{}}}"#,
            if at > 0 { "," } else { "" },
            quoted(seat.printed.id.as_str()),
            seat.status.as_str(),
            json!(seat.held_until().map(Moment::rfc3339)),
            seat.row.is_some_and(|row| view.is_held_by_caller(row)),
            categories[usize::from(seat.printed.category)],
            seat.row.map_or(0, |row| row.version),
        );
    }
    out.push_str("]}}");
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::samples::{rendered, row};
    use domain::seat::Status;
    use serde_json::Value;

    #[test]
    fn every_seat_shows_its_label_and_status_in_the_layouts_order() {
        let rows = [row("seat_C2", Status::Held, "ann"), row("seat_C3", Status::Held, "bob")];
        let answer = rendered(render, &rows, Some("ann"), Moment(0));
        let seats = answer["data"]["seats"].as_array().unwrap();
        assert_eq!((seats.len(), &answer["data"]["tripId"]), (108, &Value::from("e1")), "100 and a table of 8");
        let seat = |label: &str| seats.iter().find(|seat| seat["seatLabel"] == label).unwrap();
        let end = Moment(10_000).rfc3339();
        let free = json!({ "seatLabel": "seat_C1", "status": "available", "holdExpiresAt": null, "heldByMe": false,
                           "categoryId": "standard", "price": 75, "version": 0 });
        assert_eq!(seat("seat_C1"), &free);
        let mine = json!({ "seatLabel": "seat_C2", "status": "held", "holdExpiresAt": end, "heldByMe": true,
                           "categoryId": "standard", "price": 75, "version": 3 });
        assert_eq!(seat("seat_C2"), &mine);
        assert_eq!(seat("seat_C3")["heldByMe"], false);
        assert_eq!(seats[0]["seatLabel"], "seat_A1");
    }

    #[test]
    fn what_is_not_for_sale_shows_as_blocked_and_has_no_price() {
        let answer = rendered(render, &[], None, Moment(0));
        let first = &answer["data"]["seats"][0];
        assert_eq!((&first["status"], &first["price"]), (&json!("blocked"), &Value::Null));
    }
}
