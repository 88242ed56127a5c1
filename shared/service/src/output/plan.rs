//! The plan: what of a layout never changes. It has no prices, states or counts, so any cache may keep it for ever.

use super::prefixes::{Prefixes, number, push_item, push_number};
use domain::event::{Event, LayoutVersion};
use domain::inventory::{Area, Inventory};
use domain::layout::{Extent, Item, Layout};
use serde_json::{Value, json};
use std::fmt::Write;

/// Bytes of one seat in a plan, about.
const SEAT_BYTES: usize = 180;

/// The plan of a layout version, in its envelope.
#[must_use]
pub fn render(version: &LayoutVersion, layout: &Layout, prefixes: &Prefixes) -> String {
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    let mut out = String::with_capacity(prefixes.len() * SEAT_BYTES + 4_096);
    out.push_str(r#"{"success":true,"message":"OK","data":{"layout":"#);
    push_head(&mut out, version, layout, None);
    out.push('}');
    out.push_str(r#","seats":["#);
    for seat in 0..u32::try_from(prefixes.len()).unwrap_or(u32::MAX) {
        if seat > 0 {
            out.push(',');
        }
        out.push_str(prefixes.of(seat));
        out.push('}');
    }
    out.push_str(r#"],"items":["#);
    push_items(&mut out, inventory, drawing.items.iter());
    let areas = inventory.areas().iter().zip(&drawing.areas).map(|(one, shape)| area(inventory, one, shape));
    let _ = write!(out, r#"],"areas":{}}}}}"#, areas.collect::<Value>()); // Writing to a string does not fail.
    out
}

/// Appends what a layout says of itself, open for more; with the event's prices where one is given.
pub fn push_head(out: &mut String, version: &LayoutVersion, layout: &Layout, event: Option<&Event>) {
    let drawing = layout.drawing();
    let (id, name) = (Value::from(version.layout_id.as_str()), Value::from(drawing.name.as_str()));
    let _ = write!(out, r#"{{"id":{id},"version":{},"name":{name},"canvasW":"#, version.version);
    push_number(out, drawing.canvas.x);
    out.push_str(r#","canvasH":"#);
    push_number(out, drawing.canvas.y);
    let categories = Value::from(categories(layout, event));
    let focus = json!(drawing.focus.map(|focus| json!({ "x": focus.x, "y": focus.y })));
    let _ = write!(out, r#","categories":{categories},"focus":{focus}"#);
}

/// The categories; with what the event asks for each (null: it is not for sale) where one is given.
#[must_use]
pub fn categories(layout: &Layout, event: Option<&Event>) -> Vec<Value> {
    let all = layout.inventory().categories().iter().zip(&layout.drawing().colors);
    let one = |(category, color): (&domain::inventory::Category, &String)| {
        let mut value = json!({ "id": category.id.as_str(), "name": category.name, "color": color });
        if let Some(event) = event {
            value["price"] = json!(event.price(&category.id).map(|price| event.currency.number(price)));
        }
        value
    };
    all.map(one).collect()
}

/// Appends items, with commas between them.
pub fn push_items<'a>(out: &mut String, inventory: &Inventory, items: impl Iterator<Item = &'a Item>) {
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_item(out, inventory, item);
    }
}

/// An area, without a word of its places but how many there are.
#[must_use]
pub fn area(inventory: &Inventory, area: &Area, shape: &Extent) -> Value {
    let Extent { position, size } = shape;
    json!({
        "id": area.id.as_str(),
        "name": area.name,
        "categoryId": inventory.categories()[usize::from(area.category)].id.as_str(),
        "shape": { "x": number(position.x), "y": number(position.y), "width": number(size.x), "height": number(size.y) },
        "capacity": area.capacity(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::samples::{hall, layout, some_event};

    fn plan(layout: &Layout) -> Value {
        serde_json::from_str(&render(&some_event().layout, layout, &Prefixes::new(layout))).unwrap()
    }

    #[test]
    fn a_plan_has_no_word_of_what_may_change() {
        let mut document = hall(2, 3);
        document["areas"] = json!([{
            "id": "floor", "name": "Floor", "capacity": 7, "categoryId": "vip",
            "shape": { "x": 0, "y": 0, "width": 10, "height": 20 },
        }]);
        let plan = plan(&layout(&document));
        let data = &plan["data"];
        assert_eq!(plan["success"], true);
        assert_eq!(data["layout"]["version"], some_event().layout.version);
        let category = data["layout"]["categories"][0].as_object().unwrap();
        assert_eq!(category.keys().map(String::as_str).collect::<Vec<_>>(), ["color", "id", "name"]);
        let seats = data["seats"].as_array().unwrap();
        assert_eq!(seats.len(), 2 * 3 + 8, "the table's chairs too, and no place of the area");
        for word in ["status", "heldByMe", "holdExpiresAt", "bookedPrice", "version", "price"] {
            assert!(seats.iter().all(|seat| seat.get(word).is_none()), "{word}");
        }
        assert_eq!(data["items"].as_array().unwrap().len(), 2);
        let area = data["areas"][0].as_object().unwrap();
        assert_eq!(
            area.keys().map(String::as_str).collect::<Vec<_>>(),
            ["capacity", "categoryId", "id", "name", "shape"]
        );
    }
}
