//! What AWS counts by itself, by the names that it has for it.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::template::Metric;

const LAMBDA: &str = "AWS/Lambda";
const GATEWAY: &str = "AWS/ApiGateway";
const QUEUES: &str = "AWS/SQS";
const TABLES: &str = "AWS/DynamoDB";
/// Where the functions' own metrics are, by the stack's name.
const OWN: &str = "Holdfast/";

/// Calls that failed: the function said so, its process died, or its time was up.
pub const ERRORS: &str = "Errors";
/// Calls for which no instance came free.
pub const THROTTLES: &str = "Throttles";
/// Milliseconds of a call, without the time that it waited for an instance.
pub const DURATION: &str = "Duration";
/// Milliseconds since the last record of a batch was written, when the function gets it.
pub const ITERATOR_AGE: &str = "IteratorAge";
/// Answers of the HTTP API with such a status.
pub const SERVER_ERRORS: &str = "5xx";
/// Calls of a WebSocket API that its function did not answer.
pub const EXECUTION_ERROR: &str = "ExecutionError";
/// Calls of a WebSocket API that its function refused.
pub const INTEGRATION_ERROR: &str = "IntegrationError";

const MESSAGES: &str = "ApproximateNumberOfMessagesVisible";

/// What is counted here, and what can never happen here: no local engine throttles.
const COUNTED: [(&str, &str); 8] = [
    (LAMBDA, ERRORS),
    (LAMBDA, THROTTLES),
    (LAMBDA, DURATION),
    (LAMBDA, ITERATOR_AGE),
    (GATEWAY, SERVER_ERRORS),
    (GATEWAY, EXECUTION_ERROR),
    (GATEWAY, INTEGRATION_ERROR),
    (QUEUES, MESSAGES),
];
const NEVER: [(&str, &str); 2] = [(TABLES, "ReadThrottleEvents"), (TABLES, "WriteThrottleEvents")];

/// A metric of a function, by the function's name in the template.
pub fn of_function(name: &str, function: &str) -> Metric {
    metric(LAMBDA, name, "FunctionName", function)
}

/// A metric of an API, by the API's name in the template.
pub fn of_api(name: &str, api: &str) -> Metric {
    metric(GATEWAY, name, "ApiId", api)
}

/// How many messages lie in a queue.
pub fn messages_in(queue: &str) -> Metric {
    metric(QUEUES, MESSAGES, "QueueName", queue)
}

/// Whether the functions count it themselves.
pub fn is_own(metric: &Metric) -> bool {
    metric.namespace.starts_with(OWN)
}

/// Whether it can be counted here. One that AWS does not have under this name is an error: its alarm would never ring.
pub fn is_counted(metric: &Metric) -> Result<bool> {
    let name = (metric.namespace.as_str(), metric.name.as_str());
    match (is_own(metric) || COUNTED.contains(&name), NEVER.contains(&name)) {
        (true, _) => Ok(true),
        (false, true) => Ok(false),
        (false, false) => bail!("the local stack knows no metric {} of {}", metric.name, metric.namespace),
    }
}

fn metric(namespace: &str, name: &str, dimension: &str, value: &str) -> Metric {
    let dimensions = BTreeMap::from([(dimension.to_owned(), value.to_owned())]);
    Metric { namespace: namespace.to_owned(), name: name.to_owned(), dimensions }
}
