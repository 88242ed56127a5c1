//! What anyone who checks a draw computes, from what is public alone.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) type Hash = [u8; 32];

pub(crate) fn unhex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap_or_else(|| panic!("{text} is no hex"));
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(byte).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

pub(crate) fn mac(key: &[u8], message: &[u8]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// The root over sorted leaves, level by level from below: whoever has no sibling goes up alone.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = leaves.iter().map(|leaf| sha256(&[&[0], &leaf[..]].concat())).collect();
    while level.len() > 1 {
        let up = |pair: &[Hash]| match pair {
            [left, right] => sha256(&[&[1], &left[..], &right[..]].concat()),
            alone => alone[0],
        };
        level = level.chunks(2).map(up).collect();
    }
    level.first().copied().unwrap_or_else(|| sha256(b""))
}

/// The root to which an inclusion leads, as RFC 9162, section 2.1.3.2, has it checked.
pub(crate) fn leads_to(leaf: &Hash, inclusion: &Value) -> Hash {
    let (mut at, size) = (inclusion["leafIndex"].as_u64().unwrap(), inclusion["treeSize"].as_u64().unwrap());
    let (mut last, mut hash) = (size - 1, sha256(&[&[0], &leaf[..]].concat()));
    for sibling in inclusion["path"].as_array().unwrap().iter().map(unhex) {
        assert!(last > 0, "the path is too long: {inclusion}");
        if at % 2 == 1 || at == last {
            hash = sha256(&[&[1], &sibling[..], &hash[..]].concat());
            while at.is_multiple_of(2) && at != 0 {
                (at, last) = (at / 2, last / 2);
            }
        } else {
            hash = sha256(&[&[1], &hash[..], &sibling[..]].concat());
        }
        (at, last) = (at / 2, last / 2);
    }
    assert_eq!(last, 0, "the path is too short: {inclusion}");
    hash
}
