//! One seat in the stored form of a layout: what is like the seat before is not said again.

use std::sync::Arc;

use super::codec::{Reader, Writer};
use super::{Seat, SeatNumber};
use crate::name::SeatId;

const ROW_LABEL: u8 = 1;
const WHOLE_NUMBER: u8 = 1 << 1;
const TEXT_NUMBER: u8 = 1 << 2;
const ACCESSIBLE: u8 = 1 << 3;
const COMPANION: u8 = 1 << 4;
const TABLE: u8 = 1 << 5;
/// Size, category and rotation are those of the seat before, as they are for most.
const LIKE_BEFORE: u8 = 1 << 6;
/// A second byte says more. Without it the section is that of the seat before, as it is for most, and there is no label.
const MORE: u8 = 1 << 7;

const OTHER_SECTION: u8 = 1;
const LABEL: u8 = 1 << 1;

fn further_flags(seat: &Seat, before: Option<&Seat>) -> u8 {
    let other = before.and_then(|before| before.section.as_deref()) != seat.section.as_deref();
    (u8::from(other) * OTHER_SECTION) | (u8::from(seat.label.is_some()) * LABEL)
}

fn flags(seat: &Seat, before: Option<&Seat>) -> u8 {
    let like = before.is_some_and(|before| {
        (before.size, before.category, before.rotation) == (seat.size, seat.category, seat.rotation)
    });
    [
        (seat.row_label.is_some(), ROW_LABEL),
        (matches!(seat.seat_number, Some(SeatNumber::Whole(_))), WHOLE_NUMBER),
        (matches!(seat.seat_number, Some(SeatNumber::Text(_))), TEXT_NUMBER),
        (seat.accessible, ACCESSIBLE),
        (seat.companion_of.is_some(), COMPANION),
        (seat.table.is_some(), TABLE),
        (like, LIKE_BEFORE),
        (further_flags(seat, before) != 0, MORE),
    ]
    .into_iter()
    .filter_map(|(set, flag)| set.then_some(flag))
    .sum()
}

/// Writes a seat that follows another.
pub(super) fn write_seat(writer: &mut Writer, seat: &Seat, before: Option<&Seat>) {
    let flags = flags(seat, before);
    writer.bytes.push(flags);
    let further = further_flags(seat, before);
    if flags & MORE != 0 {
        writer.bytes.push(further);
    }
    writer.text(seat.id.as_str());
    writer.point(seat.position);
    if flags & LIKE_BEFORE == 0 {
        writer.point(seat.size);
        writer.whole(u64::from(seat.category));
        writer.number(seat.rotation);
    }
    if let Some(label) = &seat.row_label {
        writer.text(label);
    }
    match &seat.seat_number {
        Some(SeatNumber::Whole(number)) => writer.signed(*number),
        Some(SeatNumber::Text(text)) => writer.text(text),
        None => {}
    }
    for index in [seat.companion_of, seat.table].into_iter().flatten() {
        writer.whole(u64::from(index));
    }
    if further & OTHER_SECTION != 0 {
        writer.optional(seat.section.as_deref(), Writer::text);
    }
    if let Some(label) = &seat.label {
        writer.text(label);
    }
}

/// What a seat's indexes must be below.
pub(super) struct Counts {
    pub seats: usize,
    pub items: usize,
    pub categories: usize,
}

/// Reads what [`write_seat`] wrote.
pub(super) fn read_seat(reader: &mut Reader<'_>, before: Option<&Seat>, counts: &Counts) -> Result<Seat, String> {
    let flags = reader.byte()?;
    let has = |flag| flags & flag != 0;
    let further = if has(MORE) { reader.byte()? } else { 0 };
    let id = SeatId::stored(reader.text()?)?;
    let position = reader.point()?;
    let (size, category, rotation) = match before {
        Some(before) if has(LIKE_BEFORE) => (before.size, before.category, before.rotation),
        _ => (reader.point()?, reader.below(counts.categories)? as u16, reader.number()?),
    };
    let row_label = has(ROW_LABEL).then(|| reader.text()).transpose()?;
    let seat_number = if has(WHOLE_NUMBER) {
        Some(SeatNumber::Whole(reader.signed()?))
    } else if has(TEXT_NUMBER) {
        Some(SeatNumber::Text(reader.text()?.to_owned()))
    } else {
        None
    };
    let companion_of = has(COMPANION).then(|| reader.below(counts.seats)).transpose()?;
    let table = has(TABLE).then(|| reader.below(counts.items)).transpose()?;
    let section = if further & OTHER_SECTION != 0 {
        reader.optional(Reader::text)?.map(Arc::from)
    } else {
        before.and_then(|before| before.section.clone())
    };
    let label = (further & LABEL != 0).then(|| reader.text()).transpose()?;
    Ok(Seat {
        id,
        position,
        size,
        category,
        rotation,
        section,
        row_label: row_label.map(str::to_owned),
        seat_number,
        label: label.map(str::to_owned),
        accessible: has(ACCESSIBLE),
        companion_of: companion_of.map(|seat| seat as u32),
        table: table.map(|item| item as u32),
    })
}
