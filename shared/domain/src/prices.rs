//! The prices of an event: what its document says of the layout's categories, each by its id or by its name.
//! A category that has no price in the end is not for sale.

use crate::inventory::{Category, Inventory};
use crate::limits::SHOWN_CHARS_MAX;
use crate::money::{Currency, Minor};
use crate::name::{CategoryId, TicketTypeId, one_form, shown};
use crate::refusal::Refusal;
use crate::ticket_type::TicketType;
use serde_json::Number;
use std::collections::BTreeMap;

/// The prices that follow from an event's document.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// What the document itself says.
    pub own: BTreeMap<CategoryId, Option<Number>>,
    /// The price of every category: the event's own, else the layout's, in the event's currency; none is not for sale.
    pub all: BTreeMap<CategoryId, Option<Minor>>,
}

/// Prices every category of the layout. `named` has the document's own words for categories, ids or names; a price of
/// none takes its category out of sale.
///
/// # Errors
/// `invalid_data`: a category that the layout does not have, or that more than one could be; one with two prices; a
/// price that the currency does not have.
pub fn decide(
    named: &BTreeMap<String, Option<Number>>,
    inventory: &Inventory,
    currency: Currency,
) -> Result<Prices, Refusal> {
    let mut prices = Prices { own: BTreeMap::new(), all: BTreeMap::new() };
    for (name, price) in named {
        let refuse = |why: &str| Refusal::invalid(format!("prices.{}{why}", shown(name, SHOWN_CHARS_MAX)));
        let category = named_category(name, inventory).map_err(|why| refuse(&format!(": {why}")))?;
        let minor = minor(price.as_ref(), currency).map_err(|why| refuse(&format!(" {why}")))?;
        if prices.all.insert(category.id.clone(), minor).is_some_and(|before| before != minor) {
            return Err(refuse(&format!(": the category {} is named twice, with two prices", category.id)));
        }
        prices.own.insert(category.id.clone(), price.clone());
    }
    for category in inventory.categories().iter().filter(|category| !prices.own.contains_key(&category.id)) {
        let minor = minor(category.price.as_ref(), currency);
        let minor = minor.map_err(|why| Refusal::invalid(format!("prices.{} {why}", category.id)))?;
        prices.all.insert(category.id.clone(), minor);
    }
    Ok(prices)
}

/// A ticket type as an event's document has it.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// Its id.
    pub id: TicketTypeId,
    /// What people call it.
    pub name: String,
    /// Its prices, each under the document's own word for its category, an id or a name.
    pub prices: BTreeMap<String, Number>,
}

/// Prices every ticket type of an event in the categories that it names.
///
/// # Errors
/// `invalid_data`, as [`decide`].
pub fn of_types(named: &[NamedType], inventory: &Inventory, currency: Currency) -> Result<Vec<TicketType>, Refusal> {
    let one = |(at, named): (usize, &NamedType)| {
        let mut prices = BTreeMap::new();
        for (word, price) in &named.prices {
            let path = || format!("ticketTypes[{at}].prices.{}", shown(word, SHOWN_CHARS_MAX));
            let category =
                named_category(word, inventory).map_err(|why| Refusal::invalid(format!("{}: {why}", path())))?;
            let minor = currency.minor(price).map_err(|why| Refusal::invalid(format!("{} {why}", path())))?;
            if prices.insert(category.id.clone(), minor).is_some_and(|before| before != minor) {
                let why = format!("the category {} is named twice, with two prices", category.id);
                return Err(Refusal::invalid(format!("{}: {why}", path())));
            }
        }
        Ok(TicketType { id: named.id.clone(), name: named.name.clone(), prices })
    };
    named.iter().enumerate().map(one).collect()
}

fn minor(price: Option<&Number>, currency: Currency) -> Result<Option<Minor>, String> {
    price.map(|price| currency.minor(price)).transpose()
}

fn named_category<'i>(named: &str, inventory: &'i Inventory) -> Result<&'i Category, &'static str> {
    find(named, inventory).map(|at| &inventory.categories()[usize::from(at)])
}

/// The index of the category with this id, else of the only one with this very name. A layout that was stored before ids became NFC may
/// have an id in another form.
///
/// # Errors
/// What is wrong with the name.
pub fn find(named: &str, inventory: &Inventory) -> Result<u16, &'static str> {
    let categories = || (0_u16..).zip(inventory.categories());
    let at = |(at, _): (u16, &Category)| at;
    let by_id = categories().find(|(_, category)| category.id.as_str() == named);
    let by_form = || categories().find(|(_, category)| one_form(category.id.as_str()) == one_form(named));
    if let Some(category) = by_id.or_else(by_form) {
        return Ok(at(category));
    }
    let mut by_name = categories().filter(|(_, category)| category.name == named).map(at);
    match (by_name.next(), by_name.next()) {
        (Some(category), None) => Ok(category),
        (Some(_), Some(_)) => Err("several categories have this name; use the id"),
        (None, _) => Err("the layout has no such category"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "prices_tests.rs"]
mod tests;
