//! All that pretix lets a plan say comes along, and all that it lets a plan leave out may be.

use super::super::Layout;
use super::SeatNumber;
use super::tests::{import, plan};
use super::*;
use serde_json::{Value, json};

/// What people read on the seats of the plan's first row: section, row, number, label.
fn texts(plan: &Value) -> Vec<[String; 4]> {
    let text = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let number = |number: Option<&SeatNumber>| match number {
        Some(SeatNumber::Whole(number)) => number.to_string(),
        Some(SeatNumber::Text(text)) => text.clone(),
        None => "-".to_owned(),
    };
    let one = |seat: &Seat| {
        let [section, row, label] = [seat.section.as_deref(), seat.row_label.as_deref(), seat.label.as_deref()];
        [text(section), text(row), number(seat.seat_number.as_ref()), text(label)]
    };
    import(plan).inventory().seats().iter().take(2).map(one).collect()
}

#[test]
fn what_zones_and_rows_are_called_comes_along_to_their_seats() {
    let mut plan = plan();
    assert_eq!(texts(&plan), [["Parkett", "1", "1", "-"], ["Parkett", "1", "2a", "-"]]);
    let row = plan.pointer_mut("/zones/0/rows/0").unwrap();
    row["row_label"] = json!("Reihe %s links");
    row["seat_label"] = json!("Platz %s (%s)");
    let expected =
        [["Parkett", "Reihe 1 links", "1", "Platz 1 (1)"], ["Parkett", "Reihe 1 links", "2a", "Platz 2a (2a)"]];
    assert_eq!(texts(&plan), expected);
    let row = plan.pointer_mut("/zones/0/rows/0").unwrap();
    row["row_label"] = json!("Loge");
    row["seat_label"] = json!("%d%");
    row["row_number"].take();
    row["seats"][1]["seat_number"] = json!("%s");
    assert_eq!(
        texts(&plan),
        [["Parkett", "Loge", "1", "%d%"], ["Parkett", "Loge", "%s", "%d%"]],
        "nothing else is filled in"
    );
    let row = plan.pointer_mut("/zones/0/rows/0").unwrap();
    row["row_label"] = json!("R%s");
    row["seat_label"] = json!("P%s");
    row["seats"][1].as_object_mut().unwrap().remove("seat_number");
    assert_eq!(texts(&plan), [["Parkett", "R0", "1", "P1"], ["Parkett", "R0", "-", "P1"]], "without numbers by place");
}

#[test]
fn a_label_that_is_too_long_once_it_is_filled_in_is_refused() {
    let number = "9".repeat(100);
    let mut long = plan();
    long["zones"][0]["rows"][0]["row_number"] = json!(number);
    long["zones"][0]["rows"][0]["row_label"] = json!("%s%s");
    assert_eq!(texts(&long)[0][1].len(), 200);
    long["zones"][0]["rows"][0]["row_label"] = json!("%s-%s");
    let faults = Layout::from_document(&long).err().unwrap_or_default().to_string();
    assert_eq!(faults, "zones[0].rows[0].row_label: must have at most 200 characters once it is filled in");
}

#[test]
fn whatever_pretix_lets_a_plan_leave_out_or_leave_empty_may_be() {
    let (zone, row, seat) = ("/zones/0", "/zones/0/rows/0", "/zones/0/rows/0/seats/0");
    for (start, field) in [
        ("", "size"),
        ("/categories/0", "color"),
        (zone, "name"),
        (zone, "zone_id"),
        (zone, "uuid"),
        (zone, "areas"),
        (row, "row_label"),
        (row, "seat_label"),
        (row, "uuid"),
        (row, "row_number_position"),
        (row, "position"),
        (seat, "uuid"),
        (seat, "start_direction"),
        (seat, "radius"),
        ("/zones/0/areas/0", "position"),
        ("/zones/0/areas/0", "rotation"),
        ("/zones/0/areas/0", "text"),
        ("/zones/0/areas/0", "shape"),
    ] {
        let mut plan = plan();
        plan.pointer_mut(start).and_then(Value::as_object_mut).unwrap().remove(field);
        assert!(Layout::from_document(&plan).is_ok(), "without {start}/{field}");
    }
    for (start, field, values) in [
        ("", "name", json!([""])),
        ("/size", "width", json!([0, -5])),
        ("/categories/0", "name", json!(["Parkett Mitte", ""])),
        ("/categories/1", "name", json!(["Parkett Mitte"])),
        ("/categories/0", "color", json!(["", "rgb(0, 0, 0)"])),
        (zone, "name", json!([""])),
        (zone, "zone_id", json!(["", "z"])),
        (row, "row_label", json!([null, "", "%s", "Reihe"])),
        (row, "seat_label", json!([null, "", "%s", "Platz"])),
        (row, "row_number_position", json!([null, "start", "end", "both"])),
        (row, "row_number", json!([""])),
        (row, "position", json!([{"x": -1.5, "y": 0}])),
        (seat, "start_direction", json!([null, "<", ">", "<>", ""])),
        (seat, "radius", json!([0, -3, 4])),
        (seat, "seat_number", json!(["", "A-1"])),
        (seat, "seat_guid", json!(["x", "ä".repeat(128), "Parkett 1/2"])),
        (zone, "areas", json!([[], [{}], [{"shape": "circle"}], [{"color": "red", "border_color": "", "uuid": "a"}]])),
    ] {
        for value in values.as_array().unwrap() {
            let mut plan = plan();
            for category in plan["categories"].as_array_mut().unwrap() {
                category["color"] = json!("#101010");
            }
            plan.pointer_mut(start).unwrap()[field] = value.clone();
            if start.starts_with("/categories") && field == "name" {
                let name = plan["categories"][0]["name"].clone();
                for seat in ["/zones/0/rows/0/seats/0", "/zones/0/rows/0/seats/1", "/zones/0/rows/1/seats/0"] {
                    plan.pointer_mut(seat).unwrap()["category"] = name.clone();
                }
            }
            let faults = Layout::from_document(&plan).err().map(|faults| faults.to_string());
            assert_eq!(faults, None, "{start}/{field} = {value}");
        }
    }
}

#[test]
fn a_size_that_nothing_fits_in_and_a_radius_of_nothing_are_taken_for_unknown() {
    let mut plan = plan();
    plan["size"]["height"] = json!(0);
    plan["zones"][0]["rows"][0]["seats"][0]["radius"] = json!(0);
    let layout = import(&plan);
    assert_eq!((layout.drawing().canvas.x, layout.drawing().canvas.y), (167.0, 107.0));
    assert_eq!(layout.drawing().places[0].size.x, 2.0 * RADIUS);
}

#[test]
fn an_area_without_a_position_stands_at_its_zones() {
    let mut plan = plan();
    plan["zones"][0]["areas"] = json!([{"shape": "circle", "circle": {"radius": 5}}]);
    assert_eq!(import(&plan).drawing().items[0].pos, Point { x: 95.0, y: 45.0 });
}
