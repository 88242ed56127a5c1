//! Many rivals, one winner.

use std::collections::BTreeSet;

use futures::future::{join, join_all};
use serde_json::json;

use crate::person::{Person, unchanged};
use crate::world::{Event, World, fresh_id};

#[tokio::test]
async fn of_200_buyers_who_want_one_seat_at_once_one_gets_it() {
    let world = World::new().await;
    let (event, buyers) = (world.theatre().await, world.buyers(200));
    let answers = join_all(buyers.iter().map(|buyer| buyer.hold(&event, &["seat_A5"]))).await;
    let winners: Vec<usize> = (0..200).filter(|&n| answers[n].status == 200).collect();
    assert_eq!(winners.len(), 1, "the winners: {winners:?}");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "seat_held").lists("conflictingSeats", &["seat_A5"]);
    }
    let winner = &buyers[winners[0]];
    let seat = world.admin().seat(&event, "seat_A5").await;
    assert_eq!((&seat["heldBy"], &seat["version"]), (&json!(winner.sub), &json!(1)), "{seat}");
    winner.confirm(&event, &["seat_A5"]).await.ok();
}

#[tokio::test]
async fn rivals_for_overlapping_seats_get_all_of_theirs_or_none() {
    let world = World::new().await;
    let (event, buyers) = (world.theatre().await, world.buyers(60));
    // Each wants three seats in a ring of ten, some of them in reverse.
    let wanted = |n: usize| -> Vec<String> {
        let mut seats: Vec<String> = (0..3).map(|k| format!("seat_B{}", (n + k) % 10 + 1)).collect();
        if n % 2 == 1 {
            seats.reverse();
        }
        seats
    };
    let answers = join_all(buyers.iter().enumerate().map(|(n, buyer)| {
        let (seats, event) = (wanted(n), &event);
        async move { buyer.hold(event, &crate::person::refs(&seats)).await }
    }))
    .await;

    let map = world.admin().map(&event).await;
    let mut owned = BTreeSet::new();
    for (n, answer) in answers.into_iter().enumerate() {
        let seats = wanted(n);
        if answer.status == 200 {
            for seat in &seats {
                assert!(owned.insert(seat.clone()), "{seat} went to two buyers");
                assert_eq!(map[seat]["heldBy"], buyers[n].sub.as_str(), "{seat}");
            }
        } else {
            assert!(
                ["seat_held", "seat_locked"].contains(&answer.code()),
                "{}",
                answer.story("409 seat_held or seat_locked")
            );
        }
    }
    assert!((1..=3).contains(&(owned.len() / 3)), "somebody won: {owned:?}");
    let held = map.values().filter(|seat| seat["status"] == "held").count();
    assert_eq!(held, owned.len(), "no seat is held that nobody was told of");
}

#[tokio::test]
async fn one_buyer_who_holds_the_same_seats_20_times_at_once_has_one_hold() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let answers = join_all((0..20).map(|_| ann.hold(&event, &["seat_A1", "seat_A2"]))).await;
    let first = answers[0].clone().ok();
    for answer in answers {
        answer.ok().has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
    }
    assert_eq!(ann.held_seats(&event).await, ["seat_A1", "seat_A2"]);
}

#[tokio::test]
async fn one_buyer_who_holds_ten_seats_at_once_in_ten_requests_has_one_timer() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    let seats: Vec<String> = (1..=10).map(|n| format!("seat_C{n}")).collect();
    let answers = join_all(seats.iter().map(|seat| async { ann.hold(&event, &[seat.as_str()]).await })).await;
    let first = answers[0].clone().ok();
    for answer in answers {
        answer.ok().has("holdId", first["holdId"].clone()).has("expiresAt", first["expiresAt"].clone());
    }
    assert_eq!(ann.held_seats(&event).await.len(), 10);
    ann.confirm_with(&event, json!({})).await.ok().says("Successfully booked 10 seats");
}

#[tokio::test]
async fn of_a_confirm_and_a_release_at_once_one_happens() {
    let world = World::new().await;
    let event = world.theatre().await;
    for seat in ["seat_A1", "seat_A2", "seat_A3", "seat_B1", "seat_B2"] {
        let ann = world.buyer("ann");
        ann.hold(&event, &[seat]).await.ok();
        let (confirm, release) = join(ann.confirm(&event, &[seat]), ann.release(&event, &[seat])).await;
        let status = world.anyone().seat(&event, seat).await["status"].clone();
        if confirm.status == 200 {
            release.refused(409, "not_held");
            assert_eq!(status, "booked");
        } else {
            confirm.refused(409, "not_held");
            release.ok();
            assert_eq!(status, "available");
        }
    }
}

#[tokio::test]
async fn of_a_cancellation_and_a_rival_hold_nothing_is_left_half_done() {
    let world = World::new().await;
    let (event, ann, bob) = (world.theatre().await, world.buyer("ann"), world.buyer("bob"));
    let id = ann.buy(&event, &["seat_A1", "seat_A2"]).await;
    let (cancel, hold) = join(ann.cancel(&id), bob.hold(&event, &["seat_A1", "seat_A2"])).await;
    cancel.ok();
    let statuses = [seat_status(&world, &event, "seat_A1").await, seat_status(&world, &event, "seat_A2").await];
    let wanted = if hold.status == 200 { "held" } else { "available" };
    assert_eq!(statuses, [wanted, wanted], "{}", hold.story("both seats alike"));
}

async fn seat_status(world: &World, event: &Event, seat: &str) -> String {
    world.anyone().seat(event, seat).await["status"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn twenty_releases_at_once_free_the_seat_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let answers = join_all((0..20).map(|_| ann.release(&event, &["seat_A1"]))).await;
    assert!(answers.iter().any(|answer| answer.status == 200), "one release succeeds");
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "not_held");
    }
    assert_eq!(world.admin().seat(&event, "seat_A1").await["version"], 2, "freed once");
}

#[tokio::test]
async fn two_payments_for_one_hold_at_once_book_it_once() {
    let world = World::new().await;
    let (event, ann) = (world.theatre().await, world.buyer("ann"));
    ann.hold(&event, &["seat_A1"]).await.ok();
    let pay = async |person: &Person| person.pay(&event, &["seat_A1"], &fresh_id()).await;
    let (first, second) = join(pay(&ann), pay(&ann)).await;
    let (winner, loser) = if first.status == 200 { (first, second) } else { (second, first) };
    winner.ok();
    loser.refused(409, "not_held");
    assert_eq!(world.admin().event_bookings(&event).await.len(), 1);
    let before = world.admin().map(&event).await;
    ann.confirm(&event, &["seat_A1"]).await.refused(409, "not_held");
    unchanged(&before, &world.admin().map(&event).await, "a confirm too many");
}
