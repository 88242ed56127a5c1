//! Seeds of draws: drawn by the operating system when an event is created, and sealed, so that whoever reads the table, its stream
//! or a copy of either learns nothing. Those who may open one are the functions that know the stack's secret.

use domain::digest::Digest;
use domain::limits::DRAW_SECRET_BYTES_MIN;
use domain::name::EventId;
use domain::refusal::Refusal;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;

/// Fills bytes at random, so that nobody can guess them.
pub type Entropy = fn(&mut [u8]) -> Result<(), Refusal>;

/// The operating system's randomness.
///
/// # Errors
/// `server_error`: the system has none.
pub fn of_the_system(bytes: &mut [u8]) -> Result<(), Refusal> {
    SystemRandom::new().fill(bytes).map_err(|_| Refusal::fault())
}

/// Seals seeds, and opens them.
pub struct Sealer(LessSafeKey);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// A sealer with this secret.
    ///
    /// # Errors
    /// The secret is too short, as the end of a sentence about it.
    pub fn new(secret: &str) -> Result<Self, String> {
        if secret.len() < DRAW_SECRET_BYTES_MIN {
            return Err(format!("must have at least {DRAW_SECRET_BYTES_MIN} characters"));
        }
        let key = Digest::of(&[b"holdfast seeds of draws\0", secret.as_bytes()]);
        let key = UnboundKey::new(&AES_256_GCM, &key.0).map_err(|_| "makes no key".to_owned())?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals the seed of an event's draw: a nonce, and what only [`Self::open`] reads.
    ///
    /// # Errors
    /// `server_error`: there is no randomness.
    pub fn seal(&self, event: &EventId, seed: &Digest, entropy: Entropy) -> Result<Vec<u8>, Refusal> {
        let mut nonce = [0; NONCE_LEN];
        entropy(&mut nonce)?;
        let (mut sealed, mut secret) = (nonce.to_vec(), seed.0.to_vec());
        let about = Aad::from(event.as_str());
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(nonce, about, &mut secret).map_err(|_| Refusal::fault())?;
        sealed.extend(secret);
        Ok(sealed)
    }

    /// The seed of an event's draw; none where this was not sealed for it with the same secret.
    #[must_use]
    pub fn open(&self, event: &EventId, sealed: &[u8]) -> Option<Digest> {
        let (nonce, secret) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut secret = secret.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let seed = self.0.open_in_place(nonce, Aad::from(event.as_str()), &mut secret).ok()?;
        seed.try_into().ok().map(Digest)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of a stack, as long as it has to be";

    fn event(id: &str) -> EventId {
        EventId::parse(id).unwrap()
    }

    #[test]
    fn a_sealed_seed_is_opened_for_its_event_with_the_same_secret_alone() {
        let (sealer, seed) = (Sealer::new(SECRET).unwrap(), Digest([7; 32]));
        let sealed = sealer.seal(&event("gala"), &seed, of_the_system).unwrap();
        assert_eq!(sealer.open(&event("gala"), &sealed), Some(seed));
        assert_eq!(sealer.open(&event("matinee"), &sealed), None);
        assert_eq!(Sealer::new(&format!("{SECRET}!")).unwrap().open(&event("gala"), &sealed), None);
        let mut bent = sealed.clone();
        bent[20] ^= 1;
        assert_eq!(sealer.open(&event("gala"), &bent), None);
        assert_eq!(sealer.open(&event("gala"), &sealed[..5]), None);
        assert!(!sealed.windows(8).any(|part| part == [7; 8]), "the seed is not to be seen in it");
    }

    #[test]
    fn the_same_seed_is_never_sealed_to_the_same_bytes() {
        let sealer = Sealer::new(SECRET).unwrap();
        let seal = || sealer.seal(&event("gala"), &Digest([7; 32]), of_the_system).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_refused() {
        assert_eq!(Sealer::new("short").unwrap_err(), "must have at least 32 characters");
    }
}
