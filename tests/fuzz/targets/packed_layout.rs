//! Layouts as the table keeps them: whatever damage is done to the bytes, what comes out can be used.

use super::layout::sample;
use crate::check;
use crate::engine::{accepted, fuzz_with};
use domain::layout::answer::{Prefixes, push_item};
use domain::layout::{Layout, packed};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};

/// Damages what is inside: what is deflated hardly survives an edit.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stored() -> Vec<u8> {
    packed::pack(&Layout::from_document(&sample()).unwrap()).chunks.concat()
}

fn inside() -> Vec<u8> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(stored().as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn unpack(chunk: &[u8]) {
    match packed::unpack([chunk]) {
        Err(message) => check::message(&message),
        Ok(layout) => {
            accepted();
            let prefixes = Prefixes::new(&layout);
            for at in 0..u32::try_from(layout.seats().len()).unwrap() {
                assert!(prefixes.of(at).starts_with(r#"{"id":""#));
                assert!(check::is_label(layout.category_of(at).id.as_str()));
            }
            for item in layout.items() {
                push_item(&mut String::new(), &layout, item);
                for seat in layout.table_seat_ids(item.id.as_str()).unwrap_or_default() {
                    assert!(check::is_label(seat.as_str()));
                }
            }
            // Damaged numbers may be none, which equal nothing: the bytes are compared.
            let again = packed::pack(&layout);
            assert_eq!(packed::pack(&packed::unpack(&again.chunks).unwrap()), again);
        }
    }
}

#[test]
fn a_stored_layout_with_damaged_content_is_usable_or_refused() {
    fuzz_with("packed_layout", 1, vec![inside()], |bytes| unpack(&deflate(bytes)));
}

#[test]
fn a_stored_layout_with_damaged_bytes_is_usable_or_refused() {
    fuzz_with("stored_layout", 2, vec![stored()], unpack);
}
