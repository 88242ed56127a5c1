//! Dumps of a table that the audit reads: whatever is in one, it is judged or refused.

use crate::check;
use crate::engine::{accepted, fuzz};
use audit::{Books, Key, Moment, Row, dump};
use serde_json::Value;

/// The invariants of the design are numbered from 1.
const INVARIANTS: std::ops::RangeInclusive<u8> = 1..=12;

#[test]
fn a_dump_is_judged_row_by_row_or_is_refused() {
    fuzz("audit_dump", |bytes| {
        let rows = match dump::read(bytes) {
            Err(message) => return check::message(&message),
            Ok(rows) => rows,
        };
        accepted();
        assert!(rows.iter().all(|row| Key::of(row).is_some()), "a row without keys");
        let lines: String = rows.iter().map(|row| format!("{}\n", Value::Object(row.clone()))).collect();
        // Numbers stand in texts, so nothing is lost on the way but a key that is there twice.
        let again: Vec<Row> = dump::read(lines.as_bytes()).unwrap();
        assert!(
            again.len() == rows.len() || rows.iter().any(|row| row.contains_key("Item") || row.contains_key("Items"))
        );
        let books = Books::from_rows(rows);
        for violation in books.audit(&Moment { at: 1_900_000_000_000, apart: 0 }) {
            assert!(INVARIANTS.contains(&violation.invariant), "{violation}");
            assert!(!violation.to_string().is_empty());
        }
    });
}
