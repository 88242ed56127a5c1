//! The layout with the live state of every seat, as one answer. It is written straight into text: ten thousand seats
//! would be ten thousand JSON objects otherwise.

use super::areas::{self, AreaCount};
use super::event::ticket_types;
use super::plan;
use super::prefixes::{UNTOUCHED, UNTOUCHED_UNSOLD};
use super::venue::Venue;
use domain::caller::Caller;
use domain::clock::Moment;
use domain::count::Count;
use domain::event::Event;
use domain::inventory::{Area, Inventory, Seat as Printed};
use domain::layout::Extent;
use domain::layout::viewport::Viewport;
use domain::name::BuyerId;
use domain::seat::{Seat, Status};
use domain::unsold::Unsold;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;

/// What one answer is about.
pub struct View<'a> {
    /// The event.
    pub event: &'a Event,
    /// The layout that it is sold from.
    pub venue: &'a Venue,
    /// Who asks: their own seats are marked as such.
    pub caller: Option<&'a Caller>,
    /// The time at which holds are live or over.
    pub now: Moment,
}

/// Bytes of one seat in the answer, about.
const SEAT_BYTES: usize = 320;

/// A seat that has a number, as it is shown.
pub struct Shown<'a> {
    /// What is printed on it, and its category.
    pub printed: &'a Printed,
    /// Its row; none while it never changed.
    pub row: Option<&'a Seat>,
    /// What it shows.
    pub status: Status,
}

impl Shown<'_> {
    /// The end of its hold, while held.
    #[must_use]
    pub fn held_until(&self) -> Option<Moment> {
        self.row.and_then(|row| row.expires_at).filter(|_| self.status == Status::Held)
    }
}

