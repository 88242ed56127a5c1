//! The box office: what a buyer or an admin can have done, from a checked wish to its answer. HTTP and WebSocket call
//! the same functions here.
//!
//! Each verb reads what it needs, lets a pure decision say what to write, commits, and reads the reasons when the
//! table refuses. One file is one verb.

pub mod admin;
pub mod cancel;
mod change;
pub mod confirm;
mod conflict;
pub mod geometry;
pub mod hold;
mod pace;
pub mod read;
pub mod release;
mod settings;
mod unsold;

use crate::input::admission::Admission;
use domain::clock::Clock;
use domain::clock::Moment;
use domain::event::{Event, LayoutVersion};
use domain::hold::Hold;
use domain::idempotency::Idempotency;
use domain::layout::Layout;
use domain::layout::answer::Prefixes;
use domain::name::{BuyerId, EventId, SeatId};
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Refusal};
use domain::release::Which;
use pace::Pace;
use settings::Cached;
pub use settings::Settings;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use store::idempotency::kept_answer;
use store::step::{Broken, Rejected, Step, Subject, Why};
use store::{Store, row};

/// A layout with the texts that answers are made of.
#[derive(Debug)]
pub struct Venue {
    /// The layout.
    pub layout: Layout,
    prefixes: OnceLock<Prefixes>,
}

impl Venue {
    /// A layout whose texts are not made yet: only the layout answer needs them.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, prefixes: OnceLock::new() }
    }

    /// The constant part of each seat in the layout answer.
    pub fn prefixes(&self) -> &Prefixes {
        self.prefixes.get_or_init(|| Prefixes::new(&self.layout))
    }
}

/// The box office of one function instance: the table, the clock, and what it remembers.
#[derive(Clone, Debug)]
pub struct Office {
    /// The table.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// How this deployment is set.
    pub settings: Settings,
    cache: Arc<Mutex<Cache>>,
    pace: Arc<Pace>,
}

#[derive(Debug, Default)]
struct Cache {
    events: HashMap<EventId, Cached<Arc<Event>>>,
    venues: HashMap<LayoutVersion, Arc<Venue>>,
}

impl Office {
    /// A box office that remembers nothing yet.
    #[must_use]
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        let pace = Arc::new(Pace::new(settings.changes_at_once, settings.changes_per_second));
        Self { store, clock, settings, cache: Arc::default(), pace }
    }

    /// The same office for one request, with a meter of its own.
    #[must_use]
    pub fn metered(&self) -> Self {
        Self { store: self.store.metered(), ..self.clone() }
    }

    /// Runs a verb that changes something for a buyer, within the buyer's limits.
    async fn for_buyer(&self, admission: &Admission, verb: impl Future<Output = Outcome>) -> Outcome {
        self.pace.check(&admission.buyer, self.clock.now())?;
        self.keeping(admission.idempotency.as_ref(), verb).await
    }

    /// Runs a verb whose success keeps its own answer; a refusal that the table settled is kept here.
    async fn keeping(&self, request: Option<&Idempotency>, verb: impl Future<Output = Outcome>) -> Outcome {
        let unanswered = self.store.unanswered();
        let refusal = match verb.await {
            Ok(done) => return Ok(done),
            Err(refusal) => refusal,
        };
        let is_settled = refusal.code.is_settled();
        match request {
            // The kept refusal keeps out whatever attempt is still under way.
            Some(request) if is_settled => self.store.keep_answer(self.clock.now(), request, Err(refusal)).await?,
            // An attempt that was never answered may yet be written, so that nothing has changed would be a guess.
            _ if (is_settled || refusal.code == Code::SeatLocked) && self.store.unanswered() > unanswered => {
                Err(Refusal::throttled())
            }
            _ => Err(refusal),
        }
    }

    /// What was asked for had been done already; the answer that is kept for this very request, if one is, stands.
    async fn done_before(&self, request: Option<&Idempotency>, done: Done) -> Outcome {
        match request {
            Some(request) => self.store.keep_answer(self.clock.now(), request, Ok(done)).await?,
            None => Ok(done),
        }
    }

    /// What confirming and releasing start from: the event, the seats that are named (none: the whole hold), and the
    /// buyer's hold row.
    async fn ground(&self, buyer: &BuyerId, event: &EventId, which: &Which) -> Result<Ground, Refusal> {
        let (event, venue) = self.event_and_venue(event).await?;
        let hold = self.store.hold(buyer, &event.id).await?;
        let named = if which.is_whole_hold() { None } else { Some(which.expand(&venue.layout, hold.as_ref())?) };
        Ok(Ground { event, named, hold })
    }

    /// The buyer's hold row as a refused transaction found it; none where that step was not refused. A conflict does not
    /// say what the row holds, so it is read.
    async fn hold_after(
        &self,
        broken: &[Broken],
        buyer: &BuyerId,
        event: &EventId,
    ) -> Result<Option<Option<Hold>>, Refusal> {
        let Some(found) = broken.iter().find(|b| b.subject == Subject::Hold) else { return Ok(None) };
        let hold = match &found.why {
            Why::Condition(item) => item.as_ref().map(row::hold).transpose()?,
            Why::Conflict => self.store.hold(buyer, event).await?,
        };
        Ok(Some(hold))
    }

    /// Commits steps, with the row that keeps the answer in front where the request has a key.
    async fn commit(&self, now: Moment, request: Option<&Idempotency>, done: &Done, steps: Vec<Step>) -> Committed {
        let keep = request.map(|request| self.store.keep_answer_step(now, request, done));
        let steps: Vec<Step> = keep.into_iter().chain(steps).collect();
        if steps.is_empty() {
            return Committed::Done;
        }
        let rejected = match self.store.commit(steps).await {
            Ok(()) => return Committed::Done,
            Err(rejected) => rejected,
        };
        match rejected {
            Rejected::StoreError(trouble) => Committed::Answer(Err(trouble.into())),
            Rejected::Locked(subjects) => Committed::Answer(Err(locked(&subjects))),
            Rejected::Broken(broken) => match kept_before(request, &broken) {
                Some(answer) => Committed::Answer(answer),
                None => Committed::Broken(broken),
            },
        }
    }
}

