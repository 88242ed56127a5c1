//! Bytes as text: two hexadecimal digits each. Written in lower case, read in either.
//!
//! As `#[serde(with = "crate::hex")]` a field of so many bytes is stored and shown as that text.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use std::borrow::Cow;

/// The text of these bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// The bytes of a text; none where the text has another length than `N` bytes have, or anything but hexadecimal digits.
#[must_use]
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let mut bytes = [0; N];
    if pairs.len() != N {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|half| u8::try_from(half).ok())
}

/// Writes bytes as text.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<const N: usize, S: Serializer>(bytes: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode(bytes))
}

/// Reads bytes from a text.
///
/// # Errors
/// The text has another length, or anything but hexadecimal digits.
pub fn deserialize<'de, const N: usize, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; N], D::Error> {
    let text = Cow::<str>::deserialize(deserializer)?;
    decode(&text).ok_or_else(|| D::Error::custom(format_args!("must be {} hexadecimal digits", 2 * N)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
    struct Row(#[serde(with = "crate::hex")] [u8; 2]);

    #[test]
    fn bytes_come_back_from_their_text_in_either_case() {
        let all: [u8; 256] = std::array::from_fn(|byte| u8::try_from(byte).unwrap());
        assert_eq!(decode(&encode(&all)), Some(all));
        assert_eq!(encode(&[0, 1, 0xab, 0xff]), "0001abff");
        assert_eq!(decode("0001ABff"), Some([0, 1, 0xab, 0xff]));
        assert_eq!(decode(""), Some([]));
    }

    #[test]
    fn what_is_no_text_of_so_many_bytes_is_none() {
        for text in ["", "ab", "abc", "abcdef", "abcg", "+bcd", "ab d", "äb", "0xab"] {
            assert_eq!(decode::<2>(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_row_has_bytes_as_text() {
        assert_eq!(serde_json::to_string(&Row([1, 0xaf])).unwrap(), "\"01af\"");
        assert_eq!(serde_json::from_str::<Row>("\"01AF\"").unwrap(), Row([1, 0xaf]));
        let refused = serde_json::from_str::<Row>("\"01\"").unwrap_err().to_string();
        assert!(refused.starts_with("must be 4 hexadecimal digits"), "{refused}");
    }
}
