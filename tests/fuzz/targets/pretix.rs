//! Seating plans of pretix.

use super::layout::read;
use crate::engine::fuzz;
use domain::name::one_form;
use serde_json::Value;

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[test]
fn a_plan_becomes_a_layout_with_all_its_seats_or_is_refused() {
    fuzz("pretix_plan", |bytes| {
        let Some((plan, layout)) = read(bytes) else { return };
        if plan.get("zones").is_none_or(Value::is_null) {
            return;
        }
        let seats: Vec<&Value> =
            list(&plan["zones"]).flat_map(|zone| list(&zone["rows"])).flat_map(|row| list(&row["seats"])).collect();
        let inventory = layout.inventory();
        assert_eq!(inventory.seats().len(), seats.len());
        for (seat, said) in inventory.seats().iter().zip(seats) {
            assert_eq!(seat.id.as_str(), one_form(said["seat_guid"].as_str().unwrap()));
            let category = &inventory.categories()[usize::from(seat.category)];
            assert_eq!(category.name, said["category"].as_str().unwrap());
            assert_eq!(category.price, None, "a plan knows no prices");
        }
        assert!(inventory.tables().is_empty() && inventory.areas().is_empty(), "areas are drawings");
    });
}
