//! The second half of the stored form: where it is drawn.

use super::super::drawing::{Drawing, Extent, Item, ItemKind, Place, Point};
use super::codec::{Reader, Writer};
use crate::name::TableId;

pub(super) fn write(writer: &mut Writer, drawing: &Drawing) {
    writer.text(&drawing.name);
    writer.point(drawing.canvas);
    writer.optional(drawing.focus.as_ref(), |writer, &focus| writer.point(focus));
    writer.list(&drawing.colors, |writer, color| writer.text(color));
    writer.list(&drawing.items, write_item);
    writer.whole(drawing.places.len() as u64);
    writer.runs(drawing.places.iter().map(|place| (place.size, place.rotation)), |writer, &(size, rotation)| {
        writer.point(size);
        writer.number(rotation);
    });
    let mut before = Point::default();
    for Place { position, .. } in &drawing.places {
        writer.step(before.x, position.x);
        writer.step(before.y, position.y);
        before = *position;
    }
    for Extent { position, size } in &drawing.areas {
        writer.point(*position);
        writer.point(*size);
    }
}

/// How much of an inventory is drawn.
pub(super) struct Sizes {
    pub categories: usize,
    pub seats: usize,
    pub tables: usize,
    pub areas: usize,
}

/// Reads the drawing of an inventory of these sizes.
pub(super) fn read(reader: &mut Reader<'_>, sizes: &Sizes) -> Result<Drawing, String> {
    let Sizes { categories, seats, tables, areas } = *sizes;
    let name = reader.text()?.to_owned();
    let canvas = reader.point()?;
    let focus = reader.optional(Reader::point)?;
    let colors = reader.list(usize::from(u16::MAX), |reader| reader.text().map(str::to_owned))?;
    let items = reader.list(u32::MAX as usize, |reader| read_item(reader, categories, tables))?;
    if (colors.len() as u64, seats as u64) != (categories as u64, reader.whole()?) {
        return Err("is not drawn in full".to_owned());
    }
    let places = read_places(reader, seats)?;
    let area = |_| Ok(Extent { position: reader.point()?, size: reader.point()? });
    let areas = (0..areas).map(area).collect::<Result<_, String>>()?;
    reader.end()?;
    Ok(Drawing { name, canvas, focus, colors, places, items, areas })
}

fn write_item(writer: &mut Writer, item: &Item) {
    writer.text(item.id.as_str());
    writer.bytes.push(u8::from(matches!(item.kind, ItemKind::Table)));
    writer.point(item.pos);
    writer.point(item.size);
    writer.number(item.rot);
    writer.optional(item.lbl.as_deref(), Writer::text);
    writer.optional(item.shp.as_deref(), Writer::text);
    writer.optional(item.category.as_ref(), |writer, &category| writer.whole(u64::from(category)));
    writer.optional(item.table.as_ref(), |writer, &table| writer.whole(u64::from(table)));
}

fn read_item(reader: &mut Reader<'_>, categories: usize, tables: usize) -> Result<Item, String> {
    let mut item = read_shape(reader)?;
    item.category = reader.optional(|reader| reader.below(categories))?.map(|category| category as u16);
    item.table = reader.optional(|reader| reader.below(tables))?.map(|table| table as u32);
    Ok(item)
}

/// An item up to what it shows of the inventory.
pub(super) fn read_shape(reader: &mut Reader<'_>) -> Result<Item, String> {
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
    Ok(Item { id, kind, pos, size, rot, lbl, shp, category: None, table: None })
}

fn read_places(reader: &mut Reader<'_>, seats: usize) -> Result<Vec<Place>, String> {
    let looks = reader.runs(seats, |reader| Ok((reader.point()?, reader.number()?)))?;
    let mut before = Point::default();
    let place = |(size, rotation)| {
        let position = Point { x: reader.step(before.x)?, y: reader.step(before.y)? };
        before = position;
        Ok(Place { position, size, rotation })
    };
    looks.into_iter().map(place).collect()
}
