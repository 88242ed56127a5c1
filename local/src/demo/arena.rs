//! An arena with exactly 10,000 seats: a stage in the round, four blocks on the floor, and a bowl of two tiers whose
//! rows run straight along the sides and curve around the corners.
//!
//! A seat's id is section, row, seat: `101-A-1`. Sections run clockwise from the top left: `F1` to `F4` on the floor,
//! `101` to `120` in the lower tier, `201` to `220` in the upper.

use super::document::{Category, Layout, Seat, shape};
use super::rows::{Arc, Point, Spot, straight};

pub const LAYOUT: &str = "arena-10k";

const MIDDLE: Point = (950.0, 760.0);
const SEAT_SIZE: f64 = 9.0;
const PITCH: f64 = 12.0;
const ROW_DEPTH: f64 = 14.0;
/// Width left for the stairs between two sections.
const STAIRS: f64 = 16.0;
/// The bowl's front row runs around a rectangle of twice this, with corners of the front row's radius.
const HALF: Point = (360.0, 170.0);

/// One ring of the bowl.
struct Tier {
    /// The section before its first.
    hundred: u32,
    rows: u32,
    front_radius: f64,
}

const LOWER: Tier = Tier { hundred: 100, rows: 14, front_radius: 110.0 };
const UPPER: Tier = Tier { hundred: 200, rows: 16, front_radius: 346.0 };
/// Rows of the upper tier that are sold as balcony.
const BALCONY_FROM: u32 = 9;

/// Where a section lies in the bowl.
enum Section {
    /// Along a side: the middle of its front edge on the inner rectangle, and the seats in each row.
    Side { front: Point, facing: f64, seats: u32 },
    /// A wedge of half a corner: the corner of the inner rectangle that it curves around.
    Corner { centre: Point, facing: f64 },
}

const CORNER_WEDGE: f64 = 45.0;
const LONG_SIDE_SEATS: u32 = 13;
const SHORT_SIDE_SEATS: u32 = 12;

pub fn layout() -> Layout {
    let mut seats = floor();
    seats.extend(tier(&LOWER));
    seats.extend(tier(&UPPER));
    Layout {
        name: "Arena, 10,000 seats",
        canvas: (1900.0, 1520.0),
        categories: vec![
            Category { id: "floor", name: "Floor", color: "#8E44AD", price: 220.00 },
            Category { id: "premium", name: "Lower tier, side", color: "#C2407E", price: 165.00 },
            Category { id: "lower", name: "Lower tier, end", color: "#2F7FD0", price: 120.00 },
            Category { id: "upper", name: "Upper tier", color: "#1F9D8B", price: 75.00 },
            Category { id: "balcony", name: "Balcony", color: "#7A9A3A", price: 45.00 },
        ],
        seats,
        areas: Vec::new(),
        items: vec![
            shape("floor", "rect", None, (510.0, 510.0), (880.0, 500.0)),
            shape("catwalk", "rect", None, (790.0, 730.0), (320.0, 60.0)),
            shape("stage", "round", Some("Stage"), (850.0, 660.0), (200.0, 200.0)),
        ],
        focus: MIDDLE,
    }
}

/// Four blocks of straight rows, two on either side of the stage.
fn floor() -> Vec<Seat> {
    let block = |(name, side, end): (&'static str, f64, f64)| {
        (0..12).flat_map(move |row| {
            let middle = (MIDDLE.0 + side * (190.0 + 18.0 * f64::from(row)), MIDDLE.1 + end * 106.0);
            numbered(name, row, straight(middle, 90.0 * -side, PITCH + 2.0, 13), "floor")
        })
    };
    [("F1", -1.0, -1.0), ("F2", 1.0, -1.0), ("F3", 1.0, 1.0), ("F4", -1.0, 1.0)].into_iter().flat_map(block).collect()
}

