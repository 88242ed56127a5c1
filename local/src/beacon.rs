//! The local stack's own beacon, in the form of drand's, so that a draw can wait for one without the network.
//!
//! Its rounds are due by the stack's clock, which can be moved. Its key stands below: whoever knows it knows every round beforehand.
//! That is fine for trying things out, and the reason why nothing but the local stack knows this chain, and `verify-draw` only
//! where it asks this machine.

use anyhow::{Context, Result};
use beacon::Key;
use domain::beacon::{Chain, Published, QUICKNET};
use domain::clock::Moment;
use domain::hex;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where the gateway serves it.
pub const PATH: &str = "/beacon";

/// What the key follows from. It is public, and guards nothing.
const KEY_MATERIAL: &[u8] = b"holdfast-development-beacon-known-to-everyone";
/// The name that is part of the chain's hash.
const NAME: &str = "holdfast-local";
/// A draw in a test need not wait longer than for quicknet.
const PERIOD_SECONDS: u32 = 3;
/// 2026-01-01T00:00:00Z: before any clock that this stack runs by.
const GENESIS_SECONDS: i64 = 1_767_225_600;
/// What a group of drand's nodes that hold a key together would be called; here one holds it.
const GROUP: [u8; 32] = [0; 32];

fn key() -> Result<Key> {
    Key::new(KEY_MATERIAL).context("the local beacon's key is too short")
}

/// The local chain.
pub fn chain() -> Result<Chain> {
    let public_key = key()?.public_key();
    let hash = chain_hash(PERIOD_SECONDS, GENESIS_SECONDS, &public_key, &GROUP, NAME);
    let (genesis, period_ms) = (Moment(GENESIS_SECONDS * 1_000), i64::from(PERIOD_SECONDS) * 1_000);
    Ok(Chain { hash, public_key, genesis, period_ms })
}

/// The chains that the stack's functions know, as the template's parameter has them: quicknet, which nobody asks here, and the local
/// one.
pub fn known() -> Result<String> {
    let Chain { hash, public_key, .. } = chain()?;
    let own = [hex::encode(&hash), hex::encode(&public_key), GENESIS_SECONDS.to_string(), PERIOD_SECONDS.to_string()];
    Ok(format!("{QUICKNET},{}", own.join(":")))
}

/// What drand calls a chain: the hash of what it is made of
/// (<https://github.com/drand/drand/blob/master/common/chain/info.go>, `Hash`).
fn chain_hash(period: u32, genesis: i64, public_key: &[u8; 96], group: &[u8; 32], name: &str) -> [u8; 32] {
    let hash = Sha256::new().chain_update(period.to_be_bytes()).chain_update(genesis.to_be_bytes());
    hash.chain_update(public_key).chain_update(group).chain_update(name).finalize().into()
}

/// The chain as `/info` of drand's HTTP API describes one.
pub fn info() -> Result<Value> {
    let Chain { hash, public_key, .. } = chain()?;
    Ok(json!({
        "public_key": hex::encode(&public_key),
        "period": PERIOD_SECONDS,
        "genesis_time": GENESIS_SECONDS,
        "hash": hex::encode(&hash),
        "groupHash": hex::encode(&GROUP),
        "schemeID": "bls-unchained-g1-rfc9380",
        "metadata": { "beaconID": NAME },
    }))
}

/// The last round that is due.
pub fn latest(now: Timestamp) -> Result<u64> {
    Ok(chain()?.round_due_from(Moment(now.as_millisecond()).plus(1)).saturating_sub(1))
}

/// A round; none while it is not due, and for round 0.
pub fn published(round: u64, now: Timestamp) -> Result<Option<Published>> {
    let is_due = chain()?.due_at(round).is_some_and(|due| due.0 <= now.as_millisecond());
    Ok(if is_due { Some(key()?.sign(round)) } else { None })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use domain::beacon::Chains;

    use super::*;
    use crate::settings;

    #[test]
    fn a_chain_is_called_what_drand_calls_it() {
        let quicknet = Chains::parse(QUICKNET).unwrap().iter().next().unwrap().clone();
        // quicknet's `groupHash` and `metadata.beaconID`, as its `/info` has them.
        let group = hex::decode("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e").unwrap();
        assert_eq!(chain_hash(3, 1_692_803_367, &quicknet.public_key, &group, "quicknet"), quicknet.hash);
    }

    #[test]
    fn the_functions_know_quicknet_and_the_local_chain() {
        let chains = Chains::parse(&known().unwrap()).unwrap();
        assert_eq!(chains.iter().count(), 2);
        let own = chain().unwrap();
        assert_eq!(chains.get(&own.hash), Some(&own));
        let template = std::fs::read_to_string(settings::template_in(&settings::project().unwrap())).unwrap();
        assert!(template.contains(&format!("\n    Default: {QUICKNET}\n")), "the template has another chain");
    }

    #[test]
    fn rounds_are_genuine_and_come_when_they_are_due() {
        let chain = chain().unwrap();
        let due = Timestamp::from_millisecond(chain.due_at(1_000).unwrap().0).unwrap();
        let before = due.checked_sub(jiff::SignedDuration::from_millis(1)).unwrap();
        assert_eq!((latest(before).unwrap(), latest(due).unwrap()), (999, 1_000));
        assert_eq!(published(1_000, before).unwrap(), None);
        assert_eq!((published(0, due).unwrap(), published(u64::MAX, due).unwrap()), (None, None));
        let round = published(1_000, due).unwrap().unwrap();
        assert_eq!(beacon::verify(&chain, 1_000, &round.signature), Ok(round.randomness));
    }
}
