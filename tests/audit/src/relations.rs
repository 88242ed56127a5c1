//! What must hold between the rows as they are: each relation is stated once, on the row that it is found at.

use crate::books::Books;
use crate::key::Key;
use crate::record::Record;
use crate::view::{BookingView, EventView, HoldView, PaymentView, PricedSeat, SeatView, TallyView};
use crate::violation::{Findings, Moment};
use std::collections::HashMap;

impl Books {
    /// Checks one row against those that it names. A row that is not there has no relations.
    pub(crate) fn relations(&self, moment: &Moment, key: &Key, out: &mut Findings) {
        let Some(entry) = self.entry(key) else { return };
        let record = match &entry.record {
            Ok(record) => record,
            Err(why) => return out.add(11, format!("a row that nobody can read: {key}: {why}")),
        };
        let has_ttl = entry.row.contains_key("ttl");
        out.demand(record.may_carry_ttl() || !has_ttl, 6, || format!("{key} carries a ttl"));
        match record {
            Record::Seat(seat) => self.seat_fits(moment, key, seat, out),
            Record::Hold(hold) => self.hold_fits(moment, hold, out),
            Record::Booking(booking) => self.booking_fits(booking, out),
            Record::Payment(payment) => self.payment_fits(payment, out),
            Record::Event(event) => event_fits(event, out),
            Record::Tally(tally) => self.tally_fits(tally, out),
            _ => {}
        }
    }

    /// Checks that no seat and no payment stands in two bookings, without a look at seats and guards.
    pub(crate) fn sold_once(&self, out: &mut Findings) {
        let mut sold: HashMap<(&str, &str), &str> = HashMap::new();
        let mut paid: HashMap<&(String, String), &str> = HashMap::new();
        for record in self.records() {
            let Record::Booking(booking) = record else { continue };
            for PricedSeat { seat, .. } in booking.seats.iter().filter(|listed| booking.stands(&listed.seat)) {
                if let Some(other) = sold.insert((&booking.event, seat), &booking.booking) {
                    out.add(1, format!("seat {seat} is sold twice: {booking}, and booking {other}"));
                }
            }
            if let Some(payment) = &booking.payment
                && let Some(other) = paid.insert(payment, &booking.booking)
            {
                out.add(7, format!("payment {payment:?} paid twice: {booking}, and booking {other}"));
            }
        }
    }

    fn seat_fits(&self, moment: &Moment, key: &Key, seat: &SeatView, out: &mut Findings) {
        out.demand(seat.version >= 1, 10, || format!("{seat} has version {}", seat.version));
        out.demand(self.seat_key(&seat.event, &seat.seat) == Some(key), 1, || format!("{seat} has two rows"));
        if let Some(event) = self.event(&seat.event) {
            let lane = crc32fast::hash(seat.seat.as_bytes()) % event.lanes;
            out.demand(lane == seat.lane, 1, || format!("{seat} is in lane {}, but belongs in {lane}", seat.lane));
        }
        out.demand(seat.price.is_none_or(|price| price >= 0), 8, || format!("{seat} has a negative price"));
        match (seat.status.as_str(), Owner::of(seat)) {
            ("available", Some(Owner::Nobody)) if seat.withdrawn.is_none() => {}
            ("blocked", Some(Owner::Nobody)) if seat.withdrawn.is_some() => {}
            ("held", Some(Owner::Holder(held))) => self.held_fits(moment, seat, &held, out),
            ("booked", Some(Owner::Booker(booked))) => self.booked_fits(seat, &booked, out),
            (status, _) => out.add(1, format!("{seat} is {status}, but its owner's attributes do not fit that")),
        }
    }

