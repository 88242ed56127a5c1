//! The template's alarms, in the forms that it has: one metric, or the sum of several, over some periods, against a threshold.
//! An alarm of another form is refused by its name, since nobody could tell here whether it rings.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::resolve::plain;
use super::resources::{Resources, of_type};

pub const ALARM: &str = "AWS::CloudWatch::Alarm";

/// The one expression there is: what several metrics come to together.
const SUM: &str = "SUM(METRICS())";
/// As many metrics as an alarm takes; CloudWatch raises this for nobody.
const METRICS_MAX: usize = 10;

/// A metric's name in CloudWatch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Metric {
    pub namespace: String,
    pub name: String,
    pub dimensions: BTreeMap<String, String>,
}

/// What a period's values come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    Sum,
    Average,
    Maximum,
    /// In hundredths: 99 for p99.
    Percentile(f64),
}

/// Which side of the threshold is trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Above,
    AtLeast,
}

/// An alarm.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Its name in the template, without the word that all of them end with.
    pub name: String,
    pub description: String,
    /// What it looks at: the sum of these.
    pub metrics: Vec<Metric>,
    pub statistic: Statistic,
    pub period: Duration,
    pub comparison: Comparison,
    pub threshold: f64,
    /// How many periods it looks at, and how many of them must be beyond the threshold.
    pub periods: u32,
    pub datapoints: u32,
}

/// A metric as an alarm asks for it.
type Asked = (Metric, Statistic, Duration);

/// Every alarm of the template.
pub fn read(resources: &Resources) -> Result<Vec<Alarm>> {
    of_type(resources, ALARM)
        .map(|(name, resource)| {
            let name = name.strip_suffix("Alarm").unwrap_or(name);
            alarm(name, &resource["Properties"])
                .with_context(|| format!("the local stack cannot evaluate alarm {name}"))
        })
        .collect()
}

fn alarm(name: &str, properties: &Value) -> Result<Alarm> {
    ensure!(properties["TreatMissingData"] == "notBreaching", "TreatMissingData is not notBreaching");
    let asked = match properties["Metrics"].as_array() {
        Some(entries) => added_up(entries)?,
        None => vec![asked(properties, properties)?],
    };
    let (_, statistic, period) = *asked.first().context("it has no metric")?;
    ensure!(asked.len() <= METRICS_MAX, "it has {} metrics, and CloudWatch takes {METRICS_MAX}", asked.len());
    let alike = asked.iter().all(|(_, each, of)| (*each, *of) == (statistic, period));
    ensure!(alike, "its metrics have different statistics or periods");
    let periods = count(properties, "EvaluationPeriods")?;
    let datapoints =
        if properties["DatapointsToAlarm"].is_null() { periods } else { count(properties, "DatapointsToAlarm")? };
    Ok(Alarm {
        name: name.to_owned(),
        description: plain(&properties["AlarmDescription"]),
        metrics: asked.into_iter().map(|(metric, ..)| metric).collect(),
        statistic,
        period,
        comparison: comparison(&properties["ComparisonOperator"])?,
        threshold: properties["Threshold"].as_f64().context("its Threshold is no number")?,
        periods,
        datapoints,
    })
}

/// The metrics of an alarm with one expression, which is their sum.
fn added_up(entries: &[Value]) -> Result<Vec<Asked>> {
    let (expressions, metrics): (Vec<&Value>, Vec<&Value>) =
        entries.iter().partition(|entry| entry["Expression"].is_string());
    match expressions.as_slice() {
        [expression] if expression["Expression"] == SUM && expression["ReturnData"] != false => {}
        _ => bail!("its Metrics have other expressions than one {SUM}"),
    }
    let one = |entry: &Value| {
        ensure!(entry["ReturnData"] == false, "its Metrics return more than their sum");
        asked(&entry["MetricStat"]["Metric"], &entry["MetricStat"])
    };
    metrics.into_iter().map(one).collect()
}

/// A metric out of what names it and what says which statistic is meant.
fn asked(named: &Value, meant: &Value) -> Result<Asked> {
    let dimensions = named["Dimensions"].as_array().into_iter().flatten();
    let metric = Metric {
        namespace: plain(&named["Namespace"]),
        name: plain(&named["MetricName"]),
        dimensions: dimensions.map(|each| (plain(&each["Name"]), plain(&each["Value"]))).collect(),
    };
    let words = [&meant["Statistic"], &meant["ExtendedStatistic"], &meant["Stat"]];
    let word = words.into_iter().find_map(Value::as_str).context("it has no statistic")?;
    let seconds = meant["Period"].as_u64().filter(|seconds| *seconds > 0).context("it has no Period")?;
    Ok((metric, statistic(word)?, Duration::from_secs(seconds)))
}

