//! Whether an answer was right: what it says was done is in the table ([`crate::done`]), what it refused it had to refuse
//! ([`crate::refusal`]), and what it refused left no trace.

use crate::ledger::broken;
use crate::refusal::CODES;
use crate::venue::SEATS_PER_HOLD;
use crate::world::World;
use audit::{Promise, SeatView, Violation};
use domain::refusal::Code;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The skew that the design grants between the end of a hold and the next buyer, in ms.
pub const SKEW_MS: i64 = 2_000;

/// What somebody asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The call's number.
    pub call: u64,
    /// Who asked: a buyer's `sub`, or the admin's.
    pub who: String,
    /// Whether an admin asked.
    pub is_admin: bool,
    /// What was asked for.
    pub verb: Verb,
    /// The event that it is about.
    pub event: String,
    /// Its `Idempotency-Key`, with the body it came with.
    pub key: Option<(String, String)>,
    /// The seats that it names.
    pub seats: Vec<String>,
    /// What it asks each seat to be held as, where it says so.
    pub types: Vec<(String, String)>,
    /// What it wants chosen, where it does not name seats.
    pub wish: Option<Wish>,
    /// Its payment.
    pub payment: Option<String>,
    /// What it says of the payment's status.
    pub word: Option<String>,
    /// When the same request was sent for the first time, in ms: a repeat with a key may be told what was true then.
    pub since: i64,
    /// Whether it was sent more than once, with the same key.
    pub is_repeated: bool,
    /// When it was sent, in ms.
    pub from: i64,
    /// When it was answered, in ms.
    pub to: i64,
}

/// What somebody wants to have chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How many seats.
    pub quantity: usize,
    /// Of which category.
    pub category: Option<String>,
    /// Places of the area alone.
    pub of_area: bool,
    /// Whether they may be apart.
    pub may_be_apart: bool,
    /// How many of them are to be of each ticket type; empty where nothing is said of types.
    pub types: Vec<(String, usize)>,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Hold seats or a table.
    Hold,
    /// Hold what is chosen for the buyer.
    HoldBest,
    /// Book in one step.
    Book,
    /// Book what is held.
    Confirm,
    /// Give up what is held.
    Release,
    /// Have more time for what is held.
    Extend,
    /// Give up what is held in all events.
    EndSession,
    /// Cancel a booking.
    Cancel,
    /// Look up what is held.
    Holds,
    /// Look up orders.
    Orders,
    /// See the layout.
    Layout,
    /// Anything else that changes nothing.
    Read,
    /// Change the event's settings.
    Settings,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// What has been promised so far.
#[derive(Default)]
pub struct Promises {
    pub(crate) booked: Vec<Promise>,
    kept: HashMap<(String, Verb, String, String), Reply>,
    /// When each key was sent for the first time, in ms, and how often.
    sent: HashMap<(String, Verb, String), (i64, u32)>,
    /// How often each code refused something.
    refusals: [u64; CODES.len()],
    pub(crate) paid: HashMap<String, String>,
    /// How many seats each call wants to have chosen or booked at once.
    wanted: HashMap<u64, usize>,
    /// Bookings that somebody asked to cancel.
    pub cancelling: HashSet<String>,
}

impl Promises {
    /// Takes note that a request with a key is sent.
    pub fn send(&mut self, now: i64, who: &str, verb: Verb, key: &str) {
        self.sent.entry((who.to_owned(), verb, key.to_owned())).or_insert((now, 0)).1 += 1;
    }

    /// When a key was sent for the first time, in ms, and how often it was.
    #[must_use]
    pub fn sent(&self, who: &str, verb: Verb, key: &str) -> Option<(i64, u32)> {
        self.sent.get(&(who.to_owned(), verb, key.to_owned())).copied()
    }

    /// Counts a refusal.
    pub fn count_refusal(&mut self, code: Option<Code>) {
        if let Some(at) = code.and_then(|code| CODES.iter().position(|known| *known == code)) {
            self.refusals[at] += 1;
        }
    }

