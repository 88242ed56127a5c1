//! The ids of an area's places.

use crate::name::{AreaId, SeatId};

/// The id of a place, by its number from 0 on.
///
/// # Errors
/// The area's id is so long that the place has none.
pub(crate) fn place_id(area: &AreaId, number: usize) -> Result<SeatId, String> {
    SeatId::stored(&format!("place_{area}_{number}"))
}

/// The area and the number that an id names, where it could be a place's.
pub(crate) fn named_place(id: &str) -> Option<(&str, usize)> {
    let (area, number) = id.strip_prefix("place_")?.rsplit_once('_')?;
    let parsed = number.parse().ok()?;
    (usize::to_string(&parsed) == number).then_some((area, parsed))
}
