//! Holds every request against the role of the function that sends it, and writes down which rights were used.

use crate::fleet::Function;
use rights::grant::Grants;
use rights::usage::Recorder;
use rights::wanted::{Wanted, wanted};
use serde_json::Value;
use std::sync::LazyLock;

static GRANTS: LazyLock<Result<Grants, String>> = LazyLock::new(Grants::read);
static RECORDER: LazyLock<Result<Option<Recorder>, String>> = LazyLock::new(Recorder::from_env);

/// The right that a function's request lacks, as a sentence; none where it has all.
#[must_use]
pub fn missing(function: Function, operation: &str, request: &Value) -> Option<String> {
    let (grants, recorder) = match (GRANTS.as_ref(), RECORDER.as_ref()) {
        (Ok(grants), Ok(recorder)) => (grants, recorder),
        (Err(why), _) | (_, Err(why)) => return Some(why.clone()),
    };
    if let Some(recorder) = recorder {
        recorder.dynamodb(function.name(), operation, request);
    }
    let Some(all) = wanted(operation, request) else {
        return Some(format!("{} sends {operation}, and its keys cannot be told: {request}", function.name()));
    };
    let lacking = all.into_iter().find(|wanted| !grants.allow(function.name(), wanted))?;
    let Wanted { action, index, keys } = lacking;
    let place = index.map_or_else(|| "the table".to_owned(), |index| format!("the index {index}"));
    Some(format!("the role of {} does not allow {action} on {place} with the keys {keys:?}", function.name()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "rights_tests.rs"]
mod tests;
