//! How a layout lies in the table: canonical bytes, deflated, in chunks that fit an item.
//!
//! The bytes hold the layout as it was published, seats of tables and neighbours included, so that a change in how tables
//! are expanded or neighbours found moves no seat of a layout that is on sale. What can be sold comes first and what is
//! drawn second, each with its length before it, so that either can be read without the other.
//!
//! A layout that was published in an older form has another hash in this one: it is known again by what it says, for two
//! layouts are equal whatever form they were read from.

mod codec;
mod drawing;
mod inventory;
mod older;
mod seat;

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::{Layout, Said};
use crate::digest::Digest;
use crate::limits;
use codec::{Reader, Writer};
use older::Older;

/// The first bytes of each form, which tell them apart.
const FIRST_FORM: &[u8] = b"HFL1";
const SECOND_FORM: &[u8] = b"HFL2";
/// Since what can be sold and where it is drawn lie apart, and neighbours are kept.
const THIRD_FORM: &[u8] = b"HFL3";
/// Each half of the third form with the areas behind it. Written where a layout has any, so that the others keep the hash
/// that they were published with.
const FOURTH_FORM: &[u8] = b"HFL4";

/// A layout ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Lower-case hex SHA-256 of the canonical bytes: equal for equal layouts, whatever order their fields came in.
    pub hash: String,
    /// In order; each at most [`limits::LAYOUT_CHUNK_BYTES`] long, at least one.
    pub chunks: Vec<Vec<u8>>,
}

/// Packs a layout.
pub fn pack(layout: &Layout) -> Packed {
    let bytes = write(layout);
    let chunks = deflate(&bytes).chunks(limits::LAYOUT_CHUNK_BYTES).map(<[u8]>::to_vec).collect();
    Packed { hash: hash(&bytes), chunks }
}

fn hash(bytes: &[u8]) -> String {
    Digest::of(&[bytes]).to_string()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let deflated = encoder.write_all(bytes).and_then(|()| encoder.finish());
    // A layout must not be stored as something else than it is, and writing to memory does not fail.
    deflated.unwrap_or_else(|error| unreachable!("deflate into memory: {error}"))
}

/// Unpacks what [`pack`] made, from all its chunks in order.
///
/// # Errors
/// The chunks are damaged, incomplete or of an unknown form.
pub fn unpack<C: AsRef<[u8]>>(chunks: impl IntoIterator<Item = C>) -> Result<Layout, String> {
    read(&inflate(chunks)?)
}

/// The same, of chunks that must be those of the layout with this hash.
///
/// # Errors
/// As [`unpack`]; and the chunks are another layout's.
pub fn unpack_checked<C: AsRef<[u8]>>(chunks: impl IntoIterator<Item = C>, expected: &str) -> Result<Layout, String> {
    let bytes = inflate(chunks)?;
    if hash(&bytes) != expected {
        return Err("packed layout has another hash than its version".to_owned());
    }
    read(&bytes)
}

fn inflate<C: AsRef<[u8]>>(chunks: impl IntoIterator<Item = C>) -> Result<Vec<u8>, String> {
    let mut deflated = Vec::new();
    for chunk in chunks {
        deflated.extend_from_slice(chunk.as_ref());
    }
    let mut bytes = Vec::new();
    DeflateDecoder::new(deflated.as_slice())
        .take(limits::LAYOUT_UNPACKED_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("packed layout cannot be inflated: {error}"))?;
    Ok(bytes)
}

fn write(layout: &Layout) -> Vec<u8> {
    let mut writer = Writer::default();
    let has_areas = !layout.inventory().areas().is_empty();
    writer.bytes.extend_from_slice(if has_areas { FOURTH_FORM } else { THIRD_FORM });
    writer.block(|writer| inventory::write(writer, layout.inventory()));
    writer.block(|writer| drawing::write(writer, layout.drawing()));
    writer.bytes
}

fn read(bytes: &[u8]) -> Result<Layout, String> {
    let reader = &mut Reader::new(bytes);
    let layout = match reader.take(THIRD_FORM.len()) {
        Ok(FIRST_FORM) => older::read(reader, Older::First).and_then(Layout::of),
        Ok(SECOND_FORM) => older::read(reader, Older::Second).and_then(Layout::of),
        Ok(THIRD_FORM) => read_halves(reader, false),
        Ok(FOURTH_FORM) => read_halves(reader, true),
        Ok(_) => Err("is of an unknown form".to_owned()),
        Err(why) => Err(why),
    };
    layout.map_err(|error| format!("packed layout {error}"))
}

fn read_halves(reader: &mut Reader<'_>, has_areas: bool) -> Result<Layout, String> {
    let (parts, neighbours) = inventory::read(&mut reader.block()?, has_areas)?;
    let sizes = drawing::Sizes {
        categories: parts.categories.len(),
        seats: parts.seats.len(),
        tables: parts.tables.len(),
        areas: parts.areas.len(),
    };
    let drawing = drawing::read(&mut reader.block()?, &sizes)?;
    reader.end()?;
    Layout::with_neighbours(Said { parts, drawing }, neighbours)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
