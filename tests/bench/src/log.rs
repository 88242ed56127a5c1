//! What the functions' own log lines say of each request, and samples of verbs that are looked up in them.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::time::sleep;

use crate::figures::median;
use crate::live::{Answer, Live};

/// Time for the last lines to reach the log.
const DELAY: Duration = Duration::from_millis(500);

/// What one request used of the table.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub requests: f64,
    pub units: f64,
    /// Rounds of planning and committing. Where seats are chosen and the request is served, each has sent one
    /// transaction.
    pub rounds: f64,
}

/// The id of the request that a line is about, and what it used; none where the line is about something else.
pub fn read(line: &str) -> Option<(String, Use)> {
    let line: Value = serde_json::from_str(line.get(line.find('{')?..)?).ok()?;
    let of = |field: &str| line[field].as_f64();
    let used = Use { requests: of("dynamodb_requests")?, units: of("consumed_units")?, rounds: of("rounds")? };
    Some((line["request_id"].as_str()?.to_owned(), used))
}

/// What each request used that the stack has answered by now, by its id.
pub async fn of_stack(live: &Live) -> Result<HashMap<String, Use>> {
    sleep(DELAY).await;
    let log = fs::read_to_string(live.folder()?.join("functions.log"))?;
    Ok(log.lines().filter_map(read).collect())
}

/// Request ids of the samples of each verb, in their order.
#[derive(Default)]
pub struct Samples(Vec<(&'static str, String)>);

impl Samples {
    pub fn note(&mut self, verb: &'static str, answer: Answer) -> Result<()> {
        let answer = answer.ok().with_context(|| verb)?;
        self.0.push((verb, answer.request_id));
        Ok(())
    }

    /// What each sample of each verb used.
    pub async fn used(&self, live: &Live) -> Result<HashMap<&'static str, Vec<Use>>> {
        let lines = of_stack(live).await?;
        let mut found: HashMap<&'static str, Vec<Use>> = HashMap::new();
        for (verb, id) in &self.0 {
            let line = lines.get(id).with_context(|| format!("{verb}: no line in the log for request {id}"))?;
            found.entry(verb).or_default().push(*line);
        }
        Ok(found)
    }
}

/// The median of some samples: an instance may have had to read the event again in one of them.
pub fn middle(samples: &[Use]) -> Use {
    let of = |pick: fn(&Use) -> f64| median(&samples.iter().map(pick).collect::<Vec<_>>());
    Use { requests: of(|used| used.requests), units: of(|used| used.units), rounds: of(|used| used.rounds) }
}
