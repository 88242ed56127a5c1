//! What the demo venues promise.

#![allow(clippy::unwrap_used, reason = "a document that lacks a field fails its test")]

use super::{DRAWN_BY_LOT, events, layouts};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Room that the chairs around a table take.
const CHAIRS: f64 = 30.0;
/// Side of one cell of the grid in which neighbours are looked up; no seat or table is larger.
const CELL: f64 = 150.0;

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn layout(id: &str) -> Value {
    layouts().into_iter().find(|(layout, _)| layout == id).map(|(_, document)| document).unwrap()
}

fn list<'a>(document: &'a Value, field: &str) -> &'a Vec<Value> {
    document[field].as_array().unwrap()
}

fn tables(document: &Value) -> impl Iterator<Item = &Value> {
    list(document, "items").iter().filter(|item| item["type"] == "table")
}

fn areas(document: &Value) -> &[Value] {
    document["areas"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn capacity(area: &Value) -> u64 {
    area["capacity"].as_u64().unwrap()
}

/// Seats of `category`, those at tables and the places of areas included.
fn sold_as(document: &Value, category: &str) -> u64 {
    let seats = list(document, "seats").iter().filter(|seat| seat["categoryId"] == category).count() as u64;
    let at_tables: u64 = tables(document)
        .filter(|table| table["categoryId"] == category)
        .map(|table| table["sc"].as_u64().unwrap())
        .sum();
    let places: u64 = areas(document).iter().filter(|area| area["categoryId"] == category).map(capacity).sum();
    seats + at_tables + places
}

fn total(document: &Value) -> u64 {
    list(document, "categories").iter().map(|category| sold_as(document, category["id"].as_str().unwrap())).sum()
}

fn seat(document: &Value, id: &str) -> Value {
    list(document, "seats").iter().find(|seat| seat["id"] == id).unwrap().clone()
}

/// Room that something takes: a turned rectangle, or a circle.
struct Footprint {
    id: String,
    middle: (f64, f64),
    form: Form,
}

enum Form {
    /// Both half axes.
    Rectangle([(f64, f64); 2]),
    /// The radius.
    Circle(f64),
}

impl Footprint {
    fn rectangle(id: &Value, corner: &Value, size: &Value, turned: f64) -> Self {
        let half = (size["x"].as_f64().unwrap() / 2.0, size["y"].as_f64().unwrap() / 2.0);
        let (sin, cos) = turned.to_radians().sin_cos();
        Self {
            id: id.as_str().unwrap().to_owned(),
            middle: (corner["x"].as_f64().unwrap() + half.0, corner["y"].as_f64().unwrap() + half.1),
            form: Form::Rectangle([(cos * half.0, sin * half.0), (-sin * half.1, cos * half.1)]),
        }
    }

    fn seat(seat: &Value) -> Self {
        Self::rectangle(&seat["id"], &seat["position"], &seat["size"], seat["rotation"].as_f64().unwrap())
    }

    fn shape(item: &Value) -> Self {
        Self::rectangle(&item["id"], &item["pos"], &item["size"], 0.0)
    }

    fn area(area: &Value) -> Self {
        let shape = &area["shape"];
        Self::rectangle(&area["id"], shape, &json!({ "x": shape["width"], "y": shape["height"] }), 0.0)
    }

    /// A round table with its chairs.
    fn table(table: &Value) -> Self {
        assert_eq!(table["shp"], "round");
        Self { form: Form::Circle(table["size"]["x"].as_f64().unwrap() / 2.0 + CHAIRS), ..Self::shape(table) }
    }

    /// How far it reaches from its middle along a direction of length one.
    fn reach(&self, along: (f64, f64)) -> f64 {
        match &self.form {
            Form::Rectangle(axes) => axes.iter().map(|axis| (axis.0 * along.0 + axis.1 * along.1).abs()).sum(),
            Form::Circle(radius) => *radius,
        }
    }

    fn axes(&self) -> &[(f64, f64)] {
        match &self.form {
            Form::Rectangle(axes) => axes,
            Form::Circle(_) => &[],
        }
    }

    /// Two convex forms are apart if some direction keeps them apart: tried are their axes and the line between them.
    fn overlaps(&self, other: &Self) -> bool {
        let apart = (other.middle.0 - self.middle.0, other.middle.1 - self.middle.1);
        self.axes().iter().chain(other.axes()).chain([&apart]).all(|axis| {
            let length = axis.0.hypot(axis.1);
            let along = (axis.0 / length, axis.1 / length);
            let distance = (apart.0 * along.0 + apart.1 * along.1).abs();
            length == 0.0 || distance + 1e-9 < self.reach(along) + other.reach(along)
        })
    }

    fn is_inside(&self, width: f64, height: f64) -> bool {
        let (across, down) = (self.reach((1.0, 0.0)), self.reach((0.0, 1.0)));
        let fits = |middle: f64, reach: f64, end: f64| middle - reach >= 0.0 && middle + reach <= end;
        fits(self.middle.0, across, width) && fits(self.middle.1, down, height)
    }
}

fn footprints(document: &Value) -> Vec<Footprint> {
    let seats = list(document, "seats").iter().map(Footprint::seat);
    seats.chain(tables(document).map(Footprint::table)).collect()
}

fn overlaps(all: &[Footprint]) -> Vec<(&str, &str)> {
    let cell = |at: (f64, f64)| ((at.0 / CELL).floor() as i64, (at.1 / CELL).floor() as i64);
    let mut grid: HashMap<(i64, i64), Vec<&Footprint>> = HashMap::new();
    let mut found = Vec::new();
    for footprint in all {
        let (x, y) = cell(footprint.middle);
        for near in (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y))) {
            let others = grid.get(&near).into_iter().flatten().filter(|other| footprint.overlaps(other));
            found.extend(others.map(|other| (other.id.as_str(), footprint.id.as_str())));
        }
        grid.entry((x, y)).or_default().push(footprint);
    }
    found
}

