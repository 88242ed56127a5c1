//! What somebody noted of a draw before the room opened, to compare with what is told later.

use anyhow::{Context, Result};
use domain::hex;

use super::told::Hash;

/// What was noted; none of what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    pub commitment: Option<Hash>,
    /// The hash of the beacon's chain.
    pub chain: Option<Hash>,
    pub round: Option<u64>,
}

impl Noted {
    /// Whether anything was.
    pub fn is_some(&self) -> bool {
        *self != Self::default()
    }
}

/// A hash as an option has it.
pub fn hash(option: &str, text: &str) -> Result<Hash> {
    let hash =
        hex::decode(&text.to_ascii_lowercase()).with_context(|| format!("{option} must be 64 hexadecimal digits"))?;
    Ok(Hash(hash))
}

/// A round's number as an option has it.
pub fn round(option: &str, text: &str) -> Result<u64> {
    text.parse().ok().filter(|round| *round > 0).with_context(|| format!("{option} must be a round's number, from 1"))
}
