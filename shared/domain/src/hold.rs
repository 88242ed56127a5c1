//! Holding seats: the pure decision. Values and time in; what to write, or a named refusal, out.
//!
//! All that one buyer holds in one event is one hold with one timer. The first seat starts it, further seats join it,
//! and nothing extends it.

use crate::clock::Moment;
use crate::event::Event;
use crate::layout::{Layout, Seat};
use crate::money::Currency;
use crate::name::{BuyerId, EventId, HoldId, SeatId};
use crate::refusal::{Code, Refusal};
use crate::seat::{PricedSeat, named, total};
use serde_json::{Value, json};

/// What one buyer holds in one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Derived from the request that started it.
    pub id: HoldId,
    /// The event.
    pub event: EventId,
    /// The buyer.
    pub buyer: BuyerId,
    /// One more with each change; a write names the one it was decided on.
    pub revision: u64,
    /// The holder may confirm until here.
    pub expires_at: Moment,
    /// The currency of its prices: the event's when the hold began, whatever an admin changes since.
    pub currency: Currency,
    /// The seats, in the order in which they were held.
    pub seats: Vec<PricedSeat>,
}

impl Hold {
    /// Whether it holds anything at `now`.
    #[must_use]
    pub fn is_live(&self, now: Moment) -> bool {
        !self.seats.is_empty() && now <= self.expires_at
    }

    /// Whether `seat` is among its seats.
    #[must_use]
    pub fn has(&self, seat: &SeatId) -> bool {
        self.seats.iter().any(|s| s.id == *seat)
    }

    /// The same hold without `seats`, one revision on.
    #[must_use]
    pub fn without(&self, seats: &[PricedSeat]) -> Hold {
        let kept = self.seats.iter().filter(|s| !seats.iter().any(|gone| gone.id == s.id));
        Hold { seats: kept.cloned().collect(), revision: self.revision + 1, ..self.clone() }
    }

    /// The hold as its buyer reads it.
    #[must_use]
    pub fn answer(&self) -> Value {
        json!({
            "holdId": self.id.as_str(),
            "eventId": self.event.as_str(),
            "expiresAt": self.expires_at.rfc3339(),
            "seatIds": ids(&self.seats),
            "seats": priced(&self.seats, self.currency),
            "totalAmount": self.currency.number(total(&self.seats)),
            "currency": self.currency.code(),
        })
    }
}

/// The seats' ids.
#[must_use]
pub fn ids(seats: &[PricedSeat]) -> Vec<&str> {
    seats.iter().map(|s| s.id.as_str()).collect()
}

/// The seats with category and price, as answers list them.
#[must_use]
pub fn priced(seats: &[PricedSeat], currency: Currency) -> Vec<Value> {
    let one = |s: &PricedSeat| json!({ "seatId": s.id.as_str(), "categoryId": s.category.as_str(), "price": currency.number(s.price) });
    seats.iter().map(one).collect()
}

/// A buyer's wish, read and checked for form.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub buyer: BuyerId,
    /// Seats, each once, not empty.
    pub seats: Vec<SeatId>,
    /// The hold's length in milliseconds; none asks for the event's usual.
    pub length_ms: Option<i64>,
    /// What the hold's id is derived from: the same request gives the same id.
    pub origin: String,
}

/// What to write so that the buyer holds the seats.
#[derive(Clone, Debug, PartialEq)]
pub struct Taking {
    /// The hold row that this was decided on, live or not; none where none was seen yet.
    pub before: Option<Hold>,
    /// The hold afterwards.
    pub after: Hold,
    /// The seats that were asked for, held already or not.
    pub asked: Vec<PricedSeat>,
    /// Those of them that must be taken.
    pub taken: Vec<PricedSeat>,
}

impl Taking {
    /// The answer's message.
    #[must_use]
    pub fn message(&self) -> String {
        format!("Successfully held {} seats", self.asked.len())
    }

    /// The answer's data. It says the time of the decision, so that a browser whose clock is wrong counts down rightly.
    #[must_use]
    pub fn answer(&self, now: Moment) -> Value {
        let currency = self.after.currency;
        json!({
            "holdId": self.after.id.as_str(),
            "eventId": self.after.event.as_str(),
            "heldSeats": ids(&self.asked),
            "conflictingSeats": [],
            "conflicts": [],
            "totalAmount": currency.number(total(&self.asked)),
            "currency": currency.code(),
            "expiresAt": self.after.expires_at.rfc3339(),
            "serverTime": now.rfc3339(),
        })
    }
}

