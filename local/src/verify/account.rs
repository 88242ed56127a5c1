//! What a deployment tells of a draw, held against what follows from it.

use std::fmt;

use anyhow::{Context, Result};
use domain::beacon::{Chain, Chains};
use domain::clock::Moment;
use domain::hex;
use sha2::{Digest, Sha256};

use super::entrants::Entrants;
use super::noted::Noted;
use super::plain::Plain;
use super::told::{Beacon, Draw, Hash};
use super::{order, tree};

/// How long after the opening a round has to be due, at least: it must be named before, and not known when entrants are fixed.
const AFTER_OPENING_MS: i64 = 60_000;

/// What a finding says of a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Ok,
    Fail,
    /// Nothing is wrong, and whoever relies on the draw should know it.
    Note,
}

/// One thing that was looked for.
#[derive(Debug)]
struct Finding {
    mark: Mark,
    what: String,
    /// Further lines, such as the hashes of a path.
    below: Vec<String>,
}

/// What was found, in the order in which it was looked for.
#[derive(Debug, Default)]
pub struct Account {
    findings: Vec<Finding>,
    /// What is still to come.
    waits_for: Option<String>,
}

/// What an account comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Holds,
    /// Nothing is wrong, and something is still to come.
    NotYet(String),
    Broken,
}

impl Account {
    /// Notes a finding.
    pub fn finds(&mut self, holds: bool, what: impl Into<String>) {
        self.add(if holds { Mark::Ok } else { Mark::Fail }, what);
    }

    fn add(&mut self, mark: Mark, what: impl Into<String>) {
        self.findings.push(Finding { mark, what: what.into(), below: Vec::new() });
    }

    fn fails(&self) -> usize {
        self.findings.iter().filter(|finding| finding.mark == Mark::Fail).count()
    }

    pub fn verdict(&self) -> Verdict {
        match &self.waits_for {
            _ if self.fails() > 0 => Verdict::Broken,
            Some(what) => Verdict::NotYet(what.clone()),
            None => Verdict::Holds,
        }
    }

    /// Holds what was noted before the opening against what is told now. A house could change all of it after it knows who takes
    /// part, and the rest would still fit.
    pub fn compares(&mut self, noted: &Noted, draw: Option<&Draw>) {
        let Some(draw) = draw else {
            return self.finds(false, "a draw was noted, and this event's waiting room has none by lot now");
        };
        let beacon = draw.beacon.as_ref();
        if let Some(commitment) = noted.commitment {
            self.is_as_noted("commitment", commitment, Some(draw.commitment));
        }
        if let Some(chain) = noted.chain {
            self.is_as_noted("chain", chain, beacon.map(|beacon| beacon.chain));
        }
        if let Some(round) = noted.round {
            self.is_as_noted("round", round, beacon.map(|beacon| beacon.round));
        }
        let mut missing = vec![("commitment", "--commitment", noted.commitment.is_none())];
        if beacon.is_some() {
            missing.push(("chain", "--chain-hash", noted.chain.is_none()));
            missing.push(("round", "--round", noted.round.is_none()));
        }
        for (what, option, _) in missing.into_iter().filter(|(_, _, is_missing)| *is_missing) {
            let what =
                format!("no {what} was given to compare with: {option} takes one that was noted before the opening");
            self.add(Mark::Note, what);
        }
    }

    fn is_as_noted<T: PartialEq + fmt::Display>(&mut self, what: &str, noted: T, told: Option<T>) {
        match told {
            Some(told) if told == noted => self.finds(true, format!("the {what} is the one that was noted: {noted}")),
            Some(told) => self.finds(false, format!("the {what} is {told} now, and {noted} was noted")),
            None => self.finds(false, format!("the draw names no {what} now, and {noted} was noted")),
        }
    }

