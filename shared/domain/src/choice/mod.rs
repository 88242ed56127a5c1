//! Choosing for a buyer: the best seats of a house, or places of an area. A choice is made from what was read, and decides
//! nothing: the ordinary transaction does, and where it is refused the next best choice follows.
//!
//! - [`readings`] is what is known of the seats, [`house`] the house that follows from it; [`wish`] is what a buyer wants
//! - `best` finds seats that have a number, [`places`] places of areas; [`choose`] asks both

mod best;
pub mod choose;
pub mod house;
pub mod places;
pub mod readings;
pub mod wish;
