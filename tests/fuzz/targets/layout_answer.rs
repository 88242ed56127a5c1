//! A layout as clients get it: seats, items and areas, and how many of them are free.

use domain::clock::Moment;
use domain::event::Event;
use domain::inventory::Area;
use domain::layout::{Extent, Layout};
use domain::samples::some_event;
use serde_json::Value;
use service::output::layout::View;
use service::output::venue::Venue;
use std::sync::LazyLock;

/// It sells some categories, and those that it does not know it does not sell.
static EVENT: LazyLock<Event> = LazyLock::new(some_event);

/// The answer's data, of which nothing has changed.
pub fn answer(layout: &Layout) -> Value {
    let venue = Venue::new(layout.clone());
    let text = View { event: &EVENT, venue: &venue, caller: None, now: Moment(0) }.render(&[], None);
    let mut answer: Value = serde_json::from_str(&text).unwrap();
    answer["data"].take()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// Each area is told as it was published, and none of its places as a seat; together they are all that there is.
pub fn check_answer(layout: &Layout) {
    let (inventory, drawing) = (layout.inventory(), layout.drawing());
    let answer = answer(layout);
    assert_eq!(
        (list(&answer["seats"]).len(), list(&answer["items"]).len()),
        (inventory.numbered(), drawing.items.len())
    );
    let areas = list(&answer["areas"]);
    assert_eq!(areas.len(), inventory.areas().len());
    for (said, (area, shape)) in areas.iter().zip(inventory.areas().iter().zip(&drawing.areas)) {
        check_area(said, area, shape);
        assert_eq!(said["categoryId"], inventory.categories()[usize::from(area.category)].id.as_str());
    }
    let counts = list(&answer["stats"]).iter().map(|one| one["count"].as_u64().unwrap());
    assert_eq!(usize::try_from(counts.sum::<u64>()).unwrap(), inventory.seats().len());
}

fn check_area(said: &Value, area: &Area, shape: &Extent) {
    assert_eq!((&said["id"], &said["name"]), (&Value::from(area.id.as_str()), &Value::from(area.name.as_str())));
    let number = |of: &Value| of.as_f64().unwrap();
    let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(&said["shape"][name]));
    assert_eq!((x, y, width, height), (shape.position.x, shape.position.y, shape.size.x, shape.size.y));
    let count = |name: &str| usize::try_from(said[name].as_u64().unwrap()).unwrap();
    let all: usize = ["available", "held", "booked", "blocked"].map(count).iter().sum();
    assert_eq!((count("capacity"), all, count("heldByMe")), (area.capacity(), area.capacity(), 0));
    assert!(count("available") == 0 || count("blocked") == 0, "an area has one category: {said}");
}
