//! How an input is made: a sample, a few edits of its tree, a few edits of its bytes; or noise alone.

use super::bytes;
use super::tree::Tree;
use proptest::collection::vec;
use proptest::prelude::*;

/// One change: where, which kind, and with what. All three are taken modulo whatever there is.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    pub place: usize,
    pub kind: usize,
    pub what: usize,
}

/// A valid input, and its tree where it is JSON.
pub struct Sample {
    bytes: Vec<u8>,
    tree: Option<Tree>,
}

impl Sample {
    pub fn of(bytes: Vec<u8>) -> Self {
        let tree = Tree::parse(&bytes);
        Self { bytes, tree }
    }
}

/// How to make one input.
#[derive(Clone, Debug)]
pub enum Recipe {
    /// From a sample.
    Edits { sample: usize, tree: Vec<Edit>, bytes: Vec<Edit> },
    /// From nothing.
    Noise(Vec<u8>),
}

impl Recipe {
    /// The input.
    pub fn follow(&self, samples: &[Sample]) -> Vec<u8> {
        match self {
            Recipe::Noise(noise) => noise.clone(),
            Recipe::Edits { sample, tree, bytes } => {
                let sample = &samples[*sample];
                let mut text = match &sample.tree {
                    Some(known) => known.edited(tree),
                    None => bytes::edited(sample.bytes.clone(), tree),
                };
                if !bytes.is_empty() {
                    text = bytes::edited(text, bytes);
                }
                text
            }
        }
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    (any::<u32>(), any::<u8>(), any::<u32>()).prop_map(|(place, kind, what)| Edit {
        place: place as usize,
        kind: usize::from(kind),
        what: what as usize,
    })
}

/// Mostly one or two changes of the tree: more of them, and the first one ends the parsing.
pub fn recipes(samples: usize) -> impl Strategy<Value = Recipe> {
    let edits = |tree, bytes| {
        (0..samples, vec(edit(), tree), vec(edit(), bytes)).prop_map(|(sample, tree, bytes)| Recipe::Edits {
            sample,
            tree,
            bytes,
        })
    };
    prop_oneof![
        12 => edits(1..3, 0..1),
        4 => edits(3..8, 0..1),
        3 => edits(0..2, 1..4),
        1 => vec(any::<u8>(), 0..80).prop_map(Recipe::Noise),
    ]
}
