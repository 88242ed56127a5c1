//! What requests for chosen seats are read as, and what is refused.

use super::*;
use crate::admission::tests::arrival;
use domain::name::SeatId;
use serde_json::json;

fn about(fields: &Value) -> Value {
    let mut body = json!({ "eventId": "e" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

fn best_of(fields: Value) -> Result<Named, String> {
    best_available(&about(&fields), arrival("ann", false)).map(|read| read.named).map_err(|refusal| refusal.message)
}

fn area_of(fields: Value) -> Result<Named, String> {
    hold_area(&about(&fields), arrival("ann", false)).map(|read| read.named).map_err(|refusal| refusal.message)
}

fn booked(fields: Value) -> Result<BookedSeats, String> {
    book(&about(&fields), arrival("ann", false)).map(|read| read.seats).map_err(|refusal| refusal.message)
}

fn named(quantity: usize) -> Named {
    Named { quantity, accessible: 0, category: None, area: None, together: true, types: Vec::new() }
}

fn types(counts: &[(&str, usize)]) -> Vec<(TicketTypeId, usize)> {
    counts.iter().map(|(id, count)| (TicketTypeId::parse(id).unwrap(), *count)).collect()
}

#[test]
fn the_sum_of_ticket_types_is_the_quantity() {
    let by_type = json!({ "adult": 2, "child": 1, "senior": 0 });
    let expected = Named { types: types(&[("adult", 2), ("child", 1)]), ..named(3) };
    assert_eq!(best_of(json!({ "ticketTypes": by_type })), Ok(expected.clone()));
    assert_eq!(best_of(json!({ "ticketTypes": by_type, "quantity": 3 })), Ok(expected));
    let other = best_of(json!({ "ticketTypes": by_type, "quantity": 4 }));
    assert_eq!(other, Err("quantity must be the sum of ticketTypes, 3, or be left out".to_owned()));
}

#[test]
fn what_is_wrong_is_said_by_its_field() {
    for (fields, why) in [
        (json!({}), "quantity is missing"),
        (json!({ "quantity": 0 }), "quantity must be a whole number from 1 to 50"),
        (json!({ "quantity": 1.5 }), "quantity must be a whole number from 1 to 50"),
        (json!({ "quantity": "2" }), "quantity must be a whole number from 1 to 50"),
        (json!({ "quantity": 51 }), "Cannot hold more than 50 seats at once"),
        (json!({ "quantity": 2, "accessible": 3 }), "accessible must be at most the quantity, 2"),
        (json!({ "quantity": 2, "together": "no" }), "together must be true or false"),
        (json!({ "quantity": 2, "categoryId": 7 }), "categoryId must be a string"),
        (
            json!({ "quantity": 2, "areaId": "" }),
            "areaId must be 1 to 128 characters, no control or invisible format \
            characters, no space at either end",
        ),
        (
            json!({ "quantity": 2, "areaId": "floor", "accessible": 1 }),
            "accessible cannot stand beside areaId: places have no numbers, and none is accessible",
        ),
        (json!({ "ticketTypes": [] }), "ticketTypes must be an object of ticket type: count"),
        (json!({ "ticketTypes": {} }), "ticketTypes must be of at least one seat"),
        (json!({ "ticketTypes": { "adult": -1 } }), "ticketTypes.adult must be a whole number from 0 to 50"),
        (json!({ "ticketTypes": { "adult": 30, "child": 30 } }), "Cannot hold more than 50 seats at once"),
        (json!({ "quantity": 2, "seatIds": ["A1"] }), "seatIds is not a known field here"),
    ] {
        assert_eq!(best_of(fields.clone()), Err(why.to_owned()), "{fields}");
    }
    assert_eq!(area_of(json!({ "quantity": 2 })), Err("areaId is missing".to_owned()));
    assert_eq!(area_of(json!({ "areaId": "floor" })), Err("quantity is missing".to_owned()));
    let together = area_of(json!({ "areaId": "floor", "quantity": 1, "together": false }));
    assert_eq!(together, Err("together is not a known field here".to_owned()));
}

#[test]
fn a_booking_in_one_step_is_of_one_seat_unless_it_says_otherwise() {
    assert!(matches!(booked(json!({})), Ok(BookedSeats::Best(best)) if best == named(1)));
    assert!(matches!(booked(json!({ "quantity": 4 })), Ok(BookedSeats::Best(best)) if best == named(4)));
    let by_seat = json!({ "seatIds": ["A1"], "ticketTypes": { "A1": "child" } });
    let Ok(BookedSeats::Named(seats, types)) = booked(by_seat) else { unreachable!("seats are named") };
    assert_eq!(seats, [SeatId::parse("A1").unwrap()]);
    assert!(types.of(&seats[0]).is_some());
}

#[test]
fn named_seats_are_not_chosen() {
    let why = |field| format!("{field} is for seats that are to be chosen; it cannot stand beside seatIds");
    for (field, value) in [("quantity", json!(1)), ("together", json!(false)), ("areaId", json!("floor"))] {
        let refused = booked(json!({ "seatIds": ["A1"], field: value })).err();
        assert_eq!(refused, Some(why(field)));
    }
    assert_eq!(booked(json!({ "seatIds": [] })).err(), Some("seatIds must name at least one seat".to_owned()));
}
