//! Tables, as a whole and seat by seat.

use serde_json::json;

use crate::fixture::vip_table;
use crate::person::{refs, unchanged};
use crate::world::World;

#[tokio::test]
async fn a_table_is_all_its_seats() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let held = ann.hold_table(&event, "table_standard_002").await.ok();
    held.says("Successfully held table table_standard_002 with 6 seats").has("totalAmount", 450);
    for n in 0..6 {
        let seat = ann.seat(&event, &format!("seat_table_standard_002_{n}")).await;
        assert_eq!((&seat["status"], &seat["tableId"]), (&json!("held"), &json!("table_standard_002")), "{seat}");
    }
    bob.hold(&event, &["seat_table_standard_002_3"]).await.refused(409, "seat_held");
    bob.hold_table(&event, "table_standard_002").await.refused(409, "seat_held");
}

#[tokio::test]
async fn a_table_with_one_seat_taken_is_not_held_at_all() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_table_VIP_001_3", "seat_table_VIP_001_5"]).await.ok();
    let before = world.admin().map(&event).await;
    let refused = bob.hold_table(&event, "table_VIP_001").await.refused(409, "seat_held");
    refused.lists("conflictingSeats", &["seat_table_VIP_001_3", "seat_table_VIP_001_5"]);
    unchanged(&before, &world.admin().map(&event).await, "a table with a conflict");
}

#[tokio::test]
async fn a_table_begun_seat_by_seat_is_completed_by_its_holder() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let seat = ann.hold(&event, &["seat_table_VIP_001_3"]).await.ok();
    let table = ann.hold_table(&event, "table_VIP_001").await.ok();
    table.lists("heldSeats", &refs(&vip_table())).has("expiresAt", seat["expiresAt"].clone());
    ann.confirm_with(&event, json!({"tableIds": ["table_VIP_001"]})).await.ok().says("Successfully booked 8 seats");
}

#[tokio::test]
async fn one_seat_at_a_table_is_sold_like_any_seat() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.buy(&event, &["seat_table_VIP_001_0"]).await;
    bob.buy(&event, &["seat_table_VIP_001_1"]).await;
    world.buyer("cid").hold_table(&event, "table_VIP_001").await.refused(409, "seat_booked");
}

#[tokio::test]
async fn a_table_of_which_a_seat_is_not_mine_is_not_confirmed() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold_table(&event, "table_VIP_001").await.ok();
    ann.release(&event, &["seat_table_VIP_001_2", "seat_table_VIP_001_6"]).await.ok();
    let refused = ann.confirm_with(&event, json!({"tableIds": ["table_VIP_001"]})).await.refused(409, "not_held");
    refused.says("User does not hold all required seats: seat_table_VIP_001_2, seat_table_VIP_001_6");
    assert_eq!(ann.held_seats(&event).await.len(), 6);
}

#[tokio::test]
async fn a_table_is_released_as_a_whole() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    ann.hold_table(&event, "table_VIP_001").await.ok();
    let released = ann.release_with(&event, json!({"tableIds": ["table_VIP_001"]})).await.ok();
    released.says("Successfully released 8 seats").lists("releasedSeats", &refs(&vip_table()));
    assert_eq!(ann.held_seats(&event).await, ["seat_A1"]);
    bob.hold_table(&event, "table_VIP_001").await.ok();
}

#[tokio::test]
async fn a_seat_named_with_its_own_table_is_booked_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold_table(&event, "table_VIP_001").await.ok();
    let body = json!({"seatIds": ["seat_table_VIP_001_0"], "tableIds": ["table_VIP_001"]});
    let answer = ann.confirm_with(&event, body).await;
    // Either the repetition is refused or it counts once; it is never priced twice.
    if answer.status == 200 {
        answer.has("totalAmount", 1200).says("Successfully booked 8 seats");
    } else {
        answer.refused(400, "invalid_data");
        assert_eq!(ann.held_seats(&event).await.len(), 8);
    }
}

#[tokio::test]
async fn an_unknown_table_is_not_found() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let before = world.admin().map(&event).await;
    for (table, reason) in
        [("table_VIP_999", "no such table"), ("stage", "a shape is no table"), ("seat_A1", "a seat is no table")]
    {
        let answer = ann.hold_table(&event, table).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{}", answer.story(reason));
    }
    ann.confirm_with(&event, json!({"tableIds": ["table_VIP_999"]})).await.refused(404, "not_found");
    ann.release_with(&event, json!({"tableIds": ["table_VIP_999"]})).await.refused(404, "not_found");
    unchanged(&before, &world.admin().map(&event).await, "unknown tables");
}
