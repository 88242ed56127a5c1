//! Frees the seats of holds that are over, for one minute at a time.

use crate::minute::{self, Look};
use domain::event::Event;
use domain::hold::Due;
use domain::limits::{CLOCK_SKEW_MS, SWEEP_BATCHES_IN_FLIGHT, SWEEP_WRITES_IN_FLIGHT, TRANSACTION_ACTIONS_MAX};
use domain::name::{EventId, SeatId};
use domain::refusal::{Code, Refusal};
use domain::seat::{Status, free_before};
use domain::write::Write;
use futures::future::try_join_all;
use futures::{StreamExt, stream};
use service::office::Office;
use std::collections::{BTreeMap, BTreeSet};
use store::StoreError;
use store::commit::NotCommitted;

/// Frees the seats of holds that end within a run's time; says how many. What fails is logged, and tried again at the
/// next look or by the next run.
pub async fn run(office: &Office) -> u64 {
    minute::watch(office, async || look(office).await).await
}

/// Frees what is over by now. Of the holds to come it reads one row a shard, so that a look costs what it frees.
async fn look(office: &Office) -> Look {
    let over_before = free_before(office.clock.now());
    let Ok(over) = office.store.due_before(over_before).await else {
        return Look { had_trouble: true, ..Look::default() };
    };
    let swept: Vec<Result<u64, Refusal>> = stream::iter(batches(over))
        .map(|batch| sweep(office, batch))
        .buffer_unordered(SWEEP_BATCHES_IN_FLIGHT)
        .collect()
        .await;
    let had_trouble = swept.iter().any(Result::is_err);
    let freed = swept.into_iter().flatten().sum();
    match office.store.next_due(over_before).await {
        Ok(next) => Look { freed, had_trouble, next: next.map(|end| end.plus(CLOCK_SKEW_MS + 1)) },
        Err(_) => Look { freed, had_trouble: true, next: None },
    }
}

/// Some holds of one event that are over: as many as one transaction takes.
struct Batch {
    event: EventId,
    holds: Vec<Due>,
}

fn batches(over: Vec<Due>) -> Vec<Batch> {
    let mut by_event: BTreeMap<EventId, Vec<Due>> = BTreeMap::new();
    for due in over {
        by_event.entry(due.event.clone()).or_default().push(due);
    }
    let mut batches = Vec::new();
    for (event, dues) in by_event {
        let (mut holds, mut actions) = (Vec::new(), 0);
        for due in dues {
            let more = due.seats.len() + 1;
            if actions + more > TRANSACTION_ACTIONS_MAX && !holds.is_empty() {
                batches.push(Batch { event: event.clone(), holds: std::mem::take(&mut holds) });
                actions = 0;
            }
            actions += more;
            holds.push(due);
        }
        batches.push(Batch { event, holds });
    }
    batches
}

/// Frees the seats that the holds of a batch still have, and deletes the due rows; says how many seats were freed. The
/// seats are read first, since a booked or released hold has none left, and a refused write costs as much as one that
/// is done.
async fn sweep(office: &Office, batch: Batch) -> Result<u64, Refusal> {
    let event = match office.event(&batch.event).await {
        Ok(event) => event,
        Err(refusal) if refusal.code == Code::NotFound => {
            let forgotten = batch.holds.iter().map(|due| office.store.forget_due(due));
            try_join_all(forgotten).await?;
            return Ok(0);
        }
        Err(refusal) => return Err(refusal),
    };
    let left = left(office, &event, &batch.holds).await?;
    let mut writes = Vec::with_capacity(TRANSACTION_ACTIONS_MAX);
    for (due, seats) in &left {
        let free = |seat: &SeatId| Write::ExpireSeat { seat: seat.clone(), hold: due.hold.clone() };
        writes.extend(seats.iter().map(free));
        writes.push(Write::ForgetDue((*due).clone()));
    }
    match office.store.commit(office.clock.now(), &event, None, &writes).await {
        Ok(()) => Ok(left.iter().map(|(_, seats)| seats.len() as u64).sum()),
        Err(NotCommitted::Failed(StoreError::Unavailable)) => Err(Refusal::throttled()),
        // One row that a buyer is writing, or that is wrong, must not keep the others from being freed.
        Err(
            NotCommitted::Refused(_)
            | NotCommitted::Locked(_)
            | NotCommitted::Answered(_)
            | NotCommitted::Failed(StoreError::Fault),
        ) => {
            let one_by_one = left.iter().map(|(due, seats)| sweep_one(office, &event, due, seats));
            let swept: Vec<Result<u64, StoreError>> =
                stream::iter(one_by_one).buffer_unordered(SWEEP_WRITES_IN_FLIGHT).collect().await;
            Ok(swept.into_iter().sum::<Result<u64, StoreError>>()?)
        }
    }
}

/// Frees the seats of one hold, each by a write of its own, and deletes the due row after the last.
async fn sweep_one(office: &Office, event: &Event, due: &Due, seats: &[SeatId]) -> Result<u64, StoreError> {
    let mut freed = 0;
    for seat in seats {
        let was_held = office.store.free_expired(office.clock.now(), event, seat, &due.hold).await?;
        freed += u64::from(was_held);
    }
    office.store.forget_due(due).await?;
    Ok(freed)
}

/// The seats that each of these holds still has, its time being over: an extended hold is noted anew, at its later end. A
/// seat that cannot be read is logged and left out.
async fn left<'a>(office: &Office, event: &Event, holds: &'a [Due]) -> Result<Vec<(&'a Due, Vec<SeatId>)>, Refusal> {
    // One seat may have been in two of these holds, one after the other.
    let seats: BTreeSet<&SeatId> = holds.iter().flat_map(|due| &due.seats).collect();
    let seats: Vec<SeatId> = seats.into_iter().cloned().collect();
    let mut left: Vec<(&Due, Vec<SeatId>)> = holds.iter().map(|due| (due, Vec::new())).collect();
    for seat in office.store.readable_seats_named(event, &seats).await? {
        let owner = left.iter_mut().find(|(due, _)| seat.hold.as_ref() == Some(&due.hold));
        let is_over = seat.status == Status::Held && seat.status_at(office.clock.now()) == Status::Available;
        if let Some((_, seats)) = owner.filter(|_| is_over) {
            seats.push(seat.id);
        }
    }
    Ok(left)
}
