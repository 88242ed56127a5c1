//! Who sits beside whom: the next one along the row as drawn, and nobody across an aisle, a row or a section.

use super::*;
use crate::layout::Layout;
use crate::samples::{hall_layout, layout};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A seat whose middle is at these coordinates, with its section and row label.
fn seat(id: &str, (x, y): (f64, f64), section: Option<&str>, row: Option<&str>) -> Value {
    json!({
        "id": id, "position": {"x": x - 10.0, "y": y - 10.0}, "size": {"x": 20, "y": 20}, "categoryId": "c",
        "section": section, "rowLabel": row,
    })
}

fn hall_of(seats: Vec<Value>) -> Layout {
    layout(&json!({
        "name": "n", "canvasW": 1, "canvasH": 1, "seats": seats,
        "categories": [{"id": "c", "name": "C", "color": "red", "price": 0}],
    }))
}

/// Every row as it is walked from left to right, by the seats' ids; those who sit alone left out.
fn walks(layout: &Layout) -> Vec<Vec<&str>> {
    let (seats, neighbours) = (layout.inventory().seats(), layout.inventory().neighbours());
    let firsts = (0..seats.len() as u32).filter(|&seat| neighbours.left_of(seat).is_none());
    let walk = |first| std::iter::successors(Some(first), |&seat| neighbours.right_of(seat));
    let named = firsts.map(|first| walk(first).map(|seat| seats[seat as usize].id.as_str()).collect::<Vec<_>>());
    named.filter(|walk| walk.len() > 1).collect()
}

/// One row with seats at these places along it.
fn row(places: &[f64]) -> Layout {
    hall_of(places.iter().map(|x| seat(&x.to_string(), (*x, 0.0), None, Some("A"))).collect())
}

#[test]
fn the_next_seat_along_the_row_is_the_neighbour_whatever_the_document_lists_first() {
    assert_eq!(walks(&row(&[60.0, 30.0, 90.0, 0.0])), [["0", "30", "60", "90"]]);
}

#[test]
fn an_aisle_is_a_step_wider_than_one_and_a_half_usual_ones() {
    let beyond = row(&[0.0, 20.0, 40.0, 70.25, 90.25]);
    assert_eq!(walks(&beyond), [vec!["0", "20", "40"], vec!["70.25", "90.25"]]);
    assert_eq!(walks(&row(&[0.0, 20.0, 40.0, 70.0, 90.0])).len(), 1, "just as wide is none");
    assert_eq!(walks(&row(&[0.0, 0.3, 0.6, 1.05])).len(), 1, "whatever the decimals");
    assert_eq!(walks(&row(&[0.0, 20.0, 60.0])), [["0", "20"]], "of two steps the shorter is the usual one");
}

#[test]
fn a_row_may_run_upright_or_aslant() {
    let at = |places: [(f64, f64); 3]| {
        hall_of(places.iter().zip(["a", "b", "c"]).map(|(at, id)| seat(id, *at, None, Some("1"))).collect())
    };
    assert_eq!(walks(&at([(0.0, 60.0), (0.0, 30.0), (0.0, 0.0)])), [["c", "b", "a"]], "left is above");
    assert_eq!(walks(&at([(40.0, 0.0), (20.0, 15.0), (0.0, 30.0)])), [["c", "b", "a"]]);
}

#[test]
fn a_row_may_bend_around_the_stage() {
    let at = |n: u32| {
        let (sin, cos) = (f64::from(n) * 3.0 - 81.0).to_radians().sin_cos();
        (500.0 * sin, 500.0 * cos)
    };
    let bent = hall_of((0..55).map(|n| seat(&n.to_string(), at(n), None, Some("A"))).collect());
    assert_eq!(walks(&bent), [(0..55).map(|n| n.to_string()).collect::<Vec<_>>()]);
}

#[test]
fn rows_of_one_label_that_lie_apart_are_rows_apart() {
    let line = |name: &'static str, y: f64| {
        (0..5).map(move |n| seat(&format!("{name}{n}"), (f64::from(n) * 30.0, y), None, Some("A")))
    };
    let hall = hall_of(line("stalls", 0.0).chain(line("balcony", 400.0)).collect());
    let names = |name: &str| (0..5).map(|n| format!("{name}{n}")).collect::<Vec<_>>();
    assert_eq!(walks(&hall), [names("stalls"), names("balcony")]);
}

#[test]
fn seats_without_a_row_label_sit_beside_those_at_their_height_in_their_section() {
    let left = (0..2).flat_map(|row| (0..3).map(move |n| (row, n)));
    let seats = left.map(|(row, n)| {
        let (at, section) = ((f64::from(n) * 30.0, f64::from(row) * 30.0 + f64::from(n)), (n == 2).then_some("Box"));
        seat(&format!("{row}{n}"), at, section, (row == 1).then_some(""))
    });
    assert_eq!(walks(&hall_of(seats.collect())), [["00", "01"], ["10", "11"]], "an empty label is none");
}

#[test]
fn a_table_is_walked_from_its_first_seat_to_its_last_and_no_row_leads_to_it() {
    let hall = hall_layout(1, 3);
    let table: Vec<String> = (0..8).map(|n| format!("seat_table_VIP_001_{n}")).collect();
    let row = ["seat_A1", "seat_A2", "seat_A3"].map(str::to_owned).to_vec();
    assert_eq!(walks(&hall), [row, table]);
}

