//! Dumps of a table: what `aws dynamodb scan` prints, what DynamoDB's export to S3 writes, or bare items, one after the
//! other; compressed or not.

use crate::Row;
use crate::key::Key;
use flate2::read::MultiGzDecoder;
use serde_json::{Deserializer, Value};
use std::borrow::Cow;
use std::io::Read;

/// The first bytes of everything that gzip writes.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a dump: JSON documents, each a page with `Items`, a line with an `Item`, or an item.
///
/// # Errors
/// What is wrong with it, as a sentence that follows the file's name.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, String> {
    let bytes = inflate(bytes)?;
    let mut rows = Vec::new();
    for (document, count) in Deserializer::from_slice(&bytes).into_iter::<Value>().zip(1_usize..) {
        let document = document.map_err(|why| format!("JSON document {count} cannot be read: {why}"))?;
        take(document, &mut rows).map_err(|why| format!("JSON document {count} {why}"))?;
    }
    Ok(rows)
}

fn inflate(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    if !bytes.starts_with(&GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut inflated = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut inflated).map_err(|why| format!("is damaged gzip data: {why}"))?;
    Ok(Cow::Owned(inflated))
}

fn take(document: Value, rows: &mut Vec<Row>) -> Result<(), String> {
    let Value::Object(mut document) = document else { return Err("is no object".to_owned()) };
    let items = match (document.remove("Items"), document.remove("Item")) {
        (Some(Value::Array(items)), None) => items,
        (None, Some(item)) => vec![item],
        (None, None) => vec![Value::Object(document)],
        _ => return Err("has Items that are no list".to_owned()),
    };
    for item in items {
        match item {
            Value::Object(row) if Key::of(&row).is_some() => rows.push(row),
            _ => return Err("has an item without the texts pk and sk; is it in DynamoDB's JSON?".to_owned()),
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    const ITEM: &str = r#"{"pk":{"S":"EVENT#e#0"},"sk":{"S":"SEAT#a"}}"#;

    #[test]
    fn every_form_of_a_dump_is_read() {
        let scan = format!(r#"{{"Items":[{ITEM},{ITEM}],"Count":2,"ConsumedCapacity":null}}"#);
        let export = format!("{{\"Item\":{ITEM}}}\n{{\"Item\":{ITEM}}}\n");
        for (dump, rows) in
            [(scan.clone(), 2), (format!("{scan}\n{scan}"), 4), (export, 2), (format!("{ITEM}\n{ITEM}\n"), 2)]
        {
            assert_eq!(read(dump.as_bytes()).unwrap().len(), rows, "{dump}");
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(dump.as_bytes()).unwrap();
            assert_eq!(read(&gzip.finish().unwrap()).unwrap().len(), rows, "{dump}, compressed");
        }
        assert_eq!(read(b"").unwrap().len(), 0);
    }

    #[test]
    fn what_is_no_dump_gets_a_sentence() {
        for (dump, sentence) in [
            (r#"{"Items":["#, "JSON document 1 cannot be read: EOF while parsing a list at line 1 column 10"),
            ("seat;status", "JSON document 1 cannot be read: expected value at line 1 column 1"),
            ("[1]", "JSON document 1 is no object"),
            (r#"{"Items":{}}"#, "JSON document 1 has Items that are no list"),
            (
                r#"{"Item":{"pk":"EVENT#e"}}"#,
                "JSON document 1 has an item without the texts pk and sk; is it in DynamoDB's JSON?",
            ),
        ] {
            assert_eq!(read(dump.as_bytes()).unwrap_err(), sentence);
        }
        assert!(read(&[0x1f, 0x8b, 1, 2]).unwrap_err().starts_with("is damaged gzip data"));
    }
}
