//! Frees the seats of holds that are over, for one minute at a time.

use futures::{StreamExt, stream};
use holdfast::clock::Ms;
use holdfast::key::{self, Key};
use holdfast::limits::{
    CLOCK_SKEW_MS, SWEEP_BATCHES_IN_FLIGHT, SWEEP_HOLDS_READ, SWEEP_PERIOD_MS, SWEEP_POLL_MS, SWEEP_RUN_MS,
    SWEEP_WRITES_IN_FLIGHT,
};
use holdfast::office::Office;
use holdfast::refusal::{Code, Refusal};
use holdfast::seat::{Seat, Status, free_before};
use holdfast::table::Trouble;
use holdfast::table::due::Due;
use holdfast::table::row::{self, Reader};
use std::collections::BTreeMap;
use std::time::Duration;

/// Frees whatever ends within a run's time; says how many seats it freed. Trouble is logged and met again at the next
/// look, or by the next run.
pub async fn run(office: &Office) -> u64 {
    let end = office.clock.now().plus(SWEEP_RUN_MS);
    // A hold that is made after a look and ends before the next run would be missed, so where holds may be shorter
    // than the period, the run looks again and again.
    let looks_again = i64::from(office.settings.min_hold_seconds) * 1_000 < SWEEP_PERIOD_MS;
    let mut freed = 0;
    loop {
        let look = look(office).await;
        freed += look.freed;
        let soon = office.clock.now().plus(SWEEP_POLL_MS);
        let again = (looks_again || look.had_trouble).then_some(soon);
        // Holds that end within the same second are swept together.
        match look.next.map(|next| next.max(soon)).into_iter().chain(again).min() {
            Some(wake) if wake < end => sleep_until(office, wake).await,
            _ => return freed,
        }
    }
}

/// What one look came to.
#[derive(Default)]
struct Look {
    freed: u64,
    had_trouble: bool,
    /// When the next hold of this run will be over for everybody.
    next: Option<Ms>,
}

/// Frees what is over by now. What is to come is looked up as one row, so that a look costs what it frees.
async fn look(office: &Office) -> Look {
    let over_before = free_before(office.clock.now());
    let Ok(over) = office.table.due_before(over_before).await else {
        return Look { had_trouble: true, ..Look::default() };
    };
    let batches = over.chunks(SWEEP_HOLDS_READ);
    let swept: Vec<Vec<Result<u64, Refusal>>> = stream::iter(batches)
        .map(|batch| free(office, batch))
        .buffer_unordered(SWEEP_BATCHES_IN_FLIGHT)
        .collect()
        .await;
    let (mut freed, mut had_trouble) = (0, false);
    for outcome in swept.into_iter().flatten() {
        match outcome {
            Ok(seats) => freed += seats,
            Err(_) => had_trouble = true,
        }
    }
    match office.table.next_due(over_before).await {
        Ok(next) => Look { freed, had_trouble, next: next.map(|end| end.plus(CLOCK_SKEW_MS + 1)) },
        Err(_) => Look { freed, had_trouble: true, next: None },
    }
}

async fn sleep_until(office: &Office, wake: Ms) {
    let ms = wake.0.saturating_sub(office.clock.now().0).max(1);
    tokio::time::sleep(Duration::from_millis(ms.unsigned_abs())).await;
}

/// Frees what holds still have; for each, how many seats that were. The seats are read first, for most holds end in a
/// booking, and a write that is refused costs as much as one that is done.
async fn free(office: &Office, batch: &[Due]) -> Vec<Result<u64, Refusal>> {
    let mut outcomes = match held(office, batch).await {
        Ok(held) => held,
        Err(refusal) => return vec![Err(refusal)],
    };
    let seats: Vec<(usize, u32, Seat)> = outcomes
        .iter()
        .enumerate()
        .flat_map(|(place, seats)| {
            seats.iter().flatten().map(move |(lane, seat)| (place, *lane, seat.clone())).collect::<Vec<_>>()
        })
        .collect();
    let frees = seats.iter().map(|(place, lane, seat)| async move {
        let due = &batch[*place];
        let freed = office.table.free_expired(office.clock.now(), &due.event, *lane, &seat.id, &due.hold).await;
        (*place, freed)
    });
    let freed: Vec<(usize, Result<bool, Trouble>)> =
        stream::iter(frees).buffer_unordered(SWEEP_WRITES_IN_FLIGHT).collect().await;
    let mut counts: Vec<Result<u64, Refusal>> = outcomes.drain(..).map(|seats| seats.map(|_| 0)).collect();
    for (place, outcome) in freed {
        counts[place] = match (counts[place].clone(), outcome) {
            (Ok(count), Ok(was_held)) => Ok(count + u64::from(was_held)),
            (Ok(_), Err(trouble)) => Err(trouble.into()),
            (Err(refusal), _) => Err(refusal),
        };
    }
    let done: Vec<&Due> = batch.iter().zip(&counts).filter(|(_, count)| count.is_ok()).map(|(due, _)| due).collect();
    let forgotten = stream::iter(done).map(|due| office.table.forget_due(due));
    let forgotten: Vec<Result<(), Trouble>> = forgotten.buffer_unordered(SWEEP_WRITES_IN_FLIGHT).collect().await;
    counts.extend(forgotten.into_iter().filter_map(Result::err).map(|trouble| Err(trouble.into())));
    counts
}

/// The seats that a hold still has, with their lanes.
type Held = Result<Vec<(u32, Seat)>, Refusal>;

/// What each of these holds still has. A hold of no event has nothing; one whose event cannot be read at the moment is
/// the trouble of that hold alone, and a seat that cannot be read is logged and left out.
async fn held(office: &Office, batch: &[Due]) -> Result<Vec<Held>, Refusal> {
    // One seat may have been in two of these holds, one after the other.
    let mut lanes: BTreeMap<Key, u32> = BTreeMap::new();
    let mut held: Vec<Held> = Vec::with_capacity(batch.len());
    for due in batch {
        held.push(match office.event(&due.event).await {
            Ok(event) => {
                lanes.extend(due.seats.iter().map(|seat| {
                    let lane = event.lane(seat);
                    (key::seat(&due.event, lane, seat), lane)
                }));
                Ok(Vec::new())
            }
            Err(refusal) if refusal.code == Code::NotFound => Ok(Vec::new()),
            Err(refusal) => Err(refusal),
        });
    }
    for item in office.table.batch_get(lanes.keys().cloned().collect()).await? {
        let (row, Ok(seat)) = (Reader(&item), row::seat(&item)) else { continue };
        let at = row.maybe("pk").zip(row.maybe("sk")).map(|(pk, sk)| Key { pk: pk.to_owned(), sk: sk.to_owned() });
        let Some(lane) = at.and_then(|at| lanes.get(&at)) else { continue };
        let has = |due: &Due| seat.status == Status::Held && seat.hold.as_ref() == Some(&due.hold);
        if let Some(Ok(seats)) = batch.iter().position(has).and_then(|place| held.get_mut(place)) {
            seats.push((*lane, seat));
        }
    }
    Ok(held)
}
