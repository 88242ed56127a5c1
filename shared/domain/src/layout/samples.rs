//! What the tests of documents share.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// JSON made of the names and values that the readers look for, so that they are entered deeply.
pub fn json_near(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| Number::from_f64(n).map_or(Value::Null, Value::Number)),
        (-5i64..100).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(&["a", "b", "table", "shape", "round", "0", "rectangle"][..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 200, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(names), inner), 0..12).prop_map(|fields| {
                let fields = fields.into_iter();
                Value::from(fields.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}
