//! What is on sale: the event that a run names, put on sale here where there is none of that name.

use anyhow::{Context, Result, anyhow, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, With};
use crate::people::Person;

const SEATS_IN_A_ROW: usize = 40;
const ROW_DEPTH: usize = 30;
/// Rows of a section: what a house calls stalls, circle and so on.
const SECTION_ROWS: usize = 25;

/// An event that exists.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    /// Ids of its seats, in the layout's order.
    pub seats: Vec<String>,
    /// As an admin reads it; null where there is no admin.
    pub document: Value,
    /// Whether it was put on sale for this run.
    pub is_new: bool,
}

/// The event of this id, which is put on sale with so many seats and these fields where it does not exist.
///
/// # Errors
/// No answer; an event that is neither there nor can be made.
pub async fn event(client: &Client, admin: &Person, id: &str, seats: usize, fields: &Value) -> Result<Event> {
    ensure!(is_id(id), "EVENT={id}: letters, digits, dots, hyphens and underscores, 100 at most");
    let path = format!("/admin/events/{id}");
    let asked = client.ask(Some(admin), Method::GET, &path, With::default()).await;
    let answer = asked.map_err(|why| anyhow!("{path} has no answer: {why}"))?;
    let is_new = answer.status == 404;
    let document = match answer.status {
        200 => answer.data["event"].clone(),
        404 => put(client, admin, id, seats, fields).await?,
        401 | 403 => bail!(
            "The deployment does not take the admin's token ({}): is it the right secret or ADMIN_TOKEN?",
            answer.code
        ),
        status => bail!("{path} was answered with {status} {}", answer.code),
    };
    let layout = client.read(None, &format!("/layout/{id}")).await?;
    let seats = layout["seats"].as_array().context("a layout without seats")?.iter();
    let seats: Vec<String> = seats.filter_map(|seat| seat["id"].as_str().map(str::to_owned)).collect();
    ensure!(!seats.is_empty(), "{id} has no numbered seats: choose another event, or a name that is new");
    Ok(Event { id: id.to_owned(), seats, document, is_new })
}

async fn put(client: &Client, admin: &Person, id: &str, seats: usize, fields: &Value) -> Result<Value> {
    let layout = format!("load-hall-{seats}");
    client.expect(Some(admin), Method::PUT, &format!("/admin/layouts/{layout}"), Some(&hall(seats))).await?;
    let mut event =
        json!({ "name": "A rush", "layoutId": layout, "startsAt": "2035-05-01T19:30:00.000Z", "currency": "EUR" });
    for (field, value) in fields.as_object().into_iter().flatten() {
        event[field] = value.clone();
    }
    let put = client
        .ask(Some(admin), Method::PUT, &format!("/admin/events/{id}"), With { body: Some(&event), pass: None })
        .await;
    let answer = put.map_err(anyhow::Error::msg)?;
    ensure!(answer.is_ok(), "{id} cannot be put on sale: {} {}", answer.code, answer.message);
    Ok(answer.data["event"].clone())
}

/// A hall of numbered seats in rows before a stage, the front dearer than the back.
fn hall(seats: usize) -> Value {
    let rows = seats.div_ceil(SEATS_IN_A_ROW);
    let seat = |index: usize| {
        let (row, column) = (index / SEATS_IN_A_ROW, index % SEATS_IN_A_ROW);
        json!({
            "id": format!("R{}-{}", row + 1, column + 1),
            "section": format!("Block {}", row / SECTION_ROWS + 1),
            "rowLabel": (row + 1).to_string(), "seatNumber": column + 1,
            "categoryId": if 2 * row < rows { "front" } else { "back" },
            "position": { "x": 60 + 26 * column, "y": 120 + ROW_DEPTH * row }, "size": { "x": 20, "y": 20 },
        })
    };
    json!({
        "name": "A hall for a rush", "canvasW": 120 + 26 * SEATS_IN_A_ROW, "canvasH": 180 + ROW_DEPTH * rows,
        "categories": [
            { "id": "front", "name": "Front", "color": "#2C8C99", "price": 60 },
            { "id": "back", "name": "Back", "color": "#8C6A2C", "price": 35 },
        ],
        "focus": { "x": 60 + 13 * SEATS_IN_A_ROW, "y": 60 },
        "seats": (0..seats).map(seat).collect::<Vec<_>>(),
        "items": [],
    })
}

/// Whether an id can stand in a path and in a file's name as it is.
fn is_id(id: &str) -> bool {
    (1..=100).contains(&id.len())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        && !id.starts_with('.')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_hall_has_as_many_seats_as_are_wanted_each_in_its_own_place() {
        for seats in [1, 40, 41, 4_000] {
            let hall = hall(seats);
            let all = hall["seats"].as_array().unwrap();
            let ids: BTreeSet<&str> = all.iter().map(|seat| seat["id"].as_str().unwrap()).collect();
            let places: BTreeSet<String> = all.iter().map(|seat| seat["position"].to_string()).collect();
            assert_eq!((ids.len(), places.len()), (seats, seats));
            let last = &all[seats - 1]["position"];
            assert!(last["x"].as_u64() < hall["canvasW"].as_u64() && last["y"].as_u64() < hall["canvasH"].as_u64());
        }
    }

    #[test]
    fn an_id_that_would_change_a_path_is_none() {
        for id in ["onsale", "64f123456789abcd12345678", "a.b_c-d"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", "../secrets", "a/b", "a?b", "a b", ".hidden", "é"] {
            assert!(!is_id(id), "{id}");
        }
    }
}
