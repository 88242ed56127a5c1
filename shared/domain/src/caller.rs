//! Who makes a request, once the token has been verified.

use crate::booking::Booking;
use crate::clock::Moment;
use crate::name::BuyerId;
use crate::refusal::{Code, Refusal};

/// The user whom a valid token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's `sub`.
    pub buyer: BuyerId,
    /// Whether `roles` has `admin`.
    pub is_admin: bool,
    /// The token's `exp`.
    pub expires_at: Moment,
    /// The token's `priority`, which waiting rooms go by.
    pub priority: Option<String>,
}

impl Caller {
    /// The buyer for whom this caller acts: the caller, or the buyer whom an admin names.
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
    /// Whether everybody's rows may be read: an admin asks and names no buyer.
    pub sees_all: bool,
}

impl Reader {
    /// What a caller reads, with the buyer whom the request names.
    ///
    /// # Errors
    /// `forbidden` for another buyer, where the caller is no admin.
    pub fn of(caller: &Caller, named: Option<BuyerId>) -> Result<Self, Refusal> {
        let sees_all = caller.is_admin && named.is_none();
        Ok(Self { buyer: caller.acting_for(named)?, sees_all })
    }

    /// The booking, if it may be read. Somebody else's booking is as if it were not there.
    #[must_use]
    pub fn booking<'a>(&self, booking: Option<&'a Booking>) -> Option<&'a Booking> {
        booking.filter(|booking| self.sees_all || booking.buyer == self.buyer)
    }
}