    /// How often each code refused something.
    pub fn refusals(&self) -> impl Iterator<Item = (Code, u64)> {
        CODES.into_iter().zip(self.refusals)
    }
}

impl World {
    /// Judges an answer at the moment at which it was given.
    pub fn judge(&self, asked: &Asked, reply: &Reply) {
        let mut found = Vec::new();
        found.extend(self.names_nobody(asked, reply));
        found.extend(self.is_the_same_again(asked, reply));
        found.extend(self.judge_outage(asked, reply));
        match reply.status {
            200 => found.extend(self.judge_done(asked, reply)),
            503 => found.extend(self.judge_busy(asked)),
            409 => {
                found.extend(self.ledger().refuse(asked.call));
                found.extend(self.judge_reason(asked, &reply.body));
            }
            // A change of layout takes seats out of sale before it finds that it may not, and brings them back.
            400 if asked.verb == Verb::Settings && self.is_just(asked, reply) => {}
            400 if self.is_just(asked, reply) => found.extend(self.ledger().refuse(asked.call)),
            404 if asked.verb == Verb::Cancel => found.extend(self.ledger().refuse(asked.call)),
            _ => found.push(broken(
                11,
                format!("#{} {:?} was answered {}: {}", asked.call, asked.verb, reply.status, reply.body),
            )),
        }
        if matches!(asked.verb, Verb::HoldBest | Verb::Book) {
            self.promises().wanted.insert(asked.call, asked.wanted());
        }
        found.extend(self.took_too_much(asked.call));
        self.fail_for(found);
    }

    /// No request takes more seats than it wants, however often it had to choose again.
    fn took_too_much(&self, call: u64) -> Option<Violation> {
        let wanted = self.promises().wanted.get(&call).copied()?;
        let took = self.ledger().seats_written(call);
        (took > wanted).then(|| broken(7, format!("#{call} wanted {wanted} seats, and took {took}")))
    }

    /// Seats that the event's layout may lack at the moment are refused as unknown, more seats than one may hold as too many,
    /// and a layout without seats that somebody has is refused.
    fn is_just(&self, asked: &Asked, reply: &Reply) -> bool {
        let body = &reply.body;
        let message = body["message"].as_str().or(body["data"]["message"].as_str()).unwrap_or_default();
        match asked.verb {
            Verb::HoldBest | Verb::Book if asked.wanted() > SEATS_PER_HOLD => {
                message == format!("Cannot hold more than {SEATS_PER_HOLD} seats at once")
            }
            Verb::HoldBest => false,
            Verb::Hold if asked.seats.len() > SEATS_PER_HOLD => {
                message == format!("Cannot hold more than {SEATS_PER_HOLD} seats at once")
            }
            Verb::Hold | Verb::Book | Verb::Confirm | Verb::Release => {
                let (ledger, Asked { event, who, since, to, .. }) = (self.ledger(), asked);
                let is_unknown =
                    |seat: &str| ledger.may_lack(seat) && !ledger.surely_held(event, who, seat, *since, *to);
                message.strip_prefix("Invalid seat IDs: ").is_some_and(|seats| seats.split(", ").all(is_unknown))
            }
            Verb::Settings => message.starts_with("layoutId: the layout lacks seats that are held or booked"),
            Verb::Extend | Verb::EndSession | Verb::Cancel | Verb::Holds | Verb::Orders | Verb::Layout | Verb::Read => {
                false
            }
        }
    }

