//! The first half of the stored form: what can be sold.

use serde_json::Number;

use super::codec::{Reader, Writer};
use super::seat::{Flags, Head, read_row, read_words, write_words};
use crate::inventory::{Area, Category, Inventory, Neighbours, Parts, Seat, Table};
use crate::limits;
use crate::name::{AreaId, CategoryId, SeatId, TableId};

pub(super) fn write(writer: &mut Writer, inventory: &Inventory) {
    writer.list(inventory.categories(), |writer, category| {
        writer.text(category.id.as_str());
        writer.text(&category.name);
        let price = category.price.as_ref().and_then(Number::as_f64);
        writer.optional(price.as_ref(), |writer, &price| writer.number(price));
    });
    writer.list(inventory.tables(), |writer, table| {
        writer.text(table.id.as_str());
        writer.whole(u64::from(table.seats.start));
        writer.whole(table.seats.len() as u64);
    });
    let seats = &inventory.seats()[..inventory.numbered()];
    writer.whole(seats.len() as u64);
    let mut before = None;
    for seat in seats {
        write_seat(writer, seat, before);
        before = Some(seat);
    }
    // How far away in the list the seat to the right is: one for most, zero where there is none.
    let distance = |seat| i64::from(inventory.neighbours().right_of(seat).unwrap_or(seat)) - i64::from(seat);
    let distances = (0..seats.len() as u32).map(distance);
    writer.runs(distances, |writer, &distance| writer.signed(distance));
    if !inventory.areas().is_empty() {
        writer.list(inventory.areas(), |writer, area| {
            writer.text(area.id.as_str());
            writer.text(&area.name);
            writer.whole(u64::from(area.category));
            writer.whole(area.capacity() as u64);
        });
    }
}

/// Reads an inventory before anything is derived from it; behind it stand its areas, where the form has any.
pub(super) fn read(reader: &mut Reader<'_>, has_areas: bool) -> Result<(Parts, Neighbours), String> {
    let categories = reader.list(usize::from(u16::MAX), read_category)?;
    let tables = reader.list(limits::LAYOUT_SEATS_MAX + 1, read_table)?;
    let len = reader.below(limits::LAYOUT_SEATS_MAX + 1)?;
    check_tables(&tables, len)?;
    let mut seats: Vec<Seat> = Vec::with_capacity(len);
    for _ in 0..len {
        let seat = read_seat(reader, seats.last(), len, categories.len())?;
        seats.push(seat);
    }
    let neighbours = read_neighbours(reader, len)?;
    let areas = if has_areas { read_areas(reader, len, categories.len())? } else { Vec::new() };
    reader.end()?;
    Ok((Parts { categories, seats, tables, areas }, neighbours))
}

/// The areas of an inventory of that many seats, whose places follow.
fn read_areas(reader: &mut Reader<'_>, seats: usize, categories: usize) -> Result<Vec<Area>, String> {
    let len = reader.below(limits::AREAS_MAX + 1)?;
    let (mut areas, mut end) = (Vec::with_capacity(len), seats);
    for _ in 0..len {
        let (id, name) = (AreaId::stored(reader.text()?)?, reader.text()?.to_owned());
        let category = reader.below(categories)? as u16;
        let start = end;
        end += match reader.below(limits::LAYOUT_SEATS_MAX + 1 - end)? {
            0 => return Err("has an area of no places".to_owned()),
            capacity => capacity,
        };
        areas.push(Area { id, name, category, places: start as u32..end as u32 });
    }
    Ok(areas)
}

/// No two tables may share a seat.
pub(super) fn check_tables(tables: &[Table], seats: usize) -> Result<(), String> {
    let starts = tables.iter().skip(1).map(|table| table.seats.start).chain([seats as u32]);
    match tables.iter().zip(starts).all(|(table, next)| table.seats.end <= next) {
        true => Ok(()),
        false => Err("has a table without its seats".to_owned()),
    }
}

fn read_category(reader: &mut Reader<'_>) -> Result<Category, String> {
    let id = CategoryId::stored(reader.text()?)?;
    let name = reader.text()?.to_owned();
    let price = reader.optional(Reader::number)?;
    Ok(Category { id, name, price: price.map(price_of).transpose()? })
}

pub(super) fn price_of(price: f64) -> Result<Number, String> {
    let price = if price.fract() == 0.0 { Some(Number::from(price as u64)) } else { Number::from_f64(price) };
    price.ok_or_else(|| "has a price that is no number".to_owned())
}

fn read_table(reader: &mut Reader<'_>) -> Result<Table, String> {
    let id = TableId::stored(reader.text()?)?;
    let start = reader.below(limits::LAYOUT_SEATS_MAX + 1)? as u32;
    match reader.below(limits::TABLE_SEATS_MAX as usize + 1)? as u32 {
        0 => Err("has a table of no seats".to_owned()),
        len => Ok(Table { id, seats: start..start + len }),
    }
}

fn write_seat(writer: &mut Writer, seat: &Seat, before: Option<&Seat>) {
    let flags = Flags::of(seat, before);
    flags.write(writer);
    writer.text(seat.id.as_str());
    if !flags.is_like_before() {
        writer.whole(u64::from(seat.category));
    }
    write_words(writer, seat, flags);
}

fn read_seat(reader: &mut Reader<'_>, before: Option<&Seat>, seats: usize, categories: usize) -> Result<Seat, String> {
    let flags = Flags::read(reader)?;
    let id = SeatId::stored(reader.text()?)?;
    let category = match before {
        Some(before) if flags.is_like_before() => before.category,
        _ => reader.below(categories)? as u16,
    };
    let row_label = read_row(reader, flags, before)?;
    read_words(reader, Head { id, category, row_label }, flags, before, seats)
}

fn read_neighbours(reader: &mut Reader<'_>, seats: usize) -> Result<Neighbours, String> {
    let mut neighbours = Neighbours::none(seats);
    let distances = reader.runs(seats, Reader::signed)?;
    for (seat, distance) in (0_u32..).zip(distances).filter(|(_, distance)| *distance != 0) {
        let right = i64::from(seat).checked_add(distance).and_then(|right| u32::try_from(right).ok());
        if !right.is_some_and(|right| neighbours.join(seat, right)) {
            return Err("has a seat beside one that is not there".to_owned());
        }
    }
    match neighbours.come_to_an_end() {
        true => Ok(neighbours),
        false => Err("has a row without an end".to_owned()),
    }
}
