//! The rows of a draw: its sealed seed, those who take part as they are read from their places, the chunks and the index that they
//! are written to, and the places that were left before their numbers were known.
//!
//! Chunks and index are named by the root over what they hold, and are written before that root is told in the line. So whatever
//! doorkeeper dies or comes twice, only the rows of the one draw that was told are ever read.

use crate::key;
use crate::queue::{read_entry, ttl};
use crate::row::{Reader, bad_row, keyed, name, number, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::clock::Moment;
use domain::digest::Digest;
use domain::event::Event;
use domain::limits::{
    DRAW_LEASE_MS, DRAW_READS_IN_FLIGHT, DRAW_ROW_PAUSE_MS, DRAW_ROW_TRIES, DRAW_SHARDS, DRAW_WRITES_IN_FLIGHT,
};
use domain::name::{BuyerId, EventId, PriorityName};
use domain::queue::draw::chunk::{Chunk, Index, leaves_in_a_chunk};
use domain::queue::draw::leaf;
use domain::queue::place::{By, Entry};
use domain::waiting_room::WaitingRoom;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::collections::BTreeMap;

/// Bytes of a digest, and of a number, in a row.
const DIGEST: usize = 32;
const NUMBER: usize = 4;

/// Which entrants are meant: those of one priority in one draw.
#[derive(Clone, Copy, Debug)]
pub struct Entrants<'a> {
    /// The event.
    pub event: &'a EventId,
    /// The draw.
    pub commitment: &'a Digest,
    /// The root over the priority's leaves.
    pub root: &'a Digest,
}

/// A place that was left before its number was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftPlace {
    /// Whose it was.
    pub buyer: BuyerId,
    /// The place.
    pub entry: Entry,
    /// When it was left.
    pub left_at: Moment,
}

impl Store {
    /// Keeps the sealed seed of a draw. Nobody overwrites one: its key is the digest of the seed.
    pub async fn keep_seed(&self, event: &EventId, commitment: &Digest, sealed: Vec<u8>) -> Result<(), StoreError> {
        let mut item = keyed(&key::seed(event, commitment));
        item.insert("sealed".to_owned(), bytes(sealed));
        self.put_row(item).await
    }

    /// The sealed seed of a draw.
    pub async fn sealed_seed(&self, event: &EventId, commitment: &Digest) -> Result<Vec<u8>, StoreError> {
        let item = self.get(&key::seed(event, commitment)).await?;
        item.as_ref()
            .and_then(|item| blob(item, "sealed"))
            .map(<[u8]>::to_vec)
            .ok_or_else(|| bad_row("sealed", "missing"))
    }

    /// The leaves of all who take part, by priority, each in ascending order: who has a place by lot that was taken up to a moment,
    /// and has not left it. One consistent reading, page by page; of a place only its leaf is remembered.
    pub async fn read_entrants(
        &self,
        event: &EventId,
        room: &WaitingRoom,
        until: Moment,
    ) -> Result<BTreeMap<PriorityName, Vec<Digest>>, StoreError> {
        let shards = (0..room.shards).map(|shard| self.entrants_of_shard(event, shard, until));
        let shards = stream::iter(shards).buffer_unordered(DRAW_READS_IN_FLIGHT);
        let merge = async |mut all: BTreeMap<PriorityName, Vec<Digest>>, some: BTreeMap<PriorityName, Vec<Digest>>| {
            for (priority, leaves) in some {
                all.entry(priority).or_default().extend(leaves);
            }
            Ok(all)
        };
        let mut all = shards.try_fold(BTreeMap::new(), merge).await?;
        all.values_mut().for_each(|leaves| leaves.sort_unstable());
        Ok(all)
    }

