//! Text in a table row: as it is while short, deflated once it would cost a second write unit (1 KB).

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::limits::PLAIN_BYTES_MAX;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};

/// The attribute for `text`.
#[must_use]
pub fn pack(text: &str) -> AttributeValue {
    if text.len() <= PLAIN_BYTES_MAX {
        return AttributeValue::S(text.to_owned());
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail; were it to, the plain text is right as well.
    match encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()) {
        Ok(bytes) => AttributeValue::B(Blob::new(bytes)),
        Err(_) => AttributeValue::S(text.to_owned()),
    }
}

/// The text of an attribute that [`pack`] made.
///
/// # Errors
/// The attribute is neither text nor deflated text.
pub fn unpack(value: &AttributeValue) -> Result<String, String> {
    match value {
        AttributeValue::S(text) => Ok(text.clone()),
        AttributeValue::B(bytes) => {
            let mut text = String::new();
            DeflateDecoder::new(bytes.as_ref()).read_to_string(&mut text).map_err(|e| format!("deflated text: {e}"))?;
            Ok(text)
        }
        _ => Err("neither text nor bytes".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_comes_back(text in ".{0,2000}") {
            prop_assert_eq!(unpack(&pack(&text)), Ok(text));
        }
    }

    #[test]
    fn fifty_seats_fit_one_write_unit() {
        let text: String =
            (0..50).map(|i| format!("seat_table_standard_{:03}_{}\tstandard\t{}\n", i * 7, i % 8, 7_500)).collect();
        let AttributeValue::B(bytes) = pack(&text) else { unreachable!("long text is deflated") };
        assert!(bytes.as_ref().len() < 700, "{}", bytes.as_ref().len());
    }
}
