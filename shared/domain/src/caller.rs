//! Whoever makes a request, once its token has been verified.

use crate::clock::Moment;
use crate::name::BuyerId;

/// Whoever a valid token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's `sub`.
    pub buyer: BuyerId,
    /// Whether `roles` has `admin`.
    pub is_admin: bool,
    /// The token's `exp`.
    pub expires_at: Moment,
}
