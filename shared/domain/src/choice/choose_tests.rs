//! What seats and places come to together.

use super::*;
use crate::choice::readings::{Readings, lanes};
use crate::clock::Moment;
use crate::event::Event;
use crate::inventory::Inventory;
use crate::limits::CHOICE_GROWTH;
use crate::samples::{field, hall, layout, some_event};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;

/// A row of three seats, and areas of this capacity whose distance grows.
fn mixed_house(areas: &[(&str, u32)]) -> Arc<Inventory> {
    let mut document = hall(1, 3);
    document["items"] = json!([]);
    document["areas"] = field(areas)["areas"].take();
    layout(&document).inventory().clone()
}

fn chosen(inventory: &Inventory, taken: &[u32], wish: &Wish) -> Result<Choice, Short> {
    let event: Event = some_event();
    let mut readings = Readings::none(event.lanes, lanes(&event, inventory));
    (0..event.lanes).for_each(|lane| readings.take(lane, std::iter::empty()));
    taken.iter().for_each(|seat| readings.note(*seat, Moment(i64::MAX)));
    let in_flight = HashSet::new();
    choose(&House::new(&event, inventory, &readings, &in_flight, Moment(1)), wish, 0, &mut fastrand::Rng::with_seed(7))
}

fn wish(quantity: usize) -> Wish {
    Wish { quantity, accessible: 0, category: None, area: None, together: true }
}

#[test]
fn places_of_an_area_are_any_that_are_free_each_once() {
    let field = mixed_house(&[("floor", 5)]);
    let of_area = |quantity| Wish { area: Some(0), ..wish(quantity) };
    let mut choice = chosen(&field, &[4], &of_area(4)).unwrap();
    choice.seats.sort_unstable();
    assert_eq!(choice, Choice { seats: vec![3, 5, 6, 7], together: true });
    assert_eq!(chosen(&field, &[4], &of_area(5)), Err(Short::SoldOut), "the seats are not of the area");
}

#[test]
fn seats_are_chosen_before_places_and_the_nearest_area_that_has_enough_before_others() {
    let field = mixed_house(&[("near", 2), ("far", 6)]);
    assert_eq!(chosen(&field, &[], &wish(3)).unwrap().seats, [0, 1, 2]);
    let two = chosen(&field, &[1, 2], &wish(2)).unwrap();
    assert!(two.together && two.seats.iter().all(|seat| (3..5).contains(seat)), "{two:?}");
    let four = chosen(&field, &[], &wish(4)).unwrap();
    assert!(four.together && four.seats.iter().all(|seat| (5..11).contains(seat)), "{four:?}");
}

#[test]
fn places_are_chosen_before_seats_that_are_kept_for_those_who_ask_for_accessible_ones() {
    let mut document = hall(1, 3);
    document["items"] = json!([]);
    document["areas"] = field(&[("floor", 4)])["areas"].take();
    document["seats"][0]["accessible"] = json!(true);
    document["seats"][1]["companionOf"] = document["seats"][0]["id"].clone();
    let house = layout(&document).inventory().clone();
    for together in [true, false] {
        let wish = |quantity| Wish { together, ..wish(quantity) };
        let two = chosen(&house, &[2], &wish(2)).unwrap();
        assert!(two.seats.iter().all(|seat| (3..7).contains(seat)), "{two:?}");
        let last = chosen(&house, &[2, 3, 4, 5], &wish(2)).unwrap();
        assert_eq!(last.seats, [0, 1], "no rule costs a sale");
    }
    let asked = chosen(&house, &[2], &Wish { accessible: 1, ..wish(2) }).unwrap();
    assert_eq!(asked.seats, [0, 1]);
}

#[test]
fn apart_places_make_up_what_seats_lack() {
    let field = mixed_house(&[("near", 2), ("far", 6)]);
    assert_eq!(chosen(&field, &[], &wish(11)), Err(Short::NotTogether));
    let all = chosen(&field, &[], &Wish { together: false, ..wish(11) }).unwrap();
    assert_eq!((all.seats.iter().collect::<HashSet<_>>().len(), all.together), (11, false));
    assert_eq!(chosen(&field, &[], &Wish { together: false, ..wish(12) }), Err(Short::SoldOut));
    assert_eq!(chosen(&field, &[], &wish(12)), Err(Short::SoldOut));
}

#[test]
fn a_category_and_accessible_seats_narrow_what_is_chosen_from() {
    let field = mixed_house(&[("floor", 5)]);
    let vip = Wish { category: Some(0), ..wish(1) };
    assert_eq!(chosen(&field, &[], &vip), Err(Short::SoldOut), "seats and places are of the other category");
    let standard = chosen(&field, &[0, 1, 2], &Wish { category: Some(1), ..wish(2) }).unwrap();
    assert!(standard.seats.iter().all(|seat| *seat >= 3));
    assert_eq!(chosen(&field, &[], &Wish { accessible: 1, ..wish(1) }), Err(Short::SoldOut), "no place is accessible");
}

#[test]
fn the_more_others_choose_the_more_choices_there_are() {
    let (inventory, event) = (mixed_house(&[("floor", 400)]), some_event());
    let mut readings = Readings::none(event.lanes, lanes(&event, &inventory));
    let in_flight = HashSet::new();
    let spread = |readings: &Readings, conflicts| {
        House::new(&event, &inventory, readings, &in_flight, Moment(1)).spread(2, conflicts)
    };
    assert_eq!(spread(&readings, 0), 1, "who chooses alone gets the best");
    assert_eq!(spread(&readings, 2), CHOICE_GROWTH * CHOICE_GROWTH);
    readings.set_taken_by_others(64);
    assert_eq!(spread(&readings, 0), 33, "thirty-two holds of two are young");
}
