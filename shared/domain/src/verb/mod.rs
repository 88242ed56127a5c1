//! What a buyer can have done. Each verb is a plan: what was seen goes in; writes with their answer, or a named
//! refusal, come out. The verb also says what follows from a refused write.
//!
//! A plan knows no attempts, pauses, `Idempotency-Key`s or lost answers: one loop in the service sees to these for
//! every verb, and asks for a new plan in each round, with the time of that moment.

pub mod abandon;
pub mod asked;
pub mod book;
pub mod cancel;
pub mod checkout;
pub mod chooser;
pub mod confirm;
pub mod conflict;
pub mod extend;
pub mod hold;
pub mod hold_best;
pub mod release;

use crate::answer::Answer;
use crate::booking::Booking;
use crate::choice::readings::Readings;
use crate::clock::Moment;
use crate::event::Event;
use crate::hold::Hold;
use crate::inventory::Inventory;
use crate::name::{BookingId, BuyerId, EventId, SeatId};
use crate::refusal::{Code, Refusal};
use crate::seat::Seat;
use crate::tally::Tally;
use crate::write::Write;
use std::collections::HashSet;
use std::sync::Arc;

/// One thing that a buyer can have done.
pub trait Verb: Send + Sync {
    /// What is to be done, going by what was seen.
    fn plan(&self, now: Moment, seen: &Seen) -> Plan;

    /// What follows from writes that were refused. `seen` is what `tried` was planned on.
    fn refused(&self, now: Moment, seen: &Seen, tried: &Transaction, refused: &Refused) -> Next;

    /// What follows where a transaction met conflicts alone, at its last attempt too. `refusal` says so, unless the
    /// verb knows a better answer.
    fn locked(&self, now: Moment, seen: &Seen, tried: &Transaction, refusal: Refusal) -> Next {
        let _ = (now, seen, tried);
        Next::Answer(Err(refusal))
    }

    /// Notes what refused writes found, for the rounds that follow.
    fn learn(&self, seen: &mut Seen, refused: &Refused) {
        let _ = (seen, refused);
    }

    /// Whether the seats are chosen for the buyer: then others are chosen where some are in the way, and the buyer is never
    /// told that a seat is locked.
    fn chooses(&self) -> bool {
        false
    }
}

/// What is to be done next.
#[derive(Debug)]
pub enum Plan {
    /// This must be looked at first; then the verb is planned again.
    Look(Look),
    /// All of this is to be written, or nothing.
    Commit(Transaction),
    /// Nothing is to be written.
    Answer(Result<Answer, Refusal>),
}

/// What follows from a transaction that was refused.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one at a time, and read at once
pub enum Next {
    /// This must be looked at first; then the same is asked again.
    Look(Look),
    /// The verb is planned again, on the hold row that was found.
    Again,
    /// This is the answer.
    Answer(Result<Answer, Refusal>),
}

/// An answer, perhaps after one more look: before a transaction, or after one that was refused.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one at a time, and read at once
enum Conclusion {
    Look(Look),
    Answer(Result<Answer, Refusal>),
}

impl From<Conclusion> for Plan {
    fn from(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Look(look) => Self::Look(look),
            Conclusion::Answer(answer) => Self::Answer(answer),
        }
    }
}

impl From<Conclusion> for Next {
    fn from(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Look(look) => Self::Look(look),
            Conclusion::Answer(answer) => Self::Answer(answer),
        }
    }
}

/// Writes of one event that stand or fall together.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// The event.
    pub event: Arc<Event>,
    /// The writes, in the order of precedence of their refusals; at least one.
    pub writes: Vec<Write>,
    /// What is answered once they stand: a failed payment is refused, and goes on record all the same.
    pub answer: Result<Answer, Refusal>,
}

impl Transaction {
    /// Whose hold row it writes, and in which event.
    #[must_use]
    pub fn hold_row(&self) -> Option<(&BuyerId, &EventId)> {
        self.writes.iter().find_map(|write| match write {
            Write::BeginHold(hold) | Write::ReplaceHold { after: hold, .. } => Some((&hold.buyer, &hold.event)),
            Write::CheckHold { buyer, event, .. } => Some((buyer, event)),
            _ => None,
        })
    }
}

/// Something that a plan depends on and that has not been seen yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// The buyer's hold row in an event.
    Hold(BuyerId, EventId),
    /// The rows of these seats.
    Seats(Arc<Event>, Vec<SeatId>),
    /// All rows of these lanes, for choosing among the seats of the inventory.
    Lanes(Arc<Event>, Arc<Inventory>, Vec<u32>),
    /// What the buyer has booked in an event that limits buyers.
    Tally(BuyerId, EventId),
    /// Which booking a payment has paid for.
    Payment {
        /// The payment provider.
        gateway: String,
        /// The provider's id of the payment.
        transaction: String,
    },
    /// The same under the key that earlier versions of the product wrote.
    OlderPayment {
        /// The payment provider, as the request spells it.
        gateway: String,
        /// The provider's id of the payment.
        transaction: String,
    },
    /// A booking.
    Booking(BookingId),
    /// An event's settings.
    Event(EventId),
}

