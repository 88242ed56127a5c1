//! The best seats: drawn rows, and a search that tries every group of small houses.

use super::*;
use crate::choice::readings::{Readings, lanes};
use crate::clock::Moment;
use crate::event::Event;
use crate::layout::Layout;
use crate::samples::{layout, some_event};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A house drawn as text, one line for each row. `.` is a free seat, `#` one that is taken, `a` an accessible one, `c` the
/// companion seat of the nearest accessible seat before it, `(...)` a table, and a blank an aisle.
pub(crate) struct Drawn {
    layout: Layout,
    event: Event,
    taken: Vec<u32>,
}

const NOW: Moment = Moment(1_000_000);

/// Reads a drawing; the focus is above the column.
pub(crate) fn draw(lines: &[&str], focus: f64) -> Drawn {
    let (mut seats, mut items, mut marks) = (Vec::new(), Vec::new(), Vec::new());
    for (row, line) in lines.iter().enumerate() {
        let mut accessible: Option<String> = None;
        let mut table: Option<(usize, u32)> = None;
        for (column, mark) in line.chars().enumerate() {
            let id = format!("{row}-{column}");
            match mark {
                ' ' => {}
                '(' => table = Some((items.len(), 0)),
                ')' => {
                    let (at, count) = table.take().unwrap();
                    items.push(json!({
                        "id": at.to_string(), "type": "table", "sc": count, "categoryId": "standard",
                        "pos": { "x": 30 * column, "y": 30 * row + 30 }, "size": { "x": 30, "y": 30 },
                    }));
                }
                mark => {
                    let id = match &mut table {
                        None => id,
                        Some((at, count)) => {
                            *count += 1;
                            format!("seat_{at}_{}", *count - 1)
                        }
                    };
                    let mut seat = json!({
                        "id": id, "position": { "x": 30 * column, "y": 30 * row + 30 }, "categoryId": "standard",
                        "rowLabel": table.map_or(row.to_string(), |(at, _)| format!("table {at}")),
                    });
                    if mark == 'a' {
                        seat["accessible"] = json!(true);
                        accessible = Some(id.clone());
                    }
                    if mark == 'c' {
                        seat["companionOf"] = json!(accessible);
                    }
                    seats.push(seat);
                    marks.push((id, mark));
                }
            }
        }
    }
    let layout = layout(&json!({
        "name": "Drawn", "canvasW": 3000, "canvasH": 3000, "seats": seats, "items": items,
        "categories": [{ "id": "standard", "name": "Standard", "color": "red", "price": 10 }],
        "focus": { "x": 30.0 * focus + 12.0, "y": 0 },
    }));
    let taken = marks.iter().filter(|(_, mark)| *mark == '#');
    let taken = taken.map(|(id, _)| layout.inventory().seat_index(id).unwrap()).collect();
    Drawn { layout, event: some_event(), taken }
}

