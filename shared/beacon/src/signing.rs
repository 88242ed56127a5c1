//! A beacon of our own: one key that signs every round. Where drand's networks need many holders of a key to sign together, whoever
//! has this key knows all rounds from the start, so it is for tests and for the local stack.

use crate::verify::{DOMAIN, message, published};
use blst::min_sig::SecretKey;
use domain::beacon::Published;
use std::fmt;

/// A key that signs rounds.
pub struct Key(SecretKey);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key that follows from these bytes; none where they are fewer than 32.
    #[must_use]
    pub fn new(material: &[u8]) -> Option<Self> {
        SecretKey::key_gen(material, &[]).ok().map(Self)
    }

    /// The key of a chain that this key signs for.
    #[must_use]
    pub fn public_key(&self) -> [u8; 96] {
        self.0.sk_to_pk().compress()
    }

    /// What this key publishes as a round.
    #[must_use]
    pub fn sign(&self, round: u64) -> Published {
        published(self.0.sign(&message(round), DOMAIN, &[]).compress())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_needs_32_bytes() {
        assert!(Key::new(&[1; 31]).is_none());
        assert!(Key::new(&[1; 32]).is_some());
    }
}
