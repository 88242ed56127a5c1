//! Bodies for seats that are to be chosen, or booked in one step: `hold-area`, `best-available`, `book`.

use super::bodies::{accepted, arrival, check_seats, check_terms, say_length};
use super::confirm::{check_details, check_payment, say_details};
use crate::check;
use crate::engine::fuzz;
use domain::choice::wish::Named;
use domain::name::{SeatId, TicketTypeId};
use domain::refusal::Refusal;
use domain::ticket_type::TypesBySeat;
use serde_json::{Map, Value, json};
use service::admission::Arrival;
use service::input::choice::{best_available, book, hold_area};
use service::office::book::{BookRequest, BookedSeats};
use service::office::hold::HoldBestRequest;
use unicode_normalization::UnicodeNormalization;

/// What the body says of a ticket type, or of a seat's: ids are the names of fields there.
fn said_of<'b>(body: &'b Value, id: &str) -> Option<&'b Value> {
    let fields = body["ticketTypes"].as_object().unwrap();
    fields.iter().find(|(name, _)| name.nfc().eq(id.chars())).map(|(_, value)| value)
}

/// Seats that may be chosen at once: as many as the body says, of what it says, and at most fifty.
fn check_named(body: &Value, named: &Named, usual: Option<usize>) {
    let Named { quantity, accessible, category, area, together, types } = named;
    assert!((1..=50).contains(quantity) && accessible <= quantity, "{named:?}");
    let number = |field: &str| body[field].as_u64().map(|number| usize::try_from(number).unwrap());
    let sum = (!types.is_empty()).then(|| types.iter().map(|(_, count)| count).sum());
    assert!(sum.is_none_or(|sum: usize| sum == *quantity), "{named:?}");
    assert_eq!(number("quantity").or(sum).or(usual), Some(*quantity));
    assert_eq!(number("accessible").unwrap_or_default(), *accessible);
    assert_eq!(body["together"].as_bool().unwrap_or(true), *together);
    assert!(*accessible == 0 || area.is_none(), "no place is accessible");
    assert_eq!((body["areaId"].is_null(), body["categoryId"].is_null()), (area.is_none(), category.is_none()));
    assert_eq!(body["ticketTypes"].is_null(), types.is_empty());
    if let Some(area) = area {
        assert!(check::is_visible(area.as_str()) && check::says(body, area.as_str()), "area {area:?}");
    }
    if let Some(category) = category {
        assert!(category.chars().count() <= 200 && check::says(body, category), "category {category:?}");
    }
    for (at, (id, count)) in types.iter().enumerate() {
        assert!(check::is_visible(id.as_str()) && *count > 0, "{count} of {id}");
        assert_eq!(said_of(body, id.as_str()), Some(&json!(count)), "{id}");
        assert!(types[..at].iter().all(|(other, _)| other != id), "{id} twice");
    }
}

/// Sets fields of a body to what is to be chosen.
fn say_named(body: &mut Value, named: &Named) {
    body["quantity"] = json!(named.quantity);
    body["areaId"] = json!(named.area);
    if !named.types.is_empty() {
        let count = |(id, count): &(TicketTypeId, usize)| (id.to_string(), json!(count));
        body["ticketTypes"] = named.types.iter().map(count).collect::<Map<_, _>>().into();
    }
}

/// The same, and what only the best seats are.
fn say_best(body: &mut Value, named: &Named) {
    say_named(body, named);
    body["categoryId"] = json!(named.category);
    body["accessible"] = json!(named.accessible);
    body["together"] = json!(named.together);
}

fn holds(
    bytes: &[u8],
    parse: fn(&Value, Arrival) -> Result<HoldBestRequest, Refusal>,
    say: fn(&mut Value, &Named),
) -> Option<Named> {
    let (body, request) = accepted(bytes, parse)?;
    check_terms(&body, &request.event, request.length_ms);
    check_named(&body, &request.named, None);
    let mut said = json!({ "eventId": request.event });
    say(&mut said, &request.named);
    say_length(&mut said, request.length_ms);
    // No time at all reads as a length, but cannot be said again: it is refused by the shortest hold.
    if request.length_ms != Some(0) {
        let again = parse(&said, arrival()).unwrap();
        assert_eq!(format!("{request:?}"), format!("{again:?}"), "{said}");
    }
    Some(request.named)
}

#[test]
fn a_body_to_hold_places_says_of_which_area_and_how_many_or_is_refused() {
    fuzz("hold_area", |bytes| {
        let Some(named) = holds(bytes, hold_area, say_named) else { return };
        assert!(named.area.is_some() && named.category.is_none(), "{named:?}");
        assert_eq!((named.accessible, named.together), (0, true));
    });
}

#[test]
fn a_body_for_the_best_seats_says_how_many_and_which_or_is_refused() {
    fuzz("best_available", |bytes| drop(holds(bytes, best_available, say_best)));
}

/// Seats are named or chosen, never both.
fn check_booked(body: &Value, seats: &[SeatId], types: &TypesBySeat) {
    assert!(!seats.is_empty(), "a booking of nothing");
    check_seats(body, seats);
    for field in ["quantity", "categoryId", "areaId", "accessible", "together"] {
        assert!(body[field].is_null(), "{field} beside seats that are named");
    }
    for (seat, id) in &types.0 {
        assert!(check::is_visible(seat.as_str()) && check::is_visible(id.as_str()), "{seat} as {id}");
        assert!(said_of(body, seat.as_str()).is_some() && check::says(body, id.as_str()), "{seat} as {id}");
    }
}

fn say_booking(request: &BookRequest) -> Value {
    let mut said = say_details(&request.event, &request.details);
    match &request.seats {
        BookedSeats::Best(named) => say_best(&mut said, named),
        BookedSeats::Named(seats, types) => {
            said["seatIds"] = json!(seats);
            said["ticketTypes"] = if types.0.is_empty() { Value::Null } else { json!(types.0) };
        }
    }
    said
}

#[test]
fn a_body_to_book_at_once_names_its_seats_or_says_how_many_or_is_refused() {
    fuzz("book", |bytes| {
        let Some((body, mut request)) = accepted(bytes, book) else { return };
        check_terms(&body, &request.event, None);
        match &request.seats {
            BookedSeats::Best(named) => check_named(&body, named, Some(1)),
            BookedSeats::Named(seats, types) => check_booked(&body, seats, types),
        }
        check_payment(&request.details.payment_info, request.payment.as_ref(), request.unpaid.is_some());
        check_details(&request.details);
        let said = say_booking(&request);
        let again = book(&said, arrival()).unwrap();
        // What goes on record has the gateway in one spelling.
        if let Some(payment) = &mut request.payment {
            payment.gateway_as_sent = None;
        }
        assert_eq!(format!("{request:?}"), format!("{again:?}"), "{said}");
    });
}
