//! What every request and every buyer of a load test came to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

use crate::client::Asked;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The map: which seats are free.
    Look,
    Hold,
    Confirm,
    Release,
}

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Served,
    /// Somebody else was faster, or nothing is left; by its code.
    Conflict(String),
    /// Refused for another reason, by status and code.
    Refused(String),
    /// 5xx, 429, or no answer; by what it was.
    Broken(String),
}

/// What became of a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Booked,
    /// Held seats, and gave them up.
    Released,
    /// Held seats, and went away without a word.
    WalkedAway,
    /// Was told that nothing is left.
    SoldOut,
    /// Was too late each time.
    TooLate,
    /// Got no answer that a buyer can do anything with.
    Lost,
}

/// One request. Times are since the run began.
#[derive(Clone, Debug)]
pub struct Entry {
    pub step: Step,
    /// When it was to be sent by the schedule: latency counts from here, so that what is sent late is not excused.
    pub due: Duration,
    pub done: Duration,
    pub verdict: Verdict,
}

/// Seats that a buyer was told to have, or to have given up.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub seats: Vec<String>,
    /// `held`, `booked` or `available`, as frames say it.
    pub status: &'static str,
    pub sent: Instant,
    pub answered: Instant,
}

/// Seats that a buyer was told to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub buyer: String,
    pub seats: BTreeSet<String>,
    pub sent: Instant,
    pub answered: Instant,
    /// Until when nobody else may have them: the hold's end, or when its buyer asked to give it up; none once they are booked.
    pub until: Option<Instant>,
    /// Whether an attempt before had no answer: then more may be held than was told.
    pub is_at_least: bool,
}

/// A payment that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedPayment {
    pub buyer: String,
    pub why: String,
    pub answered: Instant,
}

/// A request that is under way.
#[derive(Clone, Copy, Debug)]
pub struct UnderWay {
    pub step: Step,
    pub due: Instant,
}

/// What stands for an answer in the figures of a request that was under way when the run ended.
const UNDER_WAY: &str = "no answer when the run ended";

/// A booking as its buyer was answered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub booking: String,
    pub buyer: String,
    pub seats: BTreeSet<String>,
    /// What it costs, as the answer's JSON has it: an amount is compared and never computed with.
    pub amount: String,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    pub entries: Vec<Entry>,
    pub outcomes: Vec<Outcome>,
    pub changes: Vec<Change>,
    pub bookings: Vec<Answered>,
    pub holds: Vec<Held>,
    pub refused_payments: Vec<RefusedPayment>,
    /// Buyers who asked to book and do not know whether it booked: that is the record's to say.
    pub unanswered: BTreeSet<String>,
    /// Requests that have been sent and not come back, by their names.
    pub under_way: BTreeMap<u64, UnderWay>,
    /// How many have been sent.
    pub requests: u64,
}

/// Where buyers note it.
pub struct Log {
    pub began: Instant,
    noted: Mutex<Noted>,
}

impl Log {
    pub fn new(began: Instant) -> Self {
        Self { began, noted: Mutex::default() }
    }

    /// Notes a request, which was due then, before it is sent: whoever is broken off in it leaves it noted. Gives its name.
    pub fn asks(&self, step: Step, due: Instant) -> u64 {
        let mut noted = self.noted();
        noted.requests += 1;
        let request = noted.requests;
        noted.under_way.insert(request, UnderWay { step, due });
        request
    }

    /// Notes what has come back of a request.
    pub fn asked(&self, request: u64, asked: &Asked) {
        let done = asked.as_ref().map_or_else(|_| Instant::now(), |answer| answer.sent + answer.took);
        let mut noted = self.noted();
        let Some(UnderWay { step, due }) = noted.under_way.remove(&request) else { return };
        noted.entries.push(self.entry(step, due, done, Verdict::of(asked)));
    }

    /// Counts what is under way still as having taken until now: these are the slowest, and without them the figures would say that
    /// the run was faster than its buyers saw it.
    pub fn close(&self) {
        let (mut noted, now) = (self.noted(), Instant::now());
        for (_, UnderWay { step, due }) in std::mem::take(&mut noted.under_way) {
            noted.entries.push(self.entry(step, due, now, Verdict::Broken(UNDER_WAY.to_owned())));
        }
    }

    fn entry(&self, step: Step, due: Instant, done: Instant, verdict: Verdict) -> Entry {
        let since = |at: Instant| at.saturating_duration_since(self.began);
        Entry { step, due: since(due), done: since(done), verdict }
    }

    pub fn ended(&self, outcome: Outcome) {
        self.noted().outcomes.push(outcome);
    }

    pub fn changed(&self, change: Change) {
        self.noted().changes.push(change);
    }

    pub fn booked(&self, booking: Answered) {
        self.noted().bookings.push(booking);
    }

    pub fn held(&self, held: Held) {
        self.noted().holds.push(held);
    }

    /// Notes until when a buyer's seats are nobody else's.
    pub fn keeps_until(&self, buyer: &str, until: Option<Instant>) {
        self.noted().holds.iter_mut().filter(|held| held.buyer == buyer).for_each(|held| held.until = until);
    }

    pub fn refused_payment(&self, refused: RefusedPayment) {
        self.noted().refused_payments.push(refused);
    }

    /// Notes whether a buyer knows what came of asking to book.
    pub fn knows(&self, buyer: &str, knows: bool) {
        let mut noted = self.noted();
        match knows {
            true => _ = noted.unanswered.remove(buyer),
            false => _ = noted.unanswered.insert(buyer.to_owned()),
        }
    }

    pub fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verdict {
    fn of(asked: &Asked) -> Self {
        match asked {
            Err(why) => Self::Broken(why.clone()),
            Ok(answer) if answer.is_ok() => Self::Served,
            Ok(answer) if answer.status >= 500 || answer.status == 429 => {
                Self::Broken(format!("{} {}", answer.status, answer.code))
            }
            Ok(answer) if answer.status == 409 => Self::Conflict(answer.code.clone()),
            Ok(answer) => Self::Refused(format!("{} {}", answer.status, answer.code)),
        }
    }
}

impl Entry {
    /// From when it was due until its answer was there.
    pub fn latency(&self) -> Duration {
        self.done.saturating_sub(self.due)
    }
}

/// Ids in a list of an answer.
pub fn ids(list: &Value, field: Option<&str>) -> Vec<String> {
    let of = |one: &Value| field.map_or(one, |field| &one[field]).as_str().map(str::to_owned);
    list.as_array().into_iter().flatten().filter_map(of).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_under_way_when_the_run_ends_counts_with_its_age() {
        let log = Log::new(Instant::now());
        let (quick, slow) = (log.asks(Step::Look, log.began), log.asks(Step::Confirm, log.began));
        log.asked(quick, &Err("the connection broke".to_owned()));
        std::thread::sleep(Duration::from_millis(20));
        log.close();
        log.asked(slow, &Err("too late".to_owned()));
        let entries = log.noted().entries.clone();
        let steps: Vec<Step> = entries.iter().map(|entry| entry.step).collect();
        assert_eq!(steps, [Step::Look, Step::Confirm]);
        assert!(entries[1].latency() >= Duration::from_millis(20));
        assert_eq!(entries[1].verdict, Verdict::Broken(UNDER_WAY.to_owned()));
    }

    #[test]
    fn whoever_asks_to_book_knows_nothing_until_the_answer() {
        let log = Log::new(Instant::now());
        log.knows("ann", false);
        log.knows("bob", false);
        log.knows("bob", true);
        assert_eq!(log.noted().unanswered, ["ann".to_owned()].into());
    }
}
