//! A packed layout comes back whole, and equal layouts have equal hashes.

use super::super::samples::json_near;
use super::*;
use crate::name::SeatId;
use crate::samples::{hall, hall_layout, layout, older_hall};
use proptest::prelude::*;
use serde_json::{Value, json};

fn packed(document: &Value) -> Packed {
    pack(&layout(document))
}

#[test]
fn a_layout_comes_back_with_its_indexes() {
    let layout = hall_layout(30, 40);
    let unpacked = unpack(pack(&layout).chunks).unwrap();
    assert_eq!(unpacked, layout);
    assert_eq!(unpacked.seat_index("seat_B1"), Some(40));
    assert_eq!(unpacked.table_seats("table_VIP_001"), Some(1200..1208));
}

#[test]
fn a_layout_that_was_stored_before_ids_had_one_form_is_read_as_it_was_stored() {
    let (seat, table) = ("Cafe\u{301}", "A\u{200b}\u{301}");
    let older = older_hall(seat, table);
    let unpacked = unpack(pack(&older).chunks).unwrap();
    assert_eq!(unpacked, older);
    assert_eq!(unpacked.seats()[0].id.as_str(), seat);
    assert_eq!(unpacked.seat_index(seat), Some(0));
    assert_eq!(unpacked.seat_index("Caf\u{e9}"), None, "a row under another form is another seat");
    assert_eq!(unpacked.find_seat(&SeatId::parse(seat).unwrap()), Some(0), "whichever form a client sends");
    assert_eq!(older_hall("s", "Cafe\u{301}").table_seats("Caf\u{e9}"), Some(6..14));
}

#[test]
fn the_hash_depends_on_what_is_said_and_not_on_how() {
    let packed_text = |text: &str| packed(&serde_json::from_str(text).unwrap()).hash;
    let one = r#"{"name":"n","canvasW":1.0,"canvasH":1,"categories":[{"id":"c","name":"C","color":"red","price":5.00}],
        "seats":[{"id":"s","position":{"x":1,"y":2},"size":{"x":24,"y":24},"categoryId":"c","rotation":-0.0}]}"#;
    let other = r#"{"seats":[{"categoryId":"c","position":{"y":2.0,"x":1},"id":"s","rowLabel":null,"mine":1}],"areas":[],
        "categories":[{"price":5,"name":"C","id":"c","color":"red"}],"canvasH":1,"canvasW":1,"name":"n","id":"x"}"#;
    assert_eq!(packed_text(one), packed_text(other));
    assert_ne!(packed_text(one), packed_text(&one.replace("\"x\":1,", "\"x\":1.5,")));
    assert_eq!(packed_text(one).len(), 64);
}

#[test]
fn the_form_of_the_bytes_is_pinned() {
    // Layouts of earlier versions are in tables: when this fails, the new form needs a magic of its own and its reader.
    let hash = packed(&hall(2, 3)).hash;
    assert_eq!(hash, "0e2fdfe9c69c06b456ada2ce6a2240e9b10b459a74ae78a3a27e79b734bb3c62");
}

/// The hall in two sections, with a label on some seats.
fn hall_of_sections(rows: u32, seats_per_row: u32) -> Value {
    let mut document = hall(rows, seats_per_row);
    let half = (rows * seats_per_row / 2) as usize;
    for (at, seat) in document["seats"].as_array_mut().into_iter().flatten().enumerate() {
        seat["section"] = json!(if at < half { "Parkett" } else { "Balkon" });
        if at % 3 == 0 {
            seat["label"] = json!(format!("Platz {at}"));
        }
    }
    document
}

#[test]
fn the_form_with_sections_and_labels_is_pinned_too() {
    let document = hall_of_sections(2, 3);
    let packed = packed(&document);
    assert_eq!(unpack(&packed.chunks), Ok(layout(&document)));
    assert_eq!(packed.hash, "700704c15ef066e016e0c691cb3c3d2737e83d9da9182ea431a442653e1ee2e6");
}

