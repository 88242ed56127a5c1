//! Whether a draw was fair, as its rows tell: who takes part is who had come before the reading, nobody twice and nobody missing; it is
//! fixed before the seed is shown, drawn once, and in the order that the seed and the beacon make. Everything is computed anew from
//! what is public, with none of the code that is judged.

use crate::beacon::chain;
use crate::world::CLOCKS_APART_MS;
use audit::InLineView;
use domain::name::PriorityName;
use domain::queue::draw::lot::{Lot, Phase, Trees};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

type Hash = [u8; 32];

/// The reading begins so long after the opening, and a place may bear a time that is later by as much again, in ms.
const READS_AFTER_MS: i64 = 2_000;
/// The roots are shown for so long before the seed, in ms.
const SHOWN_MS: i64 = 6_000;

/// A place that was taken for the lot.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    at: i64,
    view: InLineView,
    /// When it stood in the table that it was left.
    left: Option<i64>,
}

/// One draw, and all that was committed of it.
#[derive(Debug, Default)]
pub(crate) struct Lottery {
    opens_at: i64,
    entered: BTreeMap<String, Vec<Entered>>,
    /// Leaves by root and chunk.
    chunks: BTreeMap<String, BTreeMap<String, Vec<Hash>>>,
    told: Option<Lot>,
    fixed_at: i64,
    drawn_at: Option<i64>,
    /// The number of everyone who takes part, once they are drawn.
    numbers: BTreeMap<String, (PriorityName, u64)>,
}

impl Lottery {
    pub(crate) fn at(opens_at: i64) -> Self {
        Self { opens_at, ..Self::default() }
    }

    /// When the numbers were drawn.
    pub(crate) fn drawn_at(&self) -> Option<i64> {
        self.drawn_at
    }

    /// How many of a priority have a number by lot.
    pub(crate) fn drawn(&self, priority: &PriorityName) -> u64 {
        self.told.as_ref().map_or(0, |lot| lot.drawn(priority))
    }

    /// How many take part.
    pub(crate) fn entrants(&self) -> usize {
        self.numbers.len()
    }

    /// The number of a buyer who takes part, with the place as it is now.
    pub(crate) fn number(&self, buyer: &str) -> Option<(PriorityName, u64, &InLineView)> {
        let (priority, number) = self.numbers.get(buyer)?.clone();
        Some((priority, number, &self.entered.get(buyer)?.last()?.view))
    }

    /// Everyone who takes part.
    pub(crate) fn buyers(&self) -> Vec<String> {
        self.numbers.keys().cloned().collect()
    }

    /// A place for the lot is taken, or left.
    pub(crate) fn enter(&mut self, now: i64, view: InLineView) {
        let all = self.entered.entry(view.buyer.clone()).or_default();
        let left = view.left_at.map(|_| now);
        match all.last_mut().filter(|last| last.view.number == view.number && last.view.priority == view.priority) {
            Some(last) => (last.left, last.view) = (last.left.or(left), view),
            None => all.push(Entered { at: now, view, left }),
        }
    }

    /// A chunk of entrants is written.
    pub(crate) fn write(&mut self, sk: &str, leaves: Vec<Hash>) {
        let mut parts = sk.split('#').skip(1);
        if let (Some(root), Some(chunk)) = (parts.next(), parts.next()) {
            self.chunks.entry(root.to_owned()).or_default().insert(chunk.to_owned(), leaves);
        }
    }

    /// The draw is told further; says what is wrong with that.
    pub(crate) fn tell(&mut self, now: i64, lot: Option<&Lot>, lets_in: bool) -> Option<String> {
        let is_settled = lot.is_some_and(Lot::is_settled);
        if lets_in && !is_settled {
            return Some("people are let in before the numbers are drawn and settled".to_owned());
        }
        let Some(lot) = lot else { return self.told.is_some().then(|| "the draw is forgotten".to_owned()) };
        let before = self.told.replace(lot.clone());
        match (before.map(|before| before.phase), &lot.phase) {
            (None | Some(Phase::Gathering { .. }), Phase::Gathering { .. }) => None,
            (None | Some(Phase::Gathering { .. }), Phase::Fixed { trees, .. }) => {
                self.fixed_at = now;
                self.wrong_entrants(now, trees)
            }
            (Some(Phase::Fixed { trees: was, .. }), Phase::Fixed { trees, beacon, .. }) => {
                let is_kept = was == *trees && beacon.is_some();
                (!is_kept).then(|| "who takes part was fixed twice".to_owned())
            }
            (Some(Phase::Fixed { trees: was, .. }), Phase::Drawn { trees, .. }) if was == *trees => {
                self.drawn_at = Some(now);
                let early = now - self.fixed_at < SHOWN_MS - 2 * CLOCKS_APART_MS;
                early
                    .then(|| "the seed is shown at once after the roots".to_owned())
                    .or_else(|| self.wrong_numbers(lot))
            }
            (Some(Phase::Drawn { trees: was, seed: had, .. }), Phase::Drawn { trees, seed, is_settled: true, .. })
                if was == *trees && had == *seed =>
            {
                None
            }
            (before, after) => Some(format!("the draw went from {before:?} to {after:?}")),
        }
    }

    /// The leaves of a priority, as its chunks have them; none where they are not those of the root.
    fn leaves(&self, root: &str, size: u64) -> Option<Vec<Hash>> {
        if size == 0 {
            return (root == hex(&Sha256::digest([]).into())).then(Vec::new);
        }
        let leaves: Vec<Hash> = self.chunks.get(root)?.values().flatten().copied().collect();
        let is_sorted = leaves.windows(2).all(|pair| pair[0] < pair[1]);
        (leaves.len() as u64 == size && is_sorted && hex(&tree(&leaves)) == root).then_some(leaves)
    }

