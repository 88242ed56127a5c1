//! Imports a pretix seating plan (JSON, version 0.0.1).
//!
//! There, places are nested offsets (zone, row, seat), a seat's place is its middle, a category is known by its name
//! and has no price, and areas are drawings without a meaning. Fields that say nothing about geometry are ignored.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::drawing::{Drawing, Item, Place, Point};
use super::fault::{Faults, quoted};
use super::listed::{Listed, PlacedSeat};
use super::node::Node;
use super::{Said, pretix_area};
use crate::digest::Digest;
use crate::hex;
use crate::inventory::{Category, Parts, Seat, SeatNumber};
use crate::limits;
use crate::limits::CATEGORIES_MAX;
use crate::name::{CategoryId, SeatId, one_form};

/// What pretix draws a seat with that does not say its radius.
const RADIUS: f64 = 10.0;

/// A category without a colour is grey.
const COLOR: &str = "#9e9e9e";

/// The space that is left around seats when the plan does not say its size.
const MARGIN: f64 = 20.0;

/// Reads a plan. `None` only after a fault was noted.
pub(super) fn read(root: Node<'_, '_>, faults: &mut Faults) -> Option<Said> {
    let name = root.field("name").text(faults);
    let size = root.field("size").optional(|size| read_size(*size, faults));
    let Categories { list: categories, colors, by_name } = read_categories(root.field("categories"), faults);
    let mut plan = Plan {
        by_name,
        listed: Listed::with_room_for(count_seats(root.field("zones"), faults)?),
        items: Vec::new(),
        item_ids: HashSet::new(),
    };
    let zones = root.field("zones");
    for at in 0..zones.len() {
        plan.read_zone(zones.element(at), faults);
    }
    let (seats, places) = PlacedSeat::part(plan.listed.seats);
    if seats.is_empty() && faults.total == 0 {
        return zones.fault("must have at least one seat", faults);
    }
    let canvas = size?.flatten().unwrap_or_else(|| extent(&places));
    let drawing =
        Drawing { name: name?.to_owned(), canvas, focus: None, colors, places, items: plan.items, areas: Vec::new() };
    Some(Said { parts: Parts { categories, seats, tables: Vec::new(), areas: Vec::new() }, drawing })
}

/// The plan's size; none where it says one that nothing fits in, which pretix takes for a plan that does not know it.
fn read_size(node: Node<'_, '_>, faults: &mut Faults) -> Option<Option<Point>> {
    node.object(faults)?;
    let x = node.field("width").coordinate(faults);
    let y = node.field("height").coordinate(faults);
    let size = Point { x: x?, y: y? };
    Some((size.x > 0.0 && size.y > 0.0).then_some(size))
}

fn extent(places: &[Place]) -> Point {
    let most = |far_edge: fn(&Place) -> f64| {
        let edges = places.iter().map(far_edge);
        edges.fold(0.0, f64::max) + MARGIN
    };
    Point { x: most(|place| place.position.x + place.size.x), y: most(|place| place.position.y + place.size.y) }
}

/// Counts before anything is read, so that a plan which is too large costs nothing.
fn count_seats(zones: Node<'_, '_>, faults: &mut Faults) -> Option<usize> {
    let mut count = 0;
    for zone in 0..zones.array(faults)? {
        let zone = zones.element(zone);
        let rows = zone.field("rows");
        count += (0..rows.len()).map(|row| rows.element(row).field("seats").len()).sum::<usize>();
    }
    if count <= limits::LAYOUT_SEATS_MAX {
        return Some(count);
    }
    let message = format_args!("must have at most {} seats, found {count}", limits::LAYOUT_SEATS_MAX);
    zones.fault(message, faults)
}

/// The categories of a plan.
#[derive(Default)]
struct Categories<'v> {
    list: Vec<Category>,
    /// The colour of each.
    colors: Vec<String>,
    /// Which index each name has; none where a name could not be read.
    by_name: Option<HashMap<&'v str, u16>>,
}

