//! What anyone who checks a draw relies on: trees as RFC 6962 has them, numbers as the formula has them, steps in their order.

use super::chunk::{Chunk, Index, leaves_in_a_chunk};
use super::lot::{Lot, Phase, Step, Tree};
use super::merkle::{hash_of_leaf, path, root};
use super::order::Key;
use super::{last_entry, leaf};
use crate::beacon::{BeaconRound, Published};
use crate::clock::Moment;
use crate::digest::Digest;
use crate::event::Event;
use crate::limits::{DRAW_CHUNKS_MAX, ROOTS_SHOWN_MS};
use crate::name::{BuyerId, PriorityName};
use crate::samples::some_event;
use crate::waiting_room::tests::room;
use crate::waiting_room::{Draw, Mode, WaitingRoom};
use std::collections::BTreeMap;

fn leaves(count: usize) -> Vec<Digest> {
    let mut leaves: Vec<Digest> =
        (0..count).map(|buyer| leaf(&BuyerId::parse(&format!("buyer-{buyer}")).unwrap())).collect();
    leaves.sort_unstable();
    leaves
}

fn hashes(leaves: &[Digest]) -> Vec<Digest> {
    leaves.iter().map(hash_of_leaf).collect()
}

/// RFC 9162, section 2.1.3.2: what a checker does, written from the text, and knowing nothing of how paths are made.
fn checks(leaf: &Digest, index: usize, size: usize, path: &[Digest], root: &Digest) -> bool {
    let (mut from_left, mut last, mut hash) = (index, size - 1, hash_of_leaf(leaf));
    for sibling in path {
        if last == 0 {
            return false;
        }
        if from_left % 2 == 1 || from_left == last {
            hash = Digest::of(&[&[1], &sibling.0, &hash.0]);
            while from_left.is_multiple_of(2) && from_left != 0 {
                (from_left, last) = (from_left / 2, last / 2);
            }
        } else {
            hash = Digest::of(&[&[1], &hash.0, &sibling.0]);
        }
        (from_left, last) = (from_left / 2, last / 2);
    }
    last == 0 && hash == *root
}

#[test]
fn roots_are_those_that_certificate_transparency_publishes_for_its_examples() {
    // The test vectors of Certificate Transparency's own implementation of RFC 6962: leaves of some bytes each. A leaf here has 32
    // bytes, so what is compared are hashes of leaves.
    let inputs: [&[u8]; 4] = [b"", &[0], &[0x10], &[0x20, 0x21]];
    let hashes: Vec<Digest> = inputs.iter().map(|input| Digest::of(&[&[0], input])).collect();
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    for (count, expected) in (1..).zip(roots) {
        assert_eq!(root(&hashes[..count]).to_string(), expected, "{count} leaves");
    }
    assert_eq!(root(&[]), Digest::of(&[]));
}

#[test]
fn every_leaf_of_a_tree_of_any_size_is_shown_to_be_in_it_and_no_other_is() {
    for size in 1..70 {
        let leaves = leaves(size);
        let root = root(&hashes(&leaves));
        for (at, leaf) in leaves.iter().enumerate() {
            let path = path(&hashes(&leaves), at);
            assert!(checks(leaf, at, size, &path, &root), "leaf {at} of {size}");
            assert!(!checks(&Digest::of(&[b"stranger"]), at, size, &path, &root));
            assert!(size == 1 || !checks(leaf, (at + 1) % size, size, &path, &root), "leaf {at} of {size}");
        }
    }
}

#[test]
fn a_tree_in_chunks_is_the_tree_of_its_leaves() {
    for size in [1, 255, 256, 257, 512, 1_000, 1_281] {
        let leaves = leaves(size);
        let index = Index::over(&leaves);
        assert_eq!(index.root(), root(&hashes(&leaves)), "{size} leaves");
        for at in [0, size / 2, size - 1] {
            let of = index.chunk_of(&leaves[at]).unwrap();
            let chunk = Chunk { leaves: leaves.chunks(256).nth(of).unwrap().to_vec(), numbers: Vec::new() };
            let inclusion = index.inclusion(of, &chunk, chunk.find(&leaves[at]).unwrap());
            assert_eq!((inclusion.leaf_index, inclusion.tree_size), (at as u64, size as u64));
            assert_eq!(inclusion.path, path(&hashes(&leaves), at), "leaf {at} of {size}");
        }
        let stranger = leaf(&BuyerId::parse("stranger").unwrap());
        assert!(
            index.chunk_of(&stranger).is_none_or(|of| { !leaves.chunks(256).nth(of).unwrap().contains(&stranger) })
        );
    }
    assert_eq!(Index::over(&[]).root(), root(&[]));
}

#[test]
fn a_chunk_is_a_node_of_its_tree_and_there_are_never_too_many() {
    for size in [0, 1, 256, 4_096 * 256, 4_096 * 256 + 1, 1_000_000, 10_000_000] {
        let leaves = leaves_in_a_chunk(size);
        assert!(leaves.is_power_of_two() && size.div_ceil(leaves) <= DRAW_CHUNKS_MAX, "{size}");
    }
    assert_eq!(leaves_in_a_chunk(1_000_000), 256);
}