#[test]
fn a_category_without_a_price_comes_back_without_one() {
    let mut document = hall(2, 3);
    document["categories"][1]["price"].take();
    let unpacked = unpack(packed(&document).chunks).unwrap();
    let prices: Vec<bool> = unpacked.categories().iter().map(|category| category.price.is_some()).collect();
    assert_eq!(prices, [true, false]);
    assert_eq!(unpacked, layout(&document));
}

#[test]
fn a_layout_is_written_in_the_first_form_that_can_say_it() {
    let magic = |document: &Value| write(&layout(document).parts)[..4].to_vec();
    assert_eq!(magic(&hall(2, 3)), FIRST_FORM, "one that was published before keeps its hash");
    assert_eq!(magic(&hall_of_sections(2, 3)), SECOND_FORM);
}

#[test]
fn a_section_costs_nothing_but_where_it_begins() {
    let mut document = hall(20, 50);
    let plain = write(&layout(&document).parts).len();
    for seat in document["seats"].as_array_mut().into_iter().flatten() {
        seat["section"] = json!("Parkett");
    }
    let categories = 2; // each says in the second form that it has a price
    assert!(write(&layout(&document).parts).len() <= plain + categories + 2 * 10, "the tables' seats have none");
}

#[test]
fn a_layout_too_large_for_one_chunk_is_cut() {
    let mut document = hall(100, 300);
    for (n, seat) in document["seats"].as_array_mut().into_iter().flatten().enumerate() {
        let noise = Sha256::digest(n.to_le_bytes());
        let noise: String = noise.iter().map(|byte| format!("{byte:02x}")).collect();
        seat["id"] = json!(noise);
    }
    let layout = layout(&document);
    let chunks = pack(&layout).chunks;
    assert!(chunks.len() > 1);
    assert!(chunks.iter().all(|chunk| chunk.len() <= limits::LAYOUT_CHUNK_BYTES));
    assert!(unpack(&chunks[1..]).is_err());
    assert!(unpack(&chunks[..1]).is_err());
    assert_eq!(unpack(chunks), Ok(layout));
}

#[test]
fn bytes_of_another_form_are_refused() {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"HFL9 and more").unwrap();
    let chunk = encoder.finish().unwrap();
    assert_eq!(unpack([chunk]), Err("packed layout is of an unknown form".to_owned()));
}

const OPTIONAL: &[&str] = &["rotation", "section", "rowLabel", "seatNumber", "label", "accessible", "size", "x", "y"];

proptest! {
    #[test]
    fn whatever_is_accepted_comes_back(
        changes in prop::collection::vec((0usize..6, prop::sample::select(OPTIONAL), json_near(OPTIONAL)), 0..4),
        size in (0.001f64..1e9, 0.001f64..1e9), companion in 0usize..6, lbl in proptest::option::of(".{0,20}"),
    ) {
        let mut document = hall(2, 3);
        document["items"][0]["lbl"] = json!(lbl);
        document["seats"][2]["size"] = json!({"x": size.0, "y": size.1});
        document["seats"][3]["companionOf"] = json!(format!("seat_table_VIP_001_{companion}"));
        for (at, name, value) in changes {
            document["seats"][at][name] = value;
        }
        if let Ok(layout) = Layout::from_document(&document) {
            prop_assert_eq!(unpack(pack(&layout).chunks), Ok(layout));
        }
    }

    #[test]
    fn damaged_bytes_never_panic(at in 4usize..300, byte: u8, is_plain: bool) {
        let document = if is_plain { hall(2, 3) } else { hall_of_sections(2, 3) };
        let mut bytes = write(&layout(&document).parts);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&mut Reader::new(&bytes)).map(Layout::from_parts);
    }
}

#[test]
fn pieces_of_another_layout_are_not_taken_for_a_versions_own() {
    let (hall, other) = (pack(&hall_layout(8, 10)), pack(&hall_layout(8, 11)));
    assert!(unpack_checked(&hall.chunks, &hall.hash).is_ok());
    let found = unpack_checked(&other.chunks, &hall.hash).unwrap_err();
    assert!(found.contains("another hash"), "{found}");
}