    async fn entrants_of_shard(
        &self,
        event: &EventId,
        shard: u32,
        until: Moment,
    ) -> Result<BTreeMap<PriorityName, Vec<Digest>>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(key::places(event, shard)))
            .consistent_read(true);
        let mut entrants: BTreeMap<PriorityName, Vec<Digest>> = BTreeMap::new();
        let mut start = None;
        loop {
            let page = self.patiently(|| self.send(query.clone().set_exclusive_start_key(start.clone()))).await?;
            for item in page.items() {
                let entry = read_entry(item)?;
                let takes_part = entry.by == By::Lot && entry.left_at.is_none() && entry.joined_at <= until;
                if takes_part {
                    entrants.entry(entry.priority).or_default().push(leaf(&buyer(item)?));
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(entrants);
            }
        }
    }

    /// Writes the entrants of one priority: their chunks, then the index. What lies there already is the same, and stays: a write
    /// that comes late must not take numbers away that were drawn since.
    pub async fn write_entrants(
        &self,
        event: &Event,
        commitment: &Digest,
        (index, leaves): (&Index, &[Digest]),
    ) -> Result<(), StoreError> {
        let root = index.root();
        let rows = leaves.chunks(leaves_in_a_chunk(leaves.len())).enumerate().map(async |(at, chunk)| {
            let mut item = keyed(&key::draw_chunk(&event.id, commitment, &root, at));
            item.insert("leaves".to_owned(), digests(chunk));
            item.insert("ttl".to_owned(), ttl(event));
            self.patiently(|| self.put_if_absent(item.clone())).await.map(drop)
        });
        stream::iter(rows).buffer_unordered(DRAW_WRITES_IN_FLIGHT).try_collect::<()>().await?;
        let mut item = keyed(&key::draw_index(&event.id, commitment, &root));
        item.insert("size".to_owned(), number(index.size));
        item.insert("firsts".to_owned(), digests(&index.firsts));
        item.insert("roots".to_owned(), digests(&index.roots));
        item.insert("ttl".to_owned(), ttl(event));
        self.put_if_absent(item).await.map(drop)
    }

    /// Adds the numbers of one priority's entrants to their chunks. They follow from seed and leaves, so adding them again changes
    /// nothing.
    pub async fn write_numbers(&self, of: Entrants<'_>, numbers: &[u32]) -> Result<(), StoreError> {
        let rows = numbers.chunks(leaves_in_a_chunk(numbers.len())).enumerate().map(async |(at, chunk)| {
            let update = self
                .update_item(&key::draw_chunk(of.event, of.commitment, of.root, at))
                .condition_expression("attribute_exists(leaves)")
                .update_expression("SET numbers = :numbers")
                .expression_attribute_values(
                    ":numbers",
                    bytes(chunk.iter().flat_map(|number| number.to_be_bytes()).collect()),
                );
            match self.patiently(|| self.send_update(update.clone())).await? {
                true => Ok(()),
                false => Err(bad_row("leaves", "missing")),
            }
        });
        stream::iter(rows).buffer_unordered(DRAW_WRITES_IN_FLIGHT).try_collect().await
    }

    /// Tries again for a while where the table is throttled.
    async fn patiently<T, F>(&self, request: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        for _ in 1..DRAW_ROW_TRIES {
            match request().await {
                Err(StoreError::Unavailable) => tokio::time::sleep(self.draw(DRAW_ROW_PAUSE_MS)).await,
                answer => return answer,
            }
        }
        request().await
    }

    /// Takes the lease of an event's draw, or renews it, unless another doorkeeper has it; says whether it is `holder`'s now.
    pub async fn lease_draw(&self, event: &Event, holder: &str, now: Moment) -> Result<bool, StoreError> {
        let mut item = keyed(&key::draw_lease(&event.id));
        item.insert("holder".to_owned(), text(holder));
        item.insert("until".to_owned(), number(now.plus(DRAW_LEASE_MS).0));
        item.insert("ttl".to_owned(), ttl(event));
        let put = self.client.put_item().set_item(Some(item));
        let put = put
            .condition_expression("attribute_not_exists(pk) OR holder = :holder OR #until < :now")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":holder", text(holder))
            .expression_attribute_values(":now", number(now.0));
        self.send_put(put).await
    }

    /// The index of one priority's entrants. It never changes.
    pub async fn draw_index(&self, of: Entrants<'_>) -> Result<Index, StoreError> {
        let item = self.get(&key::draw_index(of.event, of.commitment, of.root)).await?;
        let item = item.ok_or_else(|| bad_row("firsts", "missing"))?;
        let size = Reader(&item).number("size")?;
        Ok(Index {
            size: u64::try_from(size).map_err(|_| bad_row("size", "negative"))?,
            firsts: read_digests(&item, "firsts")?,
            roots: read_digests(&item, "roots")?,
        })
    }

    /// One chunk of one priority's entrants.
    pub async fn draw_chunk(&self, of: Entrants<'_>, chunk: usize) -> Result<Chunk, StoreError> {
        let item = self.get(&key::draw_chunk(of.event, of.commitment, of.root, chunk)).await?;
        read_chunk(&item.ok_or_else(|| bad_row("leaves", "missing"))?)
    }

    /// The chunks of one priority's entrants from one to another, both included, in their order and without their numbers, which
    /// alone may change: any replica has what is told, or lacks it.
    pub async fn draw_chunks(&self, of: Entrants<'_>, (first, last): (usize, usize)) -> Result<Vec<Chunk>, StoreError> {
        for consistent in [false, true] {
            let found = self.chunks_of_shards(of, (first, last), consistent).await?;
            if found.len() == last + 1 - first {
                return Ok(found.into_values().collect());
            }
        }
        Err(bad_row("leaves", "missing"))
    }

    async fn chunks_of_shards(
        &self,
        of: Entrants<'_>,
        (first, last): (usize, usize),
        consistent: bool,
    ) -> Result<BTreeMap<usize, Chunk>, StoreError> {
        let bound = |chunk| text(key::draw_chunk_sk(of.commitment, of.root, chunk));
        let shards = (0..DRAW_SHARDS.min(last + 1)).map(async |shard| {
            let query = self
                .query()
                .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
                .expression_attribute_values(":pk", text(key::draw_shard(of.event, shard)))
                .expression_attribute_values(":first", bound(first))
                .expression_attribute_values(":last", bound(last))
                .projection_expression("sk, leaves")
                .consistent_read(consistent);
            self.patiently(|| self.all(query.clone())).await
        });
        let mut chunks = BTreeMap::new();
        for item in try_join_all(shards).await?.iter().flatten() {
            let at =
                Reader(item).maybe("sk").and_then(key::parse_draw_chunk).ok_or_else(|| bad_row("sk", "no chunk"))?;
            chunks.insert(at, read_chunk(item)?);
        }
        Ok(chunks)
    }

    /// Notes that a place is left, or nobody's, whose number is not known. The row's key follows from the place, so noting it again
    /// changes nothing that counts.
    pub async fn note_left(&self, event: &Event, left: &LeftPlace) -> Result<(), StoreError> {
        let LeftPlace { buyer, entry, left_at } = left;
        let mut item = keyed(&key::left_place(&event.id, &entry.priority, entry.by, entry.number));
        item.insert("holder".to_owned(), text(buyer.as_str()));
        item.insert("joinedAt".to_owned(), number(entry.joined_at.0));
        item.insert("leftAt".to_owned(), number(left_at.0));
        item.insert("ttl".to_owned(), ttl(event));
        self.put_row(item).await
    }

    /// How many places by lot were left before their numbers were known.
    pub async fn count_left(&self, event: &EventId, priority: &PriorityName) -> Result<u64, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :lot)")
            .expression_attribute_values(":pk", text(key::left(event, priority)))
            .expression_attribute_values(":lot", text(key::left_by(By::Lot)));
        Ok(self.count(query).await? as u64)
    }

    /// The places of a priority that were left before their numbers were known: all in order of arrival, and of those by lot the ones
    /// that were left since a moment.
    pub async fn left_places(
        &self,
        event: &EventId,
        priority: &PriorityName,
        since: Moment,
    ) -> Result<Vec<LeftPlace>, StoreError> {
        let mut places = Vec::new();
        for (by, since) in [(By::Arrival, Moment(0)), (By::Lot, since)] {
            let query = self
                .query()
                .key_condition_expression("pk = :pk AND begins_with(sk, :by)")
                .filter_expression("leftAt >= :since")
                .expression_attribute_values(":pk", text(key::left(event, priority)))
                .expression_attribute_values(":by", text(key::left_by(by)))
                .expression_attribute_values(":since", number(since.0))
                .consistent_read(true);
            let items = self.patiently(|| self.all(query.clone())).await?;
            for item in &items {
                places.push(read_left(item, priority)?);
            }
        }
        Ok(places)
    }

    /// Whether anybody has a place by lot, as the places themselves say.
    pub async fn has_entrant(&self, event: &EventId, room: &WaitingRoom) -> Result<bool, StoreError> {
        for shard in 0..room.shards {
            let query = self
                .query()
                .key_condition_expression("pk = :pk")
                .filter_expression("attribute_exists(lot) AND attribute_not_exists(leftAt)")
                .expression_attribute_values(":pk", text(key::places(event, shard)))
                .consistent_read(true);
            let mut start = None;
            loop {
                let page = self.send(query.clone().set_exclusive_start_key(start)).await?;
                if page.count() > 0 {
                    return Ok(true);
                }
                start = page.last_evaluated_key;
                if start.is_none() {
                    break;
                }
            }
        }
        Ok(false)
    }
}