#[test]
fn numbers_ascend_with_the_hmac_of_the_leaves_as_the_published_formula_has_it() {
    // Computed with Python: hmac.digest(bytes(32), hashlib.sha256(b"ada").digest(), "sha256") and so on, sorted.
    let mut all = ["ada", "grace", "edsger"].map(|name| (leaf(&BuyerId::parse(name).unwrap()), name));
    all.sort_unstable();
    let numbers_of = |key: &Key| -> BTreeMap<&str, u32> {
        let leaves: Vec<Digest> = all.iter().map(|(leaf, _)| *leaf).collect();
        all.iter().map(|(_, name)| *name).zip(key.numbers(&leaves)).collect()
    };
    let seed = Digest([0; 32]);
    assert_eq!(numbers_of(&Key::new(&seed, None)), BY_SEED.into());
    assert_eq!(numbers_of(&Key::new(&seed, Some(&Digest([7; 32])))), BY_SEED_AND_ROUND.into());
}

const BY_SEED: [(&str, u32); 3] = [("ada", 3), ("edsger", 1), ("grace", 2)];
const BY_SEED_AND_ROUND: [(&str, u32); 3] = [("ada", 1), ("edsger", 3), ("grace", 2)];

#[test]
fn over_many_seeds_every_entrant_is_as_likely_to_get_any_number() {
    const ENTRANTS: usize = 20;
    const SEEDS: u32 = 20_000;
    let leaves = leaves(ENTRANTS);
    let mut counts = [[0_u32; ENTRANTS]; ENTRANTS];
    for seed in 0..SEEDS {
        let numbers = Key::new(&Digest::of(&[&seed.to_be_bytes()]), None).numbers(&leaves);
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(1..=20), "nobody twice, nobody missing");
        for (entrant, number) in numbers.into_iter().enumerate() {
            counts[entrant][number as usize - 1] += 1;
        }
    }
    let expected = f64::from(SEEDS) / 20.0;
    let off = |count: &u32| (f64::from(*count) - expected).powi(2) / expected;
    let chi_squared: f64 = counts.iter().flatten().map(off).sum();
    // 19 × 19 degrees of freedom: mean 361, standard deviation 26.9. Seeds are fixed, so what holds once holds always.
    assert!((361.0 - 4.0 * 26.9..361.0 + 4.0 * 26.9).contains(&chi_squared), "{chi_squared}");
}

fn drawing(beacon: Option<BeaconRound>) -> (Event, Draw) {
    let draw = Draw { commitment: Digest::of(&[&[1; 32]]), beacon };
    let room = WaitingRoom { opens_at: Some(Moment(1_000_000)), draw: Some(draw.clone()), ..room(Mode::On, 60, None) };
    (Event { waiting_room: Some(room), sales_open_at: None, ..some_event() }, draw)
}

#[test]
fn a_draw_goes_from_step_to_step_and_shows_the_roots_for_a_while_before_the_seed() {
    let (event, draw) = drawing(None);
    let name = PriorityName::parse("default").unwrap();
    let trees: BTreeMap<PriorityName, Tree> = [(name.clone(), Tree { size: 3, root: root(&[]) })].into();
    let (read_at, fixed_at) = (Moment(1_002_000), Moment(1_010_000));
    let mut lot = Lot::of(&draw);
    assert_eq!(lot.step(&event, &draw, Moment(1_001_999)), Step::Count);
    assert_eq!(lot.step(&event, &draw, Moment(1_002_000)), Step::Fix);
    lot.phase = Phase::Fixed { trees: trees.clone(), read_at, fixed_at, beacon: None };
    assert_eq!(lot.step(&event, &draw, fixed_at.plus(ROOTS_SHOWN_MS - 1)), Step::Show);
    assert_eq!(lot.step(&event, &draw, fixed_at.plus(ROOTS_SHOWN_MS)), Step::Number);
    assert_eq!((lot.entrants(), lot.drawn(&name), lot.is_drawn()), (3, 0, false));
    let drawn =
        |is_settled| Phase::Drawn { trees: trees.clone(), read_at, seed: Digest([1; 32]), beacon: None, is_settled };
    lot.phase = drawn(false);
    assert_eq!((lot.step(&event, &draw, Moment(1_020_000)), lot.is_settled()), (Step::Settle, false));
    lot.phase = drawn(true);
    assert_eq!((lot.step(&event, &draw, Moment(1_020_000)), lot.is_settled()), (Step::Nothing, true));
    assert_eq!((lot.entrants(), lot.drawn(&name)), (3, 3));
    assert_eq!(serde_json::from_str::<Lot>(&serde_json::to_string(&lot).unwrap()).unwrap(), lot);
}

#[test]
fn with_a_beacon_no_number_is_drawn_before_its_round_is_known() {
    let (event, draw) = drawing(Some(BeaconRound { chain: [3; 32], round: 9 }));
    let fixed = |beacon| Lot {
        commitment: draw.commitment,
        phase: Phase::Fixed { trees: BTreeMap::new(), read_at: Moment(0), fixed_at: Moment(0), beacon },
    };
    assert_eq!(fixed(None).step(&event, &draw, Moment(i64::MAX)), Step::AskBeacon);
    let published = Published { randomness: [1; 32], signature: [2; 48] };
    assert_eq!(fixed(Some(published)).step(&event, &draw, Moment(i64::MAX)), Step::Number);
}

#[test]
fn a_place_takes_part_that_any_clock_gave_before_the_reading() {
    let (event, _) = drawing(None);
    assert_eq!(last_entry(&event), Some(Moment(1_004_000)));
}
