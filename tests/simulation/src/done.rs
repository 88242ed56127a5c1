//! Whether an answer that says yes is true: what it says was done, the table shows at some moment while the request ran.

use crate::judge::{Asked, SKEW_MS, Verb, holds, minor, texts, time};
use crate::ledger::broken;
use crate::venue::{HOLD_MINUTES_MAX, SHOWS};
use crate::world::{CLOCKS_APART_MS, World};
use audit::{Promise, SeatView, Violation};
use serde_json::Value;
use std::collections::HashSet;

impl World {
    /// All seats were held at once, by this buyer, under this hold and until this end, for this sum.
    pub(crate) fn judge_held(&self, asked: &Asked, data: &Value) -> Option<Violation> {
        let ends = time(&data["expiresAt"]);
        let hold = data["holdId"].as_str();
        if ends.is_none_or(|end| end < asked.since - CLOCKS_APART_MS) {
            return Some(broken(4, format!("#{} was given a hold that is over: {data}", asked.call)));
        }
        let ledger = self.ledger();
        // Another tab may have changed a seat's type, and so its price, meanwhile.
        let mut sums = HashSet::from([0]);
        for seat in texts(&data["heldSeats"]) {
            let wanted = asked.types.iter().find(|(of, _)| of == seat).map(|(_, wanted)| wanted);
            let is_so = |state: &&SeatView| {
                holds(state, &asked.who)
                    && state.hold.as_deref() == hold
                    && state.expires_at == ends
                    && (wanted.is_none() || state.ticket_type.as_ref() == wanted)
            };
            let states = ledger.during(&asked.event, seat, asked.since, asked.to).filter(is_so);
            let prices: HashSet<i64> = states.filter_map(|state| state.price).collect();
            if prices.is_empty() {
                return Some(broken(7, format!("#{} was told that it holds {seat} as {wanted:?}: {data}", asked.call)));
            }
            sums = sums.iter().flat_map(|sum| prices.iter().map(move |price| sum + price)).collect();
        }
        let what = || format!("#{} holds seats for {sums:?}, and was told {}", asked.call, data["totalAmount"]);
        let is_so = minor(&data["totalAmount"]).is_some_and(|told| sums.contains(&told));
        (!is_so).then(|| broken(8, what()))
    }

    /// As many seats as were wanted, of the kind that was wanted, and together where that is said.
    pub(crate) fn judge_chosen(&self, asked: &Asked, data: &Value) -> Option<Violation> {
        let wish = asked.wish.as_ref()?;
        let sold = data["seats"].as_array().into_iter().flatten();
        let seats: Vec<&str> = sold.clone().filter_map(|seat| seat["seatId"].as_str()).collect();
        let show = SHOWS.iter().find(|show| show.event == asked.event)?;
        let ledger = self.ledger();
        let is_of_kind = |seat: &&str| {
            let category = ledger.categories.get(&(asked.event.clone(), (*seat).to_owned()));
            let is_place = seat.starts_with("place_");
            (!wish.of_area || is_place) && (wish.category.is_none() || wish.category.as_ref() == category)
        };
        let of_type = |id: &str| sold.clone().filter(|seat| seat["ticketTypeId"] == id).count();
        // A payment or a key may be answered with a booking that another request made.
        if asked.verb == Verb::Book && !ledger.made(asked.call, data["bookingId"].as_str().unwrap_or_default()) {
            return None;
        }
        let why = if seats.len() != wish.quantity {
            "another number of seats than it wanted"
        } else if !seats.iter().all(is_of_kind) {
            "seats of another kind than it wanted"
        } else if wish.types.iter().any(|(id, count)| of_type(id) != *count) {
            "seats of other ticket types than it wanted"
        } else if data["together"] == true && !show.are_together(&seats) {
            "seats that are not together"
        } else if asked.verb == Verb::HoldBest && data["together"] != true && !wish.may_be_apart {
            "seats that are apart"
        } else {
            return None;
        };
        Some(broken(11, format!("#{} was given {why}: {data}", asked.call)))
    }

