//! Availability: how many seats are free, and every seat that ever changed. Whoever asks, it is the same, so one reading of the
//! table serves a crowd.

use super::areas::{self, AreaCount};
use super::event::ticket_types;
use super::plan::categories;
use super::venue::Venue;
use crate::gzip::{FOLLOWED_LEVEL, gzip};
use domain::change::SeatChange;
use domain::clock::Moment;
use domain::count::Count;
use domain::digest::Digest;
use domain::event::Event;
use domain::hex;
use domain::inventory::Area;
use domain::unsold::Unsold;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

/// Bytes of one seat in the answer, about.
const SEAT_BYTES: usize = 110;
/// How much of the content's hash the `ETag` has, in bytes: two contents that meet are out of the question.
const ETAG_BYTES: usize = 16;

/// One reading of an event's seats, and what is answered from it, made once.
#[derive(Debug)]
pub struct Availability {
    /// The event.
    pub event: Arc<Event>,
    /// The layout that it is sold from.
    pub venue: Arc<Venue>,
    /// The reading began after this moment.
    pub as_of: Moment,
    /// The seats that ever changed, as watchers are told of them.
    pub seats: Vec<SeatChange>,
    count: OnceLock<Count>,
    answer: OnceLock<Rendered>,
    zipped: OnceLock<Vec<u8>>,
}

/// An answer as it is sent.
#[derive(Debug)]
pub struct Rendered {
    /// The answer in its envelope.
    pub text: String,
    /// Says the same of two answers that differ in nothing but when they were read: weak (RFC 9110, 8.8.1).
    pub etag: String,
}

impl Availability {
    /// A reading, before anybody has asked for an answer.
    #[must_use]
    pub fn new(event: Arc<Event>, venue: Arc<Venue>, as_of: Moment, seats: Vec<SeatChange>) -> Self {
        let (count, answer, zipped) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { event, venue, as_of, seats, count, answer, zipped }
    }

    /// The answer.
    pub fn answer(&self) -> &Rendered {
        self.answer.get_or_init(|| render(self))
    }

    /// The answer's text, gzipped.
    pub fn zipped(&self) -> &[u8] {
        self.zipped.get_or_init(|| gzip(&self.answer().text, FOLLOWED_LEVEL))
    }

    /// How many of the event's seats are free, held, sold and out of sale.
    pub fn count(&self) -> Count {
        *self.count.get_or_init(|| {
            let inventory = self.venue.layout.inventory();
            let index = |seat: &SeatChange| inventory.seat_index(seat.seat.as_str());
            let known = self.seats.iter().filter_map(|seat| Some((index(seat)?, seat.status)));
            Count::of(inventory.seats().len(), known, &Unsold::of(&self.event, inventory))
        })
    }
}

