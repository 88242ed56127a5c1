//! Chooses for a buyer: seats that have a number, places of areas, or both.

use super::house::{Choice, House, Short};
use super::wish::Wish;
use super::{best, places};

/// Chooses for a buyer.
///
/// - Where an area is named, any of its free places, drawn at random ([`places`]).
/// - Else the best seats that have a number ([`best`]); where none are together but some that are kept for those who ask for
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
    if wish.accessible > 0 || house.inventory.areas().is_empty() {
        return best::seats(house, wish, spread, rng);
    }
    if let Some(choice) = best::seats_but_kept_ones(house, wish, spread, rng) {
        return Ok(choice);
    }
    let areas = places::free_by_area(house, wish.category);
    if let Some((area, _)) = areas.iter().find(|(_, free)| *free >= wish.quantity) {
        let seats = places::draw(house, *area, wish.quantity, rng).ok_or(Short::SoldOut)?;
        return Ok(Choice { seats, together: true });
    }
    if let Ok(choice) = best::seats(house, wish, spread, rng) {
        return Ok(choice);
    }
    let numbered = best::free(house, wish.category);
    let places: usize = areas.iter().map(|(_, free)| free).sum();
    match (numbered + places < wish.quantity, wish.together) {
        (true, _) => Err(Short::SoldOut),
        (false, true) => Err(Short::NotTogether),
        (false, false) => mixed(house, wish, spread, &areas, rng),
    }
}

/// All free seats, and places of the nearest areas for the rest: the seats alone are too few.
fn mixed(
    house: &House<'_>,
    wish: &Wish,
    spread: usize,
    areas: &[(usize, usize)],
    rng: &mut fastrand::Rng,
) -> Result<Choice, Short> {
    let numbered = best::free(house, wish.category).min(wish.quantity);
    let mut seats = match numbered {
        0 => Vec::new(),
        quantity => best::seats(house, &Wish { quantity, ..wish.clone() }, spread, rng)?.seats,
    };
    for (area, free) in areas {
        let missing = wish.quantity - seats.len();
        seats.extend(places::draw(house, *area, missing.min(*free), rng).unwrap_or_default());
    }
    Ok(Choice { seats, together: false })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "choose_tests.rs"]
mod tests;
