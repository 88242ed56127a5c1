//! What a verb that holds asks for while the waiting room is on.

use crate::refusal::{Code, Refusal};
use serde_json::json;

/// Why a pass is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPass {
    /// None came.
    Missing,
    /// It was this buyer's for this event, and has run out.
    Expired,
    /// It is another buyer's or another event's, or no pass at all.
    NotYours,
}

impl NoPass {
    /// The word of `data.reason`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            NoPass::Missing => "missing",
            NoPass::Expired => "expired",
            NoPass::NotYours => "not_yours",
        }
    }

    /// The refusal that says so.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        let message = match self {
            NoPass::Missing => {
                "This event has a waiting room: take a place in its line, and send the pass that comes with your turn"
            }
            NoPass::Expired => "Your pass for this event has run out: take a new place in its line",
            NoPass::NotYours => "This pass is not yours for this event",
        };
        Refusal { data: json!({ "reason": self.as_str() }), ..Refusal::new(Code::QueueRequired, message) }
    }
}
