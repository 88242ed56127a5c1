//! Who asks: buyers and admins, under ids that nobody has used yet.

/// What a token says its bearer may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Holds, books and cancels for themselves.
    Buyer,
    /// The shop's own server or staff.
    Admin,
}

impl Role {
    /// The roles in the token's claims.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Role::Buyer => &[],
            Role::Admin => &["admin"],
        }
    }
}

/// 24 hexadecimal digits that nobody has used, as ids of events and bookings look.
#[must_use]
pub fn fresh_id() -> String {
    format!("{:016x}{:08x}", fastrand::u64(..), fastrand::u32(..))
}

/// The `sub` of somebody whom nobody has seen before; the name only helps whoever reads a failure.
#[must_use]
pub fn fresh_sub(name: &str) -> String {
    format!("{name}-{}", fresh_id())
}
