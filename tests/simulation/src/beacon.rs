//! A beacon with a key of its own: each round is there when it is due, or some time later, and is out of reach now and then.

use crate::world::{EPOCH_MS, World};
use beacon::{Key, Missing, Rounds};
use domain::beacon::{Chain, Published};
use domain::clock::Moment;
use futures::future::BoxFuture;
use std::sync::Arc;

/// What the chain's key follows from.
const KEY: [u8; 32] = [7; 32];
/// What the chain is called.
pub const CHAIN: [u8; 32] = [9; 32];
const PERIOD_MS: i64 = 3_000;
/// How often a round is out of reach, in hundredths; so often that a draw waits for several rounds of the doorkeeper.
const OUT_OF_REACH: u32 = 70;

/// The beacon of a world.
pub struct Beacon(pub Arc<World>);

/// The chain, as functions are told of it.
///
/// # Errors
/// The key is none.
pub fn chain() -> Result<Chain, String> {
    let key = Key::new(&KEY).ok_or("no key")?;
    Ok(Chain { hash: CHAIN, public_key: key.public_key(), genesis: Moment(EPOCH_MS), period_ms: PERIOD_MS })
}

impl Rounds for Beacon {
    fn round<'a>(&'a self, chain: &'a Chain, round: u64) -> BoxFuture<'a, Result<Published, Missing>> {
        let is_due = chain.due_at(round).is_some_and(|due| due.0 <= self.0.now());
        let is_there = is_due && (!self.0.faults().on || self.0.rng().u32(0..100) >= OUT_OF_REACH);
        let published = Key::new(&KEY).filter(|_| is_there).map(|key| key.sign(round)).ok_or(Missing);
        Box::pin(async move { published })
    }
}
