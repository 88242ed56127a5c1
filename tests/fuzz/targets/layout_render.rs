//! A layout as the document that says it in full.

use domain::layout::{Item, ItemKind, Layout, Point, Seat, SeatNumber};
use serde_json::{Value, json};

/// The document of a layout: every seat listed, those of tables too.
pub fn say(layout: &Layout) -> Value {
    let categories: Vec<Value> = layout
        .categories()
        .iter()
        .map(|c| json!({ "id": c.id, "name": c.name, "color": c.color, "price": c.price }))
        .collect();
    json!({
        "name": layout.name(),
        "canvasW": layout.canvas_w(),
        "canvasH": layout.canvas_h(),
        "focus": layout.focus().map(point),
        "categories": categories,
        "seats": layout.seats().iter().map(|s| seat(layout, s)).collect::<Vec<_>>(),
        "items": layout.items().iter().map(|i| item(layout, i)).collect::<Vec<_>>(),
    })
}

fn point(point: Point) -> Value {
    json!({ "x": point.x, "y": point.y })
}

fn seat(layout: &Layout, seat: &Seat) -> Value {
    json!({
        "id": seat.id,
        "position": point(seat.position),
        "size": point(seat.size),
        "categoryId": layout.categories()[usize::from(seat.category)].id,
        "rotation": seat.rotation,
        "section": seat.section.as_deref(),
        "rowLabel": seat.row_label,
        "seatNumber": seat.seat_number.as_ref().map(|number| match number {
            SeatNumber::Whole(number) => json!(number),
            SeatNumber::Text(text) => json!(text),
        }),
        "label": seat.label,
        "accessible": seat.accessible,
        "companionOf": seat.companion_of.map(|other| layout.seats()[other as usize].id.as_str()),
    })
}

fn item(layout: &Layout, item: &Item) -> Value {
    json!({
        "id": item.id,
        "type": if item.kind == ItemKind::Table { "table" } else { "shape" },
        "pos": point(item.pos),
        "size": point(item.size),
        "rot": item.rot,
        "lbl": item.lbl,
        "shp": item.shp,
        "sc": item.sc,
        "categoryId": item.category.map(|category| layout.categories()[usize::from(category)].id.as_str()),
    })
}
