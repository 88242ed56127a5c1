//! A layout as the document that says it in full.

use domain::inventory::{Area, Inventory, Seat, SeatNumber};
use domain::layout::{Extent, Item, ItemKind, Layout, Place, Point};
use serde_json::{Value, json};

/// The document of a layout: every seat listed that has a number, those of tables too.
pub fn say(layout: &Layout) -> Value {
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    let categories = inventory.categories().iter().zip(&drawing.colors);
    let categories: Vec<Value> =
        categories.map(|(c, color)| json!({ "id": c.id, "name": c.name, "color": color, "price": c.price })).collect();
    let seats = inventory.seats()[..inventory.numbered()].iter().zip(&drawing.places);
    let areas = inventory.areas().iter().zip(&drawing.areas);
    json!({
        "name": drawing.name,
        "canvasW": drawing.canvas.x,
        "canvasH": drawing.canvas.y,
        "focus": drawing.focus.map(point),
        "categories": categories,
        "seats": seats.map(|(s, place)| seat(inventory, s, place)).collect::<Vec<_>>(),
        "items": drawing.items.iter().map(|i| item(inventory, i)).collect::<Vec<_>>(),
        "areas": areas.map(|(a, shape)| area(inventory, a, shape)).collect::<Vec<_>>(),
    })
}

fn point(point: Point) -> Value {
    json!({ "x": point.x, "y": point.y })
}

fn seat(inventory: &Inventory, seat: &Seat, place: &Place) -> Value {
    json!({
        "id": seat.id,
        "position": point(place.position),
        "size": point(place.size),
        "categoryId": inventory.categories()[usize::from(seat.category)].id,
        "rotation": place.rotation,
        "section": seat.section.as_deref(),
        "rowLabel": seat.row_label.as_deref(),
        "seatNumber": seat.seat_number.as_ref().map(|number| match number {
            SeatNumber::Whole(number) => json!(number),
            SeatNumber::Text(text) => json!(text),
        }),
        "label": seat.label,
        "accessible": seat.accessible,
        "companionOf": seat.companion_of.map(|other| inventory.seats()[other as usize].id.as_str()),
    })
}

fn item(inventory: &Inventory, item: &Item) -> Value {
    json!({
        "id": item.id,
        "type": if item.kind == ItemKind::Table { "table" } else { "shape" },
        "pos": point(item.pos),
        "size": point(item.size),
        "rot": item.rot,
        "lbl": item.lbl,
        "shp": item.shp,
        "sc": item.table.map(|table| inventory.tables()[table as usize].seats.len()),
        "categoryId": item.category.map(|category| inventory.categories()[usize::from(category)].id.as_str()),
    })
}

fn area(inventory: &Inventory, area: &Area, shape: &Extent) -> Value {
    let Extent { position, size } = shape;
    json!({
        "id": area.id,
        "name": area.name,
        "capacity": area.capacity(),
        "categoryId": inventory.categories()[usize::from(area.category)].id,
        "shape": { "x": position.x, "y": position.y, "width": size.x, "height": size.y },
    })
}
