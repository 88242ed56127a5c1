//! The first two stored forms of a layout, which only are read any more: seats, tables and what is drawn of them stand
//! together there, and nothing says who sits beside whom.

use super::super::Said;
use super::super::drawing::{Drawing, Item, Place};
use super::codec::Reader;
use super::drawing::read_shape;
use super::inventory::{check_tables, price_of};
use super::seat::{Flags, Head, read_own_row, read_words};
use crate::inventory::{Category, Parts, Seat, Table};
use crate::limits;
use crate::name::{CategoryId, SeatId};

/// The two forms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Older {
    First,
    /// Since seats have sections and labels, and categories may have no price.
    Second,
}

pub(super) fn read(reader: &mut Reader<'_>, form: Older) -> Result<Said, String> {
    let name = reader.text()?.to_owned();
    let canvas = reader.point()?;
    let focus = reader.optional(Reader::point)?;
    let categories = reader.list(usize::from(u16::MAX), |reader| read_category(reader, form))?;
    let (categories, colors): (Vec<Category>, Vec<String>) = categories.into_iter().unzip();
    let items = reader.list(u32::MAX as usize, |reader| read_item(reader, categories.len()))?;
    let (items, tables) = tables_of(items);
    let len = reader.below(limits::LAYOUT_SEATS_MAX + 1)?;
    check_tables(&tables, len)?;
    let (mut seats, mut places): (Vec<Seat>, Vec<Place>) = (Vec::with_capacity(len), Vec::with_capacity(len));
    for _ in 0..len {
        let (seat, place) = read_seat(reader, seats.last().zip(places.last()), len, categories.len())?;
        seats.push(seat);
        places.push(place);
    }
    reader.end()?;
    let drawing = Drawing { name, canvas, focus, colors, places, items, areas: Vec::new() };
    Ok(Said { parts: Parts { categories, seats, tables, areas: Vec::new() }, drawing })
}

fn read_category(reader: &mut Reader<'_>, form: Older) -> Result<(Category, String), String> {
    let id = CategoryId::stored(reader.text()?)?;
    let name = reader.text()?.to_owned();
    let color = reader.text()?.to_owned();
    let price = match form {
        Older::First => Some(reader.number()?),
        Older::Second => reader.optional(Reader::number)?,
    };
    Ok((Category { id, name, price: price.map(price_of).transpose()? }, color))
}

/// An item, with its seats where it has any.
fn read_item(reader: &mut Reader<'_>, categories: usize) -> Result<(Item, Option<Table>), String> {
    let mut item = read_shape(reader)?;
    // Zero stands for none, of seats and of categories.
    let len = reader.below(limits::TABLE_SEATS_MAX as usize + 1)? as u32;
    let category = reader.below(categories + 1)?;
    let start = reader.below(limits::LAYOUT_SEATS_MAX + 1)? as u32;
    item.category = category.checked_sub(1).map(|category| category as u16);
    let table = (len > 0).then(|| Table { id: item.id.clone(), seats: start..start + len });
    Ok((item, table))
}

fn tables_of(items: Vec<(Item, Option<Table>)>) -> (Vec<Item>, Vec<Table>) {
    let mut tables = Vec::new();
    let with_table = |(mut item, table): (Item, Option<Table>)| {
        if let Some(table) = table {
            item.table = Some(tables.len() as u32);
            tables.push(table);
        }
        item
    };
    let items = items.into_iter().map(with_table).collect();
    (items, tables)
}

fn read_seat(
    reader: &mut Reader<'_>,
    before: Option<(&Seat, &Place)>,
    seats: usize,
    categories: usize,
) -> Result<(Seat, Place), String> {
    let flags = Flags::read(reader)?;
    let id = SeatId::stored(reader.text()?)?;
    let position = reader.point()?;
    let (size, category, rotation) = match before {
        Some((seat, place)) if flags.is_like_before() => (place.size, seat.category, place.rotation),
        _ => (reader.point()?, reader.below(categories)? as u16, reader.number()?),
    };
    let before = before.map(|(seat, _)| seat);
    let row_label = read_own_row(reader, flags, before)?;
    let seat = read_words(reader, Head { id, category, row_label }, flags, before, seats)?;
    Ok((seat, Place { position, size, rotation }))
}