impl View<'_> {
    /// Every seat that has a number, in the layout's order.
    pub fn numbered<'s>(&'s self, seats: &'s [Seat]) -> impl Iterator<Item = Shown<'s>> {
        let inventory: &Inventory = self.venue.layout.inventory();
        let (changed, unsold) = (changed(inventory, seats), Unsold::of(self.event, inventory));
        (0_u32..).zip(inventory.seats()).take(inventory.numbered()).map(move |(index, printed)| {
            let row = changed.get(&index).copied();
            let status = row.map_or(Status::Available, |row| row.status_at(self.now));
            Shown { printed, row, status: unsold.shown(index, status) }
        })
    }

    /// The whole answer in its envelope, or what of it intersects the viewport. Its stats count the whole event either way.
    #[must_use]
    pub fn render(&self, seats: &[Seat], viewport: Option<&Viewport>) -> String {
        let (inventory, drawing) = (self.venue.layout.inventory(), self.venue.layout.drawing());
        let changed = changed(inventory, seats);
        let shown: Vec<u32> = match viewport {
            Some(viewport) => viewport.seats(drawing).collect(),
            None => (0..u32::try_from(inventory.numbered()).unwrap_or(u32::MAX)).collect(),
        };
        let mut out = String::with_capacity(shown.len() * SEAT_BYTES + 4_096);
        out.push_str(r#"{"success":true,"message":"OK","data":{"layout":"#);
        self.push_head(&mut out);
        out.push_str(r#","seats":["#);
        let (prefixes, unsold) = (self.venue.prefixes(), Unsold::of(self.event, inventory));
        for (at, index) in shown.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(prefixes.of(index));
            match changed.get(&index) {
                Some(seat) => self.push_live(&mut out, seat, unsold.shown(index, seat.status_at(self.now))),
                None if unsold.has(index) => out.push_str(UNTOUCHED_UNSOLD),
                None => out.push_str(UNTOUCHED),
            }
        }
        out.push_str(r#"],"items":["#);
        let items = drawing.items.iter().filter(|item| viewport.is_none_or(|viewport| viewport.shows_item(item)));
        plan::push_items(&mut out, inventory, items);
        let areas = self.areas(&changed, &unsold, viewport);
        let _ = write!(out, r#"],"areas":{},"stats":"#, Value::from(areas)); // Writing to a string does not fail.
        let changed = changed.iter().map(|(index, seat)| (*index, seat.status_at(self.now)));
        let stats = by_status(Count::of(inventory.seats().len(), changed, &unsold));
        let _ = write!(out, "{stats}}}}}");
        out
    }

    /// The areas with how many of their places are free, held, sold and out of sale, and how many the caller holds.
    fn areas(&self, changed: &HashMap<u32, &Seat>, unsold: &Unsold<'_>, viewport: Option<&Viewport>) -> Vec<Value> {
        let (inventory, drawing) = (self.venue.layout.inventory(), self.venue.layout.drawing());
        let changed = changed.iter().map(|(at, seat)| (*at, seat.status_at(self.now), self.is_held_by_caller(seat)));
        let counts = areas::counts(inventory, unsold, changed);
        let all = inventory.areas().iter().zip(&drawing.areas).zip(counts);
        let shown = all.filter(|((_, shape), _)| viewport.is_none_or(|viewport| viewport.shows_area(shape)));
        let one = |((area, shape), count): ((&Area, &Extent), AreaCount)| {
            let mut value = plan::area(inventory, area, shape);
            value["available"] = count.available.into();
            value["held"] = count.held.into();
            value["booked"] = count.booked.into();
            value["blocked"] = count.blocked.into();
            value["heldByMe"] = count.held_by_me.into();
            value
        };
        shown.map(one).collect()
    }

    /// Who has a seat, as far as the caller may know: buyers are named to themselves and to admins only.
    #[must_use]
    pub fn holder_told<'s>(&self, seat: &'s Seat) -> Option<&'s BuyerId> {
        let is_mine = |caller: &Caller| seat.holder.as_ref() == Some(&caller.buyer);
        let may_see = self.caller.is_some_and(|caller| caller.is_admin || is_mine(caller));
        seat.holder.as_ref().filter(|_| may_see)
    }

    /// Whether the caller holds a seat.
    #[must_use]
    pub fn is_held_by_caller(&self, seat: &Seat) -> bool {
        let is_live = seat.status == Status::Held && seat.expires_at.is_some_and(|end| self.now <= end);
        is_live && self.caller.is_some_and(|caller| seat.holder.as_ref() == Some(&caller.buyer))
    }

    /// The layout itself, with the event's prices.
    fn push_head(&self, out: &mut String) {
        plan::push_head(out, &self.event.layout, &self.venue.layout, Some(self.event));
        let _ = write!(out, r#","currency":"{}""#, self.event.currency.code()); // Writing to a string does not fail.
        if !self.event.ticket_types.is_empty() {
            let _ = write!(out, r#","ticketTypes":{}"#, Value::from(ticket_types(self.event)));
        }
        out.push('}');
    }

    /// The live part of a seat that has changed.
    fn push_live(&self, out: &mut String, seat: &Seat, status: Status) {
        let holder = |when| self.holder_told(seat).filter(|_| status == when).map(BuyerId::as_str);
        let held = seat.expires_at.filter(|_| status == Status::Held);
        let held_by_me = self.is_held_by_caller(seat);
        let booked_at = seat.booked_at.filter(|_| status == Status::Booked);
        let booked_price =
            seat.price.filter(|_| status == Status::Booked).map(|price| self.event.currency.number(price));
        let _ = write!(
            out,
            r#","status":"{}","bookedBy":{},"heldBy":{},"heldByMe":{held_by_me},"holdExpiresAt":{},"bookedAt":{},"bookedPrice":{},"version":{}"#,
            status.as_str(),
            json!(holder(Status::Booked)),
            json!(holder(Status::Held)),
            json!(held.map(Moment::rfc3339)),
            json!(booked_at.map(Moment::rfc3339)),
            json!(booked_price),
            seat.version,
        );
        if let Some(id) = seat.ticket_type.as_ref().filter(|_| status == Status::Booked) {
            let _ = write!(out, r#","ticketTypeId":{}"#, json!(id.as_str()));
        }
        out.push('}');
    }
}

/// The rows by the indexes of their seats.
fn changed<'s>(inventory: &Inventory, seats: &'s [Seat]) -> HashMap<u32, &'s Seat> {
    seats.iter().filter_map(|seat| Some((inventory.seat_index(seat.id.as_str())?, seat))).collect()
}

fn by_status(count: Count) -> Value {
    json!([
        { "_id": "available", "count": count.available() },
        { "_id": "booked", "count": count.booked },
        { "_id": "held", "count": count.held },
        { "_id": "blocked", "count": count.blocked },
    ])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::samples;

    fn row(seat: &str, status: Status) -> Seat {
        samples::row(seat, status, "ann")
    }

    /// The answer for a hall of 100 seats and a table of 8, whose first two rows and table have no price.
    fn answer(seats: &[Seat], now: Moment) -> Value {
        samples::rendered(|view, seats| view.render(seats, None), seats, None, now)
    }

    #[test]
    fn what_has_no_price_shows_as_blocked_wherever_nobody_has_it() {
        let seats = [
            row("seat_A1", Status::Held),
            row("seat_A2", Status::Booked),
            row("seat_A3", Status::Available),
            row("seat_A4", Status::Blocked),
            row("seat_C1", Status::Booked),
            row("seat_C2", Status::Available),
        ];
        let answer = answer(&seats, Moment(0));
        let status = |at: usize| answer["data"]["seats"][at]["status"].as_str().unwrap().to_owned();
        let shown: Vec<String> = (0..5).chain(20..23).map(status).collect();
        let expected = ["held", "booked", "blocked", "blocked", "blocked", "booked", "available", "available"];
        assert_eq!(shown, expected);
        assert_eq!(answer["data"]["seats"][2]["version"], 3);
        assert_eq!(answer["data"]["layout"]["categories"][0]["price"], Value::Null);
        let stats: Vec<(&str, u64)> = answer["data"]["stats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["_id"].as_str().unwrap(), one["count"].as_u64().unwrap()))
            .collect();
        assert_eq!(stats, [("available", 79), ("booked", 2), ("held", 1), ("blocked", 26)], "108 in all");
    }

    #[test]
    fn a_seat_without_a_price_is_blocked_once_its_hold_is_over_for_everybody() {
        for (now, shown) in [(Moment(12_000), "held"), (Moment(12_001), "blocked")] {
            let answer = answer(&[row("seat_A1", Status::Held)], now);
            assert_eq!(answer["data"]["seats"][0]["status"], shown);
            assert_eq!(answer["data"]["seats"][0]["holdExpiresAt"].is_null(), shown == "blocked");
        }
    }
}
