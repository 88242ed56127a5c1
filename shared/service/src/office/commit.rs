//! The one transaction loop: every verb that changes something for a buyer goes through here.
//!
//! A verb is a plan ([`domain::verb`]), which says what to write and what a refused write means. This loop owns the
//! rest: the buyer's limits, the deadline, attempts and their pauses, the time, the `Idempotency-Key`, and attempts
//! that were never answered.

use super::Office;
use crate::admission::Admission;
use crate::output;
use domain::answer::Answer;
use domain::clock::Moment;
use domain::idempotency::Idempotency;
use domain::limits::{CONFLICT_ATTEMPTS, ROUNDS_MAX};
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Refusal};
use domain::verb::{
    Found, Look, Next, Plan, Refused, Seen, Transaction, Verb, another_request_under_way, being_written,
};
use futures::FutureExt;
use futures::future::BoxFuture;
use store::commit::NotCommitted;

impl Office {
    /// Does what a buyer asked for. `prepare` builds the verb and reads what it starts from.
    ///
    /// # Errors
    /// The contract's refusals: then nothing was written. `throttled` where an attempt was never answered, since it may
    /// yet be written.
    pub(super) async fn carry_out<V: Verb>(
        &self,
        admission: &Admission,
        prepare: impl Future<Output = Result<(V, Seen), Refusal>> + Send,
    ) -> Outcome {
        let request = admission.idempotency.as_ref();
        let work = async {
            let (verb, seen) = prepare.await?;
            self.rounds(request, &verb, seen).await
        };
        self.admitted(admission, work.boxed()).await
    }

    /// Does the work of a request that was let in, within the buyer's limits and the deadline. Work that ends in an
    /// error has written nothing; an outcome is what the table has by now, and is kept with the request's key. The work is
    /// boxed: otherwise a verb's future is nested deeper than the compiler allows, and copied at each level.
    ///
    /// # Errors
    /// As [`Self::carry_out`].
    pub(super) async fn admitted(
        &self,
        admission: &Admission,
        work: BoxFuture<'_, Result<Outcome, Refusal>>,
    ) -> Outcome {
        if admission.is_limited {
            self.rate_limit.check(&admission.buyer, self.clock.now())?;
        }
        let request = admission.idempotency.as_ref();
        let unanswered = self.store.unanswered();
        let answered = async {
            match work.await {
                Ok(outcome) => outcome,
                Err(refusal) => self.refuse(request, refusal, self.store.unanswered() > unanswered).await,
            }
        };
        admission.deadline.keep(answered).await?
    }

    /// Plans and commits, in rounds: each plan goes by what the refused writes of the last round found.
    ///
    /// # Errors
    /// A refusal of which nothing was written.
    pub(super) async fn rounds(
        &self,
        request: Option<&Idempotency>,
        verb: &dyn Verb,
        mut seen: Seen,
    ) -> Result<Outcome, Refusal> {
        let unanswered = self.store.unanswered();
        for round in 0..ROUNDS_MAX {
            self.store.begin_round(round).await;
            let (tried, now) = match self.planned(verb, &mut seen).await? {
                Planned::Commit(transaction, now) => (transaction, now),
                Planned::Done(answer) => return self.without_a_write(request, output::done(&answer)).await,
            };
            let outcome = tried.answer.as_ref().map(output::done).map_err(Refusal::clone);
            let keep = request.map(|request| (request, &outcome));
            // Where seats are chosen, others will do instead of those that somebody else is writing.
            let attempts = if verb.chooses() { 1 } else { CONFLICT_ATTEMPTS };
            let committed = self.store.commit_within(attempts, now, &tried.event, keep, &tried.writes).await;
            seen.is_unanswered = self.store.unanswered() > unanswered;
            let stopped = match committed {
                Ok(()) => {
                    self.readings.note_written(&tried.event.id, now, &tried.writes);
                    return Ok(outcome);
                }
                Err(NotCommitted::Answered(answer)) => return Ok(answer),
                Err(NotCommitted::Failed(error)) => return Err(error.into()),
                Err(NotCommitted::Locked(seats)) => {
                    let refusal = being_written(&seats);
                    let seats = seats.into_iter().map(|seat| (seat, Found::Conflict)).collect();
                    Stopped::Locked(refusal, Refused { seats, ..Refused::default() })
                }
                Err(NotCommitted::Refused(refused)) => {
                    self.readings.note_refused(&tried.event.id, now, &refused);
                    Stopped::Refused(self.with_hold(refused, &tried).await?)
                }
            };
            if let Some(answer) = self.next(verb, &mut seen, &tried, &stopped).await? {
                return self.without_a_write(request, output::done(&answer)).await;
            }
            let (Stopped::Refused(refused) | Stopped::Locked(_, refused)) = stopped;
            seen = seen.for_another_round();
            verb.learn(&mut seen, &refused);
            if let Some(Found::Row(hold)) = refused.hold {
                seen.hold = Some(hold);
            }
        }
        // In every round another request had changed the buyer's own rows, or taken what was chosen.
        Err(if verb.chooses() { Refusal::throttled() } else { another_request_under_way() })
    }

