//! Areas of a pretix seating plan: stages, bars, labels. Drawings only, so what cannot be read is left out, and no
//! area makes an import fail.

use std::collections::HashSet;
use std::f64::consts::PI;

use super::drawing::{Item, ItemKind, Point};
use super::fault::Faults;
use super::node::Node;
use crate::name::TableId;

/// What pretix writes texts with that do not say their size.
const TEXT_HEIGHT: f64 = 16.0;

/// How wide a character is, on average, in heights.
const CHARACTER_WIDTH: f64 = 0.6;

/// The shape that stands for an area, with an id that is not `taken`; `place` names it when it has no `uuid`.
pub(super) fn read(area: Node<'_, '_>, zone: Point, place: usize, taken: &mut HashSet<String>) -> Option<Item> {
    let ignored = &mut Faults::default();
    let position = area.field("position").optional(|position| position.point(ignored))?;
    let origin = zone.offset_by(position.unwrap_or_default());
    let rotation = area.field("rotation").coordinate(ignored).unwrap_or(0.0);
    let shape = area.field("shape").string(ignored)?;
    let text = area.field("text");
    let lbl = text.field("text").text(ignored).filter(|text| !text.is_empty());
    let (middle, size, rot) = match shape {
        "rectangle" => {
            let size = extent(area.field("rectangle"), ignored)?;
            let half = Point { x: size.x / 2.0, y: size.y / 2.0 };
            (origin.offset_by(turned(half, rotation)), size, rotation)
        }
        "circle" => {
            let radius = area.field("circle").field("radius").length(ignored)?;
            (origin, Point { x: radius * 2.0, y: radius * 2.0 }, rotation)
        }
        "ellipse" => {
            let radius = area.field("ellipse").field("radius").size(ignored)?;
            (origin, Point { x: radius.x * 2.0, y: radius.y * 2.0 }, rotation)
        }
        "polygon" => {
            let (middle, size) = polygon(area.field("polygon").field("points"), rotation, ignored)?;
            (origin.offset_by(middle), size, 0.0)
        }
        "text" => {
            let offset = text.field("position").point(ignored).unwrap_or_default();
            (origin.offset_by(turned(offset, rotation)), text_size(lbl?, text, ignored), rotation)
        }
        _ => return None,
    };
    let wanted = area.field("uuid").id(TableId::parse, ignored);
    let wanted = wanted.map_or_else(|| format!("area_{place}"), |id| id.to_string());
    Some(Item {
        id: TableId::parse(&unique(wanted, taken)).ok()?,
        kind: ItemKind::Shape,
        pos: middle.offset_by(Point { x: -size.x / 2.0, y: -size.y / 2.0 }),
        size,
        rot,
        lbl: lbl.map(str::to_owned),
        shp: Some(shape.to_owned()),
        category: None,
        table: None,
    })
}

/// The wanted id, or the first of `wanted-2`, `wanted-3`, … that is free.
fn unique(wanted: String, taken: &mut HashSet<String>) -> String {
    let mut id = wanted.clone();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{wanted}-{number}");
        number += 1;
    }
    id
}

fn extent(node: Node<'_, '_>, ignored: &mut Faults) -> Option<Point> {
    let x = node.field("width").length(ignored)?;
    let y = node.field("height").length(ignored)?;
    Some(Point { x, y })
}

/// Pretix turns an area about its position, a layout turns an item about its middle.
fn turned(from_position: Point, degrees: f64) -> Point {
    let (sin, cos) = (degrees * PI / 180.0).sin_cos();
    Point { x: from_position.x * cos - from_position.y * sin, y: from_position.x * sin + from_position.y * cos }
}

/// The box around the turned points: its middle and size. A layout has no polygons.
fn polygon(points: Node<'_, '_>, degrees: f64, ignored: &mut Faults) -> Option<(Point, Point)> {
    let mut corners = Vec::new();
    for at in 0..points.len() {
        corners.push(turned(points.element(at).point(ignored)?, degrees));
    }
    let range = |of: fn(&Point) -> f64| {
        let lowest = corners.iter().map(of).reduce(f64::min)?;
        let highest = corners.iter().map(of).reduce(f64::max)?;
        (lowest < highest).then_some((lowest, highest))
    };
    let (left, right) = range(|corner| corner.x)?;
    let (top, bottom) = range(|corner| corner.y)?;
    let middle = Point { x: (left + right) / 2.0, y: (top + bottom) / 2.0 };
    Some((middle, Point { x: right - left, y: bottom - top }))
}

fn text_size(text: &str, node: Node<'_, '_>, ignored: &mut Faults) -> Point {
    let height = node.field("size").length(ignored).unwrap_or(TEXT_HEIGHT);
    let characters = text.chars().count() as f64;
    Point { x: height * CHARACTER_WIDTH * characters, y: height }
}