    /// A held seat stands in its holder's hold, unless that hold is over: its row is then deleted or serves another
    /// hold, while the seat waits for the sweep or the next buyer.
    fn held_fits(&self, moment: &Moment, seat: &SeatView, held: &Held<'_>, out: &mut Findings) {
        let Held { hold, holder, expires_at, price } = *held;
        let Some(row) = self.hold(holder, &seat.event).filter(|row| row.hold == hold) else {
            return out.demand(moment.may_be_past(expires_at), 2, || {
                format!("{seat} is held by {hold} until {expires_at}, but buyer {holder} has no such hold")
            });
        };
        out.demand(row.expires_at == expires_at, 5, || format!("{seat} and {row} end at different times"));
        let listed = row.listed(&seat.seat);
        out.demand(listed.is_some(), 2, || format!("{seat} is held, but {row} does not list it"));
        let is_so = listed.is_none_or(|listed| listed.price == price && listed.ticket_type == seat.ticket_type);
        out.demand(is_so, 8, || format!("{seat} and {row} differ in its price or ticket type"));
    }

    fn booked_fits(&self, seat: &SeatView, booked: &Booked<'_>, out: &mut Findings) {
        let Booked { booking, holder, price } = *booked;
        let Some(row) = self.booking(booking) else {
            return out.add(2, format!("{seat} is booked, but there is no booking {booking}"));
        };
        let is_theirs = row.buyer == holder && row.event == seat.event;
        out.demand(is_theirs, 1, || format!("{seat} is buyer {holder}'s, but booked by {row}"));
        let listed = row.listed(&seat.seat);
        out.demand(listed.is_some(), 2, || format!("{seat} is booked, but {row} does not list it"));
        let is_so = listed.is_none_or(|listed| listed.price == price && listed.ticket_type == seat.ticket_type);
        out.demand(is_so, 8, || format!("{seat} and {row} differ in its price or ticket type"));
    }

    fn hold_fits(&self, moment: &Moment, hold: &HoldView, out: &mut Findings) {
        out.demand(hold.ttl.saturating_mul(1_000) >= hold.expires_at, 6, || format!("the ttl of {hold} is too early"));
        self.stays_within_limits(moment, hold, out);
        let may_be_taken_over = moment.may_take_over(hold.expires_at);
        for PricedSeat { seat, price, .. } in &hold.seats {
            out.demand(*price >= 0, 8, || format!("{hold} lists {seat} at a negative price"));
            let row = self.seat(&hold.event, seat);
            let is_held = row.is_some_and(|row| row.status == "held" && row.hold.as_ref() == Some(&hold.hold));
            out.demand(is_held || may_be_taken_over, 2, || format!("{hold} lists seat {seat}, which it does not hold"));
        }
    }

    fn booking_fits(&self, booking: &BookingView, out: &mut Findings) {
        out.demand(!booking.seats.is_empty(), 2, || format!("{booking} has no seats"));
        let (stands, is_dated) = (booking.is_confirmed(), booking.cancelled_at.is_some());
        out.demand(stands != is_dated, 2, || format!("{booking} is {}, unlike its cancelledAt", booking.status));
        let is_left = booking.seats.iter().any(|listed| booking.stands(&listed.seat));
        out.demand(stands == is_left, 2, || format!("{booking} is {}, unlike its seats", booking.status));
        let strange = booking.cancelled.iter().find(|seat| booking.listed(seat).is_none());
        out.demand(strange.is_none(), 2, || format!("{booking} cancelled {strange:?}, which it never had"));
        for PricedSeat { seat, price, .. } in &booking.seats {
            out.demand(*price >= 0, 8, || format!("{booking} lists {seat} at a negative price"));
            let row = self.seat(&booking.event, seat);
            let has_it = row.is_some_and(|row| row.booking.as_ref() == Some(&booking.booking));
            let (status, has) = (&booking.status, if has_it { "has" } else { "does not have" });
            out.demand(has_it == booking.stands(seat), 2, || format!("{booking} is {status} and {has} seat {seat}"));
        }
        let is_counted = booking.counted.is_none() || self.tally(&booking.buyer, &booking.event).is_some();
        out.demand(is_counted, 15, || format!("{booking} counts among the limits of its buyer, which are not there"));
        if let Some((gateway, transaction)) = &booking.payment {
            let guard = self.record(&Key::payment(gateway, transaction));
            let is_guarded = matches!(guard, Some(Record::Payment(guard)) if guard.booking == booking.booking);
            out.demand(is_guarded, 7, || format!("payment {gateway} {transaction} does not guard {booking}"));
        }
    }