/// A name that is listed twice is one category, as it is in pretix, and looks as it does there: as its first listing says.
fn read_categories<'v>(node: Node<'v, '_>, faults: &mut Faults) -> Categories<'v> {
    let Some(len) = node.array(faults) else {
        return Categories::default();
    };
    if len > CATEGORIES_MAX {
        let message = format_args!("must be at most {CATEGORIES_MAX} categories, found {len}");
        node.fault::<()>(message, faults);
        return Categories::default();
    }
    let (mut categories, mut colors): (Vec<Category>, Vec<String>) = Default::default();
    let mut by_name = HashMap::new();
    let mut complete = true;
    for at in 0..len {
        let node = node.element(at);
        let Some((name, color)) = read_category(node, faults) else {
            complete = false;
            continue;
        };
        if by_name.contains_key(name) {
            continue;
        }
        by_name.insert(name, categories.len() as u16);
        let Some(id) = node.field("name").id(category_id, faults) else {
            complete = false;
            continue;
        };
        if let Some(twin) = categories.iter().find(|category| category.id == id) {
            let message = format_args!("gets the id of the category {}; give it another name", quoted(&twin.name));
            node.field("name").fault::<()>(message, faults);
        }
        categories.push(Category { id, name: name.to_owned(), price: None });
        colors.push(color.to_owned());
    }
    Categories { list: categories, colors, by_name: complete.then_some(by_name) }
}

/// An id that follows from the name alone, so that whoever prices the category finds it after every import, whatever else
/// the plan lists by then. The digits tell names apart whose letters are alike.
fn category_id(name: &str) -> Result<CategoryId, String> {
    let digits = hex::encode(&Digest::of(&[name.as_bytes()]).0[..4]);
    CategoryId::parse(&format!("{}-{digits}", slug(&one_form(name))))
}

fn read_category<'v>(node: Node<'v, '_>, faults: &mut Faults) -> Option<(&'v str, &'v str)> {
    node.object(faults)?;
    let name = node.field("name").text(faults);
    let color = node.field("color").optional(|color| color.text(faults));
    Some((name?, color?.unwrap_or(COLOR)))
}

/// Letters and digits in lower case, anything else as one hyphen, cut: only for people, who read ids in prices and reports.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(limits::SLUG_CHARS_MAX).collect();
    if slug.is_empty() { "category".to_owned() } else { slug }
}

/// What has been read of the zones.
struct Plan<'v> {
    /// `None` when not every category could be read, so that none can be said to be unknown.
    by_name: Option<HashMap<&'v str, u16>>,
    listed: Listed<'v>,
    items: Vec<Item>,
    item_ids: HashSet<String>,
}

impl<'v> Plan<'v> {
    fn read_zone(&mut self, zone: Node<'v, '_>, faults: &mut Faults) {
        if zone.object(faults).is_none() {
            return;
        }
        let origin = zone.field("position").point(faults).unwrap_or_default();
        let name = zone.field("name").optional(|node| node.text(faults));
        let section = name.flatten().filter(|name| !name.is_empty()).map(Arc::from);
        let rows = zone.field("rows");
        for at in 0..rows.array(faults).unwrap_or(0) {
            self.read_row(rows.element(at), at, origin, section.as_ref(), faults);
        }
        let areas = zone.field("areas");
        for at in 0..areas.len() {
            let place = self.item_ids.len();
            let item = pretix_area::read(areas.element(at), origin, place, &mut self.item_ids);
            self.items.extend(item);
        }
    }

