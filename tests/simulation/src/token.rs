//! The tokens of a run: the same in every run of a seed.

use support::people::Role;
use support::tokens::{self, NEVER};

/// The secret that signs them.
pub const SECRET: &str = "the-secret-of-the-simulation-with-32-bytes";

/// A token that never runs out: tokens are checked by the system's clock, not by a run's.
#[must_use]
pub fn token(sub: &str, role: Role) -> String {
    tokens::token(sub, role, NEVER, SECRET)
}
