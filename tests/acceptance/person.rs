//! A buyer, an admin or nobody in particular: every route of the contract as a method.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use support::people::{Role, fresh_id};
use support::tokens;

use crate::answer::Answer;
use crate::connection::Connection;
pub(crate) use crate::watch::Map;
use crate::watch::Watcher;
use crate::wire::{Event, Wire};

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) wire: Arc<Wire>,
    pub(crate) sub: String,
    pub(crate) token: Option<String>,
}

// ---- any request

impl Person {
    /// Somebody with a token.
    pub(crate) fn someone(wire: &Arc<Wire>, sub: &str, role: Role) -> Person {
        let token = tokens::token(sub, role, tokens::in_a_day(), &wire.secret);
        Person { wire: wire.clone(), sub: sub.to_owned(), token: Some(token) }
    }

    /// A request of this person; the path is below `/seat-booking`.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_at(method, &format!("/seat-booking{path}"))
    }

    /// A request of this person for a path from the root, where the seeds have theirs.
    pub(crate) fn request_at(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.wire.http.request(method, format!("{}{path}", self.wire.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    /// A POST whose body is sent as it stands, and called JSON.
    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        Answer::of(request.body(body)).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).header("idempotency-key", key).json(body)).await
    }
}

// ---- buying

impl Person {
    pub(crate) async fn hold(&self, event: &Event, seats: &[&str]) -> Answer {
        self.post("/hold-seats", &json!({"eventId": event.id, "seatIds": seats})).await
    }

    pub(crate) async fn hold_for(&self, event: &Event, seats: &[&str], minutes: f64) -> Answer {
        let body = json!({"eventId": event.id, "seatIds": seats, "holdDurationMinutes": minutes});
        self.post("/hold-seats", &body).await
    }

    pub(crate) async fn hold_table(&self, event: &Event, table: &str) -> Answer {
        self.post("/hold-table", &json!({"eventId": event.id, "tableId": table})).await
    }

    /// Holds so many places of an area.
    pub(crate) async fn hold_area(&self, event: &Event, area: &str, quantity: usize) -> Answer {
        self.post("/hold-area", &about(event, json!({"areaId": area, "quantity": quantity}))).await
    }

    /// Holds the best seats; the fields beside `eventId` say how many, and which.
    pub(crate) async fn hold_best(&self, event: &Event, fields: Value) -> Answer {
        self.post("/best-available", &about(event, fields)).await
    }

    /// Books in one step, with these fields besides `eventId`.
    pub(crate) async fn book(&self, event: &Event, fields: Value) -> Answer {
        self.post("/book", &about(event, fields)).await
    }

    /// Confirms with a payment of its own.
    pub(crate) async fn confirm(&self, event: &Event, seats: &[&str]) -> Answer {
        self.pay(event, seats, &format!("tx-{}", fresh_id())).await
    }

    pub(crate) async fn pay(&self, event: &Event, seats: &[&str], transaction: &str) -> Answer {
        self.post("/confirm", &payment_for(event, seats, transaction)).await
    }

    /// Confirms with these fields besides `eventId`.
    pub(crate) async fn confirm_with(&self, event: &Event, fields: Value) -> Answer {
        self.post("/confirm", &about(event, fields)).await
    }

    /// Holds and confirms; the booking's id.
    pub(crate) async fn buy(&self, event: &Event, seats: &[&str]) -> String {
        self.hold(event, seats).await.ok();
        self.confirm(event, seats).await.ok().text("bookingId")
    }

    pub(crate) async fn release(&self, event: &Event, seats: &[&str]) -> Answer {
        self.post("/release", &json!({"eventId": event.id, "seatIds": seats})).await
    }

    pub(crate) async fn release_with(&self, event: &Event, fields: Value) -> Answer {
        self.post("/release", &about(event, fields)).await
    }

    pub(crate) async fn holds(&self, event: &Event) -> Vec<Value> {
        self.get(&format!("/holds?eventId={}", event.id)).await.ok().list("holds").clone()
    }

