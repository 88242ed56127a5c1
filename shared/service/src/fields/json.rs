//! JSON as clients send it: read once, and refused where it says one thing twice or is nested too deep.

use domain::limits::JSON_DEPTH_MAX;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads one document; bytes after it are refused.
///
/// # Errors
/// What is wrong, and where.
pub fn read(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// How deep objects and lists are nested in a value: 0 for a text or a number, 1 for an object of such.
#[must_use]
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or_default(),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or_default(),
    }
}

/// A whole number from 0 on, however it is written: 6.0 is 6, as it is to JSON Schema. As a float it is at most as large as
/// any field that asks for one.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and within the range
pub fn whole(value: &Value) -> Option<u64> {
    let range = 0.0..=f64::from(u32::MAX);
    let written_as_float = || value.as_f64().filter(|number| number.fract() == 0.0 && range.contains(number));
    value.as_u64().or_else(|| written_as_float().map(|number| number as u64))
}

/// A value whose objects name each field once. `serde_json` alone would keep the last of two.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth < JSON_DEPTH_MAX {
            true => Ok(Self { depth: self.depth + 1 }),
            false => Err(E::custom(format_args!("it is nested more than {JSON_DEPTH_MAX} deep"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(inner)?;
            if object.contains_key(&name) {
                let shown = domain::name::shown(&name, domain::limits::SHOWN_CHARS_MAX);
                return Err(A::Error::custom(format_args!("it names {shown} twice")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn nested(depth: usize) -> String {
        format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth))
    }

    #[test]
    fn a_field_that_is_named_twice_is_refused_by_name() {
        let error = read(br#"{"seatIds":["a"],"b":{"c":1,"c":1}}"#).unwrap_err().to_string();
        assert!(error.starts_with("it names c twice"), "{error}");
    }

    #[test]
    fn one_document_is_read_and_nothing_behind_it() {
        for bytes in [&b"{}{}"[..], b"{} x", b"{},", b"", b"{", b"{}\0"] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(read(b" {\"a\" : 1} \n").unwrap(), json!({ "a": 1 }));
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for (text, number) in
            [("6", Some(6)), ("6.0", Some(6)), ("-0.0", Some(0)), ("6e1", Some(60)), ("1.5", None), ("-1", None)]
        {
            assert_eq!(whole(&read(text.as_bytes()).unwrap()), number, "{text}");
        }
        for text in ["1e300", "\"6\"", "null", "true"] {
            assert_eq!(whole(&read(text.as_bytes()).unwrap()), None, "{text}");
        }
        assert_eq!(whole(&json!(u64::MAX)), Some(u64::MAX));
    }

    #[test]
    fn depth_is_bounded_where_input_is_read() {
        assert_eq!(depth(&read(nested(JSON_DEPTH_MAX).as_bytes()).unwrap()), JSON_DEPTH_MAX);
        let error = read(nested(JSON_DEPTH_MAX + 1).as_bytes()).unwrap_err().to_string();
        assert!(error.contains("nested more than"), "{error}");
        assert!(read(nested(100_000).as_bytes()).is_err(), "and costs no stack");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_named_once_reads_as_serde_json_reads_it(value in value()) {
            let text = value.to_string();
            let plain: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read(text.as_bytes()).unwrap(), plain);
        }
    }
}
