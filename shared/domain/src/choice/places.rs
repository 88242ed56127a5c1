//! Places of an area: any of them is as good as another, so they are drawn at random. Who wants several gets a run of free
//! places from a random start: of 1,000 that are free, two runs of 40 share one in 8 cases of 100, two draws of 40 single
//! places in 80, and each shared place costs one of the two buyers another transaction. No counter exists that could be
//! wrong: the free places that were read are counted each time.

use super::house::House;
use crate::inventory::Area;

/// That many free places of an area; none where fewer look free.
pub fn draw(house: &House<'_>, area: usize, quantity: usize, rng: &mut fastrand::Rng) -> Option<Vec<u32>> {
    let free: Vec<u32> = free_places(house, house.inventory.areas().get(area)?).collect();
    (free.len() >= quantity).then(|| {
        let start = rng.usize(..free.len().max(1));
        free.iter().cycle().skip(start).take(quantity).copied().collect()
    })
}

/// How many places of an area look free.
#[must_use]
pub fn free(house: &House<'_>, area: usize) -> usize {
    house.inventory.areas().get(area).map_or(0, |area| free_places(house, area).count())
}

/// The areas, of a category where one is named, that have free places, the nearest first: each by its index, with how many.
pub(super) fn free_by_area(house: &House<'_>, category: Option<u16>) -> Vec<(usize, usize)> {
    let nearness = house.inventory.nearness();
    let areas = house.inventory.areas().iter().enumerate();
    let wanted = areas.filter(|(_, area)| category.is_none_or(|category| area.category == category));
    let counted = wanted.map(|(at, area)| (at, free_places(house, area).count()));
    let mut areas: Vec<(usize, usize)> = counted.filter(|(_, free)| *free > 0).collect();
    areas.sort_by(|a, b| nearness.of_area(a.0).total_cmp(&nearness.of_area(b.0)));
    areas
}

fn free_places(house: &House<'_>, area: &Area) -> impl Iterator<Item = u32> {
    area.places.clone().filter(|place| house.is_free(*place))
}
