//! Layouts as the table keeps them: whatever damage is done to the bytes, what comes out can be used.

use super::layout::sample;
use super::layout_answer::answer;
use crate::check;
use crate::engine::{accepted, fuzz_with};
use domain::layout::{Layout, packed};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use service::output::prefixes::{Prefixes, push_item};
use std::io::{Read, Write};

/// Damages what is inside: what is deflated hardly survives an edit.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stored(document: &Value) -> Vec<u8> {
    packed::pack(&Layout::from_document(document).unwrap()).chunks.concat()
}

/// The sample with its area and without, and areas alone; and what earlier versions of the product stored.
fn in_every_form() -> Vec<Vec<u8>> {
    let (mut without_area, areas_only) = (sample(), include_str!("../corpus/layout_document/areas_only.json"));
    without_area["areas"].take();
    vec![
        stored(&sample()),
        stored(&without_area),
        stored(&serde_json::from_str(areas_only).unwrap()),
        include_bytes!("../../../shared/domain/fixtures/first.bin").to_vec(),
        include_bytes!("../../../shared/domain/fixtures/second.bin").to_vec(),
    ]
}

fn inflate(stored: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(stored).read_to_end(&mut bytes).unwrap();
    bytes
}

/// What is damaged once it was deflated hardly ever is a layout: there the inflater is the parser to get past.
fn unpack_stored(chunk: &[u8]) {
    if packed::unpack([chunk]).is_err_and(|message| !message.contains("cannot be inflated")) {
        accepted();
    }
    unpack(chunk);
}

fn unpack(chunk: &[u8]) {
    match packed::unpack([chunk]) {
        Err(message) => check::message(&message),
        Ok(layout) => {
            accepted();
            let (prefixes, inventory) = (Prefixes::new(&layout), layout.inventory());
            for at in 0..u32::try_from(inventory.numbered()).unwrap() {
                assert!(prefixes.of(at).starts_with(r#"{"id":""#));
            }
            for at in 0..u32::try_from(inventory.seats().len()).unwrap() {
                assert!(check::is_label(inventory.category_of(at).id.as_str()));
                let right = inventory.neighbours().right_of(at);
                assert!(right.is_none_or(|right| inventory.neighbours().left_of(right) == Some(at)));
            }
            for item in &layout.drawing().items {
                push_item(&mut String::new(), inventory, item);
            }
            for table in inventory.tables() {
                for seat in inventory.table_seat_ids(table.id.as_str()).unwrap() {
                    assert!(check::is_label(seat.as_str()));
                }
            }
            let mut next = inventory.numbered();
            for (at, area) in inventory.areas().iter().enumerate() {
                assert_eq!(area.places.start as usize, next, "{area:?}");
                assert!(area.capacity() > 0, "an area without places: {area:?}");
                assert!(area.places.clone().all(|place| inventory.area_of(place) == Some(at)), "{area:?}");
                next = area.places.end as usize;
            }
            assert_eq!(next, inventory.seats().len());
            assert_eq!(answer(&layout)["areas"].as_array().map(Vec::len), Some(inventory.areas().len()));
            // Damaged numbers may be none, which equal nothing: the bytes are compared.
            let again = packed::pack(&layout);
            assert_eq!(packed::pack(&packed::unpack(&again.chunks).unwrap()), again);
        }
    }
}

#[test]
fn a_stored_layout_with_damaged_content_is_usable_or_refused() {
    let layouts = in_every_form().iter().map(|bytes| inflate(bytes)).collect();
    fuzz_with("packed_layout", 1, layouts, |bytes| unpack(&deflate(bytes)));
}

#[test]
fn a_stored_layout_with_damaged_bytes_is_usable_or_refused() {
    fuzz_with("stored_layout", 2, in_every_form(), unpack_stored);
}
