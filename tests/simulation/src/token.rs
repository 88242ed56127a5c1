//! The tokens of a run: the same in every run of a seed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use support::people::Role;
use support::tokens::{self, NEVER};

/// The secret that signs them.
pub const SECRET: &str = "the-secret-of-the-simulation-with-32-bytes";

/// A token that never runs out: tokens are checked by the system's clock, not by a run's.
#[must_use]
pub fn token(sub: &str, role: Role) -> String {
    tokens::token(sub, role, NEVER, SECRET)
}

/// The key pair that signs passes, in the form of the deployment's parameter.
pub const PASS_SIGNING_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIJFEjYyEMe8A+QBM1IUIbeAmtu55mM8m77LwXyXkbIvn";

/// Its public half.
///
/// # Errors
/// The key pair is none.
pub fn pass_public_key() -> Result<String, String> {
    let pair = BASE64_STANDARD.decode(PASS_SIGNING_KEY).map_err(|error| error.to_string())?;
    jwt::ed25519_public_key(&pair).map_err(|error| error.to_string())
}