fn statistic(word: &str) -> Result<Statistic> {
    let percentile = || word.strip_prefix('p')?.parse().ok().filter(|of| (0.0..=100.0).contains(of));
    Ok(match word {
        "Sum" => Statistic::Sum,
        "Average" => Statistic::Average,
        "Maximum" => Statistic::Maximum,
        _ => Statistic::Percentile(percentile().with_context(|| format!("{word} is no statistic known here"))?),
    })
}

fn comparison(word: &Value) -> Result<Comparison> {
    match word.as_str() {
        Some("GreaterThanThreshold") => Ok(Comparison::Above),
        Some("GreaterThanOrEqualToThreshold") => Ok(Comparison::AtLeast),
        _ => bail!("its ComparisonOperator is {word}"),
    }
}

fn count(properties: &Value, name: &str) -> Result<u32> {
    let count = properties[name].as_u64().and_then(|count| u32::try_from(count).ok());
    count.filter(|count| *count > 0).with_context(|| format!("it has no {name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn read_one(change: impl FnOnce(&mut Value)) -> Result<Alarm> {
        let mut properties = json!({
            "AlarmDescription": "docs/operations.md#late: late",
            "Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Dimensions": [{"Name": "FunctionName", "Value": "F"}],
            "Statistic": "Maximum", "Period": 60, "Threshold": 10, "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "TreatMissingData": "notBreaching",
        });
        change(&mut properties);
        let resource = json!({ "Type": ALARM, "Properties": properties });
        Ok(read(&Resources::from([("LateAlarm".to_owned(), resource)]))?.remove(0))
    }

    fn sum_of(statistics: &[&str]) -> Value {
        let one = |stat: &&str| {
            json!({"Id": "a", "ReturnData": false, "MetricStat": {
            "Stat": stat, "Period": 60, "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors"}}})
        };
        let sum = json!({"Id": "all", "ReturnData": true, "Expression": SUM});
        std::iter::once(sum).chain(statistics.iter().map(one)).collect()
    }

    #[test]
    fn an_alarm_is_a_metric_or_a_sum_of_some_over_periods() {
        let one = read_one(|_| {}).unwrap();
        assert_eq!((one.name.as_str(), one.metrics.len(), one.statistic), ("Late", 1, Statistic::Maximum));
        assert_eq!(one.metrics[0].dimensions["FunctionName"], "F");
        assert_eq!((one.period, one.periods, one.datapoints), (Duration::from_secs(60), 3, 2));
        let two = read_one(|alarm| alarm["Metrics"] = sum_of(&["Sum", "Sum"])).unwrap();
        assert_eq!((two.metrics.len(), two.statistic), (2, Statistic::Sum));
        assert_eq!(
            read_one(|alarm| alarm["Statistic"] = "p99.9".into()).unwrap().statistic,
            Statistic::Percentile(99.9)
        );
    }

    #[test]
    fn an_alarm_of_another_form_is_refused_by_its_name() {
        let eleven = ["Sum"; METRICS_MAX + 1];
        let changes: [(&str, Value, &str); 9] = [
            ("TreatMissingData", "breaching".into(), "TreatMissingData"),
            ("Metrics", json!([{"Expression": "a / b"}]), "expressions"),
            ("Metrics", sum_of(&["Sum", "Maximum"]), "different statistics"),
            ("Metrics", sum_of(&eleven), "11 metrics"),
            ("Statistic", "SampleCount".into(), "SampleCount is no statistic"),
            ("ComparisonOperator", "LessThanThreshold".into(), "LessThanThreshold"),
            ("Threshold", "many".into(), "Threshold"),
            ("Period", 0.into(), "Period"),
            ("EvaluationPeriods", Value::Null, "EvaluationPeriods"),
        ];
        for (property, value, why) in changes {
            let refused = read_one(|alarm| alarm[property] = value).unwrap_err();
            let refused = format!("{refused:#}");
            assert!(refused.contains("alarm Late") && refused.contains(why), "{property}: {refused}");
        }
    }
}