/// Decides on a wish. `known` is the buyer's hold row as far as it is known; none means that none was seen yet, and the
/// write's condition will tell.
///
/// # Errors
/// `sales_closed`, `invalid_data` (unknown or too many seats, too long a hold), `limit_exceeded`; and `seat_blocked` where
/// seats that `known` does not hold are not for sale, which says nothing of who has them.
pub fn decide(now: Moment, event: &Event, layout: &Layout, known: Option<&Hold>, ask: &Ask) -> Result<Taking, Refusal> {
    if let Some(held) = held_already(now, known, ask) {
        return Ok(held);
    }
    event.check_on_sale(now)?;
    let most = event.rules.max_seats_per_hold;
    if ask.seats.len() > most {
        return Err(Refusal::too_many_seats(most));
    }
    let wanted = find(layout, &ask.seats)?;
    let length_ms = length(event, ask.length_ms)?;
    let live = known.filter(|hold| hold.is_live(now));
    let mut after = match live {
        Some(hold) => Hold { revision: hold.revision + 1, ..hold.clone() },
        None => Hold {
            id: derive_id(event, ask, known),
            event: event.id.clone(),
            buyer: ask.buyer.clone(),
            revision: 1,
            expires_at: now.plus(length_ms),
            currency: event.currency,
            seats: Vec::new(),
        },
    };
    let mut asked = Vec::with_capacity(wanted.len());
    let mut taken = Vec::new();
    let mut unsold = Vec::new();
    for seat in wanted {
        // A seat that is held already keeps the price it was held at, also where its category has none any more.
        if let Some(held) = after.seats.iter().find(|held| held.id == seat.id) {
            asked.push(held.clone());
            continue;
        }
        match price(event, layout, seat) {
            Some(priced) => {
                asked.push(priced.clone());
                taken.push(priced);
            }
            None => unsold.push((seat.id.clone(), Code::SeatBlocked)),
        }
    }
    if !unsold.is_empty() {
        return Err(Refusal::conflicts(&unsold));
    }
    if !taken.is_empty() && after.currency != event.currency {
        let message = "The event is sold in another currency now; confirm or release what you hold first";
        return Err(Refusal::new(Code::SalesClosed, message));
    }
    after.seats.extend(taken.iter().cloned());
    if after.seats.len() > most {
        let message =
            format!("One hold takes at most {most} seats; {} are held already", after.seats.len() - taken.len());
        return Err(Refusal::new(Code::LimitExceeded, message));
    }
    Ok(Taking { before: known.cloned(), after, asked, taken })
}

/// Whoever asks for nothing but what they hold has it, whatever rules, layout and prices say by now.
fn held_already(now: Moment, known: Option<&Hold>, ask: &Ask) -> Option<Taking> {
    let hold = known.filter(|hold| hold.is_live(now))?;
    let asked: Vec<PricedSeat> = ask.seats.iter().map(|id| named(&hold.seats, id).cloned()).collect::<Option<_>>()?;
    Some(Taking { before: known.cloned(), after: hold.clone(), asked, taken: Vec::new() })
}

/// The layout's seats that are meant.
fn find<'l>(layout: &'l Layout, seats: &[SeatId]) -> Result<Vec<&'l Seat>, Refusal> {
    let mut unknown = Vec::new();
    let mut found: Vec<&Seat> = Vec::with_capacity(seats.len());
    for named in seats {
        let Some(index) = layout.find_seat(named) else {
            unknown.push(named.as_str());
            continue;
        };
        let seat = &layout.seats()[index as usize];
        if found.iter().any(|other| other.id == seat.id) {
            return Err(Refusal::invalid(format!("The request names {} more than once", seat.id)));
        }
        found.push(seat);
    }
    if unknown.is_empty() { Ok(found) } else { Err(Refusal::unknown_seats(&unknown)) }
}

/// Prices a seat by the event; clients never name a price. None where it is not for sale.
fn price(event: &Event, layout: &Layout, seat: &Seat) -> Option<PricedSeat> {
    let category = &layout.categories()[usize::from(seat.category)].id;
    let price = event.price(category)?;
    Some(PricedSeat { id: seat.id.clone(), category: category.clone(), price })
}

fn length(event: &Event, asked_ms: Option<i64>) -> Result<i64, Refusal> {
    let minutes = |n: u32| i64::from(n) * 60_000;
    let Some(ms) = asked_ms else { return Ok(minutes(event.rules.hold_minutes)) };
    if ms > minutes(event.rules.max_hold_minutes) {
        let most = event.rules.max_hold_minutes;
        return Err(Refusal::invalid(format!("holdDurationMinutes must be at most {most} for this event")));
    }
    Ok(ms)
}

/// The id of a hold that begins. The id of the hold that it replaces is part of it: a retry finds the hold that its first
/// attempt began, and once that one has been released, another retry begins a new one.
fn derive_id(event: &Event, ask: &Ask, replaced: Option<&Hold>) -> HoldId {
    let replaced = replaced.map(|hold| hold.id.as_str()).unwrap_or_default();
    HoldId::derived(&["hold", event.id.as_str(), ask.buyer.as_str(), &ask.origin, replaced])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "hold_tests.rs"]
mod tests;
