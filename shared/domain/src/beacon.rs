//! Beacons: networks that publish a random number, signed, at moments known long before. A draw that names a round from the
//! start gets its order from a number that nobody knows until that round is due, the house included.
//!
//! A chain is one such network as its public key makes it, and its rounds are numbered from 1. The form is that of drand's scheme
//! `bls-unchained-g1-rfc9380`: keys of 96 bytes, signatures of 48, and as randomness the SHA-256 of a signature. Whether a
//! signature is genuine is for who links the curve to say; this module knows chains, rounds and when they are due.

use crate::clock::Moment;
use crate::hex;
use crate::limits::BEACON_PERIOD_SECONDS;
use serde::{Deserialize, Serialize};

/// One chain of rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// What it is called: the hash of what it is made of.
    pub hash: [u8; 32],
    /// The key that its rounds are signed with, a point on G2 of BLS12-381, compressed.
    pub public_key: [u8; 96],
    /// When round 1 is due.
    pub genesis: Moment,
    /// Time from one round to the next, in milliseconds.
    pub period_ms: i64,
}

impl Chain {
    /// Reads `hash:publicKey:genesisSeconds:periodSeconds`, the first two in hex.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (hash, public_key) = (hex::decode(parts.next()?)?, hex::decode(parts.next()?)?);
        let genesis: u32 = parts.next()?.parse().ok()?;
        let period = parts.next()?.parse().ok().filter(|period| BEACON_PERIOD_SECONDS.contains(period))?;
        let genesis = Moment(i64::from(genesis) * 1_000);
        parts.next().is_none().then_some(Self { hash, public_key, genesis, period_ms: i64::from(period) * 1_000 })
    }

    /// When a round is due; none for round 0, which no chain publishes, and for one so far ahead that no clock shows it.
    #[must_use]
    pub fn due_at(&self, round: u64) -> Option<Moment> {
        let before = i64::try_from(round.checked_sub(1)?).ok()?;
        self.genesis.0.checked_add(before.checked_mul(self.period_ms)?).map(Moment)
    }

    /// The first round that is due at or after a moment.
    #[must_use]
    pub fn round_due_from(&self, moment: Moment) -> u64 {
        let since = moment.0.saturating_sub(self.genesis.0).max(0).unsigned_abs();
        since.div_ceil(self.period_ms.max(1).unsigned_abs()) + 1
    }
}

/// The chains that a deployment knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chains(Vec<Chain>);

impl Chains {
    /// Reads chains, separated by commas, each as `hash:publicKey:genesisSeconds:periodSeconds` with the first two in hex. No text
    /// is no chain.
    ///
    /// # Errors
    /// What is expected instead, to follow the setting's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut chains: Vec<Chain> = Vec::new();
        for text in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let chain = Chain::parse(text).ok_or_else(|| {
                let (least, most) = (BEACON_PERIOD_SECONDS.start(), BEACON_PERIOD_SECONDS.end());
                format!(
                    "must be chains hash:publicKey:genesisSeconds:periodSeconds, separated by commas, with 64 and 192 hexadecimal \
                     digits and a period of {least} to {most} seconds; this is none: {text}"
                )
            })?;
            if chains.iter().any(|known| known.hash == chain.hash) {
                return Err(format!("must name each chain once, and names {} twice", hex::encode(&chain.hash)));
            }
            chains.push(chain);
        }
        Ok(Self(chains))
    }

    /// The chain that is called so.
    #[must_use]
    pub fn get(&self, hash: &[u8; 32]) -> Option<&Chain> {
        self.0.iter().find(|chain| chain.hash == *hash)
    }

    /// All of them, in the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = &Chain> {
        self.0.iter()
    }
}

impl FromIterator<Chain> for Chains {
    fn from_iter<T: IntoIterator<Item = Chain>>(chains: T) -> Self {
        Self(chains.into_iter().collect())
    }
}

/// drand's network `quicknet` as the setting names it; <https://api.drand.sh/52db…e971/info> describes it.
pub const QUICKNET: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971:83cf0f2896adee7eb8b5f01fcad3912212c437e\
    0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a\
    6e9c76a4bc09e76eae8991ef5ece45a:1692803367:3";

