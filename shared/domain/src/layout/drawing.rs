//! How a venue is drawn: places, shapes, colours. Nothing in it decides what is sold, to whom, or for how much.

use crate::name::TableId;

/// The extent of a seat that does not say its own, and of those that a table brings.
pub(super) const SEAT_SIZE: Point = Point { x: 24.0, y: 24.0 };

/// A place on the canvas or an extent, in the layout's own units (pixels in the examples).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right, or the width.
    pub x: f64,
    /// Downwards, or the height.
    pub y: f64,
}

impl Point {
    /// The place that lies this far from here. Offsets are decimals of a few places; their sums should be, too.
    pub(super) fn offset_by(self, offset: Self) -> Self {
        let sum = |a: f64, b: f64| ((a + b) * 1000.0).round() / 1000.0 + 0.0;
        Self { x: sum(self.x, offset.x), y: sum(self.y, offset.y) }
    }
}

/// Where a seat is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The top left corner.
    pub position: Point,
    /// Width and height, both above zero.
    pub size: Point,
    /// Degrees clockwise, about the middle.
    pub rotation: f64,
}

impl Place {
    /// The middle of the seat, about which it is turned.
    pub(super) fn middle(&self) -> Point {
        Point { x: self.position.x + self.size.x / 2.0, y: self.position.y + self.size.y / 2.0 }
    }
}

/// A rectangle on the canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// The top left corner.
    pub position: Point,
    /// Width and height, both above zero.
    pub size: Point,
}

impl Extent {
    /// Its middle.
    pub(super) fn middle(&self) -> Point {
        Point { x: self.position.x + self.size.x / 2.0, y: self.position.y + self.size.y / 2.0 }
    }
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// May have seats, which can be held as a whole.
    Table,
    /// Only drawn.
    Shape,
}

/// A table or a shape, as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique among the items.
    pub id: TableId,
    /// Table or shape.
    pub kind: ItemKind,
    /// The top left corner before rotation.
    pub pos: Point,
    /// Width and height, both above zero.
    pub size: Point,
    /// Degrees clockwise, about the middle.
    pub rot: f64,
    /// What is written on it.
    pub lbl: Option<String>,
    /// How it is drawn, such as `round`.
    pub shp: Option<String>,
    /// Index of the category that it is published with, among the inventory's.
    pub category: Option<u16>,
    /// Index of the table that it shows, among the inventory's; none for a shape, or a table without seats.
    pub table: Option<u32>,
}

/// All that is drawn. Places, colours and areas stand in the order of the inventory's seats, categories and areas; the
/// places of an area are not drawn one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What people call the venue.
    pub name: String,
    /// Width and height, both above zero.
    pub canvas: Point,
    /// Where the best view is, if the document says so.
    pub focus: Option<Point>,
    /// A CSS colour for each category, as it was published.
    pub colors: Vec<String>,
    /// Where each seat is that has a number.
    pub places: Vec<Place>,
    /// Tables and shapes in the document's order.
    pub items: Vec<Item>,
    /// Where each area is.
    pub areas: Vec<Extent>,
}
