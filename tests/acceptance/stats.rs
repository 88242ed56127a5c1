//! Totals, revenue and the breakdown by category.

use serde_json::json;

use crate::fixture::THEATRE_SEATS;
use crate::world::{World, fresh_id};

#[tokio::test]
async fn a_new_event_has_sold_nothing() {
    let world = World::new().await;
    let event = world.theatre().await;
    let stats = world.admin().stats(&event).await.ok().has("eventId", event.id.clone());
    let stats = stats.has("totalSeats", THEATRE_SEATS).has("availableSeats", THEATRE_SEATS);
    let stats = stats.has("bookedSeats", 0).has("heldSeats", 0).has("revenue", 0);
    let vip = &stats["categoryBreakdown"]["vip"];
    assert_eq!(
        (vip["total"].as_u64(), vip["booked"].as_u64(), vip["revenue"].as_f64()),
        (Some(12), Some(0), Some(0.0)),
        "{}",
        stats.story("12 VIP seats")
    );
}

#[tokio::test]
async fn every_change_counts_at_once() {
    let world = World::new().await;
    let (event, ann, admin) = (world.theatre().await, world.buyer("ann"), world.admin());
    let total = THEATRE_SEATS;
    let counts = async |held: usize, booked: usize, revenue: f64| {
        let stats =
            admin.stats(&event).await.ok().has("heldSeats", held).has("bookedSeats", booked).has("revenue", revenue);
        stats.has("availableSeats", total - held - booked).has("totalSeats", total);
    };
    ann.hold(&event, &["seat_A1", "seat_B1", "seat_B2"]).await.ok();
    counts(3, 0, 0.0).await;
    ann.release(&event, &["seat_B2"]).await.ok();
    counts(2, 0, 0.0).await;
    let id = ann.confirm(&event, &["seat_A1"]).await.ok().text("bookingId");
    counts(1, 1, 150.0).await;
    ann.confirm(&event, &["seat_B1"]).await.ok();
    counts(0, 2, 225.0).await;
    ann.cancel(&id).await.ok();
    counts(0, 1, 75.0).await;
}

#[tokio::test]
async fn statistics_agree_with_bookings_and_layout() {
    let world = World::new().await;
    let (event, admin) = (world.theatre().await, world.admin());
    for n in 1..=4 {
        world.buyer("buyer").buy(&event, &[&format!("seat_A{n}"), &format!("seat_B{n}")]).await;
    }
    world.buyer("holder").hold_table(&event, "table_standard_002").await.ok();

    let (stats, layout, bookings) =
        (admin.stats(&event).await.ok(), admin.layout(&event).await.ok(), admin.event_bookings(&event).await);
    for (status, field) in [("available", "availableSeats"), ("held", "heldSeats"), ("booked", "bookedSeats")] {
        assert!(
            layout.list("stats").contains(&json!({"_id": status, "count": stats[field]})),
            "{}",
            layout.story(&format!("{status} as in {}", stats.body))
        );
    }
    let revenue: f64 = bookings.iter().filter_map(|booking| booking["totalAmount"].as_f64()).sum();
    stats.has("revenue", revenue).has("bookedSeats", 8).has("heldSeats", 6);
}

#[tokio::test]
async fn only_an_admin_reads_statistics() {
    let world = World::new().await;
    let event = world.theatre().await;
    world.anyone().stats(&event).await.refused(401, "unauthorized");
    world.buyer("ann").stats(&event).await.refused(403, "forbidden");
    world.admin().get(&format!("/stats/{}", fresh_id())).await.refused(404, "not_found");
}
