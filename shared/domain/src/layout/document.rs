//! Reads and checks the layout document that an admin publishes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::{Number, Value};

use super::fault::{Faults, cut, quoted};
use super::index::IdIndex;
use super::node::Node;
use super::section::Sections;
use super::table::Assembly;
use super::{Category, Layout, Parts, Point, Seat, SeatNumber, pretix};
use crate::limits;
use crate::limits::{CATEGORIES_MAX, PRICE_MAX};
use crate::name::{CategoryId, SeatId, one_form};

/// The largest whole number that every JSON client reads exactly.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The extent of a seat that does not say its own, and of those that a table brings.
pub(super) const SEAT_SIZE: Point = Point { x: 24.0, y: 24.0 };

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

/// The categories and where each id is among them.
#[derive(Debug, Default)]
pub(super) struct Categories {
    pub list: Vec<Category>,
    by_id: HashMap<String, u16>,
    /// Once an id could not be read, a seat's category cannot be said to be unknown.
    complete: bool,
}

impl Categories {
    fn read(node: Node<'_, '_>, faults: &mut Faults) -> Self {
        let mut categories = Self::default();
        let Some(len) = node.array(faults) else {
            return categories;
        };
        if len == 0 || len > CATEGORIES_MAX {
            let message = format_args!("must be 1 to {CATEGORIES_MAX} categories, found {len}");
            node.fault::<()>(message, faults);
            return categories;
        }
        categories.complete = true;
        for at in 0..len {
            categories.read_one(node.element(at), faults);
        }
        categories
    }

    fn read_one(&mut self, node: Node<'_, '_>, faults: &mut Faults) {
        if node.object(faults).is_none() {
            self.complete = false;
            return;
        }
        let id = node.field("id").id(CategoryId::parse, faults);
        let name = node.field("name").name(faults);
        let color = node.field("color").text(faults);
        let price = node.field("price").optional(|price| read_price(*price, faults));
        let Some(id) = id else {
            self.complete = false;
            return;
        };
        if self.by_id.contains_key(id.as_str()) {
            self.complete = false; // The seats may name what this one was meant to be.
            let message = format_args!("duplicate id {}", quoted(id.as_str()));
            node.field("id").fault::<()>(message, faults);
        }
        // A category with a fault is listed all the same: what refers to it is right.
        self.by_id.insert(id.as_str().to_owned(), self.list.len() as u16);
        self.list.push(Category {
            id,
            name: name.unwrap_or_default().to_owned(),
            color: color.unwrap_or_default().to_owned(),
            price: price.flatten(),
        });
    }

    /// The category that a `categoryId` names.
    pub fn named(&self, node: Node<'_, '_>, faults: &mut Faults) -> Option<u16> {
        let id = node.string(faults)?;
        match self.by_id.get(one_form(id).as_ref()) {
            Some(&category) => Some(category),
            None if !self.complete => None,
            None => node.fault(format_args!("unknown category {}", quoted(id)), faults),
        }
    }

    /// The category of whatever may leave it out, because there is no other.
    pub fn only(&self) -> Option<u16> {
        (self.list.len() == 1).then_some(0)
    }

    /// False when a seat's category may be missing through no fault of the seat.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

fn read_price(node: Node<'_, '_>, faults: &mut Faults) -> Option<Number> {
    let price = node.number(faults)?;
    if !(0.0..=PRICE_MAX).contains(&price) {
        let message = format_args!("must be between 0 and 1000000000, found {price}");
        return node.fault(message, faults);
    }
    // Exact for every decimal of three places: the nearest float to n/1000 is what n/1000 computes.
    let thousandths = (price * 1000.0).round();
    if thousandths / 1000.0 != price {
        let message = format_args!("must have at most 3 decimals, found {price}");
        return node.fault(message, faults);
    }
    if price.fract() == 0.0 { Some(Number::from(price as u64)) } else { Number::from_f64(price) }
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

/// The seats that the document lists itself.
#[derive(Debug)]
pub(super) struct Listed<'v> {
    pub seats: Vec<Seat>,
    pub by_id: IdIndex,
    pub companions: Vec<Companion<'v>>,
    /// Ids of seats that have a fault: whoever refers to them has none.
    pub faulty: HashSet<Cow<'v, str>>,
}

/// A seat that goes with another, which may be listed later.
#[derive(Debug)]
pub(super) struct Companion<'v> {
    /// The place in the document.
    pub at: usize,
    pub id: SeatId,
    pub of: Cow<'v, str>,
}

impl<'v> Listed<'v> {
    pub fn with_room_for(len: usize) -> Self {
        Self {
            seats: Vec::with_capacity(len),
            by_id: IdIndex::with_room_for(len),
            companions: Vec::new(),
            faulty: HashSet::new(),
        }
    }

    /// Adds a seat unless its id, which stands in the field `id` of the node, is taken.
    pub fn push(
        &mut self,
        (seat, companion): (Seat, Option<&'v str>),
        id: &str,
        at: usize,
        node: Node<'_, '_>,
        faults: &mut Faults,
    ) {
        if let Some(of) = companion {
            let id = seat.id.clone();
            self.companions.push(Companion { at, id, of: one_form(of) });
        }
        self.seats.push(seat);
        let seats = &self.seats;
        let inserted = self.by_id.insert(seats.len() - 1, |at| seats[at].id.as_str());
        if inserted.is_err() {
            let seat = self.seats.pop().map(|seat| seat.id.to_string());
            let message = format_args!("duplicate id {}", quoted(&seat.unwrap_or_default()));
            node.field(id).fault::<()>(message, faults);
        }
    }
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