    /// Nobody reads another buyer's name, except admins.
    fn names_nobody(&self, asked: &Asked, reply: &Reply) -> Option<Violation> {
        if asked.is_admin {
            return None;
        }
        let text = reply.body.to_string();
        let mut names = text.match_indices("buyer-").map(|(at, _)| &text[at..]);
        let other = names.find(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
            rest[..end] != asked.who
        })?;
        let named: String = other.chars().take(40).collect();
        Some(broken(9, format!("#{} {:?} told {} of {named}", asked.call, asked.verb, asked.who)))
    }

    /// The same request again gives the same answer.
    fn is_the_same_again(&self, asked: &Asked, reply: &Reply) -> Option<Violation> {
        let (key, body) = asked.key.clone()?;
        let is_final = reply.status == 200 || (reply.status == 409 && reply.body["code"] != "seat_locked");
        if !is_final {
            return None;
        }
        let mut promises = self.promises();
        let before = promises.kept.entry((asked.who.clone(), asked.verb, key, body)).or_insert_with(|| reply.clone());
        let what = || format!("#{} {:?} was answered {} and then {}", asked.call, asked.verb, before.body, reply.body);
        (before != reply).then(|| broken(7, what()))
    }

    /// "Try again later" needs a reason.
    fn judge_busy(&self, asked: &Asked) -> Option<Violation> {
        // Somebody else may be changing the event, or have died while doing so.
        if asked.verb == Verb::Settings {
            return None;
        }
        let what = || format!("#{} {:?} was put off, and no fault had struck it", asked.call, asked.verb);
        (self.ledger().met(asked.call) == 0).then(|| broken(11, what()))
    }

    fn judge_done(&self, asked: &Asked, reply: &Reply) -> Vec<Violation> {
        let data = &reply.body["data"];
        match asked.verb {
            Verb::Hold => self.judge_held(asked, data).into_iter().collect(),
            Verb::HoldBest => self.judge_held(asked, data).into_iter().chain(self.judge_chosen(asked, data)).collect(),
            Verb::Book => {
                let mut found = self.judge_booked(asked, data);
                found.extend(self.judge_chosen(asked, data));
                found
            }
            Verb::Confirm => self.judge_booked(asked, data),
            Verb::Release => self.judge_released(asked, data),
            Verb::Extend => self.judge_extended(asked, data),
            Verb::EndSession => self.judge_ended(asked, data),
            Verb::Orders => self.judge_orders(asked, data),
            Verb::Cancel => self.judge_cancelled(asked, data).into_iter().collect(),
            Verb::Holds => self.judge_holds(asked, data),
            Verb::Layout => self.judge_layout(asked, data),
            Verb::Read | Verb::Settings => Vec::new(),
        }
    }

    /// Everything that was ever promised still stands.
    pub fn check_promises(&self) {
        let promises = self.promises();
        let ledger = self.ledger();
        let broken_ones = promises.booked.iter().filter_map(|promise| {
            let Promise::Booked { booking, buyer, event, seats, total, .. } = promise.clone();
            let may_be_cancelled = promises.cancelling.contains(&booking);
            ledger.rows.kept(&Promise::Booked { booking, buyer, event, seats, total, may_be_cancelled })
        });
        let mut found: Vec<Violation> = broken_ones.collect();
        let calls: Vec<u64> = promises.wanted.keys().copied().collect();
        drop((ledger, promises));
        found.extend(calls.into_iter().filter_map(|call| self.took_too_much(call)));
        self.fail_for(found);
    }
}

impl Asked {
    /// How many seats it wants.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.wish.as_ref().map_or(self.seats.len(), |wish| wish.quantity)
    }
}

/// Whether a seat is held by this buyer.
#[must_use]
pub fn holds(state: &SeatView, buyer: &str) -> bool {
    state.status == "held" && state.holder.as_deref() == Some(buyer)
}

/// The texts in a list.
pub fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An amount in minor units; every event of a run sells in a currency with two decimals.
#[allow(clippy::cast_possible_truncation)] // sums of a few seats
pub(crate) fn minor(amount: &Value) -> Option<i64> {
    amount.as_f64().map(|amount| (amount * 100.0).round() as i64)
}

/// A moment as answers write it, in ms.
#[must_use]
pub fn time(text: &Value) -> Option<i64> {
    domain::clock::Moment::parse(text.as_str()?).ok().map(|ms| ms.0)
}
