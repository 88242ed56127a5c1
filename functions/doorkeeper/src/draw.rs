//! The draw of one event, step by step: who takes part is read and fixed, a beacon's round is waited for, the numbers are drawn, and
//! those are passed over whose buyers have left meanwhile. Each step begins with what is told, and ends with telling it further: a run
//! that dies in between leaves nothing that counts, and the next one begins that step again.

use super::Doorkeeper;
use super::memory::Memory;
use beacon::Missing;
use domain::event::Event;
use domain::limits::{CLOCK_SKEW_MS, DRAW_LEASE_RENEWED_MS, DRAW_LEFT_IN_FLIGHT};
use domain::name::EventId;
use domain::queue::draw::chunk::{Index, leaves_in_a_chunk};
use domain::queue::draw::last_entry;
use domain::queue::draw::lot::{Lot, Phase, Step, Tree, Trees};
use domain::queue::draw::order::Key;
use domain::queue::line::Line;
use domain::queue::place::{By, Entry};
use domain::refusal::Refusal;
use domain::waiting_room::{Draw, WaitingRoom};
use futures::stream::{self, StreamExt, TryStreamExt};
use service::office::Office;
use std::collections::BTreeMap;
use std::time::Duration;
use store::draw::{Entrants, LeftPlace};
use store::queue::Out;
use tokio::time::sleep;

/// An event whose draw is under way, as its row has it now: settings that are remembered may be of an earlier draw.
struct Drawing<'a> {
    office: &'a Office,
    event: &'a Event,
    room: &'a WaitingRoom,
    draw: &'a Draw,
    /// What the line said of a draw, of this one or an earlier one, when the step began.
    was: Option<Lot>,
}

impl Doorkeeper {
    /// Takes the next step of an event's draw, if there is one to take, and nobody else is at it.
    pub(super) async fn step(&self, office: &Office, memory: &Memory, event: &EventId) -> Result<(), Refusal> {
        let event = &office.event_now(event).await?;
        let Some((room, draw)) = event.room().and_then(|room| Some((room, room.draw.as_ref()?))) else { return Ok(()) };
        let line = office.store.line_now(event, room).await?;
        let lot = line.lot_of(room).cloned().unwrap_or_else(|| Lot::of(draw));
        let drawing = Drawing { office, event, room, draw, was: line.lot.clone() };
        let now = office.clock.now();
        match lot.step(event, draw, now) {
            Step::Count if memory.counted(&event.id, now) => Ok(()),
            Step::Count => drawing.count().await,
            Step::Fix => drawing.alone(memory, drawing.fix()).await,
            Step::AskBeacon => self.ask_beacon(&drawing, &lot).await,
            Step::Number => drawing.alone(memory, drawing.number(&lot)).await,
            Step::Settle => drawing.alone(memory, drawing.settle(&line, &lot)).await,
            Step::Show | Step::Nothing => Ok(()),
        }
    }

    /// Asks for the round that the draw waits for, once it is due. Where it is missing the draw waits on.
    async fn ask_beacon(&self, drawing: &Drawing<'_>, lot: &Lot) -> Result<(), Refusal> {
        let Drawing { office, draw, event, .. } = drawing;
        let (Some(named), Phase::Fixed { trees, read_at, fixed_at, .. }) = (draw.beacon, &lot.phase) else {
            return Ok(());
        };
        let Some(chain) = office.settings.beacons.get(&named.chain) else {
            tracing::error!(event = %event.id, "a draw waits for a chain that this deployment knows no more (BEACON_CHAINS)");
            return Ok(());
        };
        if chain.due_at(named.round).is_none_or(|due| office.clock.now() < due) {
            return Ok(());
        }
        match self.beacon.round(chain, named.round).await {
            Ok(published) => {
                let (trees, beacon) = (trees.clone(), Some(published));
                drawing.tell(Phase::Fixed { trees, read_at: *read_at, fixed_at: *fixed_at, beacon }).await
            }
            Err(Missing) => Ok(()),
        }
    }
}

