//! What every request and every buyer of a load test came to.

use std::collections::BTreeSet;
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
    /// Buyers whose last confirm had no answer: whether it booked is the record's to say.
    pub unanswered: BTreeSet<String>,
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

    /// Notes a request that was due then and has just come back.
    pub fn asked(&self, step: Step, due: Instant, asked: &Asked) {
        let since = |at: Instant| at.saturating_duration_since(self.began);
        let done = asked.as_ref().map_or_else(|_| Instant::now(), |answer| answer.sent + answer.took);
        self.noted().entries.push(Entry { step, due: since(due), done: since(done), verdict: Verdict::of(asked) });
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

    /// Notes that a buyer does not know whether the seats are booked.
    pub fn unanswered(&self, buyer: &str) {
        self.noted().unanswered.insert(buyer.to_owned());
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
