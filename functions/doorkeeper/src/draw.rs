//! The draw of one event, step by step: who takes part is read and fixed, a beacon's round is waited for, the numbers are drawn, and
//! those are passed over whose buyers have left meanwhile. Each step begins with what is told, and ends with telling it further: a run
//! that dies in between leaves nothing that counts, and the next one begins that step again.

use super::Doorkeeper;
use beacon::Missing;
use domain::event::Event;
use domain::limits::CLOCK_SKEW_MS;
use domain::name::{EventId, PriorityName};
use domain::queue::draw::chunk::{Index, leaves_in_a_chunk};
use domain::queue::draw::last_entry;
use domain::queue::draw::lot::{Lot, Phase, Step, Tree, Trees};
use domain::queue::draw::order::Key;
use domain::queue::line::Line;
use domain::queue::place::By;
use domain::refusal::Refusal;
use domain::waiting_room::{Draw, WaitingRoom};
use service::office::Office;
use std::collections::BTreeMap;
use store::draw::{Entrants, LeftPlace};
use store::queue::Out;

/// An event whose draw is under way, as its row has it now: settings that are remembered may be of an earlier draw.
struct Drawing<'a> {
    office: &'a Office,
    event: &'a Event,
    room: &'a WaitingRoom,
    draw: &'a Draw,
}

impl Doorkeeper {
    /// Takes the next step of an event's draw, if there is one to take.
    pub(super) async fn step(&self, office: &Office, event: &EventId) -> Result<(), Refusal> {
        let event = &office.event_now(event).await?;
        let Some((room, draw)) = event.room().and_then(|room| Some((room, room.draw.as_ref()?))) else { return Ok(()) };
        let drawing = Drawing { office, event, room, draw };
        let line = office.store.line_now(event, room).await?;
        let lot = line.lot_of(room).cloned().unwrap_or_else(|| Lot::of(draw));
        match lot.step(event, draw, office.clock.now()) {
            Step::Count => drawing.count(line).await,
            Step::Fix => drawing.fix().await,
            Step::AskBeacon => self.ask_beacon(&drawing, &lot).await,
            Step::Number => drawing.number(&lot).await,
            Step::Settle => drawing.settle(&line, &lot).await,
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
                drawing.tell(lot, Phase::Fixed { trees, read_at: *read_at, fixed_at: *fixed_at, beacon }).await
            }
            Err(Missing) => Ok(()),
        }
    }
}

impl Drawing<'_> {
    /// Tells the draw further, unless somebody has told it since.
    async fn tell(&self, before: &Lot, phase: Phase) -> Result<(), Refusal> {
        let Self { office, event, room, draw } = self;
        let mut line = office.store.line_now(event, room).await?;
        if line.lot_of(room).is_some_and(|told| told != before) {
            return Ok(());
        }
        line.lot = Some(Lot { commitment: draw.commitment, phase });
        line.revision += 1;
        line.told_at = office.clock.now();
        office.store.tell_line(event, &line).await?;
        Ok(())
    }

    /// Counts who takes part so far.
    async fn count(&self, line: Line) -> Result<(), Refusal> {
        let Self { office, event, room, draw } = self;
        let mut entrants = BTreeMap::new();
        for (priority, entered) in office.store.entered(&event.id, room).await? {
            let left = office.store.count_left(&event.id, &priority).await?;
            entrants.insert(priority, entered.saturating_sub(left));
        }
        let before = line.lot_of(room).cloned().unwrap_or_else(|| Lot::of(draw));
        let phase = Phase::Gathering { entrants };
        match line.lot_of(room).is_some_and(|told| told.phase == phase) {
            true => Ok(()),
            false => self.tell(&before, phase).await,
        }
    }

    /// Reads who takes part, writes that down, and fixes it.
    async fn fix(&self) -> Result<(), Refusal> {
        let Self { office, event, room, draw } = self;
        let Some(until) = last_entry(event) else { return Ok(()) };
        let before = office.store.line_now(event, room).await?;
        let before = before.lot_of(room).cloned().unwrap_or_else(|| Lot::of(draw));
        let read_at = office.clock.now();
        let mut trees = Trees::new();
        for (priority, leaves) in office.store.read_entrants(&event.id, room, until).await? {
            let index = Index::over(&leaves);
            office.store.write_entrants(event, &draw.commitment, (&index, &leaves)).await?;
            trees.insert(priority, Tree { size: index.size, root: index.root() });
        }
        self.tell(&before, Phase::Fixed { trees, read_at, fixed_at: office.clock.now(), beacon: None }).await
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
        self.tell(lot, Phase::Drawn { trees, read_at, seed, beacon, is_settled: false }).await
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
        let names: Vec<&PriorityName> = room.priorities.iter().map(|priority| &priority.name).collect();
        for priority in names {
            for left in office.store.left_places(&event.id, priority).await? {
                // Whoever left before the reading is not in it.
                let may_have_number = left.entry.by == By::Arrival || left.left_at >= read_at.plus(-CLOCK_SKEW_MS);
                if may_have_number && self.is_gone(&left).await? {
                    let place = office.stand(&event.id, (room, line), &left.buyer, &left.entry).await?.place;
                    if let Some(place) = place {
                        office.store.note_out(event, &place, Out::Left).await?;
                    }
                }
            }
        }
        let (trees, read_at, seed, beacon) = (trees.clone(), *read_at, *seed, *beacon);
        self.tell(lot, Phase::Drawn { trees, read_at, seed, beacon, is_settled: true }).await
    }

    /// Whether the number of a place is nobody's: its buyer has not come back in time to have it.
    async fn is_gone(&self, left: &LeftPlace) -> Result<bool, Refusal> {
        match left.entry.by {
            By::Arrival => Ok(true),
            By::Lot => {
                let now_has = self.office.store.entry(&self.event.id, self.room, &left.buyer).await?;
                Ok(now_has.is_none_or(|entry| entry.left_at.is_some() || entry.by == By::Arrival))
            }
        }
    }
}