    /// What is counted for a buyer is what the buyer's bookings add up to.
    fn tally_fits(&self, tally: &TallyView, out: &mut Findings) {
        let TallyView { buyer, event, booked, only } = tally;
        let counted = || self.bookings_of(buyer, event).filter(|booking| booking.counted.is_some());
        let standing = counted().flat_map(|booking| booking.seats.iter().filter(|seat| booking.stands(&seat.seat)));
        let seats = i64::try_from(standing.count()).unwrap_or(i64::MAX);
        out.demand(*booked == seats, 15, || {
            format!("buyer {buyer} has booked {seats} seats of event {event}, and {booked} are counted")
        });
        let mut single = counted().filter(|booking| booking.counted.as_deref() == Some("only"));
        let stands = single.find(|booking| booking.is_confirmed()).map(|booking| &booking.booking);
        out.demand(only.as_ref() == stands, 15, || {
            format!("the one booking of buyer {buyer} in event {event} is {stands:?}, and {only:?} is noted")
        });
        let Some(rules) = self.event(event).filter(|rules| rules.one_booking_per_buyer) else { return };
        let all = self.bookings_of(buyer, event).filter(|booking| booking.is_confirmed()).count();
        out.demand(all <= 1, 15, || format!("buyer {buyer} has {all} bookings of event {}", rules.event));
    }

    /// What a buyer holds and has booked together is no more than the event allows one buyer.
    fn stays_within_limits(&self, moment: &Moment, hold: &HoldView, out: &mut Findings) {
        let Some(most) = self.event(&hold.event).and_then(|event| event.max_seats_per_buyer) else { return };
        let is_live = !moment.may_be_past(hold.expires_at);
        let held = i64::try_from(hold.seats.len()).unwrap_or(i64::MAX);
        let booked = self.tally(&hold.buyer, &hold.event).map_or(0, |tally| tally.booked);
        out.demand(!is_live || held + booked <= most, 15, || {
            format!("{hold} has {held} seats, {booked} are booked, and one buyer may have {most}")
        });
    }

    fn payment_fits(&self, payment: &PaymentView, out: &mut Findings) {
        let PaymentView { gateway, transaction, booking } = payment;
        let recorded = self.booking(booking).and_then(|booking| booking.payment.as_ref());
        let is_recorded = recorded.is_some_and(|(g, t)| g == gateway && t == transaction);
        out.demand(is_recorded, 7, || format!("booking {booking} does not record payment {gateway} {transaction}"));
    }
}

fn event_fits(event: &EventView, out: &mut Findings) {
    let EventView { event, prices, .. } = event;
    out.demand(prices.iter().all(|price| *price >= 0), 8, || format!("event {event} has a negative price"));
}

/// What the attributes of a seat say of its owner.
enum Owner<'a> {
    Nobody,
    Holder(Held<'a>),
    Booker(Booked<'a>),
}

struct Held<'a> {
    hold: &'a str,
    holder: &'a str,
    expires_at: i64,
    price: i64,
}

struct Booked<'a> {
    booking: &'a str,
    holder: &'a str,
    price: i64,
}

impl<'a> Owner<'a> {
    /// None where the attributes are of no owner, or of more than one.
    fn of(seat: &'a SeatView) -> Option<Self> {
        let SeatView { hold, holder, expires_at, price, booking, booked_at, ticket_type, .. } = seat;
        match (hold, holder, *expires_at, *price, booking, booked_at) {
            (None, None, None, None, None, None) if ticket_type.is_none() => Some(Owner::Nobody),
            (Some(hold), Some(holder), Some(expires_at), Some(price), None, None) => {
                Some(Owner::Holder(Held { hold, holder, expires_at, price }))
            }
            (None, Some(holder), None, Some(price), Some(booking), Some(_)) => {
                Some(Owner::Booker(Booked { booking, holder, price }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "relations_tests.rs"]
mod tests;
