//! The layout document of the contract, built from seats and items.
//!
//! A `position` is the top left corner of the seat before it is turned; it is turned around its middle.

use super::rows::{Point, Spot};
use serde_json::{Map, Value, json};

/// One venue, ready to become a PUT document.
pub struct Layout {
    pub name: &'static str,
    pub canvas: Point,
    pub categories: Vec<Category>,
    pub seats: Vec<Seat>,
    /// Standing room.
    pub areas: Vec<Area>,
    pub items: Vec<Value>,
    /// Where the best seats are nearest to.
    pub focus: Point,
}

/// A price category.
pub struct Category {
    pub id: &'static str,
    pub name: &'static str,
    pub color: &'static str,
    pub price: f64,
}

/// One numbered seat.
#[derive(Debug)]
pub struct Seat {
    pub id: String,
    pub spot: Spot,
    pub size: f64,
    pub category: &'static str,
    /// Where the venue has several, whose rows may have the same names.
    pub section: Option<String>,
    pub row: String,
    pub number: u32,
    pub accessible: bool,
    pub companion_of: Option<String>,
}

/// Places without numbers, drawn as one rectangle.
pub struct Area {
    pub id: &'static str,
    pub name: &'static str,
    pub category: &'static str,
    pub capacity: u32,
    pub corner: Point,
    pub size: Point,
}

impl Layout {
    /// The document that an admin PUTs.
    pub fn into_document(self) -> Value {
        let mut document = json!({
            "name": self.name,
            "canvasW": number(self.canvas.0),
            "canvasH": number(self.canvas.1),
            "categories": self.categories.iter().map(Category::document).collect::<Vec<_>>(),
            "seats": self.seats.iter().map(Seat::document).collect::<Vec<_>>(),
            "items": self.items,
            "focus": point(self.focus),
        });
        if !self.areas.is_empty() {
            document["areas"] = self.areas.iter().map(Area::document).collect();
        }
        document
    }
}

impl Category {
    fn document(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "color": self.color, "price": self.price })
    }
}

impl Seat {
    fn document(&self) -> Value {
        let corner = (self.spot.middle.0 - self.size / 2.0, self.spot.middle.1 - self.size / 2.0);
        let mut seat = Map::new();
        seat.insert("id".to_owned(), json!(self.id));
        seat.insert("position".to_owned(), point(corner));
        seat.insert("size".to_owned(), point((self.size, self.size)));
        seat.insert("categoryId".to_owned(), json!(self.category));
        seat.insert("rotation".to_owned(), degrees(self.spot.facing));
        if let Some(section) = &self.section {
            seat.insert("section".to_owned(), json!(section));
        }
        seat.insert("rowLabel".to_owned(), json!(self.row));
        seat.insert("seatNumber".to_owned(), json!(self.number));
        if self.accessible {
            seat.insert("accessible".to_owned(), json!(true));
        }
        if let Some(accessible_seat) = &self.companion_of {
            seat.insert("companionOf".to_owned(), json!(accessible_seat));
        }
        Value::Object(seat)
    }
}

impl Area {
    fn document(&self) -> Value {
        let (corner, size) = (self.corner, self.size);
        json!({
            "id": self.id, "name": self.name, "categoryId": self.category, "capacity": self.capacity,
            "shape": {
                "x": number(corner.0), "y": number(corner.1), "width": number(size.0), "height": number(size.1),
            },
        })
    }
}

/// Makes `place` a wheelchair place and keeps `neighbour` for the companion.
pub fn wheelchair(seats: &mut [Seat], place: &str, neighbour: &str) {
    for seat in seats {
        if seat.id == place {
            seat.accessible = true;
        } else if seat.id == neighbour {
            seat.companion_of = Some(place.to_owned());
        }
    }
}

/// Something to look at that is not sold; `form` is `rect` or `round`. Without a label it is plain floor.
pub fn shape(id: &str, form: &str, label: Option<&str>, corner: Point, size: Point) -> Value {
    let mut shape =
        json!({ "id": id, "type": "shape", "shp": form, "rot": 0, "pos": point(corner), "size": point(size) });
    if let Some(label) = label {
        shape["lbl"] = json!(label);
    }
    shape
}

/// A point as the contract writes it.
pub fn point((x, y): Point) -> Value {
    json!({ "x": number(x), "y": number(y) })
}

/// An angle in [0, 360).
fn degrees(angle: f64) -> Value {
    number(one_decimal(angle).rem_euclid(360.0))
}

/// A length with at most one decimal, and none where it is whole: a layout of 10,000 seats is read by people too.
fn number(length: f64) -> Value {
    let rounded = one_decimal(length);
    if rounded.fract() == 0.0 { json!(rounded as i64) } else { json!(rounded) }
}

fn one_decimal(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}
