//! Sessions: ending one on request, and giving up what belongs to one whose buyer is gone.

use super::Office;
use crate::admission::Admission;
use domain::hold::Hold;
use domain::name::BuyerId;
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Refusal};
use domain::session::Away;
use domain::verb::Seen;
use domain::verb::abandon::AbandonHold;
use domain::verb::release::ReleaseSeats;
use futures::FutureExt;
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

impl Office {
    /// Gives up everything that a buyer holds, event by event, each hold as a whole.
    ///
    /// # Errors
    /// `throttled` or `seat_locked`, where some hold could not be given up. What was freed before stays free, and is
    /// listed; a repeat goes on with the rest.
    pub async fn end_session(&self, admission: &Admission) -> Outcome {
        let freed: Mutex<Vec<Value>> = Mutex::default();
        let outcome = self.admitted(admission, self.end_each(admission, &freed).boxed()).await;
        outcome.map_err(|mut refusal| {
            let freed = std::mem::take(&mut *lock(&freed));
            if !freed.is_empty() {
                refusal.data["released"] = freed.into();
            }
            refusal
        })
    }

    /// Gives up one hold after the other; `freed` gets what each has freed.
    async fn end_each(&self, admission: &Admission, freed: &Mutex<Vec<Value>>) -> Result<Outcome, Refusal> {
        // No single transaction does this work, so none finds out that it was done before.
        if let Some(request) = &admission.idempotency
            && let Some(kept) = self.store.kept(request).await?
        {
            return Ok(kept);
        }
        let now = self.clock.now();
        for hold in self.store.holds(&admission.buyer).await?.into_iter().filter(|hold| hold.is_live(now)) {
            let released = self.given_up(hold).await?;
            lock(freed).extend(released);
        }
        let released = lock(freed).clone();
        let message = match released.iter().map(count).sum::<usize>() {
            0 => "Nothing was held".to_owned(),
            seats => format!("Successfully released {seats} seats"),
        };
        let done = Done { message, data: json!({ "released": released }) };
        self.without_a_write(admission.idempotency.as_ref(), done).await
    }

    /// Gives a hold up; says what that freed. A hold whose time is over, or whose event is gone, frees nothing.
    async fn given_up(&self, hold: Hold) -> Result<Option<Value>, Refusal> {
        let Some(event) = self.event_if_any(&hold.event).await? else { return Ok(None) };
        let seen = Seen { hold: Some(Some(hold)), ..Seen::default() };
        match self.rounds(None, &ReleaseSeats { event, seats: None }, seen).await.flatten() {
            Ok(released) => Ok(Some(released.data).filter(|data| count(data) > 0)),
            Err(refusal) if refusal.code == Code::NotHeld => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Notes of each hold of a buyer that ends with the session since when the buyer may be gone. Whether another
    /// connection is open is asked when the hold would be given up.
    pub async fn note_away(&self, buyer: &BuyerId) -> Result<(), Refusal> {
        for hold in self.store.holds(buyer).await? {
            if let Some(away) = self.waiting(&hold).await? {
                self.store.note_away(&away).await?;
            }
        }
        Ok(())
    }

    /// Notes a hold of a session that was made or changed while its buyer has no connection: `$disconnect` may have come
    /// before.
    pub async fn note_if_left_behind(&self, hold: &Hold) -> Result<(), Refusal> {
        match self.waiting(hold).await? {
            Some(away) if !self.store.has_open_socket(&hold.buyer, self.clock.now()).await? => {
                Ok(self.store.note_away(&away).await?)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The note of a hold whose buyer has no connection from now on; none where it does not end with a session.
    async fn waiting(&self, hold: &Hold) -> Result<Option<Away>, Refusal> {
        if !hold.of_session {
            return Ok(None);
        }
        let event = self.event_if_any(&hold.event).await?;
        Ok(event.and_then(|event| Away::of(hold, &event.rules, self.clock.now())))
    }

    /// Gives up a hold whose buyer has been away for long enough, unless the buyer is back; says how many seats are free
    /// again.
    pub async fn abandon(&self, away: &Away) -> Result<u64, Refusal> {
        let mut seats = 0;
        if let Some(event) = self.event_if_any(&away.event).await? {
            // The event may allow more time by now.
            if away.is_waiting(&event.rules, self.clock.now()) {
                return Ok(0);
            }
            if event.rules.session_grace_seconds.is_some() && self.is_gone(away).await? {
                let seen = Seen { hold: Some(self.store.hold(&away.buyer, &away.event).await?), ..Seen::default() };
                let verb = AbandonHold { event, hold: away.hold.clone() };
                seats = count(&self.rounds(None, &verb, seen).await.flatten()?.data);
            }
        }
        self.store.forget_away(away).await?;
        Ok(seats as u64)
    }

    /// Whether a buyer has had no connection since a note was made. The end of a connection is noted before its row is
    /// deleted, so where there is none, the newest note tells since when.
    async fn is_gone(&self, away: &Away) -> Result<bool, Refusal> {
        let is_here = self.store.has_open_socket(&away.buyer, self.clock.now()).await?;
        Ok(!is_here && self.store.is_still_away(away).await?)
    }
}

fn lock(freed: &Mutex<Vec<Value>>) -> MutexGuard<'_, Vec<Value>> {
    freed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many seats an answer says that it has freed.
fn count(data: &Value) -> usize {
    data["releasedSeats"].as_array().map_or(0, Vec::len)
}
