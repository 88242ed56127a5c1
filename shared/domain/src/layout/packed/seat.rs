//! One seat's words in the stored forms of a layout: what is like the seat before is not said again.

use std::sync::Arc;

use super::codec::{Reader, Writer};
use crate::inventory::{Seat, SeatNumber};
use crate::name::SeatId;

/// Not since the third form: before it every seat says its row.
const ROW_LABEL: u8 = 1;
const WHOLE_NUMBER: u8 = 1 << 1;
const TEXT_NUMBER: u8 = 1 << 2;
const ACCESSIBLE: u8 = 1 << 3;
const COMPANION: u8 = 1 << 4;
/// Not since the third form: there the tables alone say who sits at them.
const TABLE: u8 = 1 << 5;
/// The category is that of the seat before, as it is for most; before the third form size and rotation are, too.
const LIKE_BEFORE: u8 = 1 << 6;
/// A second byte says more. Without it section and, since the third form, row are those of the seat before, as they are for
/// most, and there is no label.
const MORE: u8 = 1 << 7;

const OTHER_SECTION: u8 = 1;
const LABEL: u8 = 1 << 1;
const OTHER_ROW: u8 = 1 << 2;

/// What is said of a seat, and what is not.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    first: u8,
    further: u8,
}

impl Flags {
    /// What has to be said of a seat that follows another.
    pub fn of(seat: &Seat, before: Option<&Seat>) -> Self {
        let other_section = before.and_then(|before| before.section.as_deref()) != seat.section.as_deref();
        let other_row = before.and_then(|before| before.row_label.as_deref()) != seat.row_label.as_deref();
        let further = set([(other_section, OTHER_SECTION), (seat.label.is_some(), LABEL), (other_row, OTHER_ROW)]);
        let first = set([
            (matches!(seat.seat_number, Some(SeatNumber::Whole(_))), WHOLE_NUMBER),
            (matches!(seat.seat_number, Some(SeatNumber::Text(_))), TEXT_NUMBER),
            (seat.accessible, ACCESSIBLE),
            (seat.companion_of.is_some(), COMPANION),
            (before.is_some_and(|before| before.category == seat.category), LIKE_BEFORE),
            (further != 0, MORE),
        ]);
        Self { first, further }
    }

    /// Writes the one or two bytes.
    pub fn write(self, writer: &mut Writer) {
        writer.bytes.push(self.first);
        if self.has(MORE) {
            writer.bytes.push(self.further);
        }
    }

    /// Reads what [`Self::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, String> {
        let mut flags = Self { first: reader.byte()?, further: 0 };
        if flags.has(MORE) {
            flags.further = reader.byte()?;
        }
        Ok(flags)
    }

    /// Whether what most seats share with the one before is not said.
    pub fn is_like_before(self) -> bool {
        self.has(LIKE_BEFORE)
    }

    fn has(self, flag: u8) -> bool {
        self.first & flag != 0
    }

    fn has_further(self, flag: u8) -> bool {
        self.further & flag != 0
    }
}

fn set<const N: usize>(flags: [(bool, u8); N]) -> u8 {
    flags.into_iter().filter_map(|(is_set, flag)| is_set.then_some(flag)).sum()
}

/// Writes what a seat is called and whom it goes with.
pub(super) fn write_words(writer: &mut Writer, seat: &Seat, flags: Flags) {
    if flags.has_further(OTHER_ROW) {
        writer.optional(seat.row_label.as_deref(), Writer::text);
    }
    match &seat.seat_number {
        Some(SeatNumber::Whole(number)) => writer.signed(*number),
        Some(SeatNumber::Text(text)) => writer.text(text),
        None => {}
    }
    if let Some(other) = seat.companion_of {
        writer.whole(u64::from(other));
    }
    if flags.has_further(OTHER_SECTION) {
        writer.optional(seat.section.as_deref(), Writer::text);
    }
    if let Some(label) = &seat.label {
        writer.text(label);
    }
}

/// What is read of a seat before the rest of its words.
pub(super) struct Head {
    pub id: SeatId,
    pub category: u16,
    pub row_label: Option<Arc<str>>,
}

/// The row of a seat that follows another.
pub(super) fn read_row(
    reader: &mut Reader<'_>,
    flags: Flags,
    before: Option<&Seat>,
) -> Result<Option<Arc<str>>, String> {
    if flags.has_further(OTHER_ROW) {
        return Ok(reader.optional(Reader::text)?.map(Arc::from));
    }
    Ok(before.and_then(|before| before.row_label.clone()))
}

/// The row of a seat that says its own, as all did before the third form.
pub(super) fn read_own_row(
    reader: &mut Reader<'_>,
    flags: Flags,
    before: Option<&Seat>,
) -> Result<Option<Arc<str>>, String> {
    if !flags.has(ROW_LABEL) {
        return Ok(None);
    }
    let label = reader.text()?;
    let like_before = before.and_then(|before| before.row_label.clone()).filter(|before| **before == *label);
    Ok(Some(like_before.unwrap_or_else(|| Arc::from(label))))
}

/// The words after the row; `seats` is how many there are.
pub(super) fn read_words(
    reader: &mut Reader<'_>,
    head: Head,
    flags: Flags,
    before: Option<&Seat>,
    seats: usize,
) -> Result<Seat, String> {
    let seat_number = if flags.has(WHOLE_NUMBER) {
        Some(SeatNumber::Whole(reader.signed()?))
    } else if flags.has(TEXT_NUMBER) {
        Some(SeatNumber::Text(reader.text()?.to_owned()))
    } else {
        None
    };
    let companion_of = flags.has(COMPANION).then(|| reader.below(seats)).transpose()?;
    if flags.has(TABLE) {
        reader.whole()?;
    }
    let section = if flags.has_further(OTHER_SECTION) {
        reader.optional(Reader::text)?.map(Arc::from)
    } else {
        before.and_then(|before| before.section.clone())
    };
    let label = flags.has_further(LABEL).then(|| reader.text()).transpose()?;
    Ok(Seat {
        id: head.id,
        category: head.category,
        section,
        row_label: head.row_label,
        seat_number,
        label: label.map(str::to_owned),
        accessible: flags.has(ACCESSIBLE),
        companion_of: companion_of.map(|seat| seat as u32),
        table: None,
    })
}
