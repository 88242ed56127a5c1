//! A packed layout comes back whole, and equal layouts have equal hashes.

use super::*;
use crate::inventory::Parts;
use crate::layout::samples::json_near;
use crate::name::SeatId;
use crate::samples::{field, hall, hall_layout, layout, older_hall};
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
    assert_eq!(unpacked.inventory().seat_index("seat_B1"), Some(40));
    assert_eq!(unpacked.inventory().table_seats("table_VIP_001"), Some(1200..1208));
}

#[test]
fn a_layout_that_was_stored_before_ids_had_one_form_is_read_as_it_was_stored() {
    let (seat, table) = ("Cafe\u{301}", "A\u{200b}\u{301}");
    let older = older_hall(seat, table);
    let unpacked = unpack(pack(&older).chunks).unwrap();
    assert_eq!(unpacked, older);
    assert_eq!(unpacked.inventory().seats()[0].id.as_str(), seat);
    assert_eq!(unpacked.inventory().seat_index(seat), Some(0));
    assert_eq!(unpacked.inventory().seat_index("Caf\u{e9}"), None, "a row under another form is another seat");
    assert_eq!(unpacked.inventory().find_seat(&SeatId::parse(seat).unwrap()), Some(0), "whichever form a client sends");
    assert_eq!(older_hall("s", "Cafe\u{301}").inventory().table_seats("Caf\u{e9}"), Some(6..14));
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
    // Layouts of earlier versions are in tables: when this fails, the new form needs a magic of its own, and this one keeps
    // its reader and gets its bytes as a fixture.
    let plain = packed(&hall(2, 3)).hash;
    let full = packed(&serde_json::from_str(OLDER[1].0).unwrap()).hash;
    let areas = packed(&field(&[("floor", 60), ("Wiese süd", 3)])).hash;
    assert_eq!(plain, "1313d8a709ab04a3f572752686118c9b156e53168f18fdba567b68148374da02");
    assert_eq!(full, "60c934696f43178057d9795b4d1b2f9db546a21d9ece446e1cd360c694cf890c");
    assert_eq!(areas, "28aadc21bab77136ce6f3bc388670a6fa6c6414440d0fc7538e7e4dc5d91fce9");
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
fn a_category_without_a_price_comes_back_without_one() {
    let mut document = hall(2, 3);
    document["categories"][1]["price"].take();
    let unpacked = unpack(packed(&document).chunks).unwrap();
    let prices: Vec<bool> = unpacked.inventory().categories().iter().map(|category| category.price.is_some()).collect();
    assert_eq!(prices, [true, false]);
    assert_eq!(unpacked, layout(&document));
}

/// Bytes that earlier versions of the product stored, with the hash that their version has in the table.
const OLDER: [(&str, &[u8], &str); 2] = [
    (
        include_str!("../../../fixtures/first.json"),
        include_bytes!("../../../fixtures/first.bin"),
        "14dda3a38cd3797b84ecb6230d4480a4805fedddf72d288a602edd2aab515460",
    ),
    (
        include_str!("../../../fixtures/second.json"),
        include_bytes!("../../../fixtures/second.bin"),
        "ce2a153ee30ec1308e2561a1463e54a94db59ab6b95aa1cbff900edee1a07735",
    ),
];

#[test]
fn what_earlier_versions_stored_is_the_layout_of_its_document() {
    for (document, stored, hash) in OLDER {
        let published = layout(&serde_json::from_str(document).unwrap());
        let unpacked = unpack_checked([stored], hash).unwrap();
        assert_eq!(unpacked, published, "known again when it is published again");
        assert_eq!(unpacked.inventory().neighbours(), published.inventory().neighbours());
        assert_ne!(pack(&unpacked).hash, hash, "it is written in the new form");
        assert_eq!(pack(&unpacked), pack(&published));
    }
}

#[test]
fn ids_that_were_stored_before_they_had_one_form_are_read_as_they_were_stored() {
    let stored: &[u8] = include_bytes!("../../../fixtures/older_ids.bin");
    let hash = "d77315561919ba5902163512d48c630d4296a69ff7d54b8c68a943bab8c507b1";
    let unpacked = unpack_checked([stored], hash).unwrap();
    assert_eq!(unpacked, older_hall("Cafe\u{301}", "A\u{200b}\u{301}"));
    assert_eq!(unpacked.inventory().seat_index("Cafe\u{301}"), Some(0));
}

#[test]
fn either_half_can_be_read_without_the_other() {
    let layout = hall_layout(2, 3);
    let bytes = write(&layout);
    let reader = &mut Reader::new(&bytes);
    reader.take(4).unwrap();
    let (mut sold, mut drawn) = (reader.block().unwrap(), reader.block().unwrap());
    assert_eq!(inventory::read(&mut sold, false).unwrap().0.seats.len(), 14);
    let sizes = drawing::Sizes { categories: 2, seats: 14, tables: 1, areas: 0 };
    assert_eq!(drawing::read(&mut drawn, &sizes).as_ref(), Ok(layout.drawing()));
}

#[test]
fn a_drawing_of_other_seats_is_refused() {
    let write = |sold: &Layout, drawn: &Layout| {
        let mut writer = Writer::default();
        writer.bytes.extend_from_slice(THIRD_FORM);
        writer.block(|writer| inventory::write(writer, sold.inventory()));
        writer.block(|writer| drawing::write(writer, drawn.drawing()));
        read(&writer.bytes).map(drop)
    };
    let (hall, smaller) = (hall_layout(2, 3), hall_layout(2, 2));
    assert_eq!(write(&hall, &hall), Ok(()));
    assert_eq!(write(&hall, &smaller), Err("packed layout is not drawn in full".to_owned()));
    assert!(write(&smaller, &hall).is_err());
}

#[test]
fn neighbours_are_kept_as_they_were_found() {
    let mut layout = hall_layout(1, 3);
    let mut neighbours = crate::inventory::Neighbours::none(11);
    assert!(neighbours.join(2, 0) && neighbours.join(0, 7));
    let (inventory, drawing) = (layout.inventory().clone(), layout.drawing().clone());
    let parts = Parts {
        categories: inventory.categories().to_vec(),
        seats: inventory.seats().to_vec(),
        tables: inventory.tables().to_vec(),
        areas: Vec::new(),
    };
    layout = Layout::with_neighbours(Said { parts, drawing }, neighbours.clone()).unwrap();
    assert_eq!(unpack(pack(&layout).chunks).unwrap().inventory().neighbours(), &neighbours);
}

#[test]
fn what_most_seats_share_costs_nothing_but_where_it_begins() {
    let mut document = hall(20, 50);
    let plain = write(&layout(&document)).len();
    for seat in document["seats"].as_array_mut().into_iter().flatten() {
        seat["section"] = json!("Parkett");
    }
    assert!(write(&layout(&document)).len() <= plain + 2 * 10, "the tables' seats have none");
}

#[test]
fn a_regular_hall_of_ten_thousand_seats_takes_thirty_kilobytes() {
    let bytes: usize = pack(&hall_layout(100, 100)).chunks.iter().map(Vec::len).sum();
    assert!(bytes <= 30_000, "{bytes} bytes");
}

#[test]
fn a_layout_too_large_for_one_chunk_is_cut() {
    let mut document = hall(100, 300);
    for (n, seat) in document["seats"].as_array_mut().into_iter().flatten().enumerate() {
        seat["id"] = json!(Digest::of(&[&n.to_le_bytes()]).to_string());
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
            let unpacked = unpack(pack(&layout).chunks).unwrap();
            prop_assert_eq!(unpacked.inventory().neighbours(), layout.inventory().neighbours());
            prop_assert_eq!(unpacked, layout);
        }
    }

    #[test]
    fn damaged_bytes_of_older_forms_never_panic(form in 0usize..2, at in 4usize..1_000, byte: u8) {
        let mut bytes = inflate([OLDER[form].1]).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes);
    }

    #[test]
    fn damaged_bytes_never_panic(at in 4usize..300, byte: u8, is_plain: bool) {
        let document = if is_plain { hall(2, 3) } else { hall_of_sections(2, 3) };
        let mut bytes = write(&layout(&document));
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes);
    }
}

#[test]
fn pieces_of_another_layout_are_not_taken_for_a_versions_own() {
    let (hall, other) = (pack(&hall_layout(8, 10)), pack(&hall_layout(8, 11)));
    assert!(unpack_checked(&hall.chunks, &hall.hash).is_ok());
    let found = unpack_checked(&other.chunks, &hall.hash).unwrap_err();
    assert!(found.contains("another hash"), "{found}");
}
