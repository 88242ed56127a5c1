//! Edits of bytes, whatever they mean.

use super::odd;
use proptest::prelude::*;
use proptest::sample::Index;

/// The longest stretch that one edit removes or repeats.
const STRETCH: usize = 40;
/// An input does not grow beyond this: what is too large has its own samples.
const BYTES_MAX: usize = 300_000;

/// One change, and where.
#[derive(Clone, Debug)]
pub struct ByteEdit {
    place: Index,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    CutOff,
    Insert(Vec<u8>),
    Overwrite(u8),
    /// One bit.
    Flip(u8),
    /// A stretch of this length by something else, or by nothing.
    Replace(usize, &'static str),
    /// A stretch of this length once more.
    Repeat(usize),
    /// What came before this place comes after it.
    Rotate,
}

/// One change of any kind at any place.
pub fn edit() -> impl Strategy<Value = ByteEdit> {
    let change = prop_oneof![
        Just(Change::CutOff),
        any::<u8>().prop_map(|byte| Change::Insert(vec![byte])),
        odd::text().prop_map(|text| Change::Insert(text.into())),
        odd::punctuation().prop_map(|text| Change::Insert(text.into())),
        any::<u8>().prop_map(Change::Overwrite),
        (0..8u8).prop_map(Change::Flip),
        (1..=STRETCH).prop_map(|length| Change::Replace(length, "")),
        (1..=STRETCH, odd::number()).prop_map(|(length, number)| Change::Replace(length, number)),
        (1..=STRETCH).prop_map(Change::Repeat),
        Just(Change::Rotate),
    ];
    (any::<Index>(), change).prop_map(|(place, change)| ByteEdit { place, change })
}

/// The bytes after these edits.
pub fn edited(mut bytes: Vec<u8>, edits: &[ByteEdit]) -> Vec<u8> {
    for edit in edits {
        apply(&mut bytes, edit);
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

fn apply(bytes: &mut Vec<u8>, edit: &ByteEdit) {
    let at = edit.place.index(bytes.len() + 1);
    let end = |length: usize| (at + length).min(bytes.len());
    match &edit.change {
        Change::CutOff => bytes.truncate(at),
        Change::Insert(more) => insert(bytes, at, more),
        Change::Overwrite(byte) => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = *byte),
        Change::Flip(bit) => bytes.iter_mut().skip(at).take(1).for_each(|old| *old ^= 1 << bit),
        Change::Replace(length, by) => bytes.splice(at..end(*length), by.bytes()).for_each(drop),
        Change::Repeat(length) => {
            let again = bytes[at..end(*length)].to_vec();
            insert(bytes, at, &again);
        }
        Change::Rotate => bytes.rotate_left(at),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied()).for_each(drop);
}