    /// Recomputes a draw, as far as it has come.
    pub fn judge(
        &mut self,
        draw: &Draw,
        opens_at: Option<&str>,
        entrants: &Entrants,
        chains: &Chains,
        sub: Option<&str>,
    ) -> Result<()> {
        let named = draw.beacon.as_ref().and_then(|beacon| self.names_a_round(beacon, opens_at, chains));
        if draw.beacon.is_none() {
            self.add(Mark::Note, "no beacon: the house could have known the seed, and so the order, from the start");
        }
        let Some(roots) = draw.entrants_root.as_ref().filter(|roots| !roots.is_empty()) else {
            if draw.seed.is_some() {
                self.finds(false, "the seed is shown, and no root: it had to be fixed before who takes part");
            } else if draw.entrants_root.is_some() {
                self.finds(false, "the entrants are fixed, and of no priority a root was told");
            }
            let note: String = match &draw.beacon {
                Some(beacon) => format!(", chain {} and round {}", beacon.chain, beacon.round),
                None => String::new(),
            };
            self.waits_for = Some(format!(
                "it is not fixed yet who takes part. Note before the opening commitment {}{note}: all of it has to stay as it is",
                draw.commitment
            ));
            return Ok(());
        };
        self.counts(draw, entrants);
        for (priority, told) in roots {
            let found = tree::root(entrants.leaves(priority));
            let is_told = found == *told;
            let else_told = if is_told { String::new() } else { format!(", and {told} was told") };
            self.finds(is_told, format!("the root of {priority} is {found}{else_told}"));
        }
        for priority in entrants.priorities().filter(|priority| !roots.contains_key(*priority)) {
            self.finds(false, format!("there are leaves of {priority}, and no root of it was told"));
        }
        let key = self.key(draw, named);
        if key.is_none() && self.waits_for.is_none() {
            return Ok(());
        }
        for priority in entrants.priorities() {
            self.numbers(priority, entrants.leaves(priority), key, sub)?;
        }
        if let Some(sub) = sub.filter(|sub| entrants.priorities().all(|of| !has(entrants.leaves(of), sub))) {
            self.finds(false, format!("{sub} does not take part: the leaf {} is in no page", order::leaf(sub)));
        }
        Ok(())
    }

