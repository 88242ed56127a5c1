//! Numbers by lot: which number of the line a place has, once it is drawn; who takes part, for everyone to see; and the seed,
//! drawn and sealed when an event is created.

use super::Office;
use super::draw_cache::Page;
use crate::gzip::{LIVE_LEVEL, gzip};
use crate::output::{self, envelope};
use domain::beacon::BeaconRound;
use domain::digest::Digest;
use domain::event::Event;
use domain::limits::DRAW_PAGE_LEAVES;
use domain::name::{BuyerId, EventId, PriorityName};
use domain::queue::draw::chunk::{Chunk, Inclusion, Index, leaves_in_a_chunk};
use domain::queue::draw::leaf;
use domain::queue::draw::lot::{Lot, Trees};
use domain::queue::line::Line;
use domain::queue::place::{By, Entry, Place};
use domain::refusal::{Code, Refusal};
use domain::waiting_room::{Draw, WaitingRoom};
use std::sync::Arc;
use store::draw::Entrants;
use store::queue::Taken;

/// A waiting room and its line, as they were read last.
pub type At<'a> = (&'a WaitingRoom, &'a Line);

/// A page of a draw's entrants.
pub struct DrawPage {
    /// Which draw it is of.
    pub commitment: Digest,
    /// Whether it never changes.
    pub lasts: bool,
    /// The page.
    pub page: Arc<Page>,
}

/// How a buyer's place stands towards the draw.
#[derive(Clone, Debug, Default)]
pub struct Stand {
    /// The place in the line; none while its number is not known.
    pub place: Option<Place>,
    /// That its buyer takes part in the draw.
    pub inclusion: Option<Inclusion>,
    /// Whether it should have a number by lot, and those who have one are fixed without it: it was written after the reading.
    pub is_late: bool,
}

impl Office {
    /// How a buyer's place stands towards the draw: with at most one reading, of the chunk that has the buyer's leaf.
    pub async fn stand(
        &self,
        event: &EventId,
        (room, line): At<'_>,
        buyer: &BuyerId,
        entry: &Entry,
    ) -> Result<Stand, Refusal> {
        if room.draw.is_none() {
            return Ok(Stand { place: Some(entry.at(entry.number)), ..Stand::default() });
        }
        let Some(lot) = line.lot_of(room) else { return Ok(Stand::default()) };
        match entry.by {
            By::Arrival if lot.is_drawn() => {
                let number = lot.drawn(&entry.priority) + entry.number;
                Ok(Stand { place: Some(entry.at(number)), ..Stand::default() })
            }
            By::Arrival => Ok(Stand::default()),
            By::Lot => {
                let Some(trees) = lot.trees() else { return Ok(Stand::default()) };
                let found = self.entrant(event, &lot.commitment, trees, &entry.priority, buyer).await?;
                let Some((inclusion, number)) = found else { return Ok(Stand { is_late: true, ..Stand::default() }) };
                let place = number.filter(|_| lot.is_drawn()).map(|number| entry.at(u64::from(number)));
                Ok(Stand { place, inclusion: Some(inclusion), is_late: false })
            }
        }
    }

    /// How a buyer's place stands, and the place: where it was written while the entrants were read, and is not among them, it gets
    /// a number in order of arrival now.
    pub(super) async fn stand_in_order(
        &self,
        event: &Event,
        (room, line): At<'_>,
        buyer: &BuyerId,
        entry: Entry,
    ) -> Result<(Entry, Stand), Refusal> {
        let stand = self.stand(&event.id, (room, line), buyer, &entry).await?;
        if !stand.is_late || entry.left_at.is_some() {
            return Ok((entry, stand));
        }
        let number = match entry.behind {
            Some(number) => number,
            None => self.next_number(event, room, line, buyer, &entry.priority).await?,
        };
        let behind = Entry { number, by: By::Arrival, behind: None, ..entry.clone() };
        let behind = match self.store.take_place(event, room, buyer, &behind, Some(&entry)).await? {
            Taken::Yes => behind,
            Taken::Before(other) => {
                if !other.is(&behind) {
                    self.note_nobodys(event, (room, line), buyer, &behind).await?;
                }
                other
            }
        };
        let stand = self.stand(&event.id, (room, line), buyer, &behind).await?;
        Ok((behind, stand))
    }

    /// That a buyer is among the entrants of a priority, and the number, once it is drawn.
    async fn entrant(
        &self,
        event: &EventId,
        commitment: &Digest,
        trees: &Trees,
        priority: &PriorityName,
        buyer: &BuyerId,
    ) -> Result<Option<(Inclusion, Option<u32>)>, Refusal> {
        let Some(tree) = trees.get(priority).filter(|tree| tree.size > 0) else { return Ok(None) };
        let of = Entrants { event, commitment, root: &tree.root };
        let (index, leaf) = (self.draw_index(of).await?, leaf(buyer));
        let Some(at) = index.chunk_of(&leaf) else { return Ok(None) };
        let chunk = self.store.draw_chunk(of, at).await?;
        let Some(within) = chunk.find(&leaf) else { return Ok(None) };
        Ok(Some((index.inclusion(at, &chunk, within), chunk.numbers.get(within).copied())))
    }

