//! An outage of the table: for as long as it lasts no request is answered but by an error. What is under way when it
//! begins may be done, at once or some seconds later, and nobody is told.

use crate::fault::{Fault, Fault as F};
use crate::judge::{Asked, Reply};
use crate::ledger::broken;
use crate::world::World;
use audit::Violation;
use std::time::Duration;

/// What requests meet when the outage begins: most are done, of which few are answered.
const BEGINS: [(Fault, f64); 6] = [
    (F::RequestLost, 0.1),
    (F::AnswerLost, 0.2),
    (F::Delayed, 0.2),
    (F::ResetBefore, 0.1),
    (F::ResetAfter, 0.1),
    (F::InternalAfter, 0.1),
];
/// What they meet from then on: none is done.
const LASTS: [(Fault, f64); 5] = [
    (F::RequestLost, 0.6),
    (F::ResetBefore, 0.15),
    (F::Throttled, 0.1),
    (F::OverThroughput, 0.05),
    // Whatever the others leave.
    (F::InternalBefore, 1.0),
];
/// How long the beginning is. What was delayed in it arrives some seconds later.
const BEGINNING: Duration = Duration::from_secs(3);

impl World {
    /// Takes the table away. Comes back when nothing is done any more but what is under way.
    pub async fn take_table_away(&self) {
        self.step("the table goes away");
        self.faults().always(&BEGINS);
        tokio::time::sleep(BEGINNING).await;
        let now = self.now();
        let mut faults = self.faults();
        faults.always(&LASTS);
        faults.away_since = Some(now);
    }

    /// Gives the table back: nothing fails any more.
    pub fn give_table_back(&self) {
        let mut faults = self.faults();
        faults.always(&[]);
        faults.away_since = None;
        drop(faults);
        self.step("the table is back");
    }

    /// Whoever asks while the table is away is told to come back, and nothing else: any other answer says something
    /// that nobody can have read.
    pub(crate) fn judge_outage(&self, asked: &Asked, reply: &Reply) -> Option<Violation> {
        let since = self.faults().away_since?;
        let is_read = asked.from >= since && reply.status != 503;
        let what = || {
            let Asked { call, verb, who, .. } = asked;
            format!("#{call} {verb:?} of {who} was answered {} without a table: {}", reply.status, reply.body)
        };
        is_read.then(|| broken(11, what()))
    }
}
