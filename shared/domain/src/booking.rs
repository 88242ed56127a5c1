//! A booking: seats sold for good, as a record that is written once and may be cancelled.

use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::name::{BookingId, BuyerId, EventId, OrderId, SeatId};
use crate::refusal::Refusal;
use crate::seat::{self, PricedSeat};
use crate::tally::Counted;
use crate::{hold, money::Currency};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The provider as the request spells it, where that differs: earlier versions of the product wrote guards under
    /// it.
    pub gateway_as_sent: Option<String>,
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
    /// Derived from the hold it came from, or from the request that booked in one step.
    pub id: BookingId,
    /// The event.
    pub event: EventId,
    /// The buyer.
    pub buyer: BuyerId,
    /// Whether it stands.
    pub status: BookingStatus,
    /// The seats, at the prices of their hold, cancelled ones included.
    pub seats: Vec<PricedSeat>,
    /// Those of them that were cancelled, in the order in which that was done. Once all are, the booking is.
    pub cancelled: Vec<SeatId>,
    /// The currency of the prices.
    pub currency: Currency,
    /// What the confirm brought along.
    pub details: Details,
    /// What it counts for among its buyer's limits.
    pub counted: Counted,
    /// When it was made.
    pub created_at: Moment,
    /// When it was cancelled.
    pub cancelled_at: Option<Moment>,
}

impl Booking {
    /// The booking that a confirm of `seats` out of `hold` makes.
    #[must_use]
    pub fn of_hold(hold: &Hold, seats: Vec<PricedSeat>, details: Details, now: Moment) -> Self {
        let revision = hold.revision.to_string();
        let mut parts = vec!["booking", hold.event.as_str(), hold.id.as_str(), &revision];
        parts.extend(hold::ids(&seats));
        Self {
            id: BookingId::derived(&parts),
            event: hold.event.clone(),
            buyer: hold.buyer.clone(),
            status: BookingStatus::Confirmed,
            seats,
            cancelled: Vec::new(),
            currency: hold.currency,
            details,
            counted: Counted::No,
            created_at: now,
            cancelled_at: None,
        }
    }

    /// The booking that a request makes in one step. Its id follows from the request alone, whichever seats are chosen in
    /// the end, so that one request never makes two.
    #[must_use]
    pub fn in_one_step(
        event: &Event,
        buyer: &BuyerId,
        request_id: &str,
        seats: Vec<PricedSeat>,
        details: Details,
        now: Moment,
    ) -> Self {
        Self {
            id: BookingId::derived(&["book", event.id.as_str(), buyer.as_str(), request_id]),
            event: event.id.clone(),
            buyer: buyer.clone(),
            status: BookingStatus::Confirmed,
            seats,
            cancelled: Vec::new(),
            currency: event.currency,
            details,
            counted: Counted::No,
            created_at: now,
            cancelled_at: None,
        }
    }

