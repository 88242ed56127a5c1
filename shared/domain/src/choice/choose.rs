//! Chooses for a buyer: seats that have a number, places of areas, or both.

use super::best::Search;
use super::house::{Choice, House, Short};
use super::places;
use super::wish::Wish;

/// Chooses for a buyer.
///
/// - Where an area is named, any of its free places, drawn at random ([`places`]).
/// - Else the best seats that have a number (`best.rs`); where none are together but some that are kept for those who ask for
///   accessible seats, the places of the nearest area that has as many, and then those that are kept. Apart
///   (`together: false`), places make up what seats lack.
///
/// `conflicts` is how often a choice of this request was refused.
///
/// # Errors
/// There is nothing to choose.
pub fn choose(house: &House<'_>, wish: &Wish, conflicts: u32, rng: &mut fastrand::Rng) -> Result<Choice, Short> {
    if let Some(area) = wish.area {
        let seats = places::draw(house, area, wish.quantity, rng).ok_or(Short::SoldOut)?;
        return Ok(Choice { seats, together: true });
    }
    let spread = house.spread(wish.quantity, conflicts);
    let numbered = Search::new(house, wish.category);
    if wish.accessible > 0 || house.inventory.areas().is_empty() {
        return numbered.seats(wish, spread, rng);
    }
    if let Some(choice) = numbered.seats_but_kept_ones(wish, spread, rng) {
        return Ok(choice);
    }
    let areas = places::free_by_area(house, wish.category);
    if let Some((area, _)) = areas.iter().find(|(_, free)| *free >= wish.quantity) {
        let seats = places::draw(house, *area, wish.quantity, rng).ok_or(Short::SoldOut)?;
        return Ok(Choice { seats, together: true });
    }
    if let Ok(choice) = numbered.seats(wish, spread, rng) {
        return Ok(choice);
    }
    let places: usize = areas.iter().map(|(_, free)| free).sum();
    match (numbered.free() + places < wish.quantity, wish.together) {
        (true, _) => Err(Short::SoldOut),
        (false, true) => Err(Short::NotTogether),
        (false, false) => {
            let mut seats = match numbered.free().min(wish.quantity) {
                0 => Vec::new(),
                quantity => numbered.seats(&Wish { quantity, ..wish.clone() }, spread, rng)?.seats,
            };
            fill_up(house, &mut seats, wish.quantity, &areas, rng);
            Ok(Choice { seats, together: false })
        }
    }
}

/// Adds places of the nearest areas: the seats alone are too few.
fn fill_up(
    house: &House<'_>,
    seats: &mut Vec<u32>,
    quantity: usize,
    areas: &[(usize, usize)],
    rng: &mut fastrand::Rng,
) {
    for (area, free) in areas {
        let missing = quantity - seats.len();
        seats.extend(places::draw(house, *area, missing.min(*free), rng).unwrap_or_default());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "choose_tests.rs"]
mod tests;
