//! What the deployment says of an event: its record of bookings and its statistics, for admins; its map, for anyone.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::check::{Books, Recorded};
use super::log::ids;
use super::watchers::Versions;
use crate::client::Client;
use crate::people::Person;

/// As many bookings as a page holds.
const PAGE: &str = "100";

/// Reads everything that the check compares.
///
/// # Errors
/// No answer, or a refusal.
pub async fn read(client: &Client, admin: &Person, event: &str) -> Result<Books> {
    let bookings = bookings(client, admin, event).await?;
    let stats = client.read(Some(admin), &format!("/stats/{event}")).await?;
    let map = client.read(None, &format!("/availability/{event}")).await?;
    let booked =
        map["seats"].as_array().context("a map without seats")?.iter().filter(|seat| seat["status"] == "booked");
    Ok(Books {
        bookings,
        booked_seats: usize::try_from(stats["bookedSeats"].as_u64().context("statistics without bookedSeats")?)?,
        revenue: stats["revenue"].as_f64().context("statistics without revenue")?,
        currency: stats["currency"].as_str().unwrap_or_default().to_owned(),
        on_the_map: booked.filter_map(|seat| seat["seatId"].as_str().map(str::to_owned)).collect(),
    })
}

/// Of every seat that ever changed, the version that the map has.
///
/// # Errors
/// No answer, or a refusal.
pub async fn versions(client: &Client, event: &str) -> Result<Versions> {
    let map = client.read(None, &format!("/availability/{event}")).await?;
    let one = |seat: &Value| Some((seat["seatId"].as_str()?.to_owned(), seat["version"].as_u64()?));
    Ok(map["seats"].as_array().into_iter().flatten().filter_map(one).collect())
}

async fn bookings(client: &Client, admin: &Person, event: &str) -> Result<Vec<Recorded>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let path = format!("/admin/events/{event}/bookings");
        let query = [("limit", PAGE.to_owned())].into_iter().chain(cursor.map(|cursor| ("cursor", cursor)));
        let page = client.page(admin, &path, &query.collect::<Vec<_>>()).await?;
        all.extend(page["bookings"].as_array().context("a page without bookings")?.iter().map(recorded));
        cursor = page["nextCursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

fn recorded(booking: &Value) -> Recorded {
    let text = |field: &str| booking[field].as_str().unwrap_or_default().to_owned();
    // A cancelled booking keeps on record what it was.
    let seats = match booking["status"] == "cancelled" {
        true => BTreeSet::new(),
        false => ids(&booking["seats"], Some("seatId")).into_iter().collect(),
    };
    Recorded { booking: text("bookingId"), buyer: text("userId"), seats, amount: booking["totalAmount"].to_string() }
}
