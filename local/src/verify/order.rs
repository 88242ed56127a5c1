//! The order that a seed gives: by HMAC-SHA256 of each leaf.

use ring::hmac;
use sha2::{Digest, Sha256};

use super::told::Hash;

/// What a buyer's id is in a draw.
pub fn leaf(sub: &str) -> Hash {
    Hash(Sha256::digest(sub).into())
}

/// What leaves are ordered with: the seed, or where a beacon has its part in it the HMAC of the randomness with the seed as key.
pub fn key(seed: Hash, randomness: Option<Hash>) -> Hash {
    randomness.map_or(seed, |randomness| mac(&hmac::Key::new(hmac::HMAC_SHA256, seed.as_ref()), randomness))
}

/// The places of the leaves in the order that this key gives them: the first has number 1.
pub fn order(key: Hash, leaves: &[Hash]) -> Vec<usize> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
    let mut lots: Vec<(Hash, usize)> = leaves.iter().enumerate().map(|(at, leaf)| (mac(&key, *leaf), at)).collect();
    lots.sort_unstable();
    lots.into_iter().map(|(_, at)| at).collect()
}

/// A hash over the leaves in their order, for two who want to compare a whole order.
pub fn fingerprint(leaves: &[Hash], order: &[usize]) -> Hash {
    let in_order = order.iter().filter_map(|at| leaves.get(*at));
    Hash(in_order.fold(Sha256::new(), |hash, leaf| hash.chain_update(leaf)).finalize().into())
}

fn mac(key: &hmac::Key, message: Hash) -> Hash {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hmac::sign(key, message.as_ref()).as_ref());
    Hash(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn hash(text: &str) -> Hash {
        Hash(domain::hex::decode(text).unwrap())
    }

    /// `hmac.digest(bytes(range(32)), hashlib.sha256(name).digest(), "sha256")` of Python 3.11 for four names, and the key with
    /// `bytes(range(32, 64))` as randomness.
    #[test]
    fn the_order_is_what_another_implementation_makes_of_the_same_seed() {
        let seed = Hash(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        let randomness = Hash(std::array::from_fn(|at| u8::try_from(at + 32).unwrap()));
        assert_eq!(leaf("alice"), hash("2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90"));
        assert_eq!(key(seed, None), seed);
        assert_eq!(
            key(seed, Some(randomness)),
            hash("62215de7bddcea7e2c4047ff6bb94f8d18262fc8b3f3648134bb7d44158ff84d")
        );
        let mut leaves: Vec<Hash> = ["alice", "bob", "carol", "dave"].map(leaf).to_vec();
        leaves.sort_unstable();
        let named = |order: Vec<usize>| {
            let names =
                |at: &usize| *["alice", "bob", "carol", "dave"].iter().find(|name| leaf(name) == leaves[*at]).unwrap();
            order.iter().map(names).collect::<Vec<_>>()
        };
        assert_eq!(named(order(seed, &leaves)), ["alice", "bob", "dave", "carol"]);
        assert_eq!(named(order(key(seed, Some(randomness)), &leaves)), ["bob", "alice", "dave", "carol"]);
    }

    #[test]
    fn a_fingerprint_tells_orders_apart() {
        let leaves = [leaf("alice"), leaf("bob")];
        assert_ne!(fingerprint(&leaves, &[0, 1]), fingerprint(&leaves, &[1, 0]));
    }
}
