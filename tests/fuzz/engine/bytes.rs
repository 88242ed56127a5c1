//! Edits of bytes, whatever they mean.

use super::odd;
use super::recipe::Edit;

/// The longest stretch that one edit removes or repeats.
const STRETCH: usize = 40;
/// An input does not grow beyond this: what is too large has its own samples.
const BYTES_MAX: usize = 300_000;

/// The bytes after these edits.
pub fn edited(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        apply(&mut bytes, *edit);
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

fn apply(bytes: &mut Vec<u8>, Edit { place, kind, what }: Edit) {
    let at = place % (bytes.len() + 1);
    let end = (at + 1 + what % STRETCH).min(bytes.len());
    match kind % 10 {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at.min(end)..end)),
        2 => bytes.insert(at, what.to_le_bytes()[0]),
        3 => insert(bytes, at, odd::text(what).as_bytes()),
        4 if at < bytes.len() => bytes[at] = what.to_le_bytes()[0],
        5 if at < bytes.len() => bytes[at] ^= 1 << (what % 8),
        6 => {
            let again = bytes[at.min(end)..end].to_vec();
            insert(bytes, end, &again);
        }
        7 => insert(bytes, at, odd::PUNCTUATION[what % odd::PUNCTUATION.len()].as_bytes()),
        8 => bytes.splice(at.min(end)..end, odd::number(what).bytes()).for_each(drop),
        _ => bytes.rotate_left(at),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied()).for_each(drop);
}