    pub(crate) fn judge_booked(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let seat = |seat: &Value| (text(&seat["seatId"]), seat["price"].to_string());
        let booking = text(&data["bookingId"]);
        let promise = |may_be_cancelled| Promise::Booked {
            booking: booking.clone(),
            buyer: asked.who.clone(),
            event: asked.event.clone(),
            seats: data["seats"].as_array().into_iter().flatten().map(seat).collect(),
            total: data["totalAmount"].to_string(),
            may_be_cancelled,
        };
        let mut promises = self.promises();
        let mut found: Vec<Violation> =
            self.ledger().rows.kept(&promise(promises.cancelling.contains(&booking))).into_iter().collect();
        for sold in self.ledger().booking(&booking).into_iter().flat_map(|booking| booking.seats) {
            let told = data["seats"].as_array().into_iter().flatten().find(|told| told["seatId"] == sold.seat.as_str());
            if told.is_some_and(|told| told["ticketTypeId"].as_str() != sold.ticket_type.as_deref()) {
                found.push(broken(8, format!("#{} was told {told:?} of {sold:?}", asked.call)));
            }
        }
        promises.booked.push(promise(false));
        if let Some(payment) = &asked.payment {
            let before = promises.paid.entry(payment.clone()).or_insert_with(|| booking.clone());
            if *before != booking {
                found.push(broken(7, format!("{payment} paid for {before} and for {booking}")));
            }
        }
        found
    }

    pub(crate) fn judge_released(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let is_theirs = |state: &SeatView| state.status != "available" && state.holder.as_deref() == Some(&asked.who);
        let is_gone =
            |seat: &&str| ledger.during(&asked.event, seat, asked.since, asked.to).any(|state| !is_theirs(state));
        let kept = texts(&data["releasedSeats"]).filter(|seat| !is_gone(seat));
        kept.map(|seat| broken(2, format!("#{} was told that {seat} is released", asked.call))).collect()
    }

    /// All seats of the hold were held at once until this end, and no longer than a hold may last.
    pub(crate) fn judge_extended(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let (ledger, ends, hold) = (self.ledger(), time(&data["expiresAt"]), data["holdId"].as_str());
        let is_so =
            |state: &SeatView| holds(state, &asked.who) && state.expires_at == ends && state.hold.as_deref() == hold;
        let has = |seat: &&str| ledger.during(&asked.event, seat, asked.since, asked.to).any(is_so);
        let lost = texts(&data["seatIds"]).filter(|seat| !has(seat));
        let mut found: Vec<Violation> =
            lost.map(|seat| broken(7, format!("#{} was told that {seat} ends at {ends:?}", asked.call))).collect();
        let most = i64::from(HOLD_MINUTES_MAX) * 60_000;
        let is_within = hold.and_then(|hold| ledger.started(hold)).zip(ends).is_some_and(|(at, end)| end <= at + most);
        if !is_within {
            found.push(broken(5, format!("#{} was given more time than a hold may have: {data}", asked.call)));
        }
        found
    }

    /// Everything that is said to be free was freed, and nothing is left that was held all the time.
    pub(crate) fn judge_ended(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let mut found = Vec::new();
        for released in data["released"].as_array().into_iter().flatten() {
            let event = released["eventId"].as_str().unwrap_or_default();
            for seat in texts(&released["releasedSeats"]) {
                let mut states = ledger.during(event, seat, asked.since, asked.to);
                if !states.any(|state| !holds(state, &asked.who)) {
                    found.push(broken(2, format!("#{} was told that {seat} of {event} is free", asked.call)));
                }
            }
        }
        let left = SHOWS.iter().find(|show| ledger.surely_holds(show.event, &asked.who, asked.since, asked.to));
        // A repeat with the same key tells what the first one did.
        found.extend(left.filter(|_| !asked.is_repeated).map(|show| {
            broken(
                2,
                format!("#{} ended the session of {}, who still holds seats of {}", asked.call, asked.who, show.event),
            )
        }));
        found
    }

