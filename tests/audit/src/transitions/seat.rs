//! How a seat may go from hand to hand.

use super::Commit;
use crate::key::Key;
use crate::view::SeatView;
use crate::violation::{Actor, Findings};

impl Commit<'_> {
    /// Checks a seat's change; a seat without a row was available at version 0.
    pub(super) fn seat(&self, before: Option<&SeatView>, after: &SeatView, out: &mut Findings) {
        let version = before.map_or(0, |before| before.version);
        out.demand(after.version == version.saturating_add(1), 10, || {
            format!("{after} went from version {version} to {}", after.version)
        });
        let was = before.map_or("available", |before| before.status.as_str());
        match (was, before, after.status.as_str()) {
            (_, before, "held") => self.taken(before, after, out),
            (_, before, "blocked") => self.withdrawn(before, after, out),
            ("blocked", Some(before), "available") => self.put_back(before, out),
            ("held", Some(before), "booked") if self.is_out_of_hold(before) => self.sold(before, after, out),
            (_, before, "booked") => self.sold_at_once(before, after, out),
            ("held", Some(before), _) => self.given_back(before, out),
            ("booked", Some(before), _) => self.returned(before, out),
            _ => out.add(10, format!("{after} was rewritten, though nothing about it changed")),
        }
    }

    /// A seat leaves its event only while nobody has it.
    fn withdrawn(&self, before: Option<&SeatView>, after: &SeatView, out: &mut Findings) {
        out.demand(*self.actor == Actor::Admin, 1, || format!("{:?} took {after} out of its event", self.actor));
        let Some(before) = before else { return };
        out.demand(before.status != "booked", 13, || format!("{after} was sold, and is taken out of its event"));
        if before.status == "held" {
            let is_over = before.expires_at.is_none_or(|end| self.moment.may_take_over(end));
            out.demand(is_over, 13, || format!("{after} is held, and is taken out of its event"));
        }
    }

    fn put_back(&self, before: &SeatView, out: &mut Findings) {
        let may = matches!(self.actor, Actor::Admin | Actor::Sweep);
        out.demand(may, 13, || format!("{:?} put {before} back on sale", self.actor));
    }

    fn taken(&self, before: Option<&SeatView>, after: &SeatView, out: &mut Findings) {
        let holder = after.holder.as_deref().unwrap_or_default();
        out.demand(self.is_by(holder), 1, || format!("{:?} made buyer {holder} the holder of {after}", self.actor));
        let Some(before) = before else { return };
        out.demand(before.status != "booked", 1, || format!("{after} was sold, and is held by buyer {holder}"));
        out.demand(before.status != "blocked", 13, || format!("{after} is out of sale, and is held by buyer {holder}"));
        if before.status == "held" && before.hold != after.hold {
            self.check_over(before, out);
        }
        if before.hold == after.hold {
            out.demand(before.expires_at <= after.expires_at, 5, || format!("{after} ends earlier than it did"));
        }
    }

    fn sold(&self, before: &SeatView, after: &SeatView, out: &mut Findings) {
        let holder = before.holder.as_deref().unwrap_or_default();
        let is_holders = before.holder == after.holder && self.is_by(holder);
        out.demand(is_holders, 1, || format!("{after} was held by buyer {holder}, and {:?} sold it", self.actor));
        let in_time = after.booked_at <= before.expires_at;
        out.demand(in_time, 5, || {
            format!("{after} was booked at {:?}, after its hold ended at {:?}", after.booked_at, before.expires_at)
        });
        let is_present = after.booked_at.is_none_or(|at| !self.is_future(at));
        out.demand(is_present, 5, || format!("{after} was booked in the future, at {:?}", after.booked_at));
        // Who books in one step may name another type, which has a price of its own.
        let is_as_held = before.price == after.price || before.ticket_type != after.ticket_type;
        out.demand(is_as_held, 8, || {
            let (was, is) = ((before.price, &before.ticket_type), (after.price, &after.ticket_type));
            format!("{after} was held at {was:?} and is sold at {is:?}")
        });
    }

    /// Whether a seat is in its holder's hold, whose row is written with it. Where it is not, its hold is no matter: it is
    /// over, or must be.
    pub(super) fn is_out_of_hold(&self, before: &SeatView) -> bool {
        let holder = before.holder.as_deref().unwrap_or_default();
        let hold = self.before.hold(holder, &before.event);
        let is_of_it = hold.is_some_and(|hold| Some(&hold.hold) == before.hold.as_ref());
        is_of_it && self.after.contains_key(&Key::hold(holder, &before.event))
    }

    /// A seat that is sold with no hold before is nobody's, and its booking is made with it.
    fn sold_at_once(&self, before: Option<&SeatView>, after: &SeatView, out: &mut Findings) {
        let holder = after.holder.as_deref().unwrap_or_default();
        out.demand(self.is_by(holder), 1, || format!("{:?} sold {after} to buyer {holder}", self.actor));
        let id = after.booking.as_deref().unwrap_or_default();
        let is_new = self.booking_after(id).is_some() && self.before.booking(id).is_none();
        out.demand(is_new, 2, || format!("{after} was sold at once, and its booking {id} is not made with it"));
        let is_present = after.booked_at.is_none_or(|at| !self.is_future(at));
        out.demand(is_present, 5, || format!("{after} was booked in the future, at {:?}", after.booked_at));
        let Some(before) = before else { return };
        out.demand(before.status != "booked", 1, || format!("{after} was sold, and is sold to buyer {holder}"));
        out.demand(before.status != "blocked", 13, || format!("{after} is out of sale, and is sold to buyer {holder}"));
        if before.status == "held" {
            let is_over = before.expires_at.is_none_or(|end| self.moment.may_take_over(end));
            let is_theirs = before.holder == after.holder;
            out.demand(is_over || is_theirs, 1, || format!("{before} is held, and is sold to buyer {holder}"));
            self.check_over(before, out);
        }
    }

    fn given_back(&self, before: &SeatView, out: &mut Findings) {
        let holder = before.holder.as_deref().unwrap_or_default();
        match self.actor {
            Actor::Sweep if self.gives_up_session_of(before) => {}
            Actor::Sweep => self.check_over(before, out),
            _ => out.demand(self.is_by(holder), 1, || {
                format!("{:?} freed {before}, which buyer {holder} held", self.actor)
            }),
        }
    }

    /// Whether the seat is in a hold of a session, whose row is written with it.
    fn gives_up_session_of(&self, before: &SeatView) -> bool {
        let holder = before.holder.as_deref().unwrap_or_default();
        let hold = self.before.hold(holder, &before.event);
        let is_of_session = hold.is_some_and(|hold| hold.of_session && Some(&hold.hold) == before.hold.as_ref());
        is_of_session && self.after.contains_key(&Key::hold(holder, &before.event))
    }

    fn returned(&self, before: &SeatView, out: &mut Findings) {
        let id = before.booking.as_deref().unwrap_or_default();
        let is_cancelled = self.booking_after(id).is_some_and(|booking| !booking.stands(&before.seat));
        out.demand(is_cancelled, 1, || format!("{before} was freed without the cancellation of booking {id}"));
    }

    /// Nobody, its late holder included, takes a seat before its hold is over for everybody's clock.
    fn check_over(&self, before: &SeatView, out: &mut Findings) {
        let is_over = before.expires_at.is_none_or(|end| self.moment.may_take_over(end));
        out.demand(is_over, 5, || {
            let (at, end) = (self.moment.at, before.expires_at);
            format!("{:?} took {before} at {at}, though its hold ends at {end:?}", self.actor)
        });
    }

    fn is_future(&self, time: i64) -> bool {
        !self.moment.may_be_past(time.saturating_sub(1))
    }
}
