//! What a request comes to: done, or refused.

use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was done, as the client reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// A sentence for people; empty where there is nothing to say.
    pub message: String,
    /// What programs read.
    pub data: Value,
}

/// An answer: done, or refused.
pub type Outcome = Result<Done, Refusal>;