    /// What the verb is to write, or its answer, once it has seen all that it asks for.
    async fn planned(&self, verb: &dyn Verb, seen: &mut Seen) -> Result<Planned, Refusal> {
        loop {
            let now = self.clock.now();
            match verb.plan(now, seen) {
                Plan::Look(look) => self.look(&look, seen).await?,
                Plan::Commit(transaction) => return Ok(Planned::Commit(transaction, now)),
                Plan::Answer(answer) => return answer.map(Planned::Done),
            }
        }
    }

    /// The answer that follows from a transaction that was not committed; none where the verb is to be planned again.
    async fn next(
        &self,
        verb: &dyn Verb,
        seen: &mut Seen,
        tried: &Transaction,
        stopped: &Stopped,
    ) -> Result<Option<Answer>, Refusal> {
        loop {
            let now = self.clock.now();
            let next = match stopped {
                Stopped::Locked(refusal, _) => verb.locked(now, seen, tried, refusal.clone()),
                Stopped::Refused(refused) => verb.refused(now, seen, tried, refused),
            };
            match next {
                Next::Look(look) => self.look(&look, seen).await?,
                Next::Again => return Ok(None),
                Next::Answer(answer) => return answer.map(Some),
            }
        }
    }

    async fn look(&self, look: &Look, seen: &mut Seen) -> Result<(), Refusal> {
        match look {
            Look::Hold(buyer, event) => seen.hold = Some(self.store.hold(buyer, event).await?),
            Look::Seats(event, seats) => seen.seats = Some(self.store.seats_named(event, seats).await?),
            Look::Lanes(event, inventory, lanes) => self.read_lanes(event, inventory, lanes, seen).await?,
            Look::Tally(buyer, event) => seen.tally = Some(self.store.tally(buyer, event).await?),
            Look::Payment { gateway, transaction } => {
                seen.paid = Some(self.store.paid_booking(gateway, transaction).await?);
            }
            Look::OlderPayment { gateway, transaction } => {
                seen.older_paid = Some(self.store.paid_booking(gateway, transaction).await?);
            }
            Look::Booking(booking) => seen.booking = Some(self.store.booking(booking).await?),
            Look::Event(event) => seen.event = Some(self.event(event).await?),
        }
        Ok(())
    }

    /// Where the write of the hold row met a conflict, no row came along, so it is read.
    async fn with_hold(&self, mut refused: Refused, tried: &Transaction) -> Result<Refused, Refusal> {
        if refused.hold == Some(Found::Conflict)
            && let Some((buyer, event)) = tried.hold_row()
        {
            refused.hold = Some(Found::Row(self.store.hold(buyer, event).await?));
        }
        Ok(refused)
    }

    /// An answer without a transaction. Where the request's key has an answer already, that one is given.
    pub(super) async fn without_a_write(&self, request: Option<&Idempotency>, done: Done) -> Result<Outcome, Refusal> {
        match request {
            Some(request) => Ok(self.store.keep_answer(self.clock.now(), request, Ok(done)).await?),
            None => Ok(Ok(done)),
        }
    }

    /// Answers a refusal. A settled one is kept with the request's key.
    async fn refuse(&self, request: Option<&Idempotency>, refusal: Refusal, is_unanswered: bool) -> Outcome {
        if let Some(cause) = &refusal.cause {
            tracing::error!(cause, "rows do not fit together");
        }
        let is_settled = refusal.code.is_settled();
        match request {
            // What was done under the key stays done, whether or not the pass has run out since.
            Some(request) if refusal.code == Code::QueueRequired => {
                self.store.kept(request).await?.unwrap_or(Err(refusal))
            }
            // An attempt that is still under way then fails, since its first write finds the kept refusal.
            Some(request) if is_settled => self.store.keep_answer(self.clock.now(), request, Err(refusal)).await?,
            // An attempt that was never answered may yet be written, and would belie this refusal.
            _ if (is_settled || refusal.code == Code::SeatLocked) && is_unanswered => Err(Refusal::throttled()),
            _ => Err(refusal),
        }
    }
}

/// What a verb is to do, once it has seen all that it asks for.
enum Planned {
    /// This, at the time of its plan: the conditions compare what the plan has compared.
    Commit(Transaction, Moment),
    Done(Answer),
}

/// Why a transaction did not come about.
enum Stopped {
    /// Conflicts alone, at the last attempt too; the refusal that says so, and the seats.
    Locked(Refusal, Refused),
    /// Conditions failed.
    Refused(Refused),
}