fn tier(tier: &Tier) -> Vec<Seat> {
    let section = |(section, number): (Section, u32)| {
        let name = (tier.hundred + number).to_string();
        (0..tier.rows).flat_map(move |row| {
            let radius = tier.front_radius + ROW_DEPTH * f64::from(row);
            let seats = numbered(&name, row, section.row(radius), category(tier, &section, row));
            if row + 1 == tier.rows { with_wheelchairs(seats) } else { seats }
        })
    };
    sections().into_iter().zip(1..).flat_map(section).collect()
}

/// The twenty sections of a tier, clockwise from the left end of the top side.
fn sections() -> Vec<Section> {
    let (x, y) = HALF;
    let mut sections = Vec::new();
    sections.extend([-0.75, -0.25, 0.25, 0.75].map(|at| side((x * at, -y), 180.0, LONG_SIDE_SEATS)));
    sections.extend(corner((x, -y), 225.0));
    sections.extend([-0.5, 0.5].map(|at| side((x, y * at), 270.0, SHORT_SIDE_SEATS)));
    sections.extend(corner((x, y), 315.0));
    sections.extend([0.75, 0.25, -0.25, -0.75].map(|at| side((x * at, y), 0.0, LONG_SIDE_SEATS)));
    sections.extend(corner((-x, y), 45.0));
    sections.extend([0.5, -0.5].map(|at| side((-x, y * at), 90.0, SHORT_SIDE_SEATS)));
    sections.extend(corner((-x, -y), 135.0));
    sections
}

fn side(front: Point, facing: f64, seats: u32) -> Section {
    Section::Side { front: (MIDDLE.0 + front.0, MIDDLE.1 + front.1), facing, seats }
}

/// Both wedges of a corner whose diagonal faces `facing`.
fn corner(centre: Point, facing: f64) -> [Section; 2] {
    let centre = (MIDDLE.0 + centre.0, MIDDLE.1 + centre.1);
    [-CORNER_WEDGE / 2.0, CORNER_WEDGE / 2.0].map(|turn| Section::Corner { centre, facing: facing + turn })
}

impl Section {
    /// The row at `radius` from the inner rectangle.
    fn row(&self, radius: f64) -> Vec<Spot> {
        match *self {
            Self::Side { front, facing, seats } => {
                let middle = Arc { centre: front, radius, pitch: PITCH }.spot(facing).middle;
                straight(middle, facing, PITCH, seats)
            }
            Self::Corner { centre, facing } => {
                let arc = Arc { centre, radius, pitch: PITCH };
                arc.around(facing, arc.fits(CORNER_WEDGE, STAIRS))
            }
        }
    }

    fn is_long_side(&self) -> bool {
        matches!(self, Self::Side { seats: LONG_SIDE_SEATS, .. })
    }
}

fn category(tier: &Tier, section: &Section, row: u32) -> &'static str {
    match (tier.hundred, section.is_long_side()) {
        (100, true) => "premium",
        (100, false) => "lower",
        _ if row >= BALCONY_FROM => "balcony",
        _ => "upper",
    }
}

fn numbered(section: &str, row: u32, spots: Vec<Spot>, category: &'static str) -> Vec<Seat> {
    let label = ('A'..='Z').nth(row as usize).unwrap_or('Z');
    let seat = |(spot, number): (Spot, u32)| Seat {
        id: format!("{section}-{label}-{number}"),
        spot,
        size: SEAT_SIZE,
        category,
        section: Some(section.to_owned()),
        row: label.to_string(),
        number,
        accessible: false,
        companion_of: None,
    };
    spots.into_iter().zip(1..).map(seat).collect()
}

/// The walk behind a tier is level with its last row: there the first place of each section takes a wheelchair.
fn with_wheelchairs(mut seats: Vec<Seat>) -> Vec<Seat> {
    if let [place, neighbour, ..] = seats.as_mut_slice() {
        place.accessible = true;
        neighbour.companion_of = Some(place.id.clone());
    }
    seats
}
