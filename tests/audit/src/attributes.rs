//! Attributes of a row in DynamoDB's JSON, with a reason for each that is not as it should be.

use crate::Row;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use serde_json::Value;
use std::borrow::Cow;
use std::io::Read;
use std::str::FromStr;

/// A row, read attribute by attribute. Each method fails with what is wrong with the attribute, which it names.
pub(crate) struct Attributes<'a>(pub(crate) &'a Row);

impl<'a> Attributes<'a> {
    /// The value of an attribute of this type (`S`, `N`, `B`, …), if there is the attribute.
    pub(crate) fn maybe(&self, name: &str, kind: &str) -> Result<Option<&'a Value>, String> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.get(kind).map(Some).ok_or_else(|| format!("{name} is not of type {kind}"))
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Result<Option<&'a str>, String> {
        Ok(self.maybe(name, "S")?.and_then(Value::as_str))
    }

    pub(crate) fn maybe_number<N: FromStr>(&self, name: &str) -> Result<Option<N>, String> {
        let Some(value) = self.maybe(name, "N")? else { return Ok(None) };
        let number = value.as_str().and_then(|digits| digits.parse().ok());
        number.map(Some).ok_or_else(|| format!("{name} is {value}, which is no such number"))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, String> {
        self.maybe_text(name)?.ok_or_else(|| missing(name))
    }

    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<N, String> {
        self.maybe_number(name)?.ok_or_else(|| missing(name))
    }

    /// Text that is stored as it is, or deflated.
    pub(crate) fn packed(&self, name: &str) -> Result<Cow<'a, str>, String> {
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        if let Some(text) = value.get("S").and_then(Value::as_str) {
            return Ok(Cow::Borrowed(text));
        }
        let base64 =
            value.get("B").and_then(Value::as_str).ok_or_else(|| format!("{name} is neither text nor bytes"))?;
        let bytes = STANDARD.decode(base64).map_err(|why| format!("{name} is no base64: {why}"))?;
        let mut text = String::new();
        DeflateDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .map_err(|why| format!("{name} is no deflated text: {why}"))?;
        Ok(Cow::Owned(text))
    }

    /// Bytes, if there are some.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(base64) = self.maybe(name, "B")?.and_then(Value::as_str) else { return Ok(None) };
        STANDARD.decode(base64).map(Some).map_err(|why| format!("{name} is no base64: {why}"))
    }

    /// JSON that is stored as [`Attributes::packed`] text.
    pub(crate) fn document(&self, name: &str) -> Result<Value, String> {
        serde_json::from_str(&self.packed(name)?).map_err(|why| format!("{name} is no JSON: {why}"))
    }
}

fn missing(name: &str) -> String {
    format!("{name} is missing")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{deflated, row};
    use serde_json::json;

    #[test]
    fn long_text_is_inflated_and_short_text_taken_as_it_is() {
        let row = row(json!({ "long": deflated("seat_1\tvip\t100\n"), "short": { "S": "a" } }));
        assert_eq!(Attributes(&row).packed("long").unwrap(), "seat_1\tvip\t100\n");
        assert_eq!(Attributes(&row).packed("short").unwrap(), "a");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let row = row(json!({ "n": { "S": "1" }, "x": { "N": "1.5" }, "b": { "B": "!" }, "d": { "B": "AAAA" } }));
        let row = Attributes(&row);
        assert_eq!(row.number::<i64>("n").unwrap_err(), "n is not of type N");
        assert_eq!(row.number::<i64>("x").unwrap_err(), "x is \"1.5\", which is no such number");
        assert_eq!(row.text("z").unwrap_err(), "z is missing");
        assert!(row.packed("b").unwrap_err().starts_with("b is no base64"));
        assert!(row.packed("d").unwrap_err().starts_with("d is no deflated text"));
        assert_eq!(row.packed("x").unwrap_err(), "x is neither text nor bytes");
    }
}
