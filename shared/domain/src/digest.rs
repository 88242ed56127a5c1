//! SHA-256 digests: 32 bytes that clients and rows read as 64 hexadecimal digits.

use crate::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// 32 bytes: a digest, or what is as long as one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(#[serde(with = "crate::hex")] pub [u8; 32]);

impl Digest {
    /// The digest of some bytes, one part after the other.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        Self(hash.finalize().into())
    }

    /// The digest that a text shows; none where the text is not 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_as_hex_and_comes_back() {
        // Of no bytes at all: the best known example of FIPS 180-4.
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let nothing = Digest::of(&[]);
        assert_eq!(nothing.to_string(), text);
        assert_eq!(Digest::parse(text), Some(nothing));
        assert_eq!(Digest::parse(&text[1..]), None);
        assert_eq!(Digest::of(&[b"a", b"b"]), Digest::of(&[b"ab"]));
        assert_eq!(serde_json::to_string(&nothing).ok().as_deref(), Some(format!("\"{text}\"").as_str()));
    }
}
