//! What functions use of the table: requests, in how many rounds, and units of what is written.

use crate::budget::Budget;
use crate::engine::Answer;
use serde_json::Value;

/// Counts while it is on. Nothing may fail meanwhile: a request that is never answered would stay under way.
#[derive(Debug, Default)]
pub struct Meter {
    is_on: bool,
    under_way: u32,
    requests: u32,
    rounds: u32,
    transactions: u32,
    units: f64,
}

impl Meter {
    /// Begins at nothing.
    pub fn begin(&mut self) {
        *self = Self { is_on: true, ..Self::default() };
    }

    /// What a verb has used since then.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and some hundred at most
    pub fn read(&self, verb: &'static str) -> Budget {
        Budget { verb, requests: self.requests, rounds: self.rounds, units: self.units.ceil() as u32 }
    }

    /// How many transactions were sent since then, refused ones included.
    #[must_use]
    pub fn transactions(&self) -> u32 {
        self.transactions
    }

    /// Notes that a request leaves a function, the SDK's retries included, and makes the table say what it costs.
    pub fn leaves(&mut self, request: &mut Value) {
        if !self.is_on {
            return;
        }
        request["ReturnConsumedCapacity"] = "TOTAL".into();
        self.requests += 1;
        self.rounds += u32::from(self.under_way == 0);
        self.under_way += 1;
    }

    /// Notes that its answer has come.
    pub fn arrives(&mut self, operation: &str, answer: &Answer) {
        if !self.is_on {
            return;
        }
        self.under_way = self.under_way.saturating_sub(1);
        self.transactions += u32::from(operation == "TransactWriteItems");
        if !["GetItem", "BatchGetItem", "Query"].contains(&operation) {
            self.units += units(answer);
        }
    }
}

/// What the table says that a request cost, its indexes included.
fn units(answer: &Answer) -> f64 {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let of = |consumed: &Value| consumed["CapacityUnits"].as_f64().unwrap_or_default();
    match &body["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().map(of).sum(),
        consumed => of(consumed),
    }
}