#[test]
fn seats_of_a_table_that_differ_in_section_or_row_are_no_neighbours() {
    let mut document = json!({
        "name": "n", "canvasW": 1, "canvasH": 1,
        "categories": [{"id": "c", "name": "C", "color": "red", "price": 0}],
        "items": [{"id": "t", "type": "table", "pos": {"x": 0, "y": 0}, "size": {"x": 9, "y": 9}, "lbl": "T", "sc": 4}],
    });
    document["seats"] = json!([seat("seat_t_2", (0.0, 0.0), Some("Box"), Some("T"))]);
    assert_eq!(walks(&layout(&document)), [["seat_t_0", "seat_t_1"]]);
}

/// Seats that stand close enough to meet in many ways.
fn crowd() -> impl Strategy<Value = Vec<Value>> {
    let label = || prop::sample::select(&[None, Some(""), Some("A"), Some("B")][..]);
    let nudged = |(x, y, fraction): (i32, i32, u8)| {
        let nudge = f64::from(fraction) * 1.3;
        (f64::from(x) * 20.0 + nudge, f64::from(y) * 20.0 - nudge)
    };
    let middle = (0i32..12, 0i32..12, 0u8..4).prop_map(nudged);
    prop::collection::vec((middle, label(), label()), 1..80).prop_map(|seats| {
        let numbered = seats.into_iter().enumerate();
        numbered.map(|(at, (middle, section, row))| seat(&at.to_string(), middle, section, row)).collect()
    })
}

proptest! {
    #[test]
    fn neighbours_are_mutual_and_of_one_section_and_row(seats in crowd()) {
        let layout = hall_of(seats);
        let seats = layout.inventory().seats();
        let neighbours = layout.inventory().neighbours();
        prop_assert!(neighbours.come_to_an_end());
        for at in 0..seats.len() as u32 {
            let Some(right) = neighbours.right_of(at) else { continue };
            prop_assert_eq!(neighbours.left_of(right), Some(at));
            prop_assert_eq!(row_of(&seats[at as usize]), row_of(&seats[right as usize]));
        }
    }

    #[test]
    fn along_a_straight_row_whoever_is_no_aisle_away_is_a_neighbour(
        gaps in prop::collection::vec(1u32..60, 1..20), start in -500i32..500, turn in prop::sample::select(&[(1.0, 0.0), (0.0, 1.0), (0.6, 0.8)][..]),
    ) {
        let mut sorted = gaps.clone();
        sorted.sort_unstable();
        let usual = sorted[(gaps.len() - 1) / 2];
        let mut along = f64::from(start);
        let mut expected = vec![vec!["0".to_owned()]];
        let mut seats = vec![seat("0", (along * turn.0, along * turn.1), None, Some("A"))];
        for (gap, id) in gaps.iter().zip(1..) {
            along += f64::from(*gap);
            seats.push(seat(&id.to_string(), (along * turn.0, along * turn.1), None, Some("A")));
            if 2 * gap > 3 * usual {
                expected.push(Vec::new());
            }
            expected.last_mut().unwrap().push(id.to_string());
        }
        expected.retain(|walk| walk.len() > 1);
        seats.reverse();
        let hall = hall_of(seats);
        let mut found = walks(&hall);
        found.reverse();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_order_of_the_document_makes_no_difference(seats in crowd(), seed: u64) {
        let sorted = |layout: &Layout| {
            let mut walks: Vec<Vec<String>> =
                walks(layout).into_iter().map(|walk| walk.into_iter().map(str::to_owned).collect()).collect();
            walks.sort();
            walks
        };
        let mut places = std::collections::HashSet::new();
        let is_alone = |seat: &Value| places.insert(seat["position"].to_string());
        let mut seats: Vec<Value> = seats.into_iter().filter(is_alone).collect();
        let before = sorted(&hall_of(seats.clone()));
        seats.sort_by_key(|seat| seat["id"].as_str().unwrap().parse::<u64>().unwrap().wrapping_mul(seed | 1));
        prop_assert_eq!(sorted(&hall_of(seats)), before);
    }
}

#[test]
fn whatever_a_document_says_takes_no_more_than_moments() {
    // All in one place, all in one line, a square of one label, and a column that no row goes along.
    let places: [fn(u32) -> (f64, f64); 4] = [
        |_| (0.0, 0.0),
        |n| (f64::from(n), 0.0),
        |n| (f64::from(n % 150) * 20.0, f64::from(n / 150) * 20.0),
        |n| (if n < 2 { f64::from(n) * 1e9 } else { 0.0 }, f64::from(n.wrapping_mul(2_654_435_761) % 20_000) * 3.0),
    ];
    for place in places {
        let stands = (0..20_000).map(|n| {
            let (x, y) = place(n);
            Stand { seat: n, at: Point { x, y }, reach: 10.0 }
        });
        let stands: Vec<Stand> = stands.collect();
        let mut neighbours = Neighbours::none(stands.len());
        seat_along(stands.clone(), &mut neighbours);
        by_height(stands).into_iter().for_each(|row| seat_along(row, &mut Neighbours::none(20_000)));
        assert!(neighbours.come_to_an_end());
    }
}
