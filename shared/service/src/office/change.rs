//! A change of an event's layout while functions still sell from the one that they remember.
//!
//! Seats that a change removes are withdrawn on their own rows first, so that the condition of a late hold refuses
//! them. Only then do the settings change. The event's row names the change under way, so that the next PUT or the
//! sweep finishes or undoes a change whose request died. The steps:
//!
//! 1. the event's row names the change ([`Phase::Withdrawing`]);
//! 2. each seat that the new layout lacks is withdrawn, on condition that nobody has it and that the change stands;
//! 3. the settings change, and the seats are part of the event no more. Where somebody has one of them, the change is
//!    undone instead: the event's row stops naming it first, so that none of its withdrawals comes late, then its seats
//!    come back;
//! 4. seats that an earlier change had withdrawn and that the new layout has come back ([`Phase::Returning`]).

use super::Office;
use domain::clock::Moment;
use domain::event::{Change, Event, Phase};
use domain::inventory::Inventory;
use domain::limits::{CHANGE_QUIET_MS, CHANGE_SEATS_MAX, FAULTS_SHOWN, WITHDRAWN_AT_ONCE, WITHDRAWN_IN_FLIGHT};
use domain::name::{SeatId, digest};
use domain::refusal::Refusal;
use domain::seat::{Seat, Status};
use futures::stream::{self, StreamExt};
use std::collections::HashSet;
use store::StoreError;
use store::change::Withdrawn;

impl Office {
    /// Writes `after` over `before`; says whether it did. It does not where another request has changed the event since
    /// it was read: then the caller decides again.
    ///
    /// # Errors
    /// `invalid_data`: the new layout lacks seats that somebody holds or has booked, or too many at once.
    pub(super) async fn replace_event(&self, before: &Event, after: Event) -> Result<bool, Refusal> {
        if before.layout == after.layout {
            return Ok(self.store.replace_event(before, &after).await?);
        }
        let seats = self.store.every_seat(before).await?;
        let venue = self.venue(&after.layout).await?;
        let new = venue.layout.inventory();
        let now = self.clock.now();
        check_kept(&seats, new, now)?;
        let returning = seats.iter().any(|seat| is_back(seat, new)).then_some(Phase::Returning);
        let after = Event { change: returning.map(|phase| self.change(before, phase)), ..after };
        let missing = self.missing_from(new, before).await?;
        let is_quiet = before.is_quiet(now);
        // Where nothing can be sold, only a seat whose row still says held is withdrawn: its hold is over, but a
        // confirm of the last second may still be on its way.
        let held: HashSet<&SeatId> =
            seats.iter().filter(|seat| seat.status == Status::Held).map(|seat| &seat.id).collect();
        let missing: Vec<SeatId> = missing.into_iter().filter(|id| !is_quiet || held.contains(id)).collect();
        if missing.is_empty() {
            // Lanes may change while no seat has a row; nothing is sold until every function knows the new ones.
            let moves = is_quiet && after.is_closed(now) && seats.is_empty();
            let lanes = if moves { Event::lanes_for(after.layout.seats as usize) } else { before.lanes };
            let lanes_changed_at = if lanes == before.lanes { before.lanes_changed_at } else { Some(now) };
            return self.stands(before, Event { lanes, lanes_changed_at, ..after }).await;
        }
        if !is_quiet && missing.len() > CHANGE_SEATS_MAX {
            return Err(too_many(missing.len()));
        }
        self.replace_without(before, after, &missing).await
    }

    /// Withdraws the seats that the event is to have no more, and writes `after` once nobody can have one of them; says
    /// whether it did.
    async fn replace_without(&self, before: &Event, after: Event, missing: &[SeatId]) -> Result<bool, Refusal> {
        let phase = Phase::Withdrawing { layout: after.layout.clone() };
        let under_way =
            Event { change: Some(self.change(before, phase)), revision: before.revision + 1, ..before.clone() };
        if !self.store.replace_event(before, &under_way).await? {
            return Ok(false);
        }
        let withdrawn = match self.withdraw(&under_way, missing).await {
            Ok(withdrawn) => withdrawn,
            Err(trouble) => {
                // Undoes the change now if that works; else the next PUT or the sweep does.
                let _ = self.settle(&under_way).await;
                return Err(trouble.into());
            }
        };
        match withdrawn {
            Withdrawn::All => self.stands(&under_way, Event { revision: under_way.revision + 1, ..after }).await,
            Withdrawn::Superseded => Ok(false),
            Withdrawn::Taken(taken) => {
                self.settle(&under_way).await?;
                Err(lacks(&taken))
            }
        }
    }

