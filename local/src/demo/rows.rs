//! Geometry: where the seats of a row stand and which way they face.
//!
//! Angles are degrees clockwise. A seat that faces 0 looks up the canvas, to smaller `y`; one that faces 90 looks
//! right. A row is listed from its sitters' left to their right.

/// A point on the canvas; `y` grows downwards.
pub type Point = (f64, f64);

/// Where one seat stands (its middle) and the direction in which its sitter looks.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub middle: Point,
    pub facing: f64,
}

/// A straight row of `count` seats around `middle`, `pitch` apart.
pub fn straight(middle: Point, facing: f64, pitch: f64, count: u32) -> Vec<Spot> {
    let right = (facing.to_radians().cos(), facing.to_radians().sin());
    let first = -pitch * f64::from(count.saturating_sub(1)) / 2.0;
    let spot = |index: u32| {
        let along = first + pitch * f64::from(index);
        Spot { middle: (middle.0 + right.0 * along, middle.1 + right.1 * along), facing }
    };
    (0..count).map(spot).collect()
}

/// A circle of seats that look at its centre.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    pub centre: Point,
    pub radius: f64,
    /// From the middle of one seat to the middle of the next, along the circle.
    pub pitch: f64,
}

impl Arc {
    /// The seat that looks at the centre in the direction `facing`.
    pub fn spot(&self, facing: f64) -> Spot {
        let (sin, cos) = facing.to_radians().sin_cos();
        Spot { middle: (self.centre.0 - self.radius * sin, self.centre.1 + self.radius * cos), facing }
    }

    /// A row whose first seat faces `first`.
    pub fn from(&self, first: f64, count: u32) -> Vec<Spot> {
        (0..count).map(|index| self.spot(first - self.step() * f64::from(index))).collect()
    }

    /// A row whose last seat faces `last`.
    pub fn until(&self, last: f64, count: u32) -> Vec<Spot> {
        self.from(last + self.step() * f64::from(count.saturating_sub(1)), count)
    }

    /// A row whose middle faces `middle`.
    pub fn around(&self, middle: f64, count: u32) -> Vec<Spot> {
        self.from(middle + self.step() * f64::from(count.saturating_sub(1)) / 2.0, count)
    }

    /// How many seats fit between two rays that are `degrees` apart, with an aisle as wide as `aisle` left over.
    pub fn fits(&self, degrees: f64, aisle: f64) -> u32 {
        let length = degrees.to_radians() * self.radius - aisle;
        std::iter::successors(Some(self.pitch), |used| Some(used + self.pitch))
            .take_while(|used| *used <= length)
            .fold(0, |count, _| count + 1)
    }

    fn step(&self) -> f64 {
        (self.pitch / self.radius).to_degrees()
    }
}