/// What a decision about held seats is taken on.
struct Ground {
    event: Arc<Event>,
    named: Option<Vec<SeatId>>,
    hold: Option<Hold>,
}

/// What a commit came to.
enum Committed {
    /// Everything is written.
    Done,
    /// Nothing is written, and this is the answer.
    Answer(Outcome),
    /// Nothing is written; the verb knows what these mean.
    Broken(Vec<Broken>),
}

/// The answer kept by an earlier request with the same key, where that is what stood in the way.
fn kept_before(request: Option<&Idempotency>, broken: &[Broken]) -> Option<Outcome> {
    let first = broken.first().filter(|first| first.subject == Subject::Idempotency)?;
    match &first.why {
        Why::Condition(row) => Some(kept_answer(request?, row.as_ref()).unwrap_or_else(|trouble| Err(trouble.into()))),
        // The request's twin is still under way: the verb decides again, and will find what came of it.
        Why::Conflict => None,
    }
}

/// Nothing but conflicts: the seats among them are locked; a lock on the buyer's own rows is the buyer's own haste.
fn locked(subjects: &[Subject]) -> Refusal {
    let seats: Vec<(SeatId, Code)> =
        subjects.iter().filter_map(Subject::seat).map(|seat| (seat.clone(), Code::SeatLocked)).collect();
    if seats.is_empty() {
        return Refusal::new(Code::SeatLocked, "Another request of yours is still under way; try again now");
    }
    Refusal::conflicts(&seats)
}

/// Too many rounds on rows that kept changing: the buyer's own, for nobody else writes them.
fn own_haste() -> Refusal {
    locked(&[])
}

/// Seats that a write found not to be the buyer's any more: their time ran out between decision and write.
fn lost(broken: &[Broken]) -> Refusal {
    let failed = |(seat, why): (&SeatId, &Why)| matches!(why, Why::Condition(_)).then(|| seat.clone());
    let seats: Vec<SeatId> = broken_seats(broken).into_iter().filter_map(failed).collect();
    if seats.is_empty() { own_haste() } else { Refusal::not_held(&seats) }
}

/// The seats among refused steps.
fn broken_seats(broken: &[Broken]) -> Vec<(&SeatId, &Why)> {
    broken.iter().filter_map(|b| Some((b.subject.seat()?, &b.why))).collect()
}