    fn read_row(&mut self, row: Node<'v, '_>, at: usize, zone: Point, section: Option<&Arc<str>>, faults: &mut Faults) {
        if row.object(faults).is_none() {
            return;
        }
        let offset = row.field("position").optional(|node| node.point(faults));
        let offset = offset.flatten().unwrap_or_default();
        let number = row.field("row_number").optional(|node| node.text(faults)).flatten();
        let row_label = read_template(row.field("row_label"), faults);
        let label = match row_label {
            Some(label) => filled(label, number, at, row.field("row_label"), faults),
            None => number.map(str::to_owned),
        };
        let row = Row {
            origin: zone.offset_by(offset),
            section: section.cloned(),
            label: label.filter(|label| !label.is_empty()).map(Arc::from),
            seat_label: read_template(row.field("seat_label"), faults),
            node: row,
            seats: row.field("seats"),
        };
        for at in 0..row.seats.array(faults).unwrap_or(0) {
            let node = row.seats.element(at);
            if let Some(seat) = self.read_seat(node, at, &row, faults) {
                self.listed.push((seat, None), "seat_guid", at, node, faults);
            }
        }
    }

    fn read_seat(&self, node: Node<'v, '_>, at: usize, row: &Row<'v, '_>, faults: &mut Faults) -> Option<PlacedSeat> {
        node.object(faults)?;
        let id = node.field("seat_guid").id(SeatId::parse, faults);
        let offset = node.field("position").point(faults);
        let radius = node.field("radius").optional(|node| node.coordinate(faults));
        let number = node.field("seat_number").optional(|node| node.text(faults));
        let category = self.category(node.field("category"), faults);
        let radius = radius?.filter(|radius| *radius > 0.0).unwrap_or(RADIUS);
        let number = number?;
        let label = row.seat_label.and_then(|label| filled(label, number, at, row.node.field("seat_label"), faults));
        let middle = row.origin.offset_by(offset?);
        let place = Place {
            position: middle.offset_by(Point { x: -radius, y: -radius }),
            size: Point { x: radius * 2.0, y: radius * 2.0 },
            rotation: 0.0,
        };
        let seat = Seat {
            id: id?,
            category: category?,
            section: row.section.clone(),
            row_label: row.label.clone(),
            seat_number: number.and_then(seat_number),
            label,
            accessible: false,
            companion_of: None,
            table: None,
        };
        Some(PlacedSeat { seat, place })
    }

    fn category(&self, node: Node<'v, '_>, faults: &mut Faults) -> Option<u16> {
        let name = node.string(faults)?;
        let by_name = self.by_name.as_ref()?;
        match by_name.get(name) {
            Some(&category) => Some(category),
            None => node.fault(format_args!("unknown category {}", quoted(name)), faults),
        }
    }
}

struct Row<'v, 'p> {
    origin: Point,
    section: Option<Arc<str>>,
    label: Option<Arc<str>>,
    seat_label: Option<&'v str>,
    node: Node<'v, 'p>,
    seats: Node<'v, 'p>,
}

/// How rows or seats are called in text; an empty template is none, as in pretix.
fn read_template<'v>(node: Node<'v, '_>, faults: &mut Faults) -> Option<&'v str> {
    node.optional(|node| node.text(faults)).flatten().filter(|template| !template.is_empty())
}

/// A template with the number in each place that it leaves for it, as pretix fills it; where there is no number, with the
/// place in the list.
fn filled(template: &str, number: Option<&str>, at: usize, node: Node<'_, '_>, faults: &mut Faults) -> Option<String> {
    const PLACE: &str = "%s";
    let place = at.to_string();
    let number = number.unwrap_or(&place);
    let (places, most) = (template.matches(PLACE).count(), limits::TEXT_CHARS_MAX);
    // Counted before it is made: a plan may have this done for each of its seats.
    if template.chars().count() + places * number.chars().count() > most + places * PLACE.len() {
        return node.fault(format_args!("must have at most {most} characters once it is filled in"), faults);
    }
    Some(template.replace(PLACE, number))
}

/// Pretix writes every number as a string; what reads back as the same whole number is one.
fn seat_number(text: &str) -> Option<SeatNumber> {
    if text.is_empty() {
        return None;
    }
    let whole = text.parse::<i32>().ok();
    Some(match whole.filter(|whole| whole.to_string() == text) {
        Some(whole) => SeatNumber::Whole(i64::from(whole)),
        None => SeatNumber::Text(text.to_owned()),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "pretix_tests.rs"]
mod tests;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "pretix_schema_tests.rs"]
mod schema_tests;
