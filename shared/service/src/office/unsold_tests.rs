//! Seats that are not for sale: each is named for what it is.

use super::*;
use domain::name::{CategoryId, HoldId};
use domain::refusal::Code;
use domain::samples::hall_layout;
use domain::samples::some_event;
use domain::samples::some_hold;
use domain::seat::PricedSeat;
use serde_json::{Value, json};

const NOW: Moment = Moment(1_000_000);

fn buyer(id: &str) -> BuyerId {
    BuyerId::parse(id).unwrap()
}

fn row(seat: &str, status: Status, holder: &str, end: Moment) -> Seat {
    Seat {
        id: SeatId::parse(seat).unwrap(),
        status,
        version: 1,
        hold: HoldId::parse("h").ok(),
        holder: Some(buyer(holder)),
        expires_at: (status == Status::Held).then_some(end),
        price: None,
        booking: None,
        booked_at: None,
        withdrawn: None,
    }
}

/// The codes of these seats in a hall whose front rows (A and B) and table have no price.
fn refusal(seats: &[&str], found: &Found) -> Refusal {
    let mut event = some_event();
    event.prices.insert(CategoryId::parse("vip").unwrap(), None);
    let seats = seats.iter().map(|id| SeatId::parse(id).unwrap()).collect();
    let ask = Ask { buyer: buyer("ann"), seats, length_ms: None, origin: "r".into() };
    found.told_apart(NOW, &event, &hall_layout(10, 10), &ask)
}

fn codes(refusal: &Refusal) -> Value {
    let each = refusal.data["conflicts"].as_array().unwrap().iter();
    each.map(|one| (one["seatId"].as_str().unwrap().to_owned(), one["code"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn each_seat_is_named_for_what_it_is() {
    let seats = vec![
        row("seat_A1", Status::Booked, "bob", NOW),
        row("seat_A2", Status::Held, "bob", NOW.plus(1)),
        row("seat_A3", Status::Held, "bob", NOW.plus(-2_001)),
        row("seat_A4", Status::Available, "bob", NOW),
        row("seat_C1", Status::Booked, "bob", NOW),
        row("seat_C2", Status::Available, "bob", NOW),
        row("seat_C3", Status::Blocked, "bob", NOW),
    ];
    let found = Found { hold: None, seats };
    let asked = ["seat_A1", "seat_A2", "seat_A3", "seat_A4", "seat_A5", "seat_C1", "seat_C2", "seat_C3", "seat_C4"];
    let refusal = refusal(&asked, &found);
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (Code::SeatHeld, "Some seats are already held by another user")
    );
    let expected = json!({
        "seat_A1": "seat_booked", "seat_A2": "seat_held", "seat_A3": "seat_blocked", "seat_A4": "seat_blocked",
        "seat_A5": "seat_blocked", "seat_C1": "seat_booked", "seat_C3": "seat_blocked",
    });
    assert_eq!(codes(&refusal), expected, "what is free and for sale is in nobody's way");
}

#[test]
fn the_first_of_held_booked_and_blocked_is_the_code_of_the_whole() {
    let booked = row("seat_A1", Status::Booked, "bob", NOW);
    let held = row("seat_A2", Status::Held, "bob", NOW);
    let asked = ["seat_A1", "seat_A2", "seat_A3"];
    for (seats, code) in
        [(vec![booked.clone(), held], Code::SeatHeld), (vec![booked], Code::SeatBooked), (vec![], Code::SeatBlocked)]
    {
        assert_eq!(refusal(&asked, &Found { hold: None, seats }).code, code);
    }
}

#[test]
fn what_the_buyer_holds_is_in_nobodys_way_until_its_time_is_over() {
    let priced = |id: &str| PricedSeat { id: SeatId::parse(id).unwrap(), ..some_hold(1).seats[0].clone() };
    let hold =
        |end: Moment| Hold { buyer: buyer("ann"), expires_at: end, seats: vec![priced("seat_A1")], ..some_hold(1) };
    let found = |end: Moment| Found { hold: Some(hold(end)), seats: vec![row("seat_A1", Status::Held, "ann", end)] };
    assert_eq!(codes(&refusal(&["seat_A1", "seat_A2"], &found(NOW))), json!({ "seat_A2": "seat_blocked" }));
    let over = refusal(&["seat_A1", "seat_A2"], &found(NOW.plus(-1)));
    assert_eq!(codes(&over), json!({ "seat_A1": "seat_blocked", "seat_A2": "seat_blocked" }));
}
