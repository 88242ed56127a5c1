//! What one request may change: each row before against the row after, and the rows of one request together.

mod booking;
mod hold;
mod seat;

use crate::attributes::Attributes;
use crate::books::{Books, Entry};
use crate::key::{Key, Place};
use crate::record::Record;
use crate::view::BookingView;
use crate::violation::{Actor, Findings, Moment};
use std::collections::HashMap;

/// What one request wrote, while the books still say what was before.
pub(crate) struct Commit<'a> {
    pub(crate) moment: &'a Moment,
    pub(crate) actor: &'a Actor<'a>,
    pub(crate) before: &'a Books,
    pub(crate) after: &'a HashMap<Key, Option<Entry>>,
}

impl Commit<'_> {
    /// Checks each change.
    pub(crate) fn check(&self, out: &mut Findings) {
        for (key, after) in self.after {
            let (before, after) = (self.before.entry(key), after.as_ref());
            if *self.actor == Actor::Ttl {
                self.check_ttl(key, before, after, out);
            }
            match after {
                Some(after) => self.check_change(key, before, after, out),
                None => self.check_deletion(key, out),
            }
        }
    }

    /// A row that cannot be read is reported as such; nothing can be said of its change.
    fn check_change(&self, key: &Key, before: Option<&Entry>, after: &Entry, out: &mut Findings) {
        let Some(is) = after.known() else { return };
        let was = match before.map(Entry::known) {
            Some(None) => return,
            known => known.flatten(),
        };
        let is_rewritten = || before.is_some_and(|before| before.row != after.row);
        match (was, is) {
            (None, Record::Seat(seat)) => self.seat(None, seat, out),
            (Some(Record::Seat(was)), Record::Seat(seat)) => self.seat(Some(was), seat, out),
            (Some(Record::Hold(was)), Record::Hold(hold)) => self.hold(was, hold, out),
            (None, Record::Booking(booking)) => self.new_booking(booking, out),
            (Some(Record::Booking(was)), Record::Booking(booking)) => {
                let same = before.is_some_and(|before| booking::is_same_record(before, after));
                self.changed_booking(was, booking, same, out);
            }
            (Some(Record::Event(was)), Record::Event(event)) => {
                let keeps_seats = was.lanes == event.lanes || !self.before.has_seats(&event.event);
                out.demand(keeps_seats, 1, || {
                    format!("event {} went from {} to {} lanes: its seats are lost", was.event, was.lanes, event.lanes)
                });
            }
            (Some(Record::Payment(_) | Record::Answer), _) if is_rewritten() => {
                out.add(7, format!("{key} was rewritten"));
            }
            (Some(Record::Line(was)), Record::Line(is)) => {
                out.demand(*is == was + 1, 12, || format!("{key} went from revision {was} to {is}"));
            }
            (Some(Record::Counter(was)), Record::Counter(is)) => {
                out.demand(is > was, 12, || format!("{key} went back from {was} to {is}"));
            }
            (Some(Record::InLine(priority, by_lot, was)), Record::InLine(now, is_by_lot, is))
                if (priority, by_lot, was) != (now, is_by_lot, is) =>
            {
                let goes_ahead = priority == now && by_lot == is_by_lot && is <= was;
                out.demand(!goes_ahead, 12, || format!("{key} went ahead from {was} to {is}"));
                out.demand(*by_lot || !is_by_lot, 12, || format!("{key} got another number by lot"));
            }
            (Some(Record::Entrants(was, numbers)), Record::Entrants(is, now)) => {
                out.demand(was == is, 12, || format!("{key} has other entrants than it had"));
                out.demand(numbers.is_none() || numbers == now, 12, || format!("{key} was drawn again"));
            }
            (Some(Record::Seed(was)), Record::Seed(is)) => {
                out.demand(was == is, 12, || format!("{key} has another seed than it had"));
            }
            (Some(Record::LayoutVersion | Record::LayoutPiece), _) if is_rewritten() => {
                out.add(8, format!("{key} was rewritten, though functions keep layouts for ever"));
            }
            _ => {}
        }
    }

    /// Seats, records and what they refer to are for ever, whoever asks. A kept answer goes with its `ttl` only.
    fn check_deletion(&self, key: &Key, out: &mut Findings) {
        match key.place() {
            Some(
                Place::Hold { .. }
                | Place::Watcher
                | Place::Connection
                | Place::Socket
                | Place::Lagging
                | Place::Due
                | Place::Away
                | Place::Changing
                | Place::WaitingSocket
                | Place::Lease
                | Place::Room,
            )
            | None => {}
            Some(
                Place::Line { .. }
                | Place::InLine { .. }
                | Place::Counter
                | Place::Left
                | Place::Entrants { .. }
                | Place::Seed
                | Place::Out,
            ) => {
                out.demand(*self.actor == Actor::Ttl, 12, || format!("{key} was deleted before its time"));
            }
            Some(Place::Answer { .. }) => {
                out.demand(*self.actor == Actor::Ttl, 7, || format!("{key} was deleted before its time"));
            }
            Some(_) => out.add(6, format!("{key} was deleted")),
        }
    }

    /// DynamoDB deletes rows whose time is over, and does nothing else.
    fn check_ttl(&self, key: &Key, before: Option<&Entry>, after: Option<&Entry>, out: &mut Findings) {
        let ttl = before.and_then(|entry| Attributes(&entry.row).maybe_number::<i64>("ttl").ok().flatten());
        let is_over = ttl.is_some_and(|seconds| seconds.saturating_mul(1_000) < self.moment.at);
        out.demand(is_over && after.is_none(), 6, || format!("ttl took {key}, whose ttl is {ttl:?}"));
    }

    /// Whether the request is this buyer's own.
    fn is_by(&self, buyer: &str) -> bool {
        matches!(self.actor, Actor::Buyer(me) if *me == buyer)
    }

    /// A booking as this request wrote it.
    fn booking_after(&self, booking: &str) -> Option<&BookingView> {
        match self.after.get(&Key::booking(booking))?.as_ref()?.known()? {
            Record::Booking(booking) => Some(booking),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