/// The round that a draw waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeaconRound {
    /// What the chain is called.
    #[serde(with = "crate::hex")]
    pub chain: [u8; 32],
    /// Its number, from 1.
    pub round: u64,
}

/// What a chain has published as a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The random number: the SHA-256 of the signature.
    #[serde(with = "crate::hex")]
    pub randomness: [u8; 32],
    /// The chain's signature of the round's number, a point on G1 of BLS12-381, compressed.
    #[serde(with = "crate::hex")]
    pub signature: [u8; 48],
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain::parse(QUICKNET).unwrap()
    }

    #[test]
    fn chains_are_read_from_the_setting_and_found_by_their_hash() {
        let other = QUICKNET.replacen("52db", "52dc", 1).replace(":3", ":30");
        let chains = Chains::parse(&format!(" {QUICKNET} , {other},")).unwrap();
        assert_eq!(chains.iter().count(), 2);
        assert_eq!(chains.get(&chain().hash), Some(&chain()));
        assert_eq!(chains.get(&hex::decode(&other[..64]).unwrap()).unwrap().period_ms, 30_000);
        assert_eq!(chains.get(&[0; 32]), None);
        assert_eq!(Chains::parse(" ").unwrap(), Chains::default());
    }

    #[test]
    fn a_setting_that_is_no_list_of_chains_is_refused_with_the_part_that_is_none() {
        let wrong = [
            "quicknet".to_owned(),
            QUICKNET.replacen("52db", "52d", 1),
            QUICKNET.replacen(":83cf", ":", 1),
            QUICKNET.replace("1692803367", "-1"),
            QUICKNET.replace("1692803367", "1692803367000"),
            QUICKNET.replace(":3", ":0"),
            QUICKNET.replace(":3", ":3601"),
            QUICKNET.replace(":3", ":3.5"),
            format!("{QUICKNET}:bls"),
            QUICKNET.strip_suffix(":3").unwrap().to_owned(),
        ];
        for text in wrong {
            let why = Chains::parse(&format!("{QUICKNET},{text}")).unwrap_err();
            assert!(why.starts_with("must be chains hash:publicKey:genesisSeconds:periodSeconds,"), "{why}");
            assert!(why.ends_with(&format!(": {text}")), "{why}");
        }
        let twice = Chains::parse(&format!("{QUICKNET},{QUICKNET}")).unwrap_err();
        assert_eq!(twice, format!("must name each chain once, and names {} twice", &QUICKNET[..64]));
    }

    #[test]
    fn a_round_is_due_a_period_after_the_one_before_it() {
        let chain = chain();
        assert_eq!(chain.due_at(1), Some(Moment(1_692_803_367_000)));
        assert_eq!(chain.due_at(2), Some(Moment(1_692_803_370_000)));
        // (657,413 − 1) · 3 s after genesis.
        assert_eq!(chain.due_at(657_413).unwrap().rfc3339(), "2023-09-15T11:00:03.000Z");
        assert_eq!((chain.due_at(0), chain.due_at(u64::MAX)), (None, None));
        assert_eq!(chain.due_at(i64::MAX.unsigned_abs()), None);
    }

    #[test]
    fn the_first_round_from_a_moment_is_due_then_or_less_than_a_period_later() {
        let chain = chain();
        for (after_genesis, round) in [(-5_000, 1), (0, 1), (1, 2), (2_999, 2), (3_000, 2), (3_001, 3)] {
            let moment = chain.genesis.plus(after_genesis);
            assert_eq!(chain.round_due_from(moment), round, "{after_genesis} ms after genesis");
            let due = chain.due_at(round).unwrap();
            assert!(due >= moment && (round == 1 || due.0 - moment.0 < chain.period_ms));
        }
        assert_eq!(chain.round_due_from(Moment(i64::MIN)), 1);
        assert!(chain.round_due_from(Moment(i64::MAX)) > 1);
    }

    #[test]
    fn an_events_row_has_the_chain_in_hex() {
        let round = BeaconRound { chain: chain().hash, round: 12 };
        let row = serde_json::to_value(round).unwrap();
        assert_eq!(row, serde_json::json!({ "chain": &QUICKNET[..64], "round": 12 }));
        assert_eq!(serde_json::from_value::<BeaconRound>(row).unwrap(), round);
    }
}
