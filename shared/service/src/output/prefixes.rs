//! The half of the GET layout answer that never changes: each seat's and item's JSON, rendered once per layout.

use std::fmt::Write;

use serde_json::{Number, Value};

use domain::inventory::{Inventory, Seat, SeatNumber};
use domain::layout::{Item, ItemKind, Layout, Place, Point};

/// What follows a seat's prefix while it never changed: version 0, free, and nobody's.
pub const UNTOUCHED: &str = concat!(
    r#","status":"available","bookedBy":null,"heldBy":null,"heldByMe":false,"#,
    r#""holdExpiresAt":null,"bookedAt":null,"bookedPrice":null,"version":0}"#
);

/// The same for a seat that is not for sale.
pub const UNTOUCHED_UNSOLD: &str = concat!(
    r#","status":"blocked","bookedBy":null,"heldBy":null,"heldByMe":false,"#,
    r#""holdExpiresAt":null,"bookedAt":null,"bookedPrice":null,"version":0}"#
);

/// The constant start of every seat's JSON object. Takes about 150 bytes a seat.
#[derive(Debug)]
pub struct Prefixes {
    text: String,
    ends: Vec<usize>,
}

impl Prefixes {
    /// Renders every seat of the layout.
    pub fn new(layout: &Layout) -> Self {
        let (inventory, places) = (layout.inventory(), &layout.drawing().places);
        let categories = inventory.categories().iter();
        let categories: Vec<String> = categories.map(|category| quoted(category.id.as_str())).collect();
        let mut text = String::new();
        let mut ends = Vec::with_capacity(places.len());
        for (seat, place) in inventory.seats().iter().zip(places) {
            push_seat(&mut text, inventory, seat, place, &categories[usize::from(seat.category)]);
            ends.push(text.len());
        }
        text.shrink_to_fit();
        Self { text, ends }
    }

    /// How many seats there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether a layout has areas alone.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The start of a seat's object, open for the live part that ends it. The index must be below [`Self::len`].
    pub fn of(&self, seat: u32) -> &str {
        let seat = seat as usize;
        let start = seat.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[seat]]
    }
}

