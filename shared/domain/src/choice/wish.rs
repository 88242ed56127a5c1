//! What a buyer wants to have chosen.

use crate::event::Event;
use crate::inventory::Inventory;
use crate::name::{AreaId, SeatId, TicketTypeId};
use crate::prices;
use crate::refusal::{Code, Refusal};
use crate::ticket_type::{TypesByCount, TypesBySeat};

/// What is to be chosen, in an inventory's own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How many seats, at least one.
    pub quantity: usize,
    /// How many of them must be accessible.
    pub accessible: usize,
    /// The category, by its index.
    pub category: Option<u16>,
    /// The area, by its index.
    pub area: Option<usize>,
    /// Whether they must be together.
    pub together: bool,
}

/// The same as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// How many seats, at least one.
    pub quantity: usize,
    /// How many of them must be accessible, at most all.
    pub accessible: usize,
    /// A category, by its id or its name.
    pub category: Option<String>,
    /// An area.
    pub area: Option<AreaId>,
    /// Whether they must be together.
    pub together: bool,
    /// How many are to be of each ticket type; empty where nothing is said of types, else as many as the quantity.
    pub types: TypesByCount,
}

impl Named {
    /// The wish in the terms of an event's inventory.
    ///
    /// # Errors
    /// `not_found` for an area, `invalid_data` for a category or a ticket type that there is not, or for a category and an
    /// area that do not go together.
    pub fn resolve(&self, event: &Event, inventory: &Inventory) -> Result<Wish, Refusal> {
        let area = match &self.area {
            None => None,
            Some(id) => Some(inventory.find_area(id).ok_or_else(|| no_area(id))?),
        };
        let category = match &self.category {
            None => None,
            Some(named) => {
                Some(prices::find(named, inventory).map_err(|why| Refusal::invalid(format!("categoryId: {why}")))?)
            }
        };
        if let (Some(area), Some(category)) = (area, category)
            && inventory.areas()[area].category != category
        {
            return Err(Refusal::invalid("categoryId: the area is of another category; name one of them"));
        }
        for (id, _) in &self.types {
            event.known_type(id)?;
        }
        let Self { quantity, accessible, together, .. } = *self;
        Ok(Wish { quantity, accessible, category, area, together })
    }

    /// What each of the chosen seats is to be held as: the first of them as the event's first type, and so on.
    #[must_use]
    pub fn types_of(&self, event: &Event, seats: &[SeatId]) -> TypesBySeat {
        let order = |id: &TicketTypeId| event.ticket_types.iter().position(|known| known.id == *id);
        let mut types = self.types.clone();
        types.sort_by_key(|(id, _)| order(id));
        let each = types.into_iter().flat_map(|(id, count)| std::iter::repeat_n(id, count));
        TypesBySeat(seats.iter().cloned().zip(each).collect())
    }
}

fn no_area(id: &AreaId) -> Refusal {
    Refusal::new(Code::NotFound, format!("Area not found: {id}"))
}