    /// The seats that I hold in the event, sorted.
    pub(crate) async fn held_seats(&self, event: &Event) -> Vec<String> {
        let holds = self.holds(event).await;
        let ids = holds.iter().flat_map(|hold| hold["seatIds"].as_array().cloned().unwrap_or_default());
        let mut ids: Vec<String> = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
        ids.sort_unstable();
        ids
    }

    pub(crate) async fn booking(&self, id: &str) -> Answer {
        self.get(&format!("/bookings/{id}")).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> Answer {
        Answer::of(self.request(Method::POST, &format!("/bookings/{id}/cancel"))).await
    }
}

// ---- looking

impl Person {
    pub(crate) async fn layout(&self, event: &Event) -> Answer {
        self.layout_of(&event.id).await
    }

    pub(crate) async fn layout_of(&self, event_id: &str) -> Answer {
        let request = self.request(Method::GET, &format!("/layout/{event_id}"));
        Answer::of(request.header("accept-encoding", "gzip")).await
    }

    pub(crate) async fn viewport(&self, event: &Event, viewport: &str) -> Answer {
        let request = self.request(Method::GET, &format!("/layout/{}", event.id));
        Answer::of(request.query(&[("viewport", viewport)])).await
    }

    /// Every seat of the event with its live state.
    pub(crate) async fn map(&self, event: &Event) -> Map {
        by_id(self.layout(event).await.ok().list("seats"))
    }

    pub(crate) async fn seat(&self, event: &Event, seat: &str) -> Value {
        let mut map = self.map(event).await;
        map.remove(seat).unwrap_or_else(|| panic!("the layout of {} has no {seat}", event.id))
    }

    pub(crate) async fn stats(&self, event: &Event) -> Answer {
        self.get(&format!("/stats/{}", event.id)).await
    }

    /// Everything that a listing has, page by page.
    pub(crate) async fn pages(&self, path: &str, field: &str, limit: usize) -> Vec<Value> {
        self.pages_at(&format!("/seat-booking{path}"), field, limit).await
    }

    /// The same for a path from the root.
    pub(crate) async fn pages_at(&self, path: &str, field: &str, limit: usize) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut request = self.request_at(Method::GET, path).query(&[("limit", limit.to_string())]);
            if let Some(cursor) = &cursor {
                request = request.query(&[("cursor", cursor)]);
            }
            let page = Answer::of(request).await.ok();
            assert!(page.list(field).len() <= limit, "{}", page.story(&format!("at most {limit} a page")));
            all.extend(page.list(field).iter().cloned());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return all,
            }
        }
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(&self.wire, self.token.as_deref()).await
    }

    pub(crate) async fn watch(&self, event: &Event) -> Watcher {
        let anyone = Person { token: None, ..self.clone() };
        Watcher::join(self.connect().await, anyone, event).await
    }
}

// ---- the seeds' own paths

impl Person {
    pub(crate) async fn get_at(&self, path: &str) -> Answer {
        Answer::of(self.request_at(Method::GET, path)).await
    }