    /// The order that it is: that of its payment, where one is named.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        let text = |name| self.details.payment_info.get(name).and_then(Value::as_str);
        match (text("gateway"), text("transactionId")) {
            (Some(gateway), Some(transaction)) => OrderId::of_payment(gateway, transaction),
            _ => OrderId::of_booking(&self.id),
        }
    }

    /// The seats that are still the buyer's.
    #[must_use]
    pub fn standing(&self) -> Vec<PricedSeat> {
        self.seats.iter().filter(|seat| !self.cancelled.contains(&seat.id)).cloned().collect()
    }

    /// The ids of its cancelled seats, in the order of its seats.
    #[must_use]
    pub fn cancelled_ids(&self) -> Vec<&str> {
        self.seats.iter().filter(|seat| self.cancelled.contains(&seat.id)).map(|seat| seat.id.as_str()).collect()
    }

    /// The seats whose prices make its amount: those that stand; of a cancelled booking, all that it had.
    #[must_use]
    pub fn listed(&self) -> Vec<PricedSeat> {
        match self.status {
            BookingStatus::Confirmed => self.standing(),
            BookingStatus::Cancelled => self.seats.clone(),
        }
    }

    /// The booking after some of its seats, or all, were cancelled.
    ///
    /// # Errors
    /// `invalid_data`: a seat was never in it.
    pub fn without(&self, named: Option<&[SeatId]>, now: Moment) -> Result<Self, Refusal> {
        let own_id = |id: &SeatId| seat::named(&self.seats, id).map(|seat| &seat.id);
        let names = named.unwrap_or_default();
        let strange: Vec<&str> = names.iter().filter(|id| own_id(id).is_none()).map(SeatId::as_str).collect();
        if !strange.is_empty() {
            return Err(Refusal::invalid(format!("These seats are not in this booking: {}", strange.join(", "))));
        }
        let named = named.map(|named| named.iter().filter_map(own_id).collect::<Vec<_>>());
        if self.status == BookingStatus::Cancelled {
            return Ok(self.clone());
        }
        let is_meant = |id: &SeatId| named.as_ref().is_none_or(|named| named.contains(&id));
        let mut after = self.clone();
        after.cancelled.extend(self.standing().into_iter().map(|seat| seat.id).filter(is_meant));
        if after.cancelled.len() == after.seats.len() {
            (after.status, after.cancelled_at) = (BookingStatus::Cancelled, Some(now));
        }
        Ok(after)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::refusal::Code;
    use crate::samples::some_hold;

    const NOW: Moment = Moment(500);

    fn booking() -> Booking {
        let hold = some_hold(3);
        Booking::of_hold(&hold, hold.seats.clone(), Details::default(), NOW)
    }

    fn seats(ids: &[&str]) -> Vec<SeatId> {
        ids.iter().map(|id| SeatId::parse(id).unwrap()).collect()
    }

    #[test]
    fn a_seat_is_cancelled_and_the_rest_stands_with_its_amount() {
        let before = booking();
        let after = before.without(Some(&seats(&["seat_1"])), NOW).unwrap();
        assert_eq!((after.status, after.cancelled_at), (BookingStatus::Confirmed, None));
        assert_eq!(hold::ids(&after.standing()), ["seat_0", "seat_2"]);
        assert_eq!((after.cancelled_ids(), after.listed()), (vec!["seat_1"], after.standing()));
    }

    #[test]
    fn a_booking_is_cancelled_once_no_seat_is_left() {
        let one = booking().without(Some(&seats(&["seat_1"])), NOW).unwrap();
        let all = one.without(Some(&seats(&["seat_2", "seat_0", "seat_1"])), NOW.plus(1)).unwrap();
        assert_eq!((all.status, all.cancelled_at), (BookingStatus::Cancelled, Some(NOW.plus(1))));
        assert_eq!((all.cancelled_ids().len(), all.listed()), (3, all.seats.clone()), "it lists all that it had");
        assert_eq!(one.without(None, NOW).unwrap().status, BookingStatus::Cancelled);
    }

    #[test]
    fn cancelling_again_changes_nothing() {
        let one = booking().without(Some(&seats(&["seat_1"])), NOW).unwrap();
        assert_eq!(one.without(Some(&seats(&["seat_1"])), NOW.plus(9)).unwrap(), one);
        let all = one.without(None, NOW).unwrap();
        assert_eq!(all.without(None, NOW.plus(9)).unwrap(), all);
        assert_eq!(all.without(Some(&seats(&["seat_0"])), NOW.plus(9)).unwrap(), all);
    }

    #[test]
    fn a_seat_of_before_ids_had_one_form_is_cancelled_by_either() {
        let mut hold = some_hold(2);
        hold.seats[0].id = SeatId::stored("Cafe\u{301}").unwrap();
        let booking = Booking::of_hold(&hold, hold.seats.clone(), Details::default(), NOW);
        for sent in ["Caf\u{e9}", "Cafe\u{301}"] {
            let after = booking.without(Some(&seats(&[sent])), NOW).unwrap();
            assert_eq!(after.cancelled, [hold.seats[0].id.clone()], "under the id that it was booked by");
            assert_eq!(hold::ids(&after.standing()), ["seat_1"]);
        }
    }

    #[test]
    fn a_seat_that_was_never_in_it_is_named_and_nothing_is_cancelled() {
        for booking in [booking(), booking().without(None, NOW).unwrap()] {
            let refusal = booking.without(Some(&seats(&["seat_0", "seat_9"])), NOW).unwrap_err();
            assert_eq!(refusal.code, Code::InvalidData);
            assert_eq!(refusal.message, "These seats are not in this booking: seat_9");
        }
    }
}
