//! Rounds of a beacon: what [`domain::beacon`] names, got and found genuine.
//!
//! - [`rounds`] is what a draw needs of a beacon, so that a simulation can give rounds of its own
//! - [`verify`](mod@verify) checks a round's signature against its chain's public key
//! - [`network`] asks hosts for a round, and believes none of them; [`roots`] is the HTTP client for that
//! - `signing`, with the feature of that name, is the other side: a key that signs rounds

pub mod network;
pub mod roots;
pub mod rounds;
#[cfg(feature = "signing")]
pub mod signing;
pub mod verify;

pub use network::Network;
pub use rounds::{Missing, Rounds};
#[cfg(feature = "signing")]
pub use signing::Key;
pub use verify::{NotGenuine, check_key, verify};