impl Drawing<'_> {
    /// Takes a step that takes time, unless another doorkeeper is at it.
    async fn alone(&self, memory: &Memory, step: impl Future<Output = Result<(), Refusal>>) -> Result<(), Refusal> {
        let Self { office, event, .. } = self;
        if !office.store.lease_draw(event, &memory.holder, office.clock.now()).await? {
            return Ok(());
        }
        let at_work = async {
            loop {
                sleep(Duration::from_millis(DRAW_LEASE_RENEWED_MS)).await;
                // Whoever takes the lease from a doorkeeper that is late does the same work, and one of them tells it.
                let _ = office.store.lease_draw(event, &memory.holder, office.clock.now()).await;
            }
        };
        tokio::select! {
            done = step => done,
            () = at_work => Ok(()),
        }
    }

    /// Tells the draw further, unless somebody has told it since. Nobody was let in so far, and whatever a line said that was told
    /// without a draw is void.
    async fn tell(&self, phase: Phase) -> Result<(), Refusal> {
        let Self { office, event, room, draw, was } = self;
        let line = office.store.line_now(event, room).await?;
        if line.lot != *was {
            return Ok(());
        }
        let lot = Some(Lot { commitment: draw.commitment, phase });
        let (revision, told_at) = (line.revision + 1, office.clock.now());
        let seats_left = line.seats_left;
        office.store.tell_line(event, &Line { revision, told_at, seats_left, lot, ..Line::of(event, room) }).await?;
        Ok(())
    }

    /// Counts who takes part so far.
    async fn count(&self) -> Result<(), Refusal> {
        let Self { office, event, room, draw, was } = self;
        let mut entrants = BTreeMap::new();
        for (priority, entered) in office.store.entered(&event.id, room).await? {
            let left = office.store.count_left(&event.id, &priority).await?;
            entrants.insert(priority, entered.saturating_sub(left));
        }
        let lot = Lot { commitment: draw.commitment, phase: Phase::Gathering { entrants } };
        if was.as_ref() == Some(&lot) { Ok(()) } else { self.tell(lot.phase).await }
    }

    /// Reads who takes part, writes that down, and fixes it.
    async fn fix(&self) -> Result<(), Refusal> {
        let Self { office, event, room, draw, .. } = self;
        let Some(until) = last_entry(event) else { return Ok(()) };
        let read_at = office.clock.now();
        let mut trees = Trees::new();
        for (priority, leaves) in office.store.read_entrants(&event.id, room, until).await? {
            let index = Index::over(&leaves);
            office.store.write_entrants(event, &draw.commitment, (&index, &leaves)).await?;
            trees.insert(priority, Tree { size: index.size, root: index.root() });
        }
        self.tell(Phase::Fixed { trees, read_at, fixed_at: office.clock.now(), beacon: None }).await
    }

    /// Draws the numbers, and shows the seed.
    async fn number(&self, lot: &Lot) -> Result<(), Refusal> {
        let Self { office, event, draw, .. } = self;
        let Phase::Fixed { trees, read_at, beacon, .. } = &lot.phase else { return Ok(()) };
        let seed = office.seed(&event.id, draw).await?;
        let randomness = beacon.as_ref().map(|published| domain::digest::Digest(published.randomness));
        let key = Key::new(&seed, randomness.as_ref());
        for tree in trees.values().filter(|tree| tree.size > 0) {
            self.number_tree(&key, tree).await?;
        }
        let (trees, read_at, beacon) = (trees.clone(), *read_at, *beacon);
        self.tell(Phase::Drawn { trees, read_at, seed, beacon, is_settled: false }).await
    }

    async fn number_tree(&self, key: &Key, tree: &Tree) -> Result<(), Refusal> {
        let Self { office, event, draw, .. } = self;
        let of = Entrants { event: &event.id, commitment: &draw.commitment, root: &tree.root };
        let size = usize::try_from(tree.size).unwrap_or(usize::MAX);
        let last = (size - 1) / leaves_in_a_chunk(size);
        let chunks = office.store.draw_chunks(of, (0, last)).await?;
        let leaves: Vec<_> = chunks.into_iter().flat_map(|chunk| chunk.leaves).collect();
        if Index::over(&leaves).root() != tree.root {
            tracing::error!(event = %event.id, "the entrants of a draw are not those that were fixed");
            return Err(Refusal::fault());
        }
        Ok(office.store.write_numbers(of, &key.numbers(&leaves)).await?)
    }

    /// Notes the numbers whose buyers left before these were known, so that the line passes them over.
    async fn settle(&self, line: &Line, lot: &Lot) -> Result<(), Refusal> {
        let Self { office, event, room, .. } = self;
        let Phase::Drawn { trees, read_at, seed, beacon, .. } = &lot.phase else { return Ok(()) };
        // Whoever left before the reading is not in it.
        let since = read_at.plus(-CLOCK_SKEW_MS);
        for priority in room.priorities.iter().map(|priority| &priority.name) {
            let left = office.store.left_places(&event.id, priority, since).await?;
            let noted = left.iter().map(|left| self.pass_over(line, left));
            stream::iter(noted).buffer_unordered(DRAW_LEFT_IN_FLIGHT).try_collect::<()>().await?;
        }
        let (trees, read_at, seed, beacon) = (trees.clone(), *read_at, *seed, *beacon);
        self.tell(Phase::Drawn { trees, read_at, seed, beacon, is_settled: true }).await
    }

    /// Notes that a number is out, where it is nobody's.
    async fn pass_over(&self, line: &Line, left: &LeftPlace) -> Result<(), Refusal> {
        let Self { office, event, room, .. } = self;
        let LeftPlace { buyer, entry, .. } = left;
        let now_has = office.store.entry(&event.id, room, buyer).await?.filter(|now_has| now_has.left_at.is_none());
        let is_somebodys = match (entry.by, &now_has) {
            (_, None) | (By::Lot, Some(Entry { by: By::Arrival, .. })) => false,
            // The buyer has come back in time to have the number.
            (By::Lot, Some(Entry { by: By::Lot, .. })) => true,
            (By::Arrival, Some(now_has @ Entry { by: By::Arrival, .. })) => now_has.is(entry),
            // It is the buyer's who is late for the lot.
            (By::Arrival, Some(now_has @ Entry { by: By::Lot, .. })) => {
                now_has.behind == Some(entry.number)
                    && office.stand(&event.id, (room, line), buyer, now_has).await?.is_late
            }
        };
        let place = office.stand(&event.id, (room, line), buyer, entry).await?.place;
        match place.filter(|_| !is_somebodys) {
            Some(place) => Ok(office.store.note_out(event, &place, Out::Left).await?),
            None => Ok(()),
        }
    }
}