impl Drawn {
    pub(crate) fn with_house<T>(&self, ask: impl FnOnce(&House<'_>) -> T) -> T {
        let inventory = self.layout.inventory();
        let mut readings = Readings::none(self.event.lanes, lanes(&self.event, inventory));
        (0..self.event.lanes).for_each(|lane| readings.take(lane, std::iter::empty()));
        self.taken.iter().for_each(|seat| readings.note(*seat, Moment(i64::MAX)));
        let in_flight = HashSet::new();
        ask(&House::new(&self.event, inventory, &readings, &in_flight, NOW))
    }

    fn choose(&self, wish: &Wish) -> Result<Choice, Short> {
        self.with_house(|house| seats(house, wish, 1, &mut fastrand::Rng::with_seed(1)))
    }

    /// Where chosen seats are, as row and column.
    fn places(&self, choice: &Choice) -> Vec<(usize, usize)> {
        let place = |seat: &u32| {
            let at = self.layout.drawing().places[*seat as usize].position;
            (((at.y - 30.0) / 30.0) as usize, (at.x / 30.0) as usize)
        };
        let mut places: Vec<_> = choice.seats.iter().map(place).collect();
        places.sort_unstable();
        places
    }
}

fn seats(house: &House<'_>, wish: &Wish, spread: usize, rng: &mut fastrand::Rng) -> Result<Choice, Short> {
    Search::new(house, wish.category).seats(wish, spread, rng)
}

pub(crate) fn wish(quantity: usize) -> Wish {
    Wish { quantity, accessible: 0, category: None, area: None, together: true }
}

/// The drawing with an `X` for each chosen seat.
fn chosen(lines: &[&str], focus: f64, wish: &Wish) -> Result<Vec<String>, Short> {
    let drawn = draw(lines, focus);
    let choice = drawn.choose(wish)?;
    let places = drawn.places(&choice);
    let mark = |row: usize, (column, mark): (usize, char)| if places.contains(&(row, column)) { 'X' } else { mark };
    Ok(lines.iter().enumerate().map(|(row, line)| line.chars().enumerate().map(|at| mark(row, at)).collect()).collect())
}

#[test]
fn every_drawing_of_the_documentation_is_what_is_chosen() {
    let text = include_str!("../../../../docs/best-available.md");
    let mut shown = 0;
    for block in text.split("```rows\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let mut lines = block.lines();
        // The first line says what is wanted and how: `2 seats, focus above column 4`.
        let wanted = lines.next().unwrap();
        let number =
            |after: &str| wanted.split_once(after).and_then(|(_, rest)| rest.split([',', ' ']).next()?.parse().ok());
        let wish = Wish {
            quantity: wanted.split(' ').next().unwrap().parse().unwrap(),
            accessible: number("accessible: ").unwrap_or(0.0) as usize,
            together: !wanted.contains("together: false"),
            ..wish(0)
        };
        let (before, after): (Vec<&str>, Vec<&str>) = lines.map(|line| line.split_once(" -> ").unwrap()).unzip();
        let expected: Vec<String> = after.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(chosen(&before, number("column ").unwrap(), &wish), Ok(expected), "{block}");
        shown += 1;
    }
    assert!(shown >= 8, "{shown} drawings");
}

#[test]
fn fewer_than_wanted_are_sold_out_and_enough_but_apart_are_not_together() {
    assert_eq!(chosen(&[".#.#."], 2.0, &wish(4)), Err(Short::SoldOut));
    assert_eq!(chosen(&[".#.#."], 2.0, &wish(2)), Err(Short::NotTogether));
    assert_eq!(chosen(&[".. .."], 2.0, &wish(3)), Err(Short::NotTogether), "an aisle parts them");
    let accessible = Wish { accessible: 2, ..wish(2) };
    assert_eq!(chosen(&["a...#"], 2.0, &accessible), Err(Short::SoldOut), "one seat is accessible");
    assert_eq!(chosen(&["a...a"], 2.0, &accessible), Err(Short::NotTogether));
}

#[test]
fn a_category_is_kept_to_although_seats_of_another_stand_beside() {
    let mut drawn = draw(&["......"], 2.5);
    let mut document = json!({
        "name": "Two", "canvasW": 300, "canvasH": 300, "focus": { "x": 72, "y": 0 },
        "categories": [
            { "id": "standard", "name": "S", "color": "red", "price": 1 },
            { "id": "vip", "name": "V", "color": "red", "price": 2 },
        ],
    });
    let seat = |column: usize| {
        let category = if column == 2 { "vip" } else { "standard" };
        json!({ "id": column.to_string(), "position": { "x": 30 * column, "y": 30 }, "categoryId": category })
    };
    document["seats"] = (0..6).map(seat).collect();
    drawn.layout = layout(&document);
    let standard = Wish { category: Some(0), ..wish(2) };
    assert_eq!(drawn.choose(&standard).unwrap().seats, [0, 1], "nearer ones would leave seat 5 alone");
    assert_eq!(drawn.choose(&Wish { quantity: 4, ..standard }), Err(Short::NotTogether));
    assert_eq!(drawn.choose(&Wish { category: Some(1), ..wish(1) }).unwrap().seats, [2]);
}

#[test]
fn what_is_not_for_sale_or_in_flight_is_no_choice() {
    let drawn = draw(&["...."], 1.5);
    let inventory = drawn.layout.inventory();
    let mut readings = Readings::none(1, vec![0; 4].into());
    readings.take(0, std::iter::empty());
    let in_flight = HashSet::from([1]);
    let house = House::new(&drawn.event, inventory, &readings, &in_flight, NOW);
    let rng = &mut fastrand::Rng::with_seed(1);
    assert_eq!(seats(&house, &wish(2), 1, rng).unwrap().seats, [2, 3]);
    let mut unsold = drawn.event.clone();
    unsold.prices.values_mut().for_each(|price| *price = None);
    let (none, rng) = (HashSet::new(), &mut fastrand::Rng::with_seed(1));
    let house = House::new(&unsold, inventory, &readings, &none, NOW);
    assert_eq!(seats(&house, &wish(1), 1, rng), Err(Short::SoldOut));
}

#[test]
fn among_as_many_as_choose_at_once_the_best_are_drawn_without_a_seat_in_common() {
    let drawn = draw(&["............", "............"], 5.5);
    let mut groups = HashSet::new();
    for seed in 0..200 {
        let rng = &mut fastrand::Rng::with_seed(seed);
        groups.insert(drawn.with_house(|house| seats(house, &wish(2), 6, rng)).unwrap().seats);
    }
    assert_eq!(groups.len(), 6);
    let seats: HashSet<u32> = groups.iter().flatten().copied().collect();
    assert_eq!(seats.len(), 12);
    assert!(groups.iter().all(|group| !group.contains(&1)), "no seat is left alone: {groups:?}");
}

/// A small house: rows of marks, with a table now and then.
fn houses() -> impl Strategy<Value = (Vec<String>, f64)> {
    let mark = prop::sample::select(vec!['.', '.', '.', '.', '#', '#', 'a', ' ']);
    let row = prop::collection::vec(mark, 1..9).prop_map(|marks| {
        let mut row = String::new();
        for mark in marks {
            row.push(mark);
            // Some accessible seats have a companion seat, beside them or not.
            if mark == 'a' && !row.len().is_multiple_of(3) {
                row.push('c');
            }
        }
        row
    });
    let table = prop::collection::vec(prop::sample::select(vec!['.', '.', '#']), 2..5)
        .prop_map(|marks| format!("({})", marks.into_iter().collect::<String>()));
    let rows = prop::collection::vec(prop_oneof![3 => row, 1 => table], 1..4);
    (rows, 0..8_u8)
        .prop_map(|(rows, focus)| (rows, f64::from(focus)))
        .prop_filter("no seat", |(rows, _)| rows.iter().any(|row| row.chars().any(|mark| ".#ac".contains(mark))))
}

/// What the rules say of a group, found with nothing but the drawing's own terms.
fn judged(house: &House<'_>, group: &[u32], asked: usize) -> (usize, usize, u8, usize) {
    let inventory = house.inventory;
    let seat = |at: u32| &inventory.seats()[at as usize];
    let neighbours = inventory.neighbours();
    let is_free = |at: Option<u32>| at.is_some_and(|at| house.is_free(at));
    let accessible = group.iter().filter(|at| seat(**at).accessible).count();
    let kept_companions =
        group.iter().filter(|at| seat(**at).companion_of.is_some_and(|of| house.is_free(of) && !group.contains(&of)));
    let parted = group.iter().filter(|at| {
        let mut companions =
            (0..inventory.seats().len() as u32).filter(|other| seat(*other).companion_of == Some(**at));
        seat(**at).accessible && companions.clone().any(|c| house.is_free(c)) && !companions.any(|c| group.contains(&c))
    });
    let table = match seat(group[0]).table.map(|table| &inventory.tables()[table as usize]) {
        None => 0,
        Some(table) if table.seats.len() == group.len() => 0,
        Some(table) if table.seats.clone().all(|at| house.is_free(at)) => 2,
        Some(_) => 1,
    };
    let (first, last) = (group[0], group[group.len() - 1]);
    let (left, right) = (neighbours.left_of(first), neighbours.right_of(last));
    let is_left_alone = is_free(left) && !is_free(left.and_then(|at| neighbours.left_of(at)));
    let is_right_alone = is_free(right) && !is_free(right.and_then(|at| neighbours.right_of(at)));
    (
        accessible.saturating_sub(asked) + kept_companions.count(),
        parted.count(),
        table,
        usize::from(is_left_alone) + usize::from(is_right_alone),
    )
}

/// Every group of a size, each along its row.
fn groups(house: &House<'_>, size: usize) -> Vec<Vec<u32>> {
    let neighbours = house.inventory.neighbours();
    let from = |first: u32| {
        let row = std::iter::successors(Some(first), |at| neighbours.right_of(*at));
        row.take(size).filter(|at| house.is_free(*at)).collect::<Vec<u32>>()
    };
    (0..house.inventory.seats().len() as u32).map(from).filter(|group| group.len() == size).collect()
}

fn distance(house: &House<'_>, group: &[u32]) -> f64 {
    group.iter().map(|at| f64::from(house.inventory.nearness().of_seat(*at))).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn together_no_group_is_better_than_the_chosen_one(
        (rows, focus) in houses(), quantity in 1_usize..5, accessible in 0_usize..3,
    ) {
        let accessible = accessible.min(quantity);
        let lines: Vec<&str> = rows.iter().map(String::as_str).collect();
        let drawn = draw(&lines, focus);
        let wish = Wish { accessible, ..wish(quantity) };
        let choice = drawn.choose(&wish);
        drawn.with_house(|house| {
            let all: Vec<u32> = (0..house.inventory.seats().len() as u32).filter(|at| house.is_free(*at)).collect();
            let is_accessible = |at: &&u32| house.inventory.seats()[**at as usize].accessible;
            let suited: Vec<Vec<u32>> = groups(house, quantity)
                .into_iter()
                .filter(|group| group.iter().filter(is_accessible).count() >= accessible)
                .collect();
            let best = suited
                .iter()
                .map(|group| (judged(house, group, accessible), distance(house, group)))
                .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            match (&choice, best) {
                (Ok(choice), Some((merit, nearest))) => {
                    prop_assert!(choice.together && suited.contains(&choice.seats));
                    prop_assert_eq!(judged(house, &choice.seats, accessible), merit);
                    prop_assert!((distance(house, &choice.seats) - nearest).abs() < 0.01);
                }
                (Err(Short::NotTogether), None) => {
                    prop_assert!(all.len() >= quantity && all.iter().filter(is_accessible).count() >= accessible);
                }
                (Err(Short::SoldOut), None) => {
                    prop_assert!(all.len() < quantity || all.iter().filter(is_accessible).count() < accessible);
                }
                other => prop_assert!(false, "{other:?}"),
            }
            Ok(())
        })?;
    }

    #[test]
    fn apart_whoever_wants_what_is_there_gets_it_in_the_fewest_parts(
        (rows, focus) in houses(), quantity in 1_usize..7, accessible in 0_usize..3,
    ) {
        let accessible = accessible.min(quantity);
        let lines: Vec<&str> = rows.iter().map(String::as_str).collect();
        let drawn = draw(&lines, focus);
        let wish = Wish { accessible, together: false, ..wish(quantity) };
        let choice = drawn.choose(&wish);
        drawn.with_house(|house| {
            let all: Vec<u32> = (0..house.inventory.seats().len() as u32).filter(|at| house.is_free(*at)).collect();
            let is_accessible = |at: &&u32| house.inventory.seats()[**at as usize].accessible;
            let is_there = all.len() >= quantity && all.iter().filter(is_accessible).count() >= accessible;
            prop_assert_eq!(choice.is_ok(), is_there, "{:?}", choice);
            let Ok(choice) = choice else { return Ok(()) };
            let seats: HashSet<u32> = choice.seats.iter().copied().collect();
            prop_assert_eq!(seats.len(), quantity, "each once");
            prop_assert!(seats.iter().all(|at| house.is_free(*at)));
            prop_assert!(seats.iter().filter(is_accessible).count() >= accessible);
            prop_assert!(!choice.together || groups(house, quantity).contains(&choice.seats));
            // Ordinary seats are taken before accessible ones that nobody asked for.
            let is_kept = |at: &&u32| {
                let of = house.inventory.seats()[**at as usize].companion_of;
                is_accessible(at) || of.is_some_and(|of| house.is_free(of))
            };
            if accessible == 0 && all.iter().filter(|at| !is_kept(at)).count() >= quantity {
                prop_assert!(!seats.iter().any(|at| is_kept(&at)));
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_table_counts_whole_only_where_all_of_it_is_taken() {
    let free = draw(&["(....)"], 2.0);
    assert_eq!(free.choose(&wish(4)).unwrap().seats.len(), 4);
    let value: Value = json!(chosen(&["(....)", "(..)"], 2.0, &wish(2)).unwrap());
    assert_eq!(value, json!(["(....)", "(XX)"]));
}
