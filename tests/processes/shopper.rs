//! A buyer who holds, books, gives up and cancels, at random, until the doors close, and notes every acknowledgement.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::Client;
use crate::ledger::Sale;
use crate::person::{payment_for, refs};
use crate::world::{Event, fresh_id};

/// Between two wishes, in milliseconds.
const THINKS_MS: std::ops::Range<u64> = 5..60;
const SEATS_MAX: usize = 3;

/// Shops until the doors close; what is under way then is still seen through.
pub(crate) async fn shop(mut client: Client, event: &Event, closed: &AtomicBool) {
    let mut bookings: Vec<String> = Vec::new();
    while !closed.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(client.rng.u64(THINKS_MS))).await;
        let seats = hold(&mut client, event).await;
        match client.rng.u8(..10) {
            _ if seats.is_empty() => {}
            0..6 => bookings.push(confirm(&mut client, event, &seats).await),
            6..8 => release(&mut client, event, &seats).await,
            _ => {}
        }
        if client.rng.u8(..10) == 0
            && let Some(booking) = bookings.pop()
        {
            cancel(&mut client, &booking).await;
        }
    }
}

/// Holds some seats; none where another buyer was faster.
async fn hold(client: &mut Client, event: &Event) -> Vec<String> {
    let count = client.rng.usize(1..=SEATS_MAX);
    let seats: Vec<String> = client.rng.choose_multiple(event.seats.iter(), count).into_iter().cloned().collect();
    let body = json!({"eventId": event.id, "seatIds": seats});
    let reply = client.insist("/hold-seats", Some(&fresh_id()), &body).await;
    if reply.status == 409 {
        is_a_conflict(client, &reply.body, &seats);
        return Vec::new();
    }
    is_all(&reply.ok()["heldSeats"], &seats);
    client.ledger.held(&client.person.sub, &seats);
    seats
}

/// Books, and gives the booking's id. Half of the confirms have no key: then the payment is what tells a repetition.
async fn confirm(client: &mut Client, event: &Event, seats: &[String]) -> String {
    let (transaction, key) = (format!("tx-{}", fresh_id()), client.rng.bool().then(fresh_id));
    let body = payment_for(event, &refs(seats), &transaction);
    let data = client.insist("/confirm", key.as_deref(), &body).await.ok();
    let sold = data["seats"].as_array().cloned().unwrap_or_default();
    is_all(&sold.iter().map(|seat| seat["seatId"].clone()).collect(), seats);
    let sale = Sale {
        id: data["bookingId"].as_str().unwrap().to_owned(),
        buyer: client.person.sub.clone(),
        seats: sold.iter().map(|seat| (seat["seatId"].as_str().unwrap().to_owned(), seat["price"].clone())).collect(),
        total: data["totalAmount"].clone(),
        cancelled: false,
    };
    let id = sale.id.clone();
    client.ledger.booked(sale);
    id
}

async fn release(client: &mut Client, event: &Event, seats: &[String]) {
    let body = json!({"eventId": event.id, "seatIds": seats});
    let data = client.insist("/release", Some(&fresh_id()), &body).await.ok();
    is_all(&data["releasedSeats"], seats);
    client.ledger.released(&client.person.sub, seats);
}

/// Cancels without a key: a booking that is cancelled already is as good.
async fn cancel(client: &mut Client, booking: &str) {
    let data = client.insist(&format!("/bookings/{booking}/cancel"), None, &json!({})).await.ok();
    assert_eq!(data["booking"]["status"], "cancelled", "{data}");
    client.ledger.cancelled(&client.person.sub, booking);
}

/// A refusal names seats that were asked for and are not the buyer's own.
fn is_a_conflict(client: &Client, refusal: &Value, asked: &[String]) {
    assert!(refusal["code"] == "seat_held" || refusal["code"] == "seat_booked", "{refusal}");
    let named: Vec<&str> =
        refusal["data"]["conflictingSeats"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(!named.is_empty(), "{refusal}");
    for seat in named {
        assert!(asked.iter().any(|asked| asked == seat), "{seat} was not asked for: {refusal}");
        assert!(!client.ledger.holds(&client.person.sub, seat), "{seat} is the buyer's own: {refusal}");
    }
}

/// The answer lists these seats, in whatever order.
#[track_caller]
fn is_all(listed: &Value, seats: &[String]) {
    let mut listed: Vec<&str> = listed.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut wanted = refs(seats);
    listed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
}
