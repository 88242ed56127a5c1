//! Tables bring their seats along: names, places around the table, and what a listed seat of that name changes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use super::categories::Categories;
use super::drawing::{Item, ItemKind, Place, Point, SEAT_SIZE};
use super::fault::{Faults, quoted};
use super::listed::{Companion, Listed, PlacedSeat};
use super::node::Node;
use crate::inventory::{IdIndex, Seat, SeatNumber, Table};
use crate::limits;
use crate::name::{SeatId, TableId};

/// Puts listed seats and the seats of tables into one list in which every table's seats lie together.
#[derive(Debug)]
pub(super) struct Assembly<'v> {
    /// `None` once a table has claimed the seat.
    listed: Vec<Option<PlacedSeat>>,
    listed_by_id: IdIndex,
    companions: Vec<Companion<'v>>,
    faulty: HashSet<Cow<'v, str>>,
    at_tables: Vec<PlacedSeat>,
    claimed: usize,
    /// Their seats by their indexes in `at_tables`, until all are known.
    tables: Vec<Table>,
    items: Vec<Item>,
}

/// The seats of a layout, their places, and the tables and shapes around them.
pub(super) struct Seating {
    pub seats: Vec<Seat>,
    pub places: Vec<Place>,
    pub tables: Vec<Table>,
    pub items: Vec<Item>,
}

