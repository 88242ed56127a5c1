//! How far seats and areas are from where the view is best. A distance says which of two is nearer, and nothing else.

/// Distances of an inventory's seats and areas, in the layout's own units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nearness {
    seats: Vec<f32>,
    areas: Vec<f32>,
}

impl Nearness {
    /// The distances of seats that have a number, and of areas, each in the inventory's order.
    pub(crate) fn new(seats: Vec<f32>, areas: Vec<f32>) -> Self {
        Self { seats, areas }
    }

    /// How far a seat with a number is; a place has no distance of its own.
    #[must_use]
    pub fn of_seat(&self, seat: u32) -> f32 {
        self.seats.get(seat as usize).copied().unwrap_or(f32::MAX)
    }

    /// How far an area is.
    #[must_use]
    pub fn of_area(&self, area: usize) -> f32 {
        self.areas.get(area).copied().unwrap_or(f32::MAX)
    }
}
