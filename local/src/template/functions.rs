//! The template's functions: globals and own properties together, with what calls them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::resolve::plain;
use super::resources::{Resources, of_type};
use rights::template::binary;

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name in the template, and so in metrics.
    pub name: String,
    /// Name of the binary, which is also how the emulator knows it.
    pub binary: String,
    pub timeout: Duration,
    pub memory_megabytes: u64,
    pub environment: BTreeMap<String, String>,
    pub streams: Vec<StreamMapping>,
    pub schedules: Vec<Schedule>,
}

/// An event source mapping: records of the table's stream for a function.
#[derive(Clone, Debug)]
pub struct StreamMapping {
    pub name: String,
    pub batch_size: usize,
    /// `None`: without limit.
    pub retries: Option<u32>,
    pub bisect: bool,
    pub reports_failures: bool,
    /// The queue of the batches that are given up.
    pub failures: Option<String>,
    /// A record passes if one of these matches, or if there are none.
    pub patterns: Vec<Value>,
}

/// A function that the clock calls.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub name: String,
    pub every: Duration,
}

const FUNCTION: &str = "AWS::Serverless::Function";

/// Lambda's own defaults, for a template that says nothing.
const DEFAULT_TIMEOUT_SECONDS: u64 = 3;
const DEFAULT_MEMORY_MEGABYTES: u64 = 128;
const DEFAULT_BATCH_SIZE: u64 = 100;

/// From a function's name in the template to the name of its binary.
pub fn binaries(resources: &Resources) -> HashMap<String, String> {
    of_type(resources, FUNCTION)
        .filter_map(|(name, resource)| Some((name.clone(), binary(resource)?.to_owned())))
        .collect()
}

/// Every function of the template.
pub fn read(resources: &Resources, globals: &Value) -> Result<Vec<Function>> {
    of_type(resources, FUNCTION)
        .map(|(name, resource)| function(name, resource, globals).with_context(|| format!("function {name}")))
        .collect()
}

fn function(name: &str, resource: &Value, globals: &Value) -> Result<Function> {
    let own = &resource["Properties"];
    let number = |property: &str, default| own[property].as_u64().or(globals[property].as_u64()).unwrap_or(default);
    let mut function = Function {
        name: name.to_owned(),
        binary: binary(resource).context("its CodeUri names no binary")?.to_owned(),
        timeout: Duration::from_secs(number("Timeout", DEFAULT_TIMEOUT_SECONDS)),
        memory_megabytes: number("MemorySize", DEFAULT_MEMORY_MEGABYTES),
        environment: environment(globals, own),
        streams: Vec::new(),
        schedules: Vec::new(),
    };
    for (name, event) in own["Events"].as_object().into_iter().flatten() {
        let properties = &event["Properties"];
        match event["Type"].as_str() {
            Some("DynamoDB") => function.streams.push(mapping(name, properties)?),
            Some("ScheduleV2" | "Schedule") => function.schedules.push(schedule(name, properties)?),
            other => bail!("event {name}: {other:?} is not something the local stack can send"),
        }
    }
    Ok(function)
}

fn environment(globals: &Value, own: &Value) -> BTreeMap<String, String> {
    [globals, own]
        .into_iter()
        .filter_map(|source| source["Environment"]["Variables"].as_object())
        .flatten()
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect()
}

fn mapping(name: &str, properties: &Value) -> Result<StreamMapping> {
    let filters = properties["FilterCriteria"]["Filters"].as_array().into_iter().flatten();
    let patterns = filters
        .map(|filter| Ok(serde_json::from_str(filter["Pattern"].as_str().context("a filter without Pattern")?)?))
        .collect::<Result<_>>()?;
    let responses = properties["FunctionResponseTypes"].as_array();
    // arn:aws:sqs:…:StreamFailures
    let failures = properties["DestinationConfig"]["OnFailure"]["Destination"].as_str();
    Ok(StreamMapping {
        name: name.to_owned(),
        batch_size: properties["BatchSize"].as_u64().unwrap_or(DEFAULT_BATCH_SIZE).try_into()?,
        retries: properties["MaximumRetryAttempts"].as_u64().map(u32::try_from).transpose()?,
        bisect: properties["BisectBatchOnFunctionError"] == true,
        reports_failures: responses.is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures")),
        failures: failures.and_then(|arn| arn.rsplit(':').next()).map(str::to_owned),
        patterns,
    })
}

fn schedule(name: &str, properties: &Value) -> Result<Schedule> {
    let expression = properties["ScheduleExpression"].as_str().or(properties["Schedule"].as_str());
    let expression = expression.context("no ScheduleExpression")?;
    let every = rate(expression).with_context(|| format!("`{expression}` is not a rate"))?;
    Ok(Schedule { name: name.to_owned(), every })
}

/// `rate(5 minutes)`.
fn rate(expression: &str) -> Option<Duration> {
    let (count, unit) = expression.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
    let seconds = match unit.trim_end_matches('s') {
        "minute" => 60,
        "hour" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    Some(Duration::from_secs(count * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_minutes_hours_and_days() {
        assert_eq!(rate("rate(1 minute)"), Some(Duration::from_secs(60)));
        assert_eq!(rate("rate(2 hours)"), Some(Duration::from_secs(7200)));
        assert_eq!(rate("rate(0 minutes)"), None);
        assert_eq!(rate("cron(0 12 * * ? *)"), None);
    }
}
