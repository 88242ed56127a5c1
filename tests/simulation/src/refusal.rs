//! Whether a refusal was just: each code has a reason that the table must have shown at some moment between the first time
//! that the request was sent and its answer.

use crate::judge::{Asked, SKEW_MS, Verb, holds, texts, time};
use crate::ledger::{Ledger, broken};
use crate::venue::{HOLD_MINUTES_MAX, SEATS_PER_HOLD, SHOWS};
use crate::world::{CLOCKS_APART_MS, World};
use audit::{SeatView, Violation};
use domain::refusal::Code;
use serde_json::Value;

/// The codes that a 409 may have.
pub const CODES: [Code; 11] = [
    Code::SeatHeld,
    Code::SeatBooked,
    Code::SeatBlocked,
    Code::SeatLocked,
    Code::NotHeld,
    Code::SalesClosed,
    Code::LimitExceeded,
    Code::AlreadyBooked,
    Code::PaymentFailed,
    Code::SoldOut,
    Code::NotTogether,
];

/// A 409 and what there is to judge it by.
struct Case<'a> {
    ledger: &'a Ledger,
    asked: &'a Asked,
    message: &'a str,
    data: &'a Value,
}

impl World {
    /// What was wrong with a 409, if anything was.
    pub fn judge_reason(&self, asked: &Asked, body: &Value) -> Option<Violation> {
        let known = serde_json::from_value::<Code>(body["code"].clone()).ok();
        self.promises().count_refusal(known);
        let ledger = self.ledger();
        let message = body["message"].as_str().or(body["data"]["message"].as_str()).unwrap_or_default();
        let case = Case { ledger: &ledger, asked, message, data: &body["data"] };
        let why = match known {
            Some(code) => case.unjust(code)?,
            None => "with a code that there is not",
        };
        let invariant = if known == Some(Code::SeatHeld) { 4 } else { 11 };
        Some(broken(invariant, format!("#{} {:?} of {} was refused {why}: {body}", asked.call, asked.verb, asked.who)))
    }
}

