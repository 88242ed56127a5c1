//! Whether a round is genuine: BLS signatures over BLS12-381 as drand's scheme `bls-unchained-g1-rfc9380` has them
//! (<https://github.com/drand/drand/blob/master/crypto/schemes.go>). The message is the SHA-256 of the round's number as eight bytes,
//! the signature a point on G1, the public key one on G2.

use blst::BLST_ERROR;
use blst::min_sig::{PublicKey, Signature};
use domain::beacon::{Chain, Published};
use sha2::{Digest, Sha256};
use std::fmt;

/// The tag of the scheme's hash to the curve (RFC 9380). drand's first networks with short signatures had G2's by mistake.
pub(crate) const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// Why a signature is not that of a chain for a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGenuine {
    /// It has not the 48 bytes of a compressed point on G1.
    Length,
    /// Its bytes are no point on the curve.
    NoPoint,
    /// It is a point on the curve, but of no signature: not in the group.
    OutsideTheGroup,
    /// It is the point at infinity, which would be the signature of a key that anyone knows.
    Infinity,
    /// It is a signature, but of another round or with another key.
    OtherSignature,
    /// The chain's public key is none.
    PublicKey,
}

impl fmt::Display for NotGenuine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotGenuine::Length => "the signature has not 48 bytes",
            NotGenuine::NoPoint => "the signature is no point on the curve",
            NotGenuine::OutsideTheGroup => "the signature is not in the group",
            NotGenuine::Infinity => "the signature is the point at infinity",
            NotGenuine::OtherSignature => "the signature is that of another round or key",
            NotGenuine::PublicKey => "the chain's public key is none",
        })
    }
}

/// What a chain signs as a round.
pub(crate) fn message(round: u64) -> [u8; 32] {
    Sha256::digest(round.to_be_bytes()).into()
}

/// What a signature makes of a round.
pub(crate) fn published(signature: [u8; 48]) -> Published {
    Published { randomness: Sha256::digest(signature).into(), signature }
}

/// Checks a round's signature, and tells the round's randomness.
///
/// # Errors
/// The signature is not that of this chain for this round.
pub fn verify(chain: &Chain, round: u64, signature: &[u8]) -> Result<[u8; 32], NotGenuine> {
    let bytes: [u8; 48] = signature.try_into().map_err(|_| NotGenuine::Length)?;
    let signature = Signature::uncompress(&bytes).map_err(|_| NotGenuine::NoPoint)?;
    signature.validate(true).map_err(|error| match error {
        BLST_ERROR::BLST_PK_IS_INFINITY => NotGenuine::Infinity,
        _ => NotGenuine::OutsideTheGroup,
    })?;
    let key = public_key(chain)?;
    // Both points have been validated above, once.
    match signature.verify(false, &message(round), DOMAIN, &[], &key, false) {
        BLST_ERROR::BLST_SUCCESS => Ok(published(bytes).randomness),
        _ => Err(NotGenuine::OtherSignature),
    }
}

/// Checks that a chain's public key can be the key of a signature at all, which a mistyped one cannot.
///
/// # Errors
/// The key is none.
pub fn check_key(chain: &Chain) -> Result<(), NotGenuine> {
    public_key(chain).map(|_| ())
}

fn public_key(chain: &Chain) -> Result<PublicKey, NotGenuine> {
    let key = PublicKey::uncompress(&chain.public_key).map_err(|_| NotGenuine::PublicKey)?;
    // Refuses infinity and what is outside the group.
    key.validate().map_err(|_| NotGenuine::PublicKey)?;
    Ok(key)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "verify_tests.rs"]
pub(crate) mod tests;
