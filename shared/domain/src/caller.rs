//! Whoever makes a request, once its token has been verified.

use crate::booking::Booking;
use crate::clock::Moment;
use crate::name::BuyerId;
use crate::refusal::{Code, Refusal};

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

impl Caller {
    /// The buyer for whom this caller acts, who may name another only as an admin.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn acting_for(&self, named: Option<BuyerId>) -> Result<BuyerId, Refusal> {
        match named {
            Some(buyer) if buyer != self.buyer && !self.is_admin => {
                Err(Refusal::new(Code::Forbidden, "userId names another buyer; only an admin may act for one"))
            }
            Some(buyer) => Ok(buyer),
            None => Ok(self.buyer.clone()),
        }
    }
}

/// Whose rows are read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The caller, or the buyer that an admin names.
    pub buyer: BuyerId,
    /// Whether everybody's may be read: an admin asks and names nobody.
    pub sees_all: bool,
}

impl Reader {
    /// Whoever a caller reads for.
    ///
    /// # Errors
    /// `forbidden` for another buyer, where the caller is no admin.
    pub fn of(caller: &Caller, named: Option<BuyerId>) -> Result<Self, Refusal> {
        let sees_all = caller.is_admin && named.is_none();
        Ok(Self { buyer: caller.acting_for(named)?, sees_all })
    }

    /// The booking, if it may be read: whether somebody else's exists is not the reader's business.
    #[must_use]
    pub fn booking<'a>(&self, booking: Option<&'a Booking>) -> Option<&'a Booking> {
        booking.filter(|booking| self.sees_all || booking.buyer == self.buyer)
    }
}