    /// Writes the event as it is to be, and returns seats that an earlier change had withdrawn.
    async fn stands(&self, before: &Event, after: Event) -> Result<bool, Refusal> {
        if !self.store.replace_event(before, &after).await? {
            return Ok(false);
        }
        if after.change.is_some() {
            self.settle(&after).await?;
        }
        Ok(true)
    }

    /// Finishes or undoes the change that an event's row names. Two requests may do so at once. After an error the next
    /// PUT or the sweep goes on with it.
    pub async fn settle(&self, event: &Event) -> Result<(), Refusal> {
        let Some(change) = &event.change else { return Ok(()) };
        let current = match &change.phase {
            Phase::Withdrawing { layout } => {
                let undone = Change { phase: Phase::Undoing { layout: layout.clone() }, ..change.clone() };
                let undoing = Event { change: Some(undone), revision: event.revision + 1, ..event.clone() };
                if self.store.replace_event(event, &undoing).await? {
                    undoing
                } else {
                    // The write may have been made although its answer was lost: the row tells.
                    match self.store.event(&event.id).await? {
                        Some(now) if now.change == undoing.change => now,
                        _ => return Ok(()),
                    }
                }
            }
            Phase::Undoing { .. } | Phase::Returning => event.clone(),
        };
        let venue = self.venue(&current.layout).await?;
        let inventory = venue.layout.inventory();
        let seats = self.store.every_seat(&current).await?;
        let returning: Vec<_> = seats
            .iter()
            .filter(|seat| is_back(seat, inventory))
            .map(|seat| self.store.return_seat(&current, seat))
            .collect();
        // All of them are tried: a buyer's write on one seat must not keep the others from coming back.
        let returned: Vec<Result<(), StoreError>> =
            stream::iter(returning).buffer_unordered(WITHDRAWN_IN_FLIGHT).collect().await;
        returned.into_iter().collect::<Result<(), StoreError>>()?;
        let settled = Event { change: None, revision: current.revision + 1, ..current.clone() };
        // Where the revision has moved on, another request has settled the change.
        self.store.replace_event(&current, &settled).await?;
        Ok(())
    }

    fn change(&self, before: &Event, phase: Phase) -> Change {
        let revision = before.revision.to_string();
        let id = digest(&["change", before.id.as_str(), &revision, &self.store.nonce().to_string()]);
        Change { id, started_at: self.clock.now(), phase }
    }

    /// The seats of the event that a layout lacks.
    async fn missing_from(&self, new: &Inventory, before: &Event) -> Result<Vec<SeatId>, Refusal> {
        let old = self.venue(&before.layout).await?;
        let missing = old.layout.inventory().seats().iter().filter(|seat| new.seat_index(seat.id.as_str()).is_none());
        Ok(missing.map(|seat| seat.id.clone()).collect())
    }

    async fn withdraw(&self, event: &Event, missing: &[SeatId]) -> Result<Withdrawn, StoreError> {
        for seats in missing.chunks(WITHDRAWN_AT_ONCE) {
            match self.store.withdraw_seats(self.clock.now(), event, seats).await? {
                Withdrawn::All => {}
                stopped => return Ok(stopped),
            }
        }
        Ok(Withdrawn::All)
    }
}

/// Whether a change had withdrawn a seat that this inventory has.
fn is_back(seat: &Seat, inventory: &Inventory) -> bool {
    seat.withdrawn.is_some() && inventory.seat_index(seat.id.as_str()).is_some()
}

/// Refuses a layout that lacks a seat which somebody holds or has booked.
fn check_kept(seats: &[Seat], new: &Inventory, now: Moment) -> Result<(), Refusal> {
    let is_taken = |seat: &&Seat| matches!(seat.status_at(now), Status::Held | Status::Booked);
    let taken = seats.iter().filter(is_taken).filter(|seat| new.seat_index(seat.id.as_str()).is_none());
    let missing: Vec<SeatId> = taken.take(FAULTS_SHOWN).map(|seat| seat.id.clone()).collect();
    if missing.is_empty() { Ok(()) } else { Err(lacks(&missing)) }
}

fn lacks(seats: &[SeatId]) -> Refusal {
    let names: Vec<&str> = seats.iter().take(FAULTS_SHOWN).map(SeatId::as_str).collect();
    Refusal::invalid(format!("layoutId: the layout lacks seats that are held or booked: {}", names.join(", ")))
}

fn too_many(seats: usize) -> Refusal {
    let seconds = CHANGE_QUIET_MS / 1_000;
    Refusal::invalid(format!(
        "layoutId: one change removes at most {CHANGE_SEATS_MAX} seats from an event on sale, and this one {seats}. \
         Close its sales first, and change the layout {seconds} s later, {seconds} s before they open again"
    ))
}
