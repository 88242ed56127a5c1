//! Reads and checks the layout document that an admin publishes.

use serde_json::Value;

use super::categories::Categories;
use super::drawing::{Drawing, Place, Point, SEAT_SIZE};
use super::fault::{Faults, cut};
use super::listed::{Listed, PlacedSeat};
use super::node::Node;
use super::shared_name::SharedNames;
use super::table::{Assembly, Seating};
use super::{Layout, Said, area, pretix};
use crate::inventory::{Parts, Seat, SeatNumber};
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
        let said =
            if root.field("zones").is_given() { pretix::read(root, &mut faults) } else { read(root, &mut faults) };
        if let Some(said) = &said {
            check_labels(&said.parts.seats, &mut faults);
        }
        match said.filter(|_| faults.total == 0).map(Self::of) {
            Some(Ok(layout)) => Ok(layout),
            Some(Err(why)) => {
                faults.add("$", why);
                Err(faults)
            }
            None => Err(faults),
        }
    }
}

/// A row's or table's label is said once and stands on each of its seats wherever they are listed, so a document may make far
/// more of them than it has bytes itself.
fn check_labels(seats: &[Seat], faults: &mut Faults) {
    let len = |label: Option<&str>| label.map_or(0, str::len);
    let bytes = |seat: &Seat| len(seat.row_label.as_deref()) + len(seat.label.as_deref());
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

fn read(root: Node<'_, '_>, faults: &mut Faults) -> Option<Said> {
    refuse_unknown(root, faults)?;
    let id = root.field("id").optional(|id| id.string(faults));
    let name = root.field("name").name(faults);
    let canvas_w = root.field("canvasW").length(faults);
    let canvas_h = root.field("canvasH").length(faults);
    let focus = root.field("focus").optional(|focus| focus.point(faults));
    let categories = Categories::read(root.field("categories"), faults);
    let seating = read_seats(root, &categories, faults)?;
    let areas = area::read(root.field("areas"), &categories, &seating.seats, faults)?;
    if seating.seats.is_empty() && areas.list.is_empty() && faults.total == 0 {
        return root.field("seats").fault("must be at least one seat, or a table with seats, or an area", faults);
    }
    id?; // Only the path of the request names a layout; what the document says is checked, then dropped.
    let drawing = Drawing {
        name: name?.to_owned(),
        canvas: Point { x: canvas_w?, y: canvas_h? },
        focus: focus?,
        colors: categories.colors,
        places: seating.places,
        items: seating.items,
        areas: areas.shapes,
    };
    let parts = Parts { categories: categories.list, seats: seating.seats, tables: seating.tables, areas: areas.list };
    Some(Said { parts, drawing })
}

fn read_seats(root: Node<'_, '_>, categories: &Categories, faults: &mut Faults) -> Option<Seating> {
    let seats = root.field("seats");
    let has_others = ["items", "areas"].into_iter().any(|field| root.field(field).is_given());
    let len = if seats.is_given() || !has_others {
        seats.array(faults)?
    } else {
        0 // A hall of tables lists no seats, nor does a field where everybody stands.
    };
    if len > limits::LAYOUT_SEATS_MAX {
        let message = format_args!("must be at most {} seats, found {len}", limits::LAYOUT_SEATS_MAX);
        return seats.fault(message, faults);
    }
    let (mut listed, mut names) = (Listed::with_room_for(len), Names::default());
    for at in 0..len {
        let node = seats.element(at);
        match read_seat(node, categories, &mut names, faults) {
            Some(seat) => listed.push(seat, "id", at, node, faults),
            None => listed.faulty.extend(node.field("id").as_str().map(one_form)),
        }
    }
    let mut assembly = Assembly::new(listed);
    assembly.read_items(root.field("items"), categories, faults);
    assembly.finish(seats, faults)
}

/// What seats share with those beside them.
#[derive(Default)]
struct Names {
    sections: SharedNames,
    rows: SharedNames,
}

fn read_seat<'v>(
    node: Node<'v, '_>,
    categories: &Categories,
    names: &mut Names,
    faults: &mut Faults,
) -> Option<(PlacedSeat, Option<&'v str>)> {
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
    let place = Place { position: position?, size: size?.unwrap_or(SEAT_SIZE), rotation: rotation?.unwrap_or(0.0) };
    let seat = Seat {
        id: id?,
        category: category?,
        section: section?.filter(|section| !section.is_empty()).map(|section| names.sections.of(section)),
        row_label: row_label?.map(|label| names.rows.of(label)),
        seat_number: seat_number?,
        label: label?.filter(|label| !label.is_empty()).map(str::to_owned),
        accessible: accessible?.unwrap_or(false),
        companion_of: None,
        table: None,
    };
    Some((PlacedSeat { seat, place }, companion?))
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
