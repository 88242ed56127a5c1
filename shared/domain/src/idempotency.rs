//! How a request with an `Idempotency-Key` is recognised when it comes again.

use crate::name::BuyerId;

/// An `Idempotency-Key`, and what it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// What the request asks for: one key may serve a hold and its confirm, or the cancels of two bookings.
    pub action: String,
    /// The key.
    pub key: String,
    /// SHA-256 of path and body.
    pub fingerprint: String,
}

/// A request that carried an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// For whom it was sent: keys of two buyers never meet.
    pub buyer: BuyerId,
    /// Who sent it, where that is somebody else: the buyer's own keys and a shop's never meet.
    pub caller: Option<BuyerId>,
    /// The key and what it came with.
    pub request: RequestKey,
}
