//! How an input is made: a sample, a few edits of its tree, a few edits of its bytes; or noise alone.

use super::bytes::{self, ByteEdit};
use super::tree::{self, Tree, TreeEdit};
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use std::sync::Arc;

/// The longest input of noise alone.
const NOISE_BYTES: usize = 80;

/// A valid input, and its tree where it is JSON.
#[derive(Debug)]
struct Sample {
    bytes: Vec<u8>,
    tree: Option<Tree>,
}

impl Sample {
    fn of(bytes: Vec<u8>) -> Arc<Self> {
        let tree = Tree::parse(&bytes);
        Arc::new(Self { bytes, tree })
    }

    /// What is no JSON has no tree to edit.
    fn edited(&self, tree_edits: &[TreeEdit], byte_edits: &[ByteEdit]) -> Vec<u8> {
        let text = match &self.tree {
            Some(tree) => tree.edited(tree_edits),
            None => self.bytes.clone(),
        };
        bytes::edited(text, byte_edits)
    }
}

/// Inputs made from these samples. Mostly one or two changes of the tree: more of them, and the first one ends the
/// parsing.
pub fn inputs(samples: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let samples = samples.into_iter().map(Sample::of);
    let (json, other): (Vec<_>, Vec<_>) = samples.partition(|sample| sample.tree.is_some());
    let mut edited = Vec::new();
    for (samples, edits) in [(json, documents as fn(_) -> _), (other, texts)] {
        if !samples.is_empty() {
            // Each sample is drawn as often as any other.
            edited.push((u32::try_from(samples.len()).unwrap(), edits(samples)));
        }
    }
    prop_oneof![
        19 => Union::new_weighted(edited),
        1 => vec(any::<u8>(), 0..NOISE_BYTES),
    ]
}

/// From samples that are JSON.
fn documents(samples: Vec<Arc<Sample>>) -> BoxedStrategy<Vec<u8>> {
    let edited = |tree: SizeRange, bytes: SizeRange| {
        let drawn = (select(samples.clone()), vec(tree::edit(), tree), vec(bytes::edit(), bytes));
        drawn.prop_map(|(sample, tree, bytes)| sample.edited(&tree, &bytes))
    };
    prop_oneof![
        12 => edited((1..3).into(), 0.into()),
        4 => edited((3..8).into(), 0.into()),
        3 => edited((0..2).into(), (1..4).into()),
    ]
    .boxed()
}

/// From samples that are none.
fn texts(samples: Vec<Arc<Sample>>) -> BoxedStrategy<Vec<u8>> {
    let edited = |bytes: SizeRange| {
        let drawn = (select(samples.clone()), vec(bytes::edit(), bytes));
        drawn.prop_map(|(sample, bytes)| sample.edited(&[], &bytes))
    };
    prop_oneof![15 => edited((1..3).into()), 4 => edited((3..8).into())].boxed()
}
