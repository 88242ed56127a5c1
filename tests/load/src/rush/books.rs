//! What the deployment says of an event: its record of bookings and its statistics, for admins; its map, for anyone.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::check::{Books, Recorded};
use super::log::ids;
use super::watchers::{Map, Seat};
use crate::client::{Client, moment};
use crate::limits::BOOKING_PAGES_MAX;
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

/// The map as it is now.
///
/// # Errors
/// No answer, or a refusal.
pub async fn map(client: &Client, event: &str) -> Result<Map> {
    let map = client.read(None, &format!("/availability/{event}")).await?;
    let one = |seat: &Value| {
        let status = seat["status"].as_str()?.to_owned();
        let of_it = Seat { version: seat["version"].as_u64()?, status, until_ms: moment(&seat["holdExpiresAt"]) };
        Some((seat["seatId"].as_str()?.to_owned(), of_it))
    };
    Ok(Map {
        as_of_ms: moment(&map["asOf"]).context("a map without asOf")?,
        seats: map["seats"].as_array().into_iter().flatten().filter_map(one).collect(),
        free: usize::try_from(map["available"].as_u64().context("a map without available")?)?,
    })
}

async fn bookings(client: &Client, admin: &Person, event: &str) -> Result<Vec<Recorded>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    let path = format!("/admin/events/{event}/bookings");
    for _ in 0..BOOKING_PAGES_MAX {
        let query = [("limit", PAGE.to_owned())].into_iter().chain(cursor.map(|cursor| ("cursor", cursor)));
        let page = client.page(admin, &path, &query.collect::<Vec<_>>()).await?;
        all.extend(page["bookings"].as_array().context("a page without bookings")?.iter().map(recorded));
        cursor = page["nextCursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(all);
        }
    }
    bail!("{path} goes on after {BOOKING_PAGES_MAX} pages: its nextCursor does not end")
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::people::Keys;
    use crate::target::Target;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers every request with this, one connection each.
    async fn serve(listener: TcpListener, body: &str) {
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            _ = socket.read(&mut request).await;
            _ = socket.write_all(answer.as_bytes()).await;
        }
    }

    #[tokio::test]
    async fn a_cursor_without_end_is_not_followed_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::new(&Target::new(&base, None, false).unwrap()).unwrap();
        let admin = Keys::new(None, Some("token".to_owned())).unwrap().admin();
        let refused = tokio::select! {
            () = serve(listener, r#"{"data":{"bookings":[],"nextCursor":"again"}}"#) => unreachable!(),
            read = bookings(&client, &admin, "e") => read.unwrap_err().to_string(),
        };
        assert!(refused.contains("its nextCursor does not end"), "{refused}");
    }
}