fn render(read: &Availability) -> Rendered {
    let Availability { event, venue, as_of, seats, .. } = read;
    let inventory = venue.layout.inventory();
    let count = read.count();
    let mut head = json!({
        "eventId": event.id.as_str(),
        "layoutId": event.layout.layout_id.as_str(),
        "layoutVersion": event.layout.version,
        "currency": event.currency.code(),
        "categories": categories(&venue.layout, Some(event)),
        "total": count.total,
        "available": count.available(),
        "held": count.held,
        "booked": count.booked,
        "blocked": count.blocked,
    });
    if let Some(time_zone) = &event.time_zone {
        head["timeZone"] = time_zone.as_str().into();
    }
    if !event.ticket_types.is_empty() {
        head["ticketTypes"] = ticket_types(event).into();
    }
    if !inventory.areas().is_empty() {
        let index = |seat: &SeatChange| inventory.seat_index(seat.seat.as_str());
        let changed = seats.iter().filter_map(|seat| Some((index(seat)?, seat.status, false)));
        let counts = areas::counts(inventory, &Unsold::of(event, inventory), changed);
        let one = |(area, count): (&Area, AreaCount)| {
            json!({
                "id": area.id.as_str(), "capacity": area.capacity(), "available": count.available, "held": count.held,
                "booked": count.booked, "blocked": count.blocked,
            })
        };
        head["areas"] = inventory.areas().iter().zip(counts).map(one).collect();
    }
    // Everything but the time of the reading, which then goes in front.
    let mut content = head.to_string();
    content.reserve(seats.len() * SEAT_BYTES + 64);
    content.pop();
    content.push_str(r#","seats":["#);
    for (at, seat) in seats.iter().enumerate() {
        if at > 0 {
            content.push(',');
        }
        push_seat(&mut content, seat);
    }
    content.push_str("]}}");
    let as_of = as_of.rfc3339();
    let etag = etag(&content);
    let text = format!(r#"{{"success":true,"message":"OK","data":{{"asOf":"{as_of}",{}"#, &content[1..]);
    Rendered { text, etag }
}

/// A seat as in a frame.
fn push_seat(out: &mut String, seat: &SeatChange) {
    // Writing to a string does not fail.
    let _ = write!(out, r#"{{"seatId":{},"status":"{}""#, Value::from(seat.seat.as_str()), seat.status.as_str());
    if let Some(end) = seat.expires_at {
        let _ = write!(out, r#","holdExpiresAt":"{}""#, end.rfc3339());
    }
    let _ = write!(out, r#","version":{}}}"#, seat.version);
}

fn etag(content: &str) -> String {
    format!(r#"W/"{}""#, hex::encode(&Digest::of(&[content.as_bytes()]).0[..ETAG_BYTES]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::name::{CategoryId, SeatId};
    use domain::samples::{hall, hall_layout, layout, some_event};
    use domain::seat::Status;
    use domain::time_zone::TimeZone;

    fn seat(id: &str, status: Status, version: u64) -> SeatChange {
        let expires_at = (status == Status::Held).then_some(Moment(10_000));
        SeatChange { seat: SeatId::parse(id).unwrap(), status, expires_at, version }
    }

    fn data(rendered: &Rendered) -> Value {
        let answer: Value = serde_json::from_str(&rendered.text).unwrap();
        assert_eq!(answer["success"], true);
        answer["data"].clone()
    }

    fn render(event: &Event, venue: &Arc<Venue>, as_of: Moment, seats: &[SeatChange]) -> Rendered {
        super::render(&Availability::new(Arc::new(event.clone()), venue.clone(), as_of, seats.to_vec()))
    }

    #[test]
    fn only_seats_that_ever_changed_are_listed_and_all_are_counted() {
        let (event, venue) = (some_event(), Arc::new(Venue::new(hall_layout(10, 10))));
        let seats = [
            seat("seat_A1", Status::Held, 1),
            seat("seat_A2", Status::Booked, 2),
            seat("seat_A3", Status::Available, 4),
            seat("seat_A4", Status::Blocked, 1),
        ];
        let data = data(&render(&event, &venue, Moment(5_000), &seats));
        let counts = ["total", "available", "held", "booked", "blocked"].map(|name| data[name].as_u64().unwrap());
        assert_eq!(counts, [108, 105, 1, 1, 1]);
        assert_eq!(data["asOf"], "1970-01-01T00:00:05.000Z");
        let held =
            json!({ "seatId": "seat_A1", "status": "held", "holdExpiresAt": "1970-01-01T00:00:10.000Z", "version": 1 });
        assert_eq!(data["seats"][0], held);
        assert_eq!(data["seats"][2], json!({ "seatId": "seat_A3", "status": "available", "version": 4 }));
        assert_eq!(data["seats"].as_array().unwrap().len(), 4);
        assert!(["areas", "ticketTypes", "timeZone"].iter().all(|name| data.get(name).is_none()));
    }

    #[test]
    fn what_is_not_for_sale_is_counted_as_blocked() {
        let mut event = some_event();
        event.prices.insert(CategoryId::parse("vip").unwrap(), None);
        let venue = Arc::new(Venue::new(hall_layout(10, 10)));
        let seats = [seat("seat_A1", Status::Held, 1), seat("seat_A2", Status::Blocked, 2)];
        let data = data(&render(&event, &venue, Moment(0), &seats));
        assert_eq!((data["blocked"].as_u64(), data["available"].as_u64()), (Some(27), Some(80)));
        assert_eq!(data["categories"][0]["price"], Value::Null);
    }

    #[test]
    fn places_are_listed_as_seats_and_counted_by_area() {
        let mut document = hall(1, 2);
        document["areas"] = json!([{
            "id": "floor", "name": "Floor", "capacity": 7, "categoryId": "vip",
            "shape": { "x": 0, "y": 0, "width": 10, "height": 20 },
        }]);
        let venue = Arc::new(Venue::new(layout(&document)));
        let seats = [seat("place_floor_3", Status::Held, 1), seat("place_floor_5", Status::Booked, 2)];
        let data = data(&render(&some_event(), &venue, Moment(0), &seats));
        let expected = json!([{ "id": "floor", "capacity": 7, "available": 5, "held": 1, "booked": 1, "blocked": 0 }]);
        assert_eq!(data["areas"], expected);
        assert_eq!(data["seats"][1]["seatId"], "place_floor_5");
    }

    #[test]
    fn the_etag_is_of_the_content_and_not_of_the_moment() {
        let (event, venue) = (some_event(), Arc::new(Venue::new(hall_layout(2, 2))));
        let at = |as_of, seats: &[SeatChange]| render(&event, &venue, Moment(as_of), seats);
        let held = [seat("seat_A1", Status::Held, 1)];
        let (first, later) = (at(1_000, &held), at(2_000, &held));
        assert_eq!(first.etag, later.etag);
        assert_ne!(first.text, later.text);
        assert_ne!(first.etag, at(1_000, &[seat("seat_A1", Status::Available, 1)]).etag, "a hold that is over");
        assert_ne!(first.etag, at(1_000, &[seat("seat_A1", Status::Held, 2)]).etag);
        let mut dearer = some_event();
        dearer.prices.values_mut().for_each(|price| *price = price.map(|price| price + price));
        assert_ne!(first.etag, render(&dearer, &venue, Moment(1_000), &held).etag);
        let elsewhere = Event { time_zone: TimeZone::parse("Africa/Nairobi").ok(), ..some_event() };
        let told = render(&elsewhere, &venue, Moment(1_000), &held);
        assert_eq!(data(&told)["timeZone"], "Africa/Nairobi");
        assert_ne!(first.etag, told.etag);
        assert!(first.etag.starts_with("W/\"") && first.etag.ends_with('"') && first.etag.len() == 3 + 32 + 1);
    }
}