    pub(crate) async fn post_at(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request_at(Method::POST, path).json(body)).await
    }

    /// Seeds/2: the seats of a trip.
    pub(crate) async fn trip(&self, trip: &Event) -> Answer {
        self.get_at(&format!("/api/booking/trips/{}/seats", trip.id)).await
    }

    /// Seeds/2: a seat of a trip.
    pub(crate) async fn trip_seat(&self, trip: &Event, label: &str) -> Value {
        let seats = self.trip(trip).await.ok();
        let found = seats.list("seats").iter().find(|seat| seat["seatLabel"] == label);
        found.unwrap_or_else(|| panic!("{}", seats.story(&format!("a seat {label}")))).clone()
    }

    /// Seeds/2: holds a seat, by its path alone.
    pub(crate) async fn hold_label(&self, trip: &Event, label: &str) -> Answer {
        Answer::of(self.request_at(Method::POST, &hold_path(trip, label))).await
    }

    /// Seeds/2: gives a seat up, by its path alone.
    pub(crate) async fn release_label(&self, trip: &Event, label: &str) -> Answer {
        Answer::of(self.request_at(Method::DELETE, &hold_path(trip, label))).await
    }

    /// Seeds/4: locks seats.
    pub(crate) async fn lock(&self, event: &Event, seats: &[&str]) -> Answer {
        self.post_at("/api/lock", &json!({"eventID": event.id, "seatIDs": seats})).await
    }

    /// Seeds/4: confirms locked seats.
    pub(crate) async fn confirm_lock(&self, event: &Event, seats: &[&str]) -> Answer {
        self.post_at("/api/confirm", &json!({"eventID": event.id, "seatIDs": seats})).await
    }

    /// Seeds/4: cancels the lock on seats.
    pub(crate) async fn cancel_lock(&self, event: &Event, seats: &[&str]) -> Answer {
        self.post_at("/api/cancel-lock", &json!({"eventID": event.id, "seatIDs": seats})).await
    }

    /// Seeds/4: all seats of an event.
    pub(crate) async fn listed(&self, event: &Event) -> Vec<Value> {
        let answer = self.get_at(&format!("/api/seats/{}", event.id)).await.ok();
        answer.body.as_array().unwrap_or_else(|| panic!("{}", answer.story("a list"))).clone()
    }

    /// Seeds/4: a seat of the list.
    pub(crate) async fn listed_seat(&self, event: &Event, id: &str) -> Value {
        let seats = self.listed(event).await;
        seats.into_iter().find(|seat| seat["_id"] == id).unwrap_or_else(|| panic!("{} lists no {id}", event.id))
    }

    /// Seeds/5: books a seat of an event that the body names beside the buyer.
    pub(crate) async fn book_seat(&self, event: &Event, user: &str) -> Answer {
        self.post_at("/book", &json!({"userId": user, "eventId": event.id})).await
    }

    /// Seeds/5: what a buyer has booked in an event.
    pub(crate) async fn bookings_at(&self, event: &Event, user: &str) -> Answer {
        self.get_at(&format!("/bookings/{user}?eventId={}", event.id)).await
    }
}

/// Seeds/2: where a seat is held.
pub(crate) fn hold_path(trip: &Event, label: &str) -> String {
    format!("/api/booking/trips/{}/seats/{label}/hold", trip.id)
}

// ---- administration

impl Person {
    pub(crate) async fn put_layout(&self, id: &str, layout: &Value) -> Answer {
        self.put(&format!("/admin/layouts/{id}"), layout).await
    }

    pub(crate) async fn put_event(&self, id: &str, event: &Value) -> Answer {
        self.put(&format!("/admin/events/{id}"), event).await
    }

    pub(crate) async fn event_bookings(&self, event: &Event) -> Vec<Value> {
        self.pages(&format!("/admin/events/{}/bookings", event.id), "bookings", 100).await
    }
}

/// A body about the event.
pub(crate) fn about(event: &Event, mut fields: Value) -> Value {
    fields["eventId"] = json!(event.id);
    fields
}

/// The body of a confirm that pays with this transaction.
pub(crate) fn payment_for(event: &Event, seats: &[&str], transaction: &str) -> Value {
    json!({
        "eventId": event.id, "seatIds": seats,
        "contactInfo": {"name": "John Smith", "email": "john.smith@email.com", "phone": "+1234567890"},
        "paymentInfo": {"method": "card", "transactionId": transaction, "gateway": "stripe"},
    })
}

pub(crate) fn by_id(seats: &[Value]) -> Map {
    seats.iter().map(|seat| (seat["id"].as_str().unwrap_or_default().to_owned(), seat.clone())).collect()
}

/// Borrowed ids, as the methods above like them.
pub(crate) fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

/// Two readings of the same layout are equal; if not, the seats that differ are shown.
#[track_caller]
pub(crate) fn unchanged(before: &Map, after: &Map, why: &str) {
    let moved: Vec<String> = before
        .iter()
        .filter(|(id, seat)| after.get(*id) != Some(*seat))
        .map(|(id, seat)| format!("{id}\n  before {seat}\n  after  {}", after.get(id).unwrap_or(&Value::Null)))
        .collect();
    assert!(moved.is_empty() && before.len() == after.len(), "{why}: nothing may change, but\n{}", moved.join("\n"));
}
