//! What a deployment tells everybody about a draw: as much of its answers as is checked.

use std::collections::BTreeMap;
use std::fmt;

use domain::hex;
use serde::Deserialize;

/// 32 bytes, which answers have in hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Hash(#[serde(with = "hex")] pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// An answer.
#[derive(Deserialize)]
pub struct Answer<T> {
    pub data: T,
}

/// The line of a waiting room.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub opens_at: Option<String>,
    pub draw: Option<Draw>,
}

/// Its draw by lot.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draw {
    /// The SHA-256 of the seed.
    pub commitment: Hash,
    /// How many take part.
    pub entrants: u64,
    /// The root of each priority's tree, once it is fixed who takes part.
    pub entrants_root: Option<BTreeMap<String, Hash>>,
    /// What the order follows from, once it is drawn.
    pub seed: Option<Hash>,
    pub beacon: Option<Beacon>,
}

/// The round that a draw waits for.
#[derive(Clone, Deserialize)]
pub struct Beacon {
    pub chain: Hash,
    pub round: u64,
    pub randomness: Option<Hash>,
    /// In hex.
    pub signature: Option<String>,
}

/// A page of the entrants.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub event_id: String,
    pub page: u64,
    pub pages: u64,
    pub entrants: u64,
    pub by_priority: BTreeMap<String, Vec<Hash>>,
}
