//! Reads the areas of a layout document, whose places are sold by their number.

use super::categories::Categories;
use super::drawing::{Extent, Point};
use super::fault::{Faults, quoted};
use super::node::Node;
use crate::inventory::place::{named_place, place_id};
use crate::inventory::{Area, IdIndex, Seat};
use crate::limits::{AREAS_MAX, LAYOUT_SEATS_MAX};
use crate::name::{AreaId, one_form};
use std::collections::HashMap;

/// The areas of a document, and where each is drawn.
#[derive(Debug, Default)]
pub(super) struct Areas {
    pub list: Vec<Area>,
    pub shapes: Vec<Extent>,
}

/// Reads the areas of a document that has these seats besides. Their places follow the seats.
pub(super) fn read(node: Node<'_, '_>, categories: &Categories, seats: &[Seat], faults: &mut Faults) -> Option<Areas> {
    let len = node.optional(|areas| areas.array(faults))?.unwrap_or_default();
    if len > AREAS_MAX {
        return node.fault(format_args!("must be at most {AREAS_MAX} areas, found {len}"), faults);
    }
    let (mut areas, mut by_id, mut end) = (Areas::default(), IdIndex::with_room_for(len), seats.len());
    for at in 0..len {
        let node = node.element(at);
        let Some((area, capacity, shape)) = read_one(node, categories, faults) else { continue };
        end += capacity;
        if end > LAYOUT_SEATS_MAX {
            let message = format_args!("more than {LAYOUT_SEATS_MAX} seats with the places of the areas");
            return node.field("capacity").fault(message, faults);
        }
        areas.list.push(Area { places: (end - capacity) as u32..end as u32, ..area });
        areas.shapes.push(shape);
        let list = &areas.list;
        if by_id.insert(list.len() - 1, |at| list[at].id.as_str()).is_err() {
            let id = areas.list.pop().map(|area| area.id.to_string()).unwrap_or_default();
            node.field("id").fault::<()>(format_args!("duplicate id {}", quoted(&id)), faults);
        }
    }
    // Every read area is listed here, or a fault was noted.
    if areas.list.len() == len {
        check_places(node, &areas.list, seats, faults);
    }
    Some(areas)
}

/// No seat may have the id of a place.
fn check_places(node: Node<'_, '_>, areas: &[Area], seats: &[Seat], faults: &mut Faults) {
    let by_id: HashMap<&str, usize> = areas.iter().enumerate().map(|(at, area)| (area.id.as_str(), at)).collect();
    for seat in seats {
        let form = one_form(seat.id.as_str());
        let Some((area, number)) = named_place(&form) else { continue };
        let at = by_id.get(area).copied();
        if let Some(at) = at.filter(|at| areas.get(*at).is_some_and(|area| number < area.capacity())) {
            let message = format_args!("has a place with the id of a seat, {}", quoted(seat.id.as_str()));
            node.element(at).fault::<()>(message, faults);
        }
    }
}

fn read_one(node: Node<'_, '_>, categories: &Categories, faults: &mut Faults) -> Option<(Area, usize, Extent)> {
    node.object(faults)?;
    let id = node.field("id").id(AreaId::parse, faults);
    let name = node.field("name").name(faults);
    let category = categories.named(node.field("categoryId"), faults);
    let capacity = read_capacity(node.field("capacity"), faults);
    let shape = read_shape(node.field("shape"), faults);
    let (id, capacity) = (id?, capacity?);
    if place_id(&id, capacity - 1).is_err() {
        return node.field("id").fault("is too long: its places have ids of place_, this id, _ and a number", faults);
    }
    let area = Area { id, name: name?.to_owned(), category: category?, places: 0..0 };
    Some((area, capacity, shape?))
}

fn read_capacity(node: Node<'_, '_>, faults: &mut Faults) -> Option<usize> {
    let capacity = node.number(faults)?;
    if capacity.fract() == 0.0 && (1.0..=LAYOUT_SEATS_MAX as f64).contains(&capacity) {
        Some(capacity as usize)
    } else {
        node.fault(format_args!("must be a whole number from 1 to {LAYOUT_SEATS_MAX}, found {capacity}"), faults)
    }
}

fn read_shape(node: Node<'_, '_>, faults: &mut Faults) -> Option<Extent> {
    node.object(faults)?;
    let x = node.field("x").coordinate(faults);
    let y = node.field("y").coordinate(faults);
    let width = node.field("width").length(faults);
    let height = node.field("height").length(faults);
    Some(Extent { position: Point { x: x?, y: y? }, size: Point { x: width?, y: height? } })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "area_tests.rs"]
mod tests;
