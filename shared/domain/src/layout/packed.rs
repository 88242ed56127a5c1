//! How a layout lies in the table: canonical bytes, deflated, in chunks that fit an item.
//!
//! The bytes hold the layout as it was published, seats of tables included, so that a change in how tables are
//! expanded moves no seat of a layout that is on sale.

use std::fmt::Write as _;
use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde_json::Number;
use sha2::{Digest, Sha256};

use super::codec::{Reader, Writer};
use super::packed_seat::{Counts, read_seat, write_seat};
use super::{Category, Item, ItemKind, Layout, Parts, Seat};
use crate::limits;
use crate::name::{CategoryId, TableId};

/// The first bytes, which tell the forms apart. A layout is always written in the first that can say all of it, so that
/// one which was published before is known again by its hash.
const FIRST_FORM: &[u8] = b"HFL1";
/// Since seats have sections and labels, and categories may have no price.
const SECOND_FORM: &[u8] = b"HFL2";

/// How a layout is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    First,
    Second,
}

impl Form {
    /// The first that can say all of a layout.
    fn of(parts: &Parts) -> Self {
        let is_plain = |seat: &Seat| seat.section.is_none() && seat.label.is_none();
        let is_priced = |category: &Category| category.price.is_some();
        let is_first = parts.seats.iter().all(is_plain) && parts.categories.iter().all(is_priced);
        if is_first { Self::First } else { Self::Second }
    }

    fn magic(self) -> &'static [u8] {
        match self {
            Self::First => FIRST_FORM,
            Self::Second => SECOND_FORM,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, String> {
        let magic = reader.take(FIRST_FORM.len())?;
        let form = [Self::First, Self::Second].into_iter().find(|form| form.magic() == magic);
        form.ok_or_else(|| "is of an unknown form".to_owned())
    }
}

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
    let bytes = write(&layout.parts);
    let chunks = deflate(&bytes).chunks(limits::LAYOUT_CHUNK_BYTES).map(<[u8]>::to_vec).collect();
    Packed { hash: hash(&bytes), chunks }
}

fn hash(bytes: &[u8]) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(hash, "{byte:02x}");
    }
    hash
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
    read_layout(&inflate(chunks)?)
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
    read_layout(&bytes)
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

fn read_layout(bytes: &[u8]) -> Result<Layout, String> {
    let parts = read(&mut Reader::new(bytes));
    parts.map(Layout::from_parts).map_err(|error| format!("packed layout {error}"))
}

fn write(parts: &Parts) -> Vec<u8> {
    let mut writer = Writer::default();
    let form = Form::of(parts);
    writer.bytes.extend_from_slice(form.magic());
    writer.text(&parts.name);
    writer.point(parts.canvas);
    writer.optional(parts.focus.as_ref(), |writer, &focus| {
        writer.point(focus);
    });
    writer.whole(parts.categories.len() as u64);
    for category in &parts.categories {
        write_category(&mut writer, category, form);
    }
    writer.whole(parts.items.len() as u64);
    for item in &parts.items {
        write_item(&mut writer, item);
    }
    writer.whole(parts.seats.len() as u64);
    let mut before = None;
    for seat in &parts.seats {
        write_seat(&mut writer, seat, before);
        before = Some(seat);
    }
    writer.bytes
}

fn read(reader: &mut Reader<'_>) -> Result<Parts, String> {
    let form = Form::read(reader)?;
    let name = reader.text()?.to_owned();
    let canvas = reader.point()?;
    let focus = reader.optional(Reader::point)?;
    let categories = reader.list(usize::from(u16::MAX), |reader| read_category(reader, form))?;
    let items = reader.list(u32::MAX as usize, |reader| read_item(reader, categories.len()))?;
    let len = reader.below(limits::LAYOUT_SEATS_MAX + 1)?;
    let mut seats = Vec::with_capacity(len);
    for _ in 0..len {
        let seat =
            read_seat(reader, seats.last(), &Counts { seats: len, items: items.len(), categories: categories.len() })?;
        seats.push(seat);
    }
    reader.end()?;
    if items.iter().any(|item| item.seats.end as usize > len) {
        return Err("has a table without its seats".to_owned());
    }
    Ok(Parts { name, canvas, categories, seats, items, focus })
}

fn write_category(writer: &mut Writer, category: &Category, form: Form) {
    writer.text(category.id.as_str());
    writer.text(&category.name);
    writer.text(&category.color);
    let price = category.price.as_ref().and_then(Number::as_f64);
    match form {
        Form::First => writer.number(price.unwrap_or_default()),
        Form::Second => writer.optional(price.as_ref(), |writer, &price| writer.number(price)),
    }
}

fn read_category(reader: &mut Reader<'_>, form: Form) -> Result<Category, String> {
    let id = CategoryId::stored(reader.text()?)?;
    let name = reader.text()?.to_owned();
    let color = reader.text()?.to_owned();
    let price = match form {
        Form::First => Some(reader.number()?),
        Form::Second => reader.optional(Reader::number)?,
    };
    Ok(Category { id, name, color, price: price.map(price_of).transpose()? })
}

fn price_of(price: f64) -> Result<Number, String> {
    let price = if price.fract() == 0.0 { Some(Number::from(price as u64)) } else { Number::from_f64(price) };
    price.ok_or_else(|| "has a price that is no number".to_owned())
}

fn write_item(writer: &mut Writer, item: &Item) {
    writer.text(item.id.as_str());
    writer.bytes.push(u8::from(matches!(item.kind, ItemKind::Table)));
    writer.point(item.pos);
    writer.point(item.size);
    writer.number(item.rot);
    writer.optional(item.lbl.as_deref(), Writer::text);
    writer.optional(item.shp.as_deref(), Writer::text);
    // Zero stands for none: a table that says a count says at least one.
    writer.whole(u64::from(item.sc.unwrap_or(0)));
    writer.whole(item.category.map_or(0, |category| u64::from(category) + 1));
    writer.whole(u64::from(item.seats.start));
}

fn read_item(reader: &mut Reader<'_>, categories: usize) -> Result<Item, String> {
    let id = TableId::stored(reader.text()?)?;
    let kind = match reader.byte()? {
        0 => ItemKind::Shape,
        _ => ItemKind::Table,
    };
    let pos = reader.point()?;
    let size = reader.point()?;
    let rot = reader.number()?;
    let lbl = reader.optional(Reader::text)?.map(str::to_owned);
    let shp = reader.optional(Reader::text)?.map(str::to_owned);
    let sc = reader.below(limits::TABLE_SEATS_MAX as usize + 1)? as u32;
    let category = reader.below(categories + 1)?;
    let start = reader.below(limits::LAYOUT_SEATS_MAX + 1)? as u32;
    Ok(Item {
        id,
        kind,
        pos,
        size,
        rot,
        lbl,
        shp,
        sc: (sc > 0).then_some(sc),
        category: category.checked_sub(1).map(|category| category as u16),
        seats: start..start + sc,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "packed_tests.rs"]
mod tests;
