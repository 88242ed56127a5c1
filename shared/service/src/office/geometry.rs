//! The layout with the live state of every seat, as one answer. It is written straight into text: ten thousand seats
//! would be ten thousand JSON objects otherwise.

use super::{Office, Venue};
use domain::caller::Caller;
use domain::clock::Moment;
use domain::event::Event;
use domain::layout::answer::{UNTOUCHED, UNTOUCHED_UNSOLD, push_item, push_number};
use domain::layout::viewport::Viewport;
use domain::name::EventId;
use domain::refusal::Refusal;
use domain::seat::{Seat, Status};
use domain::unsold::Unsold;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;

impl Office {
    /// The layout answer: everything, or what intersects the viewport. Its stats count the whole event either way.
    ///
    /// # Errors
    /// `not_found`, or the table is busy or away.
    pub async fn layout_answer(
        &self,
        id: &EventId,
        viewport: Option<&Viewport>,
        caller: Option<&Caller>,
    ) -> Result<String, Refusal> {
        let (event, venue) = self.event_and_venue(id).await?;
        let seats = self.store.seats(&event).await?;
        let now = self.clock.now();
        let view = View { event: &event, venue: &venue, caller, now };
        Ok(view.render(&seats, viewport))
    }
}

/// What one answer is about.
struct View<'a> {
    event: &'a Event,
    venue: &'a Venue,
    caller: Option<&'a Caller>,
    now: Moment,
}

/// Bytes of one seat in the answer, about.
const SEAT_BYTES: usize = 320;

