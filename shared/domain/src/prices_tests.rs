//! Prices: a category is known by its id or, where only one has it, by its name.

use super::*;
use crate::layout::Layout;
use crate::samples::{hall, layout};
use serde_json::{Value, json};

/// The sample hall with these ids and names of its two categories, which cost 150 and 75.50.
fn hall_of(categories: [(&str, &str); 2]) -> Layout {
    let mut document = hall(10, 1);
    for (at, (id, name)) in categories.into_iter().enumerate() {
        document["categories"][at]["id"] = json!(id);
        document["categories"][at]["name"] = json!(name);
    }
    for seat in document["seats"].as_array_mut().into_iter().flatten() {
        seat["categoryId"] = json!(categories[1].0);
    }
    document["items"][0]["categoryId"] = json!(categories[0].0);
    layout(&document)
}

fn priced(layout: &Layout, prices: Value) -> Result<Vec<(String, i64)>, String> {
    let named = serde_json::from_value(prices).unwrap();
    let prices =
        decide(&named, layout.inventory(), Currency::parse("EUR").unwrap()).map_err(|refusal| refusal.message)?;
    Ok(prices.all.into_iter().filter_map(|(id, price)| Some((id.to_string(), price?.0))).collect())
}

fn are(prices: [(&str, i64); 2]) -> Result<Vec<(String, i64)>, String> {
    Ok(prices.map(|(id, price)| (id.to_owned(), price)).into())
}

#[test]
fn a_category_is_priced_by_its_id_or_by_its_name() {
    let hall = hall_of([("a", "Parkett"), ("b", "Loge Café")]);
    assert_eq!(priced(&hall, json!({})), are([("a", 15_000), ("b", 7_550)]));
    assert_eq!(priced(&hall, json!({ "a": 1, "Loge Café": 2.5 })), are([("a", 100), ("b", 250)]));
}

#[test]
fn an_id_wins_over_a_name() {
    let crossed = hall_of([("Loge", "Parkett"), ("Parkett", "Loge")]);
    assert_eq!(priced(&crossed, json!({ "Loge": 1, "Parkett": 2 })), are([("Loge", 100), ("Parkett", 200)]));
}

#[test]
fn names_are_compared_exactly_and_ids_in_one_form() {
    let hall = hall_of([("caf\u{e9}", "A"), ("b", "Caf\u{e9}")]);
    assert_eq!(priced(&hall, json!({ "cafe\u{301}": 1 })), are([("b", 7_550), ("caf\u{e9}", 100)]));
    for near in ["Cafe\u{301}", "CAF\u{c9}", "Caf\u{e9} "] {
        let refused = priced(&hall, json!({ near: 1 })).unwrap_err();
        assert_eq!(refused, format!("prices.{near}: the layout has no such category"));
    }
}

#[test]
fn a_name_that_several_categories_share_names_none_of_them() {
    let twins = hall_of([("a", "Parkett"), ("b", "Parkett")]);
    let refused = priced(&twins, json!({ "Parkett": 1 })).unwrap_err();
    assert_eq!(refused, "prices.Parkett: several categories have this name; use the id");
    assert_eq!(priced(&twins, json!({ "a": 1, "b": 2 })), are([("a", 100), ("b", 200)]));
}

#[test]
fn a_category_has_one_price_however_often_it_is_named() {
    let hall = hall_of([("a", "Parkett"), ("b", "Loge")]);
    let refused = priced(&hall, json!({ "a": 1, "Parkett": 2 })).unwrap_err();
    assert_eq!(refused, "prices.a: the category a is named twice, with two prices");
    assert_eq!(priced(&hall, json!({ "a": 1, "Parkett": 1.0 })), are([("a", 100), ("b", 7_550)]));
}

#[test]
fn a_price_that_the_currency_does_not_have_is_refused_by_what_the_document_calls_it() {
    let hall = hall_of([("a", "Parkett"), ("b", "Loge")]);
    assert_eq!(priced(&hall, json!({ "Loge": -1 })).unwrap_err(), "prices.Loge must not be negative");
    assert_eq!(priced(&hall, json!({ "Loge": 0.001 })).unwrap_err(), "prices.Loge has more than the 2 decimals of EUR");
}

#[test]
fn a_category_is_for_sale_where_the_event_or_the_layout_prices_it() {
    let mut document = hall(10, 1);
    document["categories"][0]["price"].take();
    let hall = layout(&document);
    let only = |id: &str, price: i64| Ok(vec![(id.to_owned(), price)]);
    assert_eq!(priced(&hall, json!({})), only("standard", 7_550), "the layout has no price for the other");
    assert_eq!(priced(&hall, json!({ "vip": 0, "Standard": null })), only("vip", 0), "for nothing is a price");
    assert_eq!(priced(&hall, json!({ "vip": 1 })), are([("standard", 7_550), ("vip", 100)]));
    assert!(priced(&hall, json!({ "vip": null, "VIP": 1 })).is_err(), "for sale and not for sale");
}

fn typed(layout: &Layout, prices: Value) -> Result<Vec<(String, i64)>, String> {
    let prices = serde_json::from_value(prices).unwrap();
    let named = [NamedType { id: TicketTypeId::parse("child").unwrap(), name: "Child".into(), prices }];
    let types = of_types(&named, layout.inventory(), Currency::parse("EUR").unwrap());
    let types = types.map_err(|refusal| refusal.message)?;
    Ok(types[0].prices.iter().map(|(id, price)| (id.to_string(), price.0)).collect())
}

#[test]
fn a_ticket_type_has_the_prices_that_it_names_by_id_or_name_and_no_others() {
    let layout = hall_of([("vip", "VIP"), ("standard", "Standard")]);
    assert_eq!(typed(&layout, json!({})), Ok(vec![]));
    assert_eq!(typed(&layout, json!({ "VIP": 20.5 })), Ok(vec![("vip".to_owned(), 2_050)]));
    for (prices, why) in [
        (json!({ "box": 1 }), "ticketTypes[0].prices.box: the layout has no such category"),
        (json!({ "vip": -1 }), "ticketTypes[0].prices.vip must not be negative"),
        (json!({ "vip": 1, "VIP": 2 }), "ticketTypes[0].prices.vip: the category vip is named twice, with two prices"),
    ] {
        assert_eq!(typed(&layout, prices), Err(why.to_owned()));
    }
}
