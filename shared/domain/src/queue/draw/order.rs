//! The lot: the numbers of entrants, in ascending order of HMAC-SHA256 over their leaves.

use crate::digest::Digest;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What decides a draw: the seed, or the seed and a round's randomness.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// The key of a draw. With a round's randomness it is HMAC-SHA256 with the seed as key and the randomness as message, so that
    /// nobody who knows the seed could have chosen the order.
    #[must_use]
    pub fn new(seed: &Digest, randomness: Option<&Digest>) -> Self {
        let of_seed = Self(hmac(seed));
        match randomness {
            None => of_seed,
            Some(randomness) => Self(hmac(&of_seed.lot(randomness))),
        }
    }

    fn lot(&self, leaf: &Digest) -> Digest {
        let mut mac = self.0.clone();
        mac.update(&leaf.0);
        Digest(mac.finalize().into_bytes().into())
    }

    /// The number, counted from 1, of each of a priority's leaves.
    #[must_use]
    pub fn numbers(&self, leaves: &[Digest]) -> Vec<u32> {
        let mut lots: Vec<(Digest, u32)> = (0..).zip(leaves).map(|(at, leaf)| (self.lot(leaf), at)).collect();
        lots.sort_unstable();
        let mut numbers = vec![0; leaves.len()];
        for (number, (_, at)) in (1..).zip(lots) {
            numbers[at as usize] = number;
        }
        numbers
    }
}

fn hmac(key: &Digest) -> Hmac<Sha256> {
    // As long as the block of SHA-256, or shorter: such a key is padded with zeroes, which is what this type takes without fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key.0);
    Hmac::new(&block.into())
}
