//! Whether an answer was right: what it promised is in the table, what it refused it had to refuse, and what it refused
//! left no trace.

use crate::ledger::{Ledger, broken};
use crate::world::{CLOCKS_APART_MS, World};
use audit::{Promise, SeatView, Violation};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The skew that the design grants between the end of a hold and the next buyer, in ms.
const SKEW_MS: i64 = 2_000;

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
    /// Its payment.
    pub payment: Option<String>,
    /// When it was sent, in ms.
    pub from: i64,
    /// When it was answered, in ms.
    pub to: i64,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Hold seats or a table.
    Hold,
    /// Book what is held.
    Confirm,
    /// Give up what is held.
    Release,
    /// Cancel a booking.
    Cancel,
    /// Look up what is held.
    Holds,
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
    booked: Vec<Promise>,
    kept: HashMap<(String, Verb, String, String), Reply>,
    paid: HashMap<String, String>,
    /// Bookings that somebody asked to cancel.
    pub cancelling: HashSet<String>,
}

impl World {
    /// Judges an answer at the moment at which it was given.
    pub fn judge(&self, asked: &Asked, reply: &Reply) {
        let mut found = Vec::new();
        found.extend(self.names_nobody(asked, reply));
        found.extend(self.is_the_same_again(asked, reply));
        match reply.status {
            200 => found.extend(self.judge_done(asked, reply)),
            503 => found.extend(self.judge_busy(asked)),
            409 => found.extend(self.judge_refused(asked, reply)),
            400 if self.is_just(asked, reply) => {}
            404 if asked.verb == Verb::Cancel => found.extend(self.ledger().refuse(asked.call)),
            _ => found.push(broken(
                11,
                format!("#{} {:?} was answered {}: {}", asked.call, asked.verb, reply.status, reply.body),
            )),
        }
        self.fail_for(found);
    }

    /// Whether a 400 is just: it calls seats unknown that the event's layout may lack at the moment, or refuses a
    /// layout that lacks seats which somebody has.
    fn is_just(&self, asked: &Asked, reply: &Reply) -> bool {
        let body = &reply.body;
        let message = body["message"].as_str().or(body["data"]["message"].as_str()).unwrap_or_default();
        match asked.verb {
            Verb::Hold | Verb::Confirm | Verb::Release => {
                let ledger = self.ledger();
                let is_unknown = |seat: &str| ledger.may_lack(seat) && !self.surely_held(&ledger, asked, seat);
                message.strip_prefix("Invalid seat IDs: ").is_some_and(|seats| seats.split(", ").all(is_unknown))
            }
            Verb::Settings => message.starts_with("layoutId: the layout lacks seats that are held or booked"),
            Verb::Cancel | Verb::Holds | Verb::Layout | Verb::Read => false,
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
            Verb::Confirm => self.judge_booked(asked, data),
            Verb::Release => self.judge_released(asked, data),
            Verb::Cancel => self.judge_cancelled(asked, data).into_iter().collect(),
            Verb::Holds => self.judge_holds(asked, data),
            Verb::Layout => self.judge_layout(asked, data),
            Verb::Read | Verb::Settings => Vec::new(),
        }
    }

    /// All seats were held at once, by this buyer, under this hold and until this end, for this sum.
    fn judge_held(&self, asked: &Asked, data: &Value) -> Option<Violation> {
        let ends = time(&data["expiresAt"]);
        let hold = data["holdId"].as_str();
        // A repeat by key is told what was true the first time.
        if asked.key.is_none() && ends.is_none_or(|end| end < asked.from - CLOCKS_APART_MS) {
            return Some(broken(4, format!("#{} was given a hold that is over: {data}", asked.call)));
        }
        let ledger = self.ledger();
        let mut sum = 0;
        for seat in texts(&data["heldSeats"]) {
            let is_so = |state: &&SeatView| {
                state.status == "held"
                    && state.hold.as_deref() == hold
                    && state.holder.as_deref() == Some(asked.who.as_str())
                    && state.expires_at == ends
            };
            // A repeat by key is told of a past state; any other request of a state while it ran.
            let found = match asked.key {
                Some(_) => ledger.all(&asked.event, seat).iter().map(|past| &past.seat).find(is_so),
                None => ledger.during(&asked.event, seat, asked.from, asked.to).find(is_so),
            };
            let Some(found) = found else {
                return Some(broken(7, format!("#{} was told that it holds {seat}: {data}", asked.call)));
            };
            sum += found.price.unwrap_or_default();
        }
        let what = || format!("#{} holds seats for {sum}, and was told {}", asked.call, data["totalAmount"]);
        (minor(&data["totalAmount"]) != Some(sum)).then(|| broken(8, what()))
    }