fn push_seat(out: &mut String, inventory: &Inventory, seat: &Seat, place: &Place, category: &str) {
    out.push_str(r#"{"id":"#);
    out.push_str(&quoted(seat.id.as_str()));
    push_point(out, r#","position":"#, place.position);
    push_point(out, r#","size":"#, place.size);
    out.push_str(r#","categoryId":"#);
    out.push_str(category);
    out.push_str(r#","rotation":"#);
    push_number(out, place.rotation);
    if let Some(section) = &seat.section {
        out.push_str(r#","section":"#);
        push_text(out, Some(section));
    }
    out.push_str(r#","rowLabel":"#);
    push_text(out, seat.row_label.as_deref());
    out.push_str(r#","seatNumber":"#);
    match &seat.seat_number {
        Some(SeatNumber::Whole(number)) => push(out, number),
        Some(SeatNumber::Text(text)) => push_text(out, Some(text)),
        None => push_text(out, None),
    }
    if let Some(label) = &seat.label {
        out.push_str(r#","label":"#);
        push_text(out, Some(label));
    }
    if seat.accessible {
        out.push_str(r#","accessible":true"#);
    }
    if let Some(other) = seat.companion_of {
        out.push_str(r#","companionOf":"#);
        out.push_str(&quoted(inventory.seats()[other as usize].id.as_str()));
    }
    if let Some(table) = seat.table {
        out.push_str(r#","tableId":"#);
        out.push_str(&quoted(inventory.tables()[table as usize].id.as_str()));
    }
}

/// Appends an item of the drawing as a JSON object. `sc` and `categoryId` are there only when set.
pub fn push_item(out: &mut String, inventory: &Inventory, item: &Item) {
    let kind = match item.kind {
        ItemKind::Table => "table",
        ItemKind::Shape => "shape",
    };
    push(out, format_args!(r#"{{"id":{},"type":"{kind}""#, quoted(item.id.as_str())));
    push_point(out, r#","pos":"#, item.pos);
    push_point(out, r#","size":"#, item.size);
    out.push_str(r#","rot":"#);
    push_number(out, item.rot);
    out.push_str(r#","lbl":"#);
    push_text(out, item.lbl.as_deref());
    out.push_str(r#","shp":"#);
    push_text(out, item.shp.as_deref());
    if let Some(table) = item.table {
        let sc = inventory.tables()[table as usize].seats.len();
        push(out, format_args!(r#","sc":{sc}"#));
    }
    if let Some(category) = item.category {
        let id = inventory.categories()[usize::from(category)].id.as_str();
        push(out, format_args!(r#","categoryId":{}"#, quoted(id)));
    }
    out.push('}');
}

/// Appends a number as JSON; whole ones without `.0`.
pub fn push_number(out: &mut String, value: f64) {
    push(out, number(value));
}

/// A number as JSON; a whole one without `.0`.
#[must_use]
pub fn number(value: f64) -> Value {
    const WHOLE_BELOW: f64 = 1e15;
    if value.fract() == 0.0 && value.abs() < WHOLE_BELOW {
        Value::from(value as i64)
    } else {
        Number::from_f64(value).map_or(Value::Null, Value::Number)
    }
}

fn push_point(out: &mut String, name: &str, point: Point) {
    out.push_str(name);
    out.push_str(r#"{"x":"#);
    push_number(out, point.x);
    out.push_str(r#","y":"#);
    push_number(out, point.y);
    out.push('}');
}

fn push_text(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => out.push_str(&quoted(text)),
        None => out.push_str("null"),
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    let _ = write!(out, "{value}"); // Writing to a string does not fail.
}

/// A text as JSON.
#[must_use]
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip::{LIVE_LEVEL, gzip};
    use domain::samples::{hall, hall_layout, layout};
    use serde_json::json;

    fn seat(layout: &Layout, at: u32) -> String {
        format!("{}{UNTOUCHED}", Prefixes::new(layout).of(at))
    }

    #[test]
    fn a_seat_reads_as_the_contract_shows_it() {
        let expected = concat!(
            r#"{"id":"seat_A1","position":{"x":100,"y":50},"size":{"x":24,"y":24},"categoryId":"standard","#,
            r#""rotation":0,"rowLabel":"A","seatNumber":1,"status":"available","bookedBy":null,"heldBy":null,"#,
            r#""heldByMe":false,"holdExpiresAt":null,"bookedAt":null,"bookedPrice":null,"version":0}"#
        );
        assert_eq!(seat(&hall_layout(2, 3), 0), expected);
    }

    #[test]
    fn what_is_unusual_is_said_and_what_is_unset_is_null() {
        let mut document = hall(1, 3);
        document["seats"][0] = json!({
            "id": "a \"quoted\" ä", "position": {"x": 0.1, "y": -3}, "categoryId": "vip", "seatNumber": "12a",
            "accessible": true, "section": "Balkon \"Mitte\"", "label": "Platz 12a",
        });
        document["seats"][1]["companionOf"] = json!("a \"quoted\" ä");
        let layout = layout(&document);
        let text = seat(&layout, 0);
        assert!(text.starts_with(r#"{"id":"a \"quoted\" ä","position":{"x":0.1,"y":-3}"#), "{text}");
        let labels = r#","section":"Balkon \"Mitte\"","rowLabel":null,"seatNumber":"12a","label":"Platz 12a","accessible":true,"status""#;
        assert!(text.contains(labels), "{text}");
        let text = seat(&layout, 1);
        assert!(text.contains(r#""seatNumber":2,"companionOf":"a \"quoted\" ä","status""#), "{text}");
        let text = seat(&layout, 3);
        assert!(text.contains(r#""seatNumber":1,"tableId":"table_VIP_001","status""#), "{text}");
        let parsed: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(parsed["id"], "seat_table_VIP_001_0");
    }

    #[test]
    fn ten_thousand_seats_with_sections_and_labels_stay_within_the_budget_of_the_answer() {
        const BUDGET: usize = 150_000;
        let mut document = hall(100, 100);
        for (at, seat) in document["seats"].as_array_mut().into_iter().flatten().enumerate() {
            seat["section"] = json!(if at < 5_000 { "Parkett" } else { "Balkon" });
            seat["label"] = json!(format!("Platz {}", at % 100 + 1));
        }
        let layout = layout(&document);
        let prefixes = Prefixes::new(&layout);
        let text: String = (0..10_000).flat_map(|at| [prefixes.of(at), UNTOUCHED]).collect();
        let bytes = gzip(&text, LIVE_LEVEL).len();
        assert!(bytes <= BUDGET, "{bytes} bytes");
    }

    #[test]
    fn an_item_reads_as_in_the_seeds() {
        let layout = hall_layout(1, 1);
        let mut out = String::new();
        push_item(&mut out, layout.inventory(), &layout.drawing().items[0]);
        let expected = concat!(
            r#"{"id":"table_VIP_001","type":"table","pos":{"x":300,"y":100},"size":{"x":80,"y":80},"rot":0,"#,
            r#""lbl":"VIP Table 1","shp":"round","sc":8,"categoryId":"vip"}"#
        );
        assert_eq!(out, expected);
        out.clear();
        push_item(&mut out, layout.inventory(), &layout.drawing().items[1]);
        let expected = r#"{"id":"stage","type":"shape","pos":{"x":0,"y":-200},"size":{"x":600.5,"y":100},"rot":0,"lbl":null,"shp":null}"#;
        assert_eq!(out, expected);
    }

    #[test]
    fn whole_numbers_have_no_point() {
        for (number, text) in [(-0.0, "0"), (24.0, "24"), (0.1, "0.1"), (-1e9, "-1000000000"), (1e-7, "1e-7")] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, text);
        }
    }
}
