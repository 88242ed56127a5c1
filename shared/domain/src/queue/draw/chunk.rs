//! How the entrants of one priority lie in rows: cut into chunks of as many leaves each, and an index of the chunks that an
//! instance keeps. So one entrant's number and inclusion are found with the reading of one chunk.

use super::merkle;
use crate::digest::Digest;
use crate::limits::{DRAW_CHUNK_LEAVES_MIN, DRAW_CHUNKS_MAX};

/// That a leaf is among the entrants, in the form of RFC 6962.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Its index among its priority's sorted leaves.
    pub leaf_index: u64,
    /// How many leaves there are.
    pub tree_size: u64,
    /// What the root is computed from besides: the leaf's sibling first.
    pub path: Vec<Digest>,
}

/// The index of a priority's chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// How many leaves there are.
    pub size: u64,
    /// The first leaf of each chunk.
    pub firsts: Vec<Digest>,
    /// The root over each chunk's leaves.
    pub roots: Vec<Digest>,
}

/// One chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Its leaves, in ascending order.
    pub leaves: Vec<Digest>,
    /// Their numbers, once they are drawn.
    pub numbers: Vec<u32>,
}

/// How many leaves a chunk has of so many: a power of two, so that a chunk's root is a node of the whole tree.
#[must_use]
pub fn leaves_in_a_chunk(size: usize) -> usize {
    size.div_ceil(DRAW_CHUNKS_MAX).next_power_of_two().max(DRAW_CHUNK_LEAVES_MIN)
}

impl Index {
    /// The index over a priority's sorted leaves.
    #[must_use]
    pub fn over(leaves: &[Digest]) -> Self {
        let chunks = || leaves.chunks(leaves_in_a_chunk(leaves.len()));
        Self {
            size: leaves.len() as u64,
            firsts: chunks().map(|chunk| chunk[0]).collect(),
            roots: chunks().map(root).collect(),
        }
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Digest {
        merkle::root(&self.roots)
    }

    /// The chunk that has a leaf, if any has.
    #[must_use]
    pub fn chunk_of(&self, leaf: &Digest) -> Option<usize> {
        self.firsts.partition_point(|first| first <= leaf).checked_sub(1)
    }

    /// That the leaf at an index within a chunk is among the entrants.
    #[must_use]
    pub fn inclusion(&self, at: usize, chunk: &Chunk, within: usize) -> Inclusion {
        let first = at * leaves_in_a_chunk(usize::try_from(self.size).unwrap_or(usize::MAX));
        let mut path = merkle::path(&hashes(&chunk.leaves), within);
        path.extend(merkle::path(&self.roots, at));
        Inclusion { leaf_index: (first + within) as u64, tree_size: self.size, path }
    }
}

impl Chunk {
    /// Where a leaf is in it, if it has it.
    #[must_use]
    pub fn find(&self, leaf: &Digest) -> Option<usize> {
        self.leaves.binary_search(leaf).ok()
    }
}

fn hashes(leaves: &[Digest]) -> Vec<Digest> {
    leaves.iter().map(merkle::hash_of_leaf).collect()
}

fn root(leaves: &[Digest]) -> Digest {
    merkle::root(&hashes(leaves))
}