impl Case<'_> {
    /// Why a refusal is unjust, if it is.
    fn unjust(&self, code: Code) -> Option<&'static str> {
        let is_just = match (code, self.asked.verb) {
            (Code::SeatHeld | Code::SeatBooked | Code::SeatBlocked, Verb::Hold) => return self.unjust_conflicts(code),
            // Whoever has seats chosen gets others instead.
            (Code::SeatHeld | Code::SeatBooked | Code::SeatBlocked | Code::SeatLocked, Verb::Book)
                if self.asked.wish.is_none() =>
            {
                return self.unjust_conflicts(code);
            }
            (
                Code::SeatLocked,
                Verb::Hold | Verb::Confirm | Verb::Release | Verb::Extend | Verb::EndSession | Verb::Cancel,
            ) => {
                return self.unjust_conflicts(code);
            }
            (Code::NotHeld, Verb::Confirm | Verb::Book | Verb::Release | Verb::Extend) => self.lacks_seats(),
            (Code::SalesClosed, Verb::Hold | Verb::HoldBest | Verb::Book | Verb::Extend) => {
                self.ledger.may_be_closed(&self.asked.event, self.asked.since, self.asked.to)
            }
            (Code::LimitExceeded, Verb::Hold | Verb::HoldBest) => {
                self.would_hold_too_many() || self.would_have_too_many()
            }
            (Code::LimitExceeded, Verb::Confirm | Verb::Book) => self.would_have_too_many(),
            (Code::LimitExceeded, Verb::Extend) => self.lasts_longest(),
            (Code::AlreadyBooked, Verb::Confirm | Verb::Book) => self.has_booked(),
            (Code::PaymentFailed, Verb::Confirm | Verb::Book) => return self.unjust_payment(),
            (Code::SoldOut, Verb::HoldBest | Verb::Book) => self.has_too_few(),
            (Code::NotTogether, Verb::HoldBest | Verb::Book) => self.has_too_few_together(),
            (
                Code::SeatHeld
                | Code::SeatBooked
                | Code::SeatBlocked
                | Code::SeatLocked
                | Code::NotHeld
                | Code::SalesClosed
                | Code::LimitExceeded
                | Code::AlreadyBooked
                | Code::SoldOut
                | Code::NotTogether
                | Code::PaymentFailed,
                _,
            ) => return Some("for what cannot be the matter with it"),
            (
                Code::InvalidData
                | Code::Unauthorized
                | Code::Forbidden
                | Code::QueueRequired
                | Code::NotFound
                | Code::Throttled
                | Code::TooMany
                | Code::ServerError,
                _,
            ) => return Some("with a code that is no conflict's"),
        };
        (!is_just).then_some("without reason")
    }

    fn during(&self, seat: &str) -> impl Iterator<Item = &SeatView> {
        self.ledger.during(&self.asked.event, seat, self.asked.since, self.asked.to)
    }

    /// Each seat has its own code, and the first that applies is the answer's.
    fn unjust_conflicts(&self, code: Code) -> Option<&'static str> {
        let told = self.data["conflicts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let one = |told: &Value| Some((told["seatId"].as_str()?.to_owned(), told["code"].as_str()?.to_owned()));
        let conflicts: Vec<(String, String)> = told.iter().filter_map(one).collect();
        let first = CODES.into_iter().find(|code| conflicts.iter().any(|(_, told)| told == code.as_str()));
        match first {
            // Another request of the buyer's own, or the booking's row, was in the way.
            None if code == Code::SeatLocked && told.is_empty() => {
                return (!self.may_be_locked()).then_some("without reason");
            }
            None => return Some("without saying for which seats"),
            Some(first) if first != code => return Some("for another reason than the first that applies"),
            Some(_) => {}
        }
        if !texts(&self.data["conflictingSeats"]).eq(conflicts.iter().map(|(seat, _)| seat.as_str())) {
            return Some("with two lists that differ");
        }
        if conflicts.iter().any(|(seat, _)| !self.asked.seats.is_empty() && !self.asked.seats.contains(seat)) {
            return Some("for seats that were not asked for");
        }
        let is_unjust = |(seat, code): &(String, String)| !self.is_in_the_way(seat, code);
        if conflicts.iter().any(is_unjust) {
            return Some("without reason");
        }
        let says_just_ended = self.message.starts_with("This hold has just ended");
        let is_own = |seat: &str| self.during(seat).any(|state| holds(state, &self.asked.who));
        let mut held = conflicts.iter().filter(|(_, code)| code == Code::SeatHeld.as_str());
        (says_just_ended && !held.all(|(seat, _)| is_own(seat))).then_some("for a hold that was not its own")
    }

    fn is_in_the_way(&self, seat: &str, code: &str) -> bool {
        let Asked { event, since, to, who, .. } = self.asked;
        match CODES.into_iter().find(|known| known.as_str() == code) {
            Some(Code::SeatHeld) => self.during(seat).any(|state| {
                let is_live = |end| end + SKEW_MS >= since - CLOCKS_APART_MS;
                let has_ended = |end| end <= to + CLOCKS_APART_MS;
                let end = state.expires_at;
                // One's own seat keeps one out only in the skew after its hold.
                state.status == "held" && end.is_some_and(is_live) && (!holds(state, who) || end.is_some_and(has_ended))
            }),
            Some(Code::SeatBooked) => self.during(seat).any(|state| state.status == "booked"),
            Some(Code::SeatBlocked) => {
                self.during(seat).any(|state| state.status == "blocked")
                    || self.ledger.may_be_unsold(event, seat, *since, *to)
            }
            Some(Code::SeatLocked) => self.may_be_locked(),
            _ => false,
        }
    }

    /// Only a fault locks anything here, for the engine does one thing after the other; of a repeat nobody knows what its
    /// twins met.
    fn may_be_locked(&self) -> bool {
        self.asked.is_repeated || self.ledger.met(self.asked.call) > 0
    }

    /// None of the seats that are named as not held was held all the time; without names, there was a time without any.
    fn lacks_seats(&self) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let mut seats = texts(&self.data["seatIds"]).peekable();
        match seats.peek() {
            Some(_) => !seats.any(|seat| self.ledger.surely_held(event, who, seat, *since, *to)),
            None => !self.ledger.surely_holds(event, who, *since, *to),
        }
    }

    /// How many seats are wanted besides those that are held.
    fn more_than(&self, held: &[String]) -> usize {
        match &self.asked.wish {
            Some(wish) => wish.quantity,
            None => self.asked.seats.iter().filter(|seat| !held.contains(seat)).count(),
        }
    }

    /// As many seats as are said to be held were held, and with those that were asked for they are too many.
    fn would_hold_too_many(&self) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let number = |after: &str| {
            let (_, rest) = self.message.split_once(after)?;
            rest.split(' ').next()?.parse::<usize>().ok()
        };
        let (most, held) = (number("at most "), number("seats; "));
        most == Some(SEATS_PER_HOLD)
            && self.ledger.holdings(event, who, *since, *to).iter().any(|holding| {
                let more = self.more_than(&holding.seats);
                Some(holding.seats.len()) == held && holding.seats.len() + more > SEATS_PER_HOLD
            })
    }

    /// As many seats as are said to be held and booked were so, and with those that were asked for they are more than one
    /// buyer may have.
    fn would_have_too_many(&self) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let show = SHOWS.iter().find(|show| show.event == event);
        let Some(most) = show.and_then(crate::venue::Show::most_for_buyer) else { return false };
        let numbers: Vec<usize> = self.message.split(' ').filter_map(|word| word.parse().ok()).collect();
        let booked = self.ledger.booked(event, who, *since, *to);
        let holdings = self.ledger.holdings(event, who, *since, *to);
        let is_so = |held: usize, booked_said: Option<usize>| {
            holdings.iter().any(|holding| {
                let is_held = holding.seats.len() == held || (held == 0 && holding.is_over);
                let more = self.more_than(&holding.seats);
                let is_booked = |n: &usize| booked_said.is_none_or(|said| said == *n) && held + more + n > most;
                is_held && booked.iter().any(is_booked)
            })
        };
        match numbers.as_slice() {
            [said, held] => *said == most && is_so(*held, None),
            [said, held, booked] => *said == most && is_so(*held, Some(*booked)),
            _ => false,
        }
    }

    /// The hold ends when it is said to, and has lasted, or will, as long as one may.
    fn lasts_longest(&self) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let end = self.message.split("ends at ").nth(1).and_then(|end| time(&end.into()));
        let most = i64::from(HOLD_MINUTES_MAX) * 60_000;
        self.ledger.holdings(event, who, *since, *to).iter().any(|holding| {
            let begun = holding.hold.as_deref().and_then(|hold| self.ledger.started(hold));
            holding.ends == end && begun.zip(end).is_some_and(|(begun, end)| begun + most <= end)
        })
    }

    /// The seats that surely were to be had all the time, of the kind that is wanted. Which seats there are is read lane by
    /// lane, so that each was seen at a moment of its own; and when a request came is told by another clock than when a
    /// reading began.
    fn surely_free(&self) -> Vec<String> {
        let Asked { event, since, to, wish, .. } = self.asked;
        let (Some(show), Some(wish)) = (SHOWS.iter().find(|show| show.event == event), wish) else { return Vec::new() };
        let is_wanted = |(seat, category): &(String, &str)| {
            let is_of_area = seat.starts_with("place_") || !wish.of_area;
            is_of_area && wish.category.as_deref().is_none_or(|wanted| wanted == *category)
        };
        let from = since - 2 * CLOCKS_APART_MS;
        let seats = show.categories().into_iter().filter(is_wanted).map(|(seat, _)| seat);
        seats.filter(|seat| self.ledger.surely_free(event, seat, from, *to)).collect()
    }

    /// At some moment fewer seats may have been free than are wanted.
    fn has_too_few(&self) -> bool {
        self.surely_free().len() < self.asked.wanted()
    }

    /// At some moment no such group of seats may have been free.
    fn has_too_few_together(&self) -> bool {
        let Asked { event, wish, .. } = self.asked;
        let Some(show) = SHOWS.iter().find(|show| show.event == event) else { return false };
        let (free, wanted) = (self.surely_free(), self.asked.wanted());
        let free: Vec<&str> = free.iter().map(String::as_str).collect();
        let places = free.iter().filter(|seat| seat.starts_with("place_")).count();
        let is_row = |group: &[&str]| !group[0].starts_with("place_") && show.are_together(group);
        wish.as_ref().is_some_and(|wish| !wish.may_be_apart) && places < wanted && !free.windows(wanted).any(is_row)
    }

    /// The booking that is named is the buyer's, and stood at some moment.
    fn has_booked(&self) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let booking = self.data["bookingId"].as_str().and_then(|id| self.ledger.booking(id));
        booking.is_some_and(|booking| {
            let is_theirs = booking.buyer == *who && booking.event == *event;
            let stood = booking.cancelled_at.is_none_or(|at| at + CLOCKS_APART_MS >= *since);
            is_theirs && stood && booking.created_at <= to + CLOCKS_APART_MS
        })
    }

    /// What is said of the payment, of its booking and of the hold.
    fn unjust_payment(&self) -> Option<&'static str> {
        let Asked { event, who, since, payment, word, .. } = self.asked;
        let Some((why, held)) = self.message.split_once("; ") else { return Some("in words that nobody knows") };
        let paid = payment.as_ref().and_then(|payment| self.ledger.paid_by(payment));
        let is_so = if let Some(rest) = why.strip_prefix("The payment is not paid (") {
            let is_said = word.as_deref().is_some_and(|word| rest.strip_suffix(')') == Some(word));
            // Where nothing was known of a payment, its failure is on record.
            let is_recorded = paid.is_some() || self.ledger.has_failed_order(who, payment.as_deref());
            is_said && is_recorded && paid.is_none_or(|(at, _)| at > *since)
        } else if why == "This payment has been used for another booking" {
            paid.is_some_and(|(_, booking)| booking.buyer != *who || booking.event != *event)
        } else if let Some(rest) = why.strip_prefix("This payment has paid for booking ") {
            let id = rest.strip_suffix(", which is cancelled");
            let is_it = |booking: &audit::BookingView| id == Some(booking.booking.as_str()) && booking.buyer == *who;
            paid.is_some_and(|(_, booking)| is_it(&booking) && booking.status == "cancelled")
        } else {
            return Some("in words that nobody knows");
        };
        if !is_so {
            return Some("for what is not so of its payment");
        }
        (!self.holds_what_is_said(held)).then_some("and told of another hold than it has")
    }

    /// Whether the buyer held at some moment what a message says.
    fn holds_what_is_said(&self, held: &str) -> bool {
        let Asked { event, who, since, to, .. } = self.asked;
        let holdings = self.ledger.holdings(event, who, *since, *to);
        if held == "you hold no seats in this event" {
            return holdings.iter().any(|holding| holding.is_over || holding.seats.is_empty());
        }
        let told = || {
            let (count, rest) = held.strip_prefix("you hold ")?.split_once(" seats in this event until ")?;
            let end = rest.strip_suffix(", and can pay for them with another payment")?;
            Some((count.parse::<usize>().ok()?, time(&end.into())?))
        };
        told().filter(|(_, end)| *end >= since - CLOCKS_APART_MS).is_some_and(|(count, end)| {
            holdings.iter().any(|holding| holding.seats.len() == count && holding.ends == Some(end))
        })
    }
}