    fn wrong_entrants(&self, now: i64, trees: &Trees) -> Option<String> {
        let by_leaf: BTreeMap<Hash, &String> = self.entered.keys().map(|buyer| (leaf(buyer), buyer)).collect();
        let mut inside = BTreeSet::new();
        for (priority, drawn) in trees {
            let Some(leaves) = self.leaves(&drawn.root.to_string(), drawn.size) else {
                return Some(format!("the entrants of {priority} are not those of the root"));
            };
            for leaf in leaves {
                let Some(buyer) = by_leaf.get(&leaf) else {
                    return Some("somebody takes part who never came".to_owned());
                };
                if !inside.insert((*buyer).clone()) {
                    return Some(format!("{buyer} takes part twice"));
                }
                let may = |one: &Entered| one.view.priority == priority.as_str() && self.may_take_part(one);
                if !self.entered[*buyer].iter().any(may) {
                    return Some(format!("{buyer} takes part: {:?}", self.entered[*buyer]));
                }
            }
        }
        let missing = self.entered.iter().find(|(buyer, all)| {
            all.last().is_some_and(|one| self.must_take_part(now, one)) && !inside.contains(*buyer)
        });
        missing.map(|(buyer, all)| format!("{buyer} is missing: {all:?}"))
    }

    /// By whatever clock the reading began first.
    fn read_from(&self) -> i64 {
        self.opens_at + READS_AFTER_MS - CLOCKS_APART_MS
    }

    fn may_take_part(&self, one: &Entered) -> bool {
        let came = one.view.joined_at <= self.opens_at + 2 * READS_AFTER_MS;
        came && one.left.is_none_or(|left| left >= self.read_from())
    }

    fn must_take_part(&self, now: i64, one: &Entered) -> bool {
        one.at < self.read_from() && one.left.is_none_or(|left| left > now)
    }

    fn wrong_numbers(&mut self, lot: &Lot) -> Option<String> {
        let Phase::Drawn { trees, seed, beacon, .. } = &lot.phase else { return None };
        if Hash::from(Sha256::digest(seed.0)) != lot.commitment.0 {
            return Some("the seed is not the one that was committed to".to_owned());
        }
        let key = match beacon {
            None => seed.0,
            Some(round) => {
                let is_genuine = Hash::from(Sha256::digest(round.signature)) == round.randomness;
                if !is_genuine || chain().is_err() {
                    return Some("the round is not genuine".to_owned());
                }
                mac(&seed.0, &round.randomness)
            }
        };
        let by_leaf: BTreeMap<Hash, String> = self.entered.keys().map(|buyer| (leaf(buyer), buyer.clone())).collect();
        for (priority, drawn) in trees {
            let mut leaves = self.leaves(&drawn.root.to_string(), drawn.size)?;
            leaves.sort_by_key(|leaf| mac(&key, leaf));
            for (number, leaf) in (1..).zip(leaves) {
                self.numbers.insert(by_leaf.get(&leaf)?.clone(), (priority.clone(), number));
            }
        }
        None
    }

    /// What is wrong with what a buyer is told: that the number is not known yet, or that the buyer takes part.
    pub(crate) fn untrue(&self, buyer: &str, (from, to): (i64, i64), data: &Value) -> Option<String> {
        let knows_surely = |at: Option<i64>| at.is_some_and(|at| at < from);
        if data["number"].is_null() && knows_surely(self.drawn_at) {
            return Some("the numbers were drawn".to_owned());
        }
        if !data["number"].is_null() && self.drawn_at.is_none_or(|at| at > to) {
            return Some("no number was drawn".to_owned());
        }
        let inclusion = &data["inclusion"];
        if inclusion.is_null() {
            let by_lot = self.number(buyer).is_some_and(|(_, number, _)| data["number"] == number);
            return by_lot.then(|| "a number by lot, and nothing shows it".to_owned());
        }
        let trees = self.told.as_ref().and_then(Lot::trees)?;
        let root = data["priority"].as_str().and_then(|name| trees.iter().find(|(known, _)| known.as_str() == name));
        let Some((_, tree)) = root else { return Some("no such priority was drawn".to_owned()) };
        let (index, size) = (inclusion["leafIndex"].as_u64()?, inclusion["treeSize"].as_u64()?);
        let path: Vec<Hash> = inclusion["path"].as_array()?.iter().filter_map(|hash| unhex(hash.as_str()?)).collect();
        let is_in = size == tree.size && leads_to(leaf(buyer), (index, size), &path).as_ref() == Some(&tree.root.0);
        (!is_in).then(|| "the path does not lead to the root".to_owned())
    }
}

fn leaf(buyer: &str) -> Hash {
    Sha256::digest(buyer).into()
}

fn mac(key: &Hash, message: &Hash) -> Hash {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

fn of_leaf(leaf: &Hash) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The root of a tree, level by level from below: whoever has no sibling goes up alone.
fn tree(leaves: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = leaves.iter().map(of_leaf).collect();
    while level.len() > 1 {
        level =
            level.chunks(2).map(|pair| if let [left, right] = pair { node(left, right) } else { pair[0] }).collect();
    }
    level[0]
}

/// The root to which a path leads, as RFC 9162, section 2.1.3.2, has it checked.
fn leads_to(leaf: Hash, (index, size): (u64, u64), path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last, mut hash) = (index, size.checked_sub(1)?, of_leaf(&leaf));
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = node(sibling, &hash);
            while at.is_multiple_of(2) && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node(&hash, sibling);
        }
        (at, last) = (at / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

fn hex(hash: &Hash) -> String {
    domain::hex::encode(hash)
}

fn unhex(text: &str) -> Option<Hash> {
    domain::hex::decode(text)
}
