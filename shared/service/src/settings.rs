//! How this deployment is set.

use crate::pass::{PassSigner, PassVerifier};
use crate::secret::Secret;
use crate::seed::{Entropy, Sealer, of_the_system};
use domain::beacon::Chains;
use domain::limits::{
    CHANGES_AT_ONCE_DEFAULT, CHANGES_PER_SECOND_DEFAULT, HOLD_SECONDS_MIN, JOINS_PER_SECOND_DEFAULT,
    SOCKETS_PER_BUYER_DEFAULT, WATCHERS_PER_EVENT_DEFAULT,
};
use domain::name::EventId;
use std::num::NonZeroU32;

/// How this deployment is set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The shortest hold a buyer may ask for, in seconds.
    pub min_hold_seconds: u32,
    /// Changes that one buyer may make at once, in one function instance.
    pub changes_at_once: NonZeroU32,
    /// Changes that one buyer may make in each second from then on.
    pub changes_per_second: NonZeroU32,
    /// Sockets that one buyer may have open.
    pub sockets_per_buyer: NonZeroU32,
    /// Watchers of one event that get frames by socket; further ones follow `availability`.
    pub watchers_per_event: u32,
    /// The event of a request that names none, where the path may leave it out.
    pub default_event: Option<EventId>,
    /// Joins of one event's line that are expected a second.
    pub joins_per_second: u32,
    /// Checks passes.
    pub passes: PassVerifier,
    /// Signs passes; none in functions that only check them.
    pub pass_signer: Option<Secret<PassSigner>>,
    /// Seals the seeds of draws, and opens them; none in functions that do neither.
    pub sealer: Option<Secret<Sealer>>,
    /// What seeds are drawn with.
    pub entropy: Entropy,
    /// The chains of public randomness whose rounds a draw may name.
    pub beacons: Chains,
}

impl Default for Settings {
    fn default() -> Self {
        let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            min_hold_seconds: HOLD_SECONDS_MIN,
            changes_at_once: at_least_one(CHANGES_AT_ONCE_DEFAULT),
            changes_per_second: at_least_one(CHANGES_PER_SECOND_DEFAULT),
            sockets_per_buyer: at_least_one(SOCKETS_PER_BUYER_DEFAULT),
            watchers_per_event: WATCHERS_PER_EVENT_DEFAULT,
            default_event: None,
            joins_per_second: JOINS_PER_SECOND_DEFAULT,
            passes: PassVerifier::default(),
            pass_signer: None,
            sealer: None,
            entropy: of_the_system,
            beacons: Chains::default(),
        }
    }
}
