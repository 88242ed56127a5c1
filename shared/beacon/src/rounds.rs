//! What a draw needs of a beacon, whoever gives it: the network, or a simulation.

use domain::beacon::{Chain, Published};
use futures::future::BoxFuture;

/// A round that cannot be had now: not published yet, or out of reach. Why is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

/// Where rounds come from.
pub trait Rounds: Send + Sync {
    /// A round of a chain, genuine: whoever implements this has checked the signature.
    ///
    /// # Errors
    /// The round is missing.
    fn round<'a>(&'a self, chain: &'a Chain, round: u64) -> BoxFuture<'a, Result<Published, Missing>>;
}