    /// Each order is told once: a paid one with the buyer's booking, a failed one only while its payment has not paid.
    pub(crate) fn judge_orders(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let (ledger, mut ids, mut found) = (self.ledger(), HashSet::new(), Vec::new());
        for order in data["orders"].as_array().into_iter().flatten() {
            let is_first = ids.insert(order["orderId"].to_string());
            let booking = order["bookingId"].as_str().and_then(|id| ledger.booking(id));
            let is_so = match order["status"].as_str() {
                Some("paid") => booking.is_some_and(|booking| booking.buyer == asked.who),
                Some("failed") => booking.is_none() && !ledger.was_paid(&asked.who, &order["orderId"], asked.from),
                _ => false,
            };
            if !is_first || !is_so {
                found.push(broken(7, format!("#{} was told of the order {order}", asked.call)));
            }
        }
        found
    }

    pub(crate) fn judge_cancelled(&self, asked: &Asked, data: &Value) -> Option<Violation> {
        let booking = data["booking"]["bookingId"].as_str().unwrap_or_default();
        let Some(view) = self.ledger().booking(booking) else {
            return Some(broken(2, format!("#{} was told that {booking} is cancelled", asked.call)));
        };
        let told = &data["booking"];
        let mut said = texts(&told["cancelledSeats"]);
        let is_so =
            (told["status"] != "cancelled" || view.status == "cancelled") && said.all(|seat| !view.stands(seat));
        (!is_so).then(|| broken(2, format!("#{} was told of {told}, and the table has {view}", asked.call)))
    }

    /// Every hold that is listed was there while the request ran.
    pub(crate) fn judge_holds(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let mut found = Vec::new();
        for hold in data["holds"].as_array().into_iter().flatten() {
            let event = hold["eventId"].as_str().unwrap_or_default();
            if time(&hold["expiresAt"]).is_none_or(|end| end < asked.from - CLOCKS_APART_MS) {
                found.push(broken(4, format!("#{} was shown a hold that is over: {hold}", asked.call)));
            }
            for seat in texts(&hold["seatIds"]) {
                let mut states = ledger.during(event, seat, asked.from, asked.to);
                if !states.any(|state| holds(state, &asked.who) && state.hold.as_deref() == hold["holdId"].as_str()) {
                    found.push(broken(7, format!("#{} was told that it holds {seat}", asked.call)));
                }
            }
        }
        found
    }

    /// The layout shows each seat as it was at some moment while the request ran.
    pub(crate) fn judge_layout(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let wrong = |seat: &&Value| {
            let id = seat["id"].as_str().unwrap_or_default();
            let version = seat["version"].as_u64().unwrap_or_default();
            let oldest = ledger.version_at(&asked.event, id, asked.from);
            let newest = ledger.version_at(&asked.event, id, asked.to);
            let shown = seat["status"].as_str().unwrap_or_default();
            let mut states = ledger.all(&asked.event, id).iter().map(|past| &past.seat);
            let state = states.find(|state| state.version == version);
            let has_ended = |end: i64| end + SKEW_MS <= asked.to + CLOCKS_APART_MS;
            let is_over = |state: &SeatView| state.status == "held" && state.expires_at.is_some_and(has_ended);
            let is_unsold = ledger.may_be_unsold(&asked.event, id, asked.from, asked.to);
            let is_free = |shown: &str| shown == "available" || (shown == "blocked" && is_unsold);
            let is_so = match state {
                Some(state) if state.status == shown => true,
                Some(state) => (state.status == "available" || is_over(state)) && is_free(shown),
                None => version == 0 && is_free(shown),
            };
            !(is_so && (oldest..=newest).contains(&version))
        };
        let seats = data["seats"].as_array().into_iter().flatten();
        let wrong = seats.filter(wrong).take(1);
        wrong.map(|seat| broken(10, format!("#{} the layout shows {seat}", asked.call))).collect()
    }
}
