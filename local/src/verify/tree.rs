//! The Merkle tree of RFC 6962, section 2.1, over leaves that stand in order.

use sha2::{Digest, Sha256};

use super::told::Hash;

/// The hash of a leaf.
fn leaf_hash(leaf: impl AsRef<[u8]>) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into())
}

/// The hash of two subtrees.
fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into())
}

/// How many of several leaves are left of the top: the largest power of two that is smaller than their number.
fn left_of(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// The root over these leaves.
pub fn root<T: AsRef<[u8]>>(leaves: &[T]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest([]).into()),
        [leaf] => leaf_hash(leaf),
        several => {
            let (left, right) = several.split_at(left_of(several.len()));
            node_hash(root(left), root(right))
        }
    }
}

/// The audit path of the leaf at this place, the leaf's sibling first; none beyond the last.
pub fn path<T: AsRef<[u8]>>(leaves: &[T], at: usize) -> Option<Vec<Hash>> {
    match leaves {
        [] => None,
        [_] => (at == 0).then(Vec::new),
        several => {
            let (left, right) = several.split_at(left_of(several.len()));
            let (mut path, sibling) = match at.checked_sub(left.len()) {
                None => (path(left, at)?, root(right)),
                Some(at) => (path(right, at)?, root(left)),
            };
            path.push(sibling);
            Some(path)
        }
    }
}

/// The root that an audit path leads to from a leaf at this place of so many; none where the path has another length than that
/// place's. This goes up from the leaf (RFC 9162, section 2.1.3.2), where [`path`] came down.
pub fn root_by(leaf: impl AsRef<[u8]>, at: usize, leaves: usize, path: &[Hash]) -> Option<Hash> {
    let (mut at, mut last, mut hash) = (at, leaves.checked_sub(1).filter(|last| at <= *last)?, leaf_hash(leaf));
    for sibling in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(*sibling, hash);
            // An only child at the right edge goes up until it is a right one.
            while at.is_multiple_of(2) && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = node_hash(hash, *sibling);
        }
        (at, last) = (at / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use domain::hex;

    use super::*;

    /// The leaves, roots and paths that Certificate Transparency's reference implementation is tested with
    /// (<https://github.com/google/certificate-transparency/blob/master/cpp/merkletree/merkle_tree_test.cc>).
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    /// Place, leaves, path.
    const PATHS: [(usize, usize, &[&str]); 5] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            &[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];

    fn hash(text: &str) -> Hash {
        Hash(hex::decode(text).unwrap())
    }

    #[test]
    fn roots_are_those_of_the_reference() {
        for (leaves, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&LEAVES[..leaves]), hash(expected), "{leaves} leaves");
        }
    }

    #[test]
    fn paths_are_those_of_the_reference() {
        for (at, leaves, expected) in PATHS {
            let expected: Vec<Hash> = expected.iter().map(|text| hash(text)).collect();
            assert_eq!(path(&LEAVES[..leaves], at), Some(expected), "place {at} of {leaves}");
        }
    }

    #[test]
    fn every_path_leads_to_the_root_from_its_own_leaf_and_place_alone() {
        let leaves: Vec<[u8; 1]> = (0..=40).map(|leaf| [leaf]).collect();
        for count in 1..=leaves.len() {
            let (leaves, top) = (&leaves[..count], root(&leaves[..count]));
            for at in 0..count {
                let path = path(leaves, at).unwrap();
                assert_eq!(root_by(leaves[at], at, count, &path), Some(top), "place {at} of {count}");
                assert_ne!(root_by([200], at, count, &path), Some(top), "another leaf");
                for other in (0..count).filter(|other| *other != at) {
                    assert_ne!(root_by(leaves[at], other, count, &path), Some(top), "{at} at {other} of {count}");
                }
                let longer = [path.as_slice(), &[top]].concat();
                assert_eq!(root_by(leaves[at], at, count, &longer), None, "a longer path");
            }
            assert_eq!(path(leaves, count), None);
            assert_eq!(root_by([0], count, count, &[]), None, "beyond the last");
        }
    }

    #[test]
    fn a_root_is_of_its_leaves_in_their_order() {
        let three = root(&LEAVES[1..4]);
        assert_ne!(root(&[LEAVES[2], LEAVES[1], LEAVES[3]]), three);
        assert_ne!(root(&[LEAVES[1], LEAVES[2], LEAVES[3], LEAVES[3]]), three, "the last leaf twice");
    }
}