#[test]
fn every_venue_has_its_number_of_seats() {
    let expected = [
        ("64f123456789abcd12345678", 500),
        ("trip123", 49),
        ("cinema-screen-7", 180),
        ("hundred", 100),
        ("arena-10k", 10_000),
        ("festival-field", 20_400),
    ];
    let counted: Vec<_> = layouts().into_iter().map(|(id, document)| (id, total(&document))).collect();
    assert_eq!(counted, expected.map(|(id, seats)| (id.to_owned(), seats)));
}

#[test]
fn the_theatre_is_the_one_of_the_seeds() {
    let theatre = layout("64f123456789abcd12345678");
    assert_eq!((sold_as(&theatre, "vip"), sold_as(&theatre, "standard")), (50, 450));
    for (id, category) in [
        ("seat_A1", "vip"),
        ("seat_A2", "vip"),
        ("seat_A3", "vip"),
        ("seat_A4", "vip"),
        ("seat_A5", "standard"),
        ("seat_B5", "standard"),
        ("seat_B6", "standard"),
    ] {
        assert_eq!(seat(&theatre, id)["categoryId"], category, "{id}");
    }
    assert_eq!(seat(&theatre, "seat_A1")["position"], json!({ "x": 100, "y": 50 }));
    let table = |id: &str| tables(&theatre).find(|table| table["id"] == id).unwrap().clone();
    assert_eq!(table("table_VIP_001")["sc"], 8);
    assert_eq!(table("table_VIP_001")["lbl"], "VIP Table 1");
    assert_eq!(table("table_standard_002")["categoryId"], "standard");
}

#[test]
fn the_hundred_are_numbered_from_1_to_100() {
    let ids: Vec<_> = list(&layout("hundred"), "seats").iter().map(|seat| seat["id"].clone()).collect();
    assert_eq!(ids, (1..=100).map(|number| format!("S{number:03}")).collect::<Vec<_>>());
}

