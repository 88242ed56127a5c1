//! What happened, step by step: enough to compare two runs, and to show the end of one that failed.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Steps that a failure shows.
const SHOWN: usize = 60;

/// The steps of one run.
#[derive(Debug, Default)]
pub struct Trace {
    /// Steps so far.
    pub steps: u64,
    hash: DefaultHasher,
    last: VecDeque<String>,
    /// Whether each step is printed as it happens.
    pub aloud: bool,
}

impl Trace {
    /// Notes a step.
    pub fn note(&mut self, now: i64, what: &str) {
        self.steps += 1;
        (now, what).hash(&mut self.hash);
        let line = format!("{:>7} {:>9} {what}", self.steps, now);
        if self.aloud {
            println!("{line}");
        }
        if self.last.len() == SHOWN {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    /// A number that is the same for the same steps.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.hash.finish()
    }

    /// The last steps, oldest first.
    #[must_use]
    pub fn end(&self) -> String {
        self.last.iter().map(|line| format!("{line}\n")).collect()
    }
}
