//! Reads and checks the layout document that an admin publishes.

use serde_json::Value;

use super::categories::Categories;
use super::fault::{Faults, cut};
use super::listed::{Listed, SEAT_SIZE};
use super::node::Node;
use super::section::Sections;
use super::table::Assembly;
use super::{Layout, Parts, Point, Seat, SeatNumber, pretix};
use crate::limits;
use crate::name::{SeatId, one_form};

/// The largest whole number that every JSON client reads exactly.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

const FIELDS: [&str; 9] = ["id", "name", "canvasW", "canvasH", "categories", "seats", "items", "areas", "focus"];

impl Layout {
    /// Checks a whole document, or a pretix seating plan (recognised by its `zones`).
    ///
    /// # Errors
    /// Every fault is counted and the first ten are named with their paths.
    pub fn from_document(document: &Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let root = Node::root(document);
        let parts =
            if root.field("zones").is_given() { pretix::read(root, &mut faults) } else { read(root, &mut faults) };
        if let Some(parts) = &parts {
            check_labels(&parts.seats, &mut faults);
        }
        match parts {
            Some(parts) if faults.total == 0 => Ok(Self::from_parts(parts)),
            _ => Err(faults),
        }
    }
}

/// A row's or table's label is said once and stands on each of its seats, so a document may make more of them than the
/// stored form can hold.
fn check_labels(seats: &[Seat], faults: &mut Faults) {
    let bytes =
        |seat: &Seat| seat.row_label.as_ref().map_or(0, String::len) + seat.label.as_ref().map_or(0, String::len);
    let most = limits::LAYOUT_LABEL_BYTES_MAX;
    let all: usize = seats.iter().map(bytes).sum();
    if all > most {
        faults
            .add("$", format_args!("the labels of all seats and their rows must be at most {most} bytes, found {all}"));
    }
}

/// A field that is not read at the top is most likely a misspelt one; inside seats and items it may be a client's own.
fn refuse_unknown(root: Node<'_, '_>, faults: &mut Faults) -> Option<()> {
    root.object(faults)?;
    for name in root.names().filter(|name| !FIELDS.contains(name)) {
        faults.add(cut(name), "unknown field");
    }
    Some(())
}

fn read(root: Node<'_, '_>, faults: &mut Faults) -> Option<Parts> {
    refuse_unknown(root, faults)?;
    let id = root.field("id").optional(|id| id.string(faults));
    let name = root.field("name").name(faults);
    let canvas_w = root.field("canvasW").length(faults);
    let canvas_h = root.field("canvasH").length(faults);
    let focus = root.field("focus").optional(|focus| focus.point(faults));
    refuse_areas(root.field("areas"), faults);
    let categories = Categories::read(root.field("categories"), faults);
    let (seats, items) = read_seats(root, &categories, faults)?;
    id?; // Only the path of the request names a layout; what the document says is checked, then dropped.
    Some(Parts {
        name: name?.to_owned(),
        canvas: Point { x: canvas_w?, y: canvas_h? },
        categories: categories.list,
        seats,
        items,
        focus: focus?,
    })
}

fn refuse_areas(areas: Node<'_, '_>, faults: &mut Faults) {
    if areas.is_given() && areas.array(faults).is_some_and(|len| len > 0) {
        areas.fault::<()>("areas are not available in this version", faults);
    }
}

fn read_seats(
    root: Node<'_, '_>,
    categories: &Categories,
    faults: &mut Faults,
) -> Option<(Vec<Seat>, Vec<super::Item>)> {
    let seats = root.field("seats");
    let len = if seats.is_given() || !root.field("items").is_given() {
        seats.array(faults)?
    } else {
        0 // A hall of tables lists no seats.
    };
    if len > limits::LAYOUT_SEATS_MAX {
        let message = format_args!("must be at most {} seats, found {len}", limits::LAYOUT_SEATS_MAX);
        return seats.fault(message, faults);
    }
    let (mut listed, mut sections) = (Listed::with_room_for(len), Sections::default());
    for at in 0..len {
        let node = seats.element(at);
        match read_seat(node, categories, &mut sections, faults) {
            Some(seat) => listed.push(seat, "id", at, node, faults),
            None => listed.faulty.extend(node.field("id").as_str().map(one_form)),
        }
    }
    let mut assembly = Assembly::new(listed);
    assembly.read_items(root.field("items"), categories, faults);
    assembly.finish(seats, faults)
}

fn read_seat<'v>(
    node: Node<'v, '_>,
    categories: &Categories,
    sections: &mut Sections,
    faults: &mut Faults,
) -> Option<(Seat, Option<&'v str>)> {
    node.object(faults)?;
    let id = node.field("id").id(SeatId::parse, faults);
    let position = node.field("position").point(faults);
    let size = node.field("size").optional(|node| node.size(faults));
    let category = categories.named(node.field("categoryId"), faults);
    let rotation = node.field("rotation").optional(|node| node.coordinate(faults));
    let section = node.field("section").optional(|node| node.text(faults));
    let row_label = node.field("rowLabel").optional(|node| node.text(faults));
    let seat_number = node.field("seatNumber").optional(|node| read_seat_number(*node, faults));
    let label = node.field("label").optional(|node| node.text(faults));
    let accessible = node.field("accessible").optional(|node| node.boolean(faults));
    let companion = node.field("companionOf").optional(|node| node.string(faults));
    let seat = Seat {
        id: id?,
        position: position?,
        size: size?.unwrap_or(SEAT_SIZE),
        category: category?,
        rotation: rotation?.unwrap_or(0.0),
        section: section?.filter(|section| !section.is_empty()).map(|section| sections.of(section)),
        row_label: row_label?.map(str::to_owned),
        seat_number: seat_number?,
        label: label?.filter(|label| !label.is_empty()).map(str::to_owned),
        accessible: accessible?.unwrap_or(false),
        companion_of: None,
        table: None,
    };
    Some((seat, companion?))
}

fn read_seat_number(node: Node<'_, '_>, faults: &mut Faults) -> Option<SeatNumber> {
    if node.as_str().is_some() {
        return Some(SeatNumber::Text(node.text(faults)?.to_owned()));
    }
    let number = node.number(faults)?;
    if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
        Some(SeatNumber::Whole(number as i64))
    } else {
        let message = format_args!("must be a whole number or a string, found {number}");
        node.fault(message, faults)
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