impl<'v> Assembly<'v> {
    pub fn new(listed: Listed<'v>) -> Self {
        Self {
            listed: listed.seats.into_iter().map(Some).collect(),
            listed_by_id: listed.by_id,
            companions: listed.companions,
            faulty: listed.faulty,
            at_tables: Vec::new(),
            claimed: 0,
            tables: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Reads every item and makes the seats of the tables among them.
    pub fn read_items(&mut self, items: Node<'_, '_>, categories: &Categories, faults: &mut Faults) {
        let Some(Some(len)) = items.optional(|items| items.array(faults)) else {
            return;
        };
        let mut by_id = IdIndex::with_room_for(len);
        for at in 0..len {
            let node = items.element(at);
            let Some((item, sc)) = read_item(node, categories, faults) else {
                continue;
            };
            self.items.push(item);
            let known = &self.items;
            if by_id.insert(known.len() - 1, |at| known[at].id.as_str()).is_err() {
                let id = self.items.pop().map(|item| item.id.as_str().to_owned());
                let message = format_args!("duplicate id {}", quoted(&id.unwrap_or_default()));
                node.field("id").fault::<()>(message, faults);
            } else if self.seat_the_last_item(sc, node, categories, faults).is_none() {
                return;
            }
        }
    }

    /// `None` when there are so many seats that reading on has no sense.
    fn seat_the_last_item(
        &mut self,
        sc: u32,
        node: Node<'_, '_>,
        categories: &Categories,
        faults: &mut Faults,
    ) -> Option<()> {
        let mut item = self.items.pop()?;
        let first = self.at_tables.len() as u32;
        for n in 0..sc {
            let id = format!("seat_{}_{n}", item.id);
            let seat = match self.claim(&id) {
                Some(seat) => Some(seat),
                None => new_seat(&id, (n, sc), &mut item, node, categories, faults),
            };
            let Some(seat) = seat else {
                break; // One fault says it for the whole table.
            };
            self.at_tables.push(seat);
        }
        if sc > 0 {
            item.table = Some(self.tables.len() as u32);
            self.tables.push(Table { id: item.id.clone(), seats: first..self.at_tables.len() as u32 });
        }
        self.items.push(item);
        if self.len() > limits::LAYOUT_SEATS_MAX {
            let message = format_args!("more than {} seats with those of the tables", limits::LAYOUT_SEATS_MAX);
            return node.field("sc").fault(message, faults);
        }
        Some(())
    }

    fn claim(&mut self, id: &str) -> Option<PlacedSeat> {
        let listed = &self.listed;
        let id_at = |at: usize| listed[at].as_ref().map_or("", |placed: &PlacedSeat| placed.seat.id.as_str());
        let at = self.listed_by_id.find(id, id_at)?;
        self.claimed += 1;
        self.listed[at as usize].take()
    }

    fn len(&self) -> usize {
        self.listed.len() - self.claimed + self.at_tables.len()
    }

    /// The layout's seats, places, tables and items; `seats` is the document's list, for the paths of what is wrong with it.
    pub fn finish(self, seats: Node<'_, '_>, faults: &mut Faults) -> Option<Seating> {
        let offset = (self.listed.len() - self.claimed) as u32;
        let mut all: Vec<PlacedSeat> = self.listed.into_iter().flatten().collect();
        all.extend(self.at_tables);
        let (mut all, places) = PlacedSeat::part(all);
        let mut tables = self.tables;
        for table in &mut tables {
            table.seats = table.seats.start + offset..table.seats.end + offset;
        }
        let companions = self.companions.iter();
        let companions = companions.filter(|companion| !self.faulty.contains(&companion.of));
        resolve(&mut all, companions, seats, faults);
        Some(Seating { seats: all, places, tables, items: self.items })
    }
}

/// Turns the names in `companionOf` into indexes, once every seat is known.
fn resolve<'c>(
    all: &mut [Seat],
    companions: impl Iterator<Item = &'c Companion<'c>>,
    seats: Node<'_, '_>,
    faults: &mut Faults,
) {
    let mut companions = companions.peekable();
    if companions.peek().is_none() {
        return;
    }
    let by_id = IdIndex::of(all.len(), |at| all[at].id.as_str());
    for Companion { at, id, of } in companions {
        let node = seats.element(*at);
        let place_of = |id: &str| by_id.find(id, |at| all[at].id.as_str());
        match (place_of(id.as_str()), place_of(of)) {
            (_, None) => {
                let message = format_args!("unknown seat {}", quoted(of));
                node.field("companionOf").fault::<()>(message, faults);
            }
            (seat, of) if seat == of => {
                node.field("companionOf").fault::<()>("must be another seat", faults);
            }
            (Some(seat), of) => all[seat as usize].companion_of = of,
            (None, _) => {} // Its id was a duplicate, which is a fault already.
        }
    }
}

/// The item, and how many seats it has.
fn read_item(node: Node<'_, '_>, categories: &Categories, faults: &mut Faults) -> Option<(Item, u32)> {
    node.object(faults)?;
    let id = node.field("id").id(TableId::parse, faults);
    let kind = read_kind(node.field("type"), faults);
    let pos = node.field("pos").point(faults);
    let size = node.field("size").size(faults);
    let rot = node.field("rot").optional(|node| node.coordinate(faults));
    let lbl = node.field("lbl").optional(|node| node.text(faults));
    let shp = node.field("shp").optional(|node| node.text(faults));
    let sc = match kind {
        Some(ItemKind::Table) => node.field("sc").optional(|node| read_count(*node, faults)),
        Some(ItemKind::Shape) | None => Some(None),
    };
    let category = node.field("categoryId").optional(|node| categories.named(*node, faults));
    let item = Item {
        id: id?,
        kind: kind?,
        pos: pos?,
        size: size?,
        rot: rot?.unwrap_or(0.0),
        lbl: lbl?.map(str::to_owned),
        shp: shp?.map(str::to_owned),
        category: category?,
        table: None,
    };
    Some((item, sc?.unwrap_or(0)))
}

fn read_kind(node: Node<'_, '_>, faults: &mut Faults) -> Option<ItemKind> {
    match node.string(faults)? {
        "table" => Some(ItemKind::Table),
        "shape" => Some(ItemKind::Shape),
        other => {
            let message = format_args!("must be \"table\" or \"shape\", found {}", quoted(other));
            node.fault(message, faults)
        }
    }
}

fn read_count(node: Node<'_, '_>, faults: &mut Faults) -> Option<u32> {
    let count = node.number(faults)?;
    let most = limits::TABLE_SEATS_MAX;
    if count.fract() == 0.0 && (1.0..=f64::from(most)).contains(&count) {
        Some(count as u32)
    } else {
        // A table is held whole, so it cannot have more seats than one hold.
        let message = format_args!("must be a whole number from 1 to {most}, found {count}");
        node.fault(message, faults)
    }
}

/// The n-th of a table's seats.
fn new_seat(
    id: &str,
    (n, sc): (u32, u32),
    item: &mut Item,
    node: Node<'_, '_>,
    categories: &Categories,
    faults: &mut Faults,
) -> Option<PlacedSeat> {
    let id = match SeatId::parse(id) {
        Ok(id) => Some(id),
        Err(message) => {
            let message = format_args!("gives the seat id {}, which {message}", quoted(id));
            node.field("id").fault(message, faults)
        }
    };
    item.category = item.category.or(categories.only());
    if item.category.is_none() && categories.is_complete() {
        let message = "is missing: its seats need a category, and there is more than one";
        node.field("categoryId").fault::<()>(message, faults);
    }
    let place = Place { position: position(item, (n, sc)), size: SEAT_SIZE, rotation: 0.0 };
    let seat = Seat {
        id: id?,
        category: item.category?,
        section: None,
        row_label: item.lbl.as_deref().map(Arc::from),
        seat_number: Some(SeatNumber::Whole(i64::from(n) + 1)),
        label: None,
        accessible: false,
        companion_of: None,
        table: None,
    };
    Some(PlacedSeat { seat, place })
}

/// The top left corner of a table's n-th seat: its middle lies half a seat outside the table's edge, so that it touches.
fn position(item: &Item, (n, sc): (u32, u32)) -> Point {
    let half = Point { x: (item.size.x + SEAT_SIZE.x) / 2.0, y: (item.size.y + SEAT_SIZE.y) / 2.0 };
    let share = f64::from(n) / f64::from(sc);
    let round = matches!(item.shp.as_deref(), Some("round" | "circle" | "ellipse"));
    let from_middle = if round {
        on_ellipse(half, share)
    } else {
        let half_a_gap = 0.5 / f64::from(sc);
        on_perimeter(half, share + half_a_gap)
    };
    let (sin, cos) = (item.rot * PI / 180.0).sin_cos();
    let Point { x, y } = from_middle;
    Point {
        x: hundredths(item.pos.x + item.size.x / 2.0 + x * cos - y * sin - SEAT_SIZE.x / 2.0),
        y: hundredths(item.pos.y + item.size.y / 2.0 + x * sin + y * cos - SEAT_SIZE.y / 2.0),
    }
}

/// The first at the top, then clockwise.
fn on_ellipse(half: Point, share: f64) -> Point {
    let (sin, cos) = (share * TAU).sin_cos();
    Point { x: half.x * sin, y: -half.y * cos }
}

/// Clockwise along the edge of a rectangle, from its top left corner.
fn on_perimeter(half: Point, share: f64) -> Point {
    let (width, height) = (half.x * 2.0, half.y * 2.0);
    let mut along = share * 2.0 * (width + height);
    for (length, corner, direction) in [
        (width, (-half.x, -half.y), (1.0, 0.0)),
        (height, (half.x, -half.y), (0.0, 1.0)),
        (width, (half.x, half.y), (-1.0, 0.0)),
        (height, (-half.x, half.y), (0.0, -1.0)),
    ] {
        if along < length {
            return Point { x: corner.0 + along * direction.0, y: corner.1 + along * direction.1 };
        }
        along -= length;
    }
    Point { x: -half.x, y: -half.y }
}

/// Sines have sixteen digits that nobody sees and every answer would carry.
fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
