//! A booking: seats sold for good, as a record that is written once and may be cancelled.

use crate::clock::Ms;
use crate::hold::{Hold, digest_id};
use crate::name::{BookingId, BuyerId, EventId};
use crate::refusal::Refusal;
use crate::seat::{PricedSeat, total};
use crate::{hold, money::Currency};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Whether a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BookingStatus {
    /// The seats are the buyer's.
    Confirmed,
    /// It was cancelled, and its seats are free again.
    Cancelled,
}

impl BookingStatus {
    /// The word that clients read and the table stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            BookingStatus::Confirmed => "confirmed",
            BookingStatus::Cancelled => "cancelled",
        }
    }
}

/// The payment that a confirm names: it may pay for one booking only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The payment provider; `default` where none is named.
    pub gateway: String,
    /// The provider's id of the payment.
    pub transaction: String,
}

/// What a confirm brings along for the record. Each part is as the client sent it, or null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    /// Name, e-mail, telephone.
    pub contact_info: Value,
    /// Method, gateway and ids of the payment; nothing else of it is kept.
    pub payment_info: Value,
    /// Who travels, for vehicles.
    pub passengers: Value,
    /// A note for the booking.
    pub notes: Value,
    /// A wish to the venue.
    pub special_requests: Value,
}

/// Seats sold for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Booking {
    /// Derived from the hold it came from.
    pub id: BookingId,
    /// The event.
    pub event: EventId,
    /// The buyer.
    pub buyer: BuyerId,
    /// Whether it stands.
    pub status: BookingStatus,
    /// The seats, at the prices of their hold.
    pub seats: Vec<PricedSeat>,
    /// The currency of the prices.
    pub currency: Currency,
    /// What the confirm brought along.
    pub details: Details,
    /// When it was made.
    pub created_at: Ms,
    /// When it was cancelled.
    pub cancelled_at: Option<Ms>,
}

impl Booking {
    /// The booking that a confirm of `seats` out of `hold` makes.
    ///
    /// # Errors
    /// A fault, should the derived id not be a name.
    pub fn of_hold(hold: &Hold, seats: Vec<PricedSeat>, details: Details, now: Ms) -> Result<Self, Refusal> {
        let revision = hold.revision.to_string();
        let mut parts = vec!["booking", hold.event.as_str(), hold.id.as_str(), &revision];
        parts.extend(hold::ids(&seats));
        let id = BookingId::parse(&digest_id(&parts)).map_err(|e| Refusal::fault(&e))?;
        Ok(Self {
            id,
            event: hold.event.clone(),
            buyer: hold.buyer.clone(),
            status: BookingStatus::Confirmed,
            seats,
            currency: hold.currency,
            details,
            created_at: now,
            cancelled_at: None,
        })
    }

    /// The confirm's message.
    #[must_use]
    pub fn message(&self) -> String {
        format!("Successfully booked {} seats", self.seats.len())
    }

    /// The confirm's data.
    #[must_use]
    pub fn confirmation(&self) -> Value {
        json!({
            "bookingId": self.id.as_str(),
            "eventId": self.event.as_str(),
            "status": self.status.as_str(),
            "totalAmount": self.currency.number(total(&self.seats)),
            "currency": self.currency.code(),
            "seats": hold::priced(&self.seats, self.currency),
            "createdAt": self.created_at.rfc3339(),
        })
    }

    /// The whole record, for its buyer and for admins.
    #[must_use]
    pub fn answer(&self) -> Value {
        json!({
            "bookingId": self.id.as_str(),
            "eventId": self.event.as_str(),
            "userId": self.buyer.as_str(),
            "status": self.status.as_str(),
            "seats": hold::priced(&self.seats, self.currency),
            "totalAmount": self.currency.number(total(&self.seats)),
            "currency": self.currency.code(),
            "contactInfo": self.details.contact_info,
            "paymentInfo": self.details.payment_info,
            "passengers": self.details.passengers,
            "notes": self.details.notes,
            "specialRequests": self.details.special_requests,
            "createdAt": self.created_at.rfc3339(),
            "cancelledAt": self.cancelled_at.map(Ms::rfc3339),
        })
    }
}
