//! The template's resources by name, with every reference worked out.

use std::collections::BTreeMap;

use serde_json::Value;

/// Every resource by its name.
pub type Resources = BTreeMap<String, Value>;

/// The resources of one type.
pub fn of_type<'a>(resources: &'a Resources, kind: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    resources.iter().filter(move |(_, resource)| resource["Type"] == kind)
}