#[test]
fn the_bus_has_five_seats_across_the_back() {
    let bus = layout("trip123");
    for id in ["1A", "1B", "1C", "1D", "11D", "12E"] {
        seat(&bus, id);
    }
    assert!(list(&bus, "seats").iter().all(|seat| seat["id"] != "1E"));
}

#[test]
fn twenty_thousand_stand_at_the_festival_and_four_hundred_sit() {
    let festival = layout("festival-field");
    let places: Vec<_> = areas(&festival).iter().map(|area| (area["id"].clone(), capacity(area))).collect();
    assert_eq!(places, [("front", 4_000), ("field", 12_000), ("terrace", 4_000)].map(|(id, n)| (json!(id), n)));
    assert_eq!(places.iter().map(|(_, capacity)| capacity).sum::<u64>(), 20_000);
    let section = |name: &str| list(&festival, "seats").iter().filter(|seat| seat["section"] == name).count();
    assert_eq!((section("left"), section("right")), (200, 200));
    let accessible = list(&festival, "seats").iter().filter(|seat| seat["accessible"] == true).count();
    assert_eq!(accessible, 4);
    assert_eq!(seat(&festival, "left-A-2")["companionOf"], "left-A-1");
}

#[test]
fn an_aisle_parts_the_stand_of_the_festival() {
    let festival = layout("festival-field");
    let left = |id: &str| seat(&festival, id)["position"]["x"].as_f64().unwrap();
    let step = left("left-C-20") - left("left-C-19");
    assert!(left("right-C-1") - left("left-C-20") > 2.0 * step);
}

#[test]
fn areas_are_of_one_scale() {
    let room = |area: &Value| {
        area["shape"]["width"].as_f64().unwrap() * area["shape"]["height"].as_f64().unwrap() / capacity(area) as f64
    };
    for (id, document) in layouts() {
        let rooms: Vec<f64> = areas(&document).iter().map(room).collect();
        assert!(rooms.iter().all(|room| (room / rooms[0] - 1.0).abs() < 0.01), "{id}: {rooms:?}");
    }
}

#[test]
fn ids_are_unique() {
    for (layout, document) in layouts() {
        let tables = tables(&document).flat_map(|table| {
            let id = table["id"].as_str().unwrap();
            (0..table["sc"].as_u64().unwrap()).map(move |chair| format!("seat_{id}_{chair}"))
        });
        let places = areas(&document).iter().flat_map(|area| {
            let id = area["id"].as_str().unwrap();
            (0..capacity(area)).map(move |place| format!("place_{id}_{place}"))
        });
        let named = list(&document, "items").iter().chain(areas(&document));
        let named = named.map(|named| named["id"].as_str().unwrap().to_owned());
        let seats = list(&document, "seats").iter().map(|seat| seat["id"].as_str().unwrap().to_owned());
        let mut seen = HashSet::new();
        for id in seats.chain(tables).chain(places).chain(named) {
            assert!(seen.insert(id.clone()), "{layout}: {id} twice");
        }
    }
}

#[test]
fn seats_and_tables_do_not_overlap() {
    for (id, document) in layouts() {
        assert_eq!(overlaps(&footprints(&document)), [], "{id}");
    }
}

/// An area is larger than a cell of the grid, so it is compared with everything.
#[test]
fn nothing_stands_in_an_area() {
    for (id, document) in layouts() {
        let areas: Vec<Footprint> = areas(&document).iter().map(Footprint::area).collect();
        let shapes = list(&document, "items").iter().map(Footprint::shape);
        let others: Vec<Footprint> = footprints(&document).into_iter().chain(shapes).collect();
        for (at, area) in areas.iter().enumerate() {
            let inside = others.iter().chain(&areas[at + 1..]).find(|other| area.overlaps(other));
            assert!(inside.is_none(), "{id}: {} and {}", area.id, inside.unwrap().id);
        }
    }
}

