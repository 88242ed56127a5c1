//! The viewport in a layout's query.

use super::layout::sample;
use crate::check;
use crate::engine::{accepted, fuzz};
use domain::layout::viewport::Viewport;
use domain::layout::{Drawing, Layout};
use serde_json::{Value, json};
use std::sync::LazyLock;

static HALL: LazyLock<Drawing> = LazyLock::new(|| Layout::from_document(&sample()).unwrap().drawing().clone());

#[test]
fn a_viewport_is_a_rectangle_of_numbers_or_is_refused() {
    fuzz("viewport", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let viewport = match Viewport::parse(&text) {
            Err(message) => return check::message(&message),
            Ok(viewport) => viewport,
        };
        accepted();
        let Viewport { x, y, width, height } = viewport;
        assert!([x, y, width, height].iter().all(|n| n.is_finite()) && width > 0.0 && height > 0.0, "{viewport:?}");
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((said["x"].as_f64(), said["height"].as_f64()), (Some(x), Some(height)));
        let again = json!({ "x": x, "y": y, "width": width, "height": height }).to_string();
        let again = Viewport::parse(&again).unwrap();
        // At seventeen digits the JSON reader may miss the last.
        let same = |a: f64, b: f64| (a - b).abs() <= a.abs() * 1e-15;
        assert!(same(again.x, x) && same(again.y, y) && same(again.width, width) && same(again.height, height));
        let shown: Vec<u32> = viewport.seats(&HALL).collect();
        for (at, place) in (0..).zip(&HALL.places) {
            let (left, top) = (place.position.x, place.position.y);
            let overlaps = left < x + width && x < left + place.size.x && top < y + height && y < top + place.size.y;
            assert_eq!(shown.contains(&at), overlaps, "{viewport:?} and {place:?}");
        }
        for area in &HALL.areas {
            let (left, top) = (area.position.x, area.position.y);
            let overlaps = left < x + width && x < left + area.size.x && top < y + height && y < top + area.size.y;
            assert_eq!(viewport.shows_area(area), overlaps, "{viewport:?} and {area:?}");
        }
    });
}