    /// The chain of a beacon's round, if it is one that is known, and when the round is due.
    fn names_a_round<'a>(&mut self, beacon: &Beacon, opens_at: Option<&str>, chains: &'a Chains) -> Option<&'a Chain> {
        let Some(chain) = chains.get(&beacon.chain.0) else {
            let what = "which is not known here. Whoever has its key knows every round beforehand: find out who that is, and then \
                        --chain hash:publicKey:genesisSeconds:periodSeconds makes it known";
            self.finds(false, format!("the round is one of chain {}, {what}", beacon.chain));
            return None;
        };
        let due = chain.due_at(beacon.round);
        let opens = opens_at.and_then(|opens_at| Moment::parse(opens_at).ok());
        match (due, opens) {
            (Some(due), Some(opens)) => {
                let after = due.0.saturating_sub(opens.0);
                let what = format!(
                    "round {} is due at {}, {} s after the opening",
                    beacon.round,
                    due.rfc3339(),
                    after / 1_000
                );
                self.finds(after >= AFTER_OPENING_MS, what);
            }
            (due, _) => {
                let due = due.map_or("never".to_owned(), |due| format!("at {}", due.rfc3339()));
                self.finds(
                    false,
                    format!("round {} is due {due}, and no opening was told that it could come after", beacon.round),
                );
            }
        }
        Some(chain)
    }

    fn counts(&mut self, draw: &Draw, entrants: &Entrants) {
        let (count, pages) = (entrants.count(), entrants.pages_read());
        let is_told = u64::try_from(count) == Ok(draw.entrants);
        let pages = if pages == 1 { "one page".to_owned() } else { format!("{pages} pages") };
        self.finds(is_told, format!("{count} leaves on {pages}, and {} entrants", draw.entrants));
        if let Some(leaf) = entrants.twice() {
            self.finds(false, format!("the leaf {leaf} stands in two priorities"));
        }
    }

    /// What the order follows from: the seed, if it is the one that was committed to, and the beacon's randomness, if it is genuine.
    fn key(&mut self, draw: &Draw, chain: Option<&Chain>) -> Option<Hash> {
        let Some(seed) = draw.seed else {
            let what =
                draw.beacon.as_ref().map(|beacon| format!("the lot is not drawn: it waits for round {}", beacon.round));
            self.waits_for = Some(what.unwrap_or_else(|| "the lot is not drawn".to_owned()));
            return None;
        };
        let is_committed = Hash(Sha256::digest(seed).into()) == draw.commitment;
        let what = if is_committed { "is the one that was committed to" } else { "does not match the commitment" };
        self.finds(is_committed, format!("the seed {seed} {what}: {}", draw.commitment));
        let Some(beacon) = &draw.beacon else { return is_committed.then(|| order::key(seed, None)) };
        let randomness = genuine(beacon, chain?);
        match &randomness {
            Ok(randomness) => {
                self.finds(true, format!("round {} is genuine, its randomness {randomness}", beacon.round))
            }
            Err(why) => self.finds(false, format!("round {} is not genuine: {why}", beacon.round)),
        }
        let randomness = randomness.ok().filter(|_| is_committed)?;
        Some(order::key(seed, Some(randomness)))
    }

    /// The order of a priority, and in it one buyer.
    fn numbers(&mut self, priority: &str, leaves: &[Hash], key: Option<Hash>, sub: Option<&str>) -> Result<()> {
        let order = key.map(|key| order::order(key, leaves));
        if let Some(order) = &order {
            let fingerprint = order::fingerprint(leaves, order);
            self.finds(
                true,
                format!("numbers 1 to {} of {priority} follow; fingerprint of this order {fingerprint}", leaves.len()),
            );
        }
        let Some(sub) = sub.filter(|sub| has(leaves, sub)) else { return Ok(()) };
        let leaf = order::leaf(sub);
        let at = leaves.binary_search(&leaf).ok().context("a leaf that is there is not found")?;
        let path = tree::path(leaves, at).context("a leaf that is there has no path")?;
        let leads = tree::root_by(leaf, at, leaves.len(), &path) == Some(tree::root(leaves));
        let number = order.and_then(|order| order.iter().position(|of| *of == at));
        let number = number.map_or("no number yet".to_owned(), |before| format!("number {}", before + 1));
        let place = format!("leafIndex {at} of treeSize {}", leaves.len());
        let below = path.iter().map(Hash::to_string).collect();
        let mark = if leads { Mark::Ok } else { Mark::Fail };
        let what = format!("{sub} has {number} of {priority}: leaf {leaf}, {place}, path");
        self.findings.push(Finding { mark, what, below });
        Ok(())
    }
}

fn has(leaves: &[Hash], sub: &str) -> bool {
    leaves.binary_search(&order::leaf(sub)).is_ok()
}

/// The randomness of a round that its chain has signed, which is also what was told as such.
fn genuine(beacon: &Beacon, chain: &Chain) -> Result<Hash, String> {
    let signature =
        beacon.signature.as_deref().and_then(hex::decode::<48>).ok_or("its signature is not 48 bytes in hex")?;
    let randomness = ::beacon::verify(chain, beacon.round, &signature).map_err(|why| why.to_string())?;
    match beacon.randomness {
        Some(told) if told.0 == randomness => Ok(told),
        _ => Err("its randomness is not the SHA-256 of its signature".to_owned()),
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { mark, what, below } in &self.findings {
            let mark = match mark {
                Mark::Ok => "  ok",
                Mark::Fail => "FAIL",
                Mark::Note => "note",
            };
            writeln!(f, "  {mark}  {}", Plain(what))?;
            for line in below {
                writeln!(f, "          {}", Plain(line))?;
            }
        }
        match self.verdict() {
            Verdict::Holds => writeln!(f, "The draw holds."),
            Verdict::NotYet(what) => writeln!(f, "Nothing is wrong so far; {}.", Plain(&what)),
            Verdict::Broken => {
                let looked_for = self.findings.iter().filter(|finding| finding.mark != Mark::Note).count();
                writeln!(f, "The draw does not hold: {} of {looked_for} findings fail.", self.fails())
            }
        }
    }
}