#[test]
fn everything_is_on_the_canvas() {
    for (id, document) in layouts() {
        let (width, height) = (document["canvasW"].as_f64().unwrap(), document["canvasH"].as_f64().unwrap());
        let shapes = list(&document, "items").iter().map(Footprint::shape);
        let areas = areas(&document).iter().map(Footprint::area);
        for footprint in footprints(&document).into_iter().chain(shapes).chain(areas) {
            assert!(footprint.is_inside(width, height), "{id}: {}", footprint.id);
        }
        let focus = (document["focus"]["x"].as_f64().unwrap(), document["focus"]["y"].as_f64().unwrap());
        assert!((0.0..=width).contains(&focus.0) && (0.0..=height).contains(&focus.1), "{id}: focus");
    }
}

#[test]
fn categories_are_known() {
    for (id, document) in layouts() {
        let known: Vec<_> = list(&document, "categories").iter().map(|category| &category["id"]).collect();
        let used = list(&document, "seats").iter().chain(tables(&document)).chain(areas(&document));
        let used = used.map(|sold| &sold["categoryId"]);
        assert!(used.into_iter().all(|category| known.contains(&category)), "{id}");
    }
}

#[test]
fn lengths_have_at_most_one_decimal() {
    let fine = |length: &Value| {
        let tenths = length.as_f64().unwrap() * 10.0;
        (tenths - tenths.round()).abs() < 1e-6
    };
    for (id, document) in layouts() {
        for seat in list(&document, "seats") {
            let lengths = [&seat["position"]["x"], &seat["position"]["y"], &seat["rotation"]];
            assert!(lengths.into_iter().all(fine), "{id}: {seat}");
        }
    }
}

#[test]
fn companions_stand_beside_an_accessible_place() {
    for (id, document) in layouts() {
        let companions: Vec<_> =
            list(&document, "seats").iter().filter(|seat| seat["companionOf"].is_string()).collect();
        assert!(!companions.is_empty(), "{id}");
        for companion in companions {
            let place = seat(&document, companion["companionOf"].as_str().unwrap());
            let apart =
                |axis| companion["position"][axis].as_f64().unwrap() - place["position"][axis].as_f64().unwrap();
            assert_eq!(place["accessible"], true);
            assert!(apart("x").hypot(apart("y")) < 1.5 * place["size"]["x"].as_f64().unwrap(), "{id}: {companion}");
        }
    }
}

#[test]
fn events_name_layouts_that_exist() {
    let layouts: HashSet<_> = layouts().into_iter().map(|(id, _)| id).collect();
    for (id, event) in events(midnight(date(2026, 1, 31))) {
        assert!(layouts.contains(event["layoutId"].as_str().unwrap()), "{id}");
    }
}

#[test]
fn events_lie_weeks_ahead_of_whatever_day_they_are_loaded_on() {
    for today in [date(2026, 1, 31), date(2028, 2, 29), date(2039, 12, 31)] {
        let loaded_at = midnight(today);
        for (id, event) in events(loaded_at) {
            let starts_at: Timestamp = event["startsAt"].as_str().unwrap().parse().unwrap();
            let weeks = starts_at.duration_since(loaded_at).as_hours() / (7 * 24);
            assert!((3..=52).contains(&weeks), "{id} on {today}: {weeks} weeks");
        }
    }
}

#[test]
fn the_ballot_opens_soon_after_it_is_loaded_and_draws_by_lot() {
    let loaded_at = midnight(date(2026, 1, 31));
    let (_, ballot) = events(loaded_at).into_iter().find(|(id, _)| id == DRAWN_BY_LOT).unwrap();
    let opens_at: Timestamp = ballot["waitingRoom"]["opensAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(opens_at.duration_since(loaded_at).as_secs(), 180);
    assert_eq!(ballot["waitingRoom"]["draw"], true);
}
