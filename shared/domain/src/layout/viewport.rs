//! The part of the canvas that a client sees.

use serde_json::Value;

use super::{Drawing, Extent, Item, Place, Point};

/// A rectangle in the layout's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// Above zero.
    pub width: f64,
    /// Above zero.
    pub height: f64,
}

impl Viewport {
    /// Reads `{"x":0,"y":0,"width":800,"height":600}`, as it stands in the query once percent-decoded.
    ///
    /// # Errors
    /// A sentence for the client that names the field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text)
            .ok()
            .filter(Value::is_object)
            .ok_or("viewport must be a JSON object {x, y, width, height}")?;
        let number = |name: &str| match value.get(name).and_then(Value::as_f64) {
            Some(number) if number.is_finite() => Ok(number),
            _ => Err(format!("viewport.{name} must be a number")),
        };
        let length = |name: &str| match number(name)? {
            length if length > 0.0 => Ok(length),
            _ => Err(format!("viewport.{name} must be above 0")),
        };
        Ok(Self { x: number("x")?, y: number("y")?, width: length("width")?, height: length("height")? })
    }

    /// Whether the seat's box, unrotated, shares more than an edge with this one.
    pub fn shows_seat(&self, place: &Place) -> bool {
        self.shows(place.position, place.size)
    }

    /// Whether the item's box, unrotated, shares more than an edge with this one.
    pub fn shows_item(&self, item: &Item) -> bool {
        self.shows(item.pos, item.size)
    }

    /// Whether the area shares more than an edge with this one.
    pub fn shows_area(&self, area: &Extent) -> bool {
        self.shows(area.position, area.size)
    }

    fn shows(&self, corner: Point, size: Point) -> bool {
        corner.x < self.x + self.width
            && self.x < corner.x + size.x
            && corner.y < self.y + self.height
            && self.y < corner.y + size.y
    }

    /// The indexes of the seats that are shown, in ascending order. A plain scan: it takes 0.2 ms for 120,000 seats,
    /// so an index would not pay for itself.
    pub fn seats<'d>(&self, drawing: &'d Drawing) -> impl Iterator<Item = u32> + use<'d> {
        let viewport = *self;
        (0..).zip(&drawing.places).filter(move |(_, place)| viewport.shows_seat(place)).map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::hall_layout;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const VIEWPORT: Viewport = Viewport { x: 0.0, y: 0.0, width: 800.0, height: 600.0 };

    static HALL: LazyLock<Drawing> = LazyLock::new(|| hall_layout(20, 30).drawing().clone());

    #[test]
    fn the_query_of_the_seeds_is_read() {
        let text = r#"{"x":0,"y":0,"width":800,"height":600}"#;
        assert_eq!(Viewport::parse(text), Ok(VIEWPORT));
    }

    #[test]
    fn what_is_wrong_with_a_query_is_said() {
        for (text, message) in [
            ("", "viewport must be a JSON object {x, y, width, height}"),
            ("[1,2,3,4]", "viewport must be a JSON object {x, y, width, height}"),
            (r#"{"x":"0","y":0,"width":1,"height":1}"#, "viewport.x must be a number"),
            (r#"{"x":0,"width":1,"height":1}"#, "viewport.y must be a number"),
            (r#"{"x":0,"y":0,"width":0,"height":1}"#, "viewport.width must be above 0"),
            (r#"{"x":0,"y":0,"width":1,"height":-1}"#, "viewport.height must be above 0"),
        ] {
            assert_eq!(Viewport::parse(text), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_box_that_only_touches_the_edge_is_not_shown() {
        let shows = |x, y| VIEWPORT.shows(Point { x, y }, Point { x: 24.0, y: 24.0 });
        assert!(shows(-23.9, -23.9));
        assert!(!shows(-24.0, 0.0));
        assert!(!shows(0.0, -24.0));
        assert!(shows(799.9, 599.9));
        assert!(!shows(800.0, 0.0));
        assert!(!shows(0.0, 600.0));
        // Larger than the viewport, all around it.
        assert!(VIEWPORT.shows(Point { x: -1e6, y: -1e6 }, Point { x: 2e6, y: 2e6 }));
    }

    #[test]
    fn items_are_shown_by_the_same_rule() {
        let layout = hall_layout(2, 3);
        let shown: Vec<bool> = layout.drawing().items.iter().map(|item| VIEWPORT.shows_item(item)).collect();
        assert_eq!(shown, [true, false], "the stage lies above the canvas");
    }

    proptest! {
        #[test]
        fn the_listed_seats_are_those_whose_box_overlaps(
            x in -200.0f64..2000.0, y in -200.0f64..2000.0, width in 0.1f64..1500.0, height in 0.1f64..1500.0,
        ) {
            let drawing = &*HALL;
            let viewport = Viewport { x, y, width, height };
            let listed: Vec<u32> = viewport.seats(drawing).collect();
            for (at, seat) in drawing.places.iter().enumerate() {
                // Two boxes overlap when what they share has an extent in both directions.
                let shared = |from: f64, len: f64, start: f64, extent: f64| {
                    (from + len).min(start + extent) - from.max(start) > 0.0
                };
                let overlaps = shared(x, width, seat.position.x, seat.size.x)
                    && shared(y, height, seat.position.y, seat.size.y);
                prop_assert_eq!(listed.contains(&(at as u32)), overlaps);
            }
        }

        #[test]
        fn tiles_show_together_what_the_whole_shows_and_nothing_else(
            x in -400i32..1600, y in -400i32..1600, columns in 1u32..6, rows in 1u32..6, width in 1u32..400, height in 1u32..400,
        ) {
            // Whole numbers, so that the edges of two tiles meet exactly.
            let drawing = &*HALL;
            let (x, y, width, height) = (f64::from(x), f64::from(y), f64::from(width), f64::from(height));
            let whole =
                Viewport { x, y, width: width * f64::from(columns), height: height * f64::from(rows) };
            let tile = |column: u32, row: u32| Viewport {
                x: x + width * f64::from(column),
                y: y + height * f64::from(row),
                width,
                height,
            };
            let tiles: Vec<Viewport> =
                (0..columns).flat_map(|column| (0..rows).map(move |row| tile(column, row))).collect();
            let together: std::collections::BTreeSet<u32> = tiles.iter().flat_map(|tile| tile.seats(drawing)).collect();
            prop_assert_eq!(together.into_iter().collect::<Vec<_>>(), whole.seats(drawing).collect::<Vec<_>>());
            for item in &drawing.items {
                prop_assert_eq!(tiles.iter().any(|tile| tile.shows_item(item)), whole.shows_item(item));
            }
        }

        #[test]
        fn a_viewport_reads_back_as_it_was_written(
            x in -1_000_000_000i64..1_000_000_000, y in -1_000_000_000i64..1_000_000_000,
            width in 1i64..1_000_000_000, height in 1i64..1_000_000_000,
        ) {
            // Decimals as people and programs write them; at seventeen digits JSON readers differ in the last.
            let [x, y, width, height] = [x, y, width, height].map(|n| n as f64 / 1000.0);
            let text = serde_json::json!({"x": x, "y": y, "width": width, "height": height}).to_string();
            prop_assert_eq!(Viewport::parse(&text), Ok(Viewport { x, y, width, height }));
        }

        #[test]
        fn no_text_makes_a_viewport_without_extent(text in r#"[{}\[\]":,xywidthe0-9.+-]{0,60}"#) {
            if let Ok(viewport) = Viewport::parse(&text) {
                prop_assert!(viewport.width > 0.0 && viewport.height > 0.0);
            }
        }
    }
}
