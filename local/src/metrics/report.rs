//! How the alarms stand, as `local alarms` asks for it and prints it.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// Where the public listener tells it.
pub const PATH: &str = "/alarms.json";

/// Every alarm, and what the functions have counted themselves.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    pub alarms: Vec<AlarmLine>,
    pub metrics: Vec<OwnLine>,
}

/// One alarm.
#[derive(Debug, Serialize, Deserialize)]
pub struct AlarmLine {
    pub name: String,
    /// Begins with its section of docs/operations.md.
    pub description: String,
    /// Whether its trouble can be counted on a local stack.
    pub counted: bool,
    /// What it looks at, over the last period; nothing where there are no data.
    pub value: Option<f64>,
    pub statistic: String,
    /// Of one period.
    pub seconds: u64,
    pub comparison: String,
    pub threshold: f64,
    /// How many of its periods are beyond the threshold, how many must be, and of how many.
    pub beyond: u32,
    pub datapoints: u32,
    pub periods: u32,
    pub rings: bool,
}

/// A metric of the functions' own.
#[derive(Debug, Serialize, Deserialize)]
pub struct OwnLine {
    pub name: String,
    pub seconds: u64,
    pub sum: f64,
    pub maximum: f64,
    pub count: usize,
}

impl Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for alarm in &self.alarms {
            writeln!(out, "{alarm}")?;
        }
        match self.metrics.first() {
            None => writeln!(out, "\nThe functions have counted nothing lately."),
            Some(first) => {
                writeln!(out, "\nWhat the functions have counted in the last {} s:", first.seconds)?;
                self.metrics.iter().try_for_each(|metric| writeln!(out, "{metric}"))
            }
        }
    }
}

impl Display for AlarmLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, statistic, seconds, comparison, threshold, beyond, datapoints, periods, .. } = self;
        let value = self.value.map_or_else(|| "-".to_owned(), |value| value.round().to_string());
        let state = match (self.counted, self.rings) {
            (false, _) => "cannot happen here".to_owned(),
            (true, true) => format!("RINGS: {}", self.description),
            (true, false) => format!("{beyond} of {datapoints} bad periods in {periods}"),
        };
        write!(out, "{name:21} {value:>7}  {statistic} of {seconds} s {comparison} {threshold}: {state}")
    }
}

impl Display for OwnLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, sum, maximum, count, .. } = self;
        write!(out, "{name:21} {:>7}  in {count} lines, {} at most", sum.round(), maximum.round())
    }
}