    fn judge_booked(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let seat = |seat: &Value| (text(&seat["seatId"]), seat["price"].to_string());
        let booking = text(&data["bookingId"]);
        let promise = |may_be_cancelled| Promise::Booked {
            booking: booking.clone(),
            buyer: asked.who.clone(),
            event: asked.event.clone(),
            seats: data["seats"].as_array().into_iter().flatten().map(seat).collect(),
            total: data["totalAmount"].to_string(),
            may_be_cancelled,
        };
        let mut promises = self.promises();
        let mut found: Vec<Violation> =
            self.ledger().rows.kept(&promise(promises.cancelling.contains(&booking))).into_iter().collect();
        promises.booked.push(promise(false));
        if let Some(payment) = &asked.payment {
            let before = promises.paid.entry(payment.clone()).or_insert_with(|| booking.clone());
            if *before != booking {
                found.push(broken(7, format!("{payment} paid for {before} and for {booking}")));
            }
        }
        found
    }

    fn judge_released(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        if asked.key.is_some() {
            return Vec::new(); // Perhaps a repeat, of a release long ago.
        }
        let ledger = self.ledger();
        let is_theirs = |state: &SeatView| state.status != "available" && state.holder.as_deref() == Some(&asked.who);
        let is_gone =
            |seat: &&str| ledger.during(&asked.event, seat, asked.from, asked.to).any(|state| !is_theirs(state));
        let kept = texts(&data["releasedSeats"]).filter(|seat| !is_gone(seat));
        kept.map(|seat| broken(2, format!("#{} was told that {seat} is released", asked.call))).collect()
    }

    fn judge_cancelled(&self, asked: &Asked, data: &Value) -> Option<Violation> {
        let booking = data["booking"]["bookingId"].as_str().unwrap_or_default();
        let Some(view) = self.ledger().booking(booking) else {
            return Some(broken(2, format!("#{} was told that {booking} is cancelled", asked.call)));
        };
        let told = &data["booking"];
        let mut said = texts(&told["cancelledSeats"]);
        let is_so =
            (told["status"] != "cancelled" || view.status == "cancelled") && said.all(|seat| !view.stands(seat));
        (!is_so).then(|| broken(2, format!("#{} was told of {told}, and the table has {view}", asked.call)))
    }

    /// Every hold that is listed was there while the request ran.
    fn judge_holds(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let mut found = Vec::new();
        for hold in data["holds"].as_array().into_iter().flatten() {
            let event = hold["eventId"].as_str().unwrap_or_default();
            if time(&hold["expiresAt"]).is_none_or(|end| end < asked.from - CLOCKS_APART_MS) {
                found.push(broken(4, format!("#{} was shown a hold that is over: {hold}", asked.call)));
            }
            for seat in texts(&hold["seatIds"]) {
                let mut states = ledger.during(event, seat, asked.from, asked.to);
                if !states.any(|state| holds(state, &asked.who) && state.hold.as_deref() == hold["holdId"].as_str()) {
                    found.push(broken(7, format!("#{} was told that it holds {seat}", asked.call)));
                }
            }
        }
        found
    }

    /// The layout shows each seat as it was at some moment while the request ran.
    fn judge_layout(&self, asked: &Asked, data: &Value) -> Vec<Violation> {
        let ledger = self.ledger();
        let wrong = |seat: &&Value| {
            let id = seat["id"].as_str().unwrap_or_default();
            let version = seat["version"].as_u64().unwrap_or_default();
            let oldest = ledger.version_at(&asked.event, id, asked.from);
            let newest = ledger.version_at(&asked.event, id, asked.to);
            let shown = seat["status"].as_str().unwrap_or_default();
            let mut states = ledger.all(&asked.event, id).iter().map(|past| &past.seat);
            let state = states.find(|state| state.version == version);
            let is_over =
                |state: &SeatView| state.expires_at.is_some_and(|end| end + SKEW_MS <= asked.to + CLOCKS_APART_MS);
            let is_so = match state {
                Some(state) => {
                    state.status == shown || (state.status == "held" && shown == "available" && is_over(state))
                }
                None => version == 0 && shown == "available",
            };
            !(is_so && (oldest..=newest).contains(&version))
        };
        let seats = data["seats"].as_array().into_iter().flatten();
        let wrong = seats.filter(wrong).take(1);
        wrong.map(|seat| broken(10, format!("#{} the layout shows {seat}", asked.call))).collect()
    }

