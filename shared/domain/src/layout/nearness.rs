//! How far each seat and area is from where the view is best: the document's `focus`, else the middle of the canvas's upper
//! edge, where stages and drivers are. Found anew whenever a layout is read, since only preferences follow from it.

use super::drawing::{Drawing, Point};
use crate::inventory::Nearness;

/// The distances of what is drawn here, from middle to focus.
pub(super) fn derive(drawing: &Drawing) -> Nearness {
    let focus = drawing.focus.unwrap_or(Point { x: drawing.canvas.x / 2.0, y: 0.0 });
    // A root of squares, which every processor rounds alike.
    let from = |at: Point| ((at.x - focus.x).powi(2) + (at.y - focus.y).powi(2)).sqrt() as f32;
    let seats = drawing.places.iter().map(|place| from(place.middle())).collect();
    let areas = drawing.areas.iter().map(|area| from(area.middle())).collect();
    Nearness::new(seats, areas)
}

#[cfg(test)]
mod tests {
    use crate::samples::{hall, layout};
    use serde_json::json;

    #[test]
    fn the_nearest_is_before_the_focus_and_without_one_before_the_middle_of_the_upper_edge() {
        let nearest = |document: &serde_json::Value| {
            let layout = layout(document);
            let nearness = layout.inventory().nearness();
            let seats = 0..layout.inventory().numbered() as u32;
            let nearest = seats.min_by(|a, b| nearness.of_seat(*a).total_cmp(&nearness.of_seat(*b)));
            layout.inventory().seats()[nearest.unwrap_or_default() as usize].id.to_string()
        };
        let mut document = hall(3, 9);
        document["items"] = json!([]);
        document["canvasW"] = json!(462);
        document["focus"] = json!({ "x": 112, "y": 200 });
        assert_eq!(nearest(&document), "seat_C1");
        document["focus"].take();
        assert_eq!(nearest(&document), "seat_A5");
    }
}
