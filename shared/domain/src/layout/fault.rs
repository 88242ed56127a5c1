//! What is wrong with a document: the exact path of each fault, the first few in full, the rest as a count.

use serde_json::{Value, json};
use std::fmt::{self, Display};

use crate::limits;
use crate::name::shown;
use crate::refusal::Refusal;

/// One thing that must be changed before the document can be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `seats[12].categoryId`; `$` is the document itself.
    pub path: String,
    /// A sentence fragment, such as `unknown category "gold"`.
    pub message: String,
}

/// Every fault of a document, of which only the first [`limits::FAULTS_SHOWN`] are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// In the order in which they were found, which is the document's within each list.
    pub first: Vec<Fault>,
    /// How many there are, those not shown included.
    pub total: usize,
}

impl Faults {
    /// Notes one more fault; nothing is formatted once enough are kept.
    pub(super) fn add(&mut self, path: impl Display, message: impl Display) {
        self.total += 1;
        if self.first.len() < limits::FAULTS_SHOWN {
            self.first.push(Fault { path: path.to_string(), message: message.to_string() });
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.first.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        match self.total - self.first.len() {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        let each: Vec<Value> =
            faults.first.iter().map(|fault| json!({ "path": fault.path, "message": fault.message })).collect();
        let data = json!({ "faults": each, "totalFaults": faults.total });
        Self { data, ..Self::invalid(faults.to_string()) }
    }
}

/// What a client sent, quoted as JSON and cut.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(cut(text)).to_string()
}

/// The start of what a client sent: a refusal may quote ten of them.
pub(super) fn cut(text: &str) -> String {
    shown(text, limits::FAULT_CHARS_SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_faults_are_shown_and_all_are_counted() {
        let mut faults = Faults::default();
        for n in 0..12 {
            faults.add(format_args!("seats[{n}]"), "is missing");
        }
        assert_eq!((faults.first.len(), faults.total), (10, 12));
        let text = faults.to_string();
        assert!(text.starts_with("seats[0]: is missing; seats[1]: is missing"));
        assert!(text.ends_with("seats[9]: is missing; and 2 more"));
    }

    #[test]
    fn a_long_value_is_cut_when_quoted() {
        assert_eq!(quoted("a\"b"), r#""a\"b""#);
        assert_eq!(quoted(&"é".repeat(100)), format!("\"{}…\"", "é".repeat(60)));
    }
}