    /// A refusal has a reason, and left no trace.
    fn judge_refused(&self, asked: &Asked, reply: &Reply) -> Vec<Violation> {
        let mut found = self.ledger().refuse(asked.call);
        // A repeat by key is told what was true the first time.
        if asked.key.is_none() {
            found.extend(self.judge_reason(asked, reply));
        }
        found
    }

    /// Whether the asker held a seat from the request to the answer, by every clock.
    fn surely_held(&self, ledger: &Ledger, asked: &Asked, seat: &str) -> bool {
        let end = asked.to + CLOCKS_APART_MS;
        let surely = |state: &SeatView| holds(state, &asked.who) && state.expires_at.is_some_and(|at| at > end);
        ledger.version_at(&asked.event, seat, asked.from) > 0
            && ledger.during(&asked.event, seat, asked.from, asked.to).all(surely)
    }

    fn judge_reason(&self, asked: &Asked, reply: &Reply) -> Option<Violation> {
        let ledger = self.ledger();
        let during = |seat: &str| ledger.during(&asked.event, seat, asked.from, asked.to).collect::<Vec<_>>();
        let data = &reply.body["data"];
        let code = reply.body["code"].as_str().unwrap_or_default();
        let mut conflicts = data["conflicts"].as_array().into_iter().flatten();
        let unjust = match code {
            "not_held" => {
                let mut seats = texts(&data["seatIds"]).peekable();
                let surely_held = |seat: &str| self.surely_held(&ledger, asked, seat);
                match seats.peek() {
                    Some(_) => seats.all(surely_held),
                    None => ledger.surely_holds(&asked.event, &asked.who, asked.from, asked.to),
                }
            }
            "seat_held" | "seat_booked" | "seat_blocked" | "seat_locked" => conflicts.any(|conflict| {
                let seat = conflict["seatId"].as_str().unwrap_or_default();
                match conflict["code"].as_str() {
                    Some("seat_held") => !during(seat).iter().any(|state| {
                        let is_live = |end| end + SKEW_MS >= asked.from - CLOCKS_APART_MS;
                        let has_ended = |end| end <= asked.to + CLOCKS_APART_MS;
                        let end = state.expires_at;
                        // A seat of the asker's own hold is in the way only in the skew after its end.
                        state.status == "held"
                            && end.is_some_and(is_live)
                            && (!holds(state, &asked.who) || end.is_some_and(has_ended))
                    }),
                    Some("seat_blocked") => !during(seat).iter().any(|state| state.status == "blocked"),
                    Some("seat_booked") => !during(seat).iter().any(|state| state.status == "booked"),
                    _ => ledger.met(asked.call) == 0,
                }
            }),
            "sales_closed" => asked.verb != Verb::Hold || !ledger.may_be_closed(&asked.event, asked.from, asked.to),
            _ => false,
        };
        let what =
            || format!("#{} {:?} of {} was refused without reason: {}", asked.call, asked.verb, asked.who, reply.body);
        unjust.then(|| broken(if code == "seat_held" { 4 } else { 11 }, what()))
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
        let found: Vec<Violation> = broken_ones.collect();
        drop(ledger);
        self.fail_for(found);
    }
}

fn holds(state: &SeatView, buyer: &str) -> bool {
    state.status == "held" && state.holder.as_deref() == Some(buyer)
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An amount in minor units; every event of a run sells in a currency with two decimals.
#[allow(clippy::cast_possible_truncation)] // sums of a few seats
fn minor(amount: &Value) -> Option<i64> {
    amount.as_f64().map(|amount| (amount * 100.0).round() as i64)
}

fn time(text: &Value) -> Option<i64> {
    domain::clock::Moment::parse(text.as_str()?).ok().map(|ms| ms.0)
}