fn buyer(item: &Item) -> Result<BuyerId, StoreError> {
    name("sk", BuyerId::stored(Reader(item).text("sk")?))
}

fn read_left(item: &Item, priority: &PriorityName) -> Result<LeftPlace, StoreError> {
    let row = Reader(item);
    let (by, number) = row.maybe("sk").and_then(key::parse_left).ok_or_else(|| bad_row("sk", "no place"))?;
    let (joined_at, left_at) = (Moment(row.number("joinedAt")?), Moment(row.number("leftAt")?));
    let buyer = name("holder", BuyerId::stored(row.text("holder")?))?;
    let entry = Entry { priority: priority.clone(), number, by, behind: None, joined_at, left_at: None };
    Ok(LeftPlace { buyer, entry, left_at })
}

fn bytes(bytes: Vec<u8>) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

fn digests(digests: &[Digest]) -> AttributeValue {
    bytes(digests.iter().flat_map(|digest| digest.0).collect())
}

fn blob<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name).and_then(|value| value.as_b().ok()).map(AsRef::as_ref)
}

fn read_digests(item: &Item, name: &'static str) -> Result<Vec<Digest>, StoreError> {
    match blob(item, name).map(<[u8]>::as_chunks::<DIGEST>) {
        Some((digests, [])) => Ok(digests.iter().copied().map(Digest).collect()),
        Some(_) | None => Err(bad_row(name, "no digests")),
    }
}

fn read_chunk(item: &Item) -> Result<Chunk, StoreError> {
    let numbers = match blob(item, "numbers").unwrap_or_default().as_chunks::<NUMBER>() {
        (numbers, []) => numbers.iter().copied().map(u32::from_be_bytes).collect(),
        _ => return Err(bad_row("numbers", "no numbers")),
    };
    Ok(Chunk { leaves: read_digests(item, "leaves")?, numbers })
}
