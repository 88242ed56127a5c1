//! Reads the categories of a layout document, and knows them by their ids.

use std::collections::HashMap;

use serde_json::Number;

use super::fault::{Faults, quoted};
use super::node::Node;
use crate::inventory::Category;
use crate::limits::{CATEGORIES_MAX, PRICE_MAX};
use crate::name::{CategoryId, one_form};

/// The categories and where each id is among them.
#[derive(Debug, Default)]
pub(super) struct Categories {
    pub list: Vec<Category>,
    /// The colour of each.
    pub colors: Vec<String>,
    by_id: HashMap<String, u16>,
    /// Once an id could not be read, a seat's category cannot be said to be unknown.
    complete: bool,
}

impl Categories {
    /// Reads the list.
    pub fn read(node: Node<'_, '_>, faults: &mut Faults) -> Self {
        let mut categories = Self::default();
        let Some(len) = node.array(faults) else {
            return categories;
        };
        if len == 0 || len > CATEGORIES_MAX {
            let message = format_args!("must be 1 to {CATEGORIES_MAX} categories, found {len}");
            node.fault::<()>(message, faults);
            return categories;
        }
        categories.complete = true;
        for at in 0..len {
            categories.read_one(node.element(at), faults);
        }
        categories
    }

    fn read_one(&mut self, node: Node<'_, '_>, faults: &mut Faults) {
        if node.object(faults).is_none() {
            self.complete = false;
            return;
        }
        let id = node.field("id").id(CategoryId::parse, faults);
        let name = node.field("name").name(faults);
        let color = node.field("color").text(faults);
        let price = node.field("price").optional(|price| read_price(*price, faults));
        let Some(id) = id else {
            self.complete = false;
            return;
        };
        if self.by_id.contains_key(id.as_str()) {
            self.complete = false; // The seats may name what this one was meant to be.
            let message = format_args!("duplicate id {}", quoted(id.as_str()));
            node.field("id").fault::<()>(message, faults);
        }
        // A category with a fault is listed all the same: what refers to it is right.
        self.by_id.insert(id.as_str().to_owned(), self.list.len() as u16);
        self.list.push(Category { id, name: name.unwrap_or_default().to_owned(), price: price.flatten() });
        self.colors.push(color.unwrap_or_default().to_owned());
    }

    /// The category that a `categoryId` names.
    pub fn named(&self, node: Node<'_, '_>, faults: &mut Faults) -> Option<u16> {
        let id = node.string(faults)?;
        match self.by_id.get(one_form(id).as_ref()) {
            Some(&category) => Some(category),
            None if !self.complete => None,
            None => node.fault(format_args!("unknown category {}", quoted(id)), faults),
        }
    }

    /// The category of whatever may leave it out, because there is no other.
    pub fn only(&self) -> Option<u16> {
        (self.list.len() == 1).then_some(0)
    }

    /// False when a seat's category may be missing through no fault of the seat.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

fn read_price(node: Node<'_, '_>, faults: &mut Faults) -> Option<Number> {
    let price = node.number(faults)?;
    if !(0.0..=PRICE_MAX).contains(&price) {
        let message = format_args!("must be between 0 and 1000000000, found {price}");
        return node.fault(message, faults);
    }
    // Exact for every decimal of three places: the nearest float to n/1000 is what n/1000 computes.
    let thousandths = (price * 1000.0).round();
    if thousandths / 1000.0 != price {
        let message = format_args!("must have at most 3 decimals, found {price}");
        return node.fault(message, faults);
    }
    if price.fract() == 0.0 { Some(Number::from(price as u64)) } else { Number::from_f64(price) }
}