impl View<'_> {
    fn render(&self, seats: &[Seat], viewport: Option<&Viewport>) -> String {
        let layout = &self.venue.layout;
        let changed: HashMap<u32, &Seat> =
            seats.iter().filter_map(|seat| Some((layout.seat_index(seat.id.as_str())?, seat))).collect();
        let shown: Vec<u32> = match viewport {
            Some(viewport) => viewport.seats(layout).collect(),
            None => (0..u32::try_from(layout.seats().len()).unwrap_or(u32::MAX)).collect(),
        };
        let mut out = String::with_capacity(shown.len() * SEAT_BYTES + 4_096);
        out.push_str(r#"{"success":true,"message":"OK","data":{"layout":"#);
        self.push_head(&mut out);
        out.push_str(r#","seats":["#);
        let (prefixes, unsold) = (self.venue.prefixes(), Unsold::of(self.event, layout));
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
        let items = layout.items().iter().filter(|item| viewport.is_none_or(|viewport| viewport.shows_item(item)));
        for (at, item) in items.enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_item(&mut out, layout, item);
        }
        out.push_str(r#"],"stats":"#);
        let changed = changed.iter().map(|(index, seat)| (*index, *seat));
        let stats = Count::of(layout.seats().len(), changed, &unsold, self.now).answer();
        let _ = write!(out, "{stats}}}}}"); // Writing to a string does not fail.
        out
    }

    /// The layout itself, with the event's prices.
    fn push_head(&self, out: &mut String) {
        let layout = &self.venue.layout;
        let categories: Vec<Value> = layout
            .categories()
            .iter()
            .map(|category| {
                let price = self.event.price(&category.id).map(|price| self.event.currency.number(price));
                json!({ "id": category.id.as_str(), "name": category.name, "color": category.color, "price": price })
            })
            .collect();
        let id = Value::from(self.event.layout.layout_id.as_str());
        let name = Value::from(layout.name());
        let _ = write!(out, r#"{{"id":{id},"version":{},"name":{name},"canvasW":"#, self.event.layout.version);
        push_number(out, layout.canvas_w());
        out.push_str(r#","canvasH":"#);
        push_number(out, layout.canvas_h());
        let focus = layout.focus().map(|focus| json!({ "x": focus.x, "y": focus.y }));
        let currency = self.event.currency.code();
        let _ = write!(
            out,
            r#","currency":"{currency}","categories":{},"focus":{}}}"#,
            Value::from(categories),
            json!(focus)
        );
    }

    /// The live part of a seat that has changed. Buyers are named to themselves and to admins only.
    fn push_live(&self, out: &mut String, seat: &Seat, status: Status) {
        let is_mine = |caller: &Caller| seat.holder.as_ref() == Some(&caller.buyer);
        let may_see = self.caller.is_some_and(|caller| caller.is_admin || is_mine(caller));
        let holder = |when| seat.holder.as_ref().filter(|_| may_see && status == when).map(|buyer| buyer.as_str());
        let held = seat.expires_at.filter(|_| status == Status::Held);
        let held_by_me = held.is_some_and(|end| self.now <= end) && self.caller.is_some_and(is_mine);
        let booked_at = seat.booked_at.filter(|_| status == Status::Booked);
        let booked_price =
            seat.price.filter(|_| status == Status::Booked).map(|price| self.event.currency.number(price));
        let _ = write!(
            out,
            r#","status":"{}","bookedBy":{},"heldBy":{},"heldByMe":{held_by_me},"holdExpiresAt":{},"bookedAt":{},"bookedPrice":{},"version":{}}}"#,
            status.as_str(),
            json!(holder(Status::Booked)),
            json!(holder(Status::Held)),
            json!(held.map(Moment::rfc3339)),
            json!(booked_at.map(Moment::rfc3339)),
            json!(booked_price),
            seat.version,
        );
    }
}

/// Seats by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All seats of the layout.
    pub total: usize,
    /// Held now.
    pub held: usize,
    /// Sold.
    pub booked: usize,
    /// Taken out of sale, or without a price and nobody's.
    pub blocked: usize,
}

impl Count {
    /// Counts the seats of the layout. Those that never changed are available, or not for sale.
    pub fn of<'a>(
        total: usize,
        changed: impl Iterator<Item = (u32, &'a Seat)>,
        unsold: &Unsold<'_>,
        now: Moment,
    ) -> Self {
        let mut count = Count { total, ..Count::default() };
        let mut unsold_and_had = 0;
        for (index, seat) in changed {
            let had = match seat.status_at(now) {
                Status::Held => &mut count.held,
                Status::Booked => &mut count.booked,
                Status::Blocked => &mut count.blocked,
                Status::Available => continue,
            };
            *had += 1;
            unsold_and_had += usize::from(unsold.has(index));
        }
        count.blocked += unsold.count().saturating_sub(unsold_and_had);
        count
    }

    /// Seats that anybody may take.
    #[must_use]
    pub fn available(self) -> usize {
        self.total.saturating_sub(self.held + self.booked + self.blocked)
    }

    fn answer(self) -> Value {
        json!([
            { "_id": "available", "count": self.available() },
            { "_id": "booked", "count": self.booked },
            { "_id": "held", "count": self.held },
            { "_id": "blocked", "count": self.blocked },
        ])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::name::{CategoryId, SeatId};
    use domain::samples::hall_layout;
    use domain::samples::some_event;

    fn row(seat: &str, status: Status) -> Seat {
        Seat {
            id: SeatId::parse(seat).unwrap(),
            status,
            version: 3,
            hold: None,
            holder: None,
            expires_at: (status == Status::Held).then_some(Moment(10_000)),
            price: None,
            booking: None,
            booked_at: None,
            withdrawn: None,
        }
    }

    /// The answer for a hall of 100 seats and a table of 8, whose first two rows and table have no price.
    fn answer(seats: &[Seat], now: Moment) -> Value {
        let mut event = some_event();
        event.prices.insert(CategoryId::parse("vip").unwrap(), None);
        let venue = Venue::new(hall_layout(10, 10));
        let view = View { event: &event, venue: &venue, caller: None, now };
        serde_json::from_str(&view.render(seats, None)).unwrap()
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
