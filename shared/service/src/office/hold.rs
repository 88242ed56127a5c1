//! Holding seats: one request to the table on the happy path.
//!
//! The first attempt takes the buyer to have no live hold. Where there is one, the refused transaction brings it along,
//! and the second attempt joins it.

use super::conflict::{self, Conflict};
use super::{Committed, Office, broken_seats, own_haste};
use crate::input::admission::Admission;
use domain::clock::Moment;
use domain::hold::{Ask, Taking, decide};
use domain::limits::DECISION_ATTEMPTS;
use domain::name::{BuyerId, EventId, SeatId, TableId};
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Refusal};
use domain::release::table_seats;
use domain::seat::Status;
use store::row;
use store::step::{Broken, Why};

/// What a buyer wants to hold.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Seats, each once, not empty.
    Seats(Vec<SeatId>),
    /// Every seat of a table.
    Table(TableId),
}

/// A request for a hold.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// What for.
    pub wish: Wish,
    /// The hold's length in milliseconds; none asks for the event's usual.
    pub length_ms: Option<i64>,
}

impl Office {
    /// Holds seats or a table.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was held.
    pub async fn hold(&self, request: &HoldRequest) -> Outcome {
        self.for_buyer(&request.admission, self.try_hold(request)).await
    }

    async fn try_hold(&self, request: &HoldRequest) -> Outcome {
        let (event, venue) = self.event_and_venue(&request.event).await?;
        let seats = match &request.wish {
            Wish::Seats(seats) => seats.clone(),
            Wish::Table(table) => table_seats(&venue.layout, table)?,
        };
        self.check_length(request.length_ms)?;
        let Admission { buyer, origin, idempotency, .. } = &request.admission;
        let ask = Ask { buyer: buyer.clone(), seats, length_ms: request.length_ms, origin: origin.clone() };
        let mut known = None;
        let mut is_read = false;
        for attempt in 0..DECISION_ATTEMPTS {
            self.store.pause(attempt).await;
            let now = self.clock.now();
            let layout = &venue.layout;
            let taking = match decide(now, &event, layout, known.as_ref(), &ask) {
                Ok(taking) => taking,
                // Whoever holds the seats already may hold them again, whatever rules and prices say by now.
                Err(_) if known.is_none() && !is_read => {
                    (known, is_read) = (self.store.hold(buyer, &event.id).await?, true);
                    continue;
                }
                // Some are not for sale, which says nothing of who has them.
                Err(refusal) if refusal.code == Code::SeatBlocked => {
                    return Err(self.look_at(&event, layout, &ask, known).await?.told_apart(now, &event, layout, &ask));
                }
                Err(refusal) => return Err(refusal),
            };
            let done = Done { message: message(&request.wish, &taking), data: taking.answer(now) };
            let steps = if taking.taken.is_empty() { Vec::new() } else { self.store.hold_steps(now, &event, &taking) };
            match self.commit(now, idempotency.as_ref(), &done, steps).await {
                Committed::Done => return Ok(done),
                Committed::Answer(answer) => return answer,
                Committed::Broken(broken) => {
                    check_seats(&broken, buyer, now)?;
                    let after = self.hold_after(&broken, buyer, &request.event).await?;
                    known = after.unwrap_or(known);
                }
            }
        }
        Err(own_haste())
    }

    fn check_length(&self, length_ms: Option<i64>) -> Result<(), Refusal> {
        let least = i64::from(self.settings.min_hold_seconds) * 1_000;
        match length_ms {
            Some(ms) if ms < least => {
                let message = format!("holdDurationMinutes must be at least {}", minutes(least));
                Err(Refusal::invalid(message))
            }
            _ => Ok(()),
        }
    }
}

#[allow(clippy::cast_precision_loss)] // a message
fn minutes(ms: i64) -> f64 {
    (ms as f64 / 600.0).round() / 100.0
}

fn message(wish: &Wish, taking: &Taking) -> String {
    match wish {
        Wish::Seats(_) => taking.message(),
        Wish::Table(table) => format!("Successfully held table {table} with {} seats", taking.asked.len()),
    }
}

/// Refuses when a seat cannot be had, naming each with its own code. A seat that is only being written decides nothing
/// yet, and neither does one in a live hold of the buyer's own: the hold row that comes with it tells the next decision.
fn check_seats(broken: &[Broken], me: &BuyerId, now: Moment) -> Result<(), Refusal> {
    let mut conflicts = Vec::new();
    for (id, why) in broken_seats(broken) {
        let conflict = match why {
            Why::Condition(Some(item)) => {
                let seat = row::seat(item)?;
                match seat.status {
                    Status::Booked => Conflict::Booked,
                    Status::Blocked => Conflict::Blocked,
                    Status::Held if seat.holder.as_ref() != Some(me) => Conflict::Held,
                    Status::Held if seat.expires_at.is_some_and(|end| end >= now) => continue,
                    Status::Held => Conflict::JustEnded,
                    Status::Available => Conflict::Held,
                }
            }
            Why::Condition(None) | Why::Conflict => Conflict::Locked,
        };
        conflicts.push((id.clone(), conflict));
    }
    match conflicts.iter().all(|(_, conflict)| *conflict == Conflict::Locked) {
        true => Ok(()),
        false => Err(conflict::refusal(&conflicts)),
    }
}
