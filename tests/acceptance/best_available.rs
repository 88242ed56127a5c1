//! The best seats that are free: which they are. What such a hold has in common with others stands in `chosen_holds`.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::fixture;
use crate::hall::Hall;
use crate::world::World;

/// What somebody gets who asks for the best seats of a drawn hall with its focus above a column.
async fn best(world: &World, drawing: &[&str], focus: usize, wish: Value) -> (Vec<String>, Answer) {
    let hall = Hall::open(world, drawing, focus).await;
    let held = world.buyer("ann").hold_best(&hall.event, wish).await.ok();
    (hall.with(&held.strings("heldSeats")), held)
}

/// A hall before and after: how many seats are wanted, and above which column the focus is.
type Row<'a> = (usize, usize, &'a [&'a str], &'a [&'a str]);

async fn chooses(world: &World, rows: &[Row<'_>]) {
    for (quantity, focus, before, after) in rows {
        let (drawn, held) = best(world, before, *focus, json!({"quantity": quantity})).await;
        assert_eq!(drawn, *after, "the best {quantity} of {before:?}, the focus above column {focus}");
        held.has("together", true);
    }
}

#[tokio::test]
async fn the_nearest_to_the_focus_are_chosen() {
    let world = World::new().await;
    let rows: [Row<'_>; 6] = [
        (3, 4, &["........."], &["...XXX..."]),
        (1, 0, &["....", "...."], &["X...", "...."]),
        (2, 7, &["........"], &["......XX"]),
        (4, 3, &["........", "........"], &["..XXXX..", "........"]),
        (2, 2, &["##.###", "......"], &["##.###", "..XX.."]),
        // The far end of the first row is farther than the near end of the second.
        (2, 0, &["####....", "........"], &["####....", "XX......"]),
    ];
    chooses(&world, &rows).await;
}

#[tokio::test]
async fn as_many_as_one_may_hold_are_chosen_together() {
    let world = World::new().await;
    let row = [".".repeat(49), ".".repeat(60)];
    let hall = Hall::open(&world, &[&row[0], &row[1]], 30).await;
    let held = world.buyer("ann").hold_best(&hall.event, json!({"quantity": 50})).await.ok().has("together", true);
    assert!(held.strings("heldSeats").iter().all(|id| id.starts_with("r1c")), "{}", held.story("the second row"));
}

#[tokio::test]
async fn no_single_seat_is_left_where_another_choice_avoids_it() {
    let world = World::new().await;
    let rows: [Row<'_>; 5] = [
        // Nearest would be the two on the left, beside which one seat would be alone.
        (2, 1, &["...#...."], &["...#XX.."]),
        (2, 1, &["......"], &["XX...."]),
        (2, 1, &["... .."], &["... XX"]),
        // What is left of a whole run is nobody's neighbour.
        (3, 0, &["....", "..."], &["....", "XXX"]),
        // Where every choice leaves one, it costs no sale.
        (2, 0, &["...#..."], &["XX.#..."]),
    ];
    chooses(&world, &rows).await;
}

#[tokio::test]
async fn accessible_seats_and_their_companions_are_kept_while_others_are_left() {
    let world = World::new().await;
    let rows: [Row<'_>; 4] = [
        (2, 0, &["ac...."], &["acXX.."]),
        (1, 0, &["ac...."], &["acX..."]),
        // Rather in a row farther away, and beside a seat that is left alone.
        (3, 0, &["ac..", "...."], &["ac..", "XXX."]),
        (2, 0, &["ac##"], &["XX##"]),
    ];
    chooses(&world, &rows).await;
}

#[tokio::test]
async fn who_asks_for_accessible_seats_gets_so_many_with_the_companion_seat_beside() {
    let world = World::new().await;
    for (wish, before, after) in [
        (json!({"quantity": 2, "accessible": 1}), ["..ac.."], ["..XX.."]),
        (json!({"quantity": 1, "accessible": 1}), ["..ac."], ["..Xc."]),
        (json!({"quantity": 3, "accessible": 1}), ["...ac"], ["..XXX"]),
        (json!({"quantity": 2, "accessible": 2}), ["..aa."], ["..XX."]),
        (json!({"quantity": 3, "accessible": 2, "together": false}), ["a...a"], ["XX..X"]),
    ] {
        let (drawn, _) = best(&world, &before, 0, wish.clone()).await;
        assert_eq!(drawn, after, "{wish} of {before:?}");
    }
    let hall = Hall::open(&world, &["ac..#a"], 0).await;
    let ann = world.buyer("ann");
    ann.hold_best(&hall.event, json!({"quantity": 3, "accessible": 3})).await.refused(409, "sold_out");
    ann.hold_best(&hall.event, json!({"quantity": 2, "accessible": 2})).await.refused(409, "not_together");
    let apart = json!({"quantity": 2, "accessible": 2, "together": false});
    let held = ann.hold_best(&hall.event, apart).await.ok().has("together", false);
    assert_eq!(hall.with(&held.strings("heldSeats")), ["Xc..#X"]);
    ann.hold_best(&hall.event, json!({"quantity": 1, "accessible": 1})).await.refused(409, "sold_out").says("Sold Out");
}

#[tokio::test]
async fn tables_are_taken_whole() {
    let world = World::new().await;
    let rows: [Row<'_>; 3] = [
        (2, 2, &["(....)", "......"], &["(....)", "..XX.."]),
        (4, 2, &["(....)", ".#.#.#"], &["(XXXX)", ".#.#.#"]),
        (3, 2, &["(....)", "(...)", "..#..#"], &["(....)", "(XXX)", "..#..#"]),
    ];
    chooses(&world, &rows).await;
    let (drawn, _) = best(&world, &["(....)", "(#...)", "#.#.#."], 2, json!({"quantity": 2})).await;
    assert_eq!(drawn[0], "(....)", "a free table stays free while somebody sits at another one");
    let (drawn, _) = best(&world, &["(....)", "#.#.#."], 2, json!({"quantity": 2})).await;
    assert_eq!(drawn[0].matches('X').count(), 2, "where nothing else is left, it costs no sale: {drawn:?}");
}

#[tokio::test]
async fn seats_are_together_within_one_row_and_section_and_without_an_aisle() {
    let world = World::new().await;
    for (drawing, quantity, why) in [
        ([".....", "....."], 6, "two rows"),
        ([".. ..", "#####"], 3, "an aisle"),
        (["..#..", "####."], 3, "somebody between them"),
    ] {
        let (hall, ann) = (Hall::open(&world, &drawing, 0).await, world.buyer("ann"));
        let refused = ann.hold_best(&hall.event, json!({"quantity": quantity})).await.refused(409, "not_together");
        assert!(refused.message().contains("together: false"), "{}", refused.story(why));
        ann.hold_best(&hall.event, json!({"quantity": quantity, "together": true})).await.refused(409, "not_together");
        assert!(ann.held_seats(&hall.event).await.is_empty());
        let held = ann.hold_best(&hall.event, json!({"quantity": quantity, "together": false})).await.ok();
        assert_eq!(held.has("together", false).strings("heldSeats").len(), quantity, "{why}");
    }
    let (drawn, held) = best(&world, &["..#...."], 0, json!({"quantity": 4, "together": false})).await;
    assert_eq!(drawn, ["..#XXXX"], "who may be apart is together where that can be");
    held.has("together", true);
}

/// Seats in one line, 30 apart, each with a section and a row label; the last one stands 1.5 times as far off.
fn labelled(labels: &[(Option<&str>, Option<&str>)]) -> Value {
    let last = labels.len() - 1;
    let seat = |(at, (section, row)): (usize, &(Option<&str>, Option<&str>))| {
        let x = if at == last { 30 * at + 15 } else { 30 * at };
        json!({"id": format!("s{at}"), "categoryId": "c", "section": section, "rowLabel": row,
               "position": {"x": x, "y": 100}, "size": {"x": 20, "y": 20}})
    };
    let seats: Vec<Value> = labels.iter().enumerate().map(seat).collect();
    json!({"name": "Line", "canvasW": 600, "canvasH": 300, "seats": seats, "items": [],
           "categories": [{"id": "c", "name": "C", "color": "#fff", "price": 10}]})
}

#[tokio::test]
async fn labels_say_what_a_row_is_and_where_there_are_none_the_position() {
    let world = World::new().await;
    let (a, b) = ((Some("left"), Some("1")), (Some("right"), Some("1")));
    for (labels, are_together, why) in [
        ([a, a, a, a], true, "one row of one section, with a gap of 1.5 steps"),
        ([(None, None); 4], true, "the same height"),
        ([a, a, b, b], false, "the same row label in two sections"),
        ([a, a, a, (Some("left"), Some("2"))], false, "two row labels in one line"),
    ] {
        let event = world.event(labelled(&labels)).await;
        let ann = world.buyer("ann");
        let answer = ann.hold_best(&event, json!({"quantity": 4})).await;
        let wanted = if are_together { (200, "") } else { (409, "not_together") };
        assert_eq!((answer.status, answer.code()), wanted, "{}", answer.story(why));
        let apart = json!({"quantity": 4, "together": false});
        ann.release_with(&event, json!({})).await.ok();
        ann.hold_best(&event, apart).await.ok().has("together", are_together);
    }
}

#[tokio::test]
async fn a_category_is_named_by_its_id_or_its_name() {
    let world = World::new().await;
    let event = world.theatre().await;
    for (category, quantity, amount) in [("vip", 2, 300), ("VIP", 2, 300), ("Standard", 5, 375), ("standard", 6, 450)] {
        let wish = json!({"quantity": quantity, "categoryId": category});
        let held = world.buyer("ann").hold_best(&event, wish).await.ok().has("totalAmount", amount);
        let is_of_it = |seat: &Value| seat["categoryId"] == category.to_lowercase();
        assert!(held.list("seats").iter().all(is_of_it), "{}", held.story(category));
    }
    let ann = world.buyer("ann");
    ann.hold_best(&event, json!({"quantity": 9, "categoryId": "vip"})).await.refused(409, "sold_out");
    ann.hold_best(&event, json!({"quantity": 1, "categoryId": "balcony"})).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn categories_that_are_not_for_sale_are_skipped() {
    let world = World::new().await;
    let event = world.event_with(fixture::theatre(), json!({"prices": {"vip": null}})).await;
    let ann = world.buyer("ann");
    let held = ann.hold_best(&event, json!({"quantity": 10, "together": false})).await.ok().has("totalAmount", 750);
    assert!(held.list("seats").iter().all(|seat| seat["categoryId"] == "standard"), "{}", held.story("standard seats"));
    ann.hold_best(&event, json!({"quantity": 1, "categoryId": "vip"})).await.refused(409, "sold_out").says("Sold Out");
}

#[tokio::test]
async fn places_are_chosen_where_their_area_or_their_category_is_named() {
    let world = World::new().await;
    let (event, ann) = (world.event(fixture::festival()).await, world.buyer("ann"));
    let of = |answer: &Answer, prefix: &str| answer.strings("heldSeats").iter().all(|id| id.starts_with(prefix));
    let held = ann.hold_best(&event, json!({"quantity": 3, "areaId": "floor"})).await.ok().has("together", true);
    assert!(of(&held, "place_floor_"), "{}", held.story("places of the floor"));
    let held = ann.hold_best(&event, json!({"quantity": 2, "categoryId": "front"})).await.ok();
    assert!(of(&held, "place_pit_"), "{}", held.story("places of the pit, which alone is of this category"));
    ann.hold_best(&event, json!({"quantity": 4, "areaId": "pit"})).await.refused(409, "sold_out").says("Sold Out");
    ann.hold_best(&event, json!({"quantity": 1, "areaId": "attic"})).await.refused(404, "not_found");
    let mixed = json!({"quantity": 1, "areaId": "pit", "categoryId": "standing"});
    ann.hold_best(&event, mixed).await.refused(400, "invalid_data");
}

#[tokio::test]
async fn where_fewer_are_free_than_wanted_it_is_sold_out() {
    let world = World::new().await;
    let (hall, ann) = (Hall::open(&world, &["..##", ".###"], 0).await, world.buyer("ann"));
    for together in [true, false] {
        let wish = json!({"quantity": 4, "together": together});
        ann.hold_best(&hall.event, wish).await.refused(409, "sold_out").says("Sold Out");
    }
    ann.hold_best(&hall.event, json!({"quantity": 3, "together": false})).await.ok().has("together", false);
    let (event, bob) = (&hall.event, world.buyer("bob"));
    bob.hold_best(event, json!({"quantity": 1})).await.refused(409, "sold_out");
    ann.release_with(event, json!({})).await.ok();
    bob.hold_best(event, json!({"quantity": 2})).await.ok().has("together", true);
}