/// What has been seen. A further round begins with the hold row that a refused write found, with `older_paid`, which
/// nobody writes any more, and with what is known of the seats to choose from; it looks at everything else again.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The buyer's hold row in the event, live or not; the outer none where it was not looked at.
    pub hold: Option<Option<Hold>>,
    /// The rows of the seats that were asked for; a seat that never changed has none.
    pub seats: Option<Vec<Seat>>,
    /// The booking that the payment has paid for.
    pub paid: Option<Option<BookingId>>,
    /// The same under the key that earlier versions of the product wrote.
    pub older_paid: Option<Option<BookingId>>,
    /// What the buyer has booked in the event, as the row of the buyer's limits has it.
    pub tally: Option<Option<Tally>>,
    /// What is known of the seats to choose from.
    pub readings: Option<Readings>,
    /// Seats, by their index, that other transactions were writing.
    pub in_flight: HashSet<u32>,
    /// How often what was chosen was refused.
    pub conflicts: u32,
    /// The booking that was looked at.
    pub booking: Option<Option<Booking>>,
    /// The event that was looked at.
    pub event: Option<Arc<Event>>,
    /// Whether an attempt of this request was never answered, and may have been written.
    pub is_unanswered: bool,
}

impl Seen {
    /// The buyer's hold row, as far as it is known.
    #[must_use]
    pub fn known_hold(&self) -> Option<&Hold> {
        self.hold.as_ref().and_then(Option::as_ref)
    }

    /// What a further round begins with.
    #[must_use]
    pub fn for_another_round(self) -> Self {
        let Self { hold, older_paid, is_unanswered, readings, in_flight, conflicts, .. } = self;
        Self { hold, older_paid, is_unanswered, readings, in_flight, conflicts, ..Self::default() }
    }
}

/// What a refused write found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<T> {
    /// This row, on which its condition failed; none where there is no row.
    Row(Option<T>),
    /// Another transaction was writing the row.
    Conflict,
}

/// The writes of a transaction that were refused, at least one of them by its condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refused {
    /// Seats, in the order of the writes.
    pub seats: Vec<(SeatId, Found<Seat>)>,
    /// The buyer's hold row; none where its write was not refused. After a conflict the loop reads the row, so that a
    /// verb always gets one.
    pub hold: Option<Found<Hold>>,
    /// What the buyer has booked in the event; none where the row of the buyer's limits was not in the way.
    pub tally: Option<Found<Tally>>,
    /// The booking that the payment has paid for; none where the payment's guard was not in the way.
    pub paid: Option<Found<BookingId>>,
    /// Whether the event's row no longer names the change of its layout that these writes are part of.
    pub is_superseded: bool,
}

impl Plan {
    fn refuse(refusal: Refusal) -> Self {
        Self::Answer(Err(refusal))
    }
}

/// The refusal of writes that found seats not to be the buyer's any more: the hold ran out between plan and write.
fn no_longer_held(refused: &Refused) -> Refusal {
    let failed = refused.seats.iter().filter(|(_, found)| matches!(found, Found::Row(_)));
    let seats: Vec<SeatId> = failed.map(|(seat, _)| seat.clone()).collect();
    if seats.is_empty() { another_request_under_way() } else { Refusal::not_held(&seats) }
}

/// The refusal where the buyer has no live hold. It names the seats of one that has ended, so that the buyer knows.
fn no_live_hold(hold: Option<&Hold>) -> Refusal {
    let ended = hold.map(|hold| hold.seats.iter().map(|seat| seat.id.clone()).collect::<Vec<_>>());
    Refusal::not_held(&ended.unwrap_or_default())
}

/// The refusal where only rows of this buyer were in the way: they kept changing, or were being written.
#[must_use]
pub fn another_request_under_way() -> Refusal {
    Refusal::new(Code::SeatLocked, "Another request of yours is still under way; try again now")
}

/// The refusal where other transactions were writing the rows of these seats; with no seats, rows of the buyer's own.
#[must_use]
pub fn being_written(seats: &[SeatId]) -> Refusal {
    if seats.is_empty() {
        return another_request_under_way();
    }
    let seats: Vec<(SeatId, Code)> = seats.iter().map(|seat| (seat.clone(), Code::SeatLocked)).collect();
    Refusal::conflicts(&seats)
}
