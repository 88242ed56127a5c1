//! Merkle trees as RFC 6962, section 2.1, hashes them. A list of subtrees that have as many leaves each (the last may have fewer,
//! and the number is a power of two) is the same tree as the list of their leaves: so everything here takes hashes, of
//! leaves or of such subtrees.

use crate::digest::Digest;

/// What a leaf of the tree is hashed to.
#[must_use]
pub fn hash_of_leaf(leaf: &Digest) -> Digest {
    Digest::of(&[&[0], &leaf.0])
}

fn hash_of_node(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[&[1], &left.0, &right.0])
}

/// The root over some hashes; of none at all, the digest of nothing.
#[must_use]
pub fn root(hashes: &[Digest]) -> Digest {
    match hashes {
        [] => Digest::of(&[]),
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(split(hashes.len()));
            hash_of_node(&root(left), &root(right))
        }
    }
}

/// What the root is computed from beside the hash at an index: the sibling of the hash first, of the root's children last.
#[must_use]
pub fn path(hashes: &[Digest], index: usize) -> Vec<Digest> {
    let (mut from, mut to, mut siblings) = (0, hashes.len(), Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            siblings.push(root(&hashes[middle..to]));
            to = middle;
        } else {
            siblings.push(root(&hashes[from..middle]));
            from = middle;
        }
    }
    siblings.reverse();
    siblings
}

/// The largest power of two below a length, which is 2 at least.
fn split(length: usize) -> usize {
    length.next_power_of_two() / 2
}