    async fn draw_index(&self, of: Entrants<'_>) -> Result<Arc<Index>, Refusal> {
        let key = (of.event.clone(), *of.commitment, *of.root);
        if let Some(index) = self.draws.get(&key) {
            return Ok(index);
        }
        Ok(self.draws.keep(key, self.store.draw_index(of).await?))
    }

    /// One page of the leaves of all who take part, for everyone, and which draw it is of: the priorities one after the other, in
    /// the order of their names. A page of a draw in which nobody takes part is none that lasts: there may be another draw.
    ///
    /// # Errors
    /// `not_found`: no such event, it has no draw, those who take part are not fixed, or there is no such page.
    pub async fn draw_page(&self, id: &EventId, page: usize) -> Result<DrawPage, Refusal> {
        let not_there = |why: &str| Err(Refusal::new(Code::NotFound, why));
        let event = self.event(id).await?;
        // Also of a room that was switched off since: what is drawn stays for everyone to check.
        let Some((room, draw)) = event.waiting_room.as_ref().and_then(|room| Some((room, room.draw.as_ref()?))) else {
            return not_there("This event has no draw");
        };
        let which = (id.clone(), draw.commitment, page);
        if let Some(kept) = self.draws.page(&which) {
            return Ok(DrawPage { commitment: draw.commitment, lasts: true, page: kept });
        }
        let line = self.store.line_now(&event, room).await?;
        let Some((lot, trees)) = line.lot_of(room).and_then(|lot| Some((lot, lot.trees()?))) else {
            return not_there(
                "Who takes part is not known yet: the entrants are fixed some seconds after the room opens",
            );
        };
        let entrants = count(lot.entrants());
        let pages = entrants.div_ceil(DRAW_PAGE_LEAVES).max(1);
        if page >= pages {
            return not_there(&format!("This draw has {pages} pages of entrants, counted from 0"));
        }
        let range = (page * DRAW_PAGE_LEAVES, entrants.min((page + 1) * DRAW_PAGE_LEAVES));
        let listed = self.listed(id, lot, trees, range).await?;
        let text = envelope(&output::draw::page(id, (page, pages), entrants, &listed));
        let (zipped, lasts, commitment) = (gzip(&text, LIVE_LEVEL), entrants > 0, draw.commitment);
        let page = Page { text, zipped };
        let page = if lasts { self.draws.keep_page(which, page) } else { Arc::new(page) };
        Ok(DrawPage { commitment, lasts, page })
    }

    /// The leaves of all priorities from an index up to another, which is not included, by priority.
    async fn listed(
        &self,
        event: &EventId,
        lot: &Lot,
        trees: &Trees,
        (from, to): (usize, usize),
    ) -> Result<Vec<(PriorityName, Vec<Digest>)>, Refusal> {
        let (mut before, mut listed) = (0, Vec::new());
        for (priority, tree) in trees {
            let size = count(tree.size);
            let (first, last) = (from.max(before), to.min(before + size));
            if first < last {
                let of = Entrants { event, commitment: &lot.commitment, root: &tree.root };
                listed.push((priority.clone(), self.leaves(of, size, (first - before, last - before)).await?));
            }
            before += size;
        }
        Ok(listed)
    }

    /// The leaves of one priority from an index up to another, which is not included.
    async fn leaves(&self, of: Entrants<'_>, size: usize, (from, to): (usize, usize)) -> Result<Vec<Digest>, Refusal> {
        let each = leaves_in_a_chunk(size);
        let (first, last) = (from / each, (to - 1) / each);
        let chunks = self.store.draw_chunks(of, (first, last)).await?;
        let leaves = chunks.into_iter().flat_map(|Chunk { leaves, .. }| leaves);
        Ok(leaves.skip(from - first * each).take(to - from).collect())
    }

    /// A new draw: its seed is drawn and kept, sealed, and its commitment is for everyone to see.
    ///
    /// # Errors
    /// `invalid_data`: this deployment has no secret to seal seeds with.
    pub(super) async fn new_draw(&self, event: &EventId, beacon: Option<BeaconRound>) -> Result<Draw, Refusal> {
        let sealer = self.settings.sealer.as_ref();
        let sealer =
            sealer.ok_or_else(|| Refusal::invalid("waitingRoom.draw: this deployment has no secret for draws"))?;
        let mut seed = Digest([0; 32]);
        (self.settings.entropy)(&mut seed.0)?;
        let commitment = Digest::of(&[&seed.0]);
        let sealed = sealer.get().await?.seal(event, &seed, self.settings.entropy)?;
        self.store.keep_seed(event, &commitment, sealed).await?;
        Ok(Draw { commitment, beacon })
    }

    /// The seed of a draw.
    ///
    /// # Errors
    /// `server_error`: the row, or the secret, is not the one that it was sealed with.
    pub async fn seed(&self, event: &EventId, draw: &Draw) -> Result<Digest, Refusal> {
        let sealer = self.settings.sealer.as_ref().ok_or_else(Refusal::fault)?.get().await?;
        let sealed = self.store.sealed_seed(event, &draw.commitment).await?;
        let seed = sealer.open(event, &sealed).filter(|seed| Digest::of(&[&seed.0]) == draw.commitment);
        seed.ok_or_else(|| {
            tracing::error!(%event, "the seed of a draw cannot be opened: it was sealed with another secret");
            Refusal::fault()
        })
    }
}

fn count(entrants: u64) -> usize {
    usize::try_from(entrants).unwrap_or(usize::MAX)
}
